package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

const (
	sweepRead = 1 << 20  // bytes that are read at once, where pages lie near each other
	sweepGap  = 16       // pages between two that are read along rather than left out
	sweepPage = 32 << 20 // bytes of the largest page: two values of the largest kind, and much room
)

// A bucketTree is where the pages of a bucket begin: at root, or in the bytes of inline.
type bucketTree struct {
	root   uint64
	inline []byte
}

// Sweep implements ledger.Sweeper. It reads the file itself, not through bbolt's mapping, which the system would fill page by page: bbolt
// advises it that pages are read at random. Every page that is in use is held against all that [Store.Check] holds it against.
//
// A store that is open for writing cannot be swept: pages may be given away while they are read.
func (s *Store) Sweep(ctx context.Context, to ledger.Sweep) error {
	if !s.readOnly {
		return errors.New("sweep: the store is open for writing")
	}
	return s.view(ctx, func(*bolt.Tx) error {
		records, err := os.Open(s.path)
		if err != nil {
			return err
		}
		defer records.Close() //nolint:errcheck // it was only read
		// A file of its own for the tiles: the system reads ahead by file, and the two go through it side by side.
		tiles, err := os.Open(s.path)
		if err != nil {
			return err
		}
		defer tiles.Close() //nolint:errcheck // it was only read
		info, err := records.Stat()
		if err != nil {
			return err
		}
		return sweep(ctx, records, tiles, info.Size(), to)
	})
}

// sweep reads all that is in use of a file, which it is given twice. It is an error where anything is not as bbolt and a ledger leave it.
func sweep(ctx context.Context, records, tiles io.ReaderAt, size int64, to ledger.Sweep) error {
	p, err := newPager(records, size)
	if err != nil {
		return err
	}
	buckets, err := p.bucketTrees()
	if err != nil {
		return err
	}
	for _, name := range [][]byte{bucketMeta, bucketNote} {
		c := newSweepCursor(p, records, name)
		if err := c.all(buckets[string(name)]); err != nil {
			return err
		}
	}
	r := &tileRun{cursor: newSweepCursor(p, tiles, bucketTile), to: to}
	if err := r.begin(buckets[string(bucketTile)]); err != nil {
		return err
	}
	c := newSweepCursor(p, records, bucketRecord)
	if err := c.begin(buckets[string(bucketRecord)]); err != nil {
		return err
	}
	for n := uint64(0); ; n++ {
		key, value, err := c.next()
		if err != nil {
			return err
		}
		if key == nil {
			break
		}
		if n%ledger.TileWidth == 0 {
			if err := errors.Join(ctx.Err(), r.upTo(n/ledger.TileWidth)); err != nil {
				return err
			}
		}
		if err := to.Record(binary.BigEndian.Uint64(key), value); err != nil {
			return err
		}
	}
	if err := r.rest(); err != nil {
		return err
	}
	return p.wholeFile()
}

// wholeFile checks that every page is in use or free, and none both. It comes last.
func (p *pager) wholeFile() error {
	if err := errors.Join(p.metaHead(0), p.metaHead(1), p.freelist()); err != nil {
		return err
	}
	return p.allSeen()
}

// metaHead checks that a page from which bbolt starts, even the one that it does not start from now, says which it is.
func (p *pager) metaHead(id uint64) error {
	var head [pageHeader]byte
	if _, err := p.file.ReadAt(head[:], p.offset(id)); err != nil {
		return err
	}
	if found := order.Uint64(head[:]); found != id || order.Uint16(head[8:]) != flagMeta {
		return fmt.Errorf("page %d says that it is page %d, with flags %#x", id, found, order.Uint16(head[8:]))
	}
	return nil
}

// bucketTrees returns the buckets of a ledger file by name: these four and no others.
func (p *pager) bucketTrees() (map[string]bucketTree, error) {
	c := newSweepCursor(p, p.file, nil)
	if err := c.begin(bucketTree{root: p.meta.root}); err != nil {
		return nil, err
	}
	trees := make(map[string]bucketTree)
	for {
		key, value, err := c.next()
		if err != nil {
			return nil, err
		}
		if key == nil {
			break
		}
		// The second number is how often the bucket has counted: no ledger counts.
		if !isBucket(key) || len(value) < 16 || order.Uint64(value[8:]) != 0 {
			return nil, fmt.Errorf("bucket %.40q is none of a ledger", key)
		}
		trees[string(key)] = bucketTree{root: order.Uint64(value), inline: bytes.Clone(value[16:])}
	}
	if len(trees) != 4 {
		return nil, fmt.Errorf("%d buckets, want 4", len(trees))
	}
	return trees, nil
}

// A tileRun hands out tiles beside the records.
type tileRun struct {
	cursor *sweepCursor
	to     ledger.Sweep
	ahead  ledger.Tile
	more   bool
}

func (r *tileRun) begin(b bucketTree) error {
	if err := r.cursor.begin(b); err != nil {
		return err
	}
	return r.read()
}

func (r *tileRun) read() error {
	key, value, err := r.cursor.next()
	if r.more = key != nil; !r.more {
		return err
	}
	n := binary.BigEndian.Uint64(key)
	r.ahead = ledger.Tile{Level: int(key[0]), Index: n & (1<<56 - 1), Hashes: value}
	return nil
}

// upTo hands out the tiles of level 0 up to one.
func (r *tileRun) upTo(index uint64) error {
	for r.more && r.ahead.Level == 0 && r.ahead.Index <= index {
		if err := r.give(); err != nil {
			return err
		}
	}
	return nil
}

func (r *tileRun) rest() error {
	for r.more {
		if err := r.give(); err != nil {
			return err
		}
	}
	return nil
}

func (r *tileRun) give() error {
	if err := r.to.Tile(r.ahead); err != nil {
		return err
	}
	return r.read()
}
