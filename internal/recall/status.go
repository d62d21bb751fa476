package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// CaseStatus judges the milestones of a case at a time. The caller runs the
// newest scope's query again, at that scope's size, and hands the answer in;
// scope is nil where nothing was traced yet. In a drill the holds of its own
// case count as held, although they never bite.
func CaseStatus(g *genealogy.Graph, c event.Ref, profile Profile, scope *Answer, now event.Time) (*Case, error) {
	j := judge{g: g, n: g.Contacts(), steps: caseSteps(g, c, now), scope: scope}
	first := j.first(func(b *event.Case) bool { return b.Open != nil })
	if first == nil {
		return nil, &NoCaseError{c}
	}
	j.c = &Case{Ref: c, Drill: g.Drill(c), Profile: profile, Opened: first.Event.Time, Now: now, Scope: scope}
	j.c.Aware = j.aware()
	j.scoped = j.first(func(b *event.Case) bool { return b.Scope != nil })
	if scope == nil {
		j.scoped = nil
	}
	j.sites()
	j.patients()
	for _, goal := range Goals() {
		if m, ok := j.milestone(goal); ok {
			j.c.Milestones = append(j.c.Milestones, m)
		}
	}
	return j.c, nil
}

type judge struct {
	g      *genealogy.Graph
	n      *genealogy.Network
	c      *Case
	steps  []caseStep
	scope  *Answer
	scoped *genealogy.Entry // the first scope, where there is an answer to judge against
}

func (j *judge) first(want func(*event.Case) bool) *genealogy.Entry {
	for _, s := range j.steps {
		if want(s.body) {
			return s.entry
		}
	}
	return nil
}

// aware returns when the clock started: as the newest opening says that names
// a time, or else with the first.
func (j *judge) aware() event.Time {
	aware := j.c.Opened
	for _, s := range j.steps {
		if s.body.Open != nil && !s.body.Open.Aware.IsZero() {
			aware = s.body.Open.Aware
		}
	}
	return aware
}

func (j *judge) milestone(goal Goal) (Milestone, bool) {
	m := Milestone{Goal: goal}
	m.Limit, m.Limited = j.c.Profile.Limit(goal)
	if m.Limited {
		m.Due = j.c.Aware.Add(m.Limit)
	}
	switch goal {
	case GoalTraced:
		j.traced(&m)
	case GoalHeld:
		j.held(&m)
	case GoalNotified:
		j.allSites(&m, func(s *SiteStand) (event.Time, uint64) { return s.Notified, s.NoticeSeq })
	case GoalAcknowledged:
		j.allSites(&m, func(s *SiteStand) (event.Time, uint64) { return s.Acknowledged, s.AckSeq })
	case GoalScreened:
		j.screened(&m)
	case GoalReported:
		m.meet(j.first(func(b *event.Case) bool { return b.Report != nil && b.Report.Kind != reportProgress }))
	case GoalProgress:
		j.progress(&m)
		return m, m.Limited
	case GoalClosed:
		j.closed(&m)
	}
	return m, true
}

const reportProgress = "progress"

// traced is met by the first scope, and still is while the newest one asked
// about every source of the case.
func (j *judge) traced(m *Milestone) {
	m.meet(j.first(func(b *event.Case) bool { return b.Scope != nil }))
	if !m.Met || j.scope == nil {
		return
	}
	life := LifeOf(j.g, j.c.Ref, j.c.Now)
	asked := slices.Clone(j.scope.Query.Sources)
	for _, r := range j.scope.Query.Sources {
		if r.Kind() == event.KindCase {
			asked = append(asked, LifeOf(j.scope.g, r, event.Time{}).Sources...)
		}
	}
	m.Lacking = slices.DeleteFunc(life.Sources, func(r event.Ref) bool { return slices.Contains(asked, r) })
	m.Still = len(m.Lacking) == 0
}

// meet notes that a record met the milestone, for good.
func (m *Milestone) meet(e *genealogy.Entry) {
	if e != nil {
		m.Met, m.Still, m.MetAt, m.Seq = true, true, e.Event.Time, e.Seq
	}
}

// sites lists the sites concerned and how far their notices are, and behind
// them what else was told or has answered.
func (j *judge) sites() {
	var list []event.Ref
	if j.scoped != nil {
		list = concerned(j.g, j.scope, j.c.Now)
	}
	n := len(list)
	var others []event.Ref
	for _, step := range j.steps {
		site := step.entry.Event.Site
		if (step.body.Notice != nil || step.body.Acknowledge != nil) && !site.IsZero() && !slices.Contains(list, site) {
			others = joined(others, []event.Ref{site})
		}
	}
	slices.SortFunc(others, event.Ref.Compare)
	for i, site := range append(list, others...) {
		j.c.Sites = append(j.c.Sites, j.site(site, i < n))
	}
}

func (j *judge) site(site event.Ref, concerned bool) SiteStand {
	s := SiteStand{Site: site, Concerned: concerned}
	for _, step := range j.steps {
		e := step.entry
		switch {
		case e.Event.Site != site:
		case step.body.Notice != nil && s.Notified.IsZero():
			s.Notified, s.NoticeSeq = e.Event.Time, e.Seq
		case step.body.Acknowledge != nil && s.Acknowledged.IsZero():
			s.Acknowledged, s.AckSeq = e.Event.Time, e.Seq
		}
		if b := step.body.Acknowledge; b != nil && e.Event.Site == site && j.scoped != nil {
			s.Found = Reconcile(j.g, j.scope, site, b.Found, e.Event.Time)
		}
	}
	return s
}

