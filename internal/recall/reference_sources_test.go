package recall_test

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// The slow reference's table of sources.

// A refQuery is a query in seconds; its sources are already spelled out.
type refQuery struct {
	backward bool
	sources  []refSource
	off      map[string]bool
	grade    int
}

type refSource struct {
	ref      string
	since    int // in the order of the walk
	limit    int // never: none
	windowed bool
	touched  []refSpan // an epoch that none of them touches has no label; nil: all have
}

// refQuery spells the sources of a query out.
func (w *refWorld) refQuery(q recall.Query) refQuery {
	x := refSpelling{w: w, q: q, had: make(map[event.Ref]bool)}
	for _, s := range q.Sources {
		x.source(s, always)
	}
	r := refQuery{backward: q.Backward, grade: int(q.Grade), sources: x.list, off: map[string]bool{"open_lot": true, "operator": true}}
	for _, v := range q.With {
		delete(r.off, v.String())
	}
	for _, s := range x.list {
		if kindOf(s.ref) == "operator" {
			delete(r.off, "operator")
		}
	}
	for _, v := range q.Without {
		r.off[v.String()] = true
	}
	return r
}

type refSpelling struct {
	w    *refWorld
	q    recall.Query
	had  map[event.Ref]bool // those that stand for others
	list []refSource
}

func (x *refSpelling) source(s event.Ref, since int) {
	switch s.Kind() {
	case event.KindShipment, event.KindSite, event.KindCase:
		if !x.had[s] {
			x.had[s] = true
			x.standIns(s)
		}
	default:
		if x.q.Backward {
			x.backward(s)
		} else {
			x.forward(s, since)
		}
	}
}

func (x *refSpelling) forward(s event.Ref, since int) {
	src := refSource{ref: s.String(), since: since, limit: never}
	window := refSpan{always, never}
	if !x.q.From.IsZero() {
		window.from = x.w.second(x.q.From)
	}
	if !x.q.To.IsZero() {
		window.to = x.w.second(x.q.To)
	}
	switch s.Kind() {
	case event.KindEquipment, event.KindRoom:
		src.touched = []refSpan{window}
		if marks := x.w.marks(src.ref); window == (refSpan{always, never}) && len(marks) > 0 {
			src.touched = marks
		}
		src.windowed = true
	case event.KindDonor, event.KindLot, event.KindOperator:
		src.limit = window.to
		fallthrough
	default:
		src.since, src.windowed = max(since, window.from), window.from > since
	}
	x.list = append(x.list, src)
}

// backward reads the window from its end, for all kinds alike.
func (x *refSpelling) backward(s event.Ref) {
	src := refSource{ref: s.String(), since: always, limit: never}
	if !x.q.To.IsZero() {
		src.since, src.windowed = -x.w.second(x.q.To), true
	}
	if !x.q.From.IsZero() {
		src.limit = -x.w.second(x.q.From)
	}
	x.list = append(x.list, src)
}

// standIns adds what a shipment, a site or a case stands for.
func (x *refSpelling) standIns(s event.Ref) {
	named := make(map[event.Ref]bool)
	for _, r := range x.w.story {
		if b, ok := r.e.Body.(*event.Case); ok && b.Case == s && b.Open != nil {
			for _, o := range b.Open.Sources {
				x.source(o, always)
			}
		}
		at := x.w.second(r.e.Time)
		if !x.q.Backward && !x.q.To.IsZero() && at > x.w.second(x.q.To) {
			continue
		}
		if b, ok := r.e.Body.(*event.Shipment); ok && b.Shipment == s {
			for _, u := range slices.Concat(b.Units, b.Lots) {
				x.source(u, at)
			}
		}
		if r.e.Site != s || s.Kind() != event.KindSite {
			continue
		}
		for _, u := range r.e.Refs {
			if u.Kind() == event.KindUnit && !named[u] {
				named[u] = true
				x.source(u, at)
			}
		}
	}
}

// firstReceipt is what is shown of a lot that was contaminated always.
func (w *refWorld) firstReceipt(lot string) int {
	for _, r := range w.story {
		if b, ok := r.e.Body.(*event.Receipt); ok && b.Lot.String() == lot {
			return w.second(r.e.Time)
		}
	}
	return always
}

// firstNaming returns the first record that names a thing.
func (w *refWorld) firstNaming(thing string) int {
	for _, r := range w.records {
		for _, o := range r.e.Refs {
			if o.String() == thing {
				return r.seq
			}
		}
	}
	return 0
}
