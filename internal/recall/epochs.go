package recall

import (
	"slices"
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

// ends returns the interval of a contact.
func (d direction) ends(c *genealogy.Contact) (near, far event.Time) {
	if d.backward {
		return c.To, c.From
	}
	return c.From, c.To
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

func (e epochs) count() int32 { return int32(len(e.cuts)) + 1 } //nolint:gosec // one cut for each record at most

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

// touched returns the epochs that any of the spans shares more than an instant
// with, or one if the span is itself an instant. No spans touch all.
func (e epochs) touched(spans []genealogy.Span) []int32 {
	if len(spans) == 0 {
		spans = []genealogy.Span{{}}
	}
	var list []int32
	for i, s := range spans {
		if i > 0 && s == spans[i-1] {
			continue
		}
		instant := e.meet(s.From, s.To) == 0
		for k := e.at(s.From); k < e.count(); k++ {
			order := e.meet(e.later(s.From, e.near(k)), e.sooner(s.To, e.far(k)))
			if order < 0 || order == 0 && instant {
				list = append(list, k)
			}
			if e.meet(e.near(k), s.To) > 0 {
				break
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// A memory is what a search knows of one thing that remembers.
type memory struct {
	epochs
	thing int32
	crowd []*genealogy.Crowd // its contacts away from it, by their near ends
	// peers are those that lead to things which remember too, in the order of
	// ties.
	peers  []int32
	slots  []int32 // by epoch: its label as reached, plus 1
	open   skips   // epochs that can be bettered at their beginning
	sweeps []sweep // of the labels as reached, by part of the crowd
}

// A sweep is how far the labels of one thing have looked through a part of its
// crowd.
type sweep struct {
	since event.Time // of the last label
	from  int32      // where that began
	next  int32      // contacts before it have been looked at
	begun bool
}

// begin returns where a label begins to look. A contact that an earlier epoch
// looked at passes no sooner from a later one; only of two labels at one
// instant, on the cut between their epochs, each looks at what the other did.
func (w *sweep) begin(d direction, since event.Time) int32 {
	if w.begun && d.compare(w.since, since) == 0 {
		return w.from
	}
	return w.next
}

// skips finds the next member of a set of epochs that only loses members.
type skips []int32

func newSkips(n int32) skips {
	s := make(skips, n+1)
	for k := range s {
		s[k] = int32(k)
	}
	return s
}

// next returns the first member from k on, or the number of epochs.
func (s skips) next(k int32) int32 {
	for s[k] != k {
		s[k] = s[s[k]]
		k = s[k]
	}
	return k
}

func (s skips) drop(k int32) { s[k] = k + 1 }
