//go:build unix

package boltstore_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

func TestOpenDoesNotWaitOnWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"a socket": func(path string) error {
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
			if err != nil {
				return err
			}
			l.SetUnlinkOnClose(false)
			return l.Close()
		},
	} {
		path := filepath.Join(t.TempDir(), "suyuan.db")
		if err := place(path); err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{true, false} {
			if _, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: readOnly}); !errors.Is(err, ledger.ErrNotLedger) {
				t.Errorf("%s, read-only %v: %v, want ErrNotLedger", name, readOnly, err)
			}
		}
	}
}
