package event

import "strconv"

// check judges a decoded event as a whole.
func check(e *Event) error {
	c := &e.Common
	switch {
	case !c.End.IsZero() && c.End.Before(c.Time):
		return malformed("end", quote(c.End.String()), "a time not before "+c.Time.String())
	case c.Replaces != "" && c.Replaces == c.ID:
		return malformed("replaces", "the event's own id", "the id of another event")
	}
	return e.Body.check(c)
}

// needsSite reports whether an event with this body must name its site.
func needsSite(b Body) bool {
	switch b := b.(type) {
	case *Collection, *Receipt, *Manufacture, *Shipment, *Arrival, *Infusion, *Inventory:
		return true
	case *Case:
		return b.Action == ActionNotice || b.Action == ActionAcknowledge
	default:
		return false
	}
}

// ordered refuses a span of time that ends before it begins.
func ordered(path string, from, to Time) *Error {
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return malformed(path, quote(to.String()), "a time not before "+from.String())
	}
	return nil
}

// asError keeps a nil *Error from becoming an error.
func asError(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

// exactly refuses all but one of two members.
func exactly(one, other string, hasOne, hasOther bool) error {
	switch {
	case hasOne && hasOther:
		return malformed(other, "this beside "+one, "one of the two")
	case !hasOne && !hasOther:
		return malformed(one, "neither this nor "+other, "one of the two")
	}
	return nil
}

func (b *Register) check(*Common) error {
	switch kind := b.Subject.kind; {
	case kind == KindOperator && b.Name != "":
		return malformed("name", "the name of an operator", "a pseudonym only, no name")
	case kind == KindOperator && b.Contact != "":
		return malformed("contact", "the contact of an operator", "a pseudonym only, no contact")
	case !b.At.IsZero() && kind != KindRoom && kind != KindEquipment:
		return malformed("at", "the site of a "+kind.String(), "it for a room or equipment only")
	case b.Specification != nil && kind != KindProduct:
		return malformed("specification", "the specification of a "+kind.String(), "it for a product only")
	}
	if b.Licence != nil {
		if err := ordered("licence.to", b.Licence.From, b.Licence.To); err != nil {
			return err
		}
	}
	return asError(checkSpecification(b.Specification))
}

// checkSpecification refuses lines that nothing can satisfy, that ask for
// nothing, and two that say different things of one assay.
func checkSpecification(lines []Requirement) *Error {
	for i := range lines {
		r, path := &lines[i], element("specification", i)
		switch {
		case r.Low == "" && r.High == "" && r.Result == "":
			return malformed(path, "an assay without low, high or result", "at least one of the three")
		case r.Low != "" && r.High != "" && r.Low.Compare(r.High) > 0:
			return malformed(path+".high", quote(string(r.High)), "a number not below "+string(r.Low))
		case r.UOM != "" && r.Low == "" && r.High == "":
			return malformed(path+".uom", "a unit of measure without low or high", "a limit that it belongs to")
		}
		for k := range i {
			o := &lines[k]
			if SameAssay(o.Assay, r.Assay) && (o.Role == r.Role || o.Role == "" || r.Role == "") {
				return malformed(path+".assay", quote(r.Assay)+", which the list has before"+spelt(o.Assay, r.Assay), "each assay once, or once for each role")
			}
		}
	}
	return nil
}

// spelt says how a name stands before where it is spelt otherwise.
func spelt(before, name string) string {
	if before == name {
		return ""
	}
	return " as " + quote(before)
}

func (b *Eligibility) check(*Common) error { return nil }

func (b *Collection) check(*Common) error {
	if err := checkOutputs(b.Outputs); err != nil {
		return err
	}
	return checkUses(b.Equipment)
}

func (b *Receipt) check(*Common) error {
	if err := exactly("lot", "outputs", !b.Lot.IsZero(), b.Outputs != nil); err != nil {
		return err
	}
	return checkOutputs(b.Outputs)
}

func (b *Manufacture) check(*Common) error {
	switch {
	case b.Outputs == nil && b.Units == nil:
		return malformed("outputs", "neither this nor units", "at least one of the two")
	case b.Outputs != nil && len(b.Outputs) == 0 && b.Outcome != OutcomeFailed:
		return malformed("outputs", "an empty list", "an output, or the outcome failed")
	}
	if err := checkOutputs(b.Outputs); err != nil {
		return err
	}
	if err := b.checkInputs(); err != nil {
		return err
	}
	if err := b.checkChanges(); err != nil {
		return err
	}
	return checkUses(b.Equipment)
}

func (b *Manufacture) checkInputs() error {
	units := make([]Ref, len(b.Inputs))
	for i := range b.Inputs {
		units[i] = b.Inputs[i].Unit
	}
	if i := repeated(units); i >= 0 {
		return malformed(element("inputs", i)+".unit", "a unit that the list has before", "different units")
	}
	return nil
}

func (b *Manufacture) checkChanges() error {
	if len(b.Changes) == 0 {
		return nil
	}
	units := make(map[Ref]bool, len(b.Units))
	for _, u := range b.Units {
		units[u] = true
	}
	for i := range b.Changes {
		left, found := units[b.Changes[i].Unit]
		switch path := element("changes", i); {
		case !found:
			return malformed(path+".unit", quote(b.Changes[i].Unit.id), "one of this event's units")
		case !left:
			return malformed(path+".unit", "a unit that the list has before", "different units")
		}
		units[b.Changes[i].Unit] = false
	}
	return nil
}

// checkOutputs refuses an output that is not one new thing.
func checkOutputs(outputs []Output) error {
	things := make([]Ref, len(outputs))
	for i := range outputs {
		o := &outputs[i]
		if o.Unit.IsZero() == o.Lot.IsZero() {
			path := element("outputs", i)
			return exactly(path+".unit", path+".lot", !o.Unit.IsZero(), !o.Lot.IsZero())
		}
		things[i] = o.Thing()
	}
	if i := repeated(things); i >= 0 {
		return malformed(element("outputs", i)+"."+things[i].kind.String(), "an output that the list has before", "different outputs")
	}
	return nil
}

// checkUses refuses a stay that ends before it begins, where both are given.
func checkUses(uses []Use) error {
	for i := range uses {
		if err := ordered("to", uses[i].From, uses[i].To); err != nil {
			return within(err, element("equipment", i))
		}
	}
	return nil
}

func (b *Test) check(*Common) error { return nil }

func (b *Release) check(*Common) error {
	return exactly("units", "batch", b.Units != nil, !b.Batch.IsZero())
}

func (b *Store) check(*Common) error { return nil }

func (b *Retrieve) check(*Common) error { return nil }

func (b *Allocation) check(*Common) error { return nil }

func (b *Shipment) check(*Common) error { return unitsOrLots(b.Units, b.Lots) }

func (b *Disposal) check(*Common) error { return unitsOrLots(b.Units, b.Lots) }

func unitsOrLots(units, lots []Ref) error {
	if units == nil && lots == nil {
		return malformed("units", "neither this nor lots", "at least one of the two")
	}
	return nil
}

func (b *Handover) check(*Common) error { return nil }

func (b *Arrival) check(*Common) error {
	both := append(append(make([]Ref, 0, len(b.Accepted)+len(b.Rejected)), b.Accepted...), b.Rejected...)
	if i := repeated(both); i >= 0 {
		return malformed(element("rejected", i-len(b.Accepted)), "what is also accepted", "one of the two")
	}
	return nil
}

func (b *Infusion) check(*Common) error {
	if b.Residue == b.Unit {
		return malformed("residue", "the unit that was given", "a new unit")
	}
	return nil
}

func (b *Followup) check(*Common) error { return nil }

func (b *Inventory) check(*Common) error {
	switch {
	case (b.Part == 0) != (b.Of == 0):
		return malformed("part", "one of part and of", "both, or neither")
	case b.Part > b.Of:
		return malformed("part", strconv.FormatInt(b.Part, 10), "at most "+strconv.FormatInt(b.Of, 10))
	}
	return nil
}

func (b *Cleaning) check(c *Common) error {
	return exactly("equipment", "room", !b.Equipment.IsZero(), !c.Room.IsZero())
}

func (b *Environment) check(c *Common) error {
	return exactly("equipment", "room", !b.Equipment.IsZero(), !c.Room.IsZero())
}

func (b *Contact) check(*Common) error { return twoThings(b.Things) }

func (b *Same) check(*Common) error {
	if err := twoThings(b.Things); err != nil {
		return err
	}
	kinds := [2]Kind{b.Things[0].kind, b.Things[1].kind}
	if len(b.Things) == 2 && (kinds == [2]Kind{KindDonor, KindPatient} || kinds == [2]Kind{KindPatient, KindDonor}) {
		return nil
	}
	for i, t := range b.Things {
		if t.kind != kinds[0] {
			return malformed(element("things", i), "a "+t.kind.String()+" beside a "+kinds[0].String(), "things of one kind, or one donor and one patient")
		}
	}
	return nil
}

func twoThings(things []Ref) error {
	if len(things) < 2 {
		return malformed("things", "one thing", "two or more")
	}
	return nil
}

func (b *Correction) check(c *Common) error { return notItself("corrects", b.Corrects, c) }

func (b *Signature) check(c *Common) error { return notItself("signs", b.Signs, c) }

func notItself(path string, named ID, c *Common) error {
	if named == c.ID {
		return malformed(path, "the event's own id", "the id of another event")
	}
	return nil
}

func (b *Case) check(*Common) error {
	switch {
	case b.Open == nil:
		return nil
	case b.Open.Drill != nil && *b.Open.Drill && !IsDrill(b.Case):
		return malformed("case", quote(b.Case.id), "the id of a drill, which begins with "+DrillPrefix)
	}
	return asError(ordered("to", b.Open.From, b.Open.To))
}

func (b *Vault) check(*Common) error { return nil }

func (b *Unknown) check(*Common) error { return nil }
