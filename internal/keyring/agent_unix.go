//go:build !windows

package keyring

import (
	"context"
	"errors"
	"io"
	"net"
)

func dialAgent(ctx context.Context, socket string) (io.ReadWriteCloser, error) {
	if socket == "" {
		return nil, errors.New("SSH_AUTH_SOCK names none")
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", socket)
}
