package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"suyuan/internal/ledger"
)

// An Opener opens a store, for the first time empty, and then again with what it holds; the one before is closed first.
type Opener func() ledger.Store

// Run tests that stores keep the contract. prepare makes an empty place and returns what opens it; stores still open at
// the end of a test are closed by Run.
func Run(t *testing.T, prepare func(t *testing.T) Opener) {
	t.Helper()
	for _, tt := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"an empty store has no head and no records", testEmpty},
		{"what was appended is there, and after opening again", testRoundTrip},
		{"an append at another size changes nothing", testConflict},
		{"a batch with a tile that is there changes nothing", testAtomic},
		{"buffers belong to the caller", testBuffers},
		{"ids are found, and no others", testLookup},
		{"scans give their range in order and end at the first error", testScan},
		{"a big batch is one batch", testBigBatch},
		{"tiles are found and listed in order", testTiles},
		{"notes are kept and never replaced", testNotes},
		{"a cancelled append changes nothing", testCancelled},
		{"readers may read, and append, while others append", testConcurrent},
		{"a closed store refuses", testClosed},
		{"a ledger is the same after opening again at every border of tiles", testBorders},
		{"a ledger of 65,537 records proves and verifies", testLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inner := prepare(t)
			var last ledger.Store
			open := func() ledger.Store {
				closeStore(t, last)
				last = inner()
				return last
			}
			t.Cleanup(func() { closeStore(t, last) })
			tt.test(t, open)
		})
	}
}

func closeStore(tb testing.TB, s ledger.Store) {
	tb.Helper()
	if s == nil {
		return
	}
	if err := s.Close(); err != nil {
		tb.Errorf("close: %v", err)
	}
}

// batch makes records that no ledger would accept: a store knows nothing of their meaning. Those that a derived index
// must understand are made by a ledger, in other tests.
func batch(at uint64, n int) ledger.Batch {
	b := ledger.Batch{At: at, Head: fmt.Appendf(nil, "head of %d", at+uint64(n))}
	for i := range n {
		seq := at + uint64(i)
		b.Records = append(b.Records, record(seq))
		b.IDs = append(b.IDs, id(seq))
	}
	return b
}

// record makes a record that can be parsed, so that stores may rebuild their index from it.
func record(seq uint64) []byte {
	what := fmt.Sprintf(`"event":{"id":%q}`, id(seq))
	if seq == 0 {
		what = `"genesis":{"created":"2026-03-01T08:00:00.000Z","origin":"example.org/store"}`
	}
	prev := fmt.Sprintf("%064x", seq)
	return fmt.Appendf(nil, `{"by":"x",%s,"prev":%q,"recorded":"2026-03-01T08:00:00.000Z","seq":%d,"v":1}`, what, prev, seq)
}

func id(seq uint64) ledger.ID {
	if seq == 0 {
		return ledger.ID{}
	}
	return ledger.ID{1, 2, 3, 4, 5, 6, 7, 8, 0, byte(seq >> 48), byte(seq >> 40), byte(seq >> 32), byte(seq >> 24), byte(seq >> 16), byte(seq >> 8), byte(seq)}
}

func appendBatch(tb testing.TB, s ledger.Store, b ledger.Batch) {
	tb.Helper()
	if err := s.Append(tb.Context(), b); err != nil {
		tb.Fatalf("append %d records at %d: %v", len(b.Records), b.At, err)
	}
}

// wantContent checks that a store holds n records as batch makes them, and the head after them.
func wantContent(tb testing.TB, s ledger.Store, n uint64) {
	tb.Helper()
	size, head, err := s.Head(tb.Context())
	if err != nil || size != n || n > 0 && string(head) != fmt.Sprintf("head of %d", n) {
		tb.Errorf("head: %d, %q, %v; want %d records", size, head, err, n)
	}
	next := uint64(0)
	err = s.Scan(tb.Context(), 0, math.MaxUint64, func(seq uint64, rec []byte) error {
		if seq != next || !bytes.Equal(rec, record(seq)) {
			tb.Errorf("scan: record %d is %q, want %d, %q", seq, rec, next, record(next))
		}
		next++
		return nil
	})
	if err != nil || next != n {
		tb.Errorf("scan: %d records, %v; want %d", next, err, n)
	}
	if _, err := s.Record(tb.Context(), n); !errors.Is(err, ledger.ErrNoRecord) {
		tb.Errorf("record %d: %v, want ErrNoRecord", n, err)
	}
}

