package logbook

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"

	"suyuan/internal/genealogy"
)

// This file is for what happens when an index turns out not to be what was
// written: it is thrown away, and what was asked is answered from the records.

// sound runs f, and turns damage that it finds in an index into an error: a
// block that is not what was written, or a file that somebody cut short while it
// is mapped.
func sound(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *genealogy.DamageError:
			err = r
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = &genealogy.DamageError{What: "it cannot be read any more: " + r.Error()}
		default:
			panic(r)
		}
	}()
	return f()
}

// Sound runs f, which reads what the book has handed out. Damage to the index
// that it comes upon is a [*genealogy.DamageError], to be handed to
// [Book.Distrust].
func Sound(f func() error) error { return sound(f) }

// asking runs f. Where the index that the book stands on turns out to be damaged,
// that is thrown away and f runs once more: what f did before must not count.
func (b *Book) asking(f func() error) error {
	err := sound(f)
	if !b.Distrust(err) {
		return err
	}
	err = sound(f)
	b.doubted = b.doubted && isDamage(err) // another index may be made, also where the answer is that there is none
	return err
}

// ask is asking for a value.
func ask[T any](b *Book, f func() (T, error)) (T, error) {
	var v T
	err := b.asking(func() (err error) {
		v, err = f()
		return err
	})
	return v, err
}

// Distrust throws the index away if err says that it is damaged, so that what is
// asked next is answered from the ledger's records.
func (b *Book) Distrust(err error) bool {
	if !isDamage(err) {
		return false
	}
	b.state = nil
	b.discard()
	return true
}

// forsake is Distrust where nothing is to be asked again: whoever asks next may
// make another index.
func (b *Book) forsake(err error) bool {
	damaged := b.Distrust(err)
	b.doubted = b.doubted && !damaged
	return damaged
}

func isDamage(err error) bool {
	var damage *genealogy.DamageError
	return errors.As(err, &damage)
}

// discard removes the index, if it is one, and does without until what was asked
// is answered.
func (b *Book) discard() {
	b.doubted = true
	if b.path != "" {
		b.removeTail()
	}
	if path := IndexPath(b.path); b.path != "" && checkOwn(path) == nil {
		_ = os.Remove(path) // the next who can makes another
		_ = os.Remove(waiting(path))
	}
}
