package genealogy

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"suyuan/internal/event"
)

// LateAfter is how long after it happened an event may be recorded without
// being marked late (contract section 4).
const LateAfter = 24 * time.Hour

// An Entry is one event in its place in the ledger. Its event has no note,
// values, ext and codes: those are read from the ledger itself.
type Entry struct {
	Seq      uint64
	By       string
	Recorded event.Time
	Event    event.Event

	place    int32   // among entries of the same time: a replacement stands where the replaced one stood
	strikers []int32 // the entries that correct or replace this one
	struck   bool
	stands   bool // a replacement stands in its place, or one of that
	supposed supposition
}

// Late reports whether the event was recorded more than LateAfter after it
// happened.
func (e *Entry) Late() bool {
	return e.Recorded.Sub(e.Event.Time) > LateAfter
}

// Struck reports whether a correction or a replacement is in force.
func (e *Entry) Struck() bool { return e.struck }

// A Graph is what a prefix of the ledger says about things. It may be read by
// many goroutines at a time; Add and Suppose need it alone.
type Graph struct {
	entries []Entry
	byID    map[event.ID]int32
	bySeq   map[uint64]int32
	things  []thing
	index   map[event.Ref]int32
	kinds   [event.KindProduct + 1][]int32 // things by kind
	codes   map[string][]coded
	drills  map[event.Ref]bool
	holds   []Hold
	holdsOn map[event.Ref][]int32 // by thing that the hold names itself
	lifts   map[event.ID][]int32  // entries, by the hold they name
	sames   map[event.Ref][]int32 // declarations of being the same, by thing
	// excursions finds the hold that an arrival or handover made.
	excursions map[int32]int32
	unknown    []int32               // entries of types of a later vocabulary
	counts     map[event.Ref][]int32 // inventories by site
	masters    map[event.Ref][]int32 // registrations by subject
	latest     event.Time
	order      adjacency
}

type thing struct {
	ref      event.Ref
	mentions []Mention // in order of time and record
	// life holds those of the mentions that made it or used it up: a lot of
	// serum has few of them and goes into very many events.
	life []Mention
}

// New returns the graph of an empty ledger.
func New() *Graph {
	return &Graph{
		byID:       make(map[event.ID]int32),
		bySeq:      make(map[uint64]int32),
		index:      make(map[event.Ref]int32),
		codes:      make(map[string][]coded),
		drills:     make(map[event.Ref]bool),
		holdsOn:    make(map[event.Ref][]int32),
		counts:     make(map[event.Ref][]int32),
		masters:    make(map[event.Ref][]int32),
		lifts:      make(map[event.ID][]int32),
		sames:      make(map[event.Ref][]int32),
		excursions: make(map[int32]int32),
	}
}

// Add takes in the next record. Records come in the order of their numbers;
// the event must have its id. The cost is that of the things it names.
func (g *Graph) Add(seq uint64, by string, recorded event.Time, e event.Event) error {
	if _, ok := g.byID[e.ID]; ok || e.ID == "" {
		return fmt.Errorf("record %d: event id %q is missing or already in the graph", seq, e.ID)
	}
	n := int32(len(g.entries)) //nolint:gosec // a graph of 2^31 records does not fit in memory
	g.addCodes(n, &e)
	mentions := mentionsOf(&e)
	slim(&e)
	place := n
	if old, ok := g.byID[e.Replaces]; ok {
		place = g.entries[old].place
	}
	g.entries = append(g.entries, Entry{Seq: seq, By: by, Recorded: recorded, Event: e, place: place})
	g.byID[e.ID] = n
	g.bySeq[seq] = n
	for _, m := range mentions {
		if m.as == AsAccepted || m.as == AsRejected {
			m.ref = g.cargo(e.Body.(*event.Arrival).Shipment, m.ref)
		}
		at := Mention{Entry: n, As: m.as, N: m.n}
		g.mention(m.ref, at)
		if _, ok := makingOf(at, &g.entries[n].Event); ok {
			g.inheritHolds(m.ref)
		}
	}
	g.addSpecial(n)
	if e.Time.After(g.latest) && !g.rehearses(&e) {
		g.latest = e.Time
	}
	g.order.stale = true
	return nil
}

// rehearses reports whether an event is a step of a drill: it tells nothing of
// what happened, and nothing is judged as of its time.
func (g *Graph) rehearses(e *event.Event) bool {
	b, ok := e.Body.(*event.Case)
	return ok && g.Drill(b.Case)
}

// slim drops what only a reader of the record itself needs. The body stays as
// it is where the caller has it.
func slim(e *event.Event) {
	e.Note, e.Ext, e.Codes = "", nil, nil
	if m, ok := e.Body.(*event.Manufacture); ok && m.Values != nil {
		lean := *m
		lean.Values = nil
		e.Body = &lean
	}
}

