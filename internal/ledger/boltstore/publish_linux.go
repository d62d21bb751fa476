package boltstore

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// publish gives a whole file its name, unless the name is taken.
func publish(temp, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	switch err {
	case nil:
		return nil
	case unix.EEXIST:
		return fs.ErrExist
	case unix.EINVAL, unix.ENOSYS: // a file system, or a kernel, that cannot
		return publishByLink(temp, path)
	}
	return &os.LinkError{Op: "rename", Old: temp, New: path, Err: err}
}