func testEmpty(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	wantContent(t, s, 0)
	if _, head, _ := s.Head(t.Context()); head != nil {
		t.Errorf("head: %q, want nil", head)
	}
	if _, ok, err := s.Lookup(t.Context(), id(1)); ok || err != nil {
		t.Errorf("lookup: %v, %v", ok, err)
	}
	if _, err := s.Tile(t.Context(), 0, 0); !errors.Is(err, ledger.ErrNoRecord) {
		t.Errorf("tile: %v, want ErrNoRecord", err)
	}
}

func testRoundTrip(t *testing.T, open Opener) {
	t.Helper()
	s, n := open(), uint64(0)
	for _, add := range []int{1, 1, 7, 300} {
		appendBatch(t, s, batch(n, add))
		n += uint64(add)
		wantContent(t, s, n)
		s = open()
		wantContent(t, s, n)
	}
	for _, seq := range []uint64{0, 1, 308} {
		if rec, err := s.Record(t.Context(), seq); err != nil || !bytes.Equal(rec, record(seq)) {
			t.Errorf("record %d: %q, %v", seq, rec, err)
		}
	}
}

func testConflict(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 3))
	for _, b := range []ledger.Batch{batch(0, 1), batch(2, 1), batch(4, 1), batch(math.MaxUint64-8, 1), {At: 3, Records: [][]byte{record(3)}}} {
		if err := s.Append(t.Context(), b); !errors.Is(err, ledger.ErrConflict) {
			t.Errorf("append at %d with %d ids: %v, want ErrConflict", b.At, len(b.IDs), err)
		}
	}
	wantContent(t, s, 3)
	appendBatch(t, s, batch(3, 1))
	wantContent(t, open(), 4)
}

func testAtomic(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	tile := ledger.Tile{Level: 1, Index: 2, Hashes: bytes.Repeat([]byte{1}, ledger.TileBytes)}
	b := batch(0, 3)
	b.Tiles = []ledger.Tile{tile}
	appendBatch(t, s, b)
	b = batch(3, 3)
	b.Tiles = []ledger.Tile{{Level: 1, Index: 3, Hashes: tile.Hashes}, tile}
	if err := s.Append(t.Context(), b); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("append: %v, want ErrConflict", err)
	}
	for range 2 {
		wantContent(t, s, 3)
		if _, ok, err := s.Lookup(t.Context(), id(4)); ok || err != nil {
			t.Errorf("lookup: %v, %v", ok, err)
		}
		if _, err := s.Tile(t.Context(), 1, 3); !errors.Is(err, ledger.ErrNoRecord) {
			t.Errorf("tile: %v, want ErrNoRecord", err)
		}
		s = open()
	}
}

func testBuffers(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	buf := make([]byte, 0, 1<<10)
	for seq := range uint64(40) {
		buf = append(buf[:0], record(seq)...)
		head := fmt.Appendf(nil, "head of %d", seq+1)
		b := ledger.Batch{At: seq, Records: [][]byte{buf}, IDs: []ledger.ID{id(seq)}, Head: head}
		appendBatch(t, s, b)
		clear(buf)
		clear(head)
	}
	rec, err := s.Record(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	clear(rec)
	_, head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clear(head)
	err = s.Scan(t.Context(), 0, 40, func(_ uint64, rec []byte) error {
		clear(rec)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, s, 40)
	wantContent(t, open(), 40)
}

func testLookup(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 1))
	appendBatch(t, s, batch(1, 9))
	for range 2 {
		for seq := uint64(1); seq < 12; seq++ {
			at, ok, err := s.Lookup(t.Context(), id(seq))
			if want := seq < 10; err != nil || ok != want || ok && at != seq {
				t.Errorf("id of record %d: %d, %v, %v", seq, at, ok, err)
			}
		}
		if _, ok, err := s.Lookup(t.Context(), ledger.ID{}); ok || err != nil {
			t.Errorf("the zero id: %v, %v", ok, err)
		}
		s = open()
	}
}

func testScan(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 1500))
	for _, r := range [][2]uint64{{0, 0}, {0, 1}, {3, 2}, {511, 513}, {1499, 1500}, {1400, 9999}, {1500, 1501}, {2000, 3000}} {
		var got []uint64
		err := s.Scan(t.Context(), r[0], r[1], func(seq uint64, _ []byte) error {
			got = append(got, seq)
			return nil
		})
		var want []uint64
		for seq := r[0]; seq < min(r[1], 1500); seq++ {
			want = append(want, seq)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("scan %v: %v, %v", r, got, err)
		}
	}
	n, stop := 0, errors.New("stop")
	err := s.Scan(t.Context(), 0, 1500, func(uint64, []byte) error {
		if n++; n == 700 {
			return stop
		}
		return nil
	})
	if n != 700 || !errors.Is(err, stop) {
		t.Errorf("scan: %d records, %v; want 700 and f's error", n, err)
	}
}

