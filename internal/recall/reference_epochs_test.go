package recall_test

import (
	"slices"
	"strings"

	"suyuan/internal/event"
)

// The slow reference's section on epochs, and on marks.

// A refSpan is a closed interval.
type refSpan struct{ from, to int }

// shares says whether some intervals share more than an instant, or share one
// and that is enough.
func shares(instant bool, spans ...refSpan) bool {
	s := refSpan{always, never}
	for _, o := range spans {
		s = refSpan{max(s.from, o.from), min(s.to, o.to)}
	}
	return s.from < s.to || s.from == s.to && instant
}

func (c *refContact) span() refSpan { return refSpan{c.from, c.to} }

func (c *refContact) instant() bool { return c.from == c.to }

// liesIn says whether a contact lies in epochs.
func (c *refContact) liesIn(epochs ...refSpan) bool {
	return shares(c.instant(), append(epochs, c.span())...)
}

// twins returns what is declared the same as a thing, itself among them.
func (w *refWorld) twins(thing string) []string {
	list := []string{thing}
	for i := 0; i < len(list); i++ {
		for _, c := range w.contacts {
			if c.via == "same" && c.src == list[i] && !slices.Contains(list, c.dst) {
				list = append(list, c.dst)
			}
		}
	}
	return list
}

func kindOf(thing string) string {
	kind, _, _ := strings.Cut(thing, ":")
	return kind
}

// cuts returns the instants that part a thing's time line at a floor.
func (w *refWorld) cuts(thing string, floor int) []int {
	var list []int
	switch kindOf(thing) {
	case "equipment", "room":
		list = w.cleanings(thing, floor == possible)
	case "operator":
		list = w.sessions(thing)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (w *refWorld) cleanings(thing string, verified bool) []int {
	var list []int
	twins := w.twins(thing)
	for _, r := range w.records {
		b, ok := r.e.Body.(*event.Cleaning)
		if ok && slices.Contains(twins, subject(b.Equipment, r.e)) && (*b.Verified || !verified) {
			list = append(list, w.second(r.e.Until()))
		}
	}
	return list
}

// subject returns what a cleaning or a result is about.
func subject(equipment event.Ref, e event.Event) string {
	if equipment.IsZero() {
		return e.Room.String()
	}
	return equipment.String()
}

// touching returns the contacts of a thing and its twins that happened at some
// time, which a declaration that two are the same did not.
func (w *refWorld) touching(thing string) []refContact {
	var list []refContact
	twins := w.twins(thing)
	for _, c := range w.contacts {
		if c.via != "same" && (slices.Contains(twins, c.src) || slices.Contains(twins, c.dst)) {
			list = append(list, c)
		}
	}
	return list
}

func (w *refWorld) sessions(operator string) []int {
	const gap = 8 * 60 * 60
	var list []int
	all := w.touching(operator)
	for _, c := range all {
		next, covered := never, false
		for _, o := range all {
			if o.from > c.to {
				next = min(next, o.from)
			} else if o.to > c.to {
				covered = true // somebody was still with the operator
			}
		}
		if !covered && next != never && next-c.to >= gap {
			list = append(list, c.to+(next-c.to)/2)
		}
	}
	return list
}

func (w *refWorld) epochs(thing string, floor int) []refSpan {
	from := always
	var list []refSpan
	for _, cut := range w.cuts(thing, floor) {
		list = append(list, refSpan{from, cut})
		from = cut
	}
	return append(list, refSpan{from, never})
}

// marks returns the intervals in which results say that a thing was
// contaminated.
func (w *refWorld) marks(thing string) []refSpan {
	twins := w.twins(thing)
	var in, out []int
	for _, r := range w.records {
		b, ok := r.e.Body.(*event.Environment)
		if !ok || b.Class != event.EnvironmentMicrobial || !slices.Contains(twins, subject(b.Equipment, r.e)) {
			continue
		}
		if b.Result == event.InLimit {
			in = append(in, w.second(r.e.Time))
		} else {
			out = append(out, w.second(r.e.Time))
		}
	}
	var list []refSpan
	for _, at := range out {
		list = append(list, w.mark(thing, at, in))
	}
	return list
}

func (w *refWorld) mark(thing string, at int, in []int) refSpan {
	s := refSpan{always, never}
	for _, t := range in {
		if t < at {
			s.from = max(s.from, t)
		}
		if t > at {
			s.to = min(s.to, t)
		}
	}
	if s.from != always {
		return s
	}
	first := at
	for _, c := range w.touching(thing) {
		first = min(first, c.from)
	}
	return refSpan{first, s.to}
}
