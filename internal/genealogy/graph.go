package genealogy

import (
	"fmt"
	"time"

	"suyuan/internal/event"
)

// LateAfter is how long after it happened an event may be recorded without
// being marked late (contract section 4).
const LateAfter = 24 * time.Hour

// A Graph is what a prefix of the ledger says about things. It may be read by
// many goroutines at a time; Add and Suppose need it alone.
//
// What a [Snapshot] says stays where it is, and what joined after it is in
// memory (docs/genealogy.md). Entries and things are numbered through both.
type Graph struct {
	snap     *Snapshot
	older    int32 // entries of the snapshot
	elder    int32 // things of the snapshot
	joined   joined
	alone    int32             // how many of these did not come in frames
	marks    pile[mark]        // of those that joined
	strikers map[int32][]int32 // what joined and corrects or replaces an entry, by entry
	byID     numberTable
	ids      *idIndex
	targets  []target // of the entry that is taken in
	arriving *frame   // that is taken in
	things   []thing
	index    numberTable
	kinds    [event.KindProduct + 1][]int32 // things by kind
	codes    map[string][]coded
	forms    *forms
	foreseen Foreseen // of the entry that is taken in next
	drills   map[event.Ref]bool
	holds    []Hold
	holdsOn  lists // holds, by thing that the hold names itself
	suspects suspects
	lifts    map[event.ID][]int32 // entries that joined, by the hold they name
	lifters  []int32              // all of them, in order
	// olderLifts are those of the snapshot. Their entries lie all over it, and most
	// questions are not about holds: so they are read when they are asked for.
	olderLifts func() map[event.ID][]int32
	sames      lists // declarations of being the same, by thing
	// excursions finds the hold that an arrival, handover or logger's file made.
	excursions  map[int32]int32
	vesselHolds int     // holds of equipment
	unknown     []int32 // entries of types of a later vocabulary
	counts      lists   // inventories by site
	masters     lists   // registrations by subject
	latest      event.Time
	order       adjacency
	ahead       *prepared // what a snapshot will say, where that was made ahead

	read     *entryCache
	mentions []mention        // memory of Add
	packed   []byte           // memory of Add
	lead     []byte           // memory of Add
	slab     []Mention        // for lists that begin
	redated  []redating       // entries of the snapshot that were recorded at another time than it says, in order
	remarked map[int32]*mark  // entries of the snapshot that later records correct or replace
	touched  map[int32]*thing // things of the snapshot that later records name
}

// New returns the graph of an empty ledger.
func New() *Graph {
	return &Graph{
		codes:      make(map[string][]coded),
		forms:      &forms{heads: make(map[uint64]int32)},
		drills:     make(map[event.Ref]bool),
		holdsOn:    newLists(nil),
		counts:     newLists(nil),
		masters:    newLists(nil),
		lifts:      make(map[event.ID][]int32),
		sames:      newLists(nil),
		excursions: make(map[int32]int32),
		strikers:   make(map[int32][]int32),
		ids:        new(idIndex),
	}
}

// Add takes in the next record. Records come in the order of their numbers;
// the event must have its id. The cost is that of the things it names.
func (g *Graph) Add(seq uint64, by string, recorded event.Time, e event.Event) error {
	hash := tableHashID(e.ID)
	if _, ok := g.numberAt(e.ID, hash); ok || e.ID == "" {
		return fmt.Errorf("record %d: event id %q is missing or already in the graph", seq, e.ID)
	}
	if g.read != nil {
		g.read.trim()
	}
	if g.alone++; g.suspects.unsure && g.alone > learnAfter {
		g.learnSuspects()
	}
	g.addCodes(g.count(), &e)
	mentions := mentionsInto(g.mentions, &e)
	defer func() { g.mentions = mentions[:0] }()
	codes := e.Codes
	slim(&e)
	entry := &Entry{Seq: seq, By: by, Recorded: recorded, Event: e}
	n := g.append(entry)
	g.byID.add(hash)
	g.join(n, &e, mentions)
	g.foreseen = nil
	g.lead = g.appendLead(g.lead[:0], entry, codes, mentions)
	g.packed = g.joined.pack(g.packed, g.lead, numbersOf(g, mentions))
	*g.joined.populations.push() = g.population()
	g.ids.done.Add(1)
	g.changed()
	return nil
}

// join lets what entry n says take effect.
func (g *Graph) join(n int32, e *event.Event, mentions []mention) {
	known := g.population()
	for i := range mentions {
		m := &mentions[i]
		if m.as == AsAccepted || m.as == AsRejected {
			m.ref = g.cargo(e.Body.(*event.Arrival).Shipment, m.ref)
		}
		at := Mention{Entry: n, As: m.as, N: m.n}
		m.thing = g.mention(m.ref, at)
		if makes(m.as) {
			g.inheritHolds(m.thing)
		}
	}
	g.inheritSuspicion(mentions)
	g.addSpecial(n)
	g.addNames(n, known)
	if e.Time.After(g.latest) && !g.rehearses(e) {
		g.latest = e.Time
	}
}

// changed lets go of what was made of the graph as it was.
func (g *Graph) changed() {
	g.order.stale = true
	if g.ahead != nil {
		g.ahead.letGo()
		g.ahead = nil
	}
}

// numbersOf finds the numbers of the things that an event names among its mentions,
// which are few, or else in the graph.
func numbersOf(g *Graph, mentions []mention) func(event.Ref) (uint64, bool) {
	return func(r event.Ref) (uint64, bool) {
		for i := range mentions {
			if mentions[i].ref == r {
				return uint64(mentions[i].thing), true //nolint:gosec // not negative
			}
		}
		i, ok := g.thingOf(r)
		return uint64(i), ok //nolint:gosec // not negative
	}
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
	e := &g.entry(n).Event
	if e.Replaces != "" {
		g.strike(n, e.Replaces)
	}
	switch b := e.Body.(type) {
	case *event.Correction:
		g.strike(n, b.Corrects)
	case *event.Register:
		g.masters.put(g.intern(b.Subject), n)
	case *event.Unknown:
		g.unknown = append(g.unknown, n)
	case *event.Inventory:
		g.counts.put(g.intern(e.Site), n)
	case *event.Same:
		g.addSame(n, b.Things)
	case *event.Case:
		if b.Open != nil && b.Open.Drill != nil && *b.Open.Drill {
			g.drills[b.Case] = true
		}
		if b.Action == event.ActionLift {
			g.lifters = append(g.lifters, n)
			for _, id := range b.Lift.Holds {
				g.lifts[id] = append(g.lifts[id], n)
			}
		}
	}
	g.addHold(n)
}

// Latest returns the latest time at which anything happened, steps of drills
// aside; the zero time where nothing did.
func (g *Graph) Latest() event.Time { return g.latest }

// UnknownTypes returns the entries whose type a later vocabulary added.
func (g *Graph) UnknownTypes() []*Entry {
	list := make([]*Entry, len(g.unknown))
	for i, n := range g.unknown {
		list[i] = g.entry(n)
	}
	return list
}
