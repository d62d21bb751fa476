package genealogy

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"iter"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"suyuan/internal/event"
)

// A Snapshot is what a prefix of a ledger says, as [Graph.WriteSnapshot] wrote
// it: what a question touches is read, and nothing else (docs/genealogy.md). Any
// number of graphs and goroutines may read it.
type Snapshot struct {
	*pages
	part    [sections]section
	entries int32
	things  int32
	stamp   []byte
	small   smallParts
	names   []atomic.Pointer[namedThing] // by thing, as many as fit
}

// smallParts are read as a whole when the snapshot is opened.
type smallParts struct {
	bys     []string
	holds   []Hold
	lifts   []int32
	unknown []int32
	drills  []event.Ref
	latest  event.Time
}

// nameCache is how many names are kept in memory, at most.
const nameCache = 1 << 16

type namedThing struct {
	thing int32
	ref   event.Ref
}

// ErrNoSnapshot is returned for what is no snapshot, or one of another version.
var ErrNoSnapshot = errors.New("not a genealogy's snapshot that this program reads")

// MapSnapshot opens a snapshot that lies in memory, or is mapped into it; b must
// stay as it is. Only its end is looked at.
func MapSnapshot(b []byte) (*Snapshot, error) {
	return openSnapshot(&pages{all: b, size: int64(len(b))}, func(off int64, n int) ([]byte, error) { return b[off:][:n], nil })
}

// ReadSnapshot opens a snapshot that is read piece by piece, where a file cannot
// be mapped.
func ReadSnapshot(r io.ReaderAt, size int64) (*Snapshot, error) {
	p := &pages{file: r, size: size, blocks: make(map[int64][]byte)}
	return openSnapshot(p, func(off int64, n int) ([]byte, error) {
		b := make([]byte, n)
		_, err := r.ReadAt(b, off)
		return b, err
	})
}

// OpenSnapshot is MapSnapshot where b is not nil, otherwise ReadSnapshot. A
// snapshot of up to whole bytes is checked as a whole.
func OpenSnapshot(b []byte, r io.ReaderAt, size, whole int64) (s *Snapshot, err error) {
	if b != nil {
		s, err = MapSnapshot(b)
	} else {
		s, err = ReadSnapshot(r, size)
	}
	if err == nil && size <= whole {
		err = s.Check()
	}
	return s, err
}

// CheckedWhole is up to which size a snapshot is best checked as a whole when it
// is opened, in bytes; of a larger one each block when it is read.
const CheckedWhole = 64 << 20

// Stamp returns what the snapshot was written with.
func (s *Snapshot) Stamp() []byte { return s.stamp }

// Extra returns what the caller of WriteSnapshot added.
func (s *Snapshot) Extra() (b []byte, err error) {
	defer catch(&err)
	return slices.Clone(s.part[sectionExtra].whole()), nil
}

// Check reads the whole snapshot and compares every checksum.
func (s *Snapshot) Check() (err error) {
	defer catch(&err)
	for off := int64(0); off < s.size; off += blockSize {
		if s.all != nil {
			s.check(off/blockSize, s.all[off:min(off+blockSize, s.size)])
		} else {
			s.block(off / blockSize)
		}
	}
	return nil
}

// catch turns what damaged panics with into an error.
func catch(err *error) {
	if r := recover(); r != nil {
		d, ok := r.(*DamageError)
		if !ok {
			panic(r)
		}
		*err = d
	}
}

const trailer = 8 + len(snapshotEnd)

