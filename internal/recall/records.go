package recall

import (
	"cmp"
	"slices"
	"sync/atomic"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// records lists what the histories of what was reached lack, what was corrected
// and what deviated, once they were read.
func (a *Answer) records(reached []Thing, r *reading) {
	for i := range reached {
		if k := reached[i].Ref.Kind(); k == event.KindEquipment || k == event.KindRoom {
			r.cleaning(&reached[i])
		}
	}
	r.elsewhere(reached)
	slices.SortFunc(r.corrected, func(x, y Corrected) int { return cmp.Compare(x.Seq, y.Seq) })
	slices.SortFunc(r.deviations, func(x, y Deviation) int { return cmp.Compare(x.Seq, y.Seq) })
	a.Missing, a.Corrected, a.Deviations = r.gaps(), r.corrected, r.deviations
}

func newReading(a *Answer, things int) *reading {
	return &reading{
		a: a, things: things, teller: a.g.Teller(things), noted: make(map[gap]bool), struck: make(map[uint64]bool),
		registered: make(map[event.Ref]bool), strangers: make(map[event.Ref]int32), vicinity: newVicinity(),
	}
}

// gaps returns all that was found to be missing, in order.
func (r *reading) gaps() []Missing {
	for _, e := range r.a.g.UnknownTypes() {
		if !e.Struck() {
			r.lack(UnknownType, event.Ref{}, e.Event.Time, e.Event.End, e.Number())
		}
	}
	for ref, n := range r.strangers {
		r.lack(Unregistered, ref, r.a.g.When(genealogy.Mention{Entry: n}), event.Time{}, n)
	}
	slices.SortFunc(r.missing, func(x, y Missing) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref), slices.Compare(x.Seq, y.Seq))
	})
	return r.missing
}

// A reading is what the records about some things lack, and what else is said of
// them. It first goes through histories, and notes which records are to be read:
// then each is read once, however many things it is about.
type reading struct {
	a          *Answer
	things     int // how many histories are gone through
	teller     *genealogy.Teller
	n          *genealogy.Network // where another goroutine reads, its own
	wanted     marks              // of entries, as reads say
	claims     claims             // those that somebody reads with the history of a unit; nil: nobody does
	noted      map[gap]bool
	struck     map[uint64]bool // listed as corrected, by record
	registered map[event.Ref]bool
	strangers  map[event.Ref]int32 // unregistered, and the first entry that names it
	missing    []Missing
	corrected  []Corrected
	deviations []Deviation
	lasts      [3]map[int32]int32 // by floor and thing: the label of its last epoch
	vicinity   vicinity
}

// What is read of an entry: whether it counts and deviates, who and what took part
// in it, and where it was.
const (
	readPlainly = 1 << iota
	readUses
	readPlaces
)

// claims say which entries are read by somebody already, with the history of a
// unit, of which everything is read.
type claims []atomic.Uint64

// claim reports whether nobody claimed an entry before.
func (c claims) claim(n int32) bool {
	bit := uint64(1) << (n % 64)
	return c[n/64].Or(bit)&bit == 0
}

func (c claims) claimed(n int32) bool { return c != nil && c[n/64].Load()>>(n%64)&1 != 0 }

// join takes in what another goroutine found. Of what one record lacks each knows
// alone.
func (r *reading) join(o *reading) {
	r.wanted.join(&o.wanted)
	r.missing = append(r.missing, o.missing...)
	r.corrected = append(r.corrected, o.corrected...)
	r.deviations = append(r.deviations, o.deviations...)
	for seq := range o.struck {
		r.struck[seq] = true
	}
	for ref, n := range o.strangers {
		r.stranger(ref, n)
	}
	r.vicinity.join(&o.vicinity)
}

func (r *reading) lack(code MissingCode, ref event.Ref, from, to event.Time, entries ...int32) {
	m := Missing{Code: code, Ref: ref, From: from, To: to, Seq: make([]uint64, len(entries))}
	for i, n := range entries {
		m.Seq[i] = r.a.g.Seq(genealogy.Mention{Entry: n})
	}
	slices.Sort(m.Seq)
	r.missing = append(r.missing, m)
}

