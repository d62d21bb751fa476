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

// An idIndex says how many of the entries that joined can be found by their ids. Those
// of frames are made to be when somebody asks: who only asks about things does not.
type idIndex struct {
	mu   sync.Mutex // held by who adds some
	done atomic.Int32
}

// indexIDs lets all entries that joined be found by their ids.
func (g *Graph) indexIDs() {
	ids := g.ids
	if ids.done.Load() == g.joined.at.count {
		return
	}
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for k := ids.done.Load(); k < g.joined.at.count; k++ {
		g.byID.add(hashPackedID(&g.joined, k))
	}
	ids.done.Store(g.joined.at.count)
}

// hashPackedID is tableHashID of the id of the k-th entry.
func hashPackedID(j *joined, k int32) uint32 {
	text, err := event.PackedIDText(j.event(k))
	if err != nil {
		damaged("an entry: %v", err)
	}
	h := maphash.Bytes(tableSeed, text[:])
	return uint32(h>>32) ^ uint32(h) //nolint:gosec // any bits will do
}

// A frame is entries that were packed together, while they are taken in.
type frame struct {
	bys   []uint64    // as the graph numbers them
	known int32       // things that there were before
	names []event.Ref // of those after them
	from  uint64      // the first record that is new
	each  func(seq uint64, t event.Type, e *event.Event)
}

// thing returns the thing of a number, where the frame brings it.
func (f *frame) thing(i uint64) (event.Ref, bool) {
	k := i - uint64(f.known) //nolint:gosec // not negative
	if k >= uint64(len(f.names)) {
		return event.Ref{}, false
	}
	return f.names[k], true
}

// RoomFor makes room for what frames will bring: up to so many entries and things
// of the graph.
func (g *Graph) RoomFor(entries, things int) {
	entries, things = entries-int(g.older), things-int(g.elder)
	if entries <= 0 || things < 0 {
		return
	}
	g.index.room(things)
	g.things = slices.Grow(g.things, things)
}

// AddFrame takes in the events that [Graph.AppendFrame] packed, from record from
// on, as Add would one by one. To each it tells the number of its record and its
// type, and the event of one that does more than name things. Records come in
// their order. After an error, which says that b is not what was written or not of
// the records that follow, the graph is of no use. The cost of an event that only
// names things is that of copying it and of noting its mentions.
func (g *Graph) AddFrame(b []byte, from uint64, each func(seq uint64, t event.Type, e *event.Event)) (err error) {
	defer catchAll(&err)
	p := packed{b}
	f := &frame{from: from, each: each}
	n := int32(p.uint())      //nolint:gosec // as written
	f.known = int32(p.uint()) //nolint:gosec // as written
	count := p.length()
	f.bys = make([]uint64, p.length())
	for i := range f.bys {
		f.bys[i] = g.joined.byOf(p.str())
	}
	f.readNames(&p)
	g.arriving = f
	defer func() { g.arriving = nil }()
	if f.known < 0 || f.known > g.population() || n < 0 || n > g.count() {
		damaged("a frame goes on from %d entries and %d things, and there are %d and %d", n, f.known, g.count(), g.population())
	}
	for range count {
		g.addPacked(&p, f, n)
		n++
	}
	if len(p.b) > 0 {
		damaged("a frame is longer than its events")
	}
	g.changed()
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

// addPacked takes in the next entry of a frame, which has number n, if it is new.
func (g *Graph) addPacked(p *packed, f *frame, n int32) {
	flags := p.byte()
	c := column(binary.LittleEndian.Uint64(p.bytes(8)))
	head := *p
	if flags&leadPlain != 0 {
		skipMentions(p)
	} else {
		skipCodes(p)
		skipTargets(p)
	}
	lead := head.b[:len(head.b)-len(p.b)]
	e := packed{p.bytes(p.length())}
	by := e.length()
	seq := uint64(int64(n) + e.int()) //nolint:gosec // as written
	if seq < f.from {
		return
	}
	if n != g.count() || by >= len(f.bys) {
		damaged("entry %d stands where %d is wanted, entered by number %d of %d", n, g.count(), by, len(f.bys))
	}
	j := &g.joined
	*j.columns.push() = c
	j.note(n, e.time())
	b := append(appendInt(appendUint(g.packed[:0], f.bys[by]), int64(seq)-int64(n)), e.b...) //nolint:gosec // numbers of records
	g.packed = b
	j.put(b, flags, lead)
	if flags&leadPlain == 0 {
		g.joinUnpacked(n, &head, f, seq)
	} else {
		g.marks.push().place = n
		g.joinMentions(n, &head, f)
		if at := g.when(n); at.After(g.latest) {
			g.latest = at
		}
		t, _ := c.kind()
		f.each(seq, t, nil)
	}
	*j.populations.push() = g.population()
}

func skipMentions(p *packed) {
	for range p.length() {
		p.part()
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

// joinMentions lets an entry that only names things take effect.
func (g *Graph) joinMentions(n int32, p *packed, f *frame) {
	list, at, known := g.mentions[:0], g.when(n), g.population()
	for range p.length() {
		as, k, life := p.part()
		m := Mention{n, as, k}
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
		if life {
			t.life = g.insertNewest(t.life, m, at, 2)
		}
		if makes(m.As) {
			g.inheritHolds(i)
		}
		list = append(list, mention{as: m.As, n: m.N, thing: i})
	}
	g.inheritSuspicion(list)
	g.addNames(n, known)
	g.mentions = list[:0]
}

// insertNewest is insert of the newest entry, which happened at some time and takes
// nobody's place. A list that begins has room for so many.
func (g *Graph) insertNewest(list []Mention, m Mention, at event.Time, room int) []Mention {
	if len(list) == 0 {
		return append(g.roomFor(room), m)
	}
	if !g.when(list[len(list)-1].Entry).After(at) {
		return append(list, m)
	}
	return g.insert(list, m)
}

// roomFor returns an empty list that has room for n mentions: most things are
// mentioned a few times, and an array for each would cost more than what is in it.
func (g *Graph) roomFor(n int) []Mention {
	if len(g.slab) < n {
		g.slab = make([]Mention, 4096)
	}
	list := g.slab[:0:n]
	g.slab = g.slab[n:]
	return list
}

// joinUnpacked lets an entry take effect that does more.
func (g *Graph) joinUnpacked(n int32, head *packed, f *frame, seq uint64) {
	e := g.unpackJoined(n)
	full := e.Event
	full.Codes = head.codes()
	g.targets = g.targetsOf(head, n)
	defer func() { g.targets = nil }()
	place := n
	if old, ok := g.numberOf(e.Event.Replaces); ok && old < n {
		place = g.mark(old).place
	}
	g.marks.push().place = place
	g.joined.keep(e)
	g.addCodes(n, &full)
	mentions := mentionsInto(g.mentions, &full)
	g.join(n, &e.Event, mentions)
	g.mentions = mentions[:0]
	f.each(seq, e.Event.Type, &e.Event)
}

// A target is an entry that is found by its id without a table.
type target struct {
	id event.ID
	n  int32
}

// targetsOf reads which entries before n an event strikes.
func (g *Graph) targetsOf(p *packed, n int32) []target {
	var list []target
	for range p.length() {
		k := int32(p.uint()) - 1 //nolint:gosec // as written
		switch {
		case k < 0:
		case k < g.older:
			list = append(list, target{packedID(g.snap.packed(k)), k})
		case k < n:
			list = append(list, target{g.joined.id(k - g.older), k})
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
