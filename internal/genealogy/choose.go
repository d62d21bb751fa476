package genealogy

import (
	"iter"

	"suyuan/internal/event"
)

// A Choice chooses events by what is known of them without reading them; its
// zero value chooses all.
type Choice struct {
	Type     event.Type // only events of this type
	From, To event.Time // only what happened in between, ends included; zero: open
}

// Newest yields the numbers of the records whose events are chosen, the newest
// first. The cost is that of those it passes, a few nanoseconds each.
func (g *Graph) Newest(c Choice) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for n := g.count() - 1; n >= 0; n-- {
			if g.chosen(n, &c) && !yield(g.seq(n)) {
				return
			}
		}
	}
}

// Naming yields the numbers of the records that name a thing and whose events are
// chosen, in order of when they happened; a record that names it twice, twice.
func (g *Graph) Naming(r event.Ref, c Choice) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for _, m := range g.History(r) {
			if g.chosen(m.Entry, &c) && !yield(g.seq(m.Entry)) {
				return
			}
		}
	}
}

func (g *Graph) chosen(n int32, c *Choice) bool {
	if c.Type != "" && g.typeOf(n) != c.Type {
		return false
	}
	if c.From.IsZero() && c.To.IsZero() {
		return true
	}
	at := g.when(n)
	return (c.From.IsZero() || !at.Before(c.From)) && (c.To.IsZero() || !at.After(c.To))
}

// OfType yields the entries of events of one type, in order of their records; no
// others are read. They must not be changed.
func (g *Graph) OfType(t event.Type) iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for n := range g.count() {
			if g.typeOf(n) == t && !yield(g.entry(n)) {
				return
			}
		}
	}
}

// typeOf returns the type of entry n.
func (g *Graph) typeOf(n int32) event.Type {
	if n >= g.own {
		return g.loose.at(n - g.own).Event.Type
	}
	if t, ok := g.columnAt(n).kind(); ok {
		return t
	}
	return g.entry(n).Event.Type
}

// seq returns the number of the record that entry n is.
func (g *Graph) seq(n int32) uint64 {
	if n >= g.own {
		return g.loose.at(n - g.own).Seq
	}
	p := packed{g.packedAt(n)}
	p.uint()
	return uint64(int64(n) + p.int()) //nolint:gosec // as written
}
