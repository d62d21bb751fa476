package world

// A Type is the type of an event, as the ledger spells it.
type Type string

// The types that happen in a world.
const (
	Register    Type = "register"
	Collection  Type = "collection"
	Receipt     Type = "receipt"
	Manufacture Type = "manufacture"
	Test        Type = "test"
	Release     Type = "release"
	Store       Type = "store"
	Retrieve    Type = "retrieve"
	Shipment    Type = "shipment"
	Handover    Type = "handover"
	Arrival     Type = "arrival"
	Infusion    Type = "infusion"
	Followup    Type = "followup"
	Disposal    Type = "disposal"
	Cleaning    Type = "cleaning"
	Environment Type = "environment"
	Same        Type = "same"
	Correction  Type = "correction"
	Case        Type = "case"
)

// An Event is one event of a world. What does not belong to its type is empty. Its lists are used again for the next event.
type Event struct {
	Seq       uint64 // from 1: its line, and its record's number in a ledger that holds nothing else
	Type      Type
	ID        uint64 // not 0 where another event names it
	Time, End int64  // Unix seconds; End 0: none
	Zone      int    // seconds east of Greenwich

	Site, To, Room, Equipment, At Thing
	Donor, Patient, Batch, Lot    Thing
	Unit, Shipment, Case, Subject Thing

	Operators, Signed []Thing
	Units             []Thing // stored, retrieved, shipped, accepted, disposed of
	Until             []int64 // a store's or shipment's: when each of Units has left the vessel; 0 where it never does
	Inputs, Materials []Thing
	Outputs           []Output
	Failed            bool // a manufacture without outputs
	Uses              []Use
	Things            []Thing // of same
	Names             uint64  // ID of the event that a correction corrects or a lift frees
	Excuse            string  // the rule that a declared deviation waives
	Verified          bool    // of a cleaning
	Words             []Word
}

// An Output is a unit that an event makes.
type Output struct {
	Unit       Thing
	Role       string
	ForPatient Thing
	Expires    int64 // 0: never
}

// A Use is equipment that an event uses, in Unix seconds.
type Use struct {
	Equipment Thing
	From, To  int64
}

// A Word is a member that says something in words or as a decimal.
type Word struct{ Name, Value string }

// reset empties e but keeps the room of its lists.
func (e *Event) reset(t Type, at int64) {
	*e = Event{
		Seq: e.Seq, Type: t, Time: at, Zone: chinaTime,
		Operators: e.Operators[:0], Signed: e.Signed[:0], Units: e.Units[:0], Until: e.Until[:0], Inputs: e.Inputs[:0],
		Materials: e.Materials[:0], Outputs: e.Outputs[:0], Uses: e.Uses[:0], Things: e.Things[:0], Words: e.Words[:0],
	}
}

const (
	chinaTime    = 8 * 3600
	overseasTime = 1 * 3600
)

// at puts e at a site, entered by one of its operators.
func (e *Event) at(site Thing, operator uint64) {
	e.Site = site
	e.Operators = append(e.Operators, thing(anOperator, int(site.place()), operator%operators+1, 0)) //nolint:gosec // sixteen bits
	if site.place() == overseas {
		e.Zone = overseasTime
	}
}

func (e *Event) say(name, value string) { e.Words = append(e.Words, Word{name, value}) }
