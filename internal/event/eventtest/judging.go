package eventtest

import (
	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func (d drawer) judging(t event.Type) event.Body {
	switch t { //nolint:exhaustive // body has shared the types out
	case event.TypeCleaning:
		verified := d.yes("verified")
		return &event.Cleaning{Equipment: d.optRef(event.KindEquipment), Verified: &verified, Method: d.text(), Test: d.text()}
	case event.TypeEnvironment:
		return &event.Environment{
			Equipment: d.optRef(event.KindEquipment), Class: d.choice("microbial", "particles", "pressure", "temperature"),
			Result: d.choice("in_limit", "alert", "action"), Value: d.decimal(), UOM: d.text(), Limit: d.decimal(), Organism: d.text(),
		}
	case event.TypeTemperature:
		return d.temperature()
	case event.TypeContact:
		return &event.Contact{Things: d.things(2, 4), Reason: d.must(), Level: d.optChoice("confirmed", "probable", "possible")}
	case event.TypeSame:
		return d.same()
	case event.TypeCorrection:
		return &event.Correction{Corrects: UUID().Draw(d.t, "corrects"), Reason: d.choice("did_not_occur", "incorrect_data")}
	case event.TypeCase:
		return d.step(rapid.SampledFrom(event.Actions()).Draw(d.t, "action"))
	case event.TypeSignature:
		return &event.Signature{Signs: UUID().Draw(d.t, "signs"), SHA256: maybe(d, digests(), "sha256"), Meaning: d.must()}
	case event.TypeKey:
		return d.key(event.KeyAction(d.choice(event.ActionsOf(t)...)))
	case event.TypePolicy:
		return d.policy(event.PolicyAction(d.choice(event.ActionsOf(t)...)))
	case event.TypeVault:
		return &event.Vault{Action: d.must()}
	}
	return nil
}

func (d drawer) same() *event.Same {
	b := &event.Same{Reason: d.must(), SignedBy: d.refs(event.KindOperator, 1, 2)}
	if d.yes("a donor and a patient") {
		b.Things = []event.Ref{d.ref(event.KindDonor), d.ref(event.KindPatient)}
	} else {
		b.Things = d.refs(rapid.SampledFrom(event.Kinds()).Draw(d.t, "kind"), 2, 3)
	}
	return b
}

// step draws a step of a case with this action.
func (d drawer) step(a event.Action) *event.Case {
	c := &event.Case{Case: d.ref(event.KindCase), Action: a}
	switch a {
	case event.ActionOpen, event.ActionReopen:
		c.Open = d.open()
	case event.ActionScope:
		c.Scope = &event.CaseScope{
			Query: d.json("sources", "grade"), Size: d.integer(), Root: d.digest(), SHA256: d.digest(), Counts: d.json("patients"),
			Added: d.integer(), Removed: d.integer(),
		}
	case event.ActionHold:
		kinds := []event.Kind{event.KindDonor, event.KindUnit, event.KindBatch, event.KindLot, event.KindAliquot, event.KindEquipment, event.KindRoom}
		c.Things = d.refs(rapid.SampledFrom(kinds).Draw(d.t, "kind"), 1, 3)
	case event.ActionLift:
		c.Lift = &event.CaseLift{Holds: d.uuids(1, 3), Reason: d.must(), Evidence: d.text(), SignedBy: d.refs(event.KindOperator, 0, 2)}
		c.Things = d.things(0, 2)
	case event.ActionNotice:
		c.Notice = &event.CaseNotice{To: d.text(), Channel: d.text()}
	case event.ActionAcknowledge:
		c.Acknowledge = &event.CaseAcknowledge{By: d.optRef(event.KindOperator), Found: d.found()}
	case event.ActionReport:
		c.Report = &event.CaseReport{To: d.text(), Kind: d.choice("plan", "progress", "final"), Reference: d.text()}
	case event.ActionScreen:
		c.Screen = &event.CaseScreen{Patient: d.ref(event.KindPatient), Result: d.choice("cleared", "infected", "pending", "unreachable", "declined", "deceased")}
	case event.ActionClose:
		c.Close = &event.CaseClose{Conclusion: d.must(), SignedBy: d.refs(event.KindOperator, 1, 2)}
	}
	return c
}

func (d drawer) open() *event.CaseOpen {
	o := &event.CaseOpen{Sources: d.things(1, 3), Class: d.text(), Profile: d.text(), Aware: d.optTime()}
	o.From, o.To = d.span()
	if d.yes("triggered by events") {
		o.Trigger.Events = d.uuids(1, 2)
	} else {
		o.Trigger.Text = d.text()
	}
	if d.yes("says that it is none") {
		none := false
		o.Drill = &none
	}
	return o
}

func (d drawer) found() []event.Ref {
	if !d.yes("says what was found") {
		return nil
	}
	return append([]event.Ref{}, d.refs(event.KindUnit, 0, 3)...)
}
