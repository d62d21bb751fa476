package ledger

import (
	"context"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Waiting returns how many calls wait for a commit.
func (l *Ledger) Waiting() int {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return len(l.queue.waiting)
}

// AppendRecord appends a record's bytes.
func AppendRecord(dst []byte, r Record) []byte { return appendRecord(dst, r) }

// Forge makes a batch that holds records as they are, with tiles and head that agree with them.
func Forge(ctx context.Context, origin string, records []Record) (Batch, error) {
	var v view
	b := Batch{IDs: make([]ID, len(records))}
	var leaves []Hash
	for _, rec := range records {
		b.Records = append(b.Records, appendRecord(nil, rec))
		v.head.Last = Record{Bytes: b.Records[len(b.Records)-1]}.Leaf()
		v.head.Recorded = rec.Recorded
		leaves = append(leaves, v.head.Last)
	}
	tiles, err := v.grow(ctx, nil, leaves)
	v.head.Origin = origin
	b.Tiles, b.Head = tiles, encodeHead(v.head, &v.edge)
	return b, err
}

// ReencodeHead reads a stored head and writes it again.
func ReencodeHead(b []byte) ([]byte, error) {
	h, e, err := parseHead(b)
	if err != nil {
		return nil, err
	}
	return encodeHead(h, &e), nil
}

// OfLeaves returns a ledger to which leaf hashes are added in the place of records. Roots and proofs can be asked of it.
func OfLeaves(s Store) *Ledger {
	l := &Ledger{store: s}
	l.view.Store(new(view))
	return l
}

// Grow adds leaf hashes and returns the tiles that they fill.
func (l *Ledger) Grow(ctx context.Context, leaves []Hash) ([]Tile, error) {
	v := *l.view.Load()
	tiles, err := v.grow(ctx, &tileRoots{store: l.store, cache: &l.roots}, leaves)
	l.view.Store(&v)
	return tiles, err
}

// Forget makes the ledger read from its store what it remembers of tiles.
func (l *Ledger) Forget() { l.roots.root = nil }

// CheckTiles holds a store's tiles of upper levels against the roots of the full tiles of level 0, and returns what Verify says of it.
func CheckTiles(ctx context.Context, s Store, size uint64, roots []Hash) ([]Finding, error) {
	v := &verifier{store: s, headSize: size, roots: roots}
	err := v.checkTiles(ctx)
	return v.findings.sorted(), err
}

// TileRoot returns the root of a full tile.
func TileRoot(b []byte) Hash { return tileRoot(b) }

// GrowBeside adds leaves to an edge in our way and, beside it, in tlog's, and returns the first size at which they differ, or 0.
func GrowBeside(leaves []Hash) (differ uint64, err error) {
	var fast, slow edge
	for _, leaf := range leaves {
		want, err := slow.slowly(leaf)
		if err != nil {
			return 0, err
		}
		if got := fast.grow(leaf, nil); !slices.Equal(got, want) || fast != slow {
			return slow.size, nil
		}
	}
	return 0, nil
}

// slowly adds a leaf as tlog has it, and returns the hashes that it completes, from itself upwards.
func (e *edge) slowly(leaf Hash) ([]Hash, error) {
	done, err := tlog.StoredHashesForRecordHash(signed(e.size), leaf, e)
	if err != nil {
		return nil, err
	}
	e.size++
	e.peak[len(done)-1] = done[len(done)-1]
	return done, nil
}

// Sound sweeps a store, and says whether it found all as it should be.
func Sound(ctx context.Context, s Store) (Report, bool) {
	r, ok, err := sweep(ctx, s, VerifyOptions{Progress: func(uint64, uint64) {}})
	return r, ok && err == nil
}

// ParseSlowly is ParseRecord without its quick reader, and Quickly the quick reader alone.
func ParseSlowly(b []byte) (Record, error) { return parseSlowly(b) }

// Quickly takes a record apart if it is of the usual shape.
func Quickly(b []byte) (Record, bool) {
	var q quick
	rec := Record{Bytes: b}
	return rec, q.record(b, &rec)
}

// ParseTime reads the time of a record.
func ParseTime(b []byte) (time.Time, bool) { return parseTime(b) }

// Twice returns how many keys of ids occur more than once.
func Twice(keys []uint64) int {
	var s idSet
	for _, k := range keys {
		s.addKey(k)
	}
	return len(s.twice())
}
