package rows

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"suyuan/bench/ask"
	"suyuan/bench/measure"
	"suyuan/bench/world"
)

// largestMade is the largest world that a run makes for itself. Of a larger one it takes what is kept.
const largestMade = million

// A Kind is what is kept of a world from one run to the next.
type Kind string

// What is kept.
const (
	KindIndex  Kind = "index"  // the snapshot that is the index of a ledger of the world
	KindLedger Kind = "ledger" // a ledger of so many of its records, one in ten signed
)

// Kinds returns all that can be kept.
func Kinds() []Kind { return []Kind{KindIndex, KindLedger} }

// Make makes what is not there yet of a size, and returns where it lies.
func (s *Stock) Make(ctx context.Context, kind Kind, size uint64) (path string, err error) {
	path, err = s.keptPath(kind, size)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	if err := os.MkdirAll(filepath.Dir(path), measure.Open); err != nil {
		return "", err
	}
	s.say("making %s", path)
	if kind == KindIndex {
		w := grower{shape: s.shape(size), path: path, held: s.held(), say: s.say}
		return path, w.grow(ctx)
	}
	part := path + ".part"
	for _, name := range append(besides(part), part) { // of a run that was cut
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := makeSignedLedger(ctx, part, size, s.Seed); err != nil {
		return "", err
	}
	for _, name := range append(besides(part), part) { // the ledger itself last
		if err := os.Rename(name, path+name[len(part):]); err != nil {
			return "", err
		}
	}
	return path, nil
}

// Room returns how many bytes have to be free for what is not made yet, by what smaller ones took: while an index is
// written, the one that it grows from is there too.
func (s *Stock) Room(kind Kind, size uint64) (int64, error) {
	const (
		eventsPerBatch = 9
		indexPerEvent  = 315
		ledgerEach     = 760
	)
	path, err := s.keptPath(kind, size)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(path); err == nil {
		return 0, nil
	}
	if kind == KindLedger {
		return int64(size) * ledgerEach, nil //nolint:gosec // no size of a world is so large
	}
	room := 2 * int64(size) * eventsPerBatch * indexPerEvent //nolint:gosec // as above
	if info, err := os.Stat(path + ".part"); err == nil {
		room -= info.Size()
	}
	return max(room, 0), nil
}

// kept returns where something lies, and makes it unless it is so large that a run would wait for it: that is made by a command of its own.
func (s *Stock) kept(ctx context.Context, kind Kind, size uint64) (string, error) {
	if size <= largestMade {
		return s.Make(ctx, kind, size)
	}
	path, err := s.keptPath(kind, size)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: no %s of size %d is kept; suyuan-bench stock --size %d --only %s --keep DIR makes one", measure.ErrCannot, kind, size, size, kind)
	}
	return path, nil
}

// keptPath names a file by all that decides what is in it: the size, the seed, the world's making and the form of snapshots.
func (s *Stock) keptPath(kind Kind, size uint64) (string, error) {
	if s.version == nil {
		form, err := formVersion()
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(append(form, sample()...))
		s.version = sum[:6]
	}
	return filepath.Join(s.keepDir(), fmt.Sprintf("%s-%d-seed%d-%x", kind, size, s.Seed, s.version)), nil
}

// sample is a small world that has some of everything: another one tells that worlds are made otherwise.
func sample() []byte {
	var b []byte
	for e := range (world.Shape{Batches: 1500, Seed: 45}).Events() {
		b = append(e.AppendJSON(b), '\n')
	}
	return b
}

// Stale returns what is kept of the same size and seed by other versions of the program, which this one cannot use.
func (s *Stock) Stale(kind Kind, size uint64) ([]string, error) {
	path, err := s.keptPath(kind, size)
	if err != nil {
		return nil, err
	}
	all, err := filepath.Glob(filepath.Join(s.keepDir(), fmt.Sprintf("%s-%d-seed%d-*", kind, size, s.Seed)))
	ours := besides(path)
	return slices.DeleteFunc(all, func(name string) bool { return name == path || slices.Contains(ours, name) }), err
}

func (s *Stock) keepDir() string {
	if s.Keep != "" {
		return s.Keep
	}
	return s.Dir
}

// open returns the index of a world, open and mapped until [Stock.letGo].
func (s *Stock) open(ctx context.Context, size uint64) (*ask.Index, error) {
	if x := s.indexes[size]; x != nil {
		return x, nil
	}
	path, err := s.kept(ctx, KindIndex, size)
	if err != nil {
		return nil, err
	}
	x, err := ask.Open(path)
	if err != nil {
		return nil, err
	}
	if s.indexes == nil {
		s.indexes = make(map[uint64]*ask.Index)
	}
	s.indexes[size] = x
	return x, nil
}

// letGo closes the index of a size: what is mapped cannot be dropped from the page cache. Nothing that was started before may be asked any more.
func (s *Stock) letGo(size uint64) error {
	x := s.indexes[size]
	delete(s.indexes, size)
	if x == nil {
		return nil
	}
	return x.Close()
}

// throwAway removes what was kept of a size for this run alone.
func (s *Stock) throwAway(size uint64) error {
	if err := s.letGo(size); err != nil || s.Keep != "" {
		return err
	}
	for _, kind := range Kinds() {
		path, err := s.keptPath(kind, size)
		if err != nil {
			return err
		}
		for _, name := range append(besides(path), path) {
			if err := os.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	return nil
}