func openSnapshot(p *pages, read func(off int64, n int) ([]byte, error)) (s *Snapshot, err error) {
	defer catch(&err)
	foot, err := readFoot(p.size, read)
	if err != nil {
		return nil, err
	}
	s = &Snapshot{pages: p}
	f := packed{foot}
	if version := Vocabulary(); string(f.bytes(len(version))) != string(version[:]) {
		return nil, ErrNoSnapshot
	}
	s.entries, s.things = int32(f.uint()), int32(f.uint()) //nolint:gosec // as written
	for i := range s.part {
		off := int64(f.uint())                       //nolint:gosec // as written
		s.part[i] = section{p, off, int64(f.uint())} //nolint:gosec // as written
	}
	whole := p.size
	s.size = int64(f.uint()) //nolint:gosec // as written
	s.stamp = []byte(f.str())
	sum := binary.LittleEndian.Uint32(f.bytes(4))
	if s.size < 0 || s.size%blockSize != 0 || s.size > whole || s.size/blockSize*4 > whole-s.size || s.entries < 0 || s.things < 0 {
		return nil, ErrNoSnapshot
	}
	if s.sums, err = read(s.size, int(s.size/blockSize*4)); err != nil {
		return nil, err
	}
	if crc32.Checksum(s.sums, castagnoli) != sum {
		damaged("its checksums have another checksum than was written")
	}
	if s.all != nil {
		s.seen = make([]atomic.Uint64, s.size/blockSize/64+1)
	}
	if string(s.at(0, len(snapshotMagic))) != snapshotMagic {
		return nil, ErrNoSnapshot
	}
	s.names = make([]atomic.Pointer[namedThing], min(int(s.things)+1, nameCache))
	s.readRest()
	return s, nil
}

// readFoot returns what stands at a snapshot's end, if that is sound.
func readFoot(size int64, read func(off int64, n int) ([]byte, error)) ([]byte, error) {
	if size < int64(trailer) {
		return nil, ErrNoSnapshot
	}
	end, err := read(size-int64(trailer), trailer)
	if err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(end[4:]))
	if string(end[8:]) != snapshotEnd || n < 4 || n > size-int64(trailer)+4 || n > 1<<16 {
		return nil, ErrNoSnapshot
	}
	foot, err := read(size-int64(trailer)+4-n, int(n))
	if err != nil {
		return nil, err
	}
	if body := foot[:n-4]; crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(foot[n-4:]) {
		return nil, &DamageError{"its end has another checksum than was written"}
	}
	return foot[:n-4], nil
}

func (s *Snapshot) readRest() {
	p := packed{s.part[sectionRest].at(0, int(s.part[sectionRest].len))}
	s.small.bys = make([]string, p.length())
	for i := range s.small.bys {
		s.small.bys[i] = p.str()
	}
	s.small.holds = make([]Hold, p.length())
	for i := range s.small.holds {
		h := &s.small.holds[i]
		h.Entry, h.Cause = int32(p.int()), Cause(p.byte()) //nolint:gosec // as written
		if id := p.str(); id != "" {
			h.Vessel = refOf(byte(event.KindEquipment), id)
		}
		if n := p.length(); n > 0 {
			h.Things = make([]event.Ref, n)
		}
		for k := range h.Things {
			h.Things[k] = p.ref()
		}
	}
	s.small.lifts, s.small.unknown = p.numbers(), p.numbers()
	s.small.drills = make([]event.Ref, p.length())
	for i := range s.small.drills {
		s.small.drills[i] = refOf(byte(event.KindCase), p.str())
	}
	s.small.latest = p.time()
}

func (p *packed) numbers() []int32 {
	list := make([]int32, p.length())
	for i := range list {
		list[i] = int32(p.int()) //nolint:gosec // as written
	}
	return list
}

func (p *packed) ref() event.Ref {
	kind := p.byte()
	return refOf(kind, p.str())
}

func refOf(kind byte, id string) event.Ref {
	r, err := event.NewRef(event.Kind(kind), id)
	if err != nil {
		damaged("a name: %v", err)
	}
	return r
}

// On returns a graph that stands on the snapshot.
func (s *Snapshot) On() (*Graph, error) {
	g := New()
	g.suspects.unsure = true
	return g, g.Rebase(s)
}

// Onto returns a graph on a snapshot of all that g knows. It keeps what g found
// out and a snapshot does not say; g stays as it is.
func (g *Graph) Onto(s *Snapshot) (*Graph, error) {
	other := New()
	other.suspects = g.suspects
	other.suspects.set = slices.Clone(g.suspects.set)
	return other, other.Rebase(s)
}

