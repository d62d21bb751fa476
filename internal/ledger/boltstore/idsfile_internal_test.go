package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"suyuan/internal/ledger"
)

// idMakers are makers of ids: at random, all with one beginning, and by time.
func idMakers() map[string]func(n uint64, chance *rand.Rand) ledger.ID {
	return map[string]func(uint64, *rand.Rand) ledger.ID{
		"random": func(_ uint64, chance *rand.Rand) (id ledger.ID) {
			binary.BigEndian.PutUint64(id[:], chance.Uint64())
			binary.BigEndian.PutUint64(id[8:], chance.Uint64())
			return id
		},
		"one beginning": func(n uint64, _ *rand.Rand) (id ledger.ID) {
			binary.BigEndian.PutUint64(id[:], 0x0195503e60008000)
			binary.BigEndian.PutUint64(id[8:], 0x8000_0000_0000_0001+n)
			return id
		},
		"by time": func(n uint64, chance *rand.Rand) (id ledger.ID) {
			binary.BigEndian.PutUint64(id[:], (0x0195503e6000+n+chance.Uint64N(1000))<<16|0x8000|chance.Uint64N(1<<12))
			binary.BigEndian.PutUint64(id[8:], chance.Uint64())
			return id
		},
	}
}

func makeIDsFile(t *testing.T) *idsFile {
	t.Helper()
	f, err := newIDsFile(filepath.Join(t.TempDir(), "x.ids"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.close() })
	return f
}

func addIDs(t *testing.T, f *idsFile, entries []idEntry) {
	t.Helper()
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, idEntry.compare)
	if err := f.add(sorted, directory{size: f.size + uint64(len(entries))}); err != nil {
		t.Fatal(err)
	}
}

func reopenIDs(t *testing.T, f *idsFile) {
	t.Helper()
	again, err := openIDsFile(f.path, false)
	if err := errors.Join(err, f.close()); err != nil {
		t.Fatal(err)
	}
	*f = *again
}

// wantEntries checks that entries are found, and that ids that were never added are not.
func wantEntries(t *testing.T, f *idsFile, entries []idEntry, chance *rand.Rand) {
	t.Helper()
	for range 300 {
		e := entries[chance.IntN(len(entries))]
		if seq, ok, err := f.lookup(e.id); seq != e.seq || !ok || err != nil {
			t.Fatalf("lookup of %s: %d, %v, %v; want %d", e.id, seq, ok, err, e.seq)
		}
		e.id[15] ^= 0x40
		e.id[9] ^= 0x80
		if seq, ok, err := f.lookup(e.id); ok || err != nil {
			t.Fatalf("lookup of %s, which nobody added: %d, %v, %v", e.id, seq, ok, err)
		}
	}
}

func TestRunsFindWhatWasAddedAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, maker := range idMakers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, chance := makeIDsFile(t), rand.New(rand.NewPCG(1, 2))
			var all []idEntry
			for round := range 60 {
				n := 1 + chance.IntN(1<<(4+round%13))
				from := len(all)
				for range n {
					all = append(all, idEntry{maker(uint64(len(all)), chance), uint64(len(all))})
				}
				addIDs(t, f, all[from:])
				switch round % 7 {
				case 2:
					reopenIDs(t, f)
				case 5:
					if err := f.tidy(); err != nil {
						t.Fatal(err)
					}
				}
				wantEntries(t, f, all, chance)
				wantNoOverlap(t, f)
			}
		})
	}
}

// wantNoOverlap checks that runs lie apart, and that there are few of one size.
func wantNoOverlap(t *testing.T, f *idsFile) {
	t.Helper()
	byOffset := slices.Clone(f.runs)
	slices.SortFunc(byOffset, func(a, b *run) int { return int(a.offset - b.offset) })
	end := int64(slots * blockBytes)
	classes := map[int]int{}
	for _, r := range byOffset {
		if r.offset < end {
			t.Fatalf("run %d begins at %d, one before it ends at %d", r.number, r.offset, end)
		}
		end = r.end()
		if classes[sizeClass(r.count)]++; classes[sizeClass(r.count)] > mergeAt {
			t.Fatalf("%d runs of one size", classes[sizeClass(r.count)])
		}
	}
}

// Some systems rename nothing over a file that others have open: then it stays in use.
func TestAFileThatCannotBeReplacedStaysInUse(t *testing.T) {
	t.Parallel()
	f, chance := makeIDsFile(t), rand.New(rand.NewPCG(5, 6))
	maker := idMakers()["random"]
	var all []idEntry
	more := func(n int) {
		from := len(all)
		for range n {
			all = append(all, idEntry{maker(uint64(len(all)), chance), uint64(len(all))})
		}
		addIDs(t, f, all[from:])
	}
	f.rename = func(string, string) error { return os.ErrPermission }
	for range 12 { // runs are merged on the way, all of them too
		more(3 * flushAt)
		wantEntries(t, f, all, chance)
		wantNoOverlap(t, f)
	}
	if err := f.tidy(); err != nil {
		t.Errorf("space that cannot be given back now: %v", err)
	}
	if _, err := os.Lstat(f.path + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the new file was left: %v", err)
	}
	reopenIDs(t, f)
	wantEntries(t, f, all, chance)
}

