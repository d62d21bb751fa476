package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"suyuan/internal/ledger"
)

// Random keys cost twenty times what the events themselves cost if they are written one by one. So ids gather in memory, and go
// to the file in order, many at once, as a run of their own; runs are merged (docs/decisions/0110). The file says up to
// which record it stands, and opening reads the rest from the ledger again.
const (
	flushAt      = 1 << 15
	flushRebuild = 1 << 18
	flushAtClose = 1 << 10
)

var (
	errStaleIndex   = errors.New("the index belongs to another ledger, or to another history of it")
	errUnwritten    = errors.New("nothing was written to the index yet") // ids gather in memory first
	errBrokenIndex  = errors.New("the index of ids is wrong, it is made again when the ledger is opened for writing")
	errForeignIndex = errors.New("the file beside the ledger is not an index of ids, remove it")
)

// IndexPath returns where the index of the ledger file at path is kept.
func IndexPath(path string) string { return path + ".ids" }

// GenealogyPath returns where whoever asks the ledger file at path what its records say keeps the answer.
func GenealogyPath(path string) string { return path + ".genealogy" }

// EventsPath returns where whoever records keeps, packed, what joined since that answer was written.
func EventsPath(path string) string { return path + ".events" }

// An idIndex finds the record of an event id. It is derived from the ledger and never trusted further than it says what it
// stands for: which ledger, which size, and the last record's hash there.
type idIndex struct {
	mu      sync.Mutex
	file    *idsFile             // nil where the index is in memory only; guarded by mu
	delta   map[ledger.ID]uint64 // ids not in file; guarded by mu
	genesis ledger.Hash          // leaf hash of record 0; guarded by mu
	size    uint64               // records that file and delta stand for; guarded by mu
	last    ledger.Hash          // leaf hash of record size-1; guarded by mu
	broken  bool                 // file failed; guarded by mu
}

// openIDs opens the index for writing, or makes it, and brings it up to the ledger's head.
func openIDs(ctx context.Context, s *Store) (*idIndex, error) {
	path := IndexPath(s.path)
	x, err := loadIDs(ctx, s, path, false)
	if errors.Is(err, errForeignIndex) {
		return nil, err
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if x, err = newIDs(path); err != nil {
			return nil, fmt.Errorf("index of ids: %w", err)
		}
	}
	if err := x.catchUp(ctx, s); err != nil {
		return nil, errors.Join(fmt.Errorf("index of ids: %w", err), x.shut())
	}
	return x, nil
}

// newIDs makes an empty index in place of what is there.
func newIDs(path string) (*idIndex, error) {
	f, err := newIDsFile(path)
	if err != nil {
		return nil, explain(err)
	}
	return &idIndex{file: f, delta: make(map[ledger.ID]uint64)}, nil
}

// loadIDs opens an index that is there and stands for a prefix of this ledger. It reads two records, whatever the ledger's size.
func loadIDs(ctx context.Context, s *Store, path string, readOnly bool) (*idIndex, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errForeignIndex
	}
	f, err := openIDsFile(path, readOnly)
	if err != nil {
		return nil, err
	}
	if f.size == 0 {
		return nil, errors.Join(errUnwritten, f.close())
	}
	x := &idIndex{file: f, delta: make(map[ledger.ID]uint64), genesis: f.genesis, size: f.size, last: f.last}
	if err := x.belongs(ctx, s); err != nil {
		return nil, errors.Join(err, x.shut())
	}
	return x, nil
}

// belongs checks that the index stands for a prefix of the ledger's records.
func (x *idIndex) belongs(ctx context.Context, s *Store) error {
	size, _, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if x.size < 1 || x.size > size {
		return errStaleIndex
	}
	for seq, want := range map[uint64]ledger.Hash{0: x.genesis, x.size - 1: x.last} {
		rec, err := s.Record(ctx, seq)
		if err != nil {
			return err
		}
		if (ledger.Record{Bytes: rec}).Leaf() != want {
			return errStaleIndex
		}
	}
	return nil
}

// catchUp adds the records after those that the index stands for.
func (x *idIndex) catchUp(ctx context.Context, s *Store) error {
	size, _, err := s.Head(ctx)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	err = s.Scan(ctx, x.size, size, func(seq uint64, b []byte) error {
		rec, err := ledger.ParseRecord(b)
		switch {
		case seq != x.size:
			return fmt.Errorf("%w: record %d is not there", ledger.ErrDamaged, x.size)
		case errors.Is(err, ledger.ErrVersion):
			return fmt.Errorf("record %d: %w", seq, err)
		case err != nil:
			return fmt.Errorf("%w: record %d: %w", ledger.ErrDamaged, seq, err)
		case rec.Seq != seq:
			return fmt.Errorf("%w: record %d says seq %d", ledger.ErrDamaged, seq, rec.Seq)
		}
		x.note(rec.ID, seq, rec.Leaf())
		if len(x.delta) >= flushRebuild && !s.readOnly {
			return x.flush()
		}
		return nil
	})
	if err == nil && len(x.delta) >= flushAt && !s.readOnly {
		err = x.flush()
	}
	return err
}

