package genealogy

import (
	"encoding/binary"
	"slices"

	"suyuan/internal/event"
)

const (
	// FrameEvents is how many events are best packed into one frame, at most.
	FrameEvents = 1024
	// FrameForm names the form of frames, and how entries and things are numbered:
	// frames of another are not to be read.
	FrameForm = snapshotMagic + "frames 2\n"
	// frameAhead bounds the names that a frame has of things which its events do
	// not bring themselves.
	frameAhead = 1024
	// frameRoom is what an event takes in a frame, about.
	frameRoom = 160
)

// AppendFrame appends the entries from one number up to another, packed so that
// [Graph.AddFrame] takes them in without parsing and looking up names. known is
// how many things are surely known without them: what the call for the entries
// before returned, or how many the snapshot has that the first frame goes on from.
// recorded says when an entry was recorded, of which the graph knows something
// else; it may be nil.
func (g *Graph) AppendFrame(dst []byte, from, to, known int, recorded func(n int, known event.Time) event.Time) (b []byte, after int) {
	w := frameWriter{g: g, recorded: recorded, known: int32(known), after: int32(known), end: int32(known), bys: make(map[string]uint64)} //nolint:gosec // numbers of things
	w.number = w.numberOf
	w.out = make([]byte, 0, (to-from)*frameRoom)
	for n := int32(from); n < int32(to); n++ { //nolint:gosec // numbers of entries
		w.entry(n)
	}
	dst = appendUint(dst, uint64(from))    //nolint:gosec // not negative
	dst = appendUint(dst, uint64(known))   //nolint:gosec // not negative
	dst = appendUint(dst, uint64(w.after)) //nolint:gosec // not negative
	dst = appendUint(dst, uint64(to-from)) //nolint:gosec // not negative
	dst = appendUint(dst, uint64(len(w.who)))
	for _, by := range w.who {
		dst = appendStr(dst, by)
	}
	var names []byte
	for i := w.known; i < w.end; i++ {
		names = appendRef(names, g.ref(i))
	}
	dst = appendUint(dst, uint64(w.end-w.known)) //nolint:gosec // not negative
	dst = append(appendUint(dst, uint64(len(names))), names...)
	return append(dst, w.out...), int(w.after)
}

// Framable returns the first entry from which on the graph can pack frames.
func (g *Graph) Framable() int { return int(g.commonFrom) }

// FrameNext returns where the frame after b goes on: its first entry, and how many
// things are known by then.
func FrameNext(b []byte) (entry, known int, err error) {
	defer catch(&err)
	p := packed{b}
	from := p.uint()
	p.uint()
	known = int(p.uint())                     //nolint:gosec // as written
	return int(from) + p.length(), known, nil //nolint:gosec // as written
}

type frameWriter struct {
	g        *Graph
	recorded func(int, event.Time) event.Time
	out      []byte
	entryOut []byte
	mentions []mention
	arrival  bool  // of the entry
	numbered bool  // all its mentions have their numbers
	known    int32 // things that there were before
	after    int32 // things that there are then, at least
	end      int32 // after the last that is named
	bys      map[string]uint64
	who      []string // of bys, in order
	number   func(event.Ref) (uint64, bool)
}

// entry packs an entry, and before it what taking it in wants.
func (w *frameWriter) entry(n int32) {
	e := w.g.entry(n)
	full := &e.Event
	if codes := w.g.common[n]; len(codes) > 0 {
		copied := e.Event
		copied.Codes = codes
		full = &copied
	}
	w.mention(n, full)
	flags := byte(0)
	if w.plain(n, full) {
		flags = framePlain
	}
	w.out = append(w.out, flags)
	w.out = binary.LittleEndian.AppendUint64(w.out, uint64(columnOf(full, mark{place: n}, n)))
	if flags == framePlain {
		w.appendMentions(n, full)
	} else {
		w.appendCodes(full.Codes)
		w.appendTargets(n, full)
	}
	b := appendUint(w.entryOut[:0], w.by(e.By))
	b = appendInt(b, int64(e.Seq)-int64(n)) //nolint:gosec // numbers of records
	at := e.Recorded
	if w.recorded != nil {
		at = w.recorded(int(n), at)
	}
	b = appendTime(b, at)
	b = e.Event.Pack(b, w.number)
	w.out = append(appendUint(w.out, uint64(len(b))), b...)
	w.entryOut = b
}

// mention finds the numbers of what the event mentions. What an arrival names can
// be another thing, which is known only where it was kept.
func (w *frameWriter) mention(n int32, e *event.Event) {
	w.mentions = mentionsInto(w.mentions, e)
	_, w.arrival = e.Body.(*event.Arrival)
	var known []int32
	if n >= w.g.own {
		known = w.g.named.of(n - w.g.own)
	}
	w.numbered = known != nil || !w.arrival
	for i := range w.mentions {
		m := &w.mentions[i]
		if known != nil {
			m.thing = known[i]
		} else {
			m.thing, _ = w.g.thingOf(m.ref)
		}
		if w.numbered {
			w.after = max(w.after, m.thing+1)
		}
	}
	w.end = max(w.end, w.after)
}

