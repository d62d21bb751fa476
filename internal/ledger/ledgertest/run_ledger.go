package ledgertest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
)

// Epoch is the time at which the ledgers of tests begin.
var Epoch = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// Entry returns the entry of a small event, another one for each n.
func Entry(n int) ledger.Entry {
	event := fmt.Appendf(nil, `{"id":"0195503e-6000-8000-8000-%012x","n":%d,"note":"批次 %d","type":"test"}`, n+1, n, n)
	return ledger.Entry{By: "LC-H1/OP-7", Event: event}
}

// Entries returns the entries from one number up to another.
func Entries(from, to int) []ledger.Entry {
	entries := make([]ledger.Entry, 0, to-from)
	for n := from; n < to; n++ {
		entries = append(entries, Entry(n))
	}
	return entries
}

// NewLedger makes a ledger in an empty store and opens it.
func NewLedger(tb testing.TB, s ledger.Store) *ledger.Ledger {
	tb.Helper()
	if err := ledger.Create(tb.Context(), s, ledger.Genesis{Origin: "example.org/ledger", Created: Epoch}, "", Epoch); err != nil {
		tb.Fatal(err)
	}
	return OpenLedger(tb, s)
}

// OpenLedger opens the ledger that a store holds.
func OpenLedger(tb testing.TB, s ledger.Store) *ledger.Ledger {
	tb.Helper()
	l, err := ledger.Open(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// Reference computes roots as slowly and plainly as can be: from all leaf hashes, with every stored hash kept.
type Reference struct {
	size   int64
	hashes []tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (r *Reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = r.hashes[index]
	}
	return out, nil
}

// Add adds a record's bytes.
func (r *Reference) Add(tb testing.TB, rec []byte) {
	tb.Helper()
	hashes, err := tlog.StoredHashes(r.size, rec, r)
	if err != nil {
		tb.Fatal(err)
	}
	r.hashes = append(r.hashes, hashes...)
	r.size++
}

// Root returns the root over the first size records.
func (r *Reference) Root(tb testing.TB, size uint64) tlog.Hash {
	tb.Helper()
	root, err := tlog.TreeHash(int64(size), r)
	if err != nil {
		tb.Fatal(err)
	}
	return root
}

// follow adds the records that the reference does not have yet.
func (r *Reference) follow(tb testing.TB, l *ledger.Ledger) {
	tb.Helper()
	for rec, err := range l.Records(tb.Context(), uint64(r.size), l.Head().Size) {
		if err != nil {
			tb.Fatal(err)
		}
		r.Add(tb, rec.Bytes)
	}
}

// wantLedger checks a ledger's head, roots and proofs against the reference.
func wantLedger(tb testing.TB, l *ledger.Ledger, r *Reference, size uint64) {
	tb.Helper()
	r.follow(tb, l)
	if h := l.Head(); h.Size != size || h.Root != r.Root(tb, size) {
		tb.Fatalf("head: size %d, root %v; want %d, %v", h.Size, h.Root, size, r.Root(tb, size))
	}
	chance := rand.New(rand.NewPCG(size, 1))
	for _, at := range []uint64{1, size, size - size%256, size - size%65536, 1 + chance.Uint64N(size), 1 + chance.Uint64N(size)} {
		if at > 0 {
			wantProof(tb, l, r, chance.Uint64N(at), at)
		}
	}
}

func wantProof(tb testing.TB, l *ledger.Ledger, r *Reference, seq, size uint64) {
	tb.Helper()
	root, err := l.RootAt(tb.Context(), size)
	if err != nil || root != r.Root(tb, size) {
		tb.Fatalf("root at %d: %v, %v; want %v", size, root, err, r.Root(tb, size))
	}
	rec, err := l.Record(tb.Context(), seq)
	if err != nil {
		tb.Fatal(err)
	}
	proof, err := l.Prove(tb.Context(), seq, size)
	if err != nil {
		tb.Fatal(err)
	}
	if err := ledger.CheckInclusion(proof, rec.Leaf(), root); err != nil {
		tb.Error(err)
	}
	hashes, err := l.Extend(tb.Context(), seq+1, size)
	if err != nil {
		tb.Fatal(err)
	}
	if err := ledger.CheckConsistency(hashes, seq+1, r.Root(tb, seq+1), size, root); err != nil {
		tb.Error(err)
	}
}

func wantVerified(tb testing.TB, s ledger.Store, size uint64, root ledger.Hash) {
	tb.Helper()
	report, err := ledger.Verify(tb.Context(), s, nil)
	if err != nil || !report.OK || report.Size != size || report.Root != root {
		tb.Errorf("verify: %+v, %v; want size %d, root %v", report, err, size, root)
	}
}

func testBorders(t *testing.T, open Opener) {
	t.Helper()
	var ref Reference
	l := NewLedger(t, open())
	size := 1
	for _, to := range []int{2, 254, 255, 256, 257, 258, 511, 512, 513, 1024} {
		if _, err := l.Append(t.Context(), Epoch, ledger.AppendOptions{}, Entries(size, to)); err != nil {
			t.Fatal(err)
		}
		size = to
		wantLedger(t, l, &ref, uint64(size))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		s := open()
		wantVerified(t, s, uint64(size), ref.Root(t, uint64(size)))
		l = OpenLedger(t, s)
		wantLedger(t, l, &ref, uint64(size))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func testLarge(t *testing.T, open Opener) {
	t.Helper()
	var ref Reference
	s := open()
	l := NewLedger(t, s)
	size := 1
	for _, to := range []int{40_000, 65_535, 65_536, 65_537} {
		if _, err := l.Append(t.Context(), Epoch, ledger.AppendOptions{}, Entries(size, to)); err != nil {
			t.Fatal(err)
		}
		size = to
		wantLedger(t, l, &ref, uint64(size))
		wantVerified(t, s, uint64(size), ref.Root(t, uint64(size)))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = OpenLedger(t, open())
	wantLedger(t, l, &ref, uint64(size))
	if seq, ok, err := l.Lookup(t.Context(), EntryID(t, Entry(size-1))); err != nil || !ok || seq != uint64(size-1) {
		t.Errorf("lookup: %d, %v, %v", seq, ok, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// EntryID returns the id of an entry's event.
func EntryID(tb testing.TB, e ledger.Entry) ledger.ID {
	tb.Helper()
	const mark = `"id":"`
	at := bytes.Index(e.Event, []byte(mark)) + len(mark)
	id, err := ledger.ParseID(string(e.Event[at : at+36]))
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func testConcurrent(t *testing.T, open Opener) {
	t.Helper()
	s := open()
	appendBatch(t, s, batch(0, 600))
	var wg sync.WaitGroup
	for r := range 4 {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(r), 7))
			for range 200 {
				size, head, err := s.Head(t.Context())
				if err != nil || string(head) != fmt.Sprintf("head of %d", size) {
					t.Errorf("head: %d, %q, %v", size, head, err)
					return
				}
				seq := chance.Uint64N(size)
				rec, err := s.Record(t.Context(), seq)
				if err != nil || !bytes.Equal(rec, record(seq)) {
					t.Errorf("record %d of %d: %q, %v", seq, size, rec, err)
					return
				}
			}
		})
	}
	next := uint64(600)
	err := s.Scan(t.Context(), 0, 600, func(seq uint64, _ []byte) error {
		if seq%20 != 0 {
			return nil
		}
		next += 30
		return s.Append(t.Context(), batch(next-30, 30))
	})
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, s, next)
}
