package rows

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/world"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/logbook"
)

// A Stock is what contests share: worlds, ledgers made of them, graphs. Each is made when it is first asked for.
type Stock struct {
	Program string // suyuan
	Dir     string
	Seed    uint64
	Turn    time.Duration // of an append; 0: long enough to believe it
	Most    int           // events that a contest of appends has; 0: enough

	events  [][]byte
	ledgers map[uint64]*stocked
}

// stocked is a ledger of a world.
type stocked struct {
	path    string
	records uint64
	bytes   int64 // of the records alone
	graph   *genealogy.Graph
}

const by = "DEP-1/OP-1"

func (s *Stock) shape(size uint64) world.Shape { return world.Shape{Batches: size, Seed: s.Seed} }

// worldFile returns the events of a world as a file, and how many they are.
func (s *Stock) worldFile(size uint64) (path string, events uint64, err error) {
	path = filepath.Join(s.Dir, fmt.Sprintf("world-%d.jsonl", size))
	f, err := os.Create(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	for e := range s.shape(size).Events() {
		events = e.Seq
		line = append(e.AppendJSON(line[:0]), '\n')
		if _, err := w.Write(line); err != nil {
			return "", 0, err
		}
	}
	return path, events, w.Flush()
}

// environment is that of every program that is measured: no keys, no anchor, no language of the user's.
func (s *Stock) environment(ledgerPath string) []string {
	return append(os.Environ(), "SUYUAN_AS="+by, "SUYUAN_LEDGER="+ledgerPath, "SUYUAN_HOME="+filepath.Join(s.Dir, "home"), "LANG=C", "LC_ALL=C")
}

// imported makes a ledger at path of a file of events, by the program, and returns what the import took.
func (s *Stock) imported(ctx context.Context, path, file string) (measure.Cost, error) {
	if _, err := measure.Program(ctx, s.environment(path), s.Program, "init", "--unsigned"); err != nil {
		return measure.Cost{}, err
	}
	return measure.Program(ctx, s.environment(path), s.Program, "import", file)
}

// ledger returns the ledger of a world.
func (s *Stock) ledger(ctx context.Context, size uint64) (*stocked, error) {
	if l := s.ledgers[size]; l != nil {
		return l, nil
	}
	file, _, err := s.worldFile(size)
	if err != nil {
		return nil, err
	}
	l := &stocked{path: filepath.Join(s.Dir, fmt.Sprintf("ledger-%d.db", size))}
	if _, err := s.imported(ctx, l.path, file); err != nil {
		return nil, err
	}
	// The first question leaves the index behind that all others start from.
	_, err = measure.Program(ctx, s.environment(l.path), s.Program, "show", "site:DEP-1")
	if err := errors.Join(err, l.count(ctx), os.Remove(file)); err != nil {
		return nil, err
	}
	if s.ledgers == nil {
		s.ledgers = make(map[uint64]*stocked)
	}
	s.ledgers[size] = l
	return l, nil
}

// count adds up the records' own bytes.
func (l *stocked) count(ctx context.Context) (err error) {
	store, err := boltstore.Open(ctx, l.path, boltstore.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	opened, err := ledger.Open(ctx, store)
	if err != nil {
		return err
	}
	l.records = opened.Head().Size
	for r, err := range opened.Records(ctx, 0, l.records) {
		if err != nil {
			return err
		}
		l.bytes += int64(len(r.Bytes))
	}
	return nil
}

// graphOf returns the graph of a world's ledger.
func (s *Stock) graphOf(ctx context.Context, size uint64) (*genealogy.Graph, error) {
	l, err := s.ledger(ctx, size)
	if err != nil || l.graph != nil {
		return l.graph, err
	}
	if l.graph, err = readGraph(ctx, l.path, false); err == nil {
		l.graph.Contacts()
	}
	return l.graph, err
}

// readGraph opens a ledger to the graph of all its records: by the index beside it, or of the records alone.
func readGraph(ctx context.Context, path string, noIndex bool) (*genealogy.Graph, error) {
	book, err := logbook.Open(ctx, path, logbook.Options{Now: time.Now, NoIndex: noIndex})
	if err != nil {
		return nil, err
	}
	g, err := book.Graph(ctx)
	return g, errors.Join(err, book.Close())
}

// Forget removes the ledger and the graph of a size: no later size needs them.
func (s *Stock) Forget(size uint64) error {
	l := s.ledgers[size]
	if l == nil {
		return nil
	}
	delete(s.ledgers, size)
	err := os.Remove(l.path)
	for _, beside := range besides(l.path) {
		err = errors.Join(err, os.RemoveAll(beside))
	}
	return err
}

// besides names what a ledger has beside it.
func besides(path string) []string {
	found, _ := filepath.Glob(path + ".*") // the pattern is well-formed
	return found
}

// canonical returns the first events of a large world as the ledger stores them.
func (s *Stock) canonical(n int) ([][]byte, error) {
	if len(s.events) >= n {
		return s.events[:n], nil
	}
	s.events = nil
	var line []byte
	for e := range s.shape(million).Events() {
		line = e.AppendJSON(line[:0])
		parsed, err := event.Parse(line)
		if err != nil {
			return nil, err
		}
		parsed.Identify()
		if s.events = append(s.events, parsed.Append(nil)); len(s.events) == n {
			return s.events, nil
		}
	}
	return nil, fmt.Errorf("the world has no %d events", n)
}

// recordLike returns a record as long as the ledger's own for an event, for stores that keep nothing but bytes.
func recordLike(dst, event []byte, seq uint64) []byte {
	dst = append(append(append(append(dst, `{"by":"`...), by...), `","event":`...), event...)
	dst = append(dst, `,"prev":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","recorded":"2026-03-01T08:00:00.123Z","seq":`...)
	return append(fmt.Appendf(dst, "%d", seq), `,"v":1}`...)
}

// records yields the records of a world for stores that keep nothing but bytes.
func (s *Stock) records(size uint64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var line, record []byte
		for e := range s.shape(size).Events() {
			line = e.AppendJSON(line[:0])
			record = recordLike(record[:0], line, e.Seq)
			if !yield(record) {
				return
			}
		}
	}
}
