package logbook

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

func TestEveryImportIsSealed(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	for i, want := range []uint64{4, 5, 5} { // the last one is known already
		must(t, s.Book, stream(collections(3*min(i, 1), 3-2*min(i, 1))), ImportOptions{})
		if got := s.sealed(t); got != want {
			t.Errorf("import %d: sealed at %d, want %d", i, got, want)
		}
	}
	must(t, s.Book, stream(collections(10, 3)), ImportOptions{DryRun: true})
	if got := s.sealed(t); got != 5 {
		t.Errorf("a dry run was sealed at %d", got)
	}
}

func TestEveryStepOfACaseIsSealed(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	_, err := s.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionOpen, noonTime(t), func(*CaseDesk) ([]event.Event, error) {
		return []event.Event{step(t, noon, &event.Case{Action: event.ActionOpen, Open: &event.CaseOpen{Sources: []event.Ref{ref(t, "donor:D-1")}}})}, nil
	})
	if got := s.sealed(t); err != nil || got != 2 {
		t.Errorf("sealed at %d, %v", got, err)
	}
	refused := errors.New("not this time")
	_, err = s.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) { return nil, refused })
	if got := s.sealed(t); !errors.Is(err, refused) || got != 2 || len(notes(t, s.Book)) != 2 {
		t.Errorf("sealed at %d, %v", got, err)
	}
}

// patients records n further events one by one.
func patients(tb testing.TB, b *Book, from, n int) {
	tb.Helper()
	for i := from; i < from+n; i++ {
		record(tb, b, strings.Replace(onePatient, "P-1", "P-"+string(rune('a'+i/26%26))+string(rune('a'+i%26)), 1))
	}
}

func TestOtherRecordsAreSealedOnce256AreNotCovered(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, sealRecords-1)
	if got := s.sealed(t); got != 1 {
		t.Errorf("sealed at %d", got)
	}
	patients(t, s.Book, sealRecords-1, 1)
	if got := s.sealed(t); got != 1+sealRecords {
		t.Errorf("sealed at %d, want %d", got, 1+sealRecords)
	}
	patients(t, s.Book, sealRecords, 1)
	if got := s.sealed(t); got != 1+sealRecords {
		t.Errorf("sealed at %d right after the last", got)
	}
}

func TestOtherRecordsAreSealedOnceTheOldestUncoveredIsFiveMinutesOld(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	// Record 0 is covered, and so old that it would count if it were asked about.
	s.watch.time = testNow.Add(time.Hour)
	patients(t, s.Book, 0, 1)
	if got := s.sealed(t); got != 1 {
		t.Errorf("sealed at %d at once", got)
	}
	s.watch.time = s.watch.time.Add(sealAge - time.Millisecond)
	patients(t, s.Book, 1, 1)
	if got := s.sealed(t); got != 1 {
		t.Errorf("sealed at %d before its time", got)
	}
	s.watch.time = s.watch.time.Add(time.Millisecond)
	patients(t, s.Book, 2, 1)
	if got := s.sealed(t); got != 4 {
		t.Errorf("sealed at %d, want 4", got)
	}
	// What is known already is not recorded, and what is refused neither: nothing is due.
	patients(t, s.Book, 3, 1)
	s.watch.time = s.watch.time.Add(time.Hour)
	patients(t, s.Book, 3, 1)
	if got := s.sealed(t); got != 4 {
		t.Errorf("sealed at %d, and nothing was recorded", got)
	}
}

func TestAskedAgainAtOneSizeThereIsOneNote(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 2)
	first, err := s.Checkpoint(t.Context())
	if err != nil || first.Size != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	s.watch.time = s.watch.time.Add(time.Hour)
	for _, b := range []*Book{s.Book, s.again(t)} {
		if c, err := b.Checkpoint(t.Context()); err != nil || !bytes.Equal(c.Note, first.Note) || c.Checkpoint != first.Checkpoint {
			t.Errorf("%q, want %q, %v", c.Note, first.Note, err)
		}
	}
	if n := len(notes(t, s.Book)); n != 2 {
		t.Errorf("%d notes, want 2", n)
	}
}

