package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

const resultPending = "pending"

// A caseStep is one record in force of a case.
type caseStep struct {
	entry *genealogy.Entry
	body  *event.Case
}

// caseSteps returns a case's records in force by now, in order of time; a zero
// now means all.
func caseSteps(g *genealogy.Graph, c event.Ref, now event.Time) []caseStep {
	var steps []caseStep
	for _, m := range g.History(c) {
		e := g.Entry(m)
		b, ok := e.Event.Body.(*event.Case)
		if m.As == genealogy.AsCase && ok && !e.Struck() && (now.IsZero() || !e.Event.Time.After(now)) {
			steps = append(steps, caseStep{e, b})
		}
	}
	return steps
}
