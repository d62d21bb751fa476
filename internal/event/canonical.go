package event

import (
	"cmp"
	"slices"
	"sync"
)

// Append appends the event's canonical bytes (RFC 8785). An event that
// ParseStored read with members of a later vocabulary (Unread, or a body
// *Unknown) is written without these.
func (e *Event) Append(dst []byte) []byte {
	enc := newEncoder(e)
	dst = enc.closeObject(dst)
	enc.release()
	return dst
}

// Bytes returns the event's canonical bytes.
func (e *Event) Bytes() []byte {
	enc := newEncoder(e)
	b := enc.closeObject(make([]byte, 0, len(enc.out)+16*len(enc.spans)))
	enc.release()
	return b
}

// Identified gives the event its id, as Identify does, and returns its canonical
// bytes; it writes the members once for both.
func (e *Event) Identified() []byte {
	enc := newEncoder(e)
	size := len(enc.out) + 16*len(enc.spans) + idBytes
	if e.ID == "" {
		members := len(enc.spans)
		enc.scratch = enc.closeObject(enc.scratch[:0])
		e.ID = deriveID(e.Time, enc.scratch)
		enc.spans, enc.opens = enc.spans[:members], enc.opens[:1]
		enc.str("id", string(e.ID))
	}
	b := enc.closeObject(make([]byte, 0, size))
	enc.release()
	return b
}

// encoders keep their memory from event to event.
var encoders = sync.Pool{New: func() any {
	return &encoder{out: make([]byte, 0, 1024), spans: make([]span, 0, 32), opens: make([]opening, 0, 8)}
}}

// newEncoder returns an encoder that was shown all members of e, and has the
// event itself open.
func newEncoder(e *Event) *encoder {
	enc, _ := encoders.Get().(*encoder)
	enc.open()
	e.members(enc)
	return enc
}

func (e *encoder) release() {
	e.out, e.spans, e.opens = e.out[:0], e.spans[:0], e.opens[:0]
	if cap(e.out) <= MaxEvent {
		encoders.Put(e)
	}
}

// appendNode writes a value of the JSON text in its canonical form.
func appendNode(dst []byte, nodes []node, at int32) []byte {
	n := &nodes[at]
	switch n.kind {
	case stringNode:
		return AppendString(dst, n.text)
	case numberNode:
		return append(dst, n.text...)
	case trueNode:
		return append(dst, "true"...)
	case falseNode:
		return append(dst, "false"...)
	case listNode:
		dst = append(dst, '[')
		for c := n.first; c != 0; c = nodes[c].next {
			if c != n.first {
				dst = append(dst, ',')
			}
			dst = appendNode(dst, nodes, c)
		}
		return append(dst, ']')
	case objectNode:
		return appendObject(dst, nodes, n)
	}
	return dst
}

func appendObject(dst []byte, nodes []node, n *node) []byte {
	children := make([]int32, 0, n.n)
	for c := n.first; c != 0; c = nodes[c].next {
		children = append(children, c)
	}
	slices.SortFunc(children, func(a, b int32) int { return compareUTF16(nodes[a].key, nodes[b].key) })
	dst = append(dst, '{')
	for i, c := range children {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendString(dst, nodes[c].key), ':')
		dst = appendNode(dst, nodes, c)
	}
	return append(dst, '}')
}

// An encoder is the visitor that writes an event. Members come in the
// contract's order and go out sorted by name: each is first written to out,
// and the object put together from these when it closes.
type encoder struct {
	out   []byte
	spans []span // the members of the objects being written
	opens []opening

	scratch []byte // what an id is derived from
}

// A span is a member's value in out.
type span struct {
	name     string
	head     uint64 // the first bytes of a name of the vocabulary, 0 for any other
	from, to int32
}

// An opening is an object or list being written: where it begins in out, and
// its first span.
type opening struct {
	name        string
	from, spans int
}

func (e *encoder) open() { e.opens = append(e.opens, opening{"", len(e.out), len(e.spans)}) }

// closeObject appends the object being written to dst, and forgets it.
func (e *encoder) closeObject(dst []byte) []byte {
	o := e.opens[len(e.opens)-1]
	e.opens = e.opens[:len(e.opens)-1]
	members := e.spans[o.spans:]
	sortSpans(members)
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		if m.head != 0 {
			dst = append(append(append(dst, '"'), m.name...), '"', ':')
		} else {
			dst = append(AppendString(dst, m.name), ':')
		}
		dst = append(dst, e.out[m.from:m.to]...)
	}
	e.spans = e.spans[:o.spans]
	return append(dst, '}')
}

