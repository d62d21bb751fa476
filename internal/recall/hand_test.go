package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// Small histories with their answers written by hand, of engine and slow
// reference alike: that two programs agree says nothing while both read a rule
// wrongly. Each row is one rule of docs/trace.md.

// A byHand is what is asked, and the answer: reference, grade, clock time (or
// always) of each thing other than the sources, then what is cleared.
type byHand struct {
	rule     string
	lines    string
	source   string
	from, to string
	backward bool
	with     []genealogy.Via
	want     []string
	path     string // of the last unit in order of ids
}

const (
	inBath  = `{"type":"manufacture","time":"%s","end":"%s","site":"S","step":"thaw","units":["%s"],"equipment":[{"equipment":"BATH"}]}`
	inRoom  = `{"type":"manufacture","time":"%s","end":"%s","site":"S","room":"R","step":"wash","units":["%s"]}`
	byHands = `{"type":"manufacture","time":"%s","end":"%s","site":"S","operators":["O"],"step":"wash","units":["%s"]}`
	clean   = `{"type":"cleaning","time":"%s","end":"%s","site":"S","equipment":"BATH","verified":%v}`
	swab    = `{"type":"environment","time":"%s","site":"S","room":"R","class":"microbial","result":"%s"}`
	stored  = `{"type":"store","time":"%s","site":"S","equipment":"TANK","units":["%s"]%s}`
	taken   = `{"type":"retrieve","time":"%s","end":"%s","site":"S","equipment":"TANK","units":["%s"]%s}`
	boxed   = `{"type":"shipment","time":"%s","site":"S","shipment":"X","to":"H","units":["%s"],"equipment":"BOX"}`
)

func joined(list ...string) string { return strings.Join(list, "\n") }