// history goes through all that is said of a thing, however it was reached.
func (r *reading) history(t *Thing, story *genealogy.Story) {
	read := byte(readPlainly)
	if personal(t.Ref) {
		read |= readUses
	}
	if t.Ref.Kind() == event.KindUnit {
		read |= readPlaces
	}
	for k, m := range story.Mentions {
		switch {
		case read == readPlainly && r.a.g.Plain(m):
		case read&readPlaces == 0 || r.claims == nil:
			r.wanted.add(m.Entry, read)
		case r.claims.claim(m.Entry):
			r.entry(m.Entry, read, func() *genealogy.Entry { return story.Entry(k) })
		}
	}
	r.origin(t, story)
	if registrable(t.Ref) {
		r.registration(t.Ref, -1)
	}
	switch t.Ref.Kind() {
	case event.KindUnit:
		r.unit(t, story)
		r.vicinity.shelves[t.Site] = true
	case event.KindLot:
		r.vicinity.lots[t.Ref] = true
	default:
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
	n := first(r.a.g, r.a.g.History(t.Ref))
	if l.arc >= 0 {
		n = r.a.atlas.arcs[l.arc].Entry
	}
	if n >= 0 {
		r.lack(NoCleaning, t.Ref, from, to, n)
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

// entriesAtOnce is how many pages of marks a goroutine takes at once.
const entriesAtOnce = 2

// entries reads the records that are wanted, in their order.
func (r *reading) entries() {
	var parts []*reading
	inPieces(len(r.wanted.pages), entriesAtOnce, func() func(from, to int) {
		part := newReading(r.a, r.things)
		parts = append(parts, part)
		return func(from, to int) {
			for n, read := range r.wanted.between(from, to) {
				if !r.claims.claimed(n) {
					part.entry(n, read, func() *genealogy.Entry { return part.teller.Entry(n) })
				}
			}
		}
	})
	for _, part := range parts {
		r.join(part)
	}
}

// entry reads one record about something that was reached. What it says of rooms,
// equipment and people counts where a reached unit or patient was there: a lot's
// other uses are not about what was reached.
func (r *reading) entry(n int32, read byte, entry func() *genealogy.Entry) {
	m := genealogy.Mention{Entry: n}
	plain := r.a.g.Plain(m)
	uses := read&readUses != 0 && !r.a.g.Struck(m) && r.a.g.TypeOf(m) != event.TypeCase
	if plain && !uses {
		return
	}
	e := entry()
	if !plain {
		r.judge(e)
	}
	if uses {
		r.uses(e)
	}
	if read&readPlaces != 0 {
		r.vicinity.take(e)
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
		r.lack(UnknownType, event.Ref{}, e.Event.Time, e.Event.End, e.Number())
	}
}

// shapes reports whether a record of that type makes contacts, or changes what
// an answer says about a thing.
func shapes(e *event.Event) bool {
	switch b := e.Body.(type) {
	case *event.Collection, *event.Receipt, *event.Manufacture, *event.Infusion, *event.Contact, *event.Same,
		*event.Test, *event.Store, *event.Retrieve, *event.Allocation, *event.Shipment, *event.Handover,
		*event.Arrival, *event.Inventory, *event.Disposal, *event.Temperature:
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
	for ref := range e.Event.Named {
		if registrable(ref) {
			r.registration(ref, e.Number())
		}
	}
	if b, ok := e.Event.Body.(*event.Arrival); ok && b.Min == "" && b.Max == "" && !coveredByLoggers(r.a.g, b.Shipment, &e.Event, r.a.Query.At) {
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
		r.lack(code, ref, e.Event.Time, event.Time{}, e.Number())
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

// registration notes the first entry that names what nobody registered; -1 stands
// for the thing's own first one in force.
func (r *reading) registration(ref event.Ref, n int32) {
	known, asked := r.registered[ref]
	if !asked {
		known = r.a.g.IsRegistered(ref)
		r.registered[ref] = known
	}
	if known {
		return
	}
	if n < 0 {
		n = first(r.a.g, r.a.g.History(ref))
	}
	if n >= 0 {
		r.stranger(ref, n)
	}
}

// stranger notes an entry that names what nobody registered. Entries stand in
// order of seq.
func (r *reading) stranger(ref event.Ref, n int32) {
	if old, known := r.strangers[ref]; !known || n < old {
		r.strangers[ref] = n
	}
}

// first returns the first entry in force of a history; -1 if there is none.
func first(g *genealogy.Graph, history []genealogy.Mention) int32 {
	lowest := int32(-1)
	for _, m := range history {
		if (lowest < 0 || m.Entry < lowest) && !g.Struck(m) {
			lowest = m.Entry
		}
	}
	return lowest
}

func (r *reading) origin(t *Thing, story *genealogy.Story) {
	switch t.Ref.Kind() {
	case event.KindUnit, event.KindLot:
	default:
		return
	}
	if story.Made() {
		return
	}
	if n := first(r.a.g, story.Mentions); n >= 0 {
		r.lack(UnknownOrigin, t.Ref, r.a.g.When(genealogy.Mention{Entry: n}), event.Time{}, n)
	}
}
