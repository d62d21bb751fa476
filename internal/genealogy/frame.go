package genealogy

import (
	"encoding/binary"

	"suyuan/internal/event"
)

const (
	// FrameEvents is how many events are best packed into one frame, at most.
	FrameEvents = 1024
	// FrameForm names the form of frames, and how entries and things are numbered:
	// frames of another are not to be read.
	FrameForm = snapshotMagic + "frames 3\n"
	// frameRoom is what an event takes in a frame, about.
	frameRoom = 160
)

// AppendFrame appends the entries from one number up to another, packed so that
// [Graph.AddFrame] takes them in without parsing and looking up names. They must
// have joined after the graph's snapshot. recorded says when an entry was recorded,
// of which the graph knows something else; it may be nil. The cost is that of
// copying.
func (g *Graph) AppendFrame(dst []byte, from, to int, recorded func(n int, known event.Time) event.Time) []byte {
	w := frameWriter{j: &g.joined, out: make([]byte, 0, (to-from)*frameRoom)}
	for n := int32(from); n < int32(to); n++ { //nolint:gosec // numbers of entries
		at := g.joined.recorded(n)
		if recorded != nil {
			at = recorded(int(n), at)
		}
		w.entry(n-g.older, at)
	}
	known, after := g.populationBefore(int32(from)), g.populationBefore(int32(to)) //nolint:gosec // numbers of entries
	dst = appendUint(dst, uint64(from))                                            //nolint:gosec // not negative
	dst = appendUint(dst, uint64(known))                                           //nolint:gosec // not negative
	dst = appendUint(dst, uint64(to-from))                                         //nolint:gosec // not negative
	dst = appendUint(dst, uint64(len(w.bys)))
	for _, by := range w.bys {
		dst = appendStr(dst, g.joined.bys[by])
	}
	var names []byte
	for i := known; i < after; i++ {
		names = appendRef(names, g.ref(i))
	}
	dst = appendUint(dst, uint64(after-known)) //nolint:gosec // not negative
	dst = append(appendUint(dst, uint64(len(names))), names...)
	return append(dst, w.out...)
}

// populationBefore returns how many things there were before entry n, which joined,
// or joins next.
func (g *Graph) populationBefore(n int32) int32 {
	if n <= g.older {
		return g.elder
	}
	return *g.joined.populations.at(n - g.older - 1)
}

// Framable returns the first entry from which on the graph can pack frames.
func (g *Graph) Framable() int { return int(g.older) }

// FrameNext returns where the frame after b goes on: its first entry, and how many
// things are known by then.
func FrameNext(b []byte) (entry, known int, err error) {
	defer catch(&err)
	p := packed{b}
	from, before := p.uint(), p.uint()
	count := p.length()
	for range p.length() {
		p.str()
	}
	return int(from) + count, int(before) + p.length(), nil //nolint:gosec // as written
}

type frameWriter struct {
	j   *joined
	out []byte
	bys []uint64 // of the graph, in the order of the frame
}

// entry packs the k-th entry that joined: its lead, in which its column stands
// behind the first byte, and what it says.
func (w *frameWriter) entry(k int32, recorded event.Time) {
	lead := w.j.lead(k)
	w.out = binary.LittleEndian.AppendUint64(append(w.out, lead[0]), uint64(*w.j.columns.at(k)))
	w.out = append(w.out, lead[1:]...)
	b, _ := w.j.packed(k)
	p := packed{b}
	var head [2 * binary.MaxVarintLen64]byte
	h := appendInt(appendUint(head[:0], w.by(p.uint())), p.int())
	h = appendTime(h, recorded)
	w.out = appendUint(w.out, uint64(len(h)+len(p.b)))
	w.out = append(append(w.out, h...), p.b...)
}

func (w *frameWriter) by(by uint64) uint64 {
	for i, known := range w.bys {
		if known == by {
			return uint64(i)
		}
	}
	w.bys = append(w.bys, by)
	return uint64(len(w.bys)) - 1
}

func appendRef(dst []byte, r event.Ref) []byte { return appendStr(append(dst, byte(r.Kind())), r.ID()) }
