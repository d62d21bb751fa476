package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// An Answer is what a trace found, as of one size of the ledger. It keeps hold
// of the graph that it was asked of, and is read-only like it.
type Answer struct {
	AsOf    AsOf
	Query   Query // in normal form: sorted sources, At filled in
	Counts  Counts
	ByGrade [3]Counts // cumulative, by genealogy.Grade
	Things  []Thing   // sorted by kind, grade, id
	Balance Balance
	Missing []Missing // sorted by code, ref, seq
	Cleared []Cleared // sorted by code, ref, seq; at most MaxCleared
	// ClearedMore says how many more than MaxCleared there are.
	ClearedMore int
	Corrected   []Corrected // sorted by seq
	Deviations  []Deviation // sorted by seq

	g      *genealogy.Graph
	n      *genealogy.Network
	starts []start
	vias   genealogy.ViaSet
	atlas  *atlas
	floors [3][]label
}

// A Thing is one thing that was reached. State, place, hold, booking and tests
// are those of a unit at Query.At, and zero for other kinds.
type Thing struct {
	Ref   event.Ref
	Grade genealogy.Grade
	// Since is the earliest time at which it can have been contaminated at that
	// grade; backward, the latest at which it can have passed it on. Zero means
	// always.
	Since     event.Time
	State     genealogy.State
	Role      event.Role
	Product   string
	Expires   event.Time
	Site      event.Ref
	Vessel    event.Ref
	Shipment  event.Ref
	Allocated event.Ref
	OnHold    bool
	Tests     []uint64 // records that tested it, or a sample of that id

	index   int32
	label   int32
	entry   int32 // what put it into its state, plus 1
	fate    fate
	outputs bool // that entry made others
}

// A Step is one element of a path: a thing, and the contact by which the walk
// came to it from the element before. The first step is a source and has no
// contact.
type Step struct {
	Ref   event.Ref
	Via   genealogy.Via
	Seq   uint64
	Grade genealogy.Grade
}

// Path returns the canonical path to one of the answer's things: from a source
// to it. Backward, it begins at the source asked about all the same, and is
// read from its end.
func (a *Answer) Path(t *Thing) []Step { return a.appendPath(nil, t) }

// appendPath is Path into memory that is used again; path must be empty.
func (a *Answer) appendPath(path []Step, t *Thing) []Step {
	labels := a.floors[t.Grade]
	n := int(labels[t.label].depth) + 1
	path = slices.Grow(path, n)[:n]
	for k := t.label; k >= 0; k = labels[k].parent {
		l := &labels[k]
		step := Step{Ref: a.n.Ref(l.thing)}
		if l.arc >= 0 {
			c := &a.atlas.arcs[l.arc]
			step.Via, step.Seq, step.Grade = c.Via, a.n.Seq(c.Entry), c.Grade
		}
		path[l.depth] = step
	}
	return path
}

// Counts are the numbers of an answer, at one floor of certainty.
type Counts struct {
	Patients, Units                int
	Infused, InStock, InTransit    int
	Allocated, OnHold, Unaccounted int
	Samples                        int // units of the roles sample, retained and waste, counted nowhere else
	Sites, Regions, RegionsUsed    int
}

// A Balance accounts for units. Made is always the sum of the others without
// Samples.
type Balance struct {
	Made                                       int
	Infused, InStock, InTransit                int
	Destroyed, Returned, Lost, Expired, Tested int
	Unaccounted                                int
	Samples                                    int // units of the roles sample, retained and waste, counted nowhere else
}

// Sum returns infused + in stock + … + unaccounted.
func (b *Balance) Sum() int {
	return b.Infused + b.InStock + b.InTransit + b.Destroyed + b.Returned + b.Lost + b.Expired + b.Tested + b.Unaccounted
}

// A MissingCode says what the records do not tell.
type MissingCode string

// The codes of what is missing (recall.md section 3).
const (
	NoArrival      MissingCode = "no-arrival"
	NoCleaning     MissingCode = "no-cleaning"
	NoFinalState   MissingCode = "no-final-state"
	NoIntakeSample MissingCode = "no-intake-sample"
	NoRetrieve     MissingCode = "no-retrieve"
	NoTemperature  MissingCode = "no-temperature"
	NoTimes        MissingCode = "no-times"
	UnknownOrigin  MissingCode = "unknown-origin"
	UnknownType    MissingCode = "unknown-type"
	Unregistered   MissingCode = "unregistered"
)

// A Missing is one gap in the record about what was reached.
type Missing struct {
	Code     MissingCode
	Ref      event.Ref // zero where a record of a later vocabulary names nothing that is known
	From, To event.Time
	Seq      []uint64
}

// A ClearedCode says why a thing that was touched is not on the list.
type ClearedCode string

// The codes of recall.md section 3. Cleaned and BeforeSource are in the order
// of the walk. Cleaned: the contact lies behind the end of the epoch in which
// the thing was reached. BeforeSource: forward, the contact had ended before
// the thing that was reached can have been contaminated; backward, it began
// after that thing can have passed it on.
const (
	Cleaned      ClearedCode = "cleaned"
	BeforeWindow ClearedCode = "before-window"
	AfterWindow  ClearedCode = "after-window"
	BeforeSource ClearedCode = "before-source"
)

// ClearedCodes returns the codes, the one that applies first at the front.
func ClearedCodes() []ClearedCode {
	return []ClearedCode{Cleaned, BeforeWindow, AfterWindow, BeforeSource}
}

// MaxCleared is how many cleared things an answer holds.
const MaxCleared = 10000

// A Cleared is a thing that was not reached although a reached thing (By)
// touched it, and why.
type Cleared struct {
	Code ClearedCode
	Ref  event.Ref
	By   event.Ref
	Seq  []uint64
}

// A Corrected is a record that would have counted, and the record that
// corrects or replaces it.
type Corrected struct{ Seq, By uint64 }

// A Deviation is a record about what was reached that waives rules.
type Deviation struct {
	Seq   uint64
	Rules []string
}
