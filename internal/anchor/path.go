package anchor

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"suyuan/internal/durable"
)

// Bound returns the origin of the ledger that was last known at a path, which has to be absolute; ok says whether one was.
func (f Folder) Bound(ledger string) (origin string, ok bool, err error) {
	defer f.whileReading()()
	return f.bound(ledger)
}

func (f Folder) bound(ledger string) (origin string, ok bool, err error) {
	path, err := f.bindingPath(ledger)
	if err != nil {
		return "", false, err
	}
	content, ok, err := f.file(path)
	if err != nil || !ok {
		return "", false, err
	}
	origin, rest, cut := strings.Cut(string(content), "\n")
	if !cut || origin == "" || rest != filepath.Clean(ledger)+"\n" {
		return "", false, damaged(path, "found %.60q, want an origin and the path %q", content, ledger)
	}
	return origin, true, nil
}

// Bind keeps in mind which ledger stands at a path. Where another one is known there it is refused with an [OtherLedgerError].
func (f Folder) Bind(ledger, origin string) error { return f.Rebind(ledger, origin, origin) }

// Rebind is Bind where the ledger that was is replaced on purpose: was has to be the one that is known there, if any.
func (f Folder) Rebind(ledger, was, origin string) error {
	if origin == "" || strings.Contains(origin, "\n") {
		return fmt.Errorf("origin %q: want one line", origin)
	}
	path, err := f.bindingPath(ledger)
	if err != nil {
		return err
	}
	unlock, err := f.lock()
	if err != nil {
		return err
	}
	defer unlock()
	known, ok, err := f.bound(ledger)
	switch {
	case err != nil:
		return err
	case known == origin:
		return nil
	case ok && known != was:
		return &OtherLedgerError{Path: ledger, Known: known, Now: origin}
	}
	if err := durable.Replace(path, []byte(origin+"\n"+filepath.Clean(ledger)+"\n")); err != nil {
		return failed(path, err)
	}
	return nil
}

func (f Folder) bindingPath(ledger string) (string, error) {
	if !filepath.IsAbs(ledger) {
		return "", fmt.Errorf("path of a ledger: found %q: %w", ledger, errRelative)
	}
	return filepath.Join(f.dir, name(filepath.Clean(ledger))+".path"), nil
}

var errRelative = errors.New("want an absolute path")
