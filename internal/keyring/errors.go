package keyring

import (
	"errors"
	"fmt"
)

// What callers may branch on.
var (
	// ErrPassphrase says that the passphrase is not the file's. A file that was damaged where it is encrypted looks the same.
	ErrPassphrase = errors.New("wrong passphrase, or the file is damaged")
	// ErrWeakPassphrase says that a passphrase is too short for a new key.
	ErrWeakPassphrase = errors.New("the passphrase is too short")
	// ErrNotKey says that a file holds neither a private key nor names one.
	ErrNotKey = errors.New("no key is there")
	// ErrNotEd25519 says that a key is of another kind.
	ErrNotEd25519 = errors.New("want an Ed25519 key")
	// ErrTooOpen says that others than its owner may read a file with a private key.
	ErrTooOpen = errors.New("others may read it")

	// ErrNoAgent says that no SSH agent answers.
	ErrNoAgent = errors.New("no SSH agent answers")
	// ErrNotInAgent says that the agent does not hold a key.
	ErrNotInAgent = errors.New("the SSH agent does not hold that key")
	// ErrAgentRefused says that the agent would not sign: it is locked, or nobody confirmed or touched the key.
	ErrAgentRefused = errors.New("the SSH agent did not sign")

	// ErrNoLedgerKeys says that a ledger's keys are not in this folder.
	ErrNoLedgerKeys = errors.New("the ledger's keys are not there")
	// ErrDamaged says that a file with a ledger's keys is not what this package wrote there.
	ErrDamaged = errors.New("the file with the ledger's keys is damaged")
	// ErrNotInForce says that neither the keys at hand nor those staged are the ones that the ledger's records name.
	ErrNotInForce = errors.New("the ledger's records name other keys")
)

// A FileError says what is wrong with a file. It wraps one of the errors above where one fits, and the cause.
type FileError struct {
	Path string
	Kind error // nil for what the system reports
	Err  error // the cause; may be nil
}

// Error says where, what is wrong, and why.
func (e *FileError) Error() string {
	switch {
	case e.Kind == nil:
		return fmt.Sprintf("key %q: %v", e.Path, e.Err)
	case e.Err == nil:
		return fmt.Sprintf("key %q: %v", e.Path, e.Kind)
	default:
		return fmt.Sprintf("key %q: %v: %v", e.Path, e.Kind, e.Err)
	}
}

// Unwrap returns the kind and the cause.
func (e *FileError) Unwrap() []error {
	var list []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			list = append(list, err)
		}
	}
	return list
}
