package keyring

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"suyuan/internal/durable"
	"suyuan/internal/notary"
)

// Ledgers is the folder with the private keys of a user's ledgers: one file an origin, and during a rotation a second one beside it. It may be
// used by many goroutines and processes.
type Ledgers struct{ dir string }

// LedgersIn returns the folder within the user's home of Suyuan. It is made, for its owner alone, with the first keys.
func LedgersIn(home string) Ledgers { return Ledgers{filepath.Join(home, "keys")} }

// nameDigits is how much of the SHA-256 of an origin names its file.
const nameDigits = 32

// Path returns where the keys of an origin lie.
func (l Ledgers) Path(origin string) string { return l.file(origin, ".ledger") }

// StagedPath returns where the keys lie that a rotation brings, until it is settled.
func (l Ledgers) StagedPath(origin string) string { return l.file(origin, ".staged") }

func (l Ledgers) file(origin, ext string) string {
	sum := sha256.Sum256([]byte(origin))
	return filepath.Join(l.dir, hex.EncodeToString(sum[:])[:nameDigits]+ext)
}

// Make makes the keys of a new ledger. Where there are keys of that origin already, the error wraps fs.ErrExist and they stay.
func (l Ledgers) Make(origin string) (*LedgerKeys, error) {
	k, err := generateLedgerKeys(origin)
	if err != nil {
		return nil, err
	}
	unlock, err := l.lock(origin)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := createFile(l.Path(origin), k.text()); err != nil {
		return nil, err
	}
	return k, nil
}

// Load returns the keys of an origin. Where there are none the error wraps ErrNoLedgerKeys. After a rotation that was cut short the keys
// that hold may be those staged: [Ledgers.Settle] knows.
func (l Ledgers) Load(origin string) (*LedgerKeys, error) { return l.load(l.Path(origin), origin) }

func (l Ledgers) load(path, origin string) (*LedgerKeys, error) {
	content, mode, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &FileError{Path: path, Kind: ErrNoLedgerKeys, Err: fmt.Errorf("of %q", origin)}
	case err != nil:
		return nil, err
	}
	if err := private(path, mode); err != nil {
		return nil, err
	}
	k, err := parseLedgerKeys(content)
	if err == nil && k.origin != origin {
		err = fmt.Errorf("found keys of %q, want those of %q", k.origin, origin)
	}
	if err != nil {
		return nil, &FileError{Path: path, Kind: ErrDamaged, Err: err}
	}
	return k, nil
}

// Stage begins a rotation: it returns the keys that are and new ones, which lie beside them from now on. Both are kept until [Ledgers.Settle]
// is told which the ledger's records name, so that a crash at any point loses neither. Staged again before that, the same new keys come
// back: a rotation that was cut short goes on with them.
func (l Ledgers) Stage(origin string) (current, next *LedgerKeys, err error) {
	if _, err := l.Load(origin); err != nil {
		return nil, nil, err
	}
	unlock, err := l.lock(origin)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	if current, err = l.Load(origin); err != nil {
		return nil, nil, err
	}
	next, err = l.load(l.StagedPath(origin), origin)
	if !errors.Is(err, ErrNoLedgerKeys) {
		return current, next, err
	}
	if next, err = generateLedgerKeys(origin); err != nil {
		return nil, nil, err
	}
	if err := createFile(l.StagedPath(origin), next.text()); err != nil {
		return nil, nil, err
	}
	return current, next, nil
}

// Settle returns the keys of an origin that are in force: those that the newest rotation in the ledger's records named, or the first ones
// where there was none and inForce is empty. Where those are the staged ones they take the place of the old, which are gone then; where they
// are not, whatever is staged stays for the rotation to go on. Where neither are, the error wraps ErrNotInForce and nothing changes.
func (l Ledgers) Settle(origin string, inForce []notary.LedgerKey) (*LedgerKeys, error) {
	k, err := l.Load(origin)
	if err != nil || len(inForce) == 0 || k.are(inForce) {
		return k, err
	}
	unlock, err := l.lock(origin)
	if err != nil {
		return nil, err
	}
	defer unlock()
	// Somebody else may have settled it, and even begun another rotation, in the meantime.
	if k, err = l.Load(origin); err != nil || k.are(inForce) {
		return k, err
	}
	staged, err := l.load(l.StagedPath(origin), origin)
	switch {
	case errors.Is(err, ErrNoLedgerKeys), err == nil && !staged.are(inForce):
		return nil, &FileError{Path: l.Path(origin), Kind: ErrNotInForce, Err: fmt.Errorf("found %.60s…, want %.60s…", k.verifier[0], inForce[0])}
	case err != nil:
		return nil, err
	}
	if err := durable.Move(l.StagedPath(origin), l.Path(origin)); err != nil {
		return nil, &FileError{Path: l.Path(origin), Err: bare(err)}
	}
	return staged, nil
}

// are reports whether these are the keys that a list names, in any order.
func (k *LedgerKeys) are(list []notary.LedgerKey) bool {
	if len(list) != len(k.verifier) {
		return false
	}
	for _, mine := range k.verifier {
		found := false
		for _, v := range list {
			found = found || v.String() == mine.String()
		}
		if !found {
			return false
		}
	}
	return true
}

// lock keeps others from changing an origin's keys until unlock is called. What is locked is a file of its own, which stays.
func (l Ledgers) lock(origin string) (unlock func(), err error) {
	if err := durable.MakeFolder(l.dir); err != nil {
		return nil, &FileError{Path: l.dir, Err: bare(err)}
	}
	if unlock, err = lockedfile.MutexAt(l.file(origin, ".lock")).Lock(); err != nil {
		return nil, &FileError{Path: l.dir, Err: bare(err)}
	}
	return unlock, nil
}