// handsOnCleaning are about epochs that cleanings cut.
func handsOnCleaning() []byHand {
	f := fmt.Sprintf
	return []byHand{
		{
			rule:   "a verified cleaning cuts at every grade, and what had ended before was no contact",
			lines:  joined(f(inBath, "7:00", "7:30", "Z"), f(inBath, "8:00", "9:00", "A"), f(inBath, "9:00", "10:00", "B"), f(clean, "10:15", "10:30", true), f(inBath, "11:00", "12:00", "C")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:B probable 9:00", "cleaned unit:C by equipment:BATH 5", "before-source unit:Z by equipment:BATH 1"},
		},
		{
			rule:   "a cleaning that nobody verified cuts above possible alone",
			lines:  joined(f(inBath, "8:00", "9:00", "A"), f(clean, "9:15", "9:30", false), f(inBath, "10:00", "11:00", "B")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:B possible 10:00"},
		},
		{
			rule:   "what came after an unverified cleaning is passed on as usual",
			lines:  joined(f(clean, "7:15", "7:30", false), f(inBath, "8:00", "9:00", "A"), f(inBath, "9:00", "11:00", "B")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:B probable 9:00"},
		},
		{
			rule:   "a unit that is left inside contaminates the next epoch, from the end of the cleaning on",
			lines:  joined(f(inBath, "8:00", "10:00", "A"), f(clean, "8:15", "9:00", true), f(inBath, "9:30", "11:00", "B"), f(inBath, "6:00", "7:00", "C")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:B probable 9:30", "before-source unit:C by equipment:BATH 4"},
		},
		{
			rule:   "one that is taken out as the cleaning ends does not, and one put in then takes nothing on",
			lines:  joined(f(inBath, "8:00", "9:00", "A"), f(clean, "8:15", "9:00", true), f(inBath, "9:00", "11:00", "B")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "cleaned unit:B by equipment:BATH 3"},
		},
		{
			rule: "an instant on a cut lies on both sides",
			lines: joined(f(inBath, "8:00", "9:00", "A"), f(clean, "8:15", "9:00", true),
				`{"type":"manufacture","time":"9:00","site":"S","step":"dip","units":["B"],"equipment":[{"equipment":"BATH"}]}`, f(inBath, "9:00", "11:00", "C")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:B probable 9:00", "unit:C probable 9:00"},
		},
		{
			rule:   "a bath can be contaminated again",
			lines:  joined(f(inBath, "8:00", "9:00", "A"), f(clean, "9:15", "9:30", true), f(inBath, "10:00", "11:00", "B"), f(inBath, "12:00", "13:00", "A"), f(inBath, "14:00", "15:00", "C")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "unit:C probable 14:00", "cleaned unit:B by equipment:BATH 3"},
		},
	}
}

// handsOnSharing are about what stays together, and for how long.
func handsOnSharing() []byHand {
	f := fmt.Sprintf
	return []byHand{
		{
			rule:   "a stay joins all that was in the tank at the time or after; liquid makes it probable",
			lines:  joined(f(stored, "6:00", "Q", ""), f(taken, "7:00", "7:15", "Q", ""), f(stored, "8:00", "A", `,"phase":"liquid"`), f(taken, "9:00", "9:15", "A", ""), f(stored, "10:00", "B", `,"phase":"vapour"`), f(stored, "11:00", "C", `,"phase":"liquid"`)),
			source: "unit:A",
			want:   []string{"equipment:TANK probable 8:00", "unit:B possible 10:00", "unit:C probable 11:00", "before-source unit:Q by equipment:TANK 1"},
		},
		{
			rule:   "a retrieve without a store is an instant; the unit's next store ends a stay, and at that time it is in both",
			lines:  joined(f(taken, "7:00", "7:15", "Q", ""), f(stored, "8:00", "A", ""), strings.ReplaceAll(f(stored, "9:00", "A", ""), "TANK", "OTHER"), f(taken, "12:00", "12:15", "B", "")),
			source: "equipment:OTHER",
			want:   []string{"unit:A possible 9:00", "equipment:TANK possible 9:00", "unit:B possible 12:00", "before-source unit:Q by equipment:TANK 1"},
		},
		{
			rule:   "a leg begins with the departure and ends at a handover to another shipper",
			lines:  joined(f(boxed, "8:00", "A"), `{"type":"handover","time":"10:00","shipment":"X","equipment":"BOX2"}`, strings.ReplaceAll(f(boxed, "11:00", "B"), `"X"`, `"Y"`), `{"type":"arrival","time":"12:00","site":"H","shipment":"X","accepted":["A"]}`),
			source: "unit:A", from: "10:15",
			want: []string{"equipment:BOX2 possible 10:15", "before-window equipment:BOX by unit:A 1"},
		},
		{
			rule:   "an operator's session ends in the middle of eight hours without a contact",
			lines:  joined(f(byHands, "1:00", "2:00", "A"), f(byHands, "9:45", "10:00", "B"), f(byHands, "18:00", "19:00", "C")),
			source: "unit:A", with: []genealogy.Via{genealogy.ViaOperator},
			want: []string{"operator:O possible 1:00", "unit:B possible 9:45", "cleaned unit:C by operator:O 3"},
		},
		{
			rule: "an aliquot takes on from what it was worked with; a lot only if its container is open",
			lines: joined(`{"type":"register","time":"5:00","subject":"lot:W","class":"open-container"}`,
				`{"type":"manufacture","time":"8:00","end":"9:00","site":"S","step":"wash","units":["A"],"materials":[{"lot":"L","aliquot":"1"},{"lot":"W"},{"lot":"N"}]}`,
				`{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["B"],"materials":[{"lot":"L","aliquot":"1"}]}`,
				`{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["C"],"materials":[{"lot":"W"},{"lot":"N"}]}`),
			source: "unit:A",
			want:   []string{"lot:W probable 8:00", "aliquot:L/1 probable 8:00", "unit:B probable 10:00", "unit:C probable 10:00"},
		},
		{
			rule:   "two names of one bath have one epoch, whichever of them was cleaned",
			lines:  joined(f(inBath, "8:00", "9:00", "A"), `{"type":"same","time":"8:00","things":["equipment:BATH","equipment:TUB"],"reason":"relabelled","signed_by":["Q"]}`, strings.ReplaceAll(f(clean, "9:15", "9:30", true), "BATH", "TUB"), f(inBath, "10:00", "11:00", "B"), strings.ReplaceAll(f(inBath, "8:30", "9:00", "C"), "BATH", "TUB")),
			source: "unit:A",
			want:   []string{"equipment:BATH probable 8:00", "equipment:TUB probable 8:00", "unit:C probable 8:30", "cleaned unit:B by equipment:BATH 4"},
		},
	}
}

// handsOnAsking are about windows, marks, ties and the other direction.
func handsOnAsking() []byHand {
	f := fmt.Sprintf
	return []byHand{
		{
			rule:   "equipment that is asked about is contaminated in every epoch that the window touches, and in no other",
			lines:  joined(f(inBath, "8:00", "8:30", "A"), f(clean, "8:45", "9:00", true), f(inBath, "9:30", "10:00", "B"), f(clean, "10:15", "10:30", true), f(inBath, "11:00", "12:00", "C")),
			source: "equipment:BATH", from: "9:00", to: "9:15",
			want: []string{"unit:B probable 9:30", "before-window unit:A by equipment:BATH 1", "cleaned unit:C by equipment:BATH 5"},
		},
		{
			rule: "marks are the window of a room without one, from the last result in limit to the next",
			lines: joined(f(inRoom, "6:00", "6:30", "A"), f(swab, "7:00", "in_limit"), `{"type":"cleaning","time":"7:00","site":"S","room":"R","verified":true}`, f(inRoom, "7:30", "8:00", "B"),
				f(swab, "8:00", "action"), f(swab, "9:00", "in_limit"), `{"type":"cleaning","time":"9:00","site":"S","room":"R","verified":true}`, f(inRoom, "9:30", "10:00", "C")),
			source: "room:R",
			want:   []string{"unit:B possible 7:30", "before-window unit:A by room:R 1", "cleaned unit:C by room:R 8"},
		},
		{
			rule: "a result in limit of the same time neither begins a mark nor ends it",
			lines: joined(f(inRoom, "6:00", "6:30", "A"), `{"type":"cleaning","time":"7:00","site":"S","room":"R","verified":true}`, f(inRoom, "7:30", "8:00", "B"), f(swab, "7:45", "in_limit"), f(swab, "7:45", "action"),
				`{"type":"cleaning","time":"9:00","site":"S","room":"R","verified":true}`, f(inRoom, "9:30", "10:00", "C")),
			source: "room:R",
			want:   []string{"unit:A possible 6:00", "unit:B possible 7:30", "unit:C possible 9:30"},
		},
		{
			rule: "the window bounds the last contact; an instant on a cut is no contact after it",
			lines: joined(`{"type":"manufacture","time":"9:00","site":"S","step":"dip","units":["A"],"equipment":[{"equipment":"BATH"}]}`, f(clean, "8:45", "9:00", true),
				f(inBath, "13:00", "14:00", "C")),
			source: "equipment:BATH", from: "10:00", to: "12:00", backward: true,
			want: []string{"before-window unit:A by equipment:BATH 1", "after-window unit:C by equipment:BATH 3"},
		},
		{
			rule:   "it does not bind what comes back to the thing that is asked about",
			lines:  joined(f(inBath, "7:00", "8:00", "A"), f(inBath, "9:30", "11:00", "B"), f(inBath, "13:00", "14:00", "C")),
			source: "equipment:BATH", from: "10:00", to: "12:00", backward: true,
			want: []string{"unit:A probable 8:00", "unit:B probable 11:00", "after-window unit:C by equipment:BATH 3"},
		},
		{
			rule: "of two nodes of one thing at one instant, the lower record is shown, whichever of them it leaves",
			lines: joined(f(clean, "8:45", "9:00", true), f(inBath, "8:00", "10:00", "A"),
				f(inBath, "9:00", "9:30", "B"), f(inBath, "8:30", "9:00", "B")),
			source: "unit:A", from: "9:00",
			want: []string{"equipment:BATH probable 9:00", "unit:B probable 9:00"},
			path: "unit:A -equipment 2 1-> equipment:BATH -equipment 3 1-> unit:B",
		},
		{
			rule: "of two walks that differ in an earlier step alone, that step decides",
			lines: joined(f(clean, "8:45", "9:00", true), `{"type":"cleaning","time":"9:00","site":"S","room":"R","verified":true}`, f(inBath, "9:00", "9:30", "A"), f(inBath, "8:00", "9:00", "A"),
				`{"type":"contact","time":"8:00","end":"10:00","things":["equipment:BATH","room:R"],"reason":"door","level":"probable"}`, f(inRoom, "8:30", "9:30", "B")),
			source: "unit:A", from: "9:00",
			want: []string{"equipment:BATH probable 9:00", "room:R probable 9:00", "unit:B possible 9:00"},
			path: "unit:A -equipment 3 1-> equipment:BATH -contact 5 1-> room:R -room 6 2-> unit:B",
		},
		{
			rule:   "backward reads the same from its end",
			lines:  joined(f(inBath, "7:00", "7:30", "Z"), f(clean, "7:45", "8:00", true), f(inBath, "8:30", "9:00", "A"), f(inBath, "9:00", "10:00", "B"), f(inBath, "11:00", "12:00", "C")),
			source: "unit:B", backward: true,
			want: []string{"equipment:BATH probable 10:00", "unit:A probable 9:00", "cleaned unit:Z by equipment:BATH 1", "before-source unit:C by equipment:BATH 5"},
		},
	}
}

func TestHistoriesByHandAreAnsweredAsWritten(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(handsOnCleaning(), handsOnSharing(), handsOnAsking()) {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			base, events := mustTime("2026-01-05T00:00:00+08:00"), eventsOf(t, row.lines)
			q := recall.NewQuery(ref(t, row.source))
			q.Backward, q.With = row.backward, row.with
			q.From, q.To = timeOf(row.from), timeOf(row.to)
			want := slices.Clone(row.want)
			slices.Sort(want)
			a := trace(t, told(t, row.lines), q)
			w := newRefWorld(base, events)
			r := w.trace(w.refQuery(q))
			for _, told := range []struct {
				by      string
				things  map[string]refThing
				cleared []string
			}{{"engine", engineThings(w, a), engineCleared(a)}, {"reference", r.things(), r.cleared()}} {
				if d := cmp.Diff(want, asWritten(told.things, told.cleared, row)); d != "" {
					t.Errorf("%s (-want +got)\n%s", told.by, d)
				}
				if last := lastUnit(told.things); row.path != "" && told.things[last].path != row.path {
					t.Errorf("%s shows %s, want %s", told.by, told.things[last].path, row.path)
				}
			}
		})
	}
}

func lastUnit(things map[string]refThing) string {
	last := ""
	for r := range things {
		if kindOf(r) == "unit" {
			last = max(last, r)
		}
	}
	return last
}

func eventsOf(t *testing.T, text string) []event.Event {
	t.Helper()
	var events []event.Event
	for _, line := range strings.Split(text, "\n") {
		e, err := event.Parse([]byte(clocks(line)))
		if err != nil {
			t.Fatal(err)
		}
		e.Identify()
		events = append(events, e)
	}
	return events
}

func timeOf(text string) event.Time {
	if text == "" {
		return event.Time{}
	}
	return mustTime(strings.Trim(clocks(`"`+text+`"`), `"`))
}

// asWritten writes an answer as the rows do, times as clocks.
func asWritten(things map[string]refThing, cleared []string, row byHand) []string {
	var list []string
	for r, thing := range things {
		if r == row.source {
			continue
		}
		since := thing.since / 60
		if row.backward {
			since = -since
		}
		list = append(list, fmt.Sprintf("%s %s %d:%02d", r, genealogy.Grade(thing.grade), since/60, since%60))
	}
	for _, line := range cleared {
		thing, rest, _ := strings.Cut(line, " ")
		code, by, _ := strings.Cut(rest, " ")
		list = append(list, code+" "+thing+" "+by)
	}
	slices.Sort(list)
	return list
}
