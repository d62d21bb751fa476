package main

import (
	"maps"
	"strings"
	"time"

	"suyuan/examples/internal/journal"
)

const caseID = "CASE-2026-02"

// earnest is what the sites did in the same days if it was no drill: their counts and answers, the tests and
// screenings that followed, the reports. Opening, scope, holds, notices and the closing are steps that depend on
// the ledger, and are left to whoever plays it.
func earnest(facts []journal.Fact) []journal.Fact {
	var events []journal.Fact
	for _, a := range played(facts).actions {
		kind, _ := a.fact["do"].(string)
		switch kind {
		case "record":
			events = append(events, stamped(a.fact["event"].(journal.Fact), a.after))
		case "acknowledge", "screen", "report":
			// The depot only passed things on: no affected unit was ever its own.
			if a.fact["site"] != depot {
				events = append(events, caseEvent(kind, a))
			}
		}
	}
	return events
}

func caseEvent(kind string, a action) journal.Fact {
	event := journal.Fact{"type": "case", "case": caseID, "action": kind}
	for _, name := range []string{"site", "by", "found", "patient", "result", "to", "kind", "note"} {
		if value, ok := a.fact[name]; ok {
			event[name] = value
		}
	}
	if reference, ok := a.fact["reference"].(string); ok {
		event["reference"] = strings.TrimPrefix(reference, "DRILL-")
	}
	return stamped(event, a.after)
}

// stamped copies an event with the time at which it is done.
func stamped(fact journal.Fact, after time.Duration) journal.Fact {
	event := journal.Fact{"time": journal.Stamp(alarmed().Add(after).In(journal.Offset(8)))}
	maps.Copy(event, fact)
	return event
}
