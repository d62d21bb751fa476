package logbook

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

const (
	// replayBatch is how many records are parsed while those before are taken in.
	replayBatch = 1024
	// spillPart is which part of what is in a file has to join before that is
	// written again, at least.
	spillPart = 16
)

// spillAt is how many events a graph holds in memory before it lets go of them:
// about a gigabyte. Tests have less.
var spillAt = 1 << 21

// A parsed is a record, its leaf hash, and the event that it holds.
type parsed struct {
	rec   ledger.Record
	leaf  ledger.Hash
	event event.Event
	err   error
}

// replay adds the records from the state's size up to that of head, and checks
// that they are those that were recorded, each by the hash that the next one
// names. They are parsed on all processors, ahead of the one goroutine that
// takes them in. Where they are very many the state stands on a file on the way.
func (b *Book) replay(ctx context.Context, s *state, l *ledger.Ledger, head ledger.Head) error {
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan []parsed, 1)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(batches)
		readAhead(ctx, l, s.head.Size, head.Size, batches)
	})
	defer reader.Wait()
	defer stop()
	c := chain{s.head.Size, s.head.Last}
	for batch := range batches {
		for i := range batch {
			if err := s.take(&batch[i], &c); err != nil {
				return err
			}
		}
		b.spill(ctx, s)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.head = head
	return c.end(head)
}

// take adds one record.
func (s *state) take(p *parsed, c *chain) error {
	if p.err != nil {
		return p.err
	}
	rec := &p.rec
	if err := c.followHashed(rec, p.leaf); err != nil {
		return err
	}
	if rec.Genesis != nil {
		s.register = s.newRegister(rec.Genesis)
		s.lost = lostBefore(rec.Genesis)
		return nil
	}
	if err := s.graph.Add(rec.Seq, rec.By, event.TimeOf(rec.Recorded), lean(p.event)); err != nil {
		return &DamageError{rec.Seq, err.Error()}
	}
	s.signed(&p.event, notary.Entry{Seq: rec.Seq, Event: rec.Event, Sig: rec.Sig})
	return nil
}

// readAhead reads records and parses them, until ctx is done. The last of the
// last batch has the error that ended it.
func readAhead(ctx context.Context, l *ledger.Ledger, from, to uint64, batches chan<- []parsed) {
	var batch []parsed
	send := func() bool {
		parseAll(batch)
		select {
		case batches <- batch:
			batch = make([]parsed, 0, replayBatch)
			return true
		case <-ctx.Done():
			return false
		}
	}
	for rec, err := range l.Records(ctx, from, to) {
		batch = append(batch, parsed{rec: rec, err: err})
		if len(batch) == replayBatch && !send() {
			return
		}
	}
	send()
}

// parseAll parses the events of a batch on all processors.
func parseAll(batch []parsed) {
	var others sync.WaitGroup
	for part := range slices.Chunk(batch, len(batch)/runtime.GOMAXPROCS(0)+1) {
		others.Go(func() { parseSome(part) })
	}
	others.Wait()
}

func parseSome(batch []parsed) {
	for i := range batch {
		p := &batch[i]
		if p.err != nil {
			continue
		}
		if p.leaf = p.rec.Leaf(); p.rec.Genesis == nil {
			p.event, p.err = stored(&p.rec)
		}
	}
}

// spill lets a state that holds very many events in memory stand on a file
// instead, which nobody else sees. Where that cannot be made it stays in memory,
// which is no error.
func (b *Book) spill(ctx context.Context, s *state) {
	joined := s.graph.Len() - s.spilled
	if joined < spillAt || joined < s.spilled/spillPart || !b.indexes() {
		return
	}
	s.spilled = s.graph.Len()
	snap, err := b.spillInto(ctx, s.graph)
	if err != nil {
		return
	}
	if g, err := s.graph.Onto(snap); err == nil {
		s.graph = g
	}
}

// spillInto writes a graph to a file beside the ledger that has lost its name
// when the function returns, where the system can do that.
func (b *Book) spillInto(ctx context.Context, g *genealogy.Graph) (*genealogy.Snapshot, error) {
	f, err := os.CreateTemp(filepath.Dir(b.path), "."+filepath.Base(b.path)+".*.new")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // a system that keeps it until it is closed has it in the way of nobody
	err = g.WriteSnapshot(&cancelled{ctx, f}, nil, nil)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	return openSnapshot(f.Name())
}
