package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"suyuan/internal/ledger"
)

// The buckets and keys of a ledger file (docs/format.md section 5).
var (
	bucketMeta   = []byte("suyuan")
	bucketRecord = []byte("record")
	bucketTile   = []byte("tile")
	bucketNote   = []byte("note")
	keyFormat    = []byte("format")
	keySize      = []byte("size")
	keyHead      = []byte("head")
)

const (
	formatName    = "suyuan ledger "
	formatVersion = "1"

	chunkRecords = 512
	chunkBytes   = 1 << 20
	maxValue     = 1 << 20 // far above any record, tile, head or note
	keyBytes     = 8
)

// A Store is a ledger file, open. It implements ledger.Store and ledger.Checker.
type Store struct {
	path     string
	readOnly bool

	mu       sync.RWMutex
	db       *bolt.DB // nil once closed; guarded by mu
	poisoned bool     // guarded by mu

	loading sync.Mutex
	ids     *idIndex // nil for reading only, until it is asked for; then guarded by loading
}

var (
	_ ledger.Store   = (*Store)(nil)
	_ ledger.Checker = (*Store)(nil)
)

// guard runs f and turns what bbolt does on a damaged file, panics and faults on its mapping, into an error. What bbolt
// says then speaks of its own code, not of the file; it is kept for who mends the file.
func guard(f func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: its page structure is damaged and cannot be followed (bbolt: %v)", ledger.ErrDamaged, r)
		}
	}()
	return f()
}

func writeFormat(tx *bolt.Tx) error {
	for _, name := range [][]byte{bucketMeta, bucketRecord, bucketTile, bucketNote} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyFormat, []byte(formatName+formatVersion))
}

// readFormat checks that the file is a ledger's, of a known version.
func (s *Store) readFormat() error {
	return s.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketMeta)
		if b == nil {
			return fmt.Errorf("it is a bbolt file of another program: %w", ledger.ErrNotLedger)
		}
		version, ours := bytes.CutPrefix(b.Get(keyFormat), []byte(formatName))
		switch {
		case !ours:
			return fmt.Errorf("it is a bbolt file of another program: %w", ledger.ErrNotLedger)
		case string(version) != formatVersion:
			return fmt.Errorf("file format %q, want %s: %w", version, formatVersion, ledger.ErrVersion)
		}
		for _, name := range [][]byte{bucketRecord, bucketTile, bucketNote} {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("%w: bucket %q is not there", ledger.ErrDamaged, name)
			}
		}
		return nil
	})
}

// view runs a read transaction. Nothing of the transaction may leave f: it must copy.
func (s *Store) view(ctx context.Context, f func(tx *bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db, err := s.usable()
	if err != nil {
		return err
	}
	err = guard(func() error { return db.View(f) })
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ledger.ErrClosed
	}
	return err
}

func (s *Store) usable() (*bolt.DB, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case s.db == nil:
		return nil, ledger.ErrClosed
	case s.poisoned:
		return nil, ledger.ErrPoisoned
	}
	return s.db, nil
}

// update runs a write transaction. After an error that is not one of those in sure, what is on the disk is not known: a
// commit that returned an error may have been written, and a later one would build on pages that may not be. So the
// handle is of no use any more.
func (s *Store) update(ctx context.Context, f func(tx *bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: nothing was written: %w", ledger.ErrConflict, err)
	}
	db, err := s.usable()
	if err != nil {
		return err
	}
	if s.readOnly {
		return ledger.ErrReadOnly
	}
	err = guard(func() error { return db.Update(f) })
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ledger.ErrClosed
	}
	if err != nil && !errors.Is(err, ledger.ErrConflict) {
		s.mu.Lock()
		s.poisoned = true
		s.mu.Unlock()
	}
	return err
}

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func tileKey(level int, index uint64) []byte {
	k := key(index)
	k[0] = byte(level) //nolint:gosec // a tree of 2^63 records has eight levels of tiles
	return k
}

// Append implements ledger.Store.
func (s *Store) Append(ctx context.Context, b ledger.Batch) error {
	if len(b.IDs) != len(b.Records) {
		return fmt.Errorf("append: %d ids for %d records: %w", len(b.IDs), len(b.Records), ledger.ErrConflict)
	}
	err := s.update(ctx, func(tx *bolt.Tx) error { return put(tx, b) })
	if err != nil {
		return fmt.Errorf("append at %d: %w", b.At, err)
	}
	// The index is derived: whatever becomes of it, the batch is in the ledger.
	s.ids.add(b)
	return nil
}

// put writes a batch in one transaction. bbolt keeps the values until the commit, and so does the caller.
func put(tx *bolt.Tx, b ledger.Batch) error {
	meta, records, tiles := tx.Bucket(bucketMeta), tx.Bucket(bucketRecord), tx.Bucket(bucketTile)
	size, err := readSize(meta)
	if err != nil {
		return err
	}
	if last, _ := records.Cursor().Last(); size != b.At || last != nil && binary.BigEndian.Uint64(pad(last)) >= b.At {
		return fmt.Errorf("the store holds %d records: %w", size, ledger.ErrConflict)
	}
	// Keys only grow: half-empty pages would never be filled.
	records.FillPercent, tiles.FillPercent = 1, 1
	for i, rec := range b.Records {
		if err := records.Put(key(b.At+uint64(i)), rec); err != nil {
			return err
		}
	}
	for _, t := range b.Tiles {
		k := tileKey(t.Level, t.Index)
		if tiles.Get(k) != nil {
			return fmt.Errorf("tile %d of level %d is there: %w", t.Index, t.Level, ledger.ErrConflict)
		}
		if err := tiles.Put(k, t.Hashes); err != nil {
			return err
		}
	}
	return errors.Join(meta.Put(keySize, key(b.At+uint64(len(b.Records)))), meta.Put(keyHead, b.Head))
}

