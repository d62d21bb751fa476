package logbook

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/interchange/bundle"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/recall"
)

// affected is a signed ledger with a case that was traced, and a signature on one record of it.
func affected(t *testing.T) (*signedLedger, event.Ref) {
	t.Helper()
	s := newSigned(t)
	one := s.person(t, "one", "")
	must(t, s.signing(t, one.as("performed")), file(filepath.Join("..", "..", "examples", "lecheng", "events.jsonl")), ImportOptions{})
	if _, err := s.SignRecord(t.Context(), 5, "reviewed", one.as("reviewed")); err != nil {
		t.Fatal(err)
	}
	c := ref(t, "case:LC-1")
	_, err := s.CaseStep(t.Context(), c, event.ActionOpen, event.Time{}, func(d *CaseDesk) ([]event.Event, error) {
		return []event.Event{{
			Common: event.Common{Type: event.TypeCase, Time: d.At},
			Body:   &event.Case{Case: c, Action: event.ActionOpen, Open: &event.CaseOpen{Sources: []event.Ref{ref(t, "batch:MSC-26-02")}}},
		}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func (s *signedLedger) bundle(t *testing.T, o BundleOptions) (content []byte, checked *notary.Bundle) {
	t.Helper()
	content, err := s.Bundle(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if checked, err = notary.CheckBundle(content, s.keys(t)[:1]); err != nil {
		t.Fatal(err)
	}
	return content, checked
}

func seqsOf(b *notary.Bundle) (list []uint64) {
	for _, r := range b.Records {
		list = append(list, r.Seq)
	}
	return list
}

func TestABundleHoldsWhatWasAskedForAndWhatJudgesIt(t *testing.T) {
	t.Parallel()
	s, _ := affected(t)
	size := size(t, s.Book)
	later := size - 2 // the signature on record 5
	for name, tt := range map[string]struct {
		wanted, want []uint64
	}{
		"nothing":                 {nil, []uint64{0, 1}},
		"a range":                 {[]uint64{7, 8, 9}, []uint64{0, 1, 7, 8, 9}},
		"what is signed later":    {[]uint64{5}, []uint64{0, 1, 5, later}},
		"a later signature":       {[]uint64{later}, []uint64{0, 1, 5, later}},
		"the first and the last":  {[]uint64{0, size - 1}, []uint64{0, 1, size - 1}},
		"what is not there (yet)": {[]uint64{size + 3}, []uint64{0, 1}},
	} {
		_, b := s.bundle(t, BundleOptions{Wanted: tt.wanted})
		if got := seqsOf(b); !slices.Equal(got, tt.want) || b.Whole || b.Checkpoint.Size != size {
			t.Errorf("%s: records %v of %d, want %v", name, got, b.Checkpoint.Size, tt.want)
		}
	}
	_, b := s.bundle(t, BundleOptions{Whole: true})
	if !b.Whole || uint64(len(b.Records)) != size || b.Signatures != int(size)-2 {
		t.Errorf("%d records, %d signatures", len(b.Records), b.Signatures)
	}
}

func TestABundleOfAThingHoldsItsPathsAndAllThatNamesIt(t *testing.T) {
	t.Parallel()
	s, _ := affected(t)
	batch := ref(t, "batch:MSC-26-02")
	a, err := s.Trace(t.Context(), recall.NewQuery(batch), 0)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := s.Touching(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range g.History(batch) {
		if !slices.Contains(wanted, g.Entry(m).Seq) {
			t.Errorf("record %d names the batch and is not wanted", g.Entry(m).Seq)
		}
	}
	for i := range a.Things {
		for _, step := range a.Path(&a.Things[i]) {
			if !slices.Contains(wanted, step.Seq) {
				t.Errorf("record %d is on the path of %s and is not wanted", step.Seq, a.Things[i].Ref)
			}
		}
	}
	if !slices.IsSorted(wanted) || len(slices.Compact(slices.Clone(wanted))) != len(wanted) {
		t.Errorf("%v", wanted)
	}
	_, b := s.bundle(t, BundleOptions{Wanted: wanted, Answer: a})
	got := seqsOf(b)
	for _, seq := range wanted {
		if !slices.Contains(got, seq) {
			t.Errorf("record %d is not there", seq)
		}
	}
	var out bytes.Buffer
	if err := a.WriteJSON(&out, false); err != nil {
		t.Fatal(err)
	}
	if content, ok := entryOf(b, reportAnswer); !ok || !bytes.Equal(content, out.Bytes()) {
		t.Errorf("the answer: %s", content)
	}
}

// reported are the options of a whole bundle of a case.
func (s *signedLedger) reported(t *testing.T, c event.Ref, at event.Time) BundleOptions {
	t.Helper()
	d, err := s.Dossier(t.Context(), c, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	return BundleOptions{Whole: true, Dossier: d, Answer: d.Answer}
}

func TestTheReportsOfAWholeBundleAreAskedAgain(t *testing.T) {
	t.Parallel()
	s, c := affected(t)
	for name, at := range map[string]event.Time{"now": {}, "at a time that was given": clockTime(t, "2026-06-01T09:00:00Z")} {
		_, b := s.bundle(t, s.reported(t, c, at))
		same, err := Rerun(t.Context(), b, options())
		if err != nil || !slices.Equal(same, []string{reportAnswer, reportDossier}) {
			t.Errorf("%s: %v, %v", name, same, err)
		}
	}
	// An answer of fewer records than the bundle holds is asked of as many.
	a, err := s.Trace(t.Context(), recall.NewQuery(ref(t, "batch:MSC-26-02")), size(t, s.Book)-3)
	if err != nil {
		t.Fatal(err)
	}
	_, b := s.bundle(t, BundleOptions{Whole: true, Answer: a})
	if same, err := Rerun(t.Context(), b, options()); err != nil || !slices.Equal(same, []string{reportAnswer}) {
		t.Errorf("%v, %v", same, err)
	}
}

func TestAWholeBundleIsNotMadeOfADossierThatTheLedgerHasOutgrown(t *testing.T) {
	t.Parallel()
	s, c := affected(t)
	early := s.reported(t, c, event.Time{})
	record(t, s.again(t), onePatient)
	if _, err := s.Bundle(t.Context(), early); !errors.Is(err, ErrGrown) || Code(err) != Busy {
		t.Errorf("%v, want that the ledger grew", err)
	}
	_, b := s.bundle(t, s.reported(t, c, event.Time{}))
	if same, err := Rerun(t.Context(), b, options()); err != nil || len(same) != 2 {
		t.Errorf("%v, %v", same, err)
	}
	// Nothing can be asked of a part: its dossier is of the ledger as it was.
	early.Whole, early.Wanted = false, early.Dossier.Trail()
	s.bundle(t, early)
}

// forged is a bundle with one of its reports changed, signed by the ledger's own keys: only asking again can see it.
func (s *signedLedger) forged(t *testing.T, b *notary.Bundle, name string, change func([]byte) []byte) *notary.Bundle {
	t.Helper()
	keys, err := s.trust.Keys.Load(signedOrigin)
	if err != nil {
		t.Fatal(err)
	}
	content := bundle.Content{Checkpoint: b.Files[1].Content, Keys: keys.Verifiers(), Whole: true}
	for seq, line := range bytes.Split(bytes.TrimSuffix(b.Files[3].Content, []byte("\n")), []byte("\n")) {
		content.Records = append(content.Records, bundle.Record{Seq: uint64(seq), Bytes: line})
	}
	for _, f := range b.Files {
		if strings.HasPrefix(f.Name, "report/") {
			if f.Name == name {
				f.Content = change(bytes.Clone(f.Content))
			}
			content.Reports = append(content.Reports, f)
		}
	}
	written, err := bundle.Write(content, func(text []byte) ([]byte, error) { return keys.SignNote(string(text)) })
	if err != nil {
		t.Fatal(err)
	}
	forged, err := notary.CheckBundle(written, s.keys(t))
	if err != nil {
		t.Fatal(err)
	}
	return forged
}

func TestAReportThatTheLedgerSignedFalselyIsSeenByAskingAgain(t *testing.T) {
	t.Parallel()
	s, c := affected(t)
	_, b := s.bundle(t, s.reported(t, c, event.Time{}))
	replace := func(old, with string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				t.Fatalf("no %s in the report", old)
			}
			return bytes.Replace(b, []byte(old), []byte(with), 1)
		}
	}
	ownSize := regexp.MustCompile(`("as_of":\{[^}]*"size":)([0-9]+\},"balances")`)
	for name, tt := range map[string]struct {
		report string
		change func([]byte) []byte
		says   string // empty: it is sound
	}{
		"nothing":                        {reportAnswer, func(b []byte) []byte { return b }, ""},
		"a patient fewer":                {reportAnswer, replace(`"patients":`, `"patients":1`), "differs from byte"},
		"a byte more":                    {reportAnswer, func(b []byte) []byte { return append(b, ' ') }, "differs from byte"},
		"cut":                            {reportAnswer, func(b []byte) []byte { return b[:len(b)-1] }, "differs from byte"},
		"no JSON":                        {reportAnswer, func(b []byte) []byte { return b[1:] }, "is not what the records give: "},
		"of a thing that is not there":   {reportAnswer, replace("MSC-26-02", "MSC-26-99"), "is not what the records give: "},
		"of no thing":                    {reportAnswer, replace(`"batch:MSC-26-02"`, `"nonsense"`), "is not what the records give: "},
		"of more records than there are": {reportAnswer, replace(`"size":`, `"size":9`), "is not what the records give: "},
		"a step more":                    {reportDossier, replace(`"steps":[`, `"steps":[{},`), "differs from byte"},
		"of more records":                {reportDossier, func(b []byte) []byte { return ownSize.ReplaceAll(b, []byte("${1}1$2")) }, "records, the bundle holds"},
		"of another case":                {reportDossier, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("case:LC-1"), []byte("case:LC-2")) }, "is not what the records give: "},
		"of no case":                     {reportDossier, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("case:LC-1"), []byte("nonsense")) }, "is not what the records give: "},
		"of no time":                     {reportDossier, replace(`"now":"2`, `"now":"x`), "is not what the records give: "},
		"no JSON either":                 {reportDossier, func(b []byte) []byte { return b[1:] }, "is not what the records give: "},
	} {
		same, err := Rerun(t.Context(), s.forged(t, b, tt.report, tt.change), options())
		if tt.says == "" {
			if err != nil || len(same) != 2 {
				t.Errorf("%s: %v, %v", name, same, err)
			}
			continue
		}
		var differs *RerunError
		if !errors.As(err, &differs) || differs.Report != tt.report || !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWhatCannotBeAskedAgainIsSaid(t *testing.T) {
	t.Parallel()
	s, c := affected(t)
	o := s.reported(t, c, event.Time{})
	o.Whole, o.Wanted = false, []uint64{2}
	_, part := s.bundle(t, o)
	if _, err := Rerun(t.Context(), part, options()); !errors.Is(err, ErrNotWhole) {
		t.Errorf("a part: %v", err)
	}
	page := notary.File{Name: "report/report.html", Content: []byte("<p>")}
	_, bare := s.bundle(t, BundleOptions{Whole: true, Pages: []notary.File{page}})
	if _, err := Rerun(t.Context(), bare, options()); !errors.Is(err, ErrNoReport) {
		t.Errorf("no report: %v", err)
	}
	if content, ok := entryOf(bare, page.Name); !ok || !bytes.Equal(content, page.Content) {
		t.Errorf("the page: %s", content)
	}
	_, whole := s.bundle(t, s.reported(t, c, event.Time{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Rerun(ctx, whole, options()); Code(err) != Interrupted {
		t.Errorf("interrupted: %v", err)
	}
}

func TestABundleIsOfTheLedgerAsItIsNow(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 3)
	record(t, s.elsewhere(t, s.path), onePatient)
	if _, b := s.bundle(t, BundleOptions{Whole: true}); len(b.Records) != 5 {
		t.Errorf("%d records", len(b.Records))
	}
	first, _ := s.bundle(t, BundleOptions{Whole: true})
	again, _ := s.bundle(t, BundleOptions{Whole: true})
	if !bytes.Equal(first, again) {
		t.Error("asked again, another bundle")
	}
	b := openBook(t, s.path)
	b.o.Trust = newTrust(t)
	if _, err := b.Bundle(t.Context(), BundleOptions{Whole: true}); err == nil {
		t.Error("without keys a bundle was made")
	}
}
