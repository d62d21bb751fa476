package logbook

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// rehearsed is why the closing of a drill's case waives rule case-open.
const rehearsed = "rehearsed on a copy: the milestones were judged there, and nothing was done here"

// A DrillKeptError says that a drill of that case is in the ledger already.
type DrillKeptError struct {
	Case event.Ref
	Seq  uint64 // the record of its opening
}

// Error names the case and the record.
func (e *DrillKeptError) Error() string {
	return fmt.Sprintf("drill %q is recorded already (record %d)", e.Case.ID(), e.Seq)
}

// CanKeepDrill says before a drill is held whether its result can be recorded:
// who enters it is known, and no drill of that case is in the ledger.
func (b *Book) CanKeepDrill(ctx context.Context, c event.Ref) error {
	if b.o.By == "" {
		return ErrNoOperator
	}
	return b.keptBefore(ctx, c)
}

func (b *Book) keptBefore(ctx context.Context, c event.Ref) error {
	return b.asking(func() error {
		s, err := b.load(ctx)
		if err != nil {
			return err
		}
		if life := recall.LifeOf(s.graph, c, event.Time{}); life.First != nil {
			return &DrillKeptError{c, life.First.Seq}
		}
		return nil
	})
}

// KeepDrill records that a drill was held, and its result, as a case of its own:
// opened, scoped where it traced anything, and closed, in one commit. It
// changes no thing's status. The rule that a case is closed only when its
// milestones are met is waived by name, since they were met on the copy.
func (b *Book) KeepDrill(ctx context.Context, r *recall.DrillResult) ([]Receipt, error) {
	by, err := event.NewRef(event.KindOperator, b.o.By)
	if err != nil {
		return nil, ErrNoOperator
	}
	now := event.TimeOf(b.o.Now().UTC())
	receipts, err := b.CaseStep(ctx, r.Case, event.ActionOpen, now, func(d *CaseDesk) ([]event.Event, error) {
		return drillEvents(r, now, by), nil
	})
	var state *recall.CaseStateError
	if errors.As(err, &state) {
		return nil, b.keptBefore(ctx, r.Case)
	}
	return receipts, err
}

func drillEvents(r *recall.DrillResult, now event.Time, by event.Ref) []event.Event {
	drill := true
	bodies := []*event.Case{{Action: event.ActionOpen, Open: &event.CaseOpen{
		Sources: r.Sources, From: r.From, To: r.To, Class: r.Class, Profile: r.Profile,
		Trigger: event.Trigger{Text: "drill " + string(r.Kind)}, Drill: &drill,
	}}}
	if r.Scope != nil {
		bodies = append(bodies, &event.Case{Action: event.ActionScope, Scope: recall.ScopeOf(r.Scope, nil)})
	}
	bodies = append(bodies, &event.Case{Action: event.ActionClose, Close: &event.CaseClose{
		Conclusion: Conclusion(r), SignedBy: []event.Ref{by},
	}})
	events := make([]event.Event, len(bodies))
	for i, b := range bodies {
		b.Case = r.Case
		events[i] = event.Event{Common: event.Common{Type: event.TypeCase, Time: now}, Body: b}
	}
	events[0].Ext = r.OpeningExt()
	closing := &events[len(events)-1]
	closing.Ext = r.Ext()
	closing.Deviation = &event.Deviation{Rules: []string{string(rules.CaseOpen)}, Reason: rehearsed}
	return events
}

// Conclusion returns the result of a drill in one line. It is stored, and so it
// is in one language whoever holds the drill.
func Conclusion(r *recall.DrillResult) string {
	verdict := "good"
	if !r.Good {
		verdict = "bad news"
	}
	parts := []string{"drill " + string(r.Kind)}
	switch {
	case r.Run != nil:
		missed := "no deadline missed"
		if len(r.Missed) > 0 {
			names := make([]string, len(r.Missed))
			for i, goal := range r.Missed {
				names[i] = string(goal)
			}
			missed = "missed: " + strings.Join(names, ", ")
		}
		parts = append(parts, verdict, missed, fmt.Sprintf("patients %d, units %d", r.Run.Counts.Patients, r.Run.Counts.Units))
	case r.Random != nil:
		made, accounted := r.Random.Accounted()
		parts = append(parts, fmt.Sprintf("seed %d", r.Seed), r.Random.Picked.String(), verdict,
			fmt.Sprintf("units accounted for %d of %d", accounted, made),
			fmt.Sprintf("patients %d", r.Random.Counts.Patients),
			fmt.Sprintf("sites with a contact %d of %d", r.Random.Reachable(), len(r.Random.Sites)))
	case r.Planted != nil:
		found := r.Planted.Found[genealogy.Possible]
		parts = append(parts, fmt.Sprintf("seed %d", r.Seed), r.Planted.Source.String(), verdict)
		if len(r.Planted.Positives) == 0 {
			parts = append(parts, "no test was positive: nothing to find")
			break
		}
		parts = append(parts, rankText(r.Planted),
			fmt.Sprintf("patients found %d of %d", found.Patients.Both, found.Patients.True),
			fmt.Sprintf("units found %d of %d", found.Units.Both, found.Units.True))
	}
	return strings.Join(parts, "; ")
}

