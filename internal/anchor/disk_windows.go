package anchor

import (
	"errors"

	"github.com/rogpeppe/go-internal/lockedfile"
	"golang.org/x/sys/windows"
)

func full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func protected(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// whileReading keeps writers away: Windows does not replace a file that somebody has open. Where the lock cannot be had nobody else with
// these rights can write either.
func (f Folder) whileReading() (unlock func()) {
	unlock, err := lockedfile.MutexAt(f.lockPath()).Lock()
	if err != nil {
		return func() {}
	}
	return unlock
}
