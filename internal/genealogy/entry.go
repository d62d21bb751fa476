package genealogy

import (
	"cmp"
	"slices"
	"sync"

	"suyuan/internal/event"
)

// An Entry is one event in its place in the ledger. Its event has no note,
// values, ext and codes: those are read from the ledger itself.
type Entry struct {
	Seq      uint64
	By       string
	Recorded event.Time
	Event    event.Event

	g *Graph
	n int32
}

// Late reports whether the event was recorded more than LateAfter after it
// happened.
func (e *Entry) Late() bool {
	return e.Recorded.Sub(e.Event.Time) > LateAfter
}

// Number returns the entry's place in the graph, as mentions name it.
func (e *Entry) Number() int32 { return e.n }

// Struck reports whether a correction or a replacement is in force.
func (e *Entry) Struck() bool { return e.g.isStruck(e.n) }

func (e *Entry) compare(o *Entry) int { return e.g.compare(e.n, o.n) }

// A mark is what other records make of an entry.
type mark struct {
	place    int32 // among entries of the same time: a replacement stands where the replaced one stood
	struck   bool
	stands   bool // a replacement stands in its place, or one of that
	supposed supposition
}

// count returns the number of entries.
func (g *Graph) count() int32 {
	return g.older + g.joined.columns.count
}

// append adds an entry that stands where the one that it replaces stood, and
// returns its number.
func (g *Graph) append(e *Entry) int32 {
	n := g.count()
	place := n
	if old, ok := g.numberOf(e.Event.Replaces); ok {
		place = g.mark(old).place
	}
	e.g, e.n = g, n
	g.joined.push(e)
	g.marks.push().place = place
	return n
}

// entry returns the entry of a number. It must not be changed.
func (g *Graph) entry(n int32) *Entry {
	if n >= g.older {
		return g.joinedEntry(n)
	}
	return g.read.entry(g, n)
}

// A redating says when the entries in a range were recorded.
type redating struct {
	from, to int32
	at       event.Time
}

// SetRecorded says when the entries from one number up to another were recorded:
// who takes in events before they are knows it later. It comes in order of
// entries, and needs the graph alone. Nothing is read for it.
func (g *Graph) SetRecorded(from, to int, at event.Time) {
	n, end := int32(from), int32(to) //nolint:gosec // no more than entries
	g.joined.setRecorded(max(n, g.older), end, g.count(), at)
	if n < g.older {
		g.redated = append(g.redated, redating{n, min(end, g.older), at})
		g.read.forget()
	}
}

// recorded returns when entry n of the snapshot was recorded, which the snapshot
// gives a time for.
func (g *Graph) recorded(n int32, written event.Time) event.Time {
	i, ok := slices.BinarySearchFunc(g.redated, n, func(r redating, n int32) int {
		switch {
		case n < r.from:
			return 1
		case n >= r.to:
			return -1
		default:
			return 0
		}
	})
	if !ok {
		return written
	}
	return g.redated[i].at
}

// An entryCache keeps what was read of a snapshot, so that an entry that is
// asked for twice is one.
type entryCache [64]struct {
	mu      sync.Mutex
	entries map[int32]*Entry // guarded by mu
}

// keptEntries is how many entries may stay in memory when the next joins.
const keptEntries = 1 << 16

func (c *entryCache) entry(g *Graph, n int32) *Entry {
	shard := &c[int(n)%len(c)]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if e, ok := shard.entries[n]; ok {
		return e
	}
	if shard.entries == nil {
		shard.entries = make(map[int32]*Entry)
	}
	e := g.snap.unpack(g, n)
	shard.entries[n] = e
	return e
}

// forget lets go of everything.
func (c *entryCache) forget() {
	for i := range c {
		clear(c[i].entries)
	}
}

// trim lets go of what is much.
func (c *entryCache) trim() {
	for i := range c {
		if shard := &c[i]; len(shard.entries) > keptEntries/len(c) {
			clear(shard.entries)
		}
	}
}

// columnAt returns what is known of entry n without reading it, but for what later
// records make of it.
func (g *Graph) columnAt(n int32) column {
	if n >= g.older {
		return *g.joined.columns.at(n - g.older)
	}
	return g.snap.column(n)
}

// strikersOf returns the entries that correct or replace entry n, in order.
func (g *Graph) strikersOf(n int32) []int32 {
	newer := g.strikers[n]
	if n >= g.older {
		return newer
	}
	return slices.Concat(g.snap.strikers(n), newer)
}

