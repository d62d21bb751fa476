package logbook

import (
	"context"
	"encoding/json"
	"fmt"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
)

// An UnknownProfileError says that a case names a profile that is not built in;
// its limits have to be handed in.
type UnknownProfileError struct{ Name string }

// Error names the profile.
func (e *UnknownProfileError) Error() string {
	return fmt.Sprintf("profile %q is not one of %q", e.Name, recall.ProfileNames())
}

// CaseStatus judges the milestones of a case at a time, against the newest
// scope's answer, which is asked again. profile is nil for the case's own: that
// which its opening carries, or the built-in one that it names. A zero now is
// the ledger's clock.
func (b *Book) CaseStatus(ctx context.Context, c event.Ref, profile *recall.Profile, now event.Time) (*recall.Case, error) {
	status, _, err := b.caseStatus(ctx, c, profile, now)
	return status, err
}

// caseStatus is CaseStatus with the state that it was asked of.
func (b *Book) caseStatus(ctx context.Context, c event.Ref, profile *recall.Profile, now event.Time) (status *recall.Case, s *state, err error) {
	err = b.reading(ctx, func(l *ledger.Ledger) error {
		d, err := b.desk(ctx, l, c, now)
		if err != nil {
			return err
		}
		s = b.state
		status, err = d.Status(ctx, profile)
		return err
	})
	return status, s, err
}

// unmet names the milestones of a case that keep it from being closed. What
// cannot be judged is not met.
func (b *Book) unmet(ctx context.Context, l *ledger.Ledger, c event.Ref, at event.Time) []string {
	scope, err := b.scope(ctx, l, c, at)
	if err != nil {
		return []string{string(recall.GoalTraced)}
	}
	// Limits play no part: what is late can still be met.
	status, err := recall.CaseStatus(b.state.graph, c, recall.Profile{}, scope, at)
	if err != nil {
		return []string{string(recall.GoalTraced)}
	}
	var names []string
	for i := range status.Milestones {
		m := &status.Milestones[i]
		if m.Goal != recall.GoalClosed && m.Goal != recall.GoalProgress && !m.Still {
			names = append(names, string(m.Goal))
		}
	}
	return names
}

// scope asks the query of the newest scope of a case again, on the prefix of
// the ledger that it was asked of; nil where there is none by then. A scope
// that stands in the same import as what is being judged is asked of what has
// been read so far.
func (b *Book) scope(ctx context.Context, l *ledger.Ledger, c event.Ref, at event.Time) (*recall.Answer, error) {
	newest := newestScope(b.state.graph, c, at)
	if newest == nil {
		return nil, nil //nolint:nilnil // no scope is no error, and recall takes nil for it
	}
	q, err := parseQuery(newest.Query)
	if err != nil {
		return nil, err
	}
	s := b.state
	if newest.Size != nil && *newest.Size > 0 && uint64(*newest.Size) < l.Head().Size {
		if s, err = b.stateAt(ctx, l, uint64(*newest.Size)); err != nil {
			return nil, err
		}
	}
	return recall.Trace(s.graph, s.name(), q.Again())
}

func newestScope(g *genealogy.Graph, c event.Ref, at event.Time) *event.CaseScope {
	var newest *event.CaseScope
	for _, m := range g.History(c) {
		e := g.Entry(m)
		if e.Struck() || e.Event.Time.After(at) {
			continue
		}
		if b, ok := e.Event.Body.(*event.Case); ok && b.Scope != nil {
			newest = b.Scope
		}
	}
	return newest
}

// parseQuery reads the query that a scope records: that of an answer, without
// its nulls.
func parseQuery(b []byte) (recall.Query, error) {
	var stored struct {
		Sources       []string
		Direction     string
		From, To, At  string
		Grade         string
		With, Without []string
	}
	if err := json.Unmarshal(b, &stored); err != nil {
		return recall.Query{}, fmt.Errorf("query of a scope: %w", err)
	}
	p := queryParser{}
	q := recall.Query{
		Backward: stored.Direction == "backward",
		From:     p.time(stored.From), To: p.time(stored.To), At: p.time(stored.At),
		Grade: p.grade(stored.Grade), With: p.vias(stored.With), Without: p.vias(stored.Without),
	}
	for _, s := range stored.Sources {
		r, err := event.ParseRef(s)
		p.fail(err)
		q.Sources = append(q.Sources, r)
	}
	return q, p.err
}

// queryParser keeps the first error.
type queryParser struct{ err error }

func (p *queryParser) fail(err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("query of a scope: %w", err)
	}
}

func (p *queryParser) time(s string) event.Time {
	if s == "" {
		return event.Time{}
	}
	t, err := event.ParseTime(s)
	p.fail(err)
	return t
}

func (p *queryParser) grade(s string) genealogy.Grade {
	g, ok := genealogy.ParseGrade(s)
	if !ok {
		p.fail(fmt.Errorf("grade %q: want one of %v", s, genealogy.Grades()))
	}
	return g
}

func (p *queryParser) vias(names []string) []genealogy.Via {
	var list []genealogy.Via
	for _, name := range names {
		v, ok := genealogy.ParseVia(name)
		if !ok {
			p.fail(fmt.Errorf("contact %q: want one of %v", name, genealogy.Vias()))
		}
		list = append(list, v)
	}
	return list
}
