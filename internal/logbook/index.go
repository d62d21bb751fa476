package logbook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"suyuan/internal/durable"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/mapped"
	"suyuan/internal/notary"
)

// IndexPath returns where the index of the ledger at path is kept, beside the
// file that a symbolic link leads to: what its records say, as a snapshot of the
// genealogy (docs/genealogy.md). It is derived from the ledger and may be deleted
// at any time.
func IndexPath(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	return boltstore.GenealogyPath(path)
}

// Variables for the tests alone, which keep indexes of ledgers of a few records.
var (
	// indexAt is how many records must have joined for an index to be worth
	// writing: as many as are read in a fifth of a second.
	indexAt = 20000
	// indexPart is which part of what an index has must have joined for it to be
	// written anew: so the writing costs a few times what is written at last.
	indexPart = 4
	// checkWhole is up to which size an index is checked as a whole when it is
	// opened.
	checkWhole int64 = genealogy.CheckedWhole
)

// An indexStamp says what an index stands for.
type indexStamp struct {
	Origin  string       `json:"origin"`
	Size    uint64       `json:"size"`    // records
	Root    string       `json:"root"`    // of the tree over them
	Last    string       `json:"last"`    // leaf hash of the last
	Policed []event.Type `json:"policed"` // types that policies were ever about
}

// errStaleIndex says that an index is of another ledger, or of another history
// of it.
var errStaleIndex = errors.New("the index is of another ledger, or of another history of it")

// indexed returns the state that the index beside the ledger has; nil where
// there is none that stands for a prefix of the ledger.
func (b *Book) indexed(ctx context.Context, l *ledger.Ledger) *state {
	if !b.indexes() {
		return nil
	}
	takeWaiting(IndexPath(b.path))
	var s *state
	err := sound(func() error {
		snap, err := openIndex(b.path)
		if err == nil {
			s, err = stateOf(ctx, l, snap)
		}
		return err
	})
	if err != nil {
		return nil
	}
	return s
}

// indexes reports whether the book has to do with an index at all.
func (b *Book) indexes() bool { return b.path != "" && !b.o.NoIndex && !b.doubted }

// openIndex opens the index of the ledger at path. It is let go of when nothing
// refers to it any more.
func openIndex(path string) (*genealogy.Snapshot, error) { return openSnapshot(IndexPath(path)) }

func openSnapshot(path string) (*genealogy.Snapshot, error) {
	f, err := mapped.Open(path)
	if err != nil {
		return nil, err
	}
	snap, err := genealogy.OpenSnapshot(f.Bytes, f.Reader, f.Size, checkWhole)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	runtime.AddCleanup(snap, func(f *mapped.File) { _ = f.Close() }, f)
	return snap, nil
}

// stateOf returns the state that an index has, if it stands for a prefix of the
// ledger.
func stateOf(ctx context.Context, l *ledger.Ledger, snap *genealogy.Snapshot) (*state, error) {
	var stamp indexStamp
	if err := json.Unmarshal(snap.Stamp(), &stamp); err != nil {
		return nil, errStaleIndex
	}
	if all := l.Head(); stamp.Origin != all.Origin || stamp.Size < 1 || stamp.Size > all.Size {
		return nil, errStaleIndex
	}
	head, err := headAt(ctx, l, stamp.Size)
	if err != nil {
		return nil, err
	}
	if hex.EncodeToString(head.Root[:]) != stamp.Root || hex.EncodeToString(head.Last[:]) != stamp.Last {
		return nil, errStaleIndex
	}
	s := &state{head: head, policed: make(map[event.Type]bool), ledger: l}
	genesis := l.Genesis()
	s.lost = lostBefore(&genesis)
	for _, t := range stamp.Policed {
		s.policed[t] = true
	}
	extra, err := snap.Extra()
	if err != nil {
		return nil, err
	}
	if s.concerned, err = unpackNumbers(extra); err != nil {
		return nil, err
	}
	if s.graph, err = snap.On(); err != nil {
		return nil, err
	}
	s.standsOn(snap)
	return s, nil
}

// A base is an index that a state stands on: records and entries.
type base struct {
	size    uint64
	last    ledger.Hash
	entries int
}

// standsOn notes that the state stands on an index of all that it knows.
func (s *state) standsOn(snap *genealogy.Snapshot) {
	s.indexed, s.spilled = s.graph.Len(), s.graph.Len()
	s.base.size, s.base.last = s.head.Size, s.head.Last
	s.base.entries, _ = snap.Size()
}

// due reports whether so much joined since the index was written that it is
// worth writing anew.
func (s *state) due() bool {
	joined := s.graph.Len() - s.indexed
	return joined >= indexAt && joined >= s.indexed/indexPart
}

