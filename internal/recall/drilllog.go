package recall

import (
	"cmp"
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// DrillEvery is how long after the last drill the next one is due. EU GMP
// chapter 8 wants the arrangements for recalls evaluated regularly; a year is
// the usual measure.
const DrillEvery = 365 * 24 * time.Hour

// A HeldDrill is one drill that the ledger knows of.
type HeldDrill struct {
	Case       event.Ref
	Time       event.Time // when it was opened
	By         string     // who entered it
	Seq        uint64     // the record of its opening
	Closed     uint64     // the record of its closing; 0 where it was not closed
	Conclusion string
	Sources    []event.Ref // of its opening
	Kept       *KeptResult // nil where the ledger keeps no result of a drill of ours
}

// HeldDrills returns the drills that were opened by a time, the oldest first.
// Their results stand in the records of their closings.
func HeldDrills(g *genealogy.Graph, by event.Time) []HeldDrill {
	var list []HeldDrill
	for r := range g.ThingsOf(event.KindCase) {
		if !g.Drill(r) {
			continue
		}
		var d *HeldDrill
		for _, s := range caseSteps(g, r, by) {
			switch {
			case s.body.Open != nil && d == nil:
				d = &HeldDrill{Case: r, Time: s.entry.Event.Time, By: s.entry.By, Seq: s.entry.Seq, Sources: s.body.Open.Sources}
			case s.body.Close != nil && d != nil:
				d.Closed, d.Conclusion = s.entry.Seq, s.body.Close.Conclusion
			}
		}
		if d != nil {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b HeldDrill) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Seq, b.Seq)) })
	return list
}

// A DrillLog is what a ledger's drills were, and what they have covered.
type DrillLog struct {
	AsOf   AsOf
	At     event.Time
	Drills []HeldDrill // the oldest first
	// Due is when the next drill is to be held at the latest; zero where none was
	// held yet.
	Due      event.Time
	Covered  []Covered  // in order
	Coverage []Coverage // by kind: donors, batches, lots, vessels
}

// A Covered is one thing that drills were about, or that their traces named,
// and when last; zero where never.
type Covered struct {
	Ref          event.Ref
	Asked, Named event.Time
}

// A Coverage says how much of one kind drills have covered.
type Coverage struct {
	Kind  event.Kind
	Total int // donors who gave, batches released, lots used, vessels stored in
	Asked int // that a drill was about
	Named int // others that a drill's trace named
	Never []event.Ref
}

// Overdue reports whether no drill was held for longer than [DrillEvery].
func (l *DrillLog) Overdue() bool { return l.Due.IsZero() || l.At.After(l.Due) }

// LogDrills says what drills have covered by a time.
func LogDrills(g *genealogy.Graph, asOf AsOf, at event.Time, drills []HeldDrill) *DrillLog {
	l := &DrillLog{AsOf: asOf, At: at, Drills: drills}
	covered := make(map[event.Ref]Covered)
	for i := range drills {
		d := &drills[i]
		l.Due = d.Time.Add(DrillEvery)
		sources := d.Sources
		if d.Kept != nil {
			sources = append(slices.Clone(sources), d.Kept.Sources...)
			for _, r := range d.Kept.Reached {
				covered[r] = Covered{r, covered[r].Asked, d.Time}
			}
		}
		for _, r := range sources {
			if r.Kind() == event.KindAliquot {
				r = r.Lot()
			}
			covered[r] = Covered{r, d.Time, covered[r].Named}
		}
	}
	for r := range covered {
		if coverable(r.Kind()) {
			l.Covered = append(l.Covered, covered[r])
		}
	}
	slices.SortFunc(l.Covered, func(a, b Covered) int { return a.Ref.Compare(b.Ref) })
	for _, kind := range []event.Kind{event.KindDonor, event.KindBatch, event.KindLot, event.KindEquipment} {
		l.Coverage = append(l.Coverage, coverageOf(kind, toCover(g, kind, at), covered))
	}
	return l
}

