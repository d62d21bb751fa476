package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Rehash reads the records from number from on back from the store and hashes them again: on top of the tree over those before, whose root is
// root, they must give the head's root. The error wraps ErrDamaged where they do not. Who signs a head asks this first: one flipped bit in a
// hash that was signed once made a public log worthless (Yeti 2022). The cost is that of reading these records; from 0 on, of all.
func (l *Ledger) Rehash(ctx context.Context, from uint64, root Hash) error {
	v, err := l.viewOf(from)
	if err != nil {
		return err
	}
	e, err := l.edgeAt(ctx, v, from, root)
	if err != nil {
		return err
	}
	for rec, err := range l.Records(ctx, from, v.head.Size) {
		if err != nil {
			return err
		}
		e.add(rec.Leaf())
	}
	now, err := e.root()
	if err != nil {
		return err
	}
	if e.size != v.head.Size || now != v.head.Root {
		return damaged("records %d to %d, read back, give root %x, the head says %x", from, v.head.Size-1, now[:], v.head.Root[:])
	}
	return nil
}

// edgeAt returns the edge of the tree over the first size records, and refuses one that does not give root.
func (l *Ledger) edgeAt(ctx context.Context, v *view, size uint64, root Hash) (edge, error) {
	if size == 0 {
		return edge{}, nil
	}
	var indexes []int64
	for level := 63; level >= 0; level-- {
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, signed(size>>level-1)))
		}
	}
	hashes, err := l.hashes(ctx, v).ReadHashes(indexes)
	if err != nil {
		return edge{}, err
	}
	e, ok := newEdge(size, hashes)
	if !ok {
		return edge{}, fmt.Errorf("an edge of %d hashes at size %d", len(hashes), size)
	}
	was, err := e.root()
	if err == nil && was != root {
		err = damaged("the tree over the first %d records has root %x, and had %x", size, was[:], root[:])
	}
	return e, err
}