// What was given up is not taken up again by what joins.
func TestABrokenIndexStaysBroken(t *testing.T) {
	t.Parallel()
	x := &idIndex{file: makeIDsFile(t), delta: make(map[ledger.ID]uint64), broken: true}
	chance, maker := rand.New(rand.NewPCG(7, 8)), idMakers()["random"]
	b := ledger.Batch{At: 1}
	for n := range uint64(flushAt) {
		b.IDs, b.Records = append(b.IDs, maker(n, chance)), append(b.Records, []byte("x"))
	}
	x.add(b)
	if _, _, err := x.lookup(b.IDs[0]); !errors.Is(err, errBrokenIndex) {
		t.Errorf("it is believed again: %v", err)
	}
	if x.file.size != 0 {
		t.Error("it was written to")
	}
}

func TestAnIDThatStandsTwiceIsThatOfTheFirstRecord(t *testing.T) {
	t.Parallel()
	f, chance := makeIDsFile(t), rand.New(rand.NewPCG(3, 4))
	maker := idMakers()["random"]
	twice := idEntry{maker(0, chance), 7}
	all := []idEntry{twice}
	for round := range 5 {
		entries := []idEntry{{twice.id, uint64(7 + round)}}
		for n := range 500 {
			entries = append(entries, idEntry{maker(0, chance), uint64(1000*round + n + 100)})
		}
		addIDs(t, f, entries)
		all = append(all, entries[1:]...)
		wantEntries(t, f, all, chance)
		reopenIDs(t, f)
	}
	if len(f.runs) > mergeAt {
		t.Fatalf("%d runs: nothing was merged", len(f.runs))
	}
	if total := f.runs[0].count; total != 4*500+1 {
		t.Errorf("the merged run has %d ids, want %d", total, 4*500+1)
	}
}

// A flipped byte may cost the index; it never makes an id another record's, or gone.
func TestAFlippedByteOfTheIndexIsNeverBelieved(t *testing.T) {
	t.Parallel()
	f, chance := makeIDsFile(t), rand.New(rand.NewPCG(5, 6))
	var all []idEntry
	for n := range 2*blockEntries + 11 {
		all = append(all, idEntry{idMakers()["by time"](uint64(n), chance), uint64(n)})
	}
	addIDs(t, f, all[:200])
	addIDs(t, f, all[200:])
	whole, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	const stride = 7
	for at := 0; at < len(whole); at += stride {
		whole[at] ^= 1 << (at % 8)
		noticed += believes(t, whole, all, at)
		whole[at] ^= 1 << (at % 8)
	}
	if noticed < len(whole)/stride/3 { // the rest is the older directory, and what fills up pages
		t.Errorf("%d of %d flips were noticed", noticed, len(whole)/stride)
	}
}

// believes looks everything up in an index with a flipped byte; 1 where that was noticed.
func believes(t *testing.T, content []byte, all []idEntry, at int) (noticed int) {
	t.Helper()
	d, found := newestDirectory(bytes.NewReader(content), int64(len(content)))
	if !found {
		return 1
	}
	for i := at % 3; i < min(len(all), int(d.size)); i += 3 {
		e := all[i]
		seq, ok, err := d.lookup(e.id)
		switch {
		case errors.Is(err, errBrokenIndex):
			noticed = 1
		case err != nil || !ok || seq != e.seq:
			t.Fatalf("byte %d flipped: record %d is said to be %d, %v, %v", at, e.seq, seq, ok, err)
		}
	}
	return noticed
}

func TestATornDirectoryLeavesTheOneBefore(t *testing.T) {
	t.Parallel()
	f, chance := makeIDsFile(t), rand.New(rand.NewPCG(7, 8))
	maker := idMakers()["random"]
	var all []idEntry
	for n := range 900 {
		all = append(all, idEntry{maker(0, chance), uint64(n)})
	}
	addIDs(t, f, all[:500])
	addIDs(t, f, all[500:])
	newest := int64(f.generation % slots)
	if _, err := f.file.WriteAt(make([]byte, blockBytes/2), newest*blockBytes); err != nil {
		t.Fatal(err)
	}
	reopenIDs(t, f)
	if f.size != 500 {
		t.Fatalf("the index stands for %d records, want 500", f.size)
	}
	wantEntries(t, f, all[:500], chance)
}

// A run that stood where another one is now has the checksums of its own place.
func TestABlockOfAnotherRunIsNotTakenForOnesOwn(t *testing.T) {
	t.Parallel()
	f, chance := makeIDsFile(t), rand.New(rand.NewPCG(9, 10))
	maker := idMakers()["random"]
	var all []idEntry
	for n := range 300 {
		all = append(all, idEntry{maker(0, chance), uint64(n)})
	}
	addIDs(t, f, all[:100])
	addIDs(t, f, all[100:200])
	block := make([]byte, blockBytes)
	if _, err := f.file.ReadAt(block, f.runs[1].offset); err != nil {
		t.Fatal(err)
	}
	if _, err := f.file.WriteAt(block, f.runs[0].offset); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.lookup(all[0].id); !errors.Is(err, errBrokenIndex) {
		t.Errorf("lookup: %v, want %v", err, errBrokenIndex)
	}
}
