package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"suyuan/examples/internal/journal"
)

// The published totals (Simonds, N Engl J Med 1992;326:726).
const (
	obtained   = 58
	accounted  = 52
	recipients = 48
	tested     = 41
	infected   = 7
)

// A kind is one sort of organ or tissue. How many of it were tested, and with what result, is published;
// how many there were besides is ours.
type kind struct {
	prefix, product, step string // without a step it is given as it was taken
	low, high             string // temperatures on the way
	infected, cleared     int    // recipients tested
	untested              int    // recipients found and not tested
	kept, lost            int    // accounted for and not given; not accounted for
}

func (k kind) given() int { return k.infected + k.cleared + k.untested }

func (k kind) all() int { return k.given() + k.kept + k.lost }

func kinds() []kind {
	return []kind{
		{prefix: "OR", product: "solid organ", low: "1.5", high: "4.8", infected: 4},
		{prefix: "CO", product: "cornea", low: "2.1", high: "6.0", cleared: 2},
		{prefix: "FB", product: "fresh-frozen bone, unprocessed", low: "-79.4", high: "-71.2", step: "freeze", infected: 3},
		{prefix: "MB", product: "fresh-frozen bone, marrow evacuated", low: "-78.8", high: "-70.9", step: "evacuate-and-freeze", cleared: 1},
		{prefix: "LS", product: "lyophilised soft tissue", low: "17.5", high: "23.8", step: "lyophilise", cleared: 3, untested: 1, kept: 1, lost: 1},
		{prefix: "DM", product: "dura mater, gamma irradiated", low: "18.2", high: "24.4", step: "irradiate", cleared: 3, untested: 1},
		{prefix: "EB", product: "bone, ethanol treated", low: "17.9", high: "24.1", step: "treat-with-ethanol", cleared: 25, untested: 5, kept: 3, lost: 5},
	}
}

// A fate is what became of a graft.
type fate int

const (
	given  fate = iota
	kept        // found in the hospital's store, never used
	absent      // came to the hospital; its store does not have it, and no record says where it went
	silent      // sent, and no record says that it came
)

// A graft is one organ or tissue with its way to a hospital.
type graft struct {
	kind    kind
	unit    string
	to      string // hospital
	sent    time.Time
	waits   int // days in the hospital's store
	fate    fate
	patient string
	result  string // of the recipient's test in 1991; empty without one
}

const hospitals = 16

func hospital(n int) string { return fmt.Sprintf("H-%02d", n) }

// eastern is a day and time, winter time all through: the days are ours.
func eastern(text string) time.Time { return journal.On(journal.Offset(-5), text) }

func plan(seed uint64) []graft {
	rnd := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // G404: a seed has to give the same rows again
	var all []graft
	patient := 0
	for _, k := range kinds() {
		first := len(all)
		for n := range k.all() {
			g := graft{kind: k, unit: fmt.Sprintf("%s-%02d", k.prefix, n+1), fate: k.fate(n)}
			g.to, g.sent = route(rnd, k, n)
			g.waits = 3 + rnd.IntN(60)
			all = append(all, g)
		}
		mix(rnd, all[first:])
		for i := range all[first:] {
			if g := &all[first+i]; g.fate == given {
				patient++
				g.patient = fmt.Sprintf("P-%02d", patient)
				g.result = k.result(i, all[first:])
			}
		}
	}
	return all
}

// fate deals out what became of a kind's grafts; two of those lost never came, as far as anyone wrote down.
func (k kind) fate(n int) fate {
	switch {
	case n < k.given():
		return given
	case n < k.given()+k.kept:
		return kept
	case k.prefix == "EB" && n >= k.all()-2:
		return silent
	default:
		return absent
	}
}

// mix changes who is who, so that what was lost is not always the last.
func mix(rnd *rand.Rand, grafts []graft) {
	rnd.Shuffle(len(grafts), func(a, b int) { grafts[a].fate, grafts[b].fate = grafts[b].fate, grafts[a].fate })
}

// result of the n-th graft of a kind: the infected first, then the cleared; who is left was not tested.
func (k kind) result(n int, grafts []graft) string {
	before := 0
	for _, g := range grafts[:n] {
		if g.fate == given {
			before++
		}
	}
	switch {
	case before < k.infected:
		return "positive"
	case before < k.infected+k.cleared:
		return "negative"
	default:
		return ""
	}
}

// route picks the hospital and the day. Organs and corneas leave at once, each organ for another hospital;
// tissues leave over months.
func route(rnd *rand.Rand, k kind, n int) (string, time.Time) {
	switch k.prefix {
	case "OR":
		return hospital(n + 1), eastern("1985-10-02 04:00").Add(time.Duration(20*n) * time.Minute)
	case "CO":
		return hospital(5), eastern("1985-10-03 09:00")
	default:
		day := eastern("1985-11-18 14:00").AddDate(0, 0, 7*rnd.IntN(30))
		return hospital(1 + rnd.IntN(hospitals)), day.Add(time.Duration(n) * time.Minute)
	}
}

// at lists what a hospital still had on its shelf in 1991.
func at(grafts []graft, site string) []string {
	found := []string{}
	for _, g := range grafts {
		if g.to == site && g.fate == kept {
			found = append(found, g.unit)
		}
	}
	slices.Sort(found)
	return found
}
