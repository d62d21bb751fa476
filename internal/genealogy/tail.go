package genealogy

import (
	"encoding/binary"
	"hash/maphash"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"suyuan/internal/event"
)

// A tail is the entries after those of the snapshot that the graph was given as
// frames ([Graph.AddFrame]). They stay packed: what is known of each without
// reading it is in a column, as in a snapshot, and who asks for one has it
// unpacked.
type tail struct {
	frames  []*frame
	columns []column // by entry
	at      []place  // by entry
	cache   []atomic.Pointer[Entry]
	slab    []Mention // for lists that begin
	ids     *tailIDs  // nil where there is no tail
	targets []target  // of the entry that is taken in
}

// tailIDs are how many of a tail's entries can be found by their ids. Who only asks
// about things asks for none.
type tailIDs struct {
	mu   sync.Mutex // held by who adds some
	done atomic.Int32
}

// indexTail lets all entries of the tail be found by their ids.
func (g *Graph) indexTail() {
	ids := g.tail.ids
	if ids == nil || ids.done.Load() == g.own-g.older {
		return
	}
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for k := ids.done.Load(); k < g.own-g.older; k++ {
		g.byID.add(hashPackedID(g.packedAt(g.older + k)))
	}
	ids.done.Store(g.own - g.older)
}

// A place is where an entry's bytes are: in which frame, and from where on.
type place struct{ frame, off uint32 }

// A frame is the entries that were packed together.
type frame struct {
	b     []byte
	bys   []string
	known int32       // things that there were before
	names []event.Ref // of those after them
}

// tailCache is how many unpacked entries of a tail stay in memory, at most.
const tailCache = 1 << 15

// columnAt is what is known, without reading it, of an entry that is not in
// memory of its own.
func (g *Graph) columnAt(n int32) column {
	if n >= g.older {
		return g.tail.columns[n-g.older]
	}
	return g.snap.column(n)
}

// packedAt returns the bytes of such an entry.
func (g *Graph) packedAt(n int32) []byte {
	if n < g.older {
		return g.snap.packed(n)
	}
	at := g.tail.at[n-g.older]
	p := packed{g.tail.frames[at.frame].b[at.off:]}
	return p.bytes(p.length())
}

// idOf returns the id of an entry that joined after the snapshot.
func (g *Graph) idOf(n int32) event.ID {
	if n >= g.own {
		return g.loose.at(n - g.own).Event.ID
	}
	return packedID(g.packedAt(n))
}

// entry returns entry n of the graph, which is one of the tail's.
func (t *tail) entry(g *Graph, n int32) *Entry {
	slot := &t.cache[int(n)%len(t.cache)]
	if e := slot.Load(); e != nil && e.n == n {
		return e
	}
	e := t.unpack(g, n, g.packedAt(n))
	slot.Store(e)
	return e
}

func (t *tail) unpack(g *Graph, n int32, b []byte) *Entry {
	f := t.frames[t.at[n-g.older].frame]
	p := packed{b}
	by := p.uint()
	if by >= uint64(len(f.bys)) {
		damaged("entry %d was entered by number %d of %d", n, by, len(f.bys))
	}
	e := &Entry{By: f.bys[by], Seq: uint64(int64(n) + p.int()), Recorded: p.time(), g: g, n: n} //nolint:gosec // as written
	var err error
	if e.Event, err = event.Unpack(p.b, f.thing(g)); err != nil {
		damaged("entry %d: %v", n, err)
	}
	return e
}

// thing finds the things of the numbers that the frame's events have.
func (f *frame) thing(g *Graph) func(uint64) (event.Ref, bool) {
	return func(i uint64) (event.Ref, bool) {
		switch {
		case i < uint64(f.known): //nolint:gosec // not negative
			return g.ref(int32(i)), true //nolint:gosec // below known
		case i-uint64(f.known) < uint64(len(f.names)): //nolint:gosec // not negative
			return f.names[i-uint64(f.known)], true //nolint:gosec // not negative
		default:
			return event.Ref{}, false
		}
	}
}

// RoomFor makes room for what frames will bring: up to so many entries and things
// of the graph.
func (g *Graph) RoomFor(entries, things int) {
	entries, things = entries-int(g.older), things-int(g.elder)
	if entries <= 0 || things < 0 {
		return
	}
	g.index.room(things)
	g.tail.columns, g.tail.at = slices.Grow(g.tail.columns, entries), slices.Grow(g.tail.at, entries)
	g.things = slices.Grow(g.things, things)
}

