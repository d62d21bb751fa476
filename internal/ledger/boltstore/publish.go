package boltstore

import (
	"errors"
	"io/fs"
	"os"
)

// publishByLink gives a whole file a second name, which fails where the name is taken; the first one is then removed.
func publishByLink(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links: there the name is taken first, and only by one.
	claim, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return explain(err)
	}
	if err := errors.Join(claim.Close(), os.Rename(temp, path)); err != nil {
		return errors.Join(err, os.Remove(path)) // it is empty, and ours
	}
	return nil
}
