package recall

import (
	"errors"
	"fmt"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// An AsOf names the prefix of a ledger that an answer speaks about.
type AsOf struct {
	Origin string
	Size   uint64
	Root   string // lower-case hex
	Lost   []Lost // what the ledger's history lacks; nil for nearly every ledger
}

// Lost are records of a ledger that another one took the place of, which nobody
// has any more. Whatever they said is in no answer: who was given what they
// tell of can be missing from it.
type Lost struct {
	From, To uint64 // their numbers there, both included
	Origin   string // of the ledger that had them
}

// LacksRecords reports whether records are lost that an answer could need: then
// that it does not name a thing says less than it seems.
func (a *AsOf) LacksRecords() bool { return len(a.Lost) > 0 }

// A Query asks what can have been reached from its sources or, backward, from
// where these can have been reached.
type Query struct {
	Sources  []event.Ref
	Backward bool
	// From and To are the window; zero where it is open. Forward it binds the
	// sources' own contacts, backward the last contact of a walk.
	From, To event.Time
	// Grade is the floor that is asked for; the zero Query asks for confirmed
	// walks only, [NewQuery] for all.
	Grade genealogy.Grade
	// At is when the states of units are judged; zero means the time of the
	// latest event.
	At            event.Time
	With, Without []genealogy.Via

	before bool // it was asked before
}

// Again returns the query as one that was asked before. A source that has been
// corrected away since then reaches nothing, where it would be an error in a
// new question: what a case asked once can be asked for ever.
func (q Query) Again() Query {
	q.before = true
	return q
}

// NewQuery returns the query that the command line asks when nothing else is
// said: forward, without a window, down to what is possible.
func NewQuery(sources ...event.Ref) Query {
	return Query{Sources: sources, Grade: genealogy.Possible}
}

// ErrNoSource is returned for a query without a source.
var ErrNoSource = errors.New("no source: want at least one thing to trace from")

// A WindowError says that a window ends before it begins.
type WindowError struct{ From, To event.Time }

// Error says what was found and what was wanted.
func (e *WindowError) Error() string {
	return fmt.Sprintf("window from %s to %s: want an end not before its beginning", e.From, e.To)
}

// An UnknownThingError says that no record names a source.
type UnknownThingError struct{ Ref event.Ref }

// Error names the thing.
func (e *UnknownThingError) Error() string {
	return fmt.Sprintf("%s %q is named by no record", e.Ref.Kind(), e.Ref.ID())
}

// A GoneError says that every record that names a source was corrected or
// replaced, or every one that opened a case: there is nothing to trace from,
// which is not the same as that nothing was reached.
type GoneError struct {
	Ref event.Ref
	// Opening says that the case is named in force, and its openings alone are
	// gone.
	Opening bool
}

// Error names the thing.
func (e *GoneError) Error() string {
	what := "names"
	if e.Opening {
		what = "opens"
	}
	return fmt.Sprintf("every record that %s %s %q was corrected", what, e.Ref.Kind(), e.Ref.ID())
}

// askable refuses what no record in force names.
func askable(g *genealogy.Graph, r event.Ref) error {
	switch {
	case !g.Known(r):
		return &UnknownThingError{r}
	case Gone(g, r):
		return &GoneError{Ref: r}
	case r.Kind() == event.KindCase && unopened(g, r):
		return &GoneError{Ref: r, Opening: true}
	default:
		return nil
	}
}

// unopened reports whether every opening of a case was corrected.
func unopened(g *genealogy.Graph, r event.Ref) bool {
	struck := false
	for _, m := range g.History(r) {
		e := g.Entry(m)
		if b, ok := e.Event.Body.(*event.Case); !ok || b.Case != r || b.Open == nil {
			continue
		}
		if !e.Struck() {
			return false
		}
		struck = true
	}
	return struck
}

// normal returns the query in the one form that an answer shows: sources and
// kinds of contacts in order and each once, and the time asked about.
func (q Query) normal(g *genealogy.Graph) (Query, error) {
	if len(q.Sources) == 0 {
		return q, ErrNoSource
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return q, &WindowError{q.From, q.To}
	}
	q.Sources = slices.Clone(q.Sources)
	slices.SortFunc(q.Sources, event.Ref.Compare)
	q.Sources = slices.Compact(q.Sources)
	for _, r := range q.Sources {
		if err := askable(g, r); err != nil && (!q.before || !g.Known(r)) {
			return q, err
		}
	}
	q.before = false
	q.With, q.Without = sortedVias(q.With), sortedVias(q.Without)
	if q.At.IsZero() {
		q.At = g.Latest()
	}
	return q, nil
}

func sortedVias(list []genealogy.Via) []genealogy.Via {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// onDemand are the kinds that say little and are walked only if asked for.
var onDemand = genealogy.SetOf(genealogy.ViaOpenLot, genealogy.ViaOperator)

// vias returns the kinds that the query walks: all but those on demand. What is
// both on and off is off.
func (q *Query) vias() genealogy.ViaSet {
	return (genealogy.SetOf(genealogy.Vias()...)&^onDemand | genealogy.SetOf(q.With...)) &^ genealogy.SetOf(q.Without...)
}

// viasFrom returns the kinds that are walked from certain things: an operator
// among them turns operators on.
func (q *Query) viasFrom(n *genealogy.Network, starts []start) genealogy.ViaSet {
	s := q.vias()
	for i := range starts {
		if n.Ref(starts[i].thing).Kind() == event.KindOperator {
			s |= genealogy.SetOf(genealogy.ViaOperator)
		}
	}
	return s &^ genealogy.SetOf(q.Without...)
}
