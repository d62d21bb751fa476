package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// records reads the histories of what was reached, and lists what they lack,
// what was corrected and what deviated.
func (a *Answer) records(reached []Thing) {
	r := newReading(a)
	for i := range reached {
		r.thing(&reached[i])
	}
	r.elsewhere(reached)
	slices.SortFunc(r.corrected, func(x, y Corrected) int { return cmp.Compare(x.Seq, y.Seq) })
	slices.SortFunc(r.deviations, func(x, y Deviation) int { return cmp.Compare(x.Seq, y.Seq) })
	a.Missing, a.Corrected, a.Deviations = r.gaps(), r.corrected, r.deviations
}

func newReading(a *Answer) *reading {
	return &reading{
		a: a, seen: make(map[int32]bool), used: make(map[int32]bool), noted: make(map[gap]bool),
		struck: make(map[uint64]bool), registered: make(map[event.Ref]bool), strangers: make(map[event.Ref]*genealogy.Entry),
	}
}

// gaps returns all that was found to be missing, in order.
func (r *reading) gaps() []Missing {
	for _, e := range r.a.g.UnknownTypes() {
		if !e.Struck() {
			r.lack(UnknownType, event.Ref{}, e.Event.Time, e.Event.End, e)
		}
	}
	for ref, e := range r.strangers {
		r.lack(Unregistered, ref, e.Event.Time, event.Time{}, e)
	}
	slices.SortFunc(r.missing, func(x, y Missing) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref), slices.Compare(x.Seq, y.Seq))
	})
	return r.missing
}

type reading struct {
	a          *Answer
	seen       map[int32]bool // entries
	used       map[int32]bool // entries of which who and what took part was read
	noted      map[gap]bool
	struck     map[uint64]bool // listed as corrected, by record
	registered map[event.Ref]bool
	strangers  map[event.Ref]*genealogy.Entry // unregistered, and the first record that names it
	missing    []Missing
	corrected  []Corrected
	deviations []Deviation
	lasts      [3]map[int32]int32 // by floor and thing: the label of its last epoch
}

func (r *reading) lack(code MissingCode, ref event.Ref, from, to event.Time, entries ...*genealogy.Entry) {
	m := Missing{Code: code, Ref: ref, From: from, To: to}
	for _, e := range entries {
		m.Seq = append(m.Seq, e.Seq)
	}
	slices.Sort(m.Seq)
	r.missing = append(r.missing, m)
}

func (r *reading) thing(t *Thing) {
	r.history(t)
	if k := t.Ref.Kind(); k == event.KindEquipment || k == event.KindRoom {
		r.cleaning(t)
	}
}

// history reads all that is said of a thing, however it was reached.
func (r *reading) history(t *Thing) {
	who := personal(t.Ref)
	for _, m := range r.a.g.History(t.Ref) {
		if who || !r.a.g.Plain(m) {
			r.record(m, who)
		}
	}
	r.origin(t)
	if registrable(t.Ref) {
		r.registration(t.Ref, nil)
	}
	if t.Ref.Kind() == event.KindUnit {
		r.unit(t)
	}
}

// cleaning notes what no verified cleaning has ended since the last epoch in
// which it was reached: what comes to it is exposed as well.
func (r *reading) cleaning(t *Thing) {
	l := r.last(t)
	cuts := r.a.n.Cuts(t.index, genealogy.Possible)
	from, to, last := r.a.sinceOf(l, t.Grade), event.Time{}, len(cuts)-1
	if r.a.Query.Backward {
		from, to, last = to, from, 0
	}
	if len(cuts) > 0 && l.since.Before(genealogy.MomentOf(cuts[last], r.a.Query.Backward)) {
		return
	}
	e := r.first(t.Ref)
	if l.arc >= 0 {
		e = r.a.n.EntryOf(&r.a.atlas.arcs[l.arc])
	}
	if e != nil {
		r.lack(NoCleaning, t.Ref, from, to, e)
	}
}

// last returns the label of a thing's last epoch that was reached at the floor
// of its grade, the earliest if it has two.
func (r *reading) last(t *Thing) *label {
	labels := r.a.floors[t.Grade]
	if r.lasts[t.Grade] == nil {
		lasts := make(map[int32]int32)
		for k := range labels {
			l := &labels[k]
			if l.epoch < 0 {
				continue
			}
			old, ok := lasts[l.thing]
			if !ok || l.epoch > labels[old].epoch || l.epoch == labels[old].epoch && r.a.earlier(t.Grade, int32(k), old) {
				lasts[l.thing] = int32(k)
			}
		}
		r.lasts[t.Grade] = lasts
	}
	return &labels[r.lasts[t.Grade][t.index]]
}

