package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"runtime"
	"sync"
)

// errUnsound ends a sweep at the first thing that is not as it should be. What it is, Verify looks for again.
var errUnsound = errors.New("the ledger is not sound")

// A sweeper asks one question of a whole store: is everything as it should be? It judges a tile's records at a time, on all processors, and puts
// the answers together in the order of the records.
type sweeper struct {
	head  Head
	mark  func(*Record) byte
	total func(done, total uint64)

	free, work, order chan *swept

	// Of the goroutine that reads.
	current *swept
	next    uint64 // the number that the next record must have
	tiles   uint64 // of level 0, handed out
	upper   []Tile // of the other levels

	// Of the goroutine that puts together.
	done  uint64
	last  *edgeOf // of the records so far; nil before the first
	roots []Hash  // of the tiles of level 0
	tail  []Hash  // after the last full tile
	ids   idSet
	marks []byte
}

// An edgeOf is what the next record has to fit.
type edgeOf struct {
	leaf     Hash
	recorded int64 // milliseconds since 1970
}

// A swept is the records of one tile, or of the last that is not full.
type swept struct {
	first uint64
	text  []byte        // each record after a zero byte, as it is hashed
	ends  []int         // where each ends in text
	tile  []byte        // as stored; empty where the tile is not full
	done  chan struct{} // gets a value when what stands below is there

	sound  bool
	prev   Hash     // of the first record
	begins int64    // when that was recorded
	leaves []byte   // hashes
	root   Hash     // of a full tile
	last   edgeOf   // of the last record
	keys   []uint64 // of ids
	marks  []byte
}

// sweep reads a store once, where it can be. It returns false where anything is not as it should be, whatever it is, and has nothing to say of it then.
func sweep(ctx context.Context, store Store, o VerifyOptions) (Report, bool, error) {
	from, ok := store.(Sweeper)
	if !ok {
		return Report{}, false, nil
	}
	size, blob, err := store.Head(ctx)
	if err != nil {
		return Report{}, false, ctx.Err()
	}
	head, _, err := parseHead(blob)
	if err != nil || head.Size != size {
		return Report{}, false, ctx.Err()
	}
	s := newSweeper(head, o)
	if err := s.run(ctx, from); err != nil || ctx.Err() != nil || !s.whole() {
		return Report{}, false, ctx.Err()
	}
	return Report{OK: true, Size: size, Root: head.Root, Marks: s.marks}, true, nil
}

func newSweeper(head Head, o VerifyOptions) *sweeper {
	// Two tiles for each worker, one that is being read and one that is being put together: that bounds what is in memory.
	n := 2*runtime.GOMAXPROCS(0) + 2
	s := &sweeper{
		head: head, mark: o.Mark, total: o.Progress,
		free: make(chan *swept, n), work: make(chan *swept, n), order: make(chan *swept, n),
	}
	for range n {
		s.free <- &swept{leaves: make([]byte, 0, TileBytes), done: make(chan struct{}, 1)}
	}
	return s
}

// run reads, judges and puts together. An error means that the ledger was not found sound.
func (s *sweeper) run(ctx context.Context, from Sweeper) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			j := judge{origin: s.head.Origin, mark: s.mark}
			for t := range s.work {
				j.tile(t)
				t.done <- struct{}{}
			}
		})
	}
	var readErr error
	wg.Go(func() {
		defer close(s.order)
		defer close(s.work)
		readErr = s.read(ctx, from)
	})
	var err error
	for t := range s.order {
		<-t.done
		if err == nil {
			if err = s.put(t); err != nil {
				cancel()
			}
		}
		s.free <- t
	}
	wg.Wait()
	return errors.Join(err, readErr)
}

func (s *sweeper) read(ctx context.Context, from Sweeper) error {
	err := from.Sweep(ctx, Sweep{
		Record: func(seq uint64, rec []byte) error { return s.record(ctx, seq, rec) },
		Tile:   func(t Tile) error { return s.tile(ctx, t) },
	})
	if err == nil && s.current != nil {
		s.send()
	}
	return err
}

