package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A ChangeCode says why a thing is in one scope of a case and not in the one
// before it.
type ChangeCode string

// The codes. The first four are of the ledger, the rest of the question.
const (
	ChangeRecord       ChangeCode = "new-record"   // a record on its way joined since then
	ChangeCorrection   ChangeCode = "correction"   // a record was corrected or replaced, or a correction was
	ChangeCleaning     ChangeCode = "cleaning"     // a cleaning or an environment result joined since then
	ChangeRegistration ChangeCode = "registration" // master data joined since then: a class, a site
	ChangeOther        ChangeCode = "other-record" // other records about what is on its way joined since then
	ChangeSources      ChangeCode = "sources"      // other sources were asked about
	ChangeDirection    ChangeCode = "direction"    // forward, or backward
	ChangeWindow       ChangeCode = "window"       // from another time on, or until another
	ChangeGrade        ChangeCode = "grade"        // down to another grade
	ChangeKinds        ChangeCode = "kinds"        // other kinds of contacts were followed
)

// ChangeCodes returns the codes, in the order in which answers name them.
func ChangeCodes() []ChangeCode {
	return []ChangeCode{
		ChangeRecord, ChangeCorrection, ChangeCleaning, ChangeRegistration, ChangeOther,
		ChangeSources, ChangeDirection, ChangeWindow, ChangeGrade, ChangeKinds,
	}
}

// A Change is one thing that a scope has and the other has not.
type Change struct {
	Ref   event.Ref
	Grade genealogy.Grade
	Codes []ChangeCode // at least one, in the order of [ChangeCodes]
	Seq   []uint64     // the records that say so, in order; none where it is the question
}

// A ScopeChange is the difference between two scopes of a case. Added and
// Removed are in the order of things in an answer.
type ScopeChange struct {
	Added, Removed []Change
}

// ChangeOf compares an answer with the one before it and says why each thing
// joined or left. The question of before is asked again of the ledger that
// after speaks about: what differs by then is by records, what differs only
// after that is by the question.
func ChangeOf(after, before *Answer) (*ScopeChange, error) {
	between, err := again(after, before.Query)
	if err != nil {
		return nil, err
	}
	c := comparison{after: after, before: before, between: between}
	if err := c.asks(); err != nil {
		return nil, err
	}
	change := &ScopeChange{}
	for i := range after.Things {
		if t := &after.Things[i]; !before.has(t.Ref) {
			change.Added = append(change.Added, c.why(t, after, true))
		}
	}
	for i := range before.Things {
		if t := &before.Things[i]; !after.has(t.Ref) {
			change.Removed = append(change.Removed, c.why(t, before, false))
		}
	}
	return change, nil
}

// again asks another question of the ledger of an answer. A source that no
// record of it names any more reaches nothing.
func again(a *Answer, q Query) (*Answer, error) {
	return Trace(a.g, a.AsOf, q.Again())
}

// has reports whether a thing was reached.
func (a *Answer) has(r event.Ref) bool {
	_, ok := a.Find(r)
	return ok
}

type comparison struct {
	after, before, between *Answer
	// each asks what after asked, but for one member, which is that of before.
	each []variation
}

type variation struct {
	code   ChangeCode
	answer *Answer
}

// asks puts the question of after once more for each member in which the two
// differ.
func (c *comparison) asks() error {
	now, then := &c.after.Query, &c.before.Query
	try := func(code ChangeCode, differs bool, change func(q *Query)) error {
		if !differs {
			return nil
		}
		q := *now
		change(&q)
		a, err := again(c.after, q)
		c.each = append(c.each, variation{code, a})
		return err
	}
	return cmp.Or(
		try(ChangeSources, !slices.Equal(now.Sources, then.Sources), func(q *Query) { q.Sources = then.Sources }),
		try(ChangeDirection, now.Backward != then.Backward, func(q *Query) { q.Backward = then.Backward }),
		try(ChangeWindow, now.From.Compare(then.From) != 0 || now.To.Compare(then.To) != 0, func(q *Query) { q.From, q.To = then.From, then.To }),
		try(ChangeGrade, now.Grade != then.Grade, func(q *Query) { q.Grade = then.Grade }),
		try(ChangeKinds, now.vias() != then.vias(), func(q *Query) { q.With, q.Without = then.With, then.Without }),
	)
}

