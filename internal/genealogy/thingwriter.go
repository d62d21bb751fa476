package genealogy

import (
	"encoding/binary"

	"suyuan/internal/event"
)

// things writes what is known of each thing: its contacts with what is shared or,
// if it remembers, all; where it is mentioned, where its epochs meet.
func (w *snapshotWriter) things() {
	w.begin(sectionThings)
	var at []byte
	w.chunks(sectionThings, 0, w.g.population(), func(c *chunk, worker int, from, to int32) {
		t := &w.thingWriters[worker]
		for i := from; i < to; i++ {
			c.at = append(c.at, int64(len(c.bytes)))
			c.bytes = t.append(c.bytes, i)
		}
	}, func(off int64) {
		at = appendU40(at, off)
	})
	w.end(sectionThings)
	w.section(sectionThingAt, appendU40(at, w.at[sectionThings][1]))
}

// bundles writes the bundles of each thing in one direction, and the heads.
func (w *snapshotWriter) bundles(backward bool) {
	sectionHeads, section := sectionsOf(backward)
	w.align()
	w.begin(section)
	heads := make([]head, w.g.population()+1)
	next := 0
	w.chunks(section, 0, w.g.population(), func(c *chunk, worker int, from, to int32) {
		t := &w.thingWriters[worker]
		for i := from; i < to; i++ {
			c.at = append(c.at, int64(len(c.bytes)))
			c.bytes, heads[i] = t.appendBundles(c.bytes, i, backward)
		}
	}, func(off int64) {
		heads[next] |= headOf(off, event.KindNone, false)
		next++
	})
	w.end(section)
	heads[next] = headOf(w.at[section][1], event.KindNone, false)
	w.align()
	w.begin(sectionHeads)
	var b []byte
	for _, h := range heads {
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(h))
		w.write(b)
	}
	w.end(sectionHeads)
}

// A thingWriter writes what is known of things, for one goroutine.
type thingWriter struct {
	g       *Graph
	n       *Network
	scratch [thingParts][]byte // of the thing that is being written
	row     []*Contact         // that is being written
}

// append appends what is known of a thing: what the snapshot says where nothing
// changed that.
func (w *thingWriter) append(b []byte, i int32) []byte {
	if w.g.unchanged(i) {
		return append(b, w.g.snap.record(i)...)
	}
	b = w.thing(b, i)
	w.n.forget()
	return b
}

// longLife is from how many mentions on those of a thing's life stand apart.
const longLife = 64

// appendBundles appends the bundles of a thing, and returns its head but for their
// place.
func (w *thingWriter) appendBundles(b []byte, i int32, backward bool) ([]byte, head) {
	kind := w.g.kindOf(i)
	switch {
	case w.g.unchanged(i):
		h, end := w.g.snap.head(i, backward)
		return append(b, w.g.snap.bundles(h, end, backward).b...), headOf(0, kind, h.lingers())
	case remembers(kind):
		return b, headOf(0, kind, false)
	default:
		b = appendBundles(b, w.rowOf(i, backward, func(v Via) bool { return !lingering.Has(v) }), backward)
		lingers := len(w.rowOf(i, backward, lingering.Has)) > 0
		w.n.forget()
		return b, headOf(0, kind, lingers)
	}
}

// thing appends what is known of a thing: how long each part is, then the parts.
func (w *thingWriter) thing(b []byte, i int32) []byte {
	r := w.g.ref(i)
	list, life := w.g.History(r), w.g.lived(r)
	part := &w.scratch
	for k := range part {
		part[k] = part[k][:0]
	}
	part[partOut] = w.shared(part[partOut], i, false)
	part[partIn] = w.shared(part[partIn], i, true)
	if w.n.Remembers(i) {
		c := w.n.cutsOf(i)
		part[partCuts] = appendTime(appendTime(appendTimes(appendTimes(part[partCuts], c.all), c.verified), c.begun), c.last)
	}
	if len(list) >= longLife {
		part[partLife] = appendMentions(part[partLife], life, func(Mention) bool { return true })
	}
	if struck := w.g.struckOf(list); len(struck) > 0 {
		part[partStruck] = appendMentions(part[partStruck], struck, func(Mention) bool { return false })
	}
	part[partMentions] = appendMentions(part[partMentions], list, marked(life))
	for k := range part {
		b = appendUint(b, uint64(len(part[k])))
	}
	for k := range part {
		b = append(b, part[k]...)
	}
	return b
}

// marked tells the mentions that are in a list, asked in the list's order.
func marked(list []Mention) func(Mention) bool {
	return func(m Mention) bool {
		if len(list) == 0 || list[0] != m {
			return false
		}
		list = list[1:]
		return true
	}
}

// shared appends the contacts of a thing that are not bundled.
func (w *thingWriter) shared(b []byte, i int32, backward bool) []byte {
	if w.n.Remembers(i) {
		return appendCrowd(b, w.n, i, w.rowOf(i, backward, func(Via) bool { return true }), backward)
	}
	return appendCells(b, i, w.rowOf(i, backward, lingering.Has), backward)
}

// rowOf returns the contacts of a thing that a snapshot has, of some kinds, until
// the next are asked for.
func (w *thingWriter) rowOf(i int32, backward bool, wanted func(Via) bool) []*Contact {
	w.row = w.row[:0]
	for _, k := range w.n.row(i, backward) {
		if c := w.n.Contact(k); !onDemand(c.Via) && wanted(c.Via) {
			w.row = append(w.row, c)
		}
	}
	return w.row
}
