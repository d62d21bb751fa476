package logbook

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
)

// signedNote is a checkpoint as far as this package reads it.
func signedNote(h ledger.Head) []byte {
	return []byte(string(h.Checkpoint()) + "\n\u2014 " + h.Origin + " AAAAAAAA\n")
}

func successor(t *testing.T, old string, o SuccessorOptions) (Succession, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new.db")
	o.Now, o.By = clock, "F/OP-1"
	if o.Origin == "" {
		o.Origin = "test.example/new"
	}
	s, err := Successor(t.Context(), old, path, o)
	if err != nil {
		wantEmpty(t, filepath.Dir(path))
		return s, path, err
	}
	if report, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK || report.Size != s.Succeeds.Kept || report.Root != s.Head.Root {
		t.Errorf("the successor: %+v, %v; said: %+v", report, err, s)
	}
	return s, path, nil
}

func TestASuccessorKeepsWhatFitsAndDeclaresTheRestLost(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	text := export(t, b, ExportOptions{})
	lines := strings.SplitAfter(text, "\n")
	upTo := func(n int) string { return strings.Join(lines[:n], "") }
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		old        string
		kept, size uint64
	}{
		"a whole export":             {writeFile(t, text), 301, 301},
		"a whole file":               {b.path, 301, 301},
		"a cut line at the end":      {writeFile(t, upTo(200)+lines[200][:50]), 200, 201},
		"an export cut between":      {writeFile(t, upTo(200)), 200, 200},
		"a line that is no record":   {writeFile(t, upTo(200)+"{}\n"+strings.Join(lines[201:], "")), 200, 301},
		"an altered line":            {writeFile(t, strings.Replace(text, `"U-199"`, `"U-1p9"`, 1)), 200, 301},
		"an altered record":          {flipped(t, b.path, `"unit":"U-199`), 200, 301},
		"an altered record in front": {flipped(t, b.path, `"unit":"U-0`), 1, 301},
		"an altered last record":     {flipped(t, b.path, `"unit":"U-299`), 300, 301},
		"too long a line":            {writeFile(t, upTo(200)+strings.Repeat("x", 1<<20)), 200, 201},
	} {
		s, path, err := successor(t, tt.old, SuccessorOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Succeeds.Kept != tt.kept || s.Succeeds.Size != tt.size || s.Succeeds.Origin != head.Origin || (s.Why != nil) != (tt.kept < tt.size) {
			t.Errorf("%s: %+v, because of %v; want %d kept of %d", name, s.Succeeds, s.Why, tt.kept, tt.size)
		}
		if root, err := rootOf(t, b, tt.kept); err != nil || root != s.Succeeds.Root {
			t.Errorf("%s: root %x, want %x, %v", name, s.Succeeds.Root, root, err)
		}
		sameButForPrev(t, name, lines, strings.SplitAfter(export(t, openBook(t, path), ExportOptions{}), "\n"))
	}
}

func rootOf(t *testing.T, b *Book, size uint64) (root ledger.Hash, err error) {
	t.Helper()
	err = b.reading(t.Context(), func(l *ledger.Ledger) error {
		root, err = l.RootAt(t.Context(), size)
		return err
	})
	return root, err
}

// sameButForPrev wants the records from number 1 on to differ in nothing but what chains them.
func sameButForPrev(t *testing.T, name string, old, now []string) {
	t.Helper()
	for i := 1; i < len(now)-1; i++ {
		var a, b map[string]any
		if err := errors.Join(json.Unmarshal([]byte(old[i]), &a), json.Unmarshal([]byte(now[i]), &b)); err != nil {
			t.Fatal(err)
		}
		delete(a, "prev")
		delete(b, "prev")
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: record %d is %s, was %s", name, i, now[i], old[i])
			return
		}
	}
}

