package genealogy_test

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"suyuan/internal/genealogy"
)

// A countingReader counts what is read.
type countingReader struct {
	io.ReaderAt
	reads int
}

func (r *countingReader) ReadAt(b []byte, off int64) (int, error) {
	r.reads++
	return r.ReaderAt.ReadAt(b, off)
}

// What a graph needs at first stands together. Entries of lifts lie all over a
// file, and a page of each would be most of what a trace of a large one waits for.
func TestStandingOnASnapshotReadsNoEntries(t *testing.T) {
	t.Parallel()
	b := snapshotOf(t, lecheng(t))
	r := &countingReader{ReaderAt: bytes.NewReader(b)}
	s, err := genealogy.ReadSnapshot(r, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	opened := r.reads
	g, err := s.On()
	if err != nil {
		t.Fatal(err)
	}
	g.Contacts()
	if r.reads != opened {
		t.Errorf("%d blocks were read", r.reads-opened)
	}
	if lifts := slices.Collect(g.Lifts()); len(lifts) == 0 || r.reads == opened {
		t.Errorf("the example has %d lifts, and %d blocks were read for them", len(lifts), r.reads-opened)
	}
}
