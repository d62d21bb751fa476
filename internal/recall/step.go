package recall

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Step returns the events that action i records, with the drill's time and
// with their ids. A trace wants the answer to [Script.Query] and the one
// before it, or nil; a hold wants the newest answer. Other actions want
// neither.
func (s *Script) Step(i int, g *genealogy.Graph, newest, before *Answer) ([]event.Event, error) {
	if newest == nil && (s.Actions[i].Do == DoTrace || s.Actions[i].Do == DoHold) {
		return nil, fmt.Errorf("action %d: %s without an answer: want a trace before it", i, s.Actions[i].Do)
	}
	events := s.events(i, g, newest, before)
	for k := range events {
		if err := events[k].Validate(); err != nil {
			return nil, eventError(err, "actions["+strconv.Itoa(i)+"]")
		}
		events[k].Identify()
	}
	return events, nil
}

// rehearse builds the events that need no answer.
func (s *Script) rehearse() error {
	for i := range s.Actions {
		if do := s.Actions[i].Do; do == DoTrace || do == DoHold {
			continue
		}
		if _, err := s.Step(i, nil, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Script) events(i int, g *genealogy.Graph, newest, before *Answer) []event.Event {
	a := &s.Actions[i]
	body := event.Case{Case: s.Case}
	switch a.Do {
	case DoRecord:
		return []event.Event{a.Event}
	case DoHold:
		return s.holds(i, g, newest)
	case DoOpen:
		drill := true
		body.Action = event.ActionOpen
		body.Open = &event.CaseOpen{
			Sources: a.Sources, From: a.From, To: a.To, Class: a.Class, Profile: s.Profile,
			Trigger: event.Trigger{Text: a.Trigger}, Aware: s.Start, Drill: &drill,
		}
	case DoTrace:
		body.Action, body.Scope = event.ActionScope, ScopeOf(newest, before)
	case DoNotice:
		body.Action, body.Notice = event.ActionNotice, &event.CaseNotice{To: a.Told, Channel: a.Channel}
	case DoAcknowledge:
		body.Action, body.Acknowledge = event.ActionAcknowledge, &event.CaseAcknowledge{By: a.By, Found: a.Found}
	case DoScreen:
		body.Action, body.Screen = event.ActionScreen, &event.CaseScreen{Patient: a.Patient, Result: a.Result}
	case DoReport:
		body.Action = event.ActionReport
		body.Report = &event.CaseReport{To: a.Told, Kind: a.Kind, Reference: a.Reference}
	case DoClose:
		body.Action, body.Close = event.ActionClose, &event.CaseClose{Conclusion: a.Conclusion, SignedBy: a.SignedBy}
	}
	return []event.Event{s.event(i, &body)}
}

func (s *Script) event(i int, body *event.Case) event.Event {
	a := &s.Actions[i]
	return event.Event{
		Common: event.Common{Type: event.TypeCase, Time: s.Clock(i), Site: a.Site, Note: a.Note},
		Body:   body,
	}
}

// ScopeOf returns what a case records of an answer, and how it differs from the
// answer before; before may be nil.
func ScopeOf(a, before *Answer) *event.CaseScope {
	size := int64(a.AsOf.Size) //nolint:gosec // sizes of ledgers fit
	scope := &event.CaseScope{
		Query: a.Query.appendStored(nil), Size: &size, Root: a.AsOf.Root, SHA256: a.Digest(), Counts: a.Counts.AppendJSON(nil),
	}
	if before != nil {
		added, removed := int64(a.without(before)), int64(before.without(a))
		scope.Added, scope.Removed = &added, &removed
	}
	return scope
}

// Digest returns the SHA-256 of what WriteJSON writes in full, in hex.
func (a *Answer) Digest() string {
	h := sha256.New()
	if err := a.WriteJSON(h, false); err != nil {
		panic("writing to a hash: " + err.Error())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// without returns how many things a has and o has not.
func (a *Answer) without(o *Answer) int {
	had := make(map[event.Ref]bool, len(o.Things))
	for i := range o.Things {
		had[o.Things[i].Ref] = true
	}
	n := 0
	for i := range a.Things {
		if !had[a.Things[i].Ref] {
			n++
		}
	}
	return n
}

// holds returns the holds on what the newest answer reached at the action's
// grade and what is still somewhere, and on the sources themselves, so that
// what is made from them later is covered too; in parts where they are many.
func (s *Script) holds(i int, g *genealogy.Graph, newest *Answer) []event.Event {
	plan := HoldPlanOf(g, newest, s.Actions[i].Grade, s.Clock(i), false)
	var events []event.Event
	for _, part := range HoldParts(s.Case, plan.All()) {
		events = append(events, s.event(i, part))
	}
	return events
}
