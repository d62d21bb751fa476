package recall_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"suyuan/internal/event"
)

// The slow reference's walks, floors and paths.

// A refNet is the contacts and epochs of one floor in the order of the walk:
// backward, source and target change places and times change their sign.
type refNet struct {
	out    map[string][]refContact
	epochs map[string][]refSpan
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

func (w *refWorld) walked(q refQuery) []refContact {
	var list []refContact
	for _, c := range w.contacts {
		if q.off[c.via] {
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

func (w *refWorld) net(q refQuery, floor int) *refNet {
	n := &refNet{make(map[string][]refContact), make(map[string][]refSpan)}
	for _, c := range w.walked(q) {
		n.out[c.src] = append(n.out[c.src], c)
		n.epochs[c.src], n.epochs[c.dst] = nil, nil
	}
	for _, s := range q.sources {
		n.epochs[s.ref] = nil
	}
	for thing := range n.epochs {
		n.epochs[thing] = w.epochs(thing, floor)
		if q.backward {
			for i, e := range n.epochs[thing] {
				n.epochs[thing][i] = refSpan{mirror(e.to), mirror(e.from)}
			}
		}
	}
	return n
}

// A refLabel is one node with its time: as a source ("0", "1", …) or as
// reached. It keeps its last step.
type refLabel struct {
	source int // -1: reached
	thing  string
	epoch  refSpan
	since  int
	depth  int
	step   *refStep
}

type refStep struct {
	before *refLabel
	by     refContact
}

// A refFloor holds the labels of one floor.
type refFloor struct {
	q      refQuery
	floor  int
	net    *refNet
	labels []*refLabel
	nodes  map[refNode]*refLabel
}

type refNode struct {
	thing string
	epoch refSpan
}

// floorOf finds the labels of one floor: first the earliest times to a fixed
// point, then the fewest contacts among tight steps, then the ties.
func (w *refWorld) floorOf(q refQuery, floor int) *refFloor {
	f := &refFloor{q: q, floor: floor, net: w.net(q, floor), nodes: make(map[refNode]*refLabel)}
	for i, s := range q.sources {
		f.start(i, s)
	}
	for changed := true; changed; {
		changed = false
		f.steps(func(_ *refLabel, c refContact, to refNode, since int) {
			if l := f.nodes[to]; l == nil {
				f.nodes[to] = &refLabel{source: -1, thing: to.thing, epoch: to.epoch, since: since, depth: math.MaxInt}
				f.labels = append(f.labels, f.nodes[to])
				changed = true
			} else if since < l.since {
				l.since, changed = since, true
			}
		})
	}
	depth := 1
	for f.layer(depth) {
		depth++
	}
	return f
}

func (f *refFloor) start(i int, s refSource) {
	for _, e := range f.net.epochs[s.ref] {
		touched := s.touched == nil || slices.ContainsFunc(s.touched, func(t refSpan) bool { return shares(t.from == t.to, t, e) })
		if touched && e.to >= s.since {
			f.labels = append(f.labels, &refLabel{source: i, thing: s.ref, epoch: e, since: max(s.since, e.from)})
		}
	}
}

// steps yields every step that the labels so far can take.
func (f *refFloor) steps(yield func(l *refLabel, c refContact, to refNode, since int)) {
	for _, l := range slices.Clone(f.labels) {
		for _, c := range f.net.out[l.thing] {
			if c.grade > f.floor || f.barred(l, c) {
				continue
			}
			for _, e := range f.net.epochs[c.dst] {
				since := max(l.since, c.from, l.epoch.from, e.from)
				if c.liesIn(l.epoch, e) && since <= min(c.to, l.epoch.to, e.to) {
					yield(l, c, refNode{c.dst, e}, since)
				}
			}
		}
	}
}

// barred says that a contact of a source begins after its limit.
func (f *refFloor) barred(l *refLabel, c refContact) bool {
	return l.source >= 0 && c.from > f.q.sources[l.source].limit
}

// layer gives those labels their step that are reached with so many contacts
// and not with fewer, and reports whether there were any.
func (f *refFloor) layer(depth int) bool {
	found := false
	f.steps(func(l *refLabel, c refContact, to refNode, since int) {
		next := f.nodes[to]
		if l.depth != depth-1 || since != next.since || next.depth < depth {
			return
		}
		step := &refStep{l, c}
		if next.depth > depth || compareSteps(step, next.step) < 0 {
			next.depth, next.step, found = depth, step, true
		}
	})
	return found
}

// compareSteps orders walks of one length by their last step, then by the one
// before, and so on.
func compareSteps(a, b *refStep) int {
	if a == nil || b == nil {
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.before.since, b.before.since),
		compareRefs(a.before.thing, b.before.thing),
		cmp.Compare(a.by.seq, b.by.seq),
		strings.Compare(a.by.via, b.by.via),
		cmp.Compare(a.by.grade, b.by.grade),
		compareSteps(a.before.step, b.before.step),
	)
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

// A refTrace is the three floors of one query.
type refTrace struct {
	w      *refWorld
	q      refQuery
	floors [3]*refFloor
	best   map[string]*refLabel // by thing, at its best floor
	grade  map[string]int
}

func (w *refWorld) trace(q refQuery) *refTrace {
	t := &refTrace{w: w, q: q, best: make(map[string]*refLabel), grade: make(map[string]int)}
	for floor := range 3 {
		t.floors[floor] = w.floorOf(q, floor)
		for _, l := range t.floors[floor].labels {
			old, ok := t.best[l.thing]
			if ok && (t.grade[l.thing] < floor || cmp.Or(cmp.Compare(l.since, old.since), cmp.Compare(l.depth, old.depth), compareSteps(l.step, old.step)) >= 0) {
				continue
			}
			t.best[l.thing], t.grade[l.thing] = l, floor
		}
	}
	return t
}

// things returns what the answer lists.
func (t *refTrace) things() map[string]refThing {
	found := make(map[string]refThing)
	for thing, l := range t.best {
		if t.grade[thing] > t.q.grade {
			continue
		}
		since := l.since
		if l.source >= 0 && since == always && !t.q.backward && kindOf(thing) == "lot" {
			since = t.w.firstReceipt(thing)
		}
		found[thing] = refThing{t.grade[thing], since, l.path()}
	}
	return found
}

func (l *refLabel) path() string {
	if l.step == nil {
		return l.thing
	}
	c := l.step.by
	return l.step.before.path() + fmt.Sprintf(" -%s %d %d-> %s", c.via, c.seq, c.grade, l.thing)
}

// uncleaned lists the equipment and rooms that nobody verified as clean after
// they were reached in the last of their epochs, at the floor of their grade.
func (t *refTrace) uncleaned() []string {
	var list []string
	for thing := range t.things() {
		if kind := kindOf(thing); kind != "equipment" && kind != "room" {
			continue
		}
		l := t.floors[t.grade[thing]].last(thing)
		if slices.ContainsFunc(t.w.cuts(thing, possible), func(cut int) bool {
			if t.q.backward {
				cut = -cut
			}
			return cut > l.since
		}) {
			continue
		}
		seq := t.w.firstNaming(thing)
		if l.step != nil {
			seq = l.step.by.seq
		}
		if seq == 0 {
			continue // all that named it was corrected
		}
		since := "always"
		if l.since != always {
			since = fmt.Sprint(l.since)
		}
		list = append(list, fmt.Sprintf("%s %d since %s", thing, seq, since))
	}
	slices.Sort(list)
	return list
}

// last returns the label of the last epoch of a thing that the floor reaches.
func (f *refFloor) last(thing string) *refLabel {
	var last *refLabel
	for _, l := range f.labels {
		switch {
		case l.thing != thing:
		case last == nil, l.epoch.from > last.epoch.from:
			last = l
		case l.epoch.from < last.epoch.from:
		case cmp.Or(cmp.Compare(l.since, last.since), cmp.Compare(l.depth, last.depth), compareSteps(l.step, last.step)) < 0:
			last = l
		}
	}
	return last
}

// A refReason is why a thing that was touched was not reached; of several the
// least counts.
type refReason struct {
	rank, seq int
	by        string
}

// Ranks of reasons, in the order in which they apply.
const (
	wasCleaned = iota
	beforeWindow
	afterWindow
	beforeSource
)

func (r refReason) String() string {
	return fmt.Sprintf("%s by %s %d", [...]string{"cleaned", "before-window", "after-window", "before-source"}[r.rank], r.by, r.seq)
}

func (t *refTrace) cleared() []string {
	best := make(map[string]refReason)
	for _, f := range t.floors[:t.q.grade+1] {
		for _, l := range f.labels {
			for _, c := range f.net.out[l.thing] {
				if _, reached := t.best[c.dst]; reached {
					continue
				}
				r := refReason{f.why(l, c), c.seq, l.thing}
				old, ok := best[c.dst]
				if !ok || cmp.Or(cmp.Compare(r.rank, old.rank), cmp.Compare(r.seq, old.seq), compareRefs(r.by, old.by)) < 0 {
					best[c.dst] = r
				}
			}
		}
	}
	var list []string
	for thing, r := range best {
		list = append(list, thing+" "+r.String())
	}
	slices.Sort(list)
	return list
}

// why says what kept a contact of a label from passing on.
func (f *refFloor) why(l *refLabel, c refContact) int {
	if !c.liesIn(l.epoch) && c.from >= l.epoch.to {
		return wasCleaned
	}
	if l.source < 0 {
		return beforeSource
	}
	late := f.barred(l, c)
	windowed := f.q.sources[l.source].windowed
	switch {
	case late && f.q.backward, !late && windowed && !f.q.backward:
		return beforeWindow
	case late, windowed:
		return afterWindow
	default:
		return beforeSource
	}
}
