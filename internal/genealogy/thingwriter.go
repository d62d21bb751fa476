package genealogy

// A prepared snapshot is what is written of a graph as it is, made ahead: all but
// the entries, of which it may become known later when they were recorded.
type prepared struct {
	chunkPool
	lean    *Graph // with the contacts that a snapshot has; it shares the rest with the graph
	writers []thingWriter
	things  []*chunk  // of the first things
	done    int32     // how many things these are
	tables  [2][]byte // by name, by id; nil before they are made
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
	for some := int32(64 * chunked); p.done < g.population() && bytes < aheadBytes; p.done = min(p.done+some, g.population()) {
		p.eachThing(p.done, min(p.done+some, g.population()), func(c *chunk) {
			p.things = append(p.things, c)
			bytes += len(c.bytes)
		})
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

// eachThing makes what is known of some things.
func (p *prepared) eachThing(from, to int32, take func(*chunk)) {
	p.eachChunk(from, to, func(c *chunk, worker int, from, to int32) {
		t := &p.writers[worker]
		for i := from; i < to; i++ {
			c.at = append(c.at, int64(len(c.bytes)))
			c.bytes = t.append(c.bytes, i)
		}
	}, take)
}

// things writes what is known of each thing: its rows, where it is mentioned,
// where its epochs meet.
func (w *snapshotWriter) things(ahead *prepared) {
	w.begin(sectionThings)
	var at []byte
	take := func(c *chunk) { w.chunk(sectionThings, c, func(off int64) { at = appendU40(at, off) }) }
	for _, c := range ahead.things {
		take(c)
	}
	ahead.eachThing(ahead.done, w.g.population(), take)
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
	row := w.n.row(i, backward)
	if w.n.Remembers(i) {
		return appendCrowd(b, w.n, i, row, backward)
	}
	return appendRow(b, w.n, i, row, backward)
}
