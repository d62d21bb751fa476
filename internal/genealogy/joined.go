package genealogy

import (
	"encoding/binary"
	"slices"
	"sort"
	"sync/atomic"

	"suyuan/internal/event"
)

// Joined are the entries that joined after the snapshot, packed as a snapshot has
// them: decoded, an event takes a kilobyte and five objects, and the collector goes
// through all of them again and again. The newest, and those that were asked for,
// are kept decoded beside.
type joined struct {
	columns pile[column] // but for what other records make of the entries
	at      pile[uint64] // where the bytes of an entry are; see place
	// populations are how many things there were when each had joined.
	populations pile[int32]
	slabs       [][]byte
	pending     []*Entry // the last entries, of which there are no bytes: the one that joins, and those that are supposed
	times       []recordedFrom
	bys         []string // who entered records, in the order of their first
	byBys       map[string]uint64
	recent      []atomic.Pointer[Entry] // by number; a power of two
}

// A recordedFrom says when the entries from a number on were recorded.
type recordedFrom struct {
	from int32
	at   event.Time
}

// slabBytes is how many bytes of entries lie in one piece, at most, and firstSlab
// in the first: a graph of a few events has little.
const slabBytes, firstSlab = 1 << 20, 1 << 10

// recentMost is how many entries are kept decoded: some forty megabytes. Rules and
// walks ask for the same ones again and again. Tests have less.
var recentMost = 1 << 15

// A place says where the bytes of an entry are: the slab, the byte in it, and
// whether the entry names something that had no number when it joined.
const (
	placeLoose = 1
	placeSlab  = 21
)

// push adds an entry, which is to be packed.
func (j *joined) push(e *Entry) {
	*j.columns.push() = columnOf(&e.Event)
	j.note(e.n, e.Recorded)
	j.pending = append(j.pending, e)
}

// note notes when entry n was recorded, which is the last one.
func (j *joined) note(n int32, recorded event.Time) {
	if len(j.times) == 0 || j.times[len(j.times)-1].at != recorded {
		j.times = append(j.times, recordedFrom{n, recorded})
	}
}

// pop takes back the last entry, which was not packed.
func (j *joined) pop(n int32) {
	j.columns.cut(j.columns.count - 1)
	j.pending = j.pending[:len(j.pending)-1]
	for len(j.times) > 0 && j.times[len(j.times)-1].from >= n {
		j.times = j.times[:len(j.times)-1]
	}
}

// byOf returns the number of who enters records.
func (j *joined) byOf(name string) uint64 {
	by, ok := j.byBys[name]
	if !ok {
		by = uint64(len(j.bys))
		j.bys = append(j.bys, name)
		if j.byBys == nil {
			j.byBys = make(map[string]uint64)
		}
		j.byBys[name] = by
	}
	return by
}

// pack packs the entry that joined, of which lead is appendLead's. number is
// [event.Event.Pack]'s.
func (j *joined) pack(scratch, lead []byte, number func(event.Ref) (uint64, bool)) []byte {
	e := j.pending[0]
	flags := lead[0]
	b := appendInt(appendUint(scratch[:0], j.byOf(e.By)), int64(e.Seq)-int64(e.n)) //nolint:gosec // numbers of records
	b = e.Event.Pack(b, func(r event.Ref) (uint64, bool) {
		i, ok := number(r)
		if !ok {
			flags |= leadLoose
		}
		return i, ok
	})
	j.put(b, flags, lead[1:])
	j.pending = j.pending[:0]
	j.keep(e)
	return b
}

// put keeps the bytes of the next entry and, behind them, its lead, whose first byte
// is flags.
func (j *joined) put(b []byte, flags byte, lead []byte) {
	need, last := len(b)+len(lead)+1+2*binary.MaxVarintLen32, len(j.slabs)-1
	if last < 0 || cap(j.slabs[last])-len(j.slabs[last]) < need {
		size := firstSlab
		if last >= 0 {
			size = min(2*cap(j.slabs[last]), slabBytes)
		}
		j.slabs = append(j.slabs, make([]byte, 0, max(size, need)))
		last++
	}
	slab := &j.slabs[last]
	at := uint64(last)<<placeSlab | uint64(len(*slab))<<1 //nolint:gosec // not negative
	if flags&leadLoose != 0 {
		at |= placeLoose
	}
	*j.at.push() = at
	*slab = append(appendUint(*slab, uint64(len(b))), b...)
	*slab = append(append(appendUint(*slab, uint64(1+len(lead))), flags), lead...)
}

