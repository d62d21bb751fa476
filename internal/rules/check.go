package rules

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Context is what a judgement needs to know beside the ledger's events.
type Context struct {
	Now    event.Time // the ledger's clock
	Strict bool       // the ledger was made by init --strict
	// Unmet returns the milestones of a case that are not met at a time; nil
	// leaves case-open unjudged.
	Unmet func(c event.Ref, at event.Time) []string
	// Signatures judges who signed; nil leaves bad-signature and
	// missing-signature unjudged, as in a drill's copy.
	Signatures Signatures
}

// Check returns what e breaks by what g says, in the table's order, without
// what its deviation waives. The first is the one that a refusal names. e must
// be valid on its own and not in g. Check needs g alone, as Suppose does.
func Check(g *genealogy.Graph, e *event.Event, c Context) []Violation {
	refused, _ := decide(g, e, c)
	return refused
}

// Waived returns the rules that e would break without its deviation: those of
// the declared ones that were needed.
func Waived(g *genealogy.Graph, e *event.Event, c Context) []ID {
	_, waived := decide(g, e, c)
	return waived
}

func decide(g *genealogy.Graph, e *event.Event, c Context) (refused []Violation, waived []ID) {
	j := newJudge(g, e, c)
	j.revived, j.overturned = revivedBy(g, e), overturned(g, e, c)
	judgeAll := func() {
		for i := range table {
			if table[i].check == nil {
				continue
			}
			left, used := j.apply(&table[i])
			refused = append(refused, left...)
			if used {
				waived = append(waived, table[i].ID)
			}
		}
	}
	if e.Replaces == "" {
		judgeAll()
	} else {
		g.Suppose(e.Replaces, judgeAll)
	}
	return refused, waived
}

// A judge holds one event before one rule at a time.
type judge struct {
	g    *genealogy.Graph
	e    *event.Event
	at   event.Time
	c    Context
	find func(ID) (Rule, bool) // the table's, which cannot name itself

	uses    []use
	makes   []making
	names   []event.Ref
	revived []event.ID
	// overturned is what the event would put in the wrong, by any rule.
	overturned []Violation
	faults     []SignatureFault // of the event's own signatures, once asked for
	asked      bool
	found      []Violation
}

func newJudge(g *genealogy.Graph, e *event.Event, c Context) *judge {
	j := &judge{g: g, e: e, at: e.Time, c: c, find: Find, uses: usesOf(e), makes: makesOf(e)}
	j.names = j.namesOf()
	return j
}

// apply judges the event by one rule, and those that it brings back where the
// rule is about what the record holds together. used reports whether the
// deviation was needed.
func (j *judge) apply(r *Rule) (left []Violation, used bool) {
	left, used = j.one(r)
	if r.restores {
		j.eachRevived(func(back *judge, id event.ID) {
			again, _ := back.one(r)
			for i := range again {
				again[i].Path, again[i].Event = "corrects", id
			}
			if j.waives(r.ID) {
				used = used || len(again) > 0
				return
			}
			left = append(left, again...)
		})
	}
	return left, used
}

func (j *judge) one(r *Rule) (left []Violation, used bool) {
	j.found = nil
	r.check(j)
	for i := range j.found {
		j.found[i].Rule = r.ID
	}
	for _, v := range j.overturned {
		said := func(o Violation) bool { return o.Ref == v.Ref && o.HasSeq && o.Seq == v.Seq }
		if v.Rule == r.ID && !slices.ContainsFunc(j.found, said) {
			j.found = append(j.found, v)
		}
	}
	if len(j.found) == 0 || !r.Waivable || !j.waives(r.ID) {
		return j.found, false
	}
	for i := range j.found {
		if v := j.found[i].Variant; v == NoSuchEvent || v == NoSuchHold {
			left = append(left, j.found[i])
		}
	}
	if len(left) == len(j.found) {
		return left, false
	}
	if r.TwoApprovers && !j.approved() {
		v := j.found[0]
		v.Variant, v.Path = Approvers, "deviation"
		return append(left, v), false
	}
	return left, true
}

