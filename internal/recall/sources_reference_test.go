package recall_test

import (
	"cmp"
	"maps"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// The slow reference of docs/trace.md under Sources: tests, lineages, intervals.

// A refTest is a test that counts, and what it is of.
type refTest struct {
	seq, at  int
	assay    string
	positive bool
	subject  string
	of       []string
}

func (w *refWorld) tests() []refTest {
	var list []refTest
	for _, r := range w.records {
		b, ok := r.e.Body.(*event.Test)
		if !ok || b.Result != "positive" && b.Result != "negative" {
			continue
		}
		subject := b.Subject
		if k := kindOf(subject.String()); k != "unit" && k != "patient" {
			subject = b.Sample
		}
		if !subject.IsZero() {
			t := refTest{r.seq, w.second(b.Sampled), b.Assay, b.Result == "positive", subject.String(), nil}
			t.of = w.spokenFor(t.subject)
			list = append(list, t)
		}
	}
	return list
}

func (w *refWorld) spokenFor(thing string) []string {
	list := []string{thing}
	for i := 0; i < len(list); i++ {
		more := w.twins(list[i])
		for _, r := range w.records {
			b, ok := r.e.Body.(*event.Manufacture)
			if ok && slices.ContainsFunc(b.Outputs, func(o event.Output) bool { return o.Thing().String() == list[i] && o.Role == event.RoleSample }) {
				for _, in := range b.Inputs {
					more = append(more, in.Unit.String())
				}
			}
		}
		for _, o := range more {
			if !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	return list
}

func bears(negative refTest, positives []refTest) bool {
	return slices.ContainsFunc(positives, func(p refTest) bool {
		return p.assay == "" || negative.assay == "" || p.assay == negative.assay
	})
}

func soonest(a, b refTest) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq)) }

// made returns when a unit, or what is the same, was first made.
func (w *refWorld) firstMade(thing string) int {
	first, twins := never, w.twins(thing)
	for _, r := range w.records {
		var outputs []event.Ref
		switch b := r.e.Body.(type) {
		case *event.Collection:
			outputs = things(b.Outputs)
		case *event.Receipt:
			outputs = things(b.Outputs)
		case *event.Manufacture:
			outputs = things(b.Outputs)
		case *event.Infusion:
			outputs = []event.Ref{b.Residue}
		}
		for _, o := range outputs {
			if !o.IsZero() && slices.Contains(twins, o.String()) {
				first = min(first, w.second(r.e.Time))
			}
		}
	}
	if first == never {
		return always
	}
	return first
}

// A refLineage is one positive's, with what is known of each member.
type refLineage struct {
	ref         string
	until, last map[string]int // last: of live members
	open        map[string]int
	by          map[string]refTest // the negative that opens it
	positives   []refTest
	negatives   []refTest
	close       int
	tested      bool
}

func isPersonal(thing string) bool { return kindOf(thing) == "unit" || kindOf(thing) == "patient" }

func (c *refContact) enters(open int) bool { return c.to > open || c.to == open && c.instant() }

// within finds from when on each thing cannot have passed to p any more.
func (w *refWorld) within(p string, admits func(c refContact, until int) bool) map[string]int {
	until := map[string]int{p: never}
	for changed := true; changed; {
		changed = false
		for _, c := range w.contacts {
			u, ok := until[c.dst]
			if !ok || c.via != "input" && c.via != "infusion" && c.via != "same" || !isPersonal(c.src) {
				continue
			}
			t := min(u, c.to)
			if old, ok := until[c.src]; t >= c.from && (!ok || old < t) && admits(c, u) {
				until[c.src], changed = t, true
			}
		}
	}
	return until
}

func (w *refWorld) lineage(p string, tests []refTest) *refLineage {
	l := &refLineage{ref: p, open: make(map[string]int), by: make(map[string]refTest), close: never}
	l.until = w.within(p, func(refContact, int) bool { return true })
	for _, t := range tests {
		for m, until := range l.until {
			l.tested = l.tested || slices.Contains(t.of, m)
			if t.positive && slices.Contains(t.of, m) && t.at <= until && !slices.ContainsFunc(l.positives, func(o refTest) bool { return o.seq == t.seq }) {
				l.positives = append(l.positives, t)
			}
		}
	}
	slices.SortFunc(l.positives, soonest)
	if len(l.positives) > 0 {
		l.close = l.positives[0].at
	} else {
		l.close = w.lastInfusion(p)
	}
	for m := range l.until {
		w.opening(l, m, tests)
	}
	slices.SortFunc(l.negatives, soonest)
	l.last = w.within(p, func(c refContact, until int) bool { return c.enters(l.open[c.dst]) && l.open[c.dst] <= until })
	return l
}

