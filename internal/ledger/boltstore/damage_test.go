package boltstore_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

var genesis = ledger.Genesis{Origin: "example.org/ledger", Created: ledgertest.Epoch}

// newFile makes a ledger file with size records and returns its path.
func newFile(tb testing.TB, size int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "suyuan.db")
	if err := boltstore.Create(tb.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		tb.Fatal(err)
	}
	l := ledgertest.OpenLedger(tb, open(tb, path))
	for from := 1; from < size; from += 100 {
		if _, err := l.Append(tb.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(from, min(from+100, size))); err != nil {
			tb.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

func write(tb testing.TB, path string, b []byte) {
	tb.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestOpenSaysWhyAFileIsNoLedger(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 300))
	for _, tt := range []struct {
		name string
		make func(path string) error
		want error
	}{
		{"nothing there", func(string) error { return nil }, fs.ErrNotExist},
		{"a dangling link", func(path string) error { return os.Symlink("nowhere", path) }, fs.ErrNotExist},
		{"a directory", func(path string) error { return os.Mkdir(path, 0o700) }, ledger.ErrNotLedger},
		{"an empty file", func(path string) error { return os.WriteFile(path, nil, 0o600) }, ledger.ErrNotLedger},
		{"one byte", func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) }, ledger.ErrNotLedger},
		{"text", func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("text\n"), 9999), 0o600) }, ledger.ErrNotLedger},
		{"another program's bbolt file", func(path string) error { return foreign(path, "") }, ledger.ErrNotLedger},
		{"an index of ids", func(path string) error { return foreign(path, "suyuan ids 1") }, ledger.ErrNotLedger},
		{"a newer version", func(path string) error { return foreign(path, "suyuan ledger 2") }, ledger.ErrVersion},
		{"a copy that was broken off", func(path string) error { return os.WriteFile(path, whole[:60_000], 0o600) }, ledger.ErrDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "suyuan.db")
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			for _, readOnly := range []bool{true, false} {
				s, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: readOnly})
				if !errors.Is(err, tt.want) {
					t.Errorf("read-only %v: %v, want %v", readOnly, err, tt.want)
				}
				if err == nil {
					t.Error(s.Close())
				}
			}
			if _, err := os.Stat(boltstore.IndexPath(path)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an index was made: %v", err)
			}
		})
	}
}

// foreign makes a bbolt file with a bucket named as ours.
func foreign(path, format string) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if format == "" {
			_, err := tx.CreateBucket([]byte("theirs"))
			return err
		}
		b, err := tx.CreateBucket([]byte("suyuan"))
		if err != nil {
			return err
		}
		return b.Put([]byte("format"), []byte(format))
	})
	return errors.Join(err, db.Close())
}

func TestOpenFollowsALinkAndKeepsTheIndexBesideTheFile(t *testing.T) {
	t.Parallel()
	path := newFile(t, 10)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	l := ledgertest.OpenLedger(t, open(t, link))
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(10, 12)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(boltstore.IndexPath(link)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an index beside the link: %v", err)
	}
	if r := verify(t, path); r.Size != 12 || !r.OK {
		t.Errorf("verify: %+v", r)
	}
}

func verify(tb testing.TB, path string) ledger.Report {
	tb.Helper()
	s, err := boltstore.Open(tb.Context(), path, boltstore.Options{ReadOnly: true})
	if err != nil {
		return ledger.Report{Findings: []ledger.Finding{{Code: ledger.CodeStore, What: err.Error()}}}
	}
	r, err := ledger.Verify(tb.Context(), s, nil)
	if err != nil {
		tb.Error(err)
	}
	if err := s.Close(); err != nil {
		tb.Error(err)
	}
	return r
}

// use opens a file in every way and reads what it can; it must end, and never panic.
func use(tb testing.TB, path string) (sound bool) {
	tb.Helper()
	report := verify(tb, path)
	s, err := boltstore.Open(tb.Context(), path, boltstore.Options{})
	if err != nil {
		return false
	}
	l, err := ledger.Open(tb.Context(), s)
	if err != nil {
		if err := s.Close(); err != nil {
			tb.Log(err)
		}
		return false
	}
	for _, err := range l.Records(tb.Context(), 0, l.Head().Size) {
		if err != nil {
			tb.Log(err)
		}
	}
	_, err = l.Append(tb.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(5000, 5020))
	if cerr := l.Close(); cerr != nil {
		tb.Log(cerr)
	}
	return err == nil && report.OK
}

