package rows

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"time"

	"suyuan/bench/ask"
	"suyuan/bench/measure"
	"suyuan/bench/world"
	"suyuan/internal/event"
)

// A Stock is what contests share: worlds, indexes and ledgers made of them. Each is made when it is first asked for.
type Stock struct {
	Program string // suyuan
	Ask     string // suyuan-ask, which asks an index alone in a process of its own
	Dir     string
	Keep    string // where indexes and signed ledgers stay; empty: they go with the run
	Seed    uint64
	Turn    time.Duration // of an append; 0: long enough to believe it
	Most    int           // events that a contest of appends has; 0: enough
	Held    int           // events that a graph holds in memory while it is made; 0: as many as fit into five gigabytes
	Say     func(format string, args ...any)

	events  [][]byte
	ledgers map[uint64]*stocked
	indexes map[uint64]*ask.Index
	version []byte // of worlds and snapshots
}

const by = "DEP-1/OP-1"

func (s *Stock) say(format string, args ...any) {
	if s.Say != nil {
		s.Say(format, args...)
	}
}

func (s *Stock) held() int { return cmp.Or(s.Held, heldInMemory) }

func (s *Stock) shape(size uint64) world.Shape { return world.Shape{Batches: size, Seed: s.Seed} }

// worldFile writes the events of a world to a file, and returns how many they are.
func (s *Stock) worldFile(size uint64) (path string, events uint64, err error) {
	path = filepath.Join(s.Dir, fmt.Sprintf("world-%d.jsonl", size))
	events, err = s.writeEvents(path, size, 0, math.MaxUint64)
	return path, events, err
}

// writeEvents writes the events after the first so many, up to another number, and returns how many they are.
func (s *Stock) writeEvents(path string, size, after, to uint64) (events uint64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	for e := range s.shape(size).Events() {
		if e.Seq <= after {
			continue
		}
		if e.Seq > to {
			break
		}
		events++
		line = append(e.AppendJSON(line[:0]), '\n')
		if _, err := w.Write(line); err != nil {
			return 0, err
		}
	}
	return events, w.Flush()
}

// count returns how many events a world has.
func (s *Stock) count(size uint64) (events uint64) {
	for e := range s.shape(size).Events() {
		events = e.Seq
	}
	return events
}

// environment is that of every program that is measured: no keys, no anchor, no language of the user's.
func (s *Stock) environment(ledgerPath string) []string {
	return append(os.Environ(), "SUYUAN_AS="+by, "SUYUAN_LEDGER="+ledgerPath, "SUYUAN_HOME="+filepath.Join(s.Dir, "home"), "LANG=C", "LC_ALL=C")
}

// imported makes a ledger at path of a file of events, by the program, and returns what the import took.
func (s *Stock) imported(ctx context.Context, path, file string) (measure.Cost, error) {
	if _, err := s.suyuan(ctx, path, "init", "--unsigned"); err != nil {
		return measure.Cost{}, err
	}
	return s.suyuan(ctx, path, "import", file)
}

// suyuan runs the program on a ledger.
func (s *Stock) suyuan(ctx context.Context, ledgerPath string, args ...string) (measure.Cost, error) {
	return measure.Program(ctx, s.environment(ledgerPath), s.Program, args...)
}

// Forget removes the ledger of a size, and lets go of its index: no later size needs them.
func (s *Stock) Forget(size uint64) error {
	err := s.throwAway(size)
	if l := s.ledgers[size]; l != nil {
		err = errors.Join(err, removeLedger(l.path), os.RemoveAll(l.rest), os.RemoveAll(l.older))
	}
	delete(s.ledgers, size)
	return err
}

func removeLedger(path string) error {
	err := os.Remove(path)
	for _, beside := range besides(path) {
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