// AddFrame takes in the events that [Graph.AppendFrame] packed, from record from
// on, as Add would one by one. To each it tells the number of its record and its
// type, and the event of one that does more than name things. Records come in
// their order; after an event that was added by itself no frame can follow. The
// graph keeps b. After an error, which says that b is not what was written or not
// of the records that follow, the graph is of no use.
func (g *Graph) AddFrame(b []byte, from uint64, each func(seq uint64, t event.Type, e *event.Event)) (err error) {
	defer catchAll(&err)
	if g.loose.count > 0 {
		damaged("events were added by themselves")
	}
	if g.tail.cache == nil {
		g.tail.cache, g.tail.ids = make([]atomic.Pointer[Entry], tailCache), new(tailIDs)
	}
	p := packed{b}
	f := &frame{b: b}
	n := int32(p.uint())      //nolint:gosec // as written
	f.known = int32(p.uint()) //nolint:gosec // as written
	p.uint()                  // what comes next, for who goes on writing
	count := p.length()
	f.bys = make([]string, p.length())
	for i := range f.bys {
		f.bys[i] = p.str()
	}
	f.readNames(&p)
	if f.known < 0 || f.known > g.population() || n > g.count() {
		damaged("a frame goes on from %d entries and %d things, and there are %d and %d", n, f.known, g.count(), g.population())
	}
	g.tail.frames = append(g.tail.frames, f)
	for range count {
		g.addPacked(&p, f, n, from, each)
		n++
	}
	if len(p.b) > 0 {
		damaged("a frame is longer than its events")
	}
	g.order.stale = true
	return nil
}

// catchAll is catch for bytes of which a checksum says that they were written like
// this, and nobody that they make sense.
func catchAll(err *error) {
	switch r := recover().(type) {
	case nil:
	case *DamageError:
		*err = r
	case runtime.Error:
		*err = &DamageError{"a frame makes no sense: " + r.Error()}
	default:
		panic(r)
	}
}

// readNames reads the names of the frame's new things, all parts of one string.
func (f *frame) readNames(p *packed) {
	f.names = make([]event.Ref, p.length())
	all := packed{p.bytes(p.length())}
	for i := range f.names {
		f.names[i] = all.ref()
	}
}

// What the first byte of an entry in a frame says.
const framePlain = 1 // it only names things, and its mentions follow

// addPacked takes in the next entry of a frame, which has number n, if it is new.
func (g *Graph) addPacked(p *packed, f *frame, n int32, from uint64, each func(uint64, event.Type, *event.Event)) {
	plain := p.byte()&framePlain != 0
	c := column(binary.LittleEndian.Uint64(p.bytes(8)))
	head := *p
	if plain {
		skipMentions(p)
	} else {
		skipCodes(p)
		skipTargets(p)
	}
	off := len(f.b) - len(p.b)
	b := p.bytes(p.length())
	seq := packedSeq(b, n)
	if seq < from {
		return
	}
	if n != g.count() {
		damaged("entry %d stands where %d is wanted", n, g.count())
	}
	g.tail.at = append(g.tail.at, place{uint32(len(g.tail.frames) - 1), uint32(off)}) //nolint:gosec // no frame is that long
	g.tail.columns = append(g.tail.columns, c)
	g.own++
	if !plain {
		g.joinUnpacked(n, &head, b, seq, each)
		return
	}
	g.marks.push().place = n
	g.joinMentions(n, &head, f)
	if at := g.when(n); at.After(g.latest) {
		g.latest = at
	}
	t, _ := c.kind()
	each(seq, t, nil)
}

func skipMentions(p *packed) {
	for range p.length() {
		if p.byte()&mentionN != 0 {
			p.int()
		}
		p.uint()
	}
}

func skipCodes(p *packed) {
	for range p.length() {
		p.byte()
		p.str()
		for range p.length() {
			p.str()
		}
	}
}

func skipTargets(p *packed) {
	for range p.length() {
		p.uint()
	}
}

func packedSeq(b []byte, n int32) uint64 {
	p := packed{b}
	p.uint()
	return uint64(int64(n) + p.int()) //nolint:gosec // as written
}

