package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
)

// ByUrgency returns the milestones in the order in which people want them:
// overdue ones first, the longest overdue in front; then what is due, the next
// in front; then what has no limit; then what is done, late or in time.
func (c *Case) ByUrgency() []*Milestone {
	list := make([]*Milestone, len(c.Milestones))
	for i := range c.Milestones {
		list[i] = &c.Milestones[i]
	}
	slices.SortStableFunc(list, func(a, b *Milestone) int {
		return cmp.Or(cmp.Compare(c.rank(a), c.rank(b)), c.byDue(a, b))
	})
	return list
}

// byDue orders milestones of one rank.
func (c *Case) byDue(a, b *Milestone) int {
	if !a.Limited || !b.Limited || c.rank(a) > rankDue {
		return 0
	}
	return a.Due.Compare(b.Due)
}

// The ranks of milestones in a list.
const (
	rankOverdue = iota
	rankDue
	rankUnlimited
	rankLate
	rankDone
)

func (c *Case) rank(m *Milestone) int {
	switch {
	case m.Overdue(c.Now):
		return rankOverdue
	case !m.Still && m.Limited:
		return rankDue
	case !m.Still:
		return rankUnlimited
	case m.Missed(c.Now):
		return rankLate
	default:
		return rankDone
	}
}

// Overdue reports whether a milestone has missed its time and is not met now.
func (m *Milestone) Overdue(now event.Time) bool { return !m.Still && m.Missed(now) }

// Next returns the milestone to be met next that has a limit, nil where there
// is none.
func (c *Case) Next() *Milestone {
	if m := c.ByUrgency(); len(m) > 0 && c.rank(m[0]) <= rankDue {
		return m[0]
	}
	return nil
}
