package main

import (
	"context"
	"encoding/json"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/report/label"
)

// labelOf is what the ledger says of a unit.
func labelOf(g *genealogy.Graph, t *logbook.Thing) *label.Label {
	l := &label.Label{
		Unit: t.Ref, Role: t.Status.Role, Batch: t.Made.Batch.ID(), Expires: t.Status.Expires, Patient: t.ForPatient, At: t.At, State: labelState(t),
	}
	from := g.Ancestry(t.Ref, t.At)
	donors := slices.DeleteFunc(slices.Clone(from), func(r event.Ref) bool { return r.Kind() != event.KindDonor })
	if e := t.Made.Entry; e != nil {
		l.Origin, l.Began, l.Site, l.Quantity = originOf(e), e.Event.Time, siteOf(g, e.Event.Site, t.At), quantityOf(e, t.Ref)
		if l.Origin == label.Made {
			l.Collected = collectedAt(g, from)
		}
	}
	l.Warnings = warningsOf(g, t, donors)
	if len(donors) == 1 && (l.Autologous || l.Origin == label.Collected) {
		l.Donor = donors[0]
	}
	return l
}

func labelState(t *logbook.Thing) label.State {
	switch {
	case len(t.Holds) > 0: // whatever else is true of it
		return label.OnHold
	case t.Decision != nil && t.Decision.Decision == event.DecisionRejected:
		return label.Rejected
	case t.Status.State == genealogy.Expired:
		return label.Expired
	case t.Status.State == genealogy.Infused || t.Status.State == genealogy.Consumed:
		return label.Ended
	case t.Status.State != genealogy.InStock && t.Status.State != genealogy.InTransit:
		return label.Gone
	case t.Decision != nil && t.Decision.Decision == event.DecisionConditional:
		return label.Conditional
	case t.Decision != nil && t.Decision.Decision == event.DecisionExceptional:
		return label.Exceptional
	case t.Decision == nil && t.Status.Role == event.RoleDose:
		return label.NotReleased
	default:
		return label.NoState
	}
}

// storageMember is the member of a product's registration that says how it is stored (docs/decisions/0156).
const storageMember = "label:storage"

// productOf is a product as it is registered, with the records that register it, the newest last.
func productOf(g *genealogy.Graph, id string, at event.Time) (name string, records []uint64) {
	ref, err := event.NewRef(event.KindProduct, id)
	if err != nil {
		return id, nil
	}
	for _, e := range saidOf(g, ref, at) {
		if b, ok := e.Event.Body.(*event.Register); ok && b.Subject == ref {
			name, records = b.Name, append(records, e.Seq)
		}
	}
	return nameAndID(name, id), records
}

// storageOf is how a product is stored by the newest of its registrations that says so.
func storageOf(ctx context.Context, book *logbook.Book, records []uint64) (string, error) {
	for _, seq := range slices.Backward(records) {
		row, err := book.ShowSeq(ctx, seq)
		if err != nil {
			return "", err
		}
		var ext map[string]any
		if len(row.Event.Ext) == 0 || json.Unmarshal(row.Event.Ext, &ext) != nil {
			continue
		}
		if storage, ok := ext[storageMember].(string); ok { // another kind of value is not ours
			return storage, nil
		}
	}
	return "", nil
}

// siteOf is a site with its registered name.
func siteOf(g *genealogy.Graph, site event.Ref, at event.Time) string {
	if registered, _, ok := g.Registered(site, at); ok {
		return nameAndID(registered.Name, site.ID())
	}
	return site.ID()
}

// nameAndID is a registered name with the id that leads to it.
func nameAndID(name, id string) string {
	if name == "" || name == id {
		return id
	}
	return name + " (" + id + ")"
}

func originOf(e *genealogy.Entry) label.Origin {
	switch e.Event.Body.(type) {
	case *event.Collection:
		return label.Collected
	case *event.Receipt:
		return label.Received
	default:
		return label.Made
	}
}

func quantityOf(e *genealogy.Entry, unit event.Ref) string {
	outputs := e.Event.Outputs()
	for i := range outputs {
		if o := &outputs[i]; o.Unit == unit && o.Quantity != "" {
			return joinWords(string(o.Quantity), o.UOM)
		}
	}
	return ""
}

