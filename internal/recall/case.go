package recall

import (
	"time"

	"suyuan/internal/event"
)

// A Case is how a suspicion, recall or drill stands at one time.
type Case struct {
	Ref     event.Ref
	Drill   bool
	Profile Profile
	Opened  event.Time
	Aware   event.Time // when the clock started
	Now     event.Time
	// Scope is the answer of the newest scope, nil where nothing was traced yet.
	Scope      *Answer
	Milestones []Milestone // in the order of Goals; progress only where the profile limits it
	Sites      []SiteStand // the sites concerned, in order, then others that were told or answered
	Patients   []PatientStand
}

// A Milestone is one thing that a case has to reach.
type Milestone struct {
	Goal    Goal
	Limited bool
	Limit   time.Duration
	Due     event.Time // zero where there is no limit
	// Met says that it was met at some time, MetAt when first and Seq which
	// record proves it. Still says that it is met now.
	Met   bool
	MetAt event.Time
	Seq   uint64
	Still bool
	// Lacking are the units, sites or patients that keep it from being met.
	Lacking []event.Ref
	// Bad are patients whose screening counts as done and is bad news:
	// unreachable, or declined.
	Bad []event.Ref

	late bool // a report in between came late
	done bool // nothing more is due
}

// Remaining returns how much of the limit is left at a time; negative when it
// is overdue. Without a limit it means nothing.
func (m *Milestone) Remaining(now event.Time) time.Duration { return m.Due.Sub(now) }

// Missed reports whether the deadline was not kept, or is past and not met.
func (m *Milestone) Missed(now event.Time) bool {
	switch {
	case !m.Limited:
		return false
	case m.late:
		return true
	case m.Met:
		return m.Goal != GoalProgress && m.MetAt.After(m.Due)
	default:
		return now.After(m.Due)
	}
}

// A SiteStand is how far the notice of one site is. Zero means not yet.
type SiteStand struct {
	Site event.Ref
	// Concerned says that it had an affected unit in hand, by the newest scope;
	// false where nothing was traced yet.
	Concerned              bool
	Notified, Acknowledged event.Time
	NoticeSeq, AckSeq      uint64
	// Found holds what the site found, in its newest answer, against what the
	// ledger expects there; nil where there is no answer.
	Found *Reconciliation
}

// A PatientStand is how far the screening of one affected patient is: the
// newest result, and when it came.
type PatientStand struct {
	Patient event.Ref
	Result  string // empty where there is none yet
	At      event.Time
	Seq     uint64
}

// BadNews reports whether a deadline was missed, a patient could not be
// screened, or a site lacks an affected unit that the ledger has there.
func (c *Case) BadNews() bool {
	for i := range c.Milestones {
		m := &c.Milestones[i]
		if m.Missed(c.Now) || len(m.Bad) > 0 {
			return true
		}
	}
	for i := range c.Sites {
		if f := c.Sites[i].Found; f != nil && len(f.Missing) > 0 {
			return true
		}
	}
	return false
}

// A NoCaseError says that no record in force opens the case.
type NoCaseError struct{ Ref event.Ref }

// Error names the case.
func (e *NoCaseError) Error() string { return "case " + quote(e.Ref.ID()) + " was never opened" }