// sortSpans sorts by name. Most objects have a few members, and many have them
// nearly in order.
func sortSpans(spans []span) {
	if len(spans) > 32 {
		slices.SortFunc(spans, span.compare)
		return
	}
	for i := 1; i < len(spans); i++ {
		for j := i; j > 0 && spans[j].compare(spans[j-1]) < 0; j-- {
			spans[j], spans[j-1] = spans[j-1], spans[j]
		}
	}
}

// compare orders by name. The members of an object are all of the vocabulary,
// or none is.
func (s span) compare(o span) int {
	if s.head != o.head {
		return cmp.Compare(s.head, o.head)
	}
	return compareUTF16(s.name, o.name)
}

// put notes that the member name of the vocabulary was written from on.
func (e *encoder) put(name string, from int) {
	head := uint64(0)
	for i := range min(len(name), 8) {
		head |= uint64(name[i]) << (56 - 8*i)
	}
	e.spans = append(e.spans, span{name, head, int32(from), int32(len(e.out))}) //nolint:gosec // an event is smaller
}

// putNamed does so for a member whose name the event's author chose.
func (e *encoder) putNamed(name string, from int) {
	e.spans = append(e.spans, span{name, 0, int32(from), int32(len(e.out))}) //nolint:gosec // as above
}

func (e *encoder) str(name, s string) {
	if s != "" {
		from := len(e.out)
		e.out = AppendString(e.out, s)
		e.put(name, from)
	}
}

func strs[T any](e *encoder, name string, list []T, text func(T) string) {
	if list != nil {
		from := len(e.out)
		e.out = appendStrings(e.out, list, text)
		e.put(name, from)
	}
}

func appendStrings[T any](dst []byte, list []T, text func(T) string) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, text(v))
	}
	return append(dst, ']')
}

func (e *encoder) raw(name string, b []byte) {
	if b != nil {
		from := len(e.out)
		e.out = append(e.out, b...)
		e.put(name, from)
	}
}

func (e *encoder) enter(name string, present bool, _ presence) bool {
	if present {
		e.opens = append(e.opens, opening{name, len(e.out), len(e.spans)})
	}
	return present
}

func (e *encoder) leave() {
	o := e.opens[len(e.opens)-1]
	tail := len(e.out)
	e.out = e.closeObject(e.out)
	n := copy(e.out[o.from:], e.out[tail:])
	e.out = e.out[:o.from+n]
	if o.name != "" {
		e.put(o.name, o.from)
	}
}

func (e *encoder) list(name string, n int, none bool, _ presence) (int, bool) {
	if none {
		return 0, false
	}
	e.opens = append(e.opens, opening{name, len(e.out), len(e.spans)})
	e.out = append(e.out, '[')
	return n, true
}

func (e *encoder) at(i int, bare *bool, unit *Ref) bool {
	if i > 0 {
		e.out = append(e.out, ',')
	}
	if bare != nil && *bare {
		e.out = AppendString(e.out, unit.id)
		return false
	}
	e.open()
	return true
}

func (e *encoder) end() {
	o := e.opens[len(e.opens)-1]
	e.opens = e.opens[:len(e.opens)-1]
	e.out = append(e.out, ']')
	e.put(o.name, o.from)
}

func (e *encoder) inline(present bool) bool { return present }

func (e *encoder) joined(_ string, present bool) bool { return present }

func (e *encoder) codes(name string, p *[]Codes) {
	if *p == nil {
		return
	}
	e.enter(name, true, may)
	for _, c := range *p {
		if c.Values == nil {
			continue
		}
		from := len(e.out)
		e.out = appendStrings(e.out, c.Values, same)
		e.putNamed(c.Thing.String(), from)
	}
	e.leave()
}

func (e *encoder) values(name string, p *[]Value) {
	if *p == nil {
		return
	}
	e.enter(name, true, may)
	for _, v := range *p {
		from := len(e.out)
		e.out = AppendString(e.out, v.Text)
		e.putNamed(v.Name, from)
	}
	e.leave()
}

func same(s string) string { return s }

func (e *encoder) trigger(name string, p *Trigger) {
	e.str(name, p.Text)
	if p.Text == "" {
		strs(e, name, p.Events, func(id ID) string { return string(id) })
	}
}
