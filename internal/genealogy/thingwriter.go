package genealogy

import (
	"encoding/binary"

	"suyuan/internal/event"
)

// A prepared snapshot is what is written of a graph as it is, made ahead: all but
// the entries, of which it may become known later when they were recorded.
type prepared struct {
	chunkPool
	lean    *Graph // with the contacts that a snapshot has; it shares the rest with the graph
	writers []thingWriter
	series  [allSeries]series
	tables  [2][]byte // by name, by id; nil before they are made
}

// What is made of the things, one after the other.
const (
	seriesThings = iota
	seriesOut
	seriesIn
	allSeries
)

// A series is what is made of all things of one kind, and of the first of them was
// made ahead.
type series struct {
	put   func(t *thingWriter, c *chunk, i int32)
	ready []*chunk
	done  int32 // how many things these are
}

// aheadBytes is how much is made ahead, at most.
const aheadBytes = 256 << 20

// PrepareSnapshot makes ahead most of what [Graph.WriteSnapshot] will write: who
// waits for something else meanwhile saves that time. It is of use until the next
// Add, also where the graph is told afterwards when entries were recorded
// ([Graph.SetRecorded]).
func (g *Graph) PrepareSnapshot() {
	p := g.prepare()
	bytes := 0
	for k := range p.series {
		s := &p.series[k]
		for some := int32(64 * chunked); s.done < g.population() && bytes < aheadBytes; s.done = min(s.done+some, g.population()) {
			p.make(s, s.done, min(s.done+some, g.population()), func(c *chunk) {
				s.ready = append(s.ready, c)
				bytes += len(c.bytes)
			})
		}
	}
	p.hashTables()
	g.ahead = p
}

func (g *Graph) prepare() *prepared {
	lean := *g
	lean.order = lean.build(true)
	p := &prepared{lean: &lean}
	for range workers() {
		p.writers = append(p.writers, thingWriter{g: &lean, n: lean.network().Lean()})
	}
	p.series[seriesThings].put = (*thingWriter).putThing
	p.series[seriesOut].put = func(t *thingWriter, c *chunk, i int32) { t.putBundles(c, i, false) }
	p.series[seriesIn].put = func(t *thingWriter, c *chunk, i int32) { t.putBundles(c, i, true) }
	return p
}

// letGo lets go of the contacts, which entries that were read meanwhile would keep.
func (p *prepared) letGo() { p.lean.order, p.writers = adjacency{}, nil }

// hashTables returns the tables by name and by id.
func (p *prepared) hashTables() [2][]byte {
	if p.tables[0] == nil {
		p.tables = [2][]byte{hashTable(p.lean.population(), p.lean.nameHashes()), hashTable(p.lean.count(), p.lean.idHashes())}
	}
	return p.tables
}

// make makes what a series has of some things.
func (p *prepared) make(s *series, from, to int32, take func(*chunk)) {
	p.eachChunk(from, to, func(c *chunk, worker int, from, to int32) {
		t := &p.writers[worker]
		for i := from; i < to; i++ {
			c.at = append(c.at, int64(len(c.bytes)))
			s.put(t, c, i)
		}
	}, take)
}

// each takes all that a series has.
func (p *prepared) each(k int, take func(*chunk)) {
	s := &p.series[k]
	for _, c := range s.ready {
		take(c)
	}
	s.ready = nil
	p.make(s, s.done, p.lean.population(), take)
}

// things writes what is known of each thing: its contacts with what is shared or,
// if it remembers, all; where it is mentioned, where its epochs meet.
func (w *snapshotWriter) things(ahead *prepared) {
	w.begin(sectionThings)
	var at []byte
	ahead.each(seriesThings, func(c *chunk) { w.chunk(sectionThings, c, func(_ int, off int64) { at = appendU40(at, off) }) })
	w.end(sectionThings)
	w.section(sectionThingAt, appendU40(at, w.at[sectionThings][1]))
}

// bundles writes the bundles of each thing in one direction, and the heads.
func (w *snapshotWriter) bundles(ahead *prepared, backward bool) {
	sectionHeads, section := sectionsOf(backward)
	series := seriesOut
	if backward {
		series = seriesIn
	}
	w.align()
	w.begin(section)
	heads := make([]head, 0, w.g.population()+1)
	ahead.each(series, func(c *chunk) {
		w.chunk(section, c, func(k int, off int64) { heads = append(heads, c.heads[k]|headOf(off, event.KindNone, false)) })
	})
	w.end(section)
	heads = append(heads, headOf(w.at[section][1], event.KindNone, false))
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

// putThing appends what is known of a thing: what the snapshot says where nothing
// changed that.
func (w *thingWriter) putThing(c *chunk, i int32) {
	if w.g.unchanged(i) {
		c.bytes = append(c.bytes, w.g.snap.record(i)...)
		return
	}
	c.bytes = w.thing(c.bytes, i)
	w.n.forget()
}

// longLife is from how many mentions on those of a thing's life stand apart.
const longLife = 64

// putBundles appends the bundles of a thing, and its head but for their place.
func (w *thingWriter) putBundles(c *chunk, i int32, backward bool) {
	kind := w.g.kindOf(i)
	lingers := false
	switch {
	case w.g.unchanged(i):
		h, end := w.g.snap.head(i, backward)
		c.bytes, lingers = append(c.bytes, w.g.snap.bundles(h, end, backward).b...), h.lingers()
	case !remembers(kind):
		c.bytes = appendBundles(c.bytes, w.rowOf(i, backward, func(v Via) bool { return !lingering.Has(v) }), backward)
		lingers = len(w.rowOf(i, backward, lingering.Has)) > 0
		w.n.forget()
	}
	c.heads = append(c.heads, headOf(0, kind, lingers))
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
	if struck := w.g.StruckHistory(r); len(struck) > 0 {
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