// signedOutside is a note of the ledger as it is, by its keys.
func (s *signedLedger) signedOutside(tb testing.TB) []byte {
	tb.Helper()
	keys, err := s.trust.Keys.Load(signedOrigin)
	if err != nil {
		tb.Fatal(err)
	}
	head, err := s.Head(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	note, err := keys.SignCheckpoint(notary.Checkpoint{Origin: head.Origin, Size: head.Size, Root: head.Root}, testNow.Add(-time.Hour))
	if err != nil {
		tb.Fatal(err)
	}
	return note
}

func TestANoteThatCameOnlyToTheAnchorIsKeptByteForByte(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 1)
	// The process ended after the swap, before the note was in the ledger.
	note := s.signedOutside(t)
	if _, err := s.trust.Anchor.Swap(note, s.keys(t), func(notary.Checkpoint) error { return nil }); err != nil {
		t.Fatal(err)
	}
	c, err := s.Checkpoint(t.Context())
	if err != nil || !bytes.Equal(c.Note, note) {
		t.Errorf("%q, want %q, %v", c.Note, note, err)
	}
	if list := notes(t, s.Book); len(list) != 2 || !bytes.Equal(list[1].Text, note) {
		t.Errorf("the ledger keeps %v", list)
	}
}

func TestANoteInTheLedgerIsGivenAlsoWhereTheAnchorHasAnother(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 1)
	first, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.trust.Anchor.CheckpointPath(signedOrigin), s.signedOutside(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Checkpoint(t.Context()); err != nil || !bytes.Equal(c.Note, first.Note) {
		t.Errorf("%q, want %q, %v", c.Note, first.Note, err)
	}
}

// breakages are ways in which a checkpoint cannot be made although the ledger stood well when it was opened, and how each is mended.
func breakages(t *testing.T, s *signedLedger) map[string]struct {
	do, undo func()
	want     error
} {
	t.Helper()
	keys, checkpoint := s.trust.Keys.Path(signedOrigin), s.trust.Anchor.CheckpointPath(signedOrigin)
	move := func(path, to string) {
		if err := os.Rename(path, to); err != nil {
			t.Error(err)
		}
	}
	kept := read(t, checkpoint)
	write := func(text string) {
		if err := os.WriteFile(checkpoint, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	type breakage = struct {
		do, undo func()
		want     error
	}
	return map[string]breakage{
		"the keys are gone":        {func() { move(keys, keys+".away") }, func() { move(keys+".away", keys) }, keyring.ErrNoLedgerKeys},
		"the anchor is damaged":    {func() { write(kept[:40]) }, func() { write(kept) }, anchor.ErrDamaged},
		"a file is in its place":   {func() { block(t, s.trust.Anchor.Dir()) }, func() { unblock(t, s.trust.Anchor.Dir()) }, anchor.ErrNoFolder},
		"the folder is not there":  {func() { move(s.trust.Anchor.Dir(), s.trust.Anchor.Dir()+".away") }, func() { move(s.trust.Anchor.Dir()+".away", s.trust.Anchor.Dir()) }, anchor.ErrNoFolder},
		"nothing can be put there": {func() { move(checkpoint, checkpoint+".away"); _ = os.Mkdir(checkpoint, 0o700) }, func() { _ = os.Remove(checkpoint); move(checkpoint+".away", checkpoint) }, anchor.ErrDamaged},
	}
}

func TestWhatWasRecordedStaysWhereNoCheckpointCanBeMade(t *testing.T) {
	t.Parallel()
	for name := range breakages(t, newSigned(t)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSigned(t)
			s.trust.Anchor = anchor.At(s.trust.Anchor.Dir())
			breakage := breakages(t, s)[name]
			broken := false
			s.o.Now = func() time.Time { // asked first while the ledger is held already
				if !broken {
					broken = true
					breakage.do()
				}
				return testNow
			}
			s.sealNow = true
			r, err := s.Record(t.Context(), parse(t, onePatient), nil)
			if err != nil || r.Seq != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			var seal *SealError
			if err := s.Unsealed(); !errors.As(err, &seal) || !errors.Is(err, breakage.want) || seal.Path != s.path {
				t.Errorf("it says %v, want %v", err, breakage.want)
			}
			breakage.undo()
			if n := len(notes(t, s.Book)); n != 1 || size(t, s.Book) != 2 {
				t.Errorf("%d notes of %d records", n, size(t, s.Book))
			}
			patients(t, s.Book, 0, 1)
			if got := s.sealed(t); got != 3 || s.Unsealed() != nil {
				t.Errorf("mended: sealed at %d, %v", got, s.Unsealed())
			}
		})
	}
}

