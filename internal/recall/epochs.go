package recall

import (
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A direction is the order of a walk: that of time, or its mirror. So there is
// one engine for both, and a zero time at the near end of an interval means
// always, at the far end never, in either.
type direction struct{ backward bool }

// compare orders instants; the zero time, always, is before all others.
func (d direction) compare(a, b event.Time) int { return walkCompare(a, b, d.backward) }

// meet compares a near end with a far end; an open one of either lies beyond
// everything.
func (d direction) meet(near, far event.Time) int {
	if near.IsZero() || far.IsZero() {
		return -1
	}
	return d.compare(near, far)
}

// later returns the later of two near ends.
func (d direction) later(a, b event.Time) event.Time {
	if d.compare(b, a) > 0 {
		return b
	}
	return a
}

// sooner returns the earlier of two far ends.
func (d direction) sooner(a, b event.Time) event.Time {
	if a.IsZero() || !b.IsZero() && d.compare(b, a) < 0 {
		return b
	}
	return a
}

// instant reports whether a contact is itself an instant: only then is one
// shared instant enough to lie in an epoch.
func (d direction) instant(c *genealogy.Contact) bool {
	return !c.From.IsZero() && !c.To.IsZero() && c.From.Compare(c.To) == 0
}

func walkCompare(a, b event.Time, backward bool) int {
	switch {
	case a.IsZero() || b.IsZero():
		return boolCompare(b.IsZero(), a.IsZero())
	case backward:
		return b.Compare(a)
	default:
		return a.Compare(b)
	}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// epochs are those of one thing at one floor, numbered in the order of the
// walk. The first has no beginning, the last no end.
type epochs struct {
	direction
	cuts []event.Time // in order of time
}

func (e epochs) cut(k int32) event.Time {
	if e.backward {
		return e.cuts[len(e.cuts)-1-int(k)]
	}
	return e.cuts[k]
}

func (e epochs) near(k int32) event.Time {
	if k == 0 {
		return event.Time{}
	}
	return e.cut(k - 1)
}

func (e epochs) far(k int32) event.Time {
	if int(k) == len(e.cuts) {
		return event.Time{}
	}
	return e.cut(k)
}

// at returns the epoch that an instant lies in, the first of two on a cut.
func (e epochs) at(t event.Time) int32 {
	return int32(sort.Search(len(e.cuts), func(k int) bool { return e.compare(e.cut(int32(k)), t) >= 0 })) //nolint:gosec // as count
}
