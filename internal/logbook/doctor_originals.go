package logbook

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// originals says what is kept beside the ledger of files as they came. Whether they are what records name, verify says.
func (d *doctor) originals(context.Context) error {
	folder := originalsOf(d.path)
	info, err := os.Stat(folder.Path())
	facts := map[string]any{"folder": folder.Path()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.say(HealthOK, "originals", "none", facts)
		return nil
	case err != nil:
		d.unknown("originals", err)
		return nil
	case !info.IsDir():
		d.say(HealthBad, "originals", "no-folder", facts)
		return nil
	}
	sums, err := folder.Sums()
	if err != nil {
		d.unknown("originals", err)
		return nil
	}
	if left := brokenOff(folder.Path()); len(left) > 0 {
		facts["files"] = left
		d.say(HealthWarning, "originals", "leftovers", facts)
		return nil
	}
	facts["n"] = len(sums)
	d.say(HealthOK, "originals", "kept", facts)
	return nil
}

// brokenOff lists what was being kept when something broke it off.
func brokenOff(dir string) []string {
	paths, err := fs.Glob(os.DirFS(dir), "*/.*.new")
	if err != nil {
		return nil
	}
	for i := range paths {
		paths[i] = strings.ReplaceAll(paths[i], "/", string(filepath.Separator))
	}
	return paths
}
