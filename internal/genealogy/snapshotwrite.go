package genealogy

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"sync"

	"suyuan/internal/event"
)

// The sections of a snapshot, in their order in the file.
const (
	sectionColumns = iota
	sectionEntries
	sectionEntryAt // of every 16th
	sectionNames
	sectionNameAt // of every 16th
	sectionByName
	sectionByID
	sectionThings
	sectionThingAt
	sectionOut // bundles of contacts by which things pass on
	sectionOutAt
	sectionIn
	sectionInAt
	sectionKinds
	sectionMasters // registrations by thing; the first of the lists
	sectionCounts
	sectionHoldsOn
	sectionSames
	sectionStrikers
	sectionPlaces
	sectionCodes
	sectionCodeAt // of every 16th
	sectionForms
	sectionRest
	sectionExtra
	sections
)

// The parts of what is known of a thing, in their order.
const (
	partOut = iota
	partIn
	partCuts
	partLife // of what is mentioned often
	partStruck
	partMentions
	thingParts
)

// sampled is how many entries, names or codes share one offset.
const sampled = 16

const (
	// SnapshotPrefix begins every snapshot, of whatever version.
	SnapshotPrefix = "suyuan genealogy "
	snapshotMagic  = SnapshotPrefix + "5\n"
	snapshotEnd    = "suyuan."
)

// WriteSnapshot writes all that the graph knows, so that [MapSnapshot] or
// [ReadSnapshot] finds it again, and extra, which is the caller's. stamp, which is
// short, says what prefix of a ledger that is. The cost is that of the whole
// graph, on all processors; what the graph's own snapshot has is copied. Memory is
// needed for two tables of eight bytes for each thing or entry.
func (g *Graph) WriteSnapshot(out io.Writer, stamp, extra []byte) error {
	buffered := bufio.NewWriterSize(out, 1<<16)
	ahead := g.ahead
	if ahead == nil {
		ahead = g.prepare()
	}
	g.ahead = nil
	defer ahead.letGo()
	w := snapshotWriter{g: g, out: &blockWriter{w: buffered}}
	var running sync.WaitGroup
	defer running.Wait()
	tables := aside(&running, ahead.hashTables)
	w.write([]byte(snapshotMagic))
	w.entries()
	w.names()
	hashed := tables()
	w.section(sectionByName, hashed[0])
	w.section(sectionByID, hashed[1])
	w.things(ahead)
	w.bundles(ahead, false)
	w.bundles(ahead, true)
	w.kinds()
	w.lists()
	w.codes()
	w.forms()
	w.rest()
	w.section(sectionExtra, extra)
	w.finish(stamp)
	if w.out.err != nil {
		return fmt.Errorf("write the genealogy's snapshot: %w", w.out.err)
	}
	return buffered.Flush()
}

type snapshotWriter struct {
	g   *Graph
	out *blockWriter
	at  [sections][2]int64 // offset and length
	who []string           // entered records, in the order of their first
	chunkPool
}

func (w *snapshotWriter) write(b []byte) { _, _ = w.out.Write(b) } // out keeps the error

func (w *snapshotWriter) section(s int, b []byte) {
	w.begin(s)
	w.write(b)
	w.end(s)
}

func (w *snapshotWriter) begin(s int) { w.at[s][0] = w.out.off }

func (w *snapshotWriter) end(s int) { w.at[s][1] = w.out.off - w.at[s][0] }

// align lets what comes next begin where a line of the processor's memory does, so
// that what is read of it at once is seldom in two.
func (w *snapshotWriter) align() {
	const line = 64
	w.write(make([]byte, (line-w.out.off%line)%line))
}

// entries writes what is known of each entry, and each entry.
func (w *snapshotWriter) entries() {
	w.begin(sectionColumns)
	var b []byte
	for n := range w.g.count() {
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(w.g.columnOf(n)))
		w.write(b)
	}
	w.end(sectionColumns)
	at := w.olderEntries()
	bys := w.operators()
	w.eachChunk(w.g.older, w.g.count(), func(c *chunk, _ int, from, to int32) {
		var b []byte
		for n := from; n < to; n++ {
			if n%sampled == 0 {
				c.at = append(c.at, int64(len(c.bytes)))
			}
			b = w.entry(b[:0], n, bys)
			c.bytes = append(appendUint(c.bytes, uint64(len(b))), b...)
		}
	}, func(c *chunk) {
		w.chunk(sectionEntries, c, func(_ int, off int64) {
			at = binary.LittleEndian.AppendUint64(at, uint64(off)) //nolint:gosec // not negative
		})
	})
	w.end(sectionEntries)
	w.section(sectionEntryAt, at)
}