// hashPackedID is tableHashID of a packed entry's id.
func hashPackedID(b []byte) uint32 {
	p := packed{b}
	p.uint()
	p.int()
	p.time()
	text, err := event.PackedIDText(p.b)
	if err != nil {
		damaged("an entry: %v", err)
	}
	h := maphash.Bytes(tableSeed, text[:])
	return uint32(h>>32) ^ uint32(h) //nolint:gosec // any bits will do
}

// joinMentions lets an entry that only names things take effect.
func (g *Graph) joinMentions(n int32, p *packed, f *frame) {
	list, at := g.mentions[:0], g.when(n)
	for range p.length() {
		head := p.byte()
		m := Mention{Entry: n, As: As(head & (mentionLife - 1))}
		if head&mentionN != 0 {
			m.N = int32(p.int()) //nolint:gosec // as written
		}
		i := int32(p.uint()) //nolint:gosec // as written
		if i == g.population() && int(i-f.known) < len(f.names) {
			r := f.names[i-f.known]
			g.appear(r, tableHash(r))
		}
		if i < 0 || i >= g.population() {
			damaged("a thing of number %d, and there are %d", i, g.population())
		}
		t := g.added(i)
		t.mentions = g.insertNewest(t.mentions, m, at, 4)
		if head&mentionLife != 0 {
			t.life = g.insertNewest(t.life, m, at, 2)
		}
		if makes(m.As) {
			g.inheritHolds(i)
		}
		list = append(list, mention{as: m.As, n: m.N, thing: i})
	}
	g.inheritSuspicion(list)
	g.mentions = list[:0]
}

// insertNewest is insert of the newest entry, which happened at some time and takes
// nobody's place. A list that begins has room for so many.
func (g *Graph) insertNewest(list []Mention, m Mention, at event.Time, room int) []Mention {
	if len(list) == 0 {
		return append(g.tail.roomFor(room), m)
	}
	if !g.when(list[len(list)-1].Entry).After(at) {
		return append(list, m)
	}
	return g.insert(list, m)
}

// roomFor returns an empty list that has room for n mentions: most things are
// mentioned a few times, and an array for each would cost more than what is in it.
func (t *tail) roomFor(n int) []Mention {
	if len(t.slab) < n {
		t.slab = make([]Mention, 4096)
	}
	list := t.slab[:0:n]
	t.slab = t.slab[n:]
	return list
}

// joinUnpacked lets an entry take effect that does more.
func (g *Graph) joinUnpacked(n int32, head *packed, b []byte, seq uint64, each func(uint64, event.Type, *event.Event)) {
	e := g.tail.unpack(g, n, b)
	full := e.Event
	full.Codes = head.codes()
	g.tail.targets = g.targets(head, n)
	defer func() { g.tail.targets = nil }()
	g.keepCommonOf(n, full.Codes)
	place := n
	if old, ok := g.numberOf(e.Event.Replaces); ok && old < n {
		place = g.mark(old).place
	}
	g.marks.push().place = place
	g.tail.cache[int(n)%len(g.tail.cache)].Store(e)
	g.addCodes(n, &full)
	mentions := mentionsInto(g.mentions, &full)
	g.join(n, &e.Event, mentions)
	g.mentions = mentions[:0]
	each(seq, e.Event.Type, &e.Event)
}

// A target is an entry that is found by its id without a table.
type target struct {
	id event.ID
	n  int32
}

// targets reads which entries before n an event strikes.
func (g *Graph) targets(p *packed, n int32) []target {
	var list []target
	for range p.length() {
		k := int32(p.uint()) - 1 //nolint:gosec // as written
		switch {
		case k < 0:
		case k < g.older:
			list = append(list, target{packedID(g.snap.packed(k)), k})
		case k < n:
			list = append(list, target{g.idOf(k), k})
		default:
			damaged("entry %d strikes entry %d", n, k)
		}
	}
	return list
}

func (p *packed) codes() []event.Codes {
	var list []event.Codes
	for range p.length() {
		c := event.Codes{Thing: p.ref(), Values: make([]string, p.length())}
		for i := range c.Values {
			c.Values[i] = p.str()
		}
		list = append(list, c)
	}
	return list
}