// record reads one record about something that was reached, once. What it says
// of rooms, equipment and people counts where a reached unit or patient was
// there: a lot's other uses are not about what was reached.
func (r *reading) record(m genealogy.Mention, who bool) {
	n := m.Entry
	if r.seen[n] && (!who || r.used[n]) {
		return
	}
	e := r.a.g.Entry(m)
	if !r.seen[n] {
		r.seen[n] = true
		r.judge(e)
	}
	if who && !r.used[n] && !e.Struck() && !isCase(&e.Event) {
		r.used[n] = true
		r.uses(e)
	}
}

func (r *reading) judge(e *genealogy.Entry) {
	if e.Struck() {
		if shapes(&e.Event) {
			r.strike(e)
		}
		return
	}
	if d := e.Event.Deviation; d != nil {
		r.deviations = append(r.deviations, Deviation{e.Seq, d.Rules})
	}
	if len(e.Event.Unread) > 0 {
		r.lack(UnknownType, event.Ref{}, e.Event.Time, e.Event.End, e)
	}
}

// shapes reports whether a record of that type makes contacts, or changes what
// an answer says about a thing.
func shapes(e *event.Event) bool {
	switch b := e.Body.(type) {
	case *event.Collection, *event.Receipt, *event.Manufacture, *event.Infusion, *event.Contact, *event.Same,
		*event.Test, *event.Store, *event.Retrieve, *event.Allocation, *event.Shipment, *event.Handover,
		*event.Arrival, *event.Inventory, *event.Disposal:
		return true
	case *event.Case:
		return b.Action == event.ActionHold || b.Action == event.ActionLift
	default:
		return false
	}
}

func isCase(e *event.Event) bool {
	_, ok := e.Body.(*event.Case)
	return ok
}

// uses reads who and what took part in a record: whether it is registered, and
// whether its times are known.
func (r *reading) uses(e *genealogy.Entry) {
	for _, ref := range e.Event.Refs {
		if registrable(ref) {
			r.registration(ref, e)
		}
	}
	if b, ok := e.Event.Body.(*event.Arrival); ok && b.Min == "" && b.Max == "" {
		r.once(e, NoTemperature, b.Shipment)
	}
	for _, u := range usesOf(&e.Event) {
		if u.To.IsZero() && e.Event.End.IsZero() {
			r.once(e, NoTimes, u.Equipment)
		}
	}
}

// once notes a gap of a record that several reached things share.
func (r *reading) once(e *genealogy.Entry, code MissingCode, ref event.Ref) {
	key := gap{code, ref, e.Seq}
	if !r.noted[key] {
		r.noted[key] = true
		r.lack(code, ref, e.Event.Time, event.Time{}, e)
	}
}

// A gap is one code about one thing in one record.
type gap struct {
	code MissingCode
	ref  event.Ref
	seq  uint64
}

func usesOf(e *event.Event) []event.Use {
	switch b := e.Body.(type) {
	case *event.Collection:
		return b.Equipment
	case *event.Manufacture:
		return b.Equipment
	default:
		return nil
	}
}

func registrable(r event.Ref) bool {
	switch r.Kind() {
	case event.KindEquipment, event.KindRoom, event.KindSite, event.KindOperator:
		return true
	default:
		return false
	}
}

// registration notes the first record that names what nobody registered. A nil
// entry stands for the thing's own first record in force.
func (r *reading) registration(ref event.Ref, e *genealogy.Entry) {
	known, asked := r.registered[ref]
	if !asked {
		known = r.a.g.IsRegistered(ref)
		r.registered[ref] = known
	}
	if known {
		return
	}
	if e == nil {
		e = r.first(ref)
	}
	if old := r.strangers[ref]; e != nil && (old == nil || e.Seq < old.Seq) {
		r.strangers[ref] = e
	}
}

func (r *reading) first(ref event.Ref) *genealogy.Entry {
	var first *genealogy.Entry
	lowest := int32(-1) // entries stand in order of seq
	for _, m := range r.a.g.History(ref) {
		if (lowest < 0 || m.Entry < lowest) && !r.a.g.Struck(m) {
			lowest = m.Entry
		}
	}
	if lowest >= 0 {
		first = r.a.g.Entry(genealogy.Mention{Entry: lowest})
	}
	return first
}

func (r *reading) origin(t *Thing) {
	if k := t.Ref.Kind(); k != event.KindUnit && k != event.KindLot {
		return
	}
	if _, made := r.a.g.Made(t.Ref); made {
		return
	}
	if e := r.first(t.Ref); e != nil {
		r.lack(UnknownOrigin, t.Ref, e.Event.Time, event.Time{}, e)
	}
}