// event returns the packed event of the k-th entry.
func (j *joined) event(k int32) []byte {
	b, _ := j.packed(k)
	p := packed{b}
	p.uint()
	p.int()
	return p.b
}

// lead returns the lead of the k-th entry.
func (j *joined) lead(k int32) []byte {
	at := *j.at.at(k)
	p := packed{j.slabs[at>>placeSlab][at&(1<<placeSlab-1)>>1:]}
	p.bytes(p.length())
	return p.bytes(p.length())
}

// packed returns the bytes of the k-th entry: who entered it, its number, then the
// event.
func (j *joined) packed(k int32) (b []byte, loose bool) {
	at := *j.at.at(k)
	slab := j.slabs[at>>placeSlab][at&(1<<placeSlab-1)>>1:]
	length, n := binary.Uvarint(slab)
	return slab[n:][:length], at&placeLoose != 0
}

// keep keeps an entry that is decoded.
func (j *joined) keep(e *Entry) {
	if many := len(j.recent); int(j.at.count) > many && many < recentMost {
		before := j.recent
		j.recent = make([]atomic.Pointer[Entry], min(max(64, 2*many), recentMost))
		for i := range before {
			if old := before[i].Load(); old != nil {
				j.slot(old.n).Store(old)
			}
		}
	}
	j.slot(e.n).Store(e)
}

func (j *joined) slot(n int32) *atomic.Pointer[Entry] { return &j.recent[int(n)&(len(j.recent)-1)] }

// joinedEntry returns an entry that joined.
func (g *Graph) joinedEntry(n int32) *Entry {
	j := &g.joined
	if len(j.recent) > 0 {
		if e := j.slot(n).Load(); e != nil && e.n == n {
			return e
		}
	}
	k := n - g.older
	if k >= j.at.count {
		return j.pending[k-j.at.count]
	}
	e := g.unpackJoined(n)
	if len(j.recent) > 0 {
		j.slot(n).Store(e)
	}
	return e
}

// unpackJoined unpacks an entry that joined. Only one that came in a frame can turn
// out not to be one.
func (g *Graph) unpackJoined(n int32) *Entry {
	j := &g.joined
	b, _ := j.packed(n - g.older)
	p := packed{b}
	e := &Entry{By: j.bys[p.uint()], Seq: uint64(int64(n) + p.int()), Recorded: j.recorded(n), g: g, n: n} //nolint:gosec // as packed
	var err error
	if e.Event, err = event.Unpack(p.b, g.numbered); err != nil {
		damaged("entry %d: %v", n, err)
	}
	return e
}

// numbered returns the thing of a number. While the entries of a frame are taken in,
// that can be one which none of them has brought yet.
func (g *Graph) numbered(i uint64) (event.Ref, bool) {
	switch {
	case i < uint64(g.population()): //nolint:gosec // not negative
		return g.ref(int32(i)), true //nolint:gosec // below population
	case g.arriving == nil:
		return event.Ref{}, false
	default:
		return g.arriving.thing(i)
	}
}

// id returns the id of the k-th entry.
func (j *joined) id(k int32) event.ID {
	if k >= j.at.count {
		return j.pending[k-j.at.count].Event.ID
	}
	id, err := event.PackedID(j.event(k))
	if err != nil {
		damaged("an entry: %v", err)
	}
	return id
}

// seq returns the number of the record that an entry is.
func (j *joined) seq(n, k int32) uint64 {
	if k >= j.at.count {
		return j.pending[k-j.at.count].Seq
	}
	b, _ := j.packed(k)
	p := packed{b}
	p.uint()
	return uint64(int64(n) + p.int()) //nolint:gosec // as packed
}

// recorded returns when entry n was recorded.
func (j *joined) recorded(n int32) event.Time {
	return j.times[sort.Search(len(j.times), func(i int) bool { return j.times[i].from > n })-1].at
}

// setRecorded says when the entries from one number up to another were recorded, of
// which there are some below end.
func (j *joined) setRecorded(from, to, end int32, at event.Time) {
	if from >= to {
		return
	}
	first := sort.Search(len(j.times), func(i int) bool { return j.times[i].from >= from })
	last := sort.Search(len(j.times), func(i int) bool { return j.times[i].from > to })
	runs := []recordedFrom{{from, at}}
	if to < end && last > 0 {
		runs = append(runs, recordedFrom{to, j.times[last-1].at})
	}
	j.times = slices.Replace(j.times, first, last, runs...)
	for k := range min(int(to-from), len(j.recent)) {
		if e := j.slot(from + int32(k)).Load(); e != nil && from <= e.n && e.n < to {
			e.Recorded = at
		}
	}
}
