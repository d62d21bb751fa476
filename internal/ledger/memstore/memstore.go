// Package memstore keeps a ledger in memory, for tests and for drills. Nothing outlives the process.
package memstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"suyuan/internal/ledger"
)

// A Store is a ledger.Store in memory. The zero Store is empty and ready.
type Store struct {
	mu      sync.RWMutex
	records [][]byte                 // guarded by mu
	ids     map[ledger.ID]uint64     // guarded by mu
	tiles   map[tileKey][]byte       // guarded by mu
	notes   map[string][]ledger.Note // guarded by mu
	head    []byte                   // guarded by mu
	closed  bool                     // guarded by mu
}

type tileKey struct {
	level int
	index uint64
}

var _ ledger.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store { return new(Store) }

// Reopen returns a new store that begins with the same content, as opening a file again does.
func (s *Store) Reopen() *Store {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return &Store{
		records: slices.Clip(s.records), ids: maps.Clone(s.ids), tiles: maps.Clone(s.tiles), head: s.head,
		notes: maps.Clone(s.notes),
	}
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return ledger.ErrClosed
	}
	return ctx.Err()
}

// Append implements ledger.Store.
func (s *Store) Append(ctx context.Context, b ledger.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(context.Background()); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: nothing was written: %w", ledger.ErrConflict, err)
	}
	if size := uint64(len(s.records)); b.At != size {
		return fmt.Errorf("append at %d: the store holds %d records: %w", b.At, size, ledger.ErrConflict)
	}
	if len(b.IDs) != len(b.Records) {
		return fmt.Errorf("append: %d ids for %d records: %w", len(b.IDs), len(b.Records), ledger.ErrConflict)
	}
	for _, t := range b.Tiles {
		if _, ok := s.tiles[tileKey{t.Level, t.Index}]; ok {
			return fmt.Errorf("append: tile %d of level %d is there: %w", t.Index, t.Level, ledger.ErrConflict)
		}
	}
	s.add(b)
	return nil
}

func (s *Store) add(b ledger.Batch) {
	if s.ids == nil {
		s.ids, s.tiles = make(map[ledger.ID]uint64), make(map[tileKey][]byte)
	}
	for i, rec := range b.Records {
		if id := b.IDs[i]; id != (ledger.ID{}) {
			s.ids[id] = b.At + uint64(i)
		}
		s.records = append(s.records, bytes.Clone(rec))
	}
	for _, t := range b.Tiles {
		s.tiles[tileKey{t.Level, t.Index}] = bytes.Clone(t.Hashes)
	}
	s.head = bytes.Clone(b.Head)
}

// Head implements ledger.Store.
func (s *Store) Head(ctx context.Context) (uint64, []byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return uint64(len(s.records)), bytes.Clone(s.head), s.usable(ctx)
}

// Record implements ledger.Store.
func (s *Store) Record(ctx context.Context, seq uint64) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if seq >= uint64(len(s.records)) {
		return nil, fmt.Errorf("record %d: %w", seq, ledger.ErrNoRecord)
	}
	return bytes.Clone(s.records[seq]), nil
}

// Scan implements ledger.Store.
func (s *Store) Scan(ctx context.Context, from, to uint64, f func(uint64, []byte) error) error {
	s.mu.RLock()
	records, err := s.records, s.usable(ctx)
	s.mu.RUnlock()
	for seq := from; err == nil && seq < min(to, uint64(len(records))); seq++ {
		if err = ctx.Err(); err == nil {
			err = f(seq, bytes.Clone(records[seq]))
		}
	}
	return err
}

// Lookup implements ledger.Store.
func (s *Store) Lookup(ctx context.Context, id ledger.ID) (uint64, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return 0, false, err
	}
	seq, ok := s.ids[id]
	return seq, ok, nil
}

// Tile implements ledger.Store.
func (s *Store) Tile(ctx context.Context, level int, index uint64) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	b, ok := s.tiles[tileKey{level, index}]
	if !ok {
		return nil, fmt.Errorf("tile %d of level %d: %w", index, level, ledger.ErrNoRecord)
	}
	return bytes.Clone(b), nil
}

// ScanTiles implements ledger.Store.
func (s *Store) ScanTiles(ctx context.Context, f func(ledger.Tile) error) error {
	s.mu.RLock()
	err := s.usable(ctx)
	var tiles []ledger.Tile
	for k, b := range s.tiles {
		tiles = append(tiles, ledger.Tile{Level: k.level, Index: k.index, Hashes: bytes.Clone(b)})
	}
	s.mu.RUnlock()
	slices.SortFunc(tiles, func(a, b ledger.Tile) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Index, b.Index))
	})
	for i := 0; err == nil && i < len(tiles); i++ {
		err = f(tiles[i])
	}
	return err
}

// PutNote implements ledger.Store.
func (s *Store) PutNote(ctx context.Context, name string, n ledger.Note) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	i, there := slices.BinarySearchFunc(s.notes[name], n.Size, func(n ledger.Note, size uint64) int {
		return cmp.Compare(n.Size, size)
	})
	if there {
		if !bytes.Equal(s.notes[name][i].Text, n.Text) {
			return fmt.Errorf("note %q of size %d is there with another text: %w", name, n.Size, ledger.ErrConflict)
		}
		return nil
	}
	if s.notes == nil {
		s.notes = make(map[string][]ledger.Note)
	}
	n.Text = bytes.Clone(n.Text)
	s.notes[name] = slices.Insert(slices.Clip(s.notes[name]), i, n)
	return nil
}

// Notes implements ledger.Store.
func (s *Store) Notes(ctx context.Context, name string) ([]ledger.Note, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	notes := slices.Clone(s.notes[name])
	for i := range notes {
		notes[i].Text = bytes.Clone(notes[i].Text)
	}
	return notes, s.usable(ctx)
}

// NewestNote implements ledger.Store.
func (s *Store) NewestNote(ctx context.Context, name string) (ledger.Note, bool, error) {
	notes, err := s.Notes(ctx, name)
	if err != nil || len(notes) == 0 {
		return ledger.Note{}, false, err
	}
	return notes[len(notes)-1], true, nil
}

// ReadOnly implements ledger.Store.
func (s *Store) ReadOnly() bool { return false }

// Close implements ledger.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