// note adds one record; the first record with an id keeps it.
func (x *idIndex) note(id ledger.ID, seq uint64, leaf ledger.Hash) {
	if seq == 0 {
		x.genesis = leaf
	}
	x.size, x.last = seq+1, leaf
	if _, ok := x.delta[id]; !ok && id != (ledger.ID{}) {
		x.delta[id] = seq
	}
}

// add takes in a batch that the ledger has committed.
func (x *idIndex) add(b ledger.Batch) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.delta == nil || len(b.Records) == 0 {
		return
	}
	for i, id := range b.IDs {
		if seq := b.At + uint64(i); seq == 0 || i == len(b.IDs)-1 {
			x.note(id, seq, ledger.Record{Bytes: b.Records[i]}.Leaf())
		} else {
			x.note(id, seq, ledger.Hash{})
		}
	}
	if !x.broken && len(x.delta) >= flushAt {
		x.broken = x.flush() != nil
	}
}

// flush writes the delta, in the order of its ids, with what the index then stands for. Where that fails the delta stays.
func (x *idIndex) flush() error {
	entries := make([]idEntry, 0, len(x.delta))
	for id, seq := range x.delta {
		entries = append(entries, idEntry{id, seq})
	}
	slices.SortFunc(entries, idEntry.compare)
	err := x.file.add(entries, directory{genesis: x.genesis, size: x.size, last: x.last})
	if err == nil {
		clear(x.delta)
	}
	return err
}

// lookup finds an id.
func (x *idIndex) lookup(id ledger.ID) (seq uint64, ok bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.broken {
		return 0, false, errBrokenIndex
	}
	if seq, ok := x.delta[id]; ok {
		return seq, true, nil
	}
	if x.file == nil {
		return 0, false, nil
	}
	return x.file.lookup(id)
}

// close writes what has gathered, where it is much, and releases the file. Failing to is no loss: opening reads the
// ledger again from where the file stands.
func (x *idIndex) close(poisoned bool) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.file != nil && !x.file.readOnly && !x.broken && !poisoned && len(x.delta) >= flushAtClose {
		if x.broken = x.flush() != nil; !x.broken {
			x.broken = x.file.tidy() != nil
		}
	}
	_ = x.shut()
}

func (x *idIndex) shut() error {
	if x == nil || x.file == nil {
		return nil
	}
	file := x.file
	x.file = nil
	return file.close()
}

// Lookup implements ledger.Store. A store that is open for reading only uses the index as it is, in memory brought up to
// the head, or one made in memory.
func (s *Store) Lookup(ctx context.Context, id ledger.ID) (uint64, bool, error) {
	_, err := s.usable()
	if err = errors.Join(err, ctx.Err()); err != nil {
		return 0, false, err
	}
	x, err := s.index(ctx)
	if err != nil {
		return 0, false, err
	}
	seq, ok, err := x.lookup(id)
	if errors.Is(err, errBrokenIndex) {
		x.giveUp()
	}
	if err != nil || !ok {
		return 0, false, err
	}
	return seq, true, s.confirm(ctx, x, id, seq)
}

// confirm checks that the record that the index names holds the id. If not, the index is given up, and made again when
// the ledger is next opened for writing.
func (s *Store) confirm(ctx context.Context, x *idIndex, id ledger.ID, seq uint64) error {
	b, err := s.Record(ctx, seq)
	if err != nil && !errors.Is(err, ledger.ErrNoRecord) {
		return err
	}
	if rec, perr := ledger.ParseRecord(b); perr == nil && rec.ID == id {
		return nil
	}
	x.giveUp()
	return fmt.Errorf("event id %s in record %d: %w", id, seq, errBrokenIndex)
}

// giveUp takes from the file what it says about itself, so that nobody uses it again.
func (x *idIndex) giveUp() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.broken = true
	if x.file != nil && !x.file.readOnly {
		_ = x.file.forget() // if this fails too, lookups go on to fail, which is safe
	}
}

func (s *Store) index(ctx context.Context) (*idIndex, error) {
	if !s.readOnly {
		return s.ids, nil
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	if s.ids != nil {
		return s.ids, nil
	}
	x, err := loadIDs(ctx, s, IndexPath(s.path), true)
	if err != nil {
		x = &idIndex{delta: make(map[ledger.ID]uint64)}
	}
	if err := x.catchUp(ctx, s); err != nil {
		return nil, errors.Join(err, x.shut())
	}
	s.ids = x
	return x, nil
}
