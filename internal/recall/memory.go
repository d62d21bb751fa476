package recall

import (
	"slices"
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// cuts are where the epochs of one thing meet at one floor, in the order of a
// walk. The epochs are numbered so; the first has no beginning, the last no end.
type cuts []genealogy.Moment

func cutsOf(times []event.Time, backward bool) cuts {
	c := make(cuts, len(times))
	for k, t := range times {
		c[k] = genealogy.MomentOf(t, backward)
	}
	if backward {
		slices.Reverse(c)
	}
	return c
}

func (c cuts) count() int32 { return int32(len(c)) + 1 } //nolint:gosec // one cut for each record at most

func (c cuts) near(k int32) genealogy.Moment {
	if k == 0 {
		return genealogy.Always
	}
	return c[k-1]
}

func (c cuts) far(k int32) genealogy.Moment {
	if int(k) == len(c) {
		return genealogy.Never
	}
	return c[k]
}

// at returns the epoch that a moment lies in, the first of two on a cut.
func (c cuts) at(t genealogy.Moment) int32 {
	return int32(sort.Search(len(c), func(k int) bool { return !c[k].Before(t) })) //nolint:gosec // as count
}

// touched returns the epochs that any of the spans shares more than an instant
// with, or one if the span is itself an instant. No spans touch all.
func (c cuts) touched(spans []genealogy.Span, backward bool) []int32 {
	if len(spans) == 0 {
		spans = []genealogy.Span{{}}
	}
	var list []int32
	for i, s := range spans {
		if i > 0 && s == spans[i-1] {
			continue
		}
		if backward {
			s.From, s.To = s.To, s.From
		}
		p := passage{near: genealogy.NearEnd(s.From, backward), far: genealogy.FarEnd(s.To, backward)}
		p.instant = p.near == p.far
		for k := c.at(p.near); k < c.count() && !p.far.Before(c.near(k)); k++ {
			if p.lies(p.near.Later(c.near(k)), p.far.Sooner(c.far(k))) {
				list = append(list, k)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// A memory is what a search knows of one thing that remembers.
type memory struct {
	cuts
	stop  int32
	crowd []*genealogy.Crowd // its contacts away from it, by their near ends
	// from and to are where those stand in the atlas that lead to things which
	// remember too.
	from, to int32
	slots    []int32 // by epoch: its label as reached, plus 1
	open     skips   // epochs that can be bettered at their beginning
	sweeps   []sweep // of the labels as reached, by part of the crowd
}

// A stay is a contact that leads to several epochs, from one on.
type stay struct {
	memory  *memory
	epoch   int32
	passage passage
	arrival arrival
}

// A drop is an epoch that was reached at its beginning.
type drop struct {
	*memory
	epoch int32
}

// A sweep is how far the labels of one thing have looked through a part of its
// crowd.
type sweep struct {
	since genealogy.Moment // of the last label
	from  int32            // where that began
	next  int32            // contacts before it have been looked at
	begun bool
}

// begin returns where a label begins to look. A contact that an earlier epoch
// looked at passes no sooner from a later one; only of two labels at one
// instant, on the cut between their epochs, each looks at what the other did.
func (w *sweep) begin(since genealogy.Moment) int32 {
	if w.begun && w.since == since {
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
