package boltstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/ledgertest/strace"
)

const (
	imagePath = "SUYUAN_TEST_IMAGE_PATH"
	imageNote = "checkpoint"
)

// TestImageChild is not a test but the process whose writes are recorded: it makes a ledger, appends to it over three openings, and
// says on standard output what it has been told is kept.
func TestImageChild(t *testing.T) {
	path := os.Getenv(imagePath)
	if path == "" {
		t.Skip("run by the test of crash images only")
	}
	say := func(format string, args ...any) {
		if _, err := fmt.Fprintf(os.Stdout, format+"\n", args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		t.Fatal(err)
	}
	say("size 1")
	size, chance := 1, rand.New(rand.NewPCG(1, 85))
	for opening := range 3 {
		l := ledgertest.OpenLedger(t, open(t, path))
		for range 8 {
			batch := 1 + chance.IntN(3)
			if chance.IntN(3) == 0 {
				batch += chance.IntN(400) // fills tiles, and lets the file grow
			}
			if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(size, size+batch)); err != nil {
				t.Fatal(err)
			}
			size += batch
			say("size %d", size)
		}
		note := ledger.Note{Size: uint64(size), Text: fmt.Appendf(nil, "note %d", opening)}
		if err := l.PutNote(t.Context(), imageNote, note); err != nil {
			t.Fatal(err)
		}
		say("note %d", size)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// traced runs the child and returns what it did to the files.
func traced(t *testing.T) *disk {
	t.Helper()
	if err := strace.Usable(t.Context()); err != nil {
		t.Skip(err)
	}
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir, log := filepath.Join(top, "disk"), filepath.Join(top, "strace")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	calls := []string{
		"openat", "pwrite64", "write", "ftruncate", "fallocate", "fsync", "fdatasync", "renameat", "renameat2", "linkat", "unlinkat",
	}
	cmd := strace.Command(t.Context(), log, strace.Options{Calls: calls, Data: 64 << 20}, self, "-test.run=^TestImageChild$")
	cmd.Env = append(os.Environ(), imagePath+"="+filepath.Join(dir, "a.db"))
	out, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close() //nolint:errcheck // the child has written it
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, read(t, out.Name()))
	}
	list, err := strace.Read(log)
	if err != nil {
		t.Fatal(err)
	}
	d := newDisk(t, dir, list)
	d.mustBeWhole(t)
	return d
}

// kept is what the program was told is kept, and all sizes that a ledger can have between two commits.
type kept struct{ size, note uint64 }

func keptBy(said string) (k kept, sizes map[uint64]bool) {
	sizes = make(map[uint64]bool)
	for line := range strings.Lines(said) {
		var n uint64
		if _, err := fmt.Sscanf(line, "size %d", &n); err == nil {
			k.size, sizes[n] = n, true
		} else if _, err := fmt.Sscanf(line, "note %d", &n); err == nil {
			k.note = n
		}
	}
	return k, sizes
}

// TestNoLossOfPowerLosesWhatWasKept builds what a loss of power may leave of the files at any moment, with none, some, torn and all of
// the writes that were not synced: it is a ledger that verifies, with all that was acknowledged and no half of a batch, or, while it is
// being made, none. SUYUAN_FAULTS=all tries each moment many times.
func TestNoLossOfPowerLosesWhatWasKept(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some hundred ledgers are verified")
	}
	d := traced(t)
	_, sizes := keptBy(d.said(len(d.ops)))
	seeds, stride := 1, 2
	if os.Getenv("SUYUAN_FAULTS") == "all" {
		seeds, stride = 12, 1
	}
	counts := make(map[string]int)
	dir := t.TempDir()
	for n := 0; n <= len(d.ops); n++ {
		before := n < len(d.ops) && (d.ops[n].kind == opSync || d.ops[n].kind == opSyncNames) // as much as can be lost
		for k := keepNone; k <= keepSector; k++ {
			for seed := range seeds {
				if (k == keepNone || k == keepAll) && seed > 0 || !before && (n+int(k))%stride != 0 {
					continue
				}
				there, err := d.lost(t, dir, n, k, uint64(seed), sizes)
				counts[k.String()]++
				if !there {
					counts["no ledger yet"]++
				}
				if err != nil {
					t.Fatalf("after change %d, %v of the unsynced ones kept, seed %d: %v", n, k, seed, err)
				}
			}
		}
	}
	t.Logf("%d changes in %d files, %d commits; images: %v", len(d.ops), d.files, len(sizes), counts)
	if counts["no ledger yet"] == 0 {
		t.Error("no image was from before there was a ledger: nothing is known of its making")
	}
}