// begin takes the place for the next tile's records.
func (s *sweeper) begin(ctx context.Context) error {
	select {
	case s.current = <-s.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	t := s.current
	t.first, t.text, t.ends, t.tile = s.next, t.text[:0], t.ends[:0], t.tile[:0]
	return nil
}

func (s *sweeper) tile(ctx context.Context, t Tile) error {
	if t.Level > 0 {
		if len(s.upper) > int(s.head.Size>>(2*TileHeight))*2 { // a level has a 256th of the tiles of that below
			return errUnsound
		}
		s.upper = append(s.upper, Tile{t.Level, t.Index, bytes.Clone(t.Hashes)})
		return nil
	}
	if t.Index != s.tiles || t.Index >= s.head.Size/TileWidth || s.next != t.Index*TileWidth || len(t.Hashes) != TileBytes {
		return errUnsound
	}
	s.tiles++
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.current.tile = append(s.current.tile, t.Hashes...)
	return nil
}

func (s *sweeper) record(ctx context.Context, seq uint64, rec []byte) error {
	if seq != s.next || seq >= s.head.Size || len(rec) > MaxRecord {
		return errUnsound
	}
	if s.current == nil {
		if seq%TileWidth != 0 || s.head.Size-seq >= TileWidth {
			return errUnsound // its tile is not there
		}
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	s.next++
	t := s.current
	t.text = append(append(t.text, 0), rec...)
	t.ends = append(t.ends, len(t.text))
	if len(t.ends) == TileWidth {
		s.send()
	}
	return nil
}

func (s *sweeper) send() {
	t := s.current
	s.current = nil
	s.work <- t
	s.order <- t
}

// put takes in the next tile.
func (s *sweeper) put(t *swept) error {
	if !t.sound || s.last == nil && t.first != 0 {
		return errUnsound
	}
	if s.last != nil && (t.prev != s.last.leaf || t.begins < s.last.recorded) {
		return errUnsound
	}
	last := t.last
	s.last, s.done = &last, s.done+uint64(len(t.ends))
	if len(t.ends) == TileWidth {
		s.roots = append(s.roots, t.root)
	} else {
		for leaf := t.leaves; len(leaf) > 0; leaf = leaf[len(Hash{}):] {
			s.tail = append(s.tail, Hash(leaf))
		}
	}
	for _, key := range t.keys {
		s.ids.addKey(key)
	}
	s.marks = append(s.marks, t.marks...)
	s.total(s.done, s.head.Size)
	return nil
}

// whole says whether what was read is all of a sound ledger: as many records as the head says, which give its root, and all tiles over them.
func (s *sweeper) whole() bool {
	if s.done != s.head.Size || s.last.leaf != s.head.Last || s.last.recorded != s.head.Recorded.UnixMilli() {
		return false
	}
	var f forest
	for _, root := range s.roots {
		f.addTile(root)
	}
	root, err := f.root(s.tail)
	return err == nil && !f.broken && root == s.head.Root && s.tiles == uint64(len(s.roots)) && s.upperTiles() && len(s.ids.twice()) == 0
}

// upperTiles says whether the tiles above level 0 are those that the records give, all and no others.
func (s *sweeper) upperTiles() bool {
	at := 0
	for level, roots := 1, s.roots; len(roots) >= TileWidth; level, roots = level+1, rootsOf(roots) {
		for index := range len(roots) / TileWidth {
			if at == len(s.upper) {
				return false
			}
			t := s.upper[at]
			at++
			if t.Level != level || t.Index != uint64(index) || !bytes.Equal(t.Hashes, joinHashes(roots[index*TileWidth:][:TileWidth])) {
				return false
			}
		}
	}
	return at == len(s.upper)
}

// A judge looks at tiles, one after the other. It keeps what it would have to allocate each time.
type judge struct {
	origin string
	mark   func(*Record) byte
	quick  quick
	rec    Record
}

// tile says whether the records of one tile are sound by themselves, among each other, and with the stored tile.
func (j *judge) tile(t *swept) {
	t.sound, t.keys, t.marks, t.leaves = false, t.keys[:0], t.marks[:0], t.leaves[:0]
	from := 0
	for i, end := range t.ends {
		if !j.record(t, i, t.text[from:end]) {
			return
		}
		from = end
	}
	if len(t.ends) == TileWidth {
		if !bytes.Equal(t.leaves, t.tile) {
			return
		}
		t.root = tileRoot(t.leaves)
	}
	t.sound = true
}

// record judges record i of a tile, which text holds after a zero byte.
func (j *judge) record(t *swept, i int, text []byte) bool {
	rec := &j.rec
	if !j.parse(text[1:]) || rec.Seq != t.first+uint64(i) { //nolint:gosec // not negative
		return false
	}
	now := edgeOf{sha256.Sum256(text), rec.Recorded.UnixMilli()}
	switch {
	case i == 0:
		t.prev, t.begins = rec.Prev, now.recorded
	case rec.Prev != t.last.leaf || now.recorded < t.last.recorded:
		return false
	}
	if rec.Genesis != nil && rec.Genesis.Origin != j.origin {
		return false
	}
	t.last = now
	t.leaves = append(t.leaves, now.leaf[:]...)
	if rec.ID != (ID{}) {
		t.keys = append(t.keys, rec.ID.key())
	}
	if j.mark != nil {
		t.marks = append(t.marks, j.mark(rec))
	}
	return true
}

func (j *judge) parse(b []byte) bool {
	if j.rec = (Record{Bytes: b}); j.quick.record(b, &j.rec) {
		return true
	}
	var err error
	j.rec, err = parseSlowly(b)
	return err == nil
}