// toCover returns what drills should cover of a kind; of equipment, vessels.
func toCover(g *genealogy.Graph, kind event.Kind, at event.Time) []event.Ref {
	if kind != event.KindEquipment {
		return Pickable(g, kind, at)
	}
	var list []event.Ref
	for r := range g.ThingsOf(kind) {
		for _, m := range g.History(r) {
			e := g.Entry(m)
			if _, ok := e.Event.Body.(*event.Store); ok && !e.Struck() && !e.Event.Time.After(at) {
				list = append(list, r)
				break
			}
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return list
}

func coverageOf(kind event.Kind, all []event.Ref, covered map[event.Ref]Covered) Coverage {
	c := Coverage{Kind: kind, Total: len(all)}
	for _, r := range all {
		switch v := covered[r]; {
		case !v.Asked.IsZero():
			c.Asked++
		case !v.Named.IsZero():
			c.Named++
		default:
			c.Never = append(c.Never, r)
		}
	}
	return c
}

// MaxNever is how many things of a kind that no drill has covered an answer
// names.
const MaxNever = 50

// AppendJSON appends the log as one line of canonical JSON, without its end.
func (l *DrillLog) AppendJSON(dst []byte) []byte { return appended(dst, l.write) }

func (l *DrillLog) write(j *jsonWriter) {
	o := j.begin()
	o.member("as_of", true, func() { j.asOf(l.AsOf) })
	o.member("at", true, func() { j.time(l.At) })
	o.member("coverage", true, func() {
		kinds := j.begin()
		for _, c := range l.byName() {
			kinds.member(c.Kind.String(), true, func() { c.write(j) })
		}
		kinds.end()
	})
	o.member("covered", true, func() { list(j, l.Covered, (*jsonWriter).covered) })
	o.member("drills", true, func() { list(j, l.Drills, (*jsonWriter).heldDrill) })
	o.member("due", true, func() { j.time(l.Due) })
	o.member("overdue", true, func() { j.flag(l.Overdue()) })
	o.end()
}

func (l *DrillLog) byName() []Coverage {
	list := slices.Clone(l.Coverage)
	slices.SortFunc(list, func(a, b Coverage) int { return cmp.Compare(a.Kind.String(), b.Kind.String()) })
	return list
}

func (c *Coverage) write(j *jsonWriter) {
	o := j.begin()
	o.member("asked", true, func() { j.count(c.Asked) })
	o.member("named", true, func() { j.count(c.Named) })
	o.member("never", true, func() { j.count(len(c.Never)) })
	o.member("never_refs", true, func() { j.refs(c.Never[:min(len(c.Never), MaxNever)]) })
	o.member("total", true, func() { j.count(c.Total) })
	o.end()
}

func (j *jsonWriter) covered(c *Covered) {
	o := j.begin()
	o.member("asked", true, func() { j.time(c.Asked) })
	o.member("named", true, func() { j.time(c.Named) })
	o.member("ref", true, func() { j.ref(c.Ref) })
	o.end()
}

func (j *jsonWriter) heldDrill(d *HeldDrill) {
	kept := func(write func(*KeptResult)) func() {
		return func() {
			if d.Kept == nil {
				j.raw("null")
				return
			}
			write(d.Kept)
		}
	}
	o := j.begin()
	o.member("by", true, func() { j.str(d.By) })
	o.member("case", true, func() { j.str(d.Case.ID()) })
	o.member("conclusion", true, func() { j.str(d.Conclusion) })
	o.member("good", true, kept(func(k *KeptResult) { j.flag(k.Good) }))
	o.member("kind", true, kept(func(k *KeptResult) { j.str(string(k.Kind)) }))
	o.member("missed", true, kept(func(k *KeptResult) { list(j, k.Missed, func(j *jsonWriter, g *Goal) { j.str(string(*g)) }) }))
	o.member("seed", true, kept(func(k *KeptResult) {
		if !k.Seeded {
			j.raw("null")
			return
		}
		j.num(k.Seed)
	}))
	o.member("seq", true, func() { j.seqs(d.seqs()) })
	o.member("sources", true, func() { j.refs(d.Sources) })
	o.member("time", true, func() { j.time(d.Time) })
	o.end()
}

func (d *HeldDrill) seqs() []uint64 {
	if d.Closed == 0 {
		return []uint64{d.Seq}
	}
	return []uint64{d.Seq, d.Closed}
}
