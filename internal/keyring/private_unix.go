//go:build !windows

package keyring

import (
	"fmt"
	"io/fs"
)

// private refuses a file with a private key that others than its owner may read or write, as OpenSSH does.
func private(path string, mode fs.FileMode) error {
	if mode.Perm()&0o077 != 0 {
		return &FileError{Path: path, Kind: ErrTooOpen, Err: fmt.Errorf("found mode %04o, want 0600", mode.Perm())}
	}
	return nil
}
