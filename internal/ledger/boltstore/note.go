package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

const maxNoteName = 1000

// noteKey is the name, a zero byte, and the size: so a name's notes stand together, by size.
func noteKey(name string, size uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(name), 0), size)
}

// PutNote implements ledger.Store.
func (s *Store) PutNote(ctx context.Context, name string, n ledger.Note) error {
	if name == "" || len(name) > maxNoteName || strings.ContainsRune(name, 0) || len(n.Text) > maxValue {
		return fmt.Errorf("note %q: want a name of 1 to %d bytes and a text of at most %d: %w", name, maxNoteName, maxValue, ledger.ErrConflict)
	}
	err := s.update(ctx, func(tx *bolt.Tx) error {
		b, k := tx.Bucket(bucketNote), noteKey(name, n.Size)
		if old := b.Get(k); old != nil {
			if bytes.Equal(old, n.Text) {
				return nil
			}
			return fmt.Errorf("it is there with another text: %w", ledger.ErrConflict)
		}
		return b.Put(k, n.Text)
	})
	if err != nil {
		return fmt.Errorf("note %q of size %d: %w", name, n.Size, err)
	}
	return nil
}

// Notes implements ledger.Store.
func (s *Store) Notes(ctx context.Context, name string) ([]ledger.Note, error) {
	var notes []ledger.Note
	err := s.scan(ctx, bucketNote, noteKey(name, 0), noteKey(name, ^uint64(0)), func(k, v []byte) error {
		if len(k) == len(name)+9 {
			notes = append(notes, ledger.Note{Size: binary.BigEndian.Uint64(k[len(name)+1:]), Text: v})
		}
		return nil
	})
	return notes, err
}

// NewestNote implements ledger.Store.
func (s *Store) NewestNote(ctx context.Context, name string) (ledger.Note, bool, error) {
	var newest ledger.Note
	var ok bool
	err := s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketNote).Cursor()
		// The key after the last that the name can have: the one before it is the newest, or another name's.
		before := c.Prev
		if next, _ := c.Seek(append([]byte(name), 1)); next == nil {
			before = c.Last
		}
		k, v := before()
		if len(k) != len(name)+9 || !bytes.HasPrefix(k, append([]byte(name), 0)) {
			return nil
		}
		if len(v) > maxValue {
			return fmt.Errorf("%w: a note of %d bytes under key %x", ledger.ErrDamaged, len(v), k)
		}
		newest, ok = ledger.Note{Size: binary.BigEndian.Uint64(k[len(name)+1:]), Text: bytes.Clone(v)}, true
		return nil
	})
	return newest, ok, err
}