func (w *frameWriter) by(by string) uint64 {
	i, ok := w.bys[by]
	if !ok {
		i = uint64(len(w.who))
		w.bys[by] = i
		w.who = append(w.who, by)
	}
	return i
}

// numberOf is the number of a thing that the entry names. Most of them its
// mentions have.
func (w *frameWriter) numberOf(r event.Ref) (uint64, bool) {
	i, ok := int32(-1), false
	for k := range w.mentions {
		if m := &w.mentions[k]; m.ref == r && !w.arrival {
			i, ok = m.thing, true
			break
		}
	}
	if !ok {
		i, ok = w.g.thingOf(r)
	}
	if !ok || i >= w.after+frameAhead {
		return 0, false
	}
	w.end = max(w.end, i+1)
	return uint64(i), true //nolint:gosec // not negative
}

func (w *frameWriter) appendMentions(n int32, e *event.Event) {
	w.out = appendUint(w.out, uint64(len(w.mentions)))
	for i := range w.mentions {
		m := &w.mentions[i]
		head := byte(m.as)
		if _, ended := endingOf(Mention{n, m.as, m.n}, e); ended || makes(m.as) {
			head |= mentionLife
		}
		if m.n != 0 {
			head |= mentionN
		}
		w.out = append(w.out, head)
		if m.n != 0 {
			w.out = appendInt(w.out, int64(m.n))
		}
		w.out = appendUint(w.out, uint64(m.thing)) //nolint:gosec // it was mentioned
	}
}

func (w *frameWriter) appendCodes(list []event.Codes) {
	w.out = appendUint(w.out, uint64(len(list)))
	for i := range list {
		w.out = appendRef(w.out, list[i].Thing)
		w.out = appendUint(w.out, uint64(len(list[i].Values)))
		for _, v := range list[i].Values {
			w.out = appendStr(w.out, v)
		}
	}
}

// appendTargets writes which entries the event strikes, so that nobody looks for
// them by their ids.
func (w *frameWriter) appendTargets(n int32, e *event.Event) {
	ids := strikesOf(e)
	w.out = appendUint(w.out, uint64(len(ids)))
	for _, id := range ids {
		k, ok := w.g.numberOf(id)
		if !ok || k >= n { // it was not there
			k = -1
		}
		w.out = appendUint(w.out, uint64(k+1))
	}
}

// plain reports whether an event does no more than name things: no code is said
// of any, nothing is struck, held, lifted or registered, and no rule about
// signatures asks for it by its content.
func (w *frameWriter) plain(n int32, e *event.Event) bool {
	if e.Replaces != "" || len(e.Codes) > 0 {
		return false
	}
	outputs := e.Outputs()
	for i := range outputs {
		if len(outputs[i].Codes) > 0 {
			return false
		}
	}
	switch b := e.Body.(type) {
	case *event.Manufacture:
		return len(b.Changes) == 0
	case *event.Test:
		return !b.Bad()
	case *event.Shipment:
		return !slices.ContainsFunc(w.g.History(b.Shipment), func(m Mention) bool { return w.excursion(m.Entry) })
	case *event.Handover:
		return !w.excursion(n)
	case *event.Arrival:
		return w.numbered && len(b.Rejected) == 0 && !w.excursion(n)
	case *event.Collection, *event.Receipt, *event.Infusion, *event.Release, *event.Store, *event.Retrieve, *event.Allocation,
		*event.Disposal, *event.Eligibility, *event.Followup, *event.Cleaning, *event.Environment, *event.Contact:
		return true
	default:
		return false
	}
}

// excursion reports whether entry n was ever judged to be one. Where it was not, to
// judge it did nothing.
func (w *frameWriter) excursion(n int32) bool {
	_, known := w.g.excursions[n]
	return known
}

// namedThings are the numbers of what entries mention, so that who packs these need
// not look them up again.
type namedThings struct {
	things []int32
	ends   []uint32 // by entry
}

func (t *namedThings) keep(mentions []mention) {
	for i := range mentions {
		t.things = append(t.things, mentions[i].thing)
	}
	t.ends = append(t.ends, uint32(len(t.things))) //nolint:gosec // a graph is let go of long before
}

func (t *namedThings) of(k int32) []int32 {
	from := uint32(0)
	if k > 0 {
		from = t.ends[k-1]
	}
	return t.things[from:t.ends[k]:t.ends[k]]
}

func appendRef(dst []byte, r event.Ref) []byte { return appendStr(append(dst, byte(r.Kind())), r.ID()) }

// keepCommon keeps the codes of the entry that joins next, which the graph has by
// code alone, for who packs it.
func (g *Graph) keepCommon(codes []event.Codes) { g.keepCommonOf(g.count(), codes) }

func (g *Graph) keepCommonOf(n int32, codes []event.Codes) {
	if len(codes) == 0 {
		return
	}
	if g.common == nil {
		g.common = make(map[int32][]event.Codes)
	}
	g.common[n] = codes
}
