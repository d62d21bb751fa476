package recall_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"suyuan/internal/event"
)

// The slow reference: docs/trace.md written down with maps and loops, from
// events to answers, and without a look at the graph. Times are minutes.

const (
	always = math.MinInt
	never  = math.MaxInt
)

type refRecord struct {
	seq int
	e   event.Event
}

type refContact struct {
	src, dst, via string
	grade         int
	from, to      int
	seq           int
}

type refWorld struct {
	base     event.Time
	records  []refRecord
	contacts []refContact
}

func newRefWorld(base event.Time, events []event.Event) *refWorld {
	w := &refWorld{base: base}
	byID := make(map[event.ID]int)
	for i := range events {
		byID[events[i].ID] = i
	}
	// A striker is newer than what it strikes, so that from the newest on each
	// record's own standing is known when it is reached. A replacement that was
	// replaced has handed its place on; one that was corrected has lost it.
	struck, stands := make(map[int]bool), make(map[int]bool)
	for i := len(events) - 1; i >= 0; i-- {
		if k, ok := byID[events[i].Replaces]; ok && k < i && (!struck[i] || stands[i]) {
			struck[k], stands[k] = true, true
		}
		b, ok := events[i].Body.(*event.Correction)
		if !ok || struck[i] {
			continue
		}
		if k, ok := byID[b.Corrects]; ok && k < i {
			struck[k] = true
		}
	}
	for i := range events {
		if !struck[i] {
			w.records = append(w.records, refRecord{i + 1, events[i]})
		}
	}
	for _, r := range w.records {
		w.add(r)
	}
	return w
}

func (w *refWorld) minute(t event.Time) int { return int(t.Sub(w.base) / time.Minute) }

// A refMaker adds the contacts of one record.
type refMaker struct {
	w        *refWorld
	seq      int
	from, to int
	made     []event.Ref
}

func (m *refMaker) put(src, dst event.Ref, via string, grade, from, to int) {
	if !src.IsZero() && !dst.IsZero() && src != dst {
		m.w.contacts = append(m.w.contacts, refContact{src.String(), dst.String(), via, grade, from, to, m.seq})
	}
}

func (m *refMaker) during(src, dst event.Ref, via string) { m.put(src, dst, via, 0, m.from, m.to) }

func (m *refMaker) outputs(list []event.Output) {
	for i := range list {
		m.made = append(m.made, list[i].Thing())
	}
}

func (m *refMaker) materials(list []event.Material, into []event.Ref) {
	for _, material := range list {
		if material.Aliquot != "" {
			m.during(material.Lot, material.Thing(), "aliquot")
		}
		for _, u := range into {
			m.during(material.Thing(), u, "material")
		}
	}
}

func (m *refMaker) batch(b event.Ref) {
	for _, u := range m.made {
		if u.Kind() == event.KindUnit {
			m.put(b, u, "made", 0, m.from, never)
			m.put(u, b, "made", 1, m.from, m.to)
		}
	}
}

func (m *refMaker) pairs(things []event.Ref, put func(x, y event.Ref)) {
	for _, x := range things {
		for _, y := range things {
			put(x, y)
		}
	}
}

func (w *refWorld) add(r refRecord) {
	m := &refMaker{w: w, seq: r.seq, from: w.minute(r.e.Time), to: w.minute(r.e.Until())}
	switch b := r.e.Body.(type) {
	case *event.Collection:
		m.outputs(b.Outputs)
		for _, u := range m.made {
			m.during(b.Donor, u, "collection")
		}
		m.materials(b.Materials, m.made)
	case *event.Receipt:
		m.outputs(b.Outputs)
		m.batch(b.Batch)
	case *event.Manufacture:
		m.outputs(b.Outputs)
		for _, in := range b.Inputs {
			for _, u := range m.made {
				m.during(in.Unit, u, "input")
			}
		}
		m.materials(b.Materials, slices.Concat(m.made, b.Units))
		m.batch(b.Batch)
	case *event.Infusion:
		m.during(b.Unit, b.Patient, "infusion")
		m.during(b.Unit, b.Residue, "input")
	case *event.Contact:
		grade := max(slices.Index([]string{"confirmed", "probable"}, b.Level), 0)
		if b.Level == "" || b.Level == "possible" {
			grade = 2
		}
		m.pairs(b.Things, func(x, y event.Ref) { m.put(x, y, "contact", grade, m.from, m.to) })
	case *event.Same:
		m.pairs(b.Things, func(x, y event.Ref) {
			if x.Kind() == y.Kind() {
				m.put(x, y, "same", 0, always, never)
			}
		})
	}
}

// A refQuery is a query in minutes; its sources are already spelled out.
type refQuery struct {
	backward bool
	sources  []refSource
	without  string
	grade    int
}

type refSource struct {
	ref      string
	since    int // in the order of the walk
	limit    int // never: none
	windowed bool
}

// walked returns the contacts in the order of the walk: backward, source and
// target change places and times change their sign.
func (w *refWorld) walked(q refQuery) []refContact {
	var list []refContact
	for _, c := range w.contacts {
		if c.via == q.without {
			continue
		}
		if q.backward {
			c.src, c.dst = c.dst, c.src
			c.from, c.to = mirror(c.to), mirror(c.from)
		}
		list = append(list, c)
	}
	return list
}