func (w *refWorld) lastInfusion(p string) int {
	last, twins := always, w.twins(p)
	for _, r := range w.records {
		if b, ok := r.e.Body.(*event.Infusion); ok && kindOf(p) == "unit" && slices.Contains(twins, b.Unit.String()) {
			last = max(last, w.second(r.e.Until()))
		}
	}
	if last == always {
		return never
	}
	return last
}

func (w *refWorld) opening(l *refLineage, m string, tests []refTest) {
	l.open[m] = always
	if kindOf(m) == "unit" {
		l.open[m] = w.firstMade(m)
	}
	for _, t := range tests {
		if t.positive || !slices.Contains(t.of, m) || len(l.positives) == 0 || t.at >= l.positives[0].at || !bears(t, l.positives) {
			continue
		}
		l.negatives = append(l.negatives, t)
		if old, ok := l.by[m]; !ok || t.at > old.at || t.at == old.at && t.seq < old.seq {
			l.by[m], l.open[m] = t, t.at
		}
	}
}

// live says whether a member has a walk to the positive that no negative rules
// out.
func (l *refLineage) live(m string) bool {
	_, ok := l.last[m]
	return ok
}

func (l *refLineage) end(m string) int { return min(l.close, l.last[m]) }

func (l *refLineage) inner(m string) bool { return l.live(m) && l.open[m] <= l.end(m) }

func (l *refLineage) member(m string) bool {
	_, ok := l.until[m]
	return ok
}

func apart(a, b *refLineage) bool { return !a.member(b.ref) && !b.member(a.ref) }

func someApart(list []*refLineage) bool {
	for _, a := range list {
		for _, b := range list {
			if apart(a, b) {
				return true
			}
		}
	}
	return false
}

// span returns from, to and the tests that say so, -1 for none.
func (l *refLineage) span() [4]int {
	s := [4]int{never, l.close, -1, -1}
	for m := range l.last {
		if !l.inner(m) || kindOf(m) != "unit" {
			continue
		}
		by := -1
		if t, ok := l.by[m]; ok {
			by = t.seq
		}
		if l.open[m] < s[0] || l.open[m] == s[0] && by >= 0 && (s[2] < 0 || by < s[2]) {
			s[0], s[2] = l.open[m], by
		}
	}
	if s[0] == never {
		s[0] = l.open[l.ref]
		if t, ok := l.by[l.ref]; ok {
			s[2] = t.seq
		}
	}
	if len(l.positives) > 0 {
		s[3] = l.positives[0].seq
	}
	return s
}

// A refInquiry is a query for sources.
type refInquiry struct {
	w         *refWorld
	tests     []refTest
	lineages  []*refLineage
	negatives []string
}

func (w *refWorld) inquiry(q recall.SourceQuery) *refInquiry {
	x := &refInquiry{w: w, tests: w.tests()}
	positives, negatives := refTexts(q.Positives), refTexts(q.Negatives)
	for _, t := range x.tests {
		if len(q.Positives) == 0 && t.positive {
			positives = append(positives, t.subject)
		}
	}
	for _, p := range x.distinct(positives) {
		x.lineages = append(x.lineages, w.lineage(p, x.tests))
	}
	for _, t := range x.tests {
		somewhere := slices.ContainsFunc(x.lineages, func(l *refLineage) bool { return bears(t, l.positives) })
		if len(q.Negatives) == 0 && !t.positive && somewhere {
			negatives = append(negatives, t.subject)
		}
	}
	for _, n := range x.distinct(negatives) {
		if !x.found(n) && !slices.ContainsFunc(w.spokenFor(n), x.barred) {
			x.negatives = append(x.negatives, n)
		}
	}
	return x
}

func refTexts(list []event.Ref) []string {
	var texts []string
	for _, r := range list {
		texts = append(texts, r.String())
	}
	return texts
}

// one returns the first of what is the same.
func (w *refWorld) one(thing string) string { return slices.Min(w.twins(thing)) }

// distinct returns things in order, of those that are the same the first.
func (x *refInquiry) distinct(list []string) []string {
	classes := make(map[string]string)
	for _, r := range list {
		one := x.w.one(r)
		if old, ok := classes[one]; !ok || r < old {
			classes[one] = r
		}
	}
	return slices.Sorted(maps.Values(classes))
}

func (x *refInquiry) barred(thing string) bool {
	return slices.ContainsFunc(x.lineages, func(l *refLineage) bool { return l.member(thing) })
}

func (x *refInquiry) found(thing string) bool {
	return slices.ContainsFunc(x.tests, func(t refTest) bool { return t.positive && slices.Contains(t.of, thing) })
}

// lastNegative returns when a negative was last known to be clean.
func (x *refInquiry) lastNegative(thing string) int {
	last := always
	for _, t := range x.tests {
		if !t.positive && slices.Contains(t.of, thing) {
			last = max(last, t.at)
		}
	}
	if last == always {
		return never
	}
	return last
}
