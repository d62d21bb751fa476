package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// deepFile makes a ledger file whose records lie three levels of pages deep, some of them over many pages, with tiles, notes and free pages.
func deepFile(tb testing.TB, size int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "suyuan.db")
	if err := Create(tb.Context(), path, ledger.Genesis{Origin: "example.org/x", Created: ledgertest.Epoch}, "", ledgertest.Epoch); err != nil {
		tb.Fatal(err)
	}
	s, err := Open(tb.Context(), path, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	l := ledgertest.OpenLedger(tb, s)
	for from := 1; from < size; from += 500 {
		entries := ledgertest.Entries(from, min(from+500, size))
		long := &entries[len(entries)/2]
		long.Event = bytes.Replace(long.Event, []byte(`"note":"`), fmt.Appendf(nil, `"note":"%s`, strings.Repeat("long ", 10_000)), 1)
		if _, err := l.Append(tb.Context(), ledgertest.Epoch, ledger.AppendOptions{}, entries); err != nil {
			tb.Fatal(err)
		}
		note := ledger.Note{Size: l.Head().Size, Text: []byte(strings.Repeat("signed ", 100))}
		if err := l.PutNote(tb.Context(), ledger.NoteCheckpoint, note); err != nil {
			tb.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

func sweepBytes(tb testing.TB, b []byte, to ledger.Sweep) error {
	tb.Helper()
	r := bytes.NewReader(b)
	return sweep(tb.Context(), r, r, int64(len(b)), to)
}

// nowhere takes what a sweep reads and leaves it.
func nowhere() ledger.Sweep {
	return ledger.Sweep{Record: func(uint64, []byte) error { return nil }, Tile: func(ledger.Tile) error { return nil }}
}

func TestASweepHandsOutWhatScansDo(t *testing.T) {
	t.Parallel()
	path := deepFile(t, 5000)
	s, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var want, got [2]strings.Builder
	var tiles int
	err = s.Sweep(t.Context(), ledger.Sweep{
		Record: func(seq uint64, rec []byte) error {
			if seq/ledger.TileWidth >= uint64(tiles) && tiles < 19 {
				t.Errorf("record %d comes with %d tiles before it", seq, tiles)
			}
			fmt.Fprintf(&got[0], "%d %s\n", seq, rec)
			return nil
		},
		Tile: func(tile ledger.Tile) error {
			tiles++
			fmt.Fprintf(&got[1], "%d %d %x\n", tile.Level, tile.Index, tile.Hashes)
			return nil
		},
	})
	err = errors.Join(err, s.Scan(t.Context(), 0, 1<<40, func(seq uint64, rec []byte) error {
		fmt.Fprintf(&want[0], "%d %s\n", seq, rec)
		return nil
	}), s.ScanTiles(t.Context(), func(tile ledger.Tile) error {
		fmt.Fprintf(&want[1], "%d %d %x\n", tile.Level, tile.Index, tile.Hashes)
		return nil
	}), s.Close())
	if err != nil || tiles != 19 {
		t.Fatalf("%d tiles, %v", tiles, err)
	}
	for i := range want {
		if want[i].String() != got[i].String() {
			t.Errorf("%d: other bytes are swept than scanned", i)
		}
	}
}

func TestASweepEndsWithTheFirstError(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(deepFile(t, 600))
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("enough")
	for _, after := range []int{0, 1, 300, 599} {
		to, n := nowhere(), 0
		to.Record = func(uint64, []byte) error {
			if n++; n > after {
				return stop
			}
			return nil
		}
		if err := sweepBytes(t, whole, to); !errors.Is(err, stop) || n != after+1 {
			t.Errorf("%d records and %v, want %d and the error", n, err, after+1)
		}
	}
	to := nowhere()
	to.Tile = func(ledger.Tile) error { return stop }
	if err := sweepBytes(t, whole, to); !errors.Is(err, stop) {
		t.Errorf("tiles: %v", err)
	}
}

func TestOnlyAStoreForReadingIsSwept(t *testing.T) {
	t.Parallel()
	path := deepFile(t, 20)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), nowhere()); err == nil {
		t.Error("a store that may be written to meanwhile was swept")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), nowhere()); err == nil {
		t.Error("a closed store was swept")
	}
}