// when returns the time at which entry n happened.
func (g *Graph) when(n int32) event.Time {
	c := g.columnAt(n)
	if c&columnInexact != 0 {
		return g.entry(n).Event.Time
	}
	return c.time()
}

// mark returns what other records make of entry n.
func (g *Graph) mark(n int32) mark {
	if n >= g.older {
		return *g.marks.at(n - g.older)
	}
	if m, ok := g.remarked[n]; ok {
		return *m
	}
	return g.snap.mark(n)
}

// marking returns the mark of entry n, to be changed.
func (g *Graph) marking(n int32) *mark {
	if n >= g.older {
		return g.marks.at(n - g.older)
	}
	m, ok := g.remarked[n]
	if !ok {
		was := g.snap.mark(n)
		m = &was
		g.remarked[n] = m
	}
	return m
}

func (g *Graph) isStruck(n int32) bool {
	if n >= g.older {
		return g.marks.at(n - g.older).struck
	}
	if len(g.remarked) > 0 {
		if m, ok := g.remarked[n]; ok {
			return m.struck
		}
	}
	return g.snap.struck(n)
}

// later reports whether entry a happened after entry b; at equal times the
// order of the records decides, and a replacement takes the replaced one's
// place in it.
func (g *Graph) later(a, b int32) bool { return g.compare(a, b) > 0 }

func (g *Graph) compare(a, b int32) int {
	if c := g.when(a).Compare(g.when(b)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(g.mark(a).place, g.mark(b).place), cmp.Compare(a, b))
}

// numberOf returns the entry of an event id.
func (g *Graph) numberOf(id event.ID) (int32, bool) {
	if id == "" {
		return 0, false
	}
	for _, t := range g.targets {
		if t.id == id {
			return t.n, true
		}
	}
	return g.numberAt(id, tableHashID(id))
}

func (g *Graph) numberAt(id event.ID, hash uint32) (int32, bool) {
	g.indexIDs()
	k, ok := g.byID.find(hash, func(k int32) bool { return g.joined.id(k) == id })
	if ok || g.snap == nil || id == "" {
		return g.older + k, ok
	}
	return g.snap.numberOf(id)
}

// Len returns the number of events.
func (g *Graph) Len() int { return int(g.count()) }

// SeqOf returns the number of the record that holds event n, counted from 0.
func (g *Graph) SeqOf(n int) uint64 { return g.seq(int32(n)) } //nolint:gosec // below Len

// Seq returns the number of the record that m points to.
func (g *Graph) Seq(m Mention) uint64 { return g.seq(m.Entry) }

// When returns the time at which what m points to happened.
func (g *Graph) When(m Mention) event.Time { return g.when(m.Entry) }

// TypeOf returns the type of the event that m points to.
func (g *Graph) TypeOf(m Mention) event.Type { return g.typeOf(m.Entry) }

// Entry returns the entry that m points to. It must not be changed.
func (g *Graph) Entry(m Mention) *Entry { return g.entry(m.Entry) }

// Entries yields all entries in order of their records. They must not be
// changed. Those of a snapshot are read one by one.
func (g *Graph) Entries() func(yield func(*Entry) bool) {
	return func(yield func(*Entry) bool) {
		for n := range g.count() {
			if !yield(g.entry(n)) {
				return
			}
		}
	}
}

// ByID returns the entry of the event id.
func (g *Graph) ByID(id event.ID) (*Entry, bool) {
	n, ok := g.numberOf(id)
	if !ok {
		return nil, false
	}
	return g.entry(n), true
}

// BySeq returns the entry of record seq.
func (g *Graph) BySeq(seq uint64) (*Entry, bool) {
	from, to := int32(0), g.count()
	// Nearly always every record but the first holds an event.
	if n := int64(seq) - 1; n >= 0 && n < int64(to) && g.seq(int32(n)) == seq { //nolint:gosec // a number of a record
		return g.entry(int32(n)), true //nolint:gosec // below count
	}
	for from < to {
		mid := from + (to-from)/2
		if g.seq(mid) < seq {
			from = mid + 1
		} else {
			to = mid
		}
	}
	if from == g.count() || g.seq(from) != seq {
		return nil, false
	}
	return g.entry(from), true
}