func TestTheLastCheckpointSaysHowMuchIsLost(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	text := export(t, b, ExportOptions{})
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	part := writeFile(t, strings.Join(strings.SplitAfter(text, "\n")[:60], ""))
	s, _, err := successor(t, part, SuccessorOptions{checkpoint: signedNote(head)})
	if err != nil || s.Succeeds.Kept != 60 || s.Succeeds.Size != 101 || string(s.Succeeds.Checkpoint) != string(signedNote(head)) {
		t.Errorf("%+v, %v; want 60 of 101", s.Succeeds, err)
	}
	// Records that no checkpoint covers yet are kept all the same.
	early := head
	early.Size = 50
	if early.Root, err = rootOf(t, b, 50); err != nil {
		t.Fatal(err)
	}
	if s, _, err = successor(t, part, SuccessorOptions{checkpoint: signedNote(early)}); err != nil || s.Succeeds.Size != 60 {
		t.Errorf("%+v, %v; want all 60", s.Succeeds, err)
	}
	early.Root[0] ^= 1
	var fork *ForkError
	if _, _, err = successor(t, part, SuccessorOptions{checkpoint: signedNote(early)}); !errors.As(err, &fork) || Code(err) != Unverified {
		t.Errorf("%v, want that these are not the records that were signed", err)
	}
	other := head
	other.Origin = "other.example"
	if _, _, err = successor(t, part, SuccessorOptions{checkpoint: signedNote(other)}); err == nil {
		t.Error("a checkpoint of another ledger was taken")
	}
	if _, _, err = successor(t, part, SuccessorOptions{checkpoint: head.Checkpoint()}); err == nil {
		t.Error("a checkpoint that nobody signed was taken")
	}
	if _, _, err = successor(t, part, SuccessorOptions{Origin: head.Origin}); err == nil {
		t.Error("the successor has the old one's name")
	}
}

func TestTheNewestCheckpointOfTheFileIsTaken(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	early := head
	early.Size = 50
	keepNote(t, b, ledger.Note{Size: 50, Text: signedNote(early)})
	keepNote(t, b, ledger.Note{Size: 101, Text: signedNote(head)})
	got, _, err := successor(t, b.path, SuccessorOptions{})
	if err != nil || string(got.Succeeds.Checkpoint) != string(signedNote(head)) || got.Succeeds.Lost() {
		t.Errorf("%+v, %v", got.Succeeds, err)
	}
	// The file lost its end, but not what was signed.
	got, _, err = successor(t, flipped(t, b.path, `"unit":"U-70`), SuccessorOptions{})
	if err != nil || got.Succeeds.Kept != 71 || got.Succeeds.Size != 101 || string(got.Succeeds.Checkpoint) != string(signedNote(head)) {
		t.Errorf("%+v, %v", got.Succeeds, err)
	}
}

func TestANoteInTheOldFileDoesNotOutweighTheAnchor(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	must(t, s.Book, stream(collections(0, 20)), ImportOptions{})
	kept, ok, err := s.trust.Anchor.Read(signedOrigin)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	whole, err := Successor(t.Context(), s.path, filepath.Join(t.TempDir(), "whole.db"),
		SuccessorOptions{Origin: "test.example/whole", By: "F/OP-1", Now: clock, Trust: s.trust})
	if err != nil || string(whole.Succeeds.Checkpoint) != string(kept.Note) || whole.Succeeds.Lost() {
		t.Errorf("%+v, %v; want what the anchor has, and nothing lost", whole.Succeeds, err)
	}
	// Another history under the same origin, with a note of its own that nobody signed.
	forged := filepath.Join(t.TempDir(), "forged.db")
	if _, err := Init(t.Context(), forged, InitOptions{Origin: signedOrigin, By: "F/OP-1", Now: clock}); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), forged, Options{Now: clock, By: "F/OP-1", Wait: waitForOthers})
	if err != nil {
		t.Fatal(err)
	}
	must(t, b, stream(collections(100, 130)), ImportOptions{})
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keepNote(t, b, ledger.Note{Size: head.Size, Text: signedNote(head)})
	path := filepath.Join(t.TempDir(), "new.db")
	_, err = Successor(t.Context(), forged, path, SuccessorOptions{Origin: "test.example/new", By: "F/OP-1", Now: clock, Trust: s.trust})
	if fork := new(ForkError); !errors.As(err, &fork) || Code(err) != Unverified {
		t.Errorf("%v, want that these are not the records that were signed", err)
	}
}