func testBigBatch(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 1))
	appendBatch(t, s, batch(1, 5000))
	wantContent(t, open(), 5001)
}

func testTiles(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	var want []ledger.Tile
	for level := range 3 {
		for index := range uint64(5) {
			want = append(want, ledger.Tile{Level: level, Index: index << 30, Hashes: bytes.Repeat([]byte{byte(level), byte(index)}, ledger.TileBytes/2)})
		}
	}
	b := batch(0, 1)
	b.Tiles = slices.Clone(want)
	slices.Reverse(b.Tiles)
	appendBatch(t, s, b)
	for range 2 {
		var got []ledger.Tile
		err := s.ScanTiles(t.Context(), func(tile ledger.Tile) error {
			got = append(got, tile)
			return nil
		})
		if err != nil || !slices.EqualFunc(got, want, sameTile) {
			t.Errorf("scan: %d tiles, %v", len(got), err)
		}
		for _, tile := range want {
			if hashes, err := s.Tile(t.Context(), tile.Level, tile.Index); err != nil || !bytes.Equal(hashes, tile.Hashes) {
				t.Errorf("tile %d of level %d: %v", tile.Index, tile.Level, err)
			}
		}
		s = open()
	}
}

func sameTile(a, b ledger.Tile) bool {
	return a.Level == b.Level && a.Index == b.Index && bytes.Equal(a.Hashes, b.Hashes)
}

func testNotes(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	put := func(name string, size uint64, text string) error {
		return s.PutNote(t.Context(), name, ledger.Note{Size: size, Text: []byte(text)})
	}
	for _, size := range []uint64{300, 2, 7} {
		if err := errors.Join(put("log", size, fmt.Sprint("note of ", size)), put("log2", size, "other")); err != nil {
			t.Fatal(err)
		}
	}
	if err := put("log", 7, "note of 7"); err != nil {
		t.Errorf("the same note again: %v", err)
	}
	if err := put("log", 7, "another"); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("another note: %v, want ErrConflict", err)
	}
	for range 2 {
		wantNewest(t, s, "log", 300, "note of 300")
		wantNewest(t, s, "log2", 300, "other")
		wantNewest(t, s, "lo", 0, "")
		wantNewest(t, s, "log20", 0, "")
		notes, err := s.Notes(t.Context(), "log")
		if err != nil || len(notes) != 3 {
			t.Fatalf("notes: %d, %v", len(notes), err)
		}
		for i, size := range []uint64{2, 7, 300} {
			if notes[i].Size != size || string(notes[i].Text) != fmt.Sprint("note of ", size) {
				t.Errorf("note %d: %d, %q", i, notes[i].Size, notes[i].Text)
			}
		}
		if notes, err := s.Notes(t.Context(), "lo"); err != nil || len(notes) != 0 {
			t.Errorf("notes of an unused name: %d, %v", len(notes), err)
		}
		s = open()
	}
}

func wantNewest(t *testing.T, s ledger.Store, name string, size uint64, text string) {
	t.Helper()
	n, ok, err := s.NewestNote(t.Context(), name)
	if err != nil || ok != (text != "") || n.Size != size || string(n.Text) != text {
		t.Errorf("newest note %q: %d, %q, %v, %v, want %d, %q", name, n.Size, n.Text, ok, err, size, text)
	}
}

func testCancelled(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 2))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Append(ctx, batch(2, 1)); !errors.Is(err, context.Canceled) || !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("append: %v, want ErrConflict and context.Canceled", err)
	}
	if err := s.Scan(ctx, 0, 2, func(uint64, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("scan: %v, want context.Canceled", err)
	}
	wantContent(t, s, 2)
	appendBatch(t, s, batch(2, 1))
	wantContent(t, open(), 3)
}

func testClosed(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 2))
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, _, headErr := s.Head(t.Context())
	_, recordErr := s.Record(t.Context(), 0)
	_, _, lookupErr := s.Lookup(t.Context(), id(1))
	_, tileErr := s.Tile(t.Context(), 0, 0)
	_, notesErr := s.Notes(t.Context(), "x")
	_, _, newestErr := s.NewestNote(t.Context(), "x")
	for what, err := range map[string]error{
		"newest note": newestErr, "append": s.Append(t.Context(), batch(2, 1)), "head": headErr, "record": recordErr, "lookup": lookupErr, "tile": tileErr, "notes": notesErr,
		"scan": s.Scan(t.Context(), 0, 2, func(uint64, []byte) error { return nil }), "note": s.PutNote(t.Context(), "x", ledger.Note{}),
	} {
		if !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", what, err)
		}
	}
}