// concerned returns the sites that hold, used, shipped, made or collected an
// affected unit by a time, in order.
func concerned(g *genealogy.Graph, scope *Answer, now event.Time) []event.Ref {
	had := make(map[event.Ref]bool)
	for i := range scope.Things {
		t := &scope.Things[i]
		if t.Ref.Kind() != event.KindUnit {
			continue
		}
		for _, m := range g.History(t.Ref) {
			e := g.Entry(m)
			if !e.Struck() && !e.Event.Time.After(now) && handles(m.As) && !e.Event.Site.IsZero() {
				had[e.Event.Site] = true
			}
		}
	}
	list := make([]event.Ref, 0, len(had))
	for site := range had {
		list = append(list, site)
	}
	slices.SortFunc(list, event.Ref.Compare)
	return list
}

// handles reports whether the site of an event had the unit in its hands.
func handles(as genealogy.As) bool {
	switch as {
	case genealogy.AsMade, genealogy.AsResidue, genealogy.AsInput, genealogy.AsWorked, genealogy.AsInfused, genealogy.AsShipped,
		genealogy.AsAccepted, genealogy.AsStored, genealogy.AsRetrieved, genealogy.AsCounted:
		return true
	default:
		return false
	}
}

// allSites is met when the last of the sites concerned has its step; of several
// at one time the last record is what completed it.
func (j *judge) allSites(m *Milestone, when func(*SiteStand) (event.Time, uint64)) {
	if j.scoped == nil {
		return
	}
	m.meet(j.scoped)
	last := event.Time{}
	for i := range j.c.Sites {
		s := &j.c.Sites[i]
		t, seq := when(s)
		switch {
		case !s.Concerned:
		case t.IsZero():
			m.Lacking = append(m.Lacking, s.Site)
		case last.IsZero() || t.After(last) || t.Compare(last) == 0 && seq > m.Seq:
			last, m.MetAt, m.Seq = t, t, seq
		}
	}
	if len(m.Lacking) > 0 {
		m.unmeet()
	}
}

func (m *Milestone) unmeet() { m.Met, m.Still, m.MetAt, m.Seq = false, false, event.Time{}, 0 }

// patients lists the affected patients, each person once, and how far their
// screening is.
func (j *judge) patients() {
	if j.scoped == nil {
		return
	}
	had := make(map[event.Ref]bool)
	for i := range j.scope.Things {
		if r := j.scope.Things[i].Ref; r.Kind() == event.KindPatient && !had[firstSame(j.g, r)] {
			had[firstSame(j.g, r)] = true
			j.c.Patients = append(j.c.Patients, PatientStand{Patient: r})
		}
	}
	for i := range j.c.Patients {
		p := &j.c.Patients[i]
		for _, s := range j.steps {
			if s.body.Screen != nil && firstSame(j.g, s.body.Screen.Patient) == firstSame(j.g, p.Patient) {
				p.Result, p.At, p.Seq = s.body.Screen.Result, s.entry.Event.Time, s.entry.Seq
			}
		}
	}
}

// screened is met when every affected patient has a result other than pending.
// A patient can be pending again, so the steps are gone through in order.
func (j *judge) screened(m *Milestone) {
	if j.scoped == nil {
		return
	}
	open := make(map[event.Ref]bool, len(j.c.Patients))
	for i := range j.c.Patients {
		open[firstSame(j.g, j.c.Patients[i].Patient)] = true
	}
	affected := len(open)
	if affected == 0 {
		m.meet(j.scoped)
		return
	}
	done := make(map[event.Ref]bool, affected)
	for _, s := range j.steps {
		if s.body.Screen == nil {
			continue
		}
		p := firstSame(j.g, s.body.Screen.Patient)
		if !open[p] {
			continue
		}
		if delete(done, p); s.body.Screen.Result != resultPending {
			done[p] = true
		}
		if len(done) == affected && !m.Met {
			m.meet(s.entry)
		}
	}
	m.Still = len(done) == affected
	j.screening(m, done)
}

// screening lists whose screening is not done, and whose was bad news.
func (j *judge) screening(m *Milestone, done map[event.Ref]bool) {
	for i := range j.c.Patients {
		p := &j.c.Patients[i]
		switch {
		case !done[firstSame(j.g, p.Patient)]:
			m.Lacking = append(m.Lacking, p.Patient)
		case p.Result == "unreachable" || p.Result == "declined":
			m.Bad = append(m.Bad, p.Patient)
		}
	}
}

// progress is met as long as no more than the limit lies between one report and
// the next, from the first to the final one or the closing.
func (j *judge) progress(m *Milestone) {
	if !m.Limited {
		return
	}
	for _, s := range j.steps {
		report := s.body.Report != nil
		if !report && s.body.Close == nil || m.Met && s.entry.Event.Time.Before(m.MetAt) {
			continue
		}
		if m.Met && s.entry.Event.Time.After(m.Due) {
			m.late = true
		}
		if !report || s.body.Report.Kind == "final" {
			m.meet(s.entry)
			m.done = true
			break
		}
		m.meet(s.entry)
		m.Due = s.entry.Event.Time.Add(m.Limit)
	}
	if m.Met && !m.done && j.c.Now.After(m.Due) {
		m.Still, m.late = false, true
	}
}

// closed is met by the first closing, and still is unless the case was opened
// again since.
func (j *judge) closed(m *Milestone) {
	m.meet(j.first(func(b *event.Case) bool { return b.Close != nil }))
	for _, s := range j.steps {
		if s.body.Close != nil {
			m.Still = true
		} else if s.body.Open != nil {
			m.Still = false
		}
	}
}
