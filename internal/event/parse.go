package event

import (
	"strconv"
	"sync"
)

// idBytes is what a derived id adds to the canonical bytes.
const idBytes = len(`"id":"",`) + 36

// Parse reads one event from outside: JSON in any spelling of white space and
// member order. Whatever else docs/format.md section 1 does not allow is
// refused with an [*Error]. The id stays empty where none is given.
//
// The event's texts share the memory of one copy of b.
func Parse(b []byte) (Event, error) {
	r, _ := readers.Get().(*Reader)
	e, err := r.Parse(b)
	r.release()
	return e, err
}

// ParseStored reads an event as a ledger holds it. It differs from Parse in
// that types and members of a later vocabulary are left out and named (Body
// is *Unknown, Unread has the paths), and that texts are not scanned for
// direct identifiers: they were when the event was recorded.
func ParseStored(b []byte) (Event, error) {
	r, _ := readers.Get().(*Reader)
	e, err := r.ParseStored(b)
	r.release()
	return e, err
}

// readers are those of Parse and ParseStored: most of what a reading would
// allocate is the same from event to event.
var readers = sync.Pool{New: func() any { return new(Reader) }}

// release gives a reader back, but not one that a huge event made large.
func (r *Reader) release() {
	const most = 1 << 10 // nodes
	if cap(r.scanner.nodes) <= most {
		clear(r.scanner.nodes) // they hold on to the event's text
		readers.Put(r)
	}
}

// A Reader reads events one after the other, using its memory again. The zero
// Reader is ready; it is not for concurrent use.
type Reader struct {
	scanner  scanner
	decoder  decoder
	scrutiny scrutiny
	event    Event // the one being read
}

// Parse reads an event as the function of this name does.
func (r *Reader) Parse(b []byte) (Event, error) { return r.read(b, false) }

// ParseStored reads an event as the function of this name does.
func (r *Reader) ParseStored(b []byte) (Event, error) { return r.read(b, true) }

func (r *Reader) read(b []byte, stored bool) (Event, error) {
	err := r.parse(b, stored)
	if err == nil && !stored {
		err = r.scrutiny.of(&r.event)
	}
	e := r.event
	r.event = Event{}
	if err != nil {
		return Event{}, err
	}
	return e, nil
}

func (r *Reader) parse(b []byte, stored bool) error {
	if len(b) > MaxInput {
		return &Error{RuleTooLarge, "", strconv.Itoa(len(b)) + " bytes", "at most " + strconv.Itoa(MaxInput), MaxInput}
	}
	nodes, fault := r.scanner.read(string(b))
	if fault != nil {
		return fault
	}
	if nodes[0].kind != objectNode {
		return malformed("", nodes[0].String(), "an object")
	}
	if fault := r.decode(&r.event, nodes, stored); fault != nil {
		return fault
	}
	if err := check(&r.event); err != nil {
		return err
	}
	return r.event.fits(len(b))
}

func (r *Reader) decode(e *Event, nodes []node, stored bool) *Error {
	d := &r.decoder
	d.reset(nodes, stored, false)
	d.event(e)
	if d.stranger {
		for i := range nodes {
			nodes[i].seen = false
		}
		d.reset(nodes, stored, true)
		d.event(&Event{})
	}
	e.Unread = d.unread
	return firstError(d.err, d.missing)
}

// event reads the event that node 0 is.
func (d *decoder) event(e *Event) {
	d.typ("type", &e.Type)
	if d.err == nil && d.missing == nil {
		e.Body = d.body(e.Type)
	}
	if d.err == nil && d.missing == nil {
		e.members(d)
		d.strangers()
	}
}

// body returns the empty body of type t.
func (d *decoder) body(t Type) Body {
	if b := NewBody(t); b != nil {
		return b
	}
	if d.stored && t != "" {
		return new(Unknown)
	}
	names := typeNames()
	d.fail(d.nodes[d.find("type", must)].off, "type", quote(string(t)), orMeant(oneOf(names), string(t), names))
	return nil
}

// fits refuses an event that is too large with its id, which n bytes of input
// were. The canonical form is never longer than the input.
func (e *Event) fits(n int) error {
	added := 0
	if e.ID == "" {
		added = idBytes
	}
	if n+added <= MaxEvent {
		return nil
	}
	if n = len(e.Bytes()) + added; n > MaxEvent {
		return &Error{RuleTooLarge, "", strconv.Itoa(n) + " bytes with its id", "at most " + strconv.Itoa(MaxEvent), -1}
	}
	return nil
}

// Identify gives the event its id where it has none: derived from its time
// and its canonical bytes, so that the same event twice is one event.
func (e *Event) Identify() {
	if e.ID == "" {
		e.ID = deriveID(e.Time, e.Bytes())
	}
}
