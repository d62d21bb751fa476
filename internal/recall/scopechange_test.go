package recall_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// at asks a query of the first k events of a history.
func (h *history) at(k int, q recall.Query) *recall.Answer {
	prefix := history{t: h.t, events: h.events[:k]}
	a, err := recall.Trace(prefix.with(), recall.AsOf{Origin: "o", Size: uint64(k + 1)}, q)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func thingsOf(a *recall.Answer) map[event.Ref]bool {
	set := make(map[event.Ref]bool)
	for i := range a.Things {
		set[a.Things[i].Ref] = true
	}
	return set
}

// questions are the codes that are of the question and not of the ledger.
func questions() []recall.ChangeCode {
	return []recall.ChangeCode{recall.ChangeSources, recall.ChangeDirection, recall.ChangeWindow, recall.ChangeGrade, recall.ChangeKinds}
}

// What joined and left a scope is the difference of the two sets of things, and
// each has a reason that can be one: the question only where it differs, the
// ledger only where it grew, and records that are there.
func TestAScopesChangeIsTheDifferenceOfTheSetsAndHasReasons(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		k := 1 + h.n(len(h.events)-1, "before")
		early := history{t: t, events: h.events[:k], base: h.base}
		early.g = early.with()
		if len(early.askable()) == 0 || len(h.askable()) == 0 {
			t.Skip("nothing to ask about")
		}
		q := early.query()
		then, now := h.at(k, q), h.query()
		if h.yes("the same question") {
			now = q.Again()
		}
		after := h.at(len(h.events), now)
		change, err := recall.ChangeOf(after, then)
		if err != nil {
			t.Fatal(err)
		}
		had, has := thingsOf(then), thingsOf(after)
		for _, side := range []struct {
			list    []recall.Change
			in, out map[event.Ref]bool
		}{{change.Added, has, had}, {change.Removed, had, has}} {
			want := 0
			for r := range side.in {
				if !side.out[r] {
					want++
				}
			}
			if len(side.list) != want {
				t.Fatalf("%d things differ, %d are named\n%s", want, len(side.list), h.text())
			}
			for _, c := range side.list {
				if !side.in[c.Ref] || side.out[c.Ref] {
					t.Fatalf("%s does not differ", c.Ref)
				}
				h.reasonable(c, then, after)
			}
		}
	})
}

func (h *history) reasonable(c recall.Change, then, after *recall.Answer) {
	same := string(then.Query.AppendJSON(nil)) == string(after.Query.AppendJSON(nil))
	grew := after.AsOf.Size > then.AsOf.Size
	for _, code := range c.Codes {
		if asked := slices.Contains(questions(), code); asked && same || !asked && !grew {
			h.t.Fatalf("%s: %s cannot be why\n%s", c.Ref, code, h.text())
		}
	}
	if len(c.Codes) == 0 || !slices.IsSortedFunc(c.Codes, func(a, b recall.ChangeCode) int {
		return slices.Index(recall.ChangeCodes(), a) - slices.Index(recall.ChangeCodes(), b)
	}) {
		h.t.Fatalf("%s: codes %v", c.Ref, c.Codes)
	}
	for _, seq := range c.Seq {
		if seq == 0 || seq >= after.AsOf.Size {
			h.t.Fatalf("%s: record %d is not there", c.Ref, seq)
		}
	}
	if slices.Contains(c.Codes, recall.ChangeRecord) && !slices.ContainsFunc(c.Seq, func(n uint64) bool { return n >= then.AsOf.Size }) {
		h.t.Fatalf("%s: no new record among %v", c.Ref, c.Seq)
	}
}

