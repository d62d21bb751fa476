package main

import (
	"suyuan/internal/event"
	"suyuan/internal/logbook"
)

// thingJSON is the answer of show: members that do not apply are null.
type thingJSON struct {
	Allocated     *string    `json:"allocated"`
	At            string     `json:"at"`
	Batch         *string    `json:"batch"`
	Codes         []string   `json:"codes"`
	Expires       *string    `json:"expires"`
	ForPatient    *string    `json:"for_patient"`
	Holds         []holdJSON `json:"holds"`
	Lost          []lostJSON `json:"lost,omitempty"`
	OnHold        bool       `json:"on_hold"`
	Product       *string    `json:"product"`
	Ref           string     `json:"ref"`
	Release       *string    `json:"release"`
	ReleaseSeq    *uint64    `json:"release_seq"`
	Role          *string    `json:"role"`
	Same          []string   `json:"same"`
	Seq           []uint64   `json:"seq"` // of the records that name it
	Shipment      *string    `json:"shipment"`
	Site          *string    `json:"site"`
	State         *string    `json:"state"`
	Tests         []uint64   `json:"tests"`       // of it and, of a batch, of its units
	TestsUnits    []testJSON `json:"tests_units"` // those of them that are of its units
	UnknownOrigin bool       `json:"unknown_origin"`
	Vessel        *string    `json:"vessel"`
}

type testJSON struct {
	Ref    string `json:"ref"`
	Result string `json:"result"`
	Seq    uint64 `json:"seq"`
}

type holdJSON struct {
	Cause string `json:"cause"`
	ID    string `json:"id"`
	On    string `json:"on"`
	Seq   uint64 `json:"seq"`
	Since string `json:"since"`
}

func thingAnswer(t *logbook.Thing) thingJSON {
	s := &t.Status
	answer := thingJSON{
		Ref: t.Ref.String(), At: t.At.String(), OnHold: len(t.Holds) > 0, UnknownOrigin: t.UnknownOrigin,
		State: optional(s.State.String()), Site: optional(s.Site.ID()), Vessel: optional(s.Vessel.ID()), Shipment: optional(s.Shipment.ID()),
		Role: optional(string(s.Role)), Product: optional(first(s.Product, t.Made.Product)), Expires: optional(first(s.Expires.String(), t.Made.Expires.String())),
		Allocated: optional(s.Allocated.ID()), ForPatient: optional(t.ForPatient.ID()), Batch: optional(t.Made.Batch.ID()),
		Codes: append([]string{}, t.Codes...), Same: refStrings(t.Same),
		Tests: []uint64{}, TestsUnits: []testJSON{}, Holds: []holdJSON{}, Seq: []uint64{},
	}
	if t.Decision != nil {
		answer.Release, answer.ReleaseSeq = optional(t.Decision.Decision), &t.Decided
	}
	for _, h := range t.Holds {
		e := &h.Entry.Event
		answer.Holds = append(answer.Holds, holdJSON{h.Hold.Cause.String(), string(e.ID), h.On.String(), h.Entry.Seq, e.Time.String()})
	}
	for i := range t.Tests {
		seq := t.Tests[i].Record.Seq
		answer.Tests = append(answer.Tests, seq)
		if b, ok := t.Tests[i].Event.Body.(*event.Test); ok && b.Subject != t.Ref {
			answer.TestsUnits = append(answer.TestsUnits, testJSON{b.Subject.String(), b.Result, seq})
		}
	}
	for i := range t.History {
		answer.Seq = append(answer.Seq, t.History[i].Record.Seq)
	}
	return answer
}

func refStrings(refs []event.Ref) []string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.String()
	}
	return list
}