func mirror(t int) int {
	switch t {
	case always:
		return never
	case never:
		return always
	default:
		return -t
	}
}

// A refState is a source ("0", "1", …) or a thing as reached.
type refState struct {
	ref   string
	since int
	depth int
	from  string // state before
	via   *refContact
}

// floor finds the labels of one floor: first the earliest times to a fixed
// point, then the fewest contacts among tight steps, then the ties.
func (w *refWorld) floor(q refQuery, floor int) map[string]*refState {
	contacts := w.walked(q)
	states := make(map[string]*refState)
	for i, s := range q.sources {
		states[fmt.Sprint(i)] = &refState{ref: s.ref, since: s.since, via: nil}
	}
	steps := func(yield func(key string, c *refContact, since int)) {
		for _, key := range slices.Sorted(maps.Keys(states)) {
			s := states[key]
			for i := range contacts {
				c := &contacts[i]
				if c.src != s.ref || c.grade > floor {
					continue
				}
				if !strings.Contains(key, ":") && c.from > q.sources[index(key)].limit {
					continue
				}
				if since := max(s.since, c.from); since == always || since <= c.to {
					yield(key, c, since)
				}
			}
		}
	}
	for changed := true; changed; {
		changed = false
		steps(func(_ string, c *refContact, since int) {
			if old, ok := states[c.dst]; !ok || since < old.since {
				states[c.dst] = &refState{ref: c.dst, since: since, depth: math.MaxInt}
				changed = true
			}
		})
	}
	for changed := true; changed; {
		changed = false
		steps(func(key string, c *refContact, since int) {
			s, before := states[c.dst], states[key]
			if since == s.since && before.depth != math.MaxInt && before.depth+1 < s.depth {
				s.depth = before.depth + 1
				changed = true
			}
		})
	}
	steps(func(key string, c *refContact, since int) {
		s, before := states[c.dst], states[key]
		if since == s.since && before.depth != math.MaxInt && before.depth+1 == s.depth && (s.via == nil || w.better(states, key, c, s)) {
			s.from, s.via = key, c
		}
	})
	return states
}

func index(key string) int {
	var i int
	_, _ = fmt.Sscan(key, &i)
	return i
}

func (w *refWorld) better(states map[string]*refState, key string, c *refContact, old *refState) bool {
	a, b := states[key], states[old.from]
	return cmp.Or(
		cmp.Compare(a.since, b.since),
		compareRefs(a.ref, b.ref),
		cmp.Compare(c.seq, old.via.seq),
		strings.Compare(c.via, old.via.via),
		cmp.Compare(c.grade, old.via.grade),
	) < 0
}

func compareRefs(a, b string) int {
	x, _ := event.ParseRef(a)
	y, _ := event.ParseRef(b)
	return x.Compare(y)
}

// A refThing is what the reference says about one thing.
type refThing struct {
	grade, since int
	path         string
}

func (w *refWorld) trace(q refQuery) map[string]refThing {
	found := make(map[string]refThing)
	for floor := range 3 {
		states := w.floor(q, floor)
		best := make(map[string]string)
		for _, key := range slices.Sorted(maps.Keys(states)) {
			s := states[key]
			old, ok := best[s.ref]
			if !ok || cmp.Or(cmp.Compare(s.since, states[old].since), cmp.Compare(s.depth, states[old].depth)) < 0 {
				best[s.ref] = key
			}
		}
		for r, key := range best {
			if _, ok := found[r]; !ok {
				found[r] = refThing{floor, states[key].since, path(states, key)}
			}
		}
	}
	return found
}

func path(states map[string]*refState, key string) string {
	s := states[key]
	if s.via == nil {
		return s.ref
	}
	return path(states, s.from) + fmt.Sprintf(" -%s %d %d-> %s", s.via.via, s.via.seq, s.via.grade, s.ref)
}

// cleared lists "code ref by seq" of what was touched and not reached.
func (w *refWorld) cleared(q refQuery) []string {
	contacts := w.walked(q)
	reached := w.trace(q)
	codes := []string{"cleaned", "before-window", "after-window", "before-source"}
	type entry struct {
		rank, seq int
		by        string
	}
	best := make(map[string]entry)
	note := func(r string, e entry) {
		if _, ok := reached[r]; ok {
			return
		}
		old, ok := best[r]
		if !ok || cmp.Or(cmp.Compare(e.rank, old.rank), cmp.Compare(e.seq, old.seq), compareRefs(e.by, old.by)) < 0 {
			best[r] = e
		}
	}
	for floor := range q.grade + 1 {
		for key, s := range w.floor(q, floor) {
			for _, c := range contacts {
				if c.src != s.ref {
					continue
				}
				rank := 3
				if !strings.Contains(key, ":") {
					src := q.sources[index(key)]
					early := c.from <= src.limit
					switch {
					case !early && q.backward, early && src.windowed && !q.backward:
						rank = 1
					case !early, src.windowed:
						rank = 2
					}
				}
				note(c.dst, entry{rank, c.seq, s.ref})
			}
		}
	}
	var list []string
	for r, e := range best {
		list = append(list, fmt.Sprintf("%s %s %s %d", codes[e.rank], r, e.by, e.seq))
	}
	slices.Sort(list)
	return list
}
