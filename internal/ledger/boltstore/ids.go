package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

// Random keys cost twenty times what the events themselves cost if they are written one by one. So ids gather in memory,
// and go to the file in order, many at once; the file says up to which record it stands, and opening reads the rest from
// the ledger again.
const (
	flushAt      = 1 << 15
	flushRebuild = 1 << 20
	flushAtClose = 1 << 10
)

var (
	bucketID        = []byte("id")
	keyLedger       = []byte("ledger")
	keyLast         = []byte("last")
	idsFormat       = []byte("suyuan ids 1")
	errStaleIndex   = errors.New("the index belongs to another ledger, or to another history of it")
	errBrokenIndex  = errors.New("the index of ids is wrong, it is made again when the ledger is opened for writing")
	errForeignIndex = errors.New("the file beside the ledger is not an index of ids, remove it")
)

// IndexPath returns where the index of the ledger file at path is kept.
func IndexPath(path string) string { return path + ".ids" }

// GenealogyPath returns where whoever asks the ledger file at path what its records say keeps the answer.
func GenealogyPath(path string) string { return path + ".genealogy" }

// An idIndex finds the record of an event id. It is derived from the ledger and never trusted further than it says what it
// stands for: which ledger, which size, and the last record's hash there.
type idIndex struct {
	mu      sync.Mutex
	db      *bolt.DB             // nil where the index is in memory only; guarded by mu
	delta   map[ledger.ID]uint64 // ids not in db; guarded by mu
	genesis ledger.Hash          // leaf hash of record 0; guarded by mu
	size    uint64               // records that db and delta stand for; guarded by mu
	last    ledger.Hash          // leaf hash of record size-1; guarded by mu
	broken  bool                 // db failed; guarded by mu
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
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: 1, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, explain(err)
	}
	return &idIndex{db: db, delta: make(map[ledger.ID]uint64)}, nil
}

// loadIDs opens an index that is there and stands for a prefix of this ledger.
func loadIDs(ctx context.Context, s *Store, path string, readOnly bool) (*idIndex, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errForeignIndex
	}
	x := &idIndex{delta: make(map[ledger.ID]uint64)}
	err = guard(func() error {
		if x.db, _, err = openBolt(path, Options{ReadOnly: readOnly}); err != nil {
			return err
		}
		return x.db.View(x.readMeta)
	})
	if err == nil {
		err = x.belongs(ctx, s)
	}
	if err != nil {
		return nil, errors.Join(err, x.shut())
	}
	return x, nil
}

func (x *idIndex) readMeta(tx *bolt.Tx) error {
	b := tx.Bucket(bucketMeta)
	if b == nil || !bytes.Equal(b.Get(keyFormat), idsFormat) || tx.Bucket(bucketID) == nil {
		return errStaleIndex
	}
	size, err := readSize(b)
	if err != nil || copy(x.genesis[:], b.Get(keyLedger)) != len(x.genesis) || copy(x.last[:], b.Get(keyLast)) != len(x.last) {
		return errors.Join(errStaleIndex, err)
	}
	x.size = size
	return nil
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
		if len(x.delta) >= flushRebuild && x.db != nil && !s.readOnly {
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
	if len(x.delta) >= flushAt {
		x.broken = x.flush() != nil
	}
}

// flush writes the delta, in the order of its keys, in one transaction with what the index then stands for.
func (x *idIndex) flush() error {
	ids := slices.SortedFunc(maps.Keys(x.delta), func(a, b ledger.ID) int { return bytes.Compare(a[:], b[:]) })
	err := guard(func() error {
		return x.db.Update(func(tx *bolt.Tx) error {
			meta, err := tx.CreateBucketIfNotExists(bucketMeta)
			if err != nil {
				return err
			}
			b, err := tx.CreateBucketIfNotExists(bucketID)
			if err != nil {
				return err
			}
			b.FillPercent = 0.9 // ids begin with their time: most go to the end
			for _, id := range ids {
				if b.Get(id[:]) != nil {
					continue
				}
				if err := b.Put(bytes.Clone(id[:]), key(x.delta[id])); err != nil {
					return err
				}
			}
			return errors.Join(meta.Put(keyFormat, idsFormat), meta.Put(keyLedger, x.genesis[:]),
				meta.Put(keySize, key(x.size)), meta.Put(keyLast, x.last[:]))
		})
	})
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
	if x.db == nil {
		return 0, false, nil
	}
	err = guard(func() error {
		return x.db.View(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketID)
			if b == nil {
				return nil
			}
			v := b.Get(id[:])
			if v != nil && len(v) != 8 {
				return fmt.Errorf("%w: %d bytes for an id, want 8", errBrokenIndex, len(v))
			}
			if ok = v != nil; ok {
				seq = binary.BigEndian.Uint64(v)
			}
			return nil
		})
	})
	return seq, ok, err
}

// close writes what has gathered, where it is much, and releases the file. Failing to is no loss: opening reads the
// ledger again from where the file stands.
func (x *idIndex) close(poisoned bool) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.db != nil && !x.db.IsReadOnly() && !x.broken && !poisoned && len(x.delta) >= flushAtClose {
		x.broken = x.flush() != nil
	}
	_ = x.shut()
}

func (x *idIndex) shut() error {
	if x == nil || x.db == nil {
		return nil
	}
	db := x.db
	x.db = nil
	return guard(db.Close)
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
	if x.db != nil && !x.db.IsReadOnly() {
		// If this fails too, lookups go on to fail, which is safe.
		_ = guard(func() error {
			return x.db.Update(func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketMeta) })
		})
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
