package rules

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Context is what a judgement needs to know beside the ledger's events.
type Context struct {
	Now    event.Time // the ledger's clock
	Strict bool       // the ledger was made by init --strict
	// Unmet returns the milestones of a case that are not met at a time; nil
	// leaves case-open unjudged.
	Unmet func(c event.Ref, at event.Time) []string
}

// Check returns what e breaks by what g says, in the table's order, without
// what its deviation waives. The first is the one that a refusal names. e must
// be valid on its own and not in g. Check needs g alone, as Suppose does.
func Check(g *genealogy.Graph, e *event.Event, c Context) []Violation {
	refused, _ := decide(g, e, c)
	return refused
}

// Waived returns the rules that e would break without its deviation: those of
// the declared ones that were needed.
func Waived(g *genealogy.Graph, e *event.Event, c Context) []ID {
	_, waived := decide(g, e, c)
	return waived
}

func decide(g *genealogy.Graph, e *event.Event, c Context) (refused []Violation, waived []ID) {
	j := &judge{g: g, e: e, c: c}
	judgeAll := func() {
		for i := range table {
			if table[i].check == nil {
				continue
			}
			j.rule, j.found = &table[i], nil
			table[i].check(j)
			left := j.waive()
			refused = append(refused, left...)
			if len(left) < len(j.found) {
				waived = append(waived, table[i].ID)
			}
		}
	}
	if e.Replaces == "" {
		judgeAll()
	} else {
		g.Suppose(e.Replaces, judgeAll)
	}
	return refused, waived
}

// A judge holds one event before one rule at a time.
type judge struct {
	g     *genealogy.Graph
	e     *event.Event
	c     Context
	rule  *Rule
	found []Violation
}

// waive returns what stays of the findings after the declared deviation.
func (j *judge) waive() []Violation { return j.found }

func (j *judge) malformed()    {}
func (j *judge) madeTwice()    {}
func (j *judge) unknownThing() {}
func (j *judge) outOfOrder()   {}
func (j *judge) expired()      {}
func (j *judge) usedUp()       {}
func (j *judge) notReleased()  {}
func (j *judge) notHere()      {}
func (j *judge) wrongPatient() {}
func (j *judge) onHold()       {}
func (j *judge) notShipped()   {}
func (j *judge) future()       {}
func (j *judge) unregistered() {}
func (j *judge) caseOpen()     {}
