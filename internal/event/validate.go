package event

import "reflect"

// Validate checks an event that was built rather than parsed, and puts its
// members into the order in which Parse gives them. It refuses what Parse
// would, and what the canonical bytes would pass over in silence.
func (e *Event) Validate() error {
	if e.Body == nil || reflect.TypeOf(e.Body) != reflect.TypeOf(NewBody(e.Type)) {
		return malformed("type", quote(string(e.Type)), "the type that the body has")
	}
	if len(e.Unread) > 0 {
		return malformed(e.Unread[0], "a member of a later vocabulary", "an event that was read in full")
	}
	if err := sayable(e.Body); err != nil {
		return err
	}
	if err := kindsFit(e); err != nil {
		return err
	}
	parsed, err := Parse(e.Bytes())
	if err != nil {
		return err
	}
	*e = parsed
	return nil
}

// sayable refuses a body that holds two things where an event can say one.
func sayable(b Body) error {
	switch b := b.(type) {
	case *Manufacture:
		return b.sayable()
	case *Case:
		return b.sayable()
	case *Key:
		return b.sayable()
	case *Policy:
		return b.sayable()
	default:
		return nil
	}
}

func (b *Manufacture) sayable() error {
	for i := range b.Inputs {
		if in := &b.Inputs[i]; in.Bare && (in.Quantity != "" || in.UOM != "" || in.Rest != nil) {
			return malformed(element("inputs", i), "more than a unit in a bare input", "a plain id, or an object")
		}
	}
	for i := range b.Changes {
		if c := &b.Changes[i]; c.NoPatient && !c.ForPatient.IsZero() {
			return malformed(element("changes", i)+".for_patient", "a patient and none", "one of the two")
		}
	}
	return nil
}

func (b *Case) sayable() error {
	if b.Open != nil && b.Open.Trigger.Text != "" && b.Open.Trigger.Events != nil {
		return malformed("trigger", "a text and events", "one of the two")
	}
	bare := Case{Case: b.Case, Action: b.Action}
	switch b.Action {
	case ActionOpen, ActionReopen:
		bare.Open = b.Open
	case ActionScope:
		bare.Scope = b.Scope
	case ActionHold:
		bare.Things = b.Things
	case ActionLift:
		bare.Things, bare.Lift = b.Things, b.Lift
	case ActionNotice:
		bare.Notice = b.Notice
	case ActionAcknowledge:
		bare.Acknowledge = b.Acknowledge
	case ActionReport:
		bare.Report = b.Report
	case ActionScreen:
		bare.Screen = b.Screen
	case ActionClose:
		bare.Close = b.Close
	}
	return onlyOf(string(b.Action), reflect.DeepEqual(&bare, b))
}

// onlyOf refuses a body that has members of another action than its own.
func onlyOf(action string, only bool) error {
	if !only {
		return malformed("action", quote(action), "the action that the other members belong to")
	}
	return nil
}

// kindsFit refuses a built event in which a member names a thing of another
// kind than it can: bare ids would hide that.
func kindsFit(e *Event) error {
	f := fitter{}
	e.members(&f)
	return asError(f.err)
}

type fitter struct {
	places
	err *Error
}

func (f *fitter) id(name string, k Kind, p *Ref, _ presence) {
	if !p.IsZero() && p.kind != k && f.err == nil {
		f.err = malformed(f.pathOf(name), "a "+p.kind.String(), "a "+k.String())
	}
}

func (f *fitter) ids(name string, k Kind, p *[]Ref, _ presence) {
	for i := range *p {
		f.id(element(name, i), k, &(*p)[i], may)
	}
}

func (f *fitter) forPatient(name string, p *Ref, _ *bool) { f.id(name, KindPatient, p, may) }

func (f *fitter) at(i int, bare *bool, unit *Ref) bool {
	if bare != nil && *bare {
		f.id(element("", i), KindUnit, unit, may)
		return false
	}
	return f.places.at(i, bare, unit)
}