func TestNothingIsMadeInThePlaceOfNothing(t *testing.T) {
	t.Parallel()
	text, _ := exported300(t)
	for name, tt := range map[string]struct {
		old  string
		exit Exit
	}{
		"no file":       {filepath.Join(t.TempDir(), "none"), Failed},
		"a folder":      {t.TempDir(), Failed},
		"an empty file": {writeFile(t, ""), Unverified},
		"text":          {writeFile(t, "hello\n"), Unverified},
		"CR LF":         {writeFile(t, strings.ReplaceAll(text, "\n", "\r\n")), Unverified},
		"no record 0":   {writeFile(t, text[strings.Index(text, "\n")+1:]), Unverified},
		"version 2":     {writeFile(t, strings.Replace(text, `"v":1`, `"v":2`, 1)), Failed},
		"v2 further on": {writeFile(t, text[:2000]+strings.Replace(text[2000:], `"v":1`, `"v":2`, 1)), Failed},
	} {
		if _, _, err := successor(t, tt.old, SuccessorOptions{}); err == nil || Code(err) != tt.exit {
			t.Errorf("%s: exit %d, %v; want %d", name, Code(err), err, tt.exit)
		}
	}
	path := newLedger(t)
	if _, err := Successor(t.Context(), path, path, SuccessorOptions{Origin: "new", Now: clock}); !errors.Is(err, ErrExists) {
		t.Errorf("in its own place: %v", err)
	}
}

func TestEveryAnswerOfASuccessorNamesWhatIsLost(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "strict.db")
	if _, err := Init(t.Context(), path, InitOptions{Origin: "first.example", Now: clock, Strict: true}); err != nil {
		t.Fatal(err)
	}
	b := openBook(t, path)
	record(t, b, `{'type':'register','time':'2026-05-30T09:00:00Z','subject':'site:F','name':'clinic'}`)
	record(t, b, `{'type':'eligibility','time':'2026-05-30T09:00:00Z','donor':'D-1','result':'eligible'}`)
	whole := export(t, b, ExportOptions{})
	_, second, err := successor(t, writeFile(t, whole[:len(whole)-1]), SuccessorOptions{Origin: "second.example"})
	if err != nil {
		t.Fatal(err)
	}
	s := openBook(t, second)
	record(t, s, `{'type':'eligibility','time':'2026-05-30T10:00:00Z','donor':'D-2','result':'eligible'}`)
	if !s.genesis.Strict {
		t.Error("the old ledger was strict, the new one is not")
	}
	text := export(t, s, ExportOptions{})
	cut := writeFile(t, text+"{")
	_, third, err := successor(t, cut, SuccessorOptions{Origin: "third.example"})
	if err != nil {
		t.Fatal(err)
	}
	want := []recall.Lost{{From: 2, To: 2, Origin: "first.example"}, {From: 3, To: 3, Origin: "second.example"}}
	l := openBook(t, third)
	for size := range uint64(4) {
		_, of, err := l.AsOf(t.Context(), size)
		if err != nil || !reflect.DeepEqual(of.Lost, want) {
			t.Errorf("as of %d: %+v, %v; want %+v", size, of.Lost, err, want)
		}
	}
	d2, err := event.ParseRef("donor:D-2")
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.Trace(t.Context(), recall.NewQuery(d2), 0)
	if err != nil {
		t.Fatal(err)
	}
	lost := `{"as_of":{"lost":[{"from":2,"origin":"first.example","to":2},{"from":3,"origin":"second.example","to":3}],"origin":"third.example",`
	if got := string(a.AppendJSON(nil, true)); !strings.HasPrefix(got, lost) {
		t.Errorf("trace: %.200s", got)
	}
	if !reflect.DeepEqual(l.Lost(), want) || b.Lost() != nil {
		t.Errorf("the book: %+v; the first one: %+v", l.Lost(), b.Lost())
	}
}

func TestARehearsalOnASuccessorLacksTheSameRecords(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	text := export(t, b, ExportOptions{})
	_, path, err := successor(t, writeFile(t, text+"{"), SuccessorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := openBook(t, path).DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !d.AsOf.LacksRecords() || !d.Answer.AsOf.LacksRecords() || !d.Result.Copied.LacksRecords() {
		t.Errorf("the drill: %+v, its answer: %+v", d.AsOf, d.Answer.AsOf)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