// operators returns the numbers, in the snapshot, of those who entered the records
// that joined: all who entered records are in the order of their first.
func (w *snapshotWriter) operators() []uint64 {
	if w.g.snap != nil {
		w.who = slices.Clone(w.g.snap.small.bys)
	}
	numbers := make([]uint64, len(w.g.joined.bys))
	for i, by := range w.g.joined.bys {
		at := slices.Index(w.who, by)
		if at < 0 {
			at = len(w.who)
			w.who = append(w.who, by)
		}
		numbers[i] = uint64(at)
	}
	return numbers
}

// older begins a section with what the snapshot has of it, which never changes,
// and returns the offsets of that.
func (w *snapshotWriter) older(part, offsets int) []byte {
	w.begin(part)
	snap := w.g.snap
	if snap == nil {
		return nil
	}
	for off := int64(0); off < snap.part[part].len; off += 1 << 20 {
		w.write(snap.part[part].from(off, 1<<20))
	}
	return slices.Clone(snap.part[offsets].whole())
}

// olderEntries is older for the entries, with the time at which they were
// recorded where that was not known when the snapshot was written.
func (w *snapshotWriter) olderEntries() []byte {
	if len(w.g.redated) == 0 {
		return w.older(sectionEntries, sectionEntryAt)
	}
	w.begin(sectionEntries)
	var at, b []byte
	part, off := w.g.snap.part[sectionEntries], int64(0)
	for n := range w.g.older {
		length, k := part.uintAt(off)
		p := packed{part.at(off+int64(k), int(length))} //nolint:gosec // as written
		off += int64(k) + int64(length)                 //nolint:gosec // as written
		if n%sampled == 0 {
			at = binary.LittleEndian.AppendUint64(at, uint64(w.out.off-w.at[sectionEntries][0])) //nolint:gosec // not negative
		}
		b = appendInt(appendUint(b[:0], p.uint()), p.int())
		b = append(appendTime(b, w.g.recorded(n, p.time())), p.b...)
		w.write(appendUint(nil, uint64(len(b))))
		w.write(b)
	}
	return at
}

// entry appends an entry that joined: who entered it and when, then the event. Where
// the event names what had no number yet when it joined, it is packed anew.
func (w *snapshotWriter) entry(b []byte, n int32, bys []uint64) []byte {
	packedBytes, loose := w.g.joined.packed(n - w.g.older)
	p := packed{packedBytes}
	b = appendUint(b, bys[p.uint()])
	b = appendInt(b, p.int())
	b = appendTime(b, w.g.joined.recorded(n))
	if !loose {
		return append(b, p.b...)
	}
	return w.g.entry(n).Event.Pack(b, func(r event.Ref) (uint64, bool) {
		i, ok := w.g.thingOf(r)
		return uint64(i), ok //nolint:gosec // not negative
	})
}

// names writes the references of all things.
func (w *snapshotWriter) names() {
	at := w.older(sectionNames, sectionNameAt)
	var b []byte
	for i := w.g.elder; i < w.g.population(); i++ {
		if i%sampled == 0 {
			at = binary.LittleEndian.AppendUint64(at, uint64(w.out.off-w.at[sectionNames][0])) //nolint:gosec // not negative
		}
		r := w.g.ref(i)
		b = appendStr(append(b[:0], byte(r.Kind())), r.ID())
		w.write(b)
	}
	w.end(sectionNames)
	w.section(sectionNameAt, at)
}

// kinds writes the things of each kind: where the list begins, then the lists.
func (w *snapshotWriter) kinds() {
	var lists, at []byte
	for k := range event.KindProduct + 1 {
		at = binary.LittleEndian.AppendUint64(at, uint64(len(lists)))
		last := int32(0)
		for i := range w.g.numbersOf(k) {
			lists = appendUint(lists, uint64(i-last)) //nolint:gosec // in order
			last = i
		}
	}
	at = binary.LittleEndian.AppendUint64(at, uint64(len(lists)))
	w.section(sectionKinds, append(at, lists...))
}

// lists writes the lists by thing or entry.
func (w *snapshotWriter) lists() {
	g := w.g
	for k, l := range [...]lists{g.masters, g.counts, g.holdsOn, g.sames} {
		w.list(sectionMasters+k, l.newer, func(key int32) []int32 { return l.of(key) })
	}
	places := make(map[int32][]int32)
	note := func(n int32, m mark) {
		if m.place != n {
			places[n] = []int32{m.place}
		}
	}
	for k := range g.marks.count {
		note(g.older+k, *g.marks.at(k))
	}
	for n, m := range g.remarked {
		note(n, *m)
	}
	w.list(sectionStrikers, g.strikers, g.strikersOf)
	w.list(sectionPlaces, places, func(n int32) []int32 { return []int32{g.mark(n).place} })
}