// rankText says in which place the true source was found.
func rankText(s *recall.PlantedScore) string {
	switch {
	case s.Rank == 0:
		return fmt.Sprintf("true source not among %d", s.Ranked)
	case s.Ties > 0:
		return fmt.Sprintf("true source ranked %d to %d of %d", s.Rank, s.Rank+s.Ties, s.Ranked)
	default:
		return fmt.Sprintf("true source ranked %d of %d", s.Rank, s.Ranked)
	}
}

// DrillLog returns the drills that the ledger knows of by a time, and what they
// have covered; a zero time is the ledger's clock.
func (b *Book) DrillLog(ctx context.Context, at event.Time) (*recall.DrillLog, error) {
	if at.IsZero() {
		at = event.TimeOf(b.o.Now().UTC())
	}
	return ask(b, func() (*recall.DrillLog, error) {
		s, err := b.load(ctx)
		if err != nil {
			return nil, err
		}
		drills := recall.HeldDrills(s.graph, at)
		if err := b.keptResults(ctx, s, drills); err != nil {
			return nil, err
		}
		return recall.LogDrills(s.graph, s.name(), at, drills), nil
	})
}

// keptResults reads the results of drills from the records of their closings.
// What somebody else put there is no result of ours, and no fault.
func (b *Book) keptResults(ctx context.Context, s *state, drills []recall.HeldDrill) error {
	at := make(map[uint64]*recall.HeldDrill)
	var seqs []uint64
	for i := range drills {
		if d := &drills[i]; d.Closed > 0 {
			at[d.Closed] = d
			seqs = append(seqs, d.Closed)
		}
	}
	for row, err := range b.rows(ctx, s, seqs) {
		if err != nil {
			return err
		}
		if kept, found, err := recall.ParseDrillExt(row.Event.Ext); err == nil && found {
			at[row.Record.Seq].Kept = &kept
		}
	}
	return nil
}

// Suggest returns the cases that should be opened by what the ledger says by a
// time; a zero time is the ledger's clock.
func (b *Book) Suggest(ctx context.Context, at event.Time) ([]recall.Suggestion, recall.AsOf, error) {
	if at.IsZero() {
		at = event.TimeOf(b.o.Now().UTC())
	}
	var of recall.AsOf
	list, err := ask(b, func() ([]recall.Suggestion, error) {
		s, err := b.load(ctx)
		if err != nil {
			return nil, err
		}
		of = s.name()
		return recall.Suggest(s.graph, at), nil
	})
	return list, of, err
}

// ownRecords returns the numbers of the records of a case: a drill that is
// played once more does not begin with what became of it last time.
func ownRecords(g *genealogy.Graph, c event.Ref) map[uint64]bool {
	own := make(map[uint64]bool)
	for _, m := range g.History(c) {
		own[g.Entry(m).Seq] = true
	}
	return own
}

// asked answers the newest trace of a script on the ledger itself, so that what
// a drill records can be asked again. It is nil where nothing was traced, or
// where the sources came about in the drill alone.
func (b *Book) asked(ctx context.Context, l *ledger.Ledger, s *recall.Script) (*recall.Answer, error) {
	for i := len(s.Actions) - 1; i >= 0; i-- {
		if s.Actions[i].Do != recall.DoTrace {
			continue
		}
		if err := b.catchUp(ctx, l); err != nil {
			return nil, err
		}
		a, err := recall.Trace(b.state.graph, b.state.name(), s.Query(i))
		var unknown *recall.UnknownThingError
		var gone *recall.GoneError
		if errors.As(err, &unknown) || errors.As(err, &gone) {
			return nil, nil //nolint:nilnil // nothing that could be asked
		}
		return a, err
	}
	return nil, nil //nolint:nilnil // the script traces nothing
}