// What a sweep passes, the thorough look passes: our walk of the pages, bbolt's own check, and the search for what is foreign.
func TestASweepPassesNoFileThatTheThoroughLookDoesNot(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(deepFile(t, 5000))
	if err != nil {
		t.Fatal(err)
	}
	if err := sweepBytes(t, whole, nowhere()); err != nil {
		t.Fatalf("a sound file: %v", err)
	}
	target := filepath.Join(t.TempDir(), "suyuan.db")
	chance := rand.New(rand.NewPCG(3, 4))
	passed, rounds := 0, 800
	if testing.Short() {
		rounds = 300
	}
	for i := range rounds {
		b := bytes.Clone(whole)
		spoilPage(chance, b, i)
		if sweepBytes(t, b, nowhere()) != nil {
			continue
		}
		passed++
		if what := thorough(t, target, b); what != "" {
			t.Fatalf("round %d: the sweep passes it, the thorough look says %s", i, what)
		}
	}
	if passed == 0 || passed == rounds {
		t.Errorf("%d of %d passed: the test tries nothing", passed, rounds)
	}
}

// Of the two pages from which bbolt starts it reads one, and is taken aback by what the other says it is.
func TestASweepLooksAtBothFirstPages(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(deepFile(t, 40))
	if err != nil {
		t.Fatal(err)
	}
	for page := range 2 {
		for _, at := range []int{0, 1, 7, 8} { // the number's bytes, and the flags
			b := bytes.Clone(whole)
			b[page<<12+at] ^= 0x20
			if sweepBytes(t, b, nowhere()) == nil {
				t.Errorf("byte %d of page %d is altered and passed", at, page)
			}
		}
	}
}

// spoilPage changes a page where it hurts: a byte of its header or of the elements and keys at its beginning, two elements exchanged, or a whole page
// put in place of another.
func spoilPage(chance *rand.Rand, b []byte, round int) {
	pages := len(b) >> 12
	page := b[chance.IntN(pages)<<12:][:4096]
	if round%2 == 0 { // branch pages are few, and the more interesting
		for range 4 * pages {
			if order.Uint16(page[8:]) == flagBranch {
				break
			}
			page = b[chance.IntN(pages)<<12:][:4096]
		}
	}
	count := max(1, min(int(order.Uint16(page[10:])), 200))
	switch round % 5 {
	case 0, 1:
		page[chance.IntN(min(4096, pageHeader+count*(elementSize+keyBytes)))] ^= 1 << chance.IntN(8)
	case 2:
		one, other := page[pageHeader+chance.IntN(count)*elementSize:][:elementSize], page[pageHeader+chance.IntN(count)*elementSize:][:elementSize]
		for i := range one {
			one[i], other[i] = other[i], one[i]
		}
	case 3:
		copy(page[pageHeader:], b[chance.IntN(pages)<<12:][pageHeader:4096])
	case 4:
		page[chance.IntN(4096)] ^= 1 << chance.IntN(8)
	}
}

// thorough returns the first thing that the thorough look says of a file.
func thorough(t *testing.T, path string, b []byte) (first string) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		return err.Error()
	}
	err = s.Check(t.Context(), func(what string) {
		if first == "" {
			first = what
		}
	})
	if err := errors.Join(err, s.Close()); err != nil {
		return err.Error()
	}
	return first
}

// A sweep is given files that bbolt would not survive: it must end on every input, without panic, and pass none that our walk does not.
func FuzzSweep(f *testing.F) {
	whole, err := os.ReadFile(deepFile(f, 40))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(0, []byte{1})
	f.Add(3<<12+8, []byte{0xFF, 1, 2, 3})
	f.Add(5<<12, bytes.Repeat([]byte{0xFF}, 64))
	f.Fuzz(func(t *testing.T, at int, patch []byte) {
		b := bytes.Clone(whole)
		if at >= 0 && at < len(b) {
			copy(b[at:], patch)
		}
		if sweepBytes(t, b, nowhere()) == nil {
			if err := checkPages(bytes.NewReader(b), int64(len(b)), true); err != nil {
				t.Error(err)
			}
		}
	})
}
