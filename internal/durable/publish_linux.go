package durable

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// publish gives a whole file its name, unless the name is taken. Its first name may stay.
func publish(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	switch err {
	case nil:
		return nil
	case unix.EEXIST:
		return &fs.PathError{Op: "create", Path: to, Err: fs.ErrExist}
	case unix.EINVAL, unix.ENOSYS: // a file system, or a kernel, that cannot
		return publishByLink(from, to)
	}
	return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
}
