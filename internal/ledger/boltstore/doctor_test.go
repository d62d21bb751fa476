package boltstore_test

import (
	"os"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

func TestKernelsThatLoseWritesAreKnown(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]bool{
		"5.9.16": false, "5.10.0-8-amd64": true, "5.10.93": true, "5.10.94": false, "5.10.200": false, "5.11.22": true, "5.14.21-150": true,
		"5.15.17": true, "5.15.26": true, "5.15.27": false, "5.16.20": true, "5.17.0": false, "5.17-rc8": false, "6.18.44-fc-v857": false, "4.19.0": false,
		"10.0.1": false, "5.15": true,
	} {
		if loses, known := boltstore.FastCommitLoses(release); !known || loses != want {
			t.Errorf("%s: loses %v, known %v; want %v", release, loses, known, want)
		}
	}
	for _, release := range []string{"", "linux", "-1.2", "6", "5.99999999999999999999999"} {
		if _, known := boltstore.FastCommitLoses(release); known {
			t.Errorf("%q: taken for a release", release)
		}
	}
}

func TestDisksAreJudgedByWhatTheyAre(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][2]bool{ // volatile, weak
		"ext4": {}, "xfs": {}, "btrfs": {}, "apfs": {}, "NTFS": {}, "tmpfs": {true, false}, "overlay": {true, false}, "fuse": {false, true}, "fuseblk": {false, true}, "vfat": {false, true},
	} {
		d := boltstore.Disk{Kind: kind}
		if d.Volatile() != want[0] || d.Weak() != want[1] {
			t.Errorf("%s: volatile %v, weak %v", kind, d.Volatile(), d.Weak())
		}
	}
	d := boltstore.Disk{Options: []string{"rw", "data=writeback", "barrier=1", "nobarrier"}}
	if got := d.Unsafe(); len(got) != 2 {
		t.Errorf("unsafe: %q", got)
	}
}

func TestTheStateOfTheIndexIsTold(t *testing.T) {
	t.Parallel()
	path := newFile(t, 1200)
	state := func() (boltstore.IndexState, uint64) {
		s, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		state, size, err := s.Index(t.Context())
		if err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		return state, size
	}
	want := func(what string, wantState boltstore.IndexState, wantSize uint64) {
		t.Helper()
		if got, size := state(); got != wantState || size != wantSize {
			t.Errorf("%s: %s for %d, want %s for %d", what, got, size, wantState, wantSize)
		}
	}
	want("after many records", boltstore.IndexCurrent, 1200)
	l := ledgertest.OpenLedger(t, open(t, path))
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(5000, 5003)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want("after a few more", boltstore.IndexBehind, 1200)
	index := boltstore.IndexPath(path)
	write(t, index, read(t, boltstore.IndexPath(newFile(t, 1100))))
	want("that of another ledger of the same records", boltstore.IndexBehind, 1100)
	write(t, index, []byte("hello"))
	want("something else", boltstore.IndexStale, 0)
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	want("none", boltstore.IndexAbsent, 0)
	if err := os.Mkdir(index, 0o700); err != nil {
		t.Fatal(err)
	}
	want("a folder", boltstore.IndexForeign, 0)
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	want("one that was just made", boltstore.IndexCurrent, 1203)
	fresh := newFile(t, 3)
	path = fresh
	want("one that holds nothing yet", boltstore.IndexBehind, 0)
}
