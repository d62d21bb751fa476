package rules

import (
	"slices"
	"time"

	"suyuan/internal/event"
)

// FutureLimit is how far an event's time may be ahead of the ledger's clock.
const FutureLimit = 5 * time.Minute

// future: the event's time is at most FutureLimit after the ledger's clock.
func (j *judge) future() {
	if limit := j.c.Now.Add(FutureLimit); !j.c.Now.IsZero() && j.at.After(limit) {
		j.add(Violation{Variant: Ahead, Path: "time", Limit: limit})
	}
}

// unregistered: in a strict ledger equipment, rooms, sites and operators are
// registered by a record in force; when the registration happened does not
// matter, so that registering late mends the gap.
func (j *judge) unregistered() {
	if !j.c.Strict {
		return
	}
	missing := j.g.Unregistered(j.e)
	if len(missing) == 0 {
		return
	}
	j.e.Refs(func(path string, r event.Ref) bool {
		if i := slices.Index(missing, r); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
			j.add(Violation{Variant: NotOnFile, Ref: r, Path: path})
		}
		return len(missing) > 0
	})
}

// caseOpen: a case is closed only when every milestone is met.
func (j *judge) caseOpen() {
	b, ok := j.e.Body.(*event.Case)
	if !ok || b.Action != event.ActionClose || j.c.Unmet == nil {
		return
	}
	for _, name := range j.c.Unmet(b.Case, j.at) {
		j.add(Violation{Variant: Unmet, Ref: b.Case, Path: "action", Name: name})
	}
}
