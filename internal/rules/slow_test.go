package rules_test

import (
	"slices"
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// A slow judge is written straight from the contract: lists, loops, no indexes.
// It knows the part of the vocabulary that random histories are made of.
type slow struct {
	all []*event.Event // as recorded
	// lacking are the events whose records lack signatures that their use waits
	// for; wrong, and unsigned, say what is wrong with the judged event's own.
	lacking         map[event.ID]bool
	wrong, unsigned bool
}

// inForce tells which records count, if besides some events (replaced: true)
// were replaced and others corrected. A replaced replacement hands its place
// on: what it replaced stays replaced.
func (s *slow) inForce(besides map[event.ID]bool) []bool {
	force, place := make([]bool, len(s.all)), make([]bool, len(s.all))
	for i := len(s.all) - 1; i >= 0; i-- {
		e := s.all[i]
		replaced, struck := besides[e.ID]
		for j := i + 1; j < len(s.all); j++ {
			o := s.all[j]
			if slices.Contains(strikes(o), e.ID) && (force[j] || o.Replaces == e.ID && place[j]) {
				struck = true
				replaced = replaced || o.Replaces == e.ID
			}
		}
		force[i], place[i] = !struck, replaced
	}
	return force
}

// struckBy lists what e strikes, and how.
func struckBy(e *event.Event) map[event.ID]bool {
	list := make(map[event.ID]bool)
	if b, ok := e.Body.(*event.Correction); ok {
		list[b.Corrects] = false
	}
	if e.Replaces != "" {
		list[e.Replaces] = true
	}
	return list
}

func strikes(e *event.Event) []event.ID {
	list := []event.ID{e.Replaces}
	if b, ok := e.Body.(*event.Correction); ok {
		list = append(list, b.Corrects)
	}
	return list
}

// history lists what counts, in order of time and then of the records.
func (s *slow) history(force []bool) []*event.Event {
	var h []*event.Event
	for i, e := range s.all {
		if force[i] {
			h = append(h, e)
		}
	}
	sort.SliceStable(h, func(i, j int) bool {
		if h[i].Time.Compare(h[j].Time) != 0 {
			return h[i].Time.Before(h[j].Time)
		}
		return s.place(h[i]) < s.place(h[j])
	})
	return h
}

// place is where an event stands among the records: a replacement stands where
// the replaced one stood.
func (s *slow) place(e *event.Event) int {
	for i, o := range s.all {
		if e.Replaces != "" && o.ID == e.Replaces {
			return s.place(o)
		}
		if o == e {
			return i
		}
	}
	return -1
}

// broken lists the rules that e breaks, each with the thing.
func (s *slow) broken(e *event.Event) map[string]bool {
	out := make(map[string]bool)
	before := s.inForce(nil)
	after := s.inForce(map[event.ID]bool{e.Replaces: true})
	v := &view{s: s, e: e, h: s.history(after), out: out}
	v.madeTwice()
	v.unknownThing()
	v.outOfOrder()
	v.expired()
	v.usedUp()
	v.notReleased()
	v.specification()
	v.notHere()
	v.wrongPatient()
	v.onHold()
	v.notShipped()
	v.badSignature()
	v.missingSignature()
	v.overturned()
	v.broughtBack(before)
	return out
}

// A view is one event before the history that counts for it.
type view struct {
	s   *slow
	e   *event.Event
	h   []*event.Event
	out map[string]bool
}

func (v *view) bad(rule rules.ID, thing string) { v.out[string(rule)+" "+thing] = true }

// broughtBack judges what comes back into force with e by the rules that hold
// the record together: back from how things are, or from how they would be
// without what e replaces.
func (v *view) broughtBack(before []bool) {
	after, without := v.s.inForce(struckBy(v.e)), before
	if v.e.Replaces != "" {
		without = v.s.inForce(map[event.ID]bool{v.e.Replaces: false})
	}
	for i, e := range v.s.all {
		if before[i] && without[i] || !after[i] || slices.Contains(strikes(v.e), e.ID) {
			continue
		}
		besides := struckBy(v.e)
		besides[e.ID] = true
		h := v.s.history(v.s.inForce(besides))
		for _, judge := range []struct {
			rule rules.ID
			f    func(*view)
		}{{rules.MadeTwice, (*view).madeTwice}, {rules.OutOfOrder, (*view).outOfOrder}, {rules.UsedUp, (*view).usedUp}} {
			if e.Deviation == nil || !slices.Contains(e.Deviation.Rules, string(judge.rule)) {
				judge.f(&view{s: v.s, e: e, h: h, out: v.out})
			}
		}
	}
}

// What an event says.

func makes(e *event.Event) (units []event.Ref, lot, shipment event.Ref) {
	switch b := e.Body.(type) {
	case *event.Collection:
		for _, o := range b.Outputs {
			units = append(units, o.Unit)
		}
	case *event.Manufacture:
		for _, o := range b.Outputs {
			units = append(units, o.Unit)
		}
	case *event.Infusion:
		if !b.Residue.IsZero() {
			units = append(units, b.Residue)
		}
	case *event.Receipt:
		lot = b.Lot
	case *event.Shipment:
		shipment = b.Shipment
	}
	return units, lot, shipment
}

func makesIt(e *event.Event, r event.Ref) bool {
	units, lot, shipment := makes(e)
	return slices.Contains(units, r) || !r.IsZero() && (lot == r || shipment == r)
}

func mentions(e *event.Event, r event.Ref) bool {
	found := false
	e.Refs(func(_ string, o event.Ref) bool {
		found = found || o == r
		return true
	})
	return found
}

// A deed is what an event does with a thing: used, kept (stored, retrieved), or
// disposed; ends says that nothing is left.
type deed struct {
	r          event.Ref
	used, ends bool
}

func deeds(e *event.Event) []deed {
	var list []deed
	add := func(used, ends bool, refs ...event.Ref) {
		for _, r := range refs {
			list = append(list, deed{r, used, ends})
		}
	}
	switch b := e.Body.(type) {
	case *event.Manufacture:
		for _, in := range b.Inputs {
			add(true, in.Rest == nil || !*in.Rest, in.Unit)
		}
		add(true, false, b.Units...)
		for _, m := range b.Materials {
			add(true, false, m.Lot)
		}
	case *event.Infusion:
		add(true, b.Complete == nil || *b.Complete, b.Unit)
	case *event.Shipment:
		add(true, false, b.Units...)
	case *event.Release:
		if b.Decision != "rejected" {
			add(true, false, b.Units...)
		}
	case *event.Store:
		add(false, false, b.Units...)
	case *event.Retrieve:
		add(false, false, b.Units...)
	case *event.Disposal:
		add(false, true, b.Units...)
	}
	return list
}

// What the history says.

func (v *view) madeBy(r event.Ref) *event.Event {
	for _, o := range v.h {
		if makesIt(o, r) {
			return o
		}
	}
	return nil
}

func (v *view) exists(r event.Ref) bool {
	if v.madeBy(r) != nil {
		return true
	}
	for _, o := range v.h {
		if mentions(o, r) && o.Deviation != nil && slices.Contains(o.Deviation.Rules, string(rules.UnknownThing)) {
			return true
		}
	}
	return v.corrected(r)
}

// corrected reports whether an event that made r was corrected.
func (v *view) corrected(r event.Ref) bool {
	for _, o := range v.h {
		b, ok := o.Body.(*event.Correction)
		for _, struck := range v.s.all {
			if ok && struck.ID == b.Corrects && makesIt(struck, r) {
				return true
			}
		}
	}
	return false
}

// The rules.

func (v *view) madeTwice() {
	units, _, shipment := makes(v.e)
	if !shipment.IsZero() && v.madeBy(shipment) != nil {
		v.bad(rules.MadeTwice, shipment.String())
	}
	for _, u := range units {
		_, left := v.e.Body.(*event.Infusion)
		used := slices.ContainsFunc(deeds(v.e), func(d deed) bool { return d.r == u })
		if v.madeBy(u) != nil || used || left && v.exists(u) {
			v.bad(rules.MadeTwice, u.String())
		}
	}
}

func (v *view) named() []event.Ref {
	var list []event.Ref
	v.e.Refs(func(_ string, r event.Ref) bool {
		k := r.Kind()
		if (k == event.KindUnit || k == event.KindLot || k == event.KindShipment) && !makesIt(v.e, r) && !slices.Contains(list, r) {
			list = append(list, r)
		}
		return true
	})
	return list
}

// namedEvents lists what is corrected or lifted.
func (v *view) namedEvents() []event.ID {
	switch b := v.e.Body.(type) {
	case *event.Correction:
		return []event.ID{b.Corrects}
	case *event.Case:
		if b.Lift != nil {
			return b.Lift.Holds
		}
	}
	return nil
}

func (v *view) unknownThing() {
	if b, ok := v.e.Body.(*event.Case); ok && b.Lift != nil {
		for _, id := range b.Lift.Holds {
			makesHold := func(o *event.Event) bool { return o.ID == id && len(v.heldBy(o)) > 0 }
			known := func(o *event.Event) bool { return o.ID == id }
			if !slices.ContainsFunc(v.h, makesHold) && slices.ContainsFunc(v.s.all, known) {
				v.bad(rules.UnknownThing, event.Ref{}.String())
			}
		}
	}
	for _, r := range v.named() {
		if !v.exists(r) {
			v.bad(rules.UnknownThing, r.String())
		}
	}
	if batch := judgedBatch(v.e); !batch.IsZero() {
		if !slices.ContainsFunc(v.s.all, func(o *event.Event) bool { return mentions(o, batch) }) {
			v.bad(rules.UnknownThing, batch.String())
		}
	}
	for _, old := range v.s.all {
		if old.ID != v.e.Replaces {
			continue
		}
		units, lot, shipment := makes(old)
		for _, r := range append(units, lot, shipment) {
			if r.IsZero() || makesIt(v.e, r) || v.exists(r) {
				continue
			}
			for _, o := range v.h {
				if mentions(o, r) {
					v.bad(rules.UnknownThing, r.String())
				}
			}
		}
	}
}

// judgedBatch is the batch that is released or tested.
func judgedBatch(e *event.Event) event.Ref {
	switch b := e.Body.(type) {
	case *event.Release:
		return b.Batch
	case *event.Test:
		if b.Subject.Kind() == event.KindBatch {
			return b.Subject
		}
	}
	return event.Ref{}
}

func (v *view) outOfOrder() {
	for _, o := range v.s.all {
		if slices.Contains(v.namedEvents(), o.ID) && o.Time.After(v.e.Time) {
			v.bad(rules.OutOfOrder, event.Ref{}.String())
		}
	}
	for _, r := range v.named() {
		if made := v.madeBy(r); made != nil && made.Time.After(v.e.Time) {
			v.bad(rules.OutOfOrder, r.String())
		}
	}
	for _, d := range deeds(v.e) {
		for _, o := range v.h {
			for _, other := range deeds(o) {
				if v.one(other.r, d.r) && (d.used && other.ends && o.Time.Before(v.e.Time) || d.ends && other.used && o.Time.After(v.e.Time)) {
					v.bad(rules.OutOfOrder, d.r.String())
				}
			}
		}
	}
	units, lot, shipment := makes(v.e)
	for _, r := range append(units, lot, shipment) {
		for _, o := range v.h {
			if !r.IsZero() && v.madeBy(r) == nil && mentions(o, r) && o.Time.Before(v.e.Time) {
				v.bad(rules.OutOfOrder, r.String())
			}
		}
	}
	v.stays()
}

func (v *view) stays() {
	out, ok := v.e.Body.(*event.Retrieve)
	if !ok {
		return
	}
	for _, u := range out.Units {
		var in, open bool
		for _, o := range v.h {
			switch b := o.Body.(type) {
			case *event.Store:
				if slices.Contains(b.Units, u) && b.Equipment == out.Equipment {
					in = in || !o.Time.After(v.e.Time)
					open = true
				}
			case *event.Retrieve:
				if slices.Contains(b.Units, u) && b.Equipment == out.Equipment && open {
					in = true
				}
			}
		}
		if open && !in {
			v.bad(rules.OutOfOrder, u.String())
		}
	}
}

func (v *view) expired() {
	if b, ok := v.e.Body.(*event.Shipment); ok && b.Purpose == event.PurposeReturn {
		return
	}
	for _, d := range deeds(v.e) {
		var limit event.Time
		for _, o := range v.h {
			if o.Time.After(v.e.Time) {
				break
			}
			switch b := o.Body.(type) {
			case *event.Collection:
				limit = newExpiry(b.Outputs, d.r, limit)
			case *event.Manufacture:
				limit = newExpiry(b.Outputs, d.r, limit)
				for _, c := range b.Changes {
					if c.Unit == d.r && !c.Expires.IsZero() {
						limit = c.Expires
					}
				}
			}
		}
		if d.used && !limit.IsZero() && v.e.Time.After(limit) {
			v.bad(rules.Expired, d.r.String())
		}
	}
}

func newExpiry(outputs []event.Output, r event.Ref, old event.Time) event.Time {
	for _, o := range outputs {
		if o.Unit == r && !o.Expires.IsZero() {
			return o.Expires
		}
	}
	return old
}

func (v *view) usedUp() {
	for _, d := range deeds(v.e) {
		if d.r.Kind() != event.KindUnit {
			continue
		}
		for _, o := range v.h {
			for _, other := range deeds(o) {
				if !v.one(other.r, d.r) {
					continue
				}
				earlier, later := o.Time.Before(v.e.Time), o.Time.After(v.e.Time)
				if other.ends && earlier || d.ends && later || d.ends && other.ends && !later {
					v.bad(rules.UsedUp, d.r.String())
				}
			}
		}
	}
}
