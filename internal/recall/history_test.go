package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// A history draws small worlds in which everything meets: few things, few
// times, so that equal times, loops and back-dated records are common. It
// keeps no rule: the engine must not need one.
type history struct {
	t      *rapid.T
	base   event.Time
	events []event.Event
	g      *genealogy.Graph
}

// Most of a history happens within six minutes; some of it 8 or 16
// hours later, so that people go home in between.
const (
	minutes = 7
	shift   = 8 * time.Hour
)

// histories is how many times each property draws its hundred histories; with
// -rapid.checks=2000, as in make test-long, that makes twenty thousand.
const histories = 10

func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	for i := range histories {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}

func drawHistory(t *rapid.T) *history {
	h := &history{t: t, base: mustTime("2026-01-05T08:00:00+08:00"), g: genealogy.New()}
	all := h.bodies()
	for range rapid.IntRange(8, 30).Draw(t, "events") {
		if e, ok := h.draw(all); ok {
			h.record(e)
		}
	}
	h.g.Contacts()
	return h
}

// with returns the graph of the history and more records.
func (h *history) with(more ...event.Event) *genealogy.Graph {
	g := genealogy.New()
	for i, e := range append(h.events[:len(h.events):len(h.events)], more...) {
		if err := genealogytest.Add(g, uint64(i+1), "OP", e.Time, e); err != nil {
			h.t.Fatal(err)
		}
	}
	g.Contacts()
	return g
}

func (h *history) text() string {
	var b strings.Builder
	for i := range h.events {
		fmt.Fprintf(&b, "%d %s\n", i+1, h.events[i].Bytes())
	}
	return b.String()
}

func mustTime(s string) event.Time {
	t, err := event.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func mustRef(s string) event.Ref {
	r, err := event.ParseRef(s)
	if err != nil {
		panic(err)
	}
	return r
}

func (h *history) n(most int, what string) int { return rapid.IntRange(0, most).Draw(h.t, what) }

func (h *history) yes(what string) bool { return rapid.Bool().Draw(h.t, what) }

func (h *history) thing(kind string, most int) event.Ref {
	return mustRef(fmt.Sprintf("%s:%d", kind, h.n(most, kind)))
}

func (h *history) unit() event.Ref { return h.thing("unit", 5) }

func (h *history) equipment() event.Ref { return h.thing("equipment", 1) }

func (h *history) room() event.Ref { return h.thing("room", 1) }

func (h *history) operator() event.Ref { return h.thing("operator", 1) }

// lot has ids of its own: an arrival names lots by their bare id too.
func (h *history) lot() event.Ref { return mustRef(fmt.Sprint("lot:L", h.n(2, "lot"))) }

// different draws up to most different things.
func (h *history) different(most int, draw func() event.Ref) []event.Ref {
	var list []event.Ref
	had := make(map[event.Ref]bool)
	for range 1 + h.n(most-1, "how many") {
		if r := draw(); !had[r] {
			had[r] = true
			list = append(list, r)
		}
	}
	return list
}

// time draws a minute, its offset and how far it is shifted, all at once.
func (h *history) time() event.Time {
	k := h.n(8*minutes-1, "time")
	t := h.base.Add(time.Duration(k%minutes) * time.Minute)
	switch k / minutes {
	case 3, 4:
		t = event.TimeOf(t.Std().UTC())
	case 5, 6:
		t = t.Add(shift)
	case 7:
		t = t.Add(2 * shift)
	}
	return t
}

// askable are the things that a record in force names, without the cases that
// none in force opens although some record did.
func (h *history) askable() []event.Ref {
	named, opens, opened := make(map[event.Ref]bool), make(map[event.Ref]bool), make(map[event.Ref]bool)
	for e := range h.g.Entries() {
		if b, ok := e.Event.Body.(*event.Case); ok && b.Open != nil {
			opened[b.Case] = true
			opens[b.Case] = opens[b.Case] || !e.Struck()
		}
		for _, r := range e.Event.Refs {
			named[r] = named[r] || !e.Struck()
		}
	}
	return slices.DeleteFunc(slices.Clone(h.g.Things()), func(r event.Ref) bool { return !named[r] || opened[r] && !opens[r] })
}

// eitherQuery draws one that the plain search answers as often as not.
func (h *history) eitherQuery() recall.Query {
	q := h.query()
	if h.yes("making and giving alone") {
		q.Without = append(q.Without, genealogy.ViaEquipment, genealogy.ViaVessel, genealogy.ViaShipper, genealogy.ViaRoom)
	}
	return q
}

func (h *history) query() recall.Query {
	known := h.askable()
	q := recall.Query{
		Sources:  h.different(2, func() event.Ref { return known[h.n(len(known)-1, "source")] }),
		Backward: h.yes("backward"),
		Grade:    genealogy.Possible - genealogy.Grade(h.n(2, "grade")),
	}
	if h.yes("from") {
		q.From = h.time()
	}
	if h.yes("to") {
		q.To = h.time()
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		q.From, q.To = q.To, q.From
	}
	vias := genealogy.Vias()
	if h.n(3, "without") == 0 {
		q.Without = []genealogy.Via{vias[h.n(len(vias)-1, "via")]}
	}
	switch h.n(3, "with") {
	case 0:
		q.With = []genealogy.Via{genealogy.ViaOperator, genealogy.ViaOpenLot}
	case 1:
		q.With = []genealogy.Via{vias[h.n(len(vias)-1, "via")]}
	}
	return q
}

// lengths of what lasts: some minutes, or past the next shift.
var lengths = []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, shift - 2*time.Minute, shift + 3*time.Minute}