// TestAStoreThatDidNotSyncWouldBeFound takes the syncs out of the same trace: the images must then show what is lost. Each kind of sync
// is needed.
func TestAStoreThatDidNotSyncWouldBeFound(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some hundred ledgers are verified")
	}
	d := traced(t)
	_, sizes := keptBy(d.said(len(d.ops)))
	dir := t.TempDir()
	for name, kind := range map[string]opKind{"of files": opSync, "of the folder": opSyncNames} {
		careless := *d
		careless.ops = slices.DeleteFunc(slices.Clone(d.ops), func(op diskOp) bool { return op.kind == kind })
		found := 0
		for n := 20; n <= len(careless.ops) && found == 0; n += 3 {
			for k := keepNone; k <= keepSector; k++ {
				if _, err := careless.lost(t, dir, n, k, 0, sizes); err != nil {
					found++
				}
			}
		}
		if found == 0 {
			t.Errorf("without the syncs %s nothing is lost in any image", name)
		}
	}
}

// lost builds one image and returns whether there is a ledger in it, as there must be once it is acknowledged, and what does not hold.
func (d *disk) lost(t *testing.T, dir string, n int, k keeping, seed uint64, sizes map[uint64]bool) (there bool, err error) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range d.image(n, k, rand.New(rand.NewPCG(uint64(n), seed))) {
		write(t, filepath.Join(dir, name), content)
	}
	want, _ := keptBy(d.said(n))
	path := filepath.Join(dir, "a.db")
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if errors.Is(err, fs.ErrNotExist) && want.size == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	l, err := ledger.Open(t.Context(), s)
	if err != nil {
		return true, errors.Join(err, s.Close())
	}
	err = errors.Join(holds(t, s, l, want, sizes), goesOn(t, l), l.Close())
	if r := verify(t, path); err == nil && !r.OK {
		err = fmt.Errorf("after the next append: %+v", r.Findings)
	}
	return true, err
}

// holds returns what of a ledger is not sound, or not there.
func holds(t *testing.T, s *boltstore.Store, l *ledger.Ledger, want kept, sizes map[uint64]bool) error {
	t.Helper()
	r, err := ledger.Verify(t.Context(), s, nil)
	if err != nil || !r.OK || r.Size < want.size || !sizes[r.Size] {
		return fmt.Errorf("verify: %+v, %w; %d records were acknowledged", r, err, want.size)
	}
	for n := 1; n < int(want.size); n += 1 + int(want.size)/40 {
		e := ledgertest.Entry(n)
		seq, ok, err := l.Lookup(t.Context(), ledgertest.EntryID(t, e))
		if rec, recErr := l.Record(t.Context(), uint64(n)); err != nil || !ok || seq != uint64(n) || recErr != nil || !bytes.Equal(rec.Event, e.Event) {
			return fmt.Errorf("event %d: record %d, %v, %w, %w", n, seq, ok, err, recErr)
		}
	}
	if n, _, err := l.NewestNote(t.Context(), imageNote); err != nil || n.Size < want.note {
		return fmt.Errorf("newest note of size %d, %w, want %d", n.Size, err, want.note)
	}
	return nil
}

// goesOn appends one more event.
func goesOn(t *testing.T, l *ledger.Ledger) error {
	t.Helper()
	next := int(l.Head().Size)
	r, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(next, next+1))
	if err == nil && (len(r) != 1 || r[0].Known || r[0].Seq != uint64(next)) {
		err = fmt.Errorf("the next append gives %+v", r)
	}
	return err
}