func TestTwoCopiesOfALedgerDoNotBothGrow(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	path := writeFile(t, read(t, s.path))
	var other *Book
	s.o.Now = func() time.Time {
		if other == nil { // while the one holds its file, the other one grows and comes first
			other = openSigned(t, path, s.trust, clock)
			must(t, other, stream(collections(0, 5)), ImportOptions{})
		}
		return testNow
	}
	s.sealNow = true
	patients(t, s.Book, 0, 1)
	if err := s.Unsealed(); !errors.Is(err, anchor.ErrSmaller) {
		t.Errorf("it says %v", err)
	}
	if _, err := s.Record(t.Context(), parse(t, onePatient), nil); Code(err) != Unverified {
		t.Errorf("it grows on: %v", err)
	}
}

func TestStoredBytesThatChangedSinceTheLastCheckpointAreNotSigned(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]string{"untouched": `"unit":"U-150"`, "altered": `"unit":"U-1p0"`} {
		s := newSigned(t)
		b := s.elsewhere(t, s.path)
		must(t, b, stream(collections(0, 600)), ImportOptions{})
		if _, err := s.Graph(t.Context()); err != nil { // the book has read everything before it was altered
			t.Fatal(err)
		}
		content := strings.ReplaceAll(read(t, s.path), `"unit":"U-150"`, with)
		if err := os.WriteFile(s.path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := s.Checkpoint(t.Context())
		if name == "untouched" {
			if err != nil || s.sealed(t) != 601 {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var seal *SealError
		if !errors.As(err, &seal) || !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "read back") || s.sealed(t) != 1 {
			t.Errorf("%s: got %v, sealed at %d", name, err, s.sealed(t))
		}
	}
}

func TestWhatWasSignedIsNotReadAgainAndWhatNobodySignedIs(t *testing.T) {
	t.Parallel()
	// An altered record below the last checkpoint is for verify to find: sealing costs what is new.
	s := newSigned(t)
	must(t, s.Book, stream(collections(0, 600)), ImportOptions{})
	content := strings.ReplaceAll(read(t, s.path), `"unit":"U-150"`, `"unit":"U-1p0"`)
	if err := os.WriteFile(s.path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s.state = nil
	err := s.reading(t.Context(), func(l *ledger.Ledger) error {
		last, note, err := lastSealed(t.Context(), l, lineageOf(nil, nil))
		if err == nil || note != nil || last.Size != 0 {
			t.Errorf("a note by nobody: %+v, %v", last, err)
		}
		own, err := s.trust.Keys.Load(signedOrigin)
		if err != nil {
			return err
		}
		last, _, err = lastSealed(t.Context(), l, lineageOf(own.Verifiers(), nil))
		if err == nil && last.Size == 601 {
			err = l.Rehash(t.Context(), last.Size, last.Root)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestANoteThatIsNotTheLedgersIsSaid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		size uint64
		note string
		want string
	}{
		"of the ledger as it is, by nobody":   {2, "nonsense", "have not signed"},
		"of more records than the ledger has": {9, "nonsense", "a checkpoint says 9 records, the ledger has 2"},
	} {
		s := newSigned(t)
		patients(t, s.Book, 0, 1)
		keepNote(t, s.Book, ledger.Note{Size: tt.size, Text: []byte(tt.note)})
		_, err := s.Checkpoint(t.Context())
		if !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
		patients(t, s.Book, 1, 1)
		if err := s.Unsealed(); (err != nil) != (tt.size == 9) {
			t.Errorf("%s: after a recording: %v", name, err)
		}
	}
	// One of an earlier size that says nothing spares no work, and does no harm.
	s := newSigned(t)
	patients(t, s.Book, 0, 1)
	keepNote(t, s.Book, ledger.Note{Size: 2, Text: []byte("nonsense")})
	patients(t, s.Book, 1, 1)
	if c, err := s.Checkpoint(t.Context()); err != nil || c.Size != 3 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWhoHasNoKeysReadsTheNewestNote(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	b := s.elsewhere(t, s.path)
	if c, err := b.Checkpoint(t.Context()); err != nil || !bytes.Equal(c.Note, notes(t, s.Book)[0].Text) {
		t.Errorf("%+v, %v", c, err)
	}
	record(t, b, onePatient)
	if c, err := b.Checkpoint(t.Context()); err != nil || c.Note != nil || c.Size != 2 {
		t.Errorf("a note of a smaller ledger is none of this one: %+v, %v", c, err)
	}
}

func TestKeysThatCannotBeReadAreNotPassedOver(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	if err := os.WriteFile(s.trust.Keys.Path(signedOrigin), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("got %v", err)
	}
}
