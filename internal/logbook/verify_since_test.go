package logbook

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"testing"

	"suyuan/internal/ledger"
)

// longSigned is a ledger of 602 records with a checkpoint over all of them, and 300 more behind it.
func longSigned(t *testing.T) *signedLedger {
	t.Helper()
	s := newSigned(t)
	receipts := func(from, to int) {
		var entries []ledger.Entry
		for n := from; n < to; n++ {
			event := fmt.Appendf(nil, `{"id":"0195503e-6000-7000-8000-%012x","lot":"lot:L-%d","note":"victim-%d","site":"site:S","time":"2026-03-01T08:00:00Z","type":"receipt"}`, n, n, n)
			entries = append(entries, ledger.Entry{By: "F/OP-1", Event: event})
		}
		writeEntries(t, s.path, entries)
		s.Book = s.again(t)
	}
	receipts(1, 602)
	if _, err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	receipts(602, 902)
	return s
}

// spoilNote changes a byte of a record's note on the disk.
func (s *signedLedger) spoilNote(t *testing.T, n int) {
	t.Helper()
	b, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	note := fmt.Appendf(nil, `"note":"victim-%d"`, n)
	if err := os.WriteFile(s.path, bytes.ReplaceAll(b, note, bytes.Replace(note, []byte("victim"), []byte("culprit")[:6], 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVerifySinceReadsWhatCameAfterASignedCheckpoint(t *testing.T) {
	t.Parallel()
	s := longSigned(t)
	full := s.verified(t, VerifyOptions{Trust: s.trust})
	if !full.OK || full.Size != 902 || full.Sealed != 602 {
		t.Fatalf("%+v", full)
	}
	for size, from := range map[uint64]uint64{1: 1, 300: 1, 601: 1, 602: 602, 650: 602, 902: 602, 9999: 602} {
		v := s.part(t, VerifyOptions{Trust: s.trust, Since: size})
		if !v.OK || v.Since != from || v.Size != 902 || v.Root != full.Root || v.Sealed != 602 {
			t.Errorf("since %d: from %d, %+v; want from %d", size, v.Since, v, from)
		}
	}
	for name, o := range map[string]VerifyOptions{
		"signatures":            {Trust: s.trust, Since: 602, Signatures: true},
		"no key is known":       {Since: 602},
		"another ledger's keys": {Since: 602, Keys: newSigned(t).keys(t)},
	} {
		if v := s.part(t, o); v.Since != 0 || v.Size != 902 {
			t.Errorf("%s: from %d, %+v; want everything read", name, v.Since, v)
		}
	}
}

func (s *signedLedger) part(t *testing.T, o VerifyOptions) Verification {
	t.Helper()
	o.Wait = waitForOthers
	v, err := Verify(t.Context(), s.path, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerifySinceNamesWhatIsWrongWithLaterRecordsOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		record int
		since  uint64 // that part of the records was read, then
		found  bool
	}{
		{650, 602, true},
		{5, 602, false}, // not read, and said so
		{600, 0, true},  // in the checkpoint's own tile: nothing to go on from, so everything is read
	} {
		s := longSigned(t)
		s.spoilNote(t, tt.record)
		v := s.part(t, VerifyOptions{Trust: s.trust, Since: 602})
		named := len(v.Findings) == 1 && v.Findings[0].Code == ledger.CodeAltered && v.Findings[0].Seq == uint64(tt.record)
		if v.Since != tt.since || v.OK == tt.found || named != tt.found {
			t.Errorf("record %d altered: from %d, %+v; want from %d, found %v", tt.record, v.Since, v, tt.since, tt.found)
		}
		if full := s.part(t, VerifyOptions{Trust: s.trust}); full.OK || full.Findings[0].Seq != uint64(tt.record) {
			t.Errorf("record %d altered, everything read: %+v", tt.record, full)
		}
	}
}

func TestVerifyHoldsTheLedgerAgainstACheckpointFromElsewhere(t *testing.T) {
	t.Parallel()
	s := longSigned(t)
	note := notes(t, s.Book)[1].Text
	for _, since := range []uint64{0, 602} {
		if v := s.part(t, VerifyOptions{Trust: s.trust, Since: since, Given: note}); !v.OK || v.Since != since {
			t.Errorf("since %d: %+v", since, v)
		}
		flipped := bytes.Clone(note)
		flipped[len(flipped)-20] ^= 1
		if v := s.part(t, VerifyOptions{Trust: s.trust, Since: since, Given: flipped}); !reflect.DeepEqual(codes(&v), []ledger.Code{ledger.CodeCheckpoint}) {
			t.Errorf("since %d, a flipped byte: %+v", since, v)
		}
	}
}