// why says why a thing of one of the answers is not in the other.
func (c *comparison) why(t *Thing, in *Answer, added bool) Change {
	change := Change{Ref: t.Ref, Grade: t.Grade}
	switch byRecords := c.between.has(t.Ref) == added; {
	case byRecords && added:
		in, t = c.between, c.between.mustFind(t.Ref)
		change.Codes, change.Seq = c.records(in, t)
	case byRecords:
		change.Codes, change.Seq = c.records(in, t)
	default:
		change.Codes = c.question(t.Ref, added)
	}
	return change
}

func (a *Answer) mustFind(r event.Ref) *Thing {
	t, _ := a.Find(r)
	return t
}

// question names the members of the query that decide: with that of before,
// the thing is as it was before. Where each of several would do, all that
// differ are named.
func (c *comparison) question(r event.Ref, added bool) []ChangeCode {
	var decisive, all []ChangeCode
	for _, v := range c.each {
		all = append(all, v.code)
		if v.answer.has(r) != added {
			decisive = append(decisive, v.code)
		}
	}
	if len(decisive) > 0 {
		return decisive
	}
	return all
}

// records finds what joined since then and bears on the path to a thing: a
// record of the path itself, what struck one or brought it back, and failing
// these whatever else is new about what lies on it.
func (c *comparison) records(in *Answer, t *Thing) ([]ChangeCode, []uint64) {
	f := findings{c: c, codes: make(map[ChangeCode]bool), seqs: make(map[uint64]bool)}
	path := in.Path(t)
	for _, s := range path[1:] {
		f.step(s.Seq)
	}
	if len(f.codes) == 0 {
		for _, s := range path {
			f.about(s.Ref)
		}
	}
	if len(f.codes) == 0 {
		f.codes[ChangeOther] = true
	}
	return f.list()
}

type findings struct {
	c     *comparison
	codes map[ChangeCode]bool
	seqs  map[uint64]bool
}

func (f *findings) add(code ChangeCode, seq uint64) {
	f.codes[code] = true
	f.seqs[seq] = true
}

// isNew reports whether a record joined after the answer before.
func (f *findings) isNew(seq uint64) bool { return seq >= f.c.before.AsOf.Size }

// step judges one record of the path by what the newer ledger says of it.
func (f *findings) step(seq uint64) {
	g := f.c.after.g
	if f.isNew(seq) {
		f.add(ChangeRecord, seq)
		return
	}
	e, ok := entryAt(g, seq)
	if !ok {
		return
	}
	if by, struck := g.StruckBy(e); struck && f.isNew(by) {
		f.add(ChangeCorrection, by)
		return
	}
	if old, ok := entryAt(f.c.before.g, seq); ok && old.Struck() && !e.Struck() {
		f.add(ChangeCorrection, seq)
	}
}

// entryAt returns the record of that number, if it holds an event.
func entryAt(g *genealogy.Graph, seq uint64) (*genealogy.Entry, bool) {
	return g.BySeq(seq)
}

// about judges the new records about one thing on the path.
func (f *findings) about(r event.Ref) {
	g := f.c.after.g
	for _, m := range g.History(r) {
		e := g.Entry(m)
		if !f.isNew(e.Seq) || isCase(&e.Event) {
			continue
		}
		switch e.Event.Body.(type) {
		case *event.Cleaning, *event.Environment:
			f.add(ChangeCleaning, e.Seq)
		case *event.Register:
			f.add(ChangeRegistration, e.Seq)
		default:
			f.add(ChangeOther, e.Seq)
		}
	}
}

func (f *findings) list() ([]ChangeCode, []uint64) {
	var codes []ChangeCode
	for _, code := range ChangeCodes() {
		if f.codes[code] {
			codes = append(codes, code)
		}
	}
	seqs := make([]uint64, 0, len(f.seqs))
	for seq := range f.seqs {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	return codes, seqs
}