// Rebase lets the graph stand on a snapshot, which must be of all that the graph
// knows. What was asked of it before stays true.
func (g *Graph) Rebase(s *Snapshot) (err error) {
	defer catch(&err)
	learned := g.suspects
	*g = *New()
	g.suspects = learned
	g.snap, g.older, g.elder = s, s.entries, s.things
	g.read, g.remarked, g.touched = new(entryCache), make(map[int32]*mark), make(map[int32]*thing)
	for k, l := range [...]*lists{&g.masters, &g.counts, &g.holdsOn, &g.sames} {
		*l = newLists(s.list(sectionMasters + k).of)
	}
	g.holds = slices.Clone(s.small.holds)
	for k := range g.holds {
		if h := &g.holds[k]; h.Cause == CauseExcursion {
			g.excursions[h.Entry] = int32(k)
		}
		if !g.holds[k].Vessel.IsZero() {
			g.vesselHolds++
		}
	}
	g.lifters = slices.Clone(s.small.lifts)
	g.olderLifts = sync.OnceValue(func() map[event.ID][]int32 { return g.liftsAmong(s.small.lifts) })
	g.unknown = slices.Clone(s.small.unknown)
	for _, r := range s.small.drills {
		g.drills[r] = true
	}
	g.latest = s.small.latest
	return nil
}

// Size returns the number of entries and of things.
func (s *Snapshot) Size() (entries, things int) { return int(s.entries), int(s.things) }

func (s *Snapshot) column(n int32) column { return column(s.part[sectionColumns].u64(int64(n))) }

// packed returns the bytes of entry n.
func (s *Snapshot) packed(n int32) []byte {
	part := s.part[sectionEntries]
	off := int64(s.part[sectionEntryAt].u64(int64(n / sampled))) //nolint:gosec // as written
	for range n % sampled {
		length, k := binary.Uvarint(part.from(off, binary.MaxVarintLen32))
		off += int64(k) + int64(length) //nolint:gosec // as written
	}
	length, k := binary.Uvarint(part.from(off, binary.MaxVarintLen32))
	return part.at(off+int64(k), int(length)) //nolint:gosec // as written
}

// unpack returns entry n as the graph's.
func (s *Snapshot) unpack(g *Graph, n int32) *Entry {
	p := packed{s.packed(n)}
	by := p.uint()
	if by >= uint64(len(s.small.bys)) {
		damaged("entry %d was entered by number %d of %d", n, by, len(s.small.bys))
	}
	e := &Entry{By: s.small.bys[by], Seq: uint64(int64(n) + p.int()), g: g, n: n} //nolint:gosec // as written
	e.Recorded = g.recorded(n, p.time())
	var err error
	if e.Event, err = event.Unpack(p.b, s.thing); err != nil {
		damaged("entry %d: %v", n, err)
	}
	return e
}

func (s *Snapshot) thing(i uint64) (event.Ref, bool) {
	if i >= uint64(s.things) { //nolint:gosec // not negative
		return event.Ref{}, false
	}
	return s.ref(int32(i)), true //nolint:gosec // below things
}

func (s *Snapshot) mark(n int32) mark {
	c := s.column(n)
	m := mark{place: n, struck: c&columnStruck != 0, stands: c&columnStands != 0}
	if c&columnMarked != 0 {
		if place := s.list(sectionPlaces).of(n); len(place) > 0 {
			m.place = place[0]
		}
	}
	return m
}

// strikers returns the entries that correct or replace entry n.
func (s *Snapshot) strikers(n int32) []int32 {
	if s.column(n)&columnMarked == 0 {
		return nil
	}
	return s.list(sectionStrikers).of(n)
}

func (s *Snapshot) struck(n int32) bool { return s.column(n)&columnStruck != 0 }

// packedID returns the id of an entry.
func packedID(entry []byte) event.ID {
	p := packed{entry}
	p.uint()
	p.int()
	p.time()
	id, err := event.PackedID(p.b)
	if err != nil {
		damaged("an entry: %v", err)
	}
	return id
}

func (s *Snapshot) numberOf(id event.ID) (int32, bool) {
	return lookUp(s.part[sectionByID], hashID(id), func(n int32) bool { return packedID(s.packed(n)) == id })
}

func (s *Snapshot) find(r event.Ref) (int32, bool) {
	return lookUp(s.part[sectionByName], hashRef(r), func(i int32) bool { return s.ref(i) == r })
}

