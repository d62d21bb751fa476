package logbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
)

// suspected is the Lecheng example with a case opened and traced on it.
func suspected(t *testing.T) (*Book, event.Ref) {
	t.Helper()
	b := lecheng(t)
	c, err := event.NewRef(event.KindCase, "C-1")
	if err != nil {
		t.Fatal(err)
	}
	record(t, b, `{"type":"case","time":"2026-03-03T17:00:00+08:00","case":"C-1","action":"open","class":"1","sources":["batch:MSC-26-02"],"aware":"2026-03-03T16:00:00+08:00","trigger":"late positive","note":"first =cmd() note"}`)
	source, err := event.NewRef(event.KindBatch, "MSC-26-02")
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.Trace(t.Context(), recall.Query{Sources: []event.Ref{source}, Grade: genealogy.Confirmed}, 0)
	if err != nil {
		t.Fatal(err)
	}
	e := event.Event{
		Common: event.Common{Type: event.TypeCase, Time: clockTime(t, "2026-03-03T17:05:00+08:00")},
		Body:   &event.Case{Case: c, Action: event.ActionScope, Scope: recall.ScopeOf(a, nil)},
	}
	e.Identify()
	if _, err := b.Record(t.Context(), e, nil); err != nil {
		t.Fatal(err)
	}
	return b, c
}

func clockTime(t *testing.T, s string) event.Time {
	t.Helper()
	at, err := event.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestADossierCitesRecordsWithTheirLeafHashes(t *testing.T) {
	t.Parallel()
	b, c := suspected(t)
	d, err := b.Dossier(t.Context(), c, nil, clockTime(t, "2026-03-03T18:00:00+08:00"))
	if err != nil {
		t.Fatal(err)
	}
	head, err := b.Head(t.Context())
	if err != nil || d.AsOf.Size != head.Size || d.AsOf.Root != fmt.Sprintf("%x", head.Root[:]) {
		t.Errorf("as of %+v, the ledger is %+v, %v", d.AsOf, head, err)
	}
	if cited := d.Cited(); len(cited) == 0 || len(d.Records) != len(cited) {
		t.Fatalf("%d of %d records", len(d.Records), len(cited))
	}
	notes := 0
	for i, r := range d.Records {
		row, err := b.ShowSeq(t.Context(), d.Cited()[i])
		if err != nil {
			t.Fatal(err)
		}
		leaf := (ledger.Record{Bytes: row.Record.Bytes}).Leaf()
		if r.Seq != row.Record.Seq || r.Leaf != fmt.Sprintf("%x", leaf[:]) {
			t.Errorf("record %d: %+v", row.Record.Seq, r)
		}
		if r.Note == "first =cmd() note" {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("the note of the opening stands %d times", notes)
	}
	if d.Change == nil || len(d.Change.Added)+len(d.Change.Removed) > 0 || len(d.Scopes) != 1 || d.Scopes[0].Counts != d.Answer.Counts {
		t.Errorf("change %+v, scopes %+v, counts %+v", d.Change, d.Scopes, d.Answer.Counts)
	}
}

func TestATrailHoldsTheCaseAndWhatItReached(t *testing.T) {
	t.Parallel()
	b, c := suspected(t)
	d, err := b.Dossier(t.Context(), c, nil, event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	trail := d.Trail()
	lines := strings.Split(strings.TrimSuffix(export(t, b, ExportOptions{Only: trail}), "\n"), "\n")
	if len(lines) != len(trail) || len(lines) < len(d.Cited()) {
		t.Fatalf("%d lines for %d records", len(lines), len(trail))
	}
	for i, line := range lines {
		row, err := b.ShowSeq(t.Context(), trail[i])
		if err != nil || string(row.Record.Bytes) != line {
			t.Fatalf("line %d is not record %d, %v", i+1, trail[i], err)
		}
	}
	var seqs []uint64
	for row, err := range b.Trail(t.Context(), ExportOptions{Only: trail}) {
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, row.Record.Seq)
	}
	if !slices.Equal(seqs, trail) {
		t.Errorf("the trail has the records %v, want %v", seqs, trail)
	}
	has := func(ref string) bool {
		r, err := event.ParseRef(ref)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range b.Log(t.Context(), Filter{Ref: r}) {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(trail, row.Record.Seq) {
				return false
			}
		}
		return true
	}
	for _, ref := range []string{"unit:MSC-26-02-D05", "shipment:SHP-2605", "batch:MSC-26-02", "case:C-1"} {
		if !has(ref) {
			t.Errorf("a record about %s is not in the trail", ref)
		}
	}
	if has("unit:MSC-26-01-D04") {
		t.Error("the trail holds every record about a unit that was not reached")
	}
}

func TestADossierInJSONHoldsTheTraceAsItIs(t *testing.T) {
	t.Parallel()
	b, c := suspected(t)
	now := clockTime(t, "2026-03-03T18:00:00+08:00")
	d, err := b.Dossier(t.Context(), c, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var out, trace bytes.Buffer
	if err := errors.Join(d.WriteJSON(&out), d.Answer.WriteJSON(&trace, false)); err != nil {
		t.Fatal(err)
	}
	var parts struct {
		Answer   json.RawMessage
		Units    []struct{ Open, Held bool }
		Holds    []struct{ Open, Held, Left int }
		Patients []json.RawMessage
		Records  []json.RawMessage
	}
	if err := json.Unmarshal(out.Bytes(), &parts); err != nil {
		t.Fatal(err)
	}
	if string(parts.Answer) != strings.TrimSuffix(trace.String(), "\n") {
		t.Error("the answer is not what the trace writes")
	}
	open := 0
	for _, u := range parts.Units {
		if u.Open {
			open++
		}
	}
	if last := parts.Holds[len(parts.Holds)-1]; open == 0 || last.Open != open || last.Held+last.Left != open {
		t.Errorf("%d units can be held, the row says %+v", open, last)
	}
	if len(parts.Patients) != d.Answer.Counts.Patients || len(parts.Records) != len(d.Cited()) {
		t.Errorf("%d patients, %d records", len(parts.Patients), len(parts.Records))
	}
}

func TestADossierOfAnUnknownCaseSaysSo(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	c, err := event.NewRef(event.KindCase, "C-9")
	if err != nil {
		t.Fatal(err)
	}
	var unknown *recall.NoCaseError
	if _, err := b.Dossier(t.Context(), c, nil, event.Time{}); !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
}
