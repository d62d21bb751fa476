package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"suyuan/examples/internal/journal"
)

// The published totals (Lancet Infect Dis 2022; MMWR 70(36)).
const (
	unitsMade  = 154
	implanted  = 136
	facilities = 37
	patients   = 113
)

// Ours: how the published totals fall on facilities.
const (
	twoUnitPatients = implanted - patients
	bookedUnit      = 150 // the sequestered unit that the walk-through looks at
	bookedSite      = 9
)

// A state is where facilities lie and how far its clocks are from Greenwich in winter.
type state struct {
	region string
	hours  int
	summer bool
}

// states are the first twenty of the alphabet: which twenty it was is not in the published totals.
func states() []state {
	return []state{
		{"US-AL", -6, true},
		{"US-AK", -9, true},
		{"US-AZ", -7, false},
		{"US-AR", -6, true},
		{"US-CA", -8, true},
		{"US-CO", -7, true},
		{"US-CT", -5, true},
		{"US-DE", -5, true},
		{"US-FL", -5, true},
		{"US-GA", -5, true},
		{"US-HI", -10, false},
		{"US-ID", -7, true},
		{"US-IL", -6, true},
		{"US-IN", -5, true},
		{"US-IA", -6, true},
		{"US-KS", -6, true},
		{"US-KY", -5, true},
		{"US-LA", -6, true},
		{"US-ME", -5, true},
		{"US-MD", -5, true},
	}
}

// on is a local time; clocks went forward on 14 March 2021.
func (s state) on(date, clock string) time.Time {
	hours := s.hours
	if s.summer && date >= "2021-03-14" {
		hours++
	}
	return journal.On(journal.Offset(hours), date+" "+clock)
}

// An operation is one patient's, with one unit or two.
type operation struct {
	patient string
	date    string
	units   []string
}

// A facility is what one hospital got, used and kept.
type facility struct {
	number     int
	place      state
	consigned  []consignment
	operations []operation
	kept       []string
}

type consignment struct {
	sent, came string
	units      []string
}

func (f facility) id() string { return fmt.Sprintf("H-%d", f.number) }

func (f facility) operator() string { return f.id() + "/OP-1" }

// neverUsed: the two states that got units and implanted none have one facility each.
func (f facility) neverUsed() bool { return f.number == 19 || f.number == 20 }

// keeps says how many units stay on the facility's shelf: 3 + 2 in the two states that used none, and
// one at each of thirteen others, 18 together.
func (f facility) keeps() int {
	switch {
	case f.number == 19:
		return 3
	case f.number == 20:
		return 2
	case f.number%2 == 1 && f.number <= 27:
		return 1
	default:
		return 0
	}
}

// gets says how many units are sent there: 3 + 2, then four to each of 35 and a fifth to nine, 154 together.
func (f facility) gets() int {
	switch {
	case f.neverUsed():
		return f.keeps()
	case f.number <= 9:
		return 5
	default:
		return 4
	}
}

func plan(seed uint64) []facility {
	rnd := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // G404: a seed has to give the same rows again
	deal := order(rnd)
	patient, late := 0, afterAlert()
	all := make([]facility, 0, facilities)
	for i := 1; i <= facilities; i++ {
		f := facility{number: i, place: states()[(i-1)%len(states())]}
		mine := deal[:f.gets()]
		deal = deal[f.gets():]
		f.kept = mine[:f.keeps()]
		f.consigned = consign(f, mine)
		if !f.neverUsed() {
			f.operations = operate(rnd, f, mine[f.keeps():], &patient)
		}
		if i%5 == 1 && len(late) > 0 {
			f.operations[len(f.operations)-1].date = late[0]
			late = late[1:]
		}
		all = append(all, f)
	}
	return all
}

// order shuffles the units before they are dealt out by facility; the booked one comes to its site, and
// first there, so that it is among those kept.
func order(rnd *rand.Rand) []string {
	numbers := rnd.Perm(unitsMade)
	first := 0
	for i := 1; i < bookedSite; i++ {
		first += facility{number: i}.gets()
	}
	at := slices.Index(numbers, bookedUnit-1)
	numbers[first], numbers[at] = numbers[at], numbers[first]
	units := make([]string, unitsMade)
	for i, n := range numbers {
		units[i] = fmt.Sprintf("FC-%03d", n+1)
	}
	return units
}

// consign sends the first three units on a day that runs with the facility's number from 1 March to
// 2 April, the others some days later.
func consign(f facility, units []string) []consignment {
	days := weekdays("2021-03-01", "2021-04-05")
	first := (f.number - 1) * (len(days) - 2) / (facilities - 1)
	sent := []consignment{{days[first], days[first+1], units[:min(3, len(units))]}}
	if len(units) > 3 {
		second := min(first+4, len(days)-2)
		sent = append(sent, consignment{days[second], days[second+1], units[3:]})
	}
	return sent
}

// operate gives each unit to a patient; the first patient of 23 facilities gets two.
func operate(rnd *rand.Rand, f facility, units []string, patient *int) []operation {
	days := weekdays("2021-03-03", "2021-05-24")
	var all []operation
	for len(units) > 0 {
		take := 1
		if len(all) == 0 && f.doubles() {
			take = 2
		}
		*patient++
		op := operation{patient: fmt.Sprintf("P-%03d", *patient), units: units[:take]}
		open := slices.Index(days, f.came(units[take-1])) + 1
		op.date = days[open+rnd.IntN(len(days)-open)]
		if *patient == 1 {
			op.date = days[0]
		}
		all = append(all, op)
		units = units[take:]
	}
	return all
}

// doubles: 23 of the 35 facilities that implanted.
func (f facility) doubles() bool {
	return !f.neverUsed() && f.number <= twoUnitPatients+2
}

func (f facility) came(unit string) string {
	for _, c := range f.consigned {
		if slices.Contains(c.units, unit) {
			return c.came
		}
	}
	panic(fmt.Sprintf("unit %q: not sent to %s", unit, f.id()))
}

// afterAlert are the days on which units were still implanted after 25 May; 31 May was a holiday. The
// published last day is 1 June; how many there were is not published.
func afterAlert() []string {
	return []string{
		"2021-06-01", "2021-05-26", "2021-05-28", "2021-05-27", "2021-06-01", "2021-05-28", "2021-05-27",
	}
}

func weekdays(from, to string) []string {
	var days []string
	end := journal.On(time.UTC, to+" 00:00")
	for d := journal.On(time.UTC, from+" 00:00"); !d.After(end); d = d.AddDate(0, 0, 1) {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			days = append(days, d.Format(time.DateOnly))
		}
	}
	return days
}
