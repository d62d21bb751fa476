package genealogy

import (
	"slices"
)

// things writes what is known of each thing: its rows, where it is mentioned,
// where its epochs meet.
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

// A thingWriter writes what is known of things, for one goroutine.
type thingWriter struct {
	g       *Graph
	n       *Network
	scratch [thingParts][]byte // of the thing that is being written
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

// thing appends what is known of a thing: its kind, how long each part is, then
// the parts.
func (w *thingWriter) thing(b []byte, i int32) []byte {
	r := w.g.ref(i)
	list, life := w.g.History(r), w.g.lived(r)
	part := &w.scratch
	for k := range part {
		part[k] = part[k][:0]
	}
	part[partOut] = w.row(part[partOut], i, false)
	part[partIn] = w.row(part[partIn], i, true)
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
	b = append(b, byte(r.Kind()))
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

func (w *thingWriter) row(b []byte, i int32, backward bool) []byte {
	row := slices.DeleteFunc(slices.Clone(w.n.row(i, backward)), func(k int32) bool { return onDemand(w.n.Contact(k).Via) })
	if w.n.Remembers(i) {
		return appendCrowd(b, w.n, i, row, backward)
	}
	return appendRow(b, w.n, i, row, backward)
}