// pad makes eight bytes of a key that may have been damaged.
func pad(k []byte) []byte { return append(bytes.Clone(k), make([]byte, 8)...) }

func readSize(meta *bolt.Bucket) (uint64, error) {
	switch b := meta.Get(keySize); len(b) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(b), nil
	default:
		return 0, fmt.Errorf("%w: the size has %d bytes, want 8", ledger.ErrDamaged, len(b))
	}
}

// Head implements ledger.Store.
func (s *Store) Head(ctx context.Context) (size uint64, head []byte, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		head = bytes.Clone(meta.Get(keyHead))
		size, err = readSize(meta)
		return err
	})
	return size, head, err
}

func (s *Store) get(ctx context.Context, bucket, k []byte, what string) (value []byte, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket).Get(k)
		switch {
		case b == nil:
			return ledger.ErrNoRecord
		case len(b) > maxValue:
			return fmt.Errorf("%w: a value of %d bytes", ledger.ErrDamaged, len(b))
		}
		value = bytes.Clone(b)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return value, nil
}

// Record implements ledger.Store.
func (s *Store) Record(ctx context.Context, seq uint64) ([]byte, error) {
	return s.get(ctx, bucketRecord, key(seq), fmt.Sprintf("record %d", seq))
}

// Tile implements ledger.Store.
func (s *Store) Tile(ctx context.Context, level int, index uint64) ([]byte, error) {
	return s.get(ctx, bucketTile, tileKey(level, index), fmt.Sprintf("tile %d of level %d", index, level))
}

// Scan implements ledger.Store. It passes over keys that are no number: Check names them.
func (s *Store) Scan(ctx context.Context, from, to uint64, f func(uint64, []byte) error) error {
	if from >= to {
		return ctx.Err()
	}
	return s.scan(ctx, bucketRecord, key(from), key(to-1), func(k, v []byte) error {
		if len(k) != keyBytes {
			return nil
		}
		return f(binary.BigEndian.Uint64(k), v)
	})
}

// ScanTiles implements ledger.Store. It passes over keys that are no number, as Scan does.
func (s *Store) ScanTiles(ctx context.Context, f func(ledger.Tile) error) error {
	return s.scan(ctx, bucketTile, key(0), key(math.MaxUint64), func(k, v []byte) error {
		if len(k) != keyBytes {
			return nil
		}
		level := k[0]
		k[0] = 0
		return f(ledger.Tile{Level: int(level), Index: binary.BigEndian.Uint64(k), Hashes: v})
	})
}

// A pair is a key and its value, copied.
type pair struct{ k, v []byte }

// scan calls f with the pairs from one key to another, both included. It reads them in pieces, and holds no transaction
// while f runs: an open one keeps the file from being mapped anew, so that an append in f would wait for ever.
func (s *Store) scan(ctx context.Context, bucket, from, to []byte, f func(k, v []byte) error) error {
	for from != nil {
		var pairs []pair
		var err error
		if pairs, from, err = s.piece(ctx, bucket, from, to); err != nil {
			return err
		}
		for _, p := range pairs {
			if err := f(p.k, p.v); err != nil {
				return err
			}
		}
	}
	return nil
}

// piece returns the next pairs and the key at which to go on, nil at the end.
func (s *Store) piece(ctx context.Context, bucket, from, to []byte) (pairs []pair, next []byte, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		total := 0
		c := tx.Bucket(bucket).Cursor()
		for k, v := c.Seek(from); k != nil && bytes.Compare(k, to) <= 0; k, v = c.Next() {
			if len(v) > maxValue {
				return fmt.Errorf("%w: bucket %q: a value of %d bytes under key %x", ledger.ErrDamaged, bucket, len(v), k)
			}
			if len(pairs) == chunkRecords || total > chunkBytes {
				next = bytes.Clone(k)
				break
			}
			pairs = append(pairs, pair{k, v})
			total += len(k) + len(v)
		}
		copyPairs(pairs, total)
		return nil
	})
	return pairs, next, err
}

// copyPairs copies what pairs refer to into one piece of memory.
func copyPairs(pairs []pair, total int) {
	arena := make([]byte, 0, total)
	take := func(b []byte) []byte {
		start := len(arena)
		arena = append(arena, b...)
		return arena[start:len(arena):len(arena)]
	}
	for i, p := range pairs {
		pairs[i] = pair{take(p.k), take(p.v)}
	}
}

// ReadOnly implements ledger.Store.
func (s *Store) ReadOnly() bool { return s.readOnly }

// Close implements ledger.Store. It writes the index first, so that the next process does not find it behind.
func (s *Store) Close() error {
	s.mu.Lock()
	db, poisoned := s.db, s.poisoned
	s.db = nil
	s.mu.Unlock()
	if db == nil {
		return nil
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	s.ids.close(poisoned)
	return guard(db.Close)
}