// changed asks the same question before and after the last lines.
func changed(t *testing.T, lines, more, source string) *recall.ScopeChange {
	t.Helper()
	before := told(t, lines)
	then, err := recall.Trace(before, recall.AsOf{Origin: "o", Size: uint64(before.Len()) + 1}, recall.NewQuery(ref(t, source)))
	if err != nil {
		t.Fatal(err)
	}
	after := told(t, lines+more)
	now, err := recall.Trace(after, recall.AsOf{Origin: "o", Size: uint64(after.Len()) + 1}, recall.NewQuery(ref(t, source)))
	if err != nil {
		t.Fatal(err)
	}
	change, err := recall.ChangeOf(now, then)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func why(t *testing.T, list []recall.Change, thing string) recall.Change {
	t.Helper()
	i := slices.IndexFunc(list, func(c recall.Change) bool { return c.Ref == ref(t, thing) })
	if i < 0 {
		t.Fatalf("%s is not among %v", thing, list)
	}
	return list[i]
}

func TestAChangeNamesTheRecordThatMadeIt(t *testing.T) {
	t.Parallel()
	const given = `{"type":"infusion","id":"00000000-0000-4000-8000-000000000001","time":"10:00","site":"H","unit":"A","patient":"P","checks":["name","number"]}` + "\n"
	const taken = `{"type":"correction","id":"00000000-0000-4000-8000-000000000002","time":"11:00","corrects":"00000000-0000-4000-8000-000000000001","reason":"did_not_occur"}` + "\n"
	const back = `{"type":"correction","time":"12:00","corrects":"00000000-0000-4000-8000-000000000002","reason":"incorrect_data"}` + "\n"
	const bath = `{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["A"],"equipment":[{"equipment":"BATH"}]}` + "\n" +
		`{"type":"manufacture","time":"13:00","site":"S","step":"wash","units":["Z"],"equipment":[{"equipment":"BATH"}]}` + "\n"
	for _, c := range []struct {
		name, lines, more, thing string
		removed                  bool
		code                     recall.ChangeCode
		seq                      uint64
	}{
		{"a record on its way", made, given, "patient:P", false, recall.ChangeRecord, 4},
		{"a correction", made + given, taken, "patient:P", true, recall.ChangeCorrection, 5},
		{"a correction of the correction", made + given + taken, back, "patient:P", false, recall.ChangeCorrection, 4},
		{
			"a cleaning", made + bath, `{"type":"cleaning","time":"11:00","equipment":"BATH","verified":true}`,
			"unit:Z", true, recall.ChangeCleaning, 6,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			change := changed(t, c.lines, c.more, "lot:L")
			list := change.Added
			if c.removed {
				list = change.Removed
			}
			if got := why(t, list, c.thing); !slices.Equal(got.Codes, []recall.ChangeCode{c.code}) || !slices.Equal(got.Seq, []uint64{c.seq}) {
				t.Errorf("got %v, want %s of record %d", got, c.code, c.seq)
			}
		})
	}
}

func TestAChangeOfTheQuestionNamesTheMemberThatDecides(t *testing.T) {
	t.Parallel()
	g := told(t, made)
	of := func(change func(q *recall.Query)) *recall.Answer {
		q := recall.NewQuery(ref(t, "lot:L"))
		change(&q)
		return trace(t, g, q)
	}
	whole := of(func(*recall.Query) {})
	for code, part := range map[recall.ChangeCode]*recall.Answer{
		recall.ChangeSources:   of(func(q *recall.Query) { q.Sources = []event.Ref{ref(t, "donor:D")} }),
		recall.ChangeDirection: of(func(q *recall.Query) { q.Backward = true }),
		recall.ChangeWindow:    of(func(q *recall.Query) { q.To = mustTime("2026-01-05T07:00:00+08:00") }),
		recall.ChangeGrade:     of(func(q *recall.Query) { q.Grade = genealogy.Confirmed }),
		recall.ChangeKinds:     of(func(q *recall.Query) { q.Without = []genealogy.Via{genealogy.ViaAliquot} }),
	} {
		thing := "aliquot:L/1"
		switch code {
		case recall.ChangeGrade:
			thing = "batch:M"
		case recall.ChangeSources: // what flows back comes to the aliquot from the donor too
			thing = "lot:L"
		default:
		}
		change, err := recall.ChangeOf(whole, part)
		if err != nil {
			t.Fatal(err)
		}
		if got := why(t, change.Added, thing); !slices.Equal(got.Codes, []recall.ChangeCode{code}) || len(got.Seq) > 0 {
			t.Errorf("%s: got %v", code, got)
		}
	}
}
