package boltstore_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

// wantIDs checks that the ids of a file's events are found, that an event that is there is known, and that one with another
// content is refused.
func wantIDs(t *testing.T, path string, size int) {
	t.Helper()
	l := ledgertest.OpenLedger(t, open(t, path))
	for _, seq := range []int{1, size / 2, size - 1} {
		rec, err := l.Record(t.Context(), uint64(seq))
		if err != nil {
			t.Fatal(err)
		}
		if at, ok, err := l.Lookup(t.Context(), rec.ID); err != nil || !ok || at != uint64(seq) {
			t.Errorf("lookup of record %d: %d, %v, %v", seq, at, ok, err)
		}
		receipts, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, []ledger.Entry{{By: "x", Event: rec.Event}})
		if err != nil || !receipts[0].Known || receipts[0].Seq != uint64(seq) {
			t.Errorf("record %d again: %+v, %v", seq, receipts, err)
		}
		other := bytes.Replace(rec.Event, []byte(`"type":"test"`), []byte(`"type":"fake"`), 1)
		_, err = l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, []ledger.Entry{{By: "x", Event: other}})
		if conflict := (*ledger.IDConflictError)(nil); !errors.As(err, &conflict) || conflict.Seq != uint64(seq) {
			t.Errorf("record %d with other content: %v", seq, err)
		}
	}
	if got := l.Head().Size; got != uint64(size) {
		t.Errorf("size %d, want %d", got, size)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnIndexThatDoesNotFitIsMadeAgain(t *testing.T) {
	t.Parallel()
	const size = 1500 // enough that closing writes the index
	other := newFile(t, 1200)
	for name, spoil := range map[string]func(t *testing.T, path string){
		"none": func(t *testing.T, _ string) { t.Helper() },
		"removed": func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(boltstore.IndexPath(path)); err != nil {
				t.Fatal(err)
			}
		},
		"empty": func(t *testing.T, path string) {
			t.Helper()
			write(t, boltstore.IndexPath(path), nil)
		},
		"text": func(t *testing.T, path string) {
			t.Helper()
			write(t, boltstore.IndexPath(path), bytes.Repeat([]byte("text"), 9999))
		},
		"cut short": func(t *testing.T, path string) {
			t.Helper()
			write(t, boltstore.IndexPath(path), read(t, boltstore.IndexPath(path))[:9000])
		},
		"of another ledger": func(t *testing.T, path string) {
			t.Helper()
			write(t, boltstore.IndexPath(path), read(t, boltstore.IndexPath(other)))
		},
		"the ledger itself": func(t *testing.T, path string) {
			t.Helper()
			write(t, boltstore.IndexPath(path), read(t, path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t, size)
			spoil(t, path)
			wantIDs(t, path, size)
			wantIDs(t, path, size)
		})
	}
}

func TestAnIndexThatNamesTheWrongRecordIsGivenUpAndMadeAgain(t *testing.T) {
	t.Parallel()
	const size = 1500
	path := newFile(t, size)
	l := ledgertest.OpenLedger(t, open(t, path))
	rec, err := l.Record(t.Context(), 700)
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	b := read(t, boltstore.IndexPath(path))
	at := bytes.Index(b, rec.ID[:]) + len(rec.ID) + 5 // the last byte of the number
	if b[at] != byte(rec.Seq&0xFF) {
		t.Fatalf("byte %d is %d", at, b[at])
	}
	b[at] ^= 1
	write(t, boltstore.IndexPath(path), b)
	l = ledgertest.OpenLedger(t, open(t, path))
	again := []ledger.Entry{{By: "x", Event: rec.Event}}
	if r, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, again); err == nil {
		t.Errorf("recorded: %+v", r)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, path, size)
}

func TestAnIndexThatIsBehindIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	path := newFile(t, 1200)
	old := read(t, boltstore.IndexPath(path))
	l := ledgertest.OpenLedger(t, open(t, path))
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(1200, 3000)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, boltstore.IndexPath(path), old)
	wantIDs(t, path, 3000)
}

func TestAnIndexThatIsAheadIsMadeAgain(t *testing.T) {
	t.Parallel()
	path := newFile(t, 1200)
	old := read(t, path)
	l := ledgertest.OpenLedger(t, open(t, path))
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(1200, 3000)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, path, old)
	wantIDs(t, path, 1200)
}

func TestAFolderInPlaceOfTheIndexIsRefused(t *testing.T) {
	t.Parallel()
	path := newFile(t, 3)
	if err := os.RemoveAll(boltstore.IndexPath(path)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(boltstore.IndexPath(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if s, err := boltstore.Open(t.Context(), path, boltstore.Options{}); err == nil {
		t.Errorf("opened: %v", s.Close())
	}
}