// list writes the lists of the keys that the snapshot has and of those that
// joined: the keys in order, where the list of each ends, the numbers.
func (w *snapshotWriter) list(s int, newer map[int32][]int32, of func(int32) []int32) {
	keys := slices.Collect(maps.Keys(newer))
	if w.g.snap != nil {
		keys = append(keys, w.g.snap.list(s).keys()...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var b, ends, numbers []byte
	b = binary.LittleEndian.AppendUint32(b, uint32(len(keys))) //nolint:gosec // no more than entries
	for _, key := range keys {
		b = binary.LittleEndian.AppendUint32(b, uint32(key)) //nolint:gosec // not negative
		for _, n := range of(key) {
			numbers = binary.LittleEndian.AppendUint32(numbers, uint32(n)) //nolint:gosec // not negative
		}
		ends = binary.LittleEndian.AppendUint32(ends, uint32(len(numbers)/4)) //nolint:gosec // no more than entries
	}
	w.section(s, slices.Concat(b, ends, numbers))
}

// A codeRecord is one code and all that is said of it.
type codeRecord struct {
	hash uint64
	code string
	list []coded
}

// codes writes the codes in order of their hashes.
func (w *snapshotWriter) codes() {
	newer := make([]codeRecord, 0, len(w.g.codes))
	for code, list := range w.g.codes {
		newer = append(newer, codeRecord{hash64(0, code), code, list})
	}
	slices.SortFunc(newer, compareCodes)
	w.begin(sectionCodes)
	var at []byte
	n := 0
	put := func(c *codeRecord) {
		if n%sampled == 0 {
			at = binary.LittleEndian.AppendUint64(at, c.hash)
			at = binary.LittleEndian.AppendUint64(at, uint64(w.out.off-w.at[sectionCodes][0])) //nolint:gosec // not negative
		}
		n++
		w.write(w.code(c))
	}
	for older := range w.g.olderCodes() {
		for len(newer) > 0 && compareCodes(newer[0], older) < 0 {
			put(&newer[0])
			newer = newer[1:]
		}
		if len(newer) > 0 && newer[0].code == older.code {
			older.list = append(older.list, newer[0].list...)
			newer = newer[1:]
		}
		put(&older)
	}
	for i := range newer {
		put(&newer[i])
	}
	w.end(sectionCodes)
	w.section(sectionCodeAt, at)
}

func compareCodes(a, b codeRecord) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.code, b.code))
}

func (w *snapshotWriter) code(c *codeRecord) []byte {
	b := binary.LittleEndian.AppendUint64(nil, c.hash)
	b = appendUint(appendStr(b, c.code), uint64(len(c.list)))
	for _, s := range c.list {
		b = append(appendInt(b, int64(s.entry)), byte(s.says), byte(s.ref.Kind()))
		b = appendStr(b, s.ref.ID())
	}
	return b
}

// rest writes what is little: who entered records, holds, lifts, drills, what is
// of a later vocabulary.
func (w *snapshotWriter) rest() {
	g := w.g
	b := appendUint(nil, uint64(len(w.who)))
	for _, by := range w.who {
		b = appendStr(b, by)
	}
	b = appendUint(b, uint64(len(g.holds)))
	for i := range g.holds {
		h := &g.holds[i]
		b = appendStr(append(appendInt(b, int64(h.Entry)), byte(h.Cause)), h.Vessel.ID())
		b = appendUint(b, uint64(len(h.Things)))
		for _, r := range h.Things {
			b = appendStr(append(b, byte(r.Kind())), r.ID())
		}
	}
	b = appendNumbers(b, g.lifters)
	b = appendNumbers(b, g.unknown)
	drills := slices.SortedFunc(maps.Keys(g.drills), event.Ref.Compare)
	b = appendUint(b, uint64(len(drills)))
	for _, r := range drills {
		b = appendStr(b, r.ID())
	}
	w.section(sectionRest, appendTime(b, g.latest))
}

func appendNumbers(b []byte, list []int32) []byte {
	b = appendUint(b, uint64(len(list)))
	for _, n := range list {
		b = appendInt(b, int64(n))
	}
	return b
}

// finish writes the checksums and what finds the sections.
func (w *snapshotWriter) finish(stamp []byte) {
	if w.out.off%blockSize != 0 {
		w.write(make([]byte, blockSize-w.out.off%blockSize))
	}
	version := Vocabulary()
	foot := append([]byte(nil), version[:]...)
	foot = appendUint(appendUint(foot, uint64(w.g.count())), uint64(w.g.population())) //nolint:gosec // not negative
	for _, s := range w.at {
		foot = appendUint(appendUint(foot, uint64(s[0])), uint64(s[1])) //nolint:gosec // not negative
	}
	foot = appendUint(foot, uint64(w.out.off)) //nolint:gosec // not negative
	foot = appendStr(foot, string(stamp))
	sums := w.out.sums
	foot = binary.LittleEndian.AppendUint32(foot, crc32.Checksum(sums, castagnoli))
	foot = binary.LittleEndian.AppendUint32(foot, crc32.Checksum(foot, castagnoli))
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot))) //nolint:gosec // some hundred bytes
	w.write(sums)
	w.write(append(foot, snapshotEnd...))
}
