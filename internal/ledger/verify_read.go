package ledger

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// A job is the records of one tile on their way through a worker.
type job struct {
	index uint64 // of the tile of level 0
	seqs  []uint64
	raw   [][]byte
	done  chan struct{} // closed when what stands below is there

	items   []*item
	tile    []byte // nil where the store has none
	tileErr error
	root    Hash // of the records' hashes, where there are 256
}

// An item is a record as far as Verify has judged it.
type item struct {
	seq  uint64 // under which it is kept
	leaf Hash
	rec  Record
	err  error // why it cannot be parsed

	tree    Hash // what the tile says
	hasTree bool
	bad     bool // reported: neither its fields nor its hash say anything about others
	doubt   bool // its prev does not fit, and it is not clear yet which of the two records was altered
}

// readAll sends all records through the workers and judges them in order.
func (v *verifier) readAll(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *job, 2*workers), make(chan *job, 4*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range work {
				v.hash(ctx, j)
				close(j.done)
			}
		})
	}
	var scanErr error
	wg.Go(func() {
		defer close(order)
		defer close(work)
		scanErr = v.scan(ctx, work, order)
	})
	for j := range order {
		<-j.done
		v.judge(j)
	}
	wg.Wait()
	return scanErr
}

// scan gathers records by tile.
func (v *verifier) scan(ctx context.Context, work, order chan<- *job) error {
	var j *job
	send := func() {
		if j != nil {
			work <- j
			order <- j
		}
	}
	err := v.store.Scan(ctx, v.start, numbers, func(seq uint64, b []byte) error {
		if j == nil || j.index != seq/TileWidth {
			send()
			j = &job{index: seq / TileWidth, done: make(chan struct{})}
		}
		j.seqs, j.raw = append(j.seqs, seq), append(j.raw, b)
		return ctx.Err()
	})
	send()
	return err
}

// hash does for one tile's records what does not need their neighbours.
func (v *verifier) hash(ctx context.Context, j *job) {
	if (j.index+1)*TileWidth <= v.headSize {
		j.tile, j.tileErr = v.store.Tile(ctx, 0, j.index)
		if errors.Is(j.tileErr, ErrNoRecord) || len(j.tile) != TileBytes {
			j.tile = nil
		}
	}
	items := make([]item, len(j.raw))
	leaves := make([]byte, 0, TileBytes)
	for i, b := range j.raw {
		it := &items[i]
		it.seq = j.seqs[i]
		it.rec, it.err = ParseRecord(b)
		it.leaf = Record{Bytes: b}.Leaf()
		if j.tile != nil {
			it.tree, it.hasTree = Hash(j.tile[it.seq%TileWidth*uint64(len(it.tree)):]), true
		}
		leaves = append(leaves, it.leaf[:]...)
		j.items = append(j.items, it)
	}
	if len(j.raw) == TileWidth {
		j.root = tileRoot(leaves)
	}
}