func (g *Graph) addSpecial(n int32) {
	e := &g.entries[n].Event
	if e.Replaces != "" {
		g.strike(n, e.Replaces)
	}
	switch b := e.Body.(type) {
	case *event.Correction:
		g.strike(n, b.Corrects)
	case *event.Register:
		g.masters[b.Subject] = append(g.masters[b.Subject], n)
	case *event.Unknown:
		g.unknown = append(g.unknown, n)
	case *event.Inventory:
		g.counts[e.Site] = append(g.counts[e.Site], n)
	case *event.Same:
		g.addSame(n, b.Things)
	case *event.Case:
		if b.Open != nil && b.Open.Drill != nil && *b.Open.Drill {
			g.drills[b.Case] = true
		}
		if b.Action == event.ActionLift {
			for _, id := range b.Lift.Holds {
				g.lifts[id] = append(g.lifts[id], n)
			}
		}
	}
	g.addHold(n)
}

func (g *Graph) mention(r event.Ref, m Mention) {
	t := &g.things[g.intern(r)]
	t.mentions = g.insert(t.mentions, m)
	e := &g.entries[m.Entry].Event
	_, made := makingOf(m, e)
	if _, ended := endingOf(m, e); made || ended {
		t.life = g.insert(t.life, m)
	}
}

// insert keeps the list in order of time and record. Most events come in the
// order in which they happened.
func (g *Graph) insert(list []Mention, m Mention) []Mention {
	if len(list) == 0 || !g.later(list[len(list)-1].Entry, m.Entry) {
		return append(list, m)
	}
	at := sort.Search(len(list), func(i int) bool { return g.later(list[i].Entry, m.Entry) })
	return slices.Insert(list, at, m)
}

// later reports whether entry a happened after entry b; at equal times the
// order of the records decides, and a replacement takes the replaced one's
// place in it.
func (g *Graph) later(a, b int32) bool {
	return g.entries[a].compare(&g.entries[b]) > 0
}

func (e *Entry) compare(o *Entry) int {
	return cmp.Or(e.Event.Time.Compare(o.Event.Time), cmp.Compare(e.place, o.place), cmp.Compare(e.Seq, o.Seq))
}

func (g *Graph) intern(r event.Ref) int32 {
	i, ok := g.index[r]
	if !ok {
		i = int32(len(g.things)) //nolint:gosec // bounded by the number of mentions
		g.index[r] = i
		g.things = append(g.things, thing{ref: r})
		g.kinds[r.Kind()] = append(g.kinds[r.Kind()], i)
	}
	return i
}

// Len returns the number of events.
func (g *Graph) Len() int { return len(g.entries) }

// Latest returns the latest time at which anything happened, steps of drills
// aside; the zero time where nothing did.
func (g *Graph) Latest() event.Time { return g.latest }

// Entry returns the entry that m points to. It must not be changed.
func (g *Graph) Entry(m Mention) *Entry { return &g.entries[m.Entry] }

// Entries returns all entries in order of their records. They must not be
// changed.
func (g *Graph) Entries() []Entry { return g.entries }

// ByID returns the entry of the event id.
func (g *Graph) ByID(id event.ID) (*Entry, bool) {
	n, ok := g.byID[id]
	if !ok {
		return nil, false
	}
	return &g.entries[n], true
}

// BySeq returns the entry of record seq.
func (g *Graph) BySeq(seq uint64) (*Entry, bool) {
	n, ok := g.bySeq[seq]
	if !ok {
		return nil, false
	}
	return &g.entries[n], true
}

// Things returns every thing that an event named, in order of appearance.
func (g *Graph) Things() []event.Ref {
	refs := make([]event.Ref, len(g.things))
	for i := range g.things {
		refs[i] = g.things[i].ref
	}
	return refs
}

// ThingsOf yields every thing of one kind that an event named, in order of
// appearance.
func (g *Graph) ThingsOf(k event.Kind) func(yield func(event.Ref) bool) {
	return func(yield func(event.Ref) bool) {
		for _, i := range g.kinds[k] {
			if !yield(g.things[i].ref) {
				return
			}
		}
	}
}

// Known reports whether any record names r.
func (g *Graph) Known(r event.Ref) bool {
	_, ok := g.index[r]
	return ok
}

// UnknownTypes returns the entries whose type a later vocabulary added.
func (g *Graph) UnknownTypes() []*Entry {
	list := make([]*Entry, len(g.unknown))
	for i, n := range g.unknown {
		list[i] = &g.entries[n]
	}
	return list
}

// History returns where r is mentioned, struck events included, in order of
// the time at which things happened and then of the records.
func (g *Graph) History(r event.Ref) []Mention {
	i, ok := g.index[r]
	if !ok {
		return nil
	}
	return g.things[i].mentions
}

// inForce yields the mentions of r that were not struck, in order.
func (g *Graph) inForce(r event.Ref) func(yield func(Mention, *event.Event) bool) {
	return g.standing(g.History(r))
}

// life yields those mentions in force that made r or used it up, in order.
func (g *Graph) life(r event.Ref) func(yield func(Mention, *event.Event) bool) {
	i, ok := g.index[r]
	if !ok {
		return g.standing(nil)
	}
	return g.standing(g.things[i].life)
}

func (g *Graph) standing(list []Mention) func(yield func(Mention, *event.Event) bool) {
	return func(yield func(Mention, *event.Event) bool) {
		for _, m := range list {
			if e := &g.entries[m.Entry]; !e.struck && !yield(m, &e.Event) {
				return
			}
		}
	}
}