// ref returns the thing of a number.
func (s *Snapshot) ref(i int32) event.Ref {
	slot := &s.names[int(i)%len(s.names)]
	if t := slot.Load(); t != nil && t.thing == i {
		return t.ref
	}
	p := s.name(i)
	t := &namedThing{i, p.ref()}
	slot.Store(t)
	return t.ref
}

// name returns where the kind and the id of a thing stand.
func (s *Snapshot) name(i int32) packed {
	part := s.part[sectionNames]
	off := int64(s.part[sectionNameAt].u64(int64(i / sampled))) //nolint:gosec // as written
	for range i % sampled {
		length, k := binary.Uvarint(part.from(off+1, binary.MaxVarintLen32))
		off += 1 + int64(k) + int64(length) //nolint:gosec // as written
	}
	return packed{part.from(off, 1+binary.MaxVarintLen32+event.MaxID)}
}

// compareID compares the id of a thing with another.
func (s *Snapshot) compareID(i int32, id string) int {
	p := s.name(i)
	p.byte()
	own := p.bytes(p.length())
	switch {
	case string(own) < id:
		return -1
	case string(own) > id:
		return 1
	default:
		return 0
	}
}

// kind yields the things of a kind.
func (s *Snapshot) kind(k event.Kind) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		part := s.part[sectionKinds]
		from, to := int64(part.u64(int64(k))), int64(part.u64(int64(k)+1)) //nolint:gosec // as written
		const head = 8 * (int64(event.KindProduct) + 2)
		last := int32(0)
		for off := from; off < to; {
			v, n := binary.Uvarint(part.from(head+off, binary.MaxVarintLen32))
			off += int64(n)
			last += int32(v) //nolint:gosec // as written
			if !yield(last) {
				return
			}
		}
	}
}

// list returns the lists of a section.
func (s *Snapshot) list(part int) storedLists { return storedLists{s.part[part]} }

// storedLists are lists of numbers by numbers that stand in order.
type storedLists struct{ section }

func (l storedLists) count() int64 { return int64(l.u32(0)) }

func (l storedLists) keys() []int32 {
	keys := make([]int32, l.count())
	for i := range keys {
		keys[i] = int32(l.u32(1 + int64(i))) //nolint:gosec // as written
	}
	return keys
}

func (l storedLists) of(key int32) []int32 {
	n := l.count()
	i := int64(sort.Search(int(n), func(i int) bool { return int32(l.u32(1+int64(i))) >= key })) //nolint:gosec // as written
	if i == n || int32(l.u32(1+i)) != key {                                                      //nolint:gosec // as written
		return nil
	}
	from, to := int64(0), int64(l.u32(1+n+i))
	if i > 0 {
		from = int64(l.u32(n + i))
	}
	list := make([]int32, to-from)
	for k := range list {
		list[k] = int32(l.u32(1 + 2*n + from + int64(k))) //nolint:gosec // as written
	}
	return list
}

// columnOf returns what is known of entry n without reading it.
func (g *Graph) columnOf(n int32) column {
	return g.columnAt(n).marked(g.mark(n), n, len(g.strikersOf(n)))
}

// idHashes yields the hashes of the ids of all entries, in order.
func (g *Graph) idHashes() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		if g.snap != nil {
			part, off := g.snap.part[sectionEntries], int64(0)
			for range g.older {
				length, k := part.uintAt(off)
				off += int64(k)
				if !yield(hashID(packedID(part.at(off, int(length))))) { //nolint:gosec // as written
					return
				}
				off += int64(length) //nolint:gosec // as written
			}
		}
		for k := range g.joined.at.count {
			if !yield(hashID(g.joined.id(k))) {
				return
			}
		}
	}
}

// nameHashes yields the hashes of the references of all things, in order.
func (g *Graph) nameHashes() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		if g.snap != nil {
			part, off := g.snap.part[sectionNames], int64(0)
			for range g.elder {
				kind := part.at(off, 1)[0]
				length, k := part.uintAt(off + 1)
				off += 1 + int64(k)
				if !yield(hash64(kind, string(part.at(off, int(length))))) { //nolint:gosec // as written
					return
				}
				off += int64(length) //nolint:gosec // as written
			}
		}
		for i := range g.things {
			if !yield(hashRef(g.things[i].ref)) {
				return
			}
		}
	}
}