func joinWords(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

// collectedAt is when the one collection ended that all of this goes back to; the zero time where there are several or none.
func collectedAt(g *genealogy.Graph, from []event.Ref) event.Time {
	var collected *genealogy.Entry
	for _, r := range from {
		made, ok := g.Made(r)
		if !ok || made.Entry == nil || originOf(made.Entry) != label.Collected || collected == made.Entry {
			continue
		}
		if collected != nil && collected.Seq != made.Entry.Seq {
			return event.Time{}
		}
		collected = made.Entry
	}
	if collected == nil {
		return event.Time{}
	}
	return collected.Event.Until()
}

// warningsOf is what must be known of a unit (docs/labels.md). A donor's positive test is said for ever, that of the unit as long as its hold lasts.
func warningsOf(g *genealogy.Graph, t *logbook.Thing, donors []event.Ref) label.Warnings {
	w := label.Warnings{Autologous: autologous(g, t.ForPatient, donors)}
	var told []uint64
	evaluated := true
	for _, d := range donors {
		decision := eligibilityOf(g, d, t.At)
		evaluated = evaluated && decision != ""
		w.Biohazard = w.Biohazard || decision == notEligible
		for _, e := range positiveTests(g, d, t.At) {
			told = append(told, e.Seq)
			w.Reactive = appendNew(w.Reactive, foundBy(e))
		}
	}
	for _, h := range t.Holds {
		if b, ok := h.Entry.Event.Body.(*event.Test); ok && b.Result == event.ResultPositive && !slices.Contains(told, h.Entry.Seq) {
			w.Positive = appendNew(w.Positive, foundBy(h.Entry))
		}
	}
	w.Advise = !w.Autologous && (w.Biohazard || len(w.Reactive) > 0)
	w.Biohazard = w.Biohazard || len(w.Reactive)+len(w.Positive) > 0
	w.NotEvaluated = w.Autologous && !evaluated
	return w
}

// autologous reports whether all that gave to a unit are its patient.
func autologous(g *genealogy.Graph, patient event.Ref, donors []event.Ref) bool {
	if patient.IsZero() || len(donors) == 0 {
		return false
	}
	same := g.SameAs(patient)
	return !slices.ContainsFunc(donors, func(d event.Ref) bool { return !slices.Contains(same, d) })
}

const (
	eligible    = "eligible"
	notEligible = "not_eligible"
)

// eligibilityOf is the newest finding on a donor; that consent was withdrawn is none.
func eligibilityOf(g *genealogy.Graph, donor event.Ref, at event.Time) string {
	found := ""
	for _, e := range saidOf(g, donor, at) {
		if b, ok := e.Event.Body.(*event.Eligibility); ok && (b.Result == eligible || b.Result == notEligible) {
			found = b.Result
		}
	}
	return found
}

// positiveTests are those of the donor in person.
func positiveTests(g *genealogy.Graph, donor event.Ref, at event.Time) []*genealogy.Entry {
	var list []*genealogy.Entry
	for _, e := range saidOf(g, donor, at) {
		if b, ok := e.Event.Body.(*event.Test); ok && b.Result == event.ResultPositive && slices.Contains(g.SameAs(donor), b.Subject) {
			list = append(list, e)
		}
	}
	return list
}

// saidOf is what is in force of a person's records, under every name, in order of time.
func saidOf(g *genealogy.Graph, person event.Ref, at event.Time) []*genealogy.Entry {
	var list []*genealogy.Entry
	for _, name := range g.SameAs(person) {
		for _, m := range g.History(name) {
			if e := g.Entry(m); !e.Struck() && !e.Event.Time.After(at) && !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *genealogy.Entry) int { return a.Event.Time.Std().Compare(b.Event.Time.Std()) })
	return list
}

// foundBy is what a positive test found: the organism, or else what was looked for.
func foundBy(e *genealogy.Entry) string {
	if b, ok := e.Event.Body.(*event.Test); ok {
		return first(b.Organism, first(b.Assay, "?"))
	}
	return "?"
}

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
