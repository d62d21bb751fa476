package rows

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"sync"

	"suyuan/bench/ask"
	"suyuan/bench/world"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// heldInMemory is how many events a graph that grows holds in memory before it is let go into a file: some nine gigabytes, the
// collector's share included.
const heldInMemory = 1 << 22

// A grower makes the snapshot of a world without a ledger: a ledger of a large one would take more disk than most machines have. Its
// events are parsed, identified and added as those of a ledger are, and go into files on the way as they do when a ledger is read for the
// first time. What was made goes on from the last of these files.
type grower struct {
	shape world.Shape
	path  string
	held  int // events in memory, at most
	say   func(format string, args ...any)
}

// grow makes the file at the grower's path.
func (w *grower) grow(ctx context.Context) (err error) {
	x := &growing{graph: genealogy.New()}
	if _, err := os.Stat(w.part()); err == nil {
		if err := x.standOn(w.part()); err != nil {
			return errors.Join(err, errors.New("remove the file to begin anew"))
		}
	}
	defer func() { err = errors.Join(err, x.letGo()) }()
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan []grown, 1)
	var ahead sync.WaitGroup
	ahead.Go(func() {
		defer close(batches)
		w.parse(ctx, uint64(x.graph.Len()), batches) //nolint:gosec // not negative
	})
	defer ahead.Wait()
	defer stop()
	for batch := range batches {
		if err := add(x.graph, batch); err != nil {
			return err
		}
		if x.joined() >= w.held {
			if err := w.spill(ctx, x); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.spill(ctx, x); err != nil {
		return err
	}
	return os.Rename(w.part(), w.path)
}

func (w *grower) part() string { return w.path + ".part" }

// A growing graph stands on a file of what is made so far, and holds in memory what joined since.
type growing struct {
	graph *genealogy.Graph
	on    *ask.Index // nil before there is a file
	first int        // events that are in the file
}

// joined is how many events are in no file.
func (x *growing) joined() int { return x.graph.Len() - x.first }

func (x *growing) standOn(path string) error {
	on, err := ask.Open(path)
	if err != nil {
		return err
	}
	x.graph, x.on, x.first = on.Graph, on, on.Graph.Len()
	return nil
}

func (x *growing) letGo() error {
	if x.on == nil {
		return nil
	}
	on := x.on
	x.graph, x.on = nil, nil
	return on.Close()
}

// spill writes the graph to the file of what is made so far, and lets it stand on that.
func (w *grower) spill(ctx context.Context, x *growing) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if x.joined() == 0 {
		return nil
	}
	next := w.part() + ".new"
	if err := writeIndex(next, x.graph); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	if err := x.letGo(); err != nil {
		return err
	}
	if err := os.Rename(next, w.part()); err != nil {
		return err
	}
	if err := x.standOn(w.part()); err != nil {
		return err
	}
	w.say("%s: %d events", w.path, x.graph.Len())
	return nil
}

func writeIndex(path string, g *genealogy.Graph) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(g.WriteSnapshot(buffered, nil, nil), buffered.Flush(), f.Sync(), f.Close())
}

// grown is one event of a world, as the ledger would have it.
type grown struct {
	seq   uint64
	line  []byte
	event event.Event
	err   error
}

// parse sends the events of the world after the first so many, in order and many at a time.
func (w *grower) parse(ctx context.Context, from uint64, batches chan<- []grown) {
	const many = 1024
	var batch []grown
	send := func() bool {
		parseAll(batch)
		select {
		case batches <- batch:
			batch = make([]grown, 0, many)
			return true
		case <-ctx.Done():
			return false
		}
	}
	for e := range w.shape.Events() {
		if e.Seq <= from {
			continue
		}
		batch = append(batch, grown{seq: e.Seq, line: e.AppendJSON(nil)})
		if len(batch) == many && !send() {
			return
		}
	}
	send()
}

// parseAll parses on all processors.
func parseAll(batch []grown) {
	var workers sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		workers.Go(func() {
			for k := i; k < len(batch); k += n {
				batch[k].parse()
			}
		})
	}
	workers.Wait()
}

// parse reads the event and gives it the id that a ledger would.
func (g *grown) parse() {
	g.event, g.err = event.Parse(g.line)
	g.line = nil
	if g.err == nil {
		g.event.Identify()
	}
}

// add adds events, all recorded by one operator on one day, as an import records them.
func add(g *genealogy.Graph, batch []grown) error {
	recorded, err := event.ParseTime("2026-03-01T08:00:00.123Z")
	if err != nil {
		return err
	}
	for i := range batch {
		b := &batch[i]
		if b.err != nil {
			return b.err
		}
		if err := g.Add(b.seq, by, recorded, b.event); err != nil {
			return err
		}
	}
	return nil
}

// formVersion says in which form this program writes snapshots: the first line of each, and the packing of events.
func formVersion() ([]byte, error) {
	var b bytes.Buffer
	if err := genealogy.New().WriteSnapshot(&b, nil, nil); err != nil {
		return nil, err
	}
	line, _, _ := bytes.Cut(b.Bytes(), []byte("\n"))
	packing := event.PackVersion()
	return append(line, packing[:]...), nil
}