func (j *judge) waives(id ID) bool { return genealogy.Waives(j.e, string(id)) }

// approved reports whether two different people approved the deviation, or it
// is already a fact.
func (j *judge) approved() bool {
	d := j.e.Deviation
	return d.Happened != nil && *d.Happened || twoDifferent(d.ApprovedBy)
}

func twoDifferent(people []event.Ref) bool {
	for _, p := range people {
		if p != people[0] {
			return true
		}
	}
	return false
}

// revivedBy lists the events that e brings back into force: what it strikes
// may itself have struck others, and so on. What a replaced event had brought
// back, its replacement brings back anew.
func revivedBy(g *genealogy.Graph, e *event.Event) []event.ID {
	if len(targetsOf(e)) == 0 {
		return nil
	}
	struck := make(map[event.ID]bool)
	note := func(id event.ID) {
		for _, target := range chain(g, id) {
			if target.Struck() {
				struck[target.Event.ID] = true
			}
		}
	}
	var list []event.ID
	collect := func(id event.ID) {
		for _, target := range chain(g, id) {
			if !target.Struck() && struck[target.Event.ID] {
				list = append(list, target.Event.ID)
			}
		}
	}
	if id := e.Replaces; id != "" {
		note(id)
		g.SupposeCorrected(id, func() { note(id) })
		g.Suppose(id, func() { collect(id) })
	}
	if b, ok := e.Body.(*event.Correction); ok {
		note(b.Corrects)
		g.SupposeCorrected(b.Corrects, func() { collect(b.Corrects) })
	}
	return list
}

// chain lists what the event id corrects or replaces, what that does, and so
// on, each once.
func chain(g *genealogy.Graph, id event.ID) []*genealogy.Entry {
	var list []*genealogy.Entry
	seen := map[event.ID]bool{id: true}
	for next := []event.ID{id}; len(next) > 0; next = next[1:] {
		entry, ok := g.ByID(next[0])
		if !ok {
			continue
		}
		if next[0] != id {
			list = append(list, entry)
		}
		for _, target := range targetsOf(&entry.Event) {
			if !seen[target] {
				seen[target] = true
				next = append(next, target)
			}
		}
	}
	return list
}

// eachRevived calls f with a judge of each event that comes back, as if it were
// recorded now.
func (j *judge) eachRevived(f func(back *judge, id event.ID)) {
	for _, id := range j.revived {
		back, _ := j.g.ByID(id)
		judge := func() { j.g.Suppose(id, func() { f(newJudge(j.g, &back.Event, j.c), id) }) }
		if b, ok := j.e.Body.(*event.Correction); ok {
			j.g.SupposeCorrected(b.Corrects, judge)
		} else {
			judge()
		}
	}
}

// targetsOf returns the events that e corrects or replaces.
func targetsOf(e *event.Event) []event.ID {
	var ids []event.ID
	if e.Replaces != "" {
		ids = append(ids, e.Replaces)
	}
	if b, ok := e.Body.(*event.Correction); ok {
		ids = append(ids, b.Corrects)
	}
	return ids
}

// add notes a violation of the rule in hand.
func (j *judge) add(v Violation) {
	v.At = j.at
	j.found = append(j.found, v)
}

// by lets the violation cite the record that says so, which may be none.
func (v Violation) by(entry *genealogy.Entry) Violation {
	if entry != nil {
		v.Seq, v.HasSeq = entry.Seq, true
	}
	return v
}

// malformed: a deviation names rules of the table that can be waived; all else
// that is malformed is package event's to find.
func (j *judge) malformed() {
	if j.e.Deviation == nil {
		return
	}
	for i, name := range j.e.Deviation.Rules {
		v := Violation{Path: element("deviation.rules", i), Name: name}
		switch rule, known := j.find(ID(name)); {
		case !known:
			v.Variant = UnknownRule
		case !rule.Waivable:
			v.Variant = NotWaivable
		default:
			continue
		}
		j.add(v)
	}
}
