//go:build !unix

package peers

import (
	"context"
	"fmt"

	"suyuan/bench/measure"
)

// OpenTessera says that Tessera keeps logs on files of Unix systems only.
func OpenTessera(context.Context, string) (Log, error) {
	return nil, fmt.Errorf("%w: Tessera's files need a Unix system", measure.ErrCannot)
}