// keepIndex writes the index if that is due. What is derived needs no saying
// where it cannot be kept: it is made again.
func (b *Book) keepIndex(ctx context.Context) {
	if s := b.state; s != nil && b.indexes() && s.due() {
		err := b.writeIndex(ctx, s)
		if isDamage(err) { // of the one before, which is copied from
			b.discard()
		}
		if err == nil && s.base.size == s.head.Size {
			b.dropTail(s.base.size)
		}
	}
}

// writeIndex writes what the state says beside the ledger, and lets the state
// stand on it.
func (b *Book) writeIndex(ctx context.Context, s *state) error {
	path := IndexPath(b.path)
	if err := cmp.Or(checkOwn(path), checkOwn(waiting(path))); err != nil {
		return err
	}
	stamp, err := json.Marshal(indexStamp{
		Origin: s.head.Origin, Size: s.head.Size, Root: hex.EncodeToString(s.head.Root[:]), Last: hex.EncodeToString(s.head.Last[:]),
		Policed: slices.Sorted(maps.Keys(s.policed)),
	})
	if err != nil {
		return err
	}
	err = durable.Rewrite(waiting(path), func(w io.Writer) error {
		return sound(func() error { return s.graph.WriteSnapshot(&cancelled{ctx, w}, stamp, packNumbers(s.concerned)) })
	})
	if err == nil {
		err = os.Rename(waiting(path), path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // where it is gone, somebody else has given it its place
		return err
	}
	return s.standOn(b.path, stamp)
}

// waiting is where an index lies that could not take the place of the one before:
// some systems rename nothing over a file that is mapped. Whoever opens the index
// next, and finds the old one used by nobody, lets it.
func waiting(path string) string { return path + ".new" }

// takeWaiting gives an index that waits its place, where that can be done.
func takeWaiting(path string) {
	if _, err := os.Lstat(waiting(path)); err == nil && checkOwn(path) == nil && checkOwn(waiting(path)) == nil {
		_ = os.Rename(waiting(path), path) // if not now, another time
	}
}

// standOn lets the state stand on the index that was just written of it. Where
// that cannot be read, the state stays as it is. A graph that was handed out is
// left alone, and so is an index of another prefix that somebody else wrote
// meanwhile.
func (s *state) standOn(path string, stamp []byte) error {
	return sound(func() error {
		snap, err := openIndex(path)
		if err != nil || !bytes.Equal(snap.Stamp(), stamp) {
			return err
		}
		g, err := s.graph.Onto(snap)
		if err != nil {
			return err
		}
		s.graph = g
		s.standsOn(snap)
		return nil
	})
}

// A ForeignError says that the file at an index's place is something else, which
// is left as it is.
type ForeignError struct{ Path string }

// Error names the file.
func (e *ForeignError) Error() string {
	return fmt.Sprintf("%q is no index of a ledger: want that name free, or the index that was there", e.Path)
}

// checkOwn refuses to write over what is not an index. One whose first bytes are
// damaged is told by its end; in an empty file there is nothing to lose.
func checkOwn(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &ForeignError{path}
	}
	if info.Size() == 0 {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	begin := make([]byte, len(genealogy.SnapshotPrefix))
	if _, err := io.ReadFull(f, begin); err == nil && string(begin) == genealogy.SnapshotPrefix {
		return nil
	}
	if _, err := genealogy.ReadSnapshot(f, info.Size()); err == nil || isDamage(err) {
		return nil
	}
	return &ForeignError{path}
}

// cancelled is a writer that ends with its context.
type cancelled struct {
	ctx context.Context
	w   io.Writer
}

func (c *cancelled) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// packNumbers packs numbers that rise.
func packNumbers(list []uint64) []byte {
	var b []byte
	last := uint64(0)
	for _, n := range list {
		b = binary.AppendUvarint(b, n-last)
		last = n
	}
	return b
}

func unpackNumbers(b []byte) ([]uint64, error) {
	var list []uint64
	last := uint64(0)
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errStaleIndex
		}
		last += v
		list, b = append(list, last), b[n:]
	}
	return list, nil
}

// notaries returns the register of the state's prefix, which must be held.
func (s *state) notaries(ctx context.Context) (*notary.Register, error) {
	if s.register != nil {
		return s.register, nil
	}
	genesis := s.ledger.Genesis()
	r := s.newRegister(&genesis)
	for _, seq := range s.concerned {
		rec, err := s.ledger.Record(ctx, seq)
		if err != nil {
			return nil, err
		}
		r.Add(notary.Entry{Seq: seq, Event: rec.Event, Sig: rec.Sig})
	}
	s.register = r
	return r, nil
}