func TestNoFlippedByteIsOverlookedAndNoneIsFatal(t *testing.T) {
	t.Parallel()
	path := newFile(t, 400)
	whole := read(t, path)
	used := soundBytes(t, path)
	chance := rand.New(rand.NewPCG(1, 2))
	n := rounds(1500, 100)
	dir := t.TempDir()
	target := filepath.Join(dir, "suyuan.db")
	for i := range n {
		at := chance.IntN(len(whole))
		if i%2 == 0 { // headers and elements of pages are where it hurts
			at = at&^0xFFF + chance.IntN(64)
		}
		b := bytes.Clone(whole)
		b[at] ^= 1 << chance.IntN(8)
		write(t, target, b)
		if r := verify(t, target); r.OK && used[at] {
			t.Errorf("byte %d (page %d, %d) flipped: not noticed", at, at>>12, at&0xFFF)
		}
		use(t, target)
	}
}

// rounds returns how often a test that draws at random repeats itself.
func rounds(whole, short int) int {
	if slowed || testing.Short() {
		return short
	}
	return whole
}

// soundBytes says which bytes of a ledger file are records for certain.
func soundBytes(tb testing.TB, path string) []bool {
	tb.Helper()
	b := read(tb, path)
	used := make([]bool, len(b))
	s := open(tb, path)
	err := s.Scan(tb.Context(), 0, 1<<40, func(_ uint64, rec []byte) error {
		at := bytes.Index(b, rec)
		only := bytes.Count(b, rec) == 1
		for i := range rec { // pages that were given up may still hold a copy
			used[at+i] = only
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		tb.Fatal(err)
	}
	return used
}

func TestAFileCutAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 400))
	target := filepath.Join(t.TempDir(), "suyuan.db")
	for n := 0; n < len(whole); n += 512 + len(whole)/rounds(400, 40) {
		write(t, target, whole[:n])
		if use(t, target) && len(bytes.Trim(whole[n:], "\x00")) > 0 {
			t.Errorf("a file cut from %d to %d bytes is in use", len(whole), n)
		}
	}
}

func TestVerifyNamesTheRecordWithAFlippedByteOnDisk(t *testing.T) {
	t.Parallel()
	path := newFile(t, 400)
	b := read(t, path)
	for _, seq := range []uint64{1, 200, 399} {
		s := open(t, path)
		rec, err := s.Record(t.Context(), seq)
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(t.TempDir(), "suyuan.db")
		broken := bytes.Clone(b)
		for at := bytes.Index(broken, rec); at >= 0; at = bytes.Index(broken, rec) {
			broken[at+bytes.Index(rec, []byte(`"type":"`))+8] = 'x'
		}
		write(t, target, broken)
		if r := verify(t, target); len(r.Findings) != 1 || r.Findings[0].Seq != seq || r.Findings[0].Code != ledger.CodeAltered {
			t.Errorf("record %d: %v", seq, r.Findings)
		}
	}
}

func TestALedgerInUseIsBusy(t *testing.T) {
	t.Parallel()
	path := newFile(t, 3)
	s := open(t, path)
	for _, readOnly := range []bool{true, false} {
		if _, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: readOnly}); !errors.Is(err, ledger.ErrBusy) {
			t.Errorf("read-only %v: %v, want ErrBusy", readOnly, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	a, errA := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: true})
	b, errB := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: true})
	if errA != nil || errB != nil {
		t.Fatalf("two readers: %v, %v", errA, errB)
	}
	if err := a.Append(t.Context(), ledger.Batch{}); !errors.Is(err, ledger.ErrReadOnly) {
		t.Errorf("append: %v, want ErrReadOnly", err)
	}
	if _, err := boltstore.Open(t.Context(), path, boltstore.Options{Wait: 60 * time.Millisecond}); !errors.Is(err, ledger.ErrBusy) {
		t.Errorf("a writer beside readers: %v, want ErrBusy", err)
	}
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	path := newFile(t, 400)
	if err := os.Remove(boltstore.IndexPath(path)); err != nil {
		t.Fatal(err)
	}
	before := read(t, path)
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	l := ledgertest.OpenLedger(t, s)
	rec, err := l.Record(t.Context(), 77)
	if err != nil {
		t.Fatal(err)
	}
	if seq, ok, err := l.Lookup(t.Context(), rec.ID); err != nil || !ok || seq != 77 {
		t.Errorf("lookup: %d, %v, %v", seq, ok, err)
	}
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(900, 901)); !errors.Is(err, ledger.ErrReadOnly) {
		t.Errorf("append: %v, want ErrReadOnly", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 || !bytes.Equal(before, read(t, path)) {
		t.Errorf("files %v, %v; want the ledger only, unchanged", files, err)
	}
}
