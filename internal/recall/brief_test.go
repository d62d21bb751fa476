package recall_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// A toldThing is what either answer says in JSON of one thing.
type toldThing struct {
	By, Since, Until, Via *string
	Ref, Grade            string
	Path                  []struct{ Ref, Via string }
}

// shortened is what a whole answer says of a thing, in the words of a brief one.
func (x toldThing) shortened() toldThing {
	if n := len(x.Path); n > 1 {
		x.By, x.Via = &x.Path[n-2].Ref, &x.Path[n-1].Via
	}
	x.Path = nil
	return x
}

// members returns the members of a JSON object, and its things.
func members(t rapid.TB, line []byte) (map[string]json.RawMessage, []toldThing) {
	t.Helper()
	var all map[string]json.RawMessage
	var things []toldThing
	if err := json.Unmarshal(line, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all["things"], &things); err != nil {
		t.Fatal(err)
	}
	return all, things
}

// What a brief answer lists is what the whole one does: the same things in the
// same order, at the same grade and time, by the last step of the same path. And
// each member of the whole answer is either there, byte for byte, or named as
// left out.
func TestABriefAnswerListsWhatTheWholeOneDoes(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		q := h.eitherQuery()
		whole, err := recall.Trace(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		brief, err := recall.BriefOf(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		line := brief.AppendJSON(nil)
		canonical(t, line)
		all, want := members(t, whole.AppendJSON(nil, false))
		short, got := members(t, line)
		for i := range want {
			want[i] = want[i].shortened()
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("query %s\n%s\n%s", q.AppendJSON(nil), d, h.text())
		}
		for _, name := range []string{"as_of", "query"} {
			if !bytes.Equal(all[name], short[name]) {
				t.Errorf("%s: %s, in the whole answer %s", name, short[name], all[name])
			}
		}
		sameMembers(t, all, short)
		followed, leftOut := whole.Followed()
		if f, l := brief.Followed(); !slices.Equal(f, followed) || !slices.Equal(l, leftOut) {
			t.Errorf("followed %v and not %v, in the whole answer %v and %v", f, l, followed, leftOut)
		}
	})
}

// sameMembers wants each member of a whole answer in a brief one, or named there
// as left out.
func sameMembers(t *rapid.T, all, short map[string]json.RawMessage) {
	t.Helper()
	delete(all, "cleared_more") // there only where there are very many
	var leftOut []string
	if err := json.Unmarshal(short["left_out"], &leftOut); err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{"brief", "left_out", "unknown_types"} {
		if short[own] == nil || all[own] != nil {
			t.Errorf("%s is %s, in the whole answer %s", own, short[own], all[own])
		}
		delete(short, own)
	}
	names := slices.Sorted(maps.Keys(short))
	for _, name := range leftOut {
		if short[name] != nil {
			t.Errorf("%s is left out, and there", name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	if want := slices.Sorted(maps.Keys(all)); !slices.Equal(names, want) {
		t.Errorf("there or left out are %v, the whole answer has %v", names, want)
	}
}

func TestABriefAnswerSaysOfItselfThatItIsNotWhole(t *testing.T) {
	t.Parallel()
	g := told(t, made)
	for _, line := range []string{ // two of a later vocabulary, and one of them struck
		`{"id":"00000000-0000-8000-8000-000000000077","time":"2026-01-05T09:00:00+08:00","type":"teleport"}`,
		`{"id":"00000000-0000-8000-8000-000000000078","time":"2026-01-05T09:00:00+08:00","type":"teleport"}`,
		`{"corrects":"00000000-0000-8000-8000-000000000077","id":"00000000-0000-8000-8000-000000000079","reason":"did_not_occur","time":"2026-01-05T10:00:00+08:00","type":"correction"}`,
	} {
		e, err := event.ParseStored([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		add(t, g, e)
	}
	q := recall.NewQuery(ref(t, "unit:A"))
	q.Backward, q.Grade, q.Without = true, genealogy.Confirmed, []genealogy.Via{genealogy.ViaMaterial}
	b, err := recall.BriefOf(g, asOf, q)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"as_of":{"origin":"test/recall","root":"` + asOf.Root + `","size":1},"brief":true,` +
		`"left_out":["balance","cleared","corrected","counts","counts_by_grade","deviations","missing"],` +
		`"query":{"at":"2026-01-05T10:00:00+08:00","direction":"backward","from":null,"grade":"confirmed","sources":["unit:A"],"to":null,"with":[],"without":["material"]},` +
		`"things":[{"by":"unit:C","grade":"confirmed","ref":"donor:D","until":"2026-01-05T07:00:00+08:00","via":"collection"},` +
		`{"by":null,"grade":"confirmed","ref":"unit:A","until":null,"via":null},` +
		`{"by":"unit:A","grade":"confirmed","ref":"unit:C","until":"2026-01-05T09:00:00+08:00","via":"input"},` +
		`{"by":"unit:A","grade":"confirmed","ref":"batch:M","until":null,"via":"made"}],"unknown_types":[5]}`
	var out bytes.Buffer
	if err := b.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(lines([]byte(want+"\n")), lines(out.Bytes())); d != "" {
		t.Error(d)
	}
}

func TestABriefAnswerAboutNothingKnownIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := recall.BriefOf(told(t, made), asOf, recall.NewQuery(ref(t, "unit:NOBODY"))); err == nil {
		t.Error("what no record names was answered about")
	}
}
