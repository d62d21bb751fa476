package genealogy

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// A log of equipment that is recorded last holds what stood in it by all that is
// recorded; one that was recorded first must come to the same.
func TestTheHoldOfAVesselFollowsWhatIsRecordedLater(t *testing.T) {
	t.Parallel()
	held, changed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g, h := New(), &history{t: t, only: []string{
			"making", "work", "work", "store", "store", "retrieve", "shipment", "handover", "arrival", "disposal", "vessel", "vessel", "vessel", "correction", "correction",
		}}
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			before := thingsHeld(g)
			h.add(g)
			if fmt.Sprint(before) != fmt.Sprint(thingsHeld(g)) {
				changed++
			}
			if rapid.IntRange(0, 9).Draw(t, "rebase") == 0 {
				g = onSnapshot(t, g)
			}
		}
		last := New()
		var logs []event.Event
		for e := range g.Entries() {
			if isVesselLog(&e.Event) {
				logs = append(logs, e.Event)
				continue
			}
			if err := last.Add(e.Seq, e.By, e.Recorded, e.Event); err != nil {
				t.Fatal(err)
			}
		}
		for i := range logs {
			if err := last.Add(uint64(1000+i), "OP", logs[i].Time, logs[i]); err != nil {
				t.Fatal(err)
			}
		}
		got, want := thingsHeld(g), thingsHeld(last)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("held are %v, and %v where the logs are recorded last", got, want)
		}
		held += len(want)
	})
	if held == 0 || changed == 0 {
		t.Errorf("%d holds, %d changed: the test tests nothing", held, changed)
	}
}

func isVesselLog(e *event.Event) bool {
	b, ok := e.Body.(*event.Temperature)
	return ok && !b.Equipment.IsZero()
}

// thingsHeld tells what each log of equipment that has an excursion holds.
func thingsHeld(g *Graph) []string {
	var list []string
	for i := range g.holds {
		if h := &g.holds[i]; !h.Vessel.IsZero() {
			list = append(list, fmt.Sprint(g.entry(h.Entry).Event.ID, h.Things))
		}
	}
	slices.Sort(list)
	return list
}
