package logbook

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// originals says what is kept beside the ledger of files as they came. Whether they are what records name, verify says.
func (d *doctor) originals(ctx context.Context) error {
	folder := originalsOf(d.path)
	info, err := os.Stat(folder.Path())
	facts := map[string]any{"folder": folder.Path()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if d.namesFiles(ctx) {
			d.say(HealthBad, "originals", "gone", facts)
			return nil
		}
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

// namesFiles reports whether a record names a file that came in with it. Where the ledger cannot be read, that is said elsewhere.
func (d *doctor) namesFiles(ctx context.Context) bool {
	s, err := boltstore.Open(ctx, d.path, boltstore.Options{ReadOnly: true, Wait: d.wait})
	if err != nil {
		return false
	}
	defer s.Close() //nolint:errcheck // it was only read
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return false
	}
	for rec, err := range l.Records(ctx, 0, l.Head().Size) {
		if err != nil {
			return false
		}
		if slices.ContainsFunc(filesOf(&rec), func(f namedFile) bool { return f.kept }) {
			return true
		}
	}
	return false
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
