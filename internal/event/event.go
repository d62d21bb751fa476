package event

// An Event is what happened, as the person or system that saw it says.
type Event struct {
	Common
	Body Body
	// Unread lists the paths of members that a later vocabulary added and this
	// program does not know; only ParseStored fills it.
	Unread []string
}

// Common holds the members that every event can have.
type Common struct {
	Type      Type
	Time      Time // when it happened or began
	End       Time // when it ended; zero where not given
	ID        ID
	N         int64 // tells apart facts alike in all else; 0 where not given
	Site      Ref
	Room      Ref
	Operators []Ref
	Codes     []Codes
	Note      string
	Replaces  ID
	Deviation *Deviation
	Ext       []byte // the member ext as canonical JSON; nil where not given
}

// Until returns when the event ended: end, or else time.
func (c *Common) Until() Time {
	if c.End.IsZero() {
		return c.Time
	}
	return c.End
}

// Codes are further identifiers of one thing.
type Codes struct {
	Thing  Ref
	Values []string
}

// A Deviation waives rules by name (contract section 4).
type Deviation struct {
	Rules      []string
	Reason     string
	Happened   *bool
	ApprovedBy []Ref
}

// members visits what every event can have; site says whether this event must
// name one.
func (c *Common) members(v visitor, site presence) {
	v.typ("type", &c.Type)
	v.time("time", &c.Time, must)
	v.time("end", &c.End, may)
	v.uuid("id", &c.ID, may)
	v.count("n", &c.N)
	v.id("site", KindSite, &c.Site, site)
	v.id("room", KindRoom, &c.Room, may)
	v.ids("operators", KindOperator, &c.Operators, may)
	v.codes("codes", &c.Codes)
	v.text("note", &c.Note, may)
	v.uuid("replaces", &c.Replaces, may)
	optional(v, "deviation", &c.Deviation, (*Deviation).members)
	v.ext("ext", &c.Ext)
}

func (d *Deviation) members(v visitor) {
	v.labels("rules", &d.Rules, must)
	v.text("reason", &d.Reason, must)
	v.flag("happened", &d.Happened, may)
	v.ids("approved_by", KindOperator, &d.ApprovedBy, may)
}

// members visits the whole event: the type's own members, then the common
// ones.
func (e *Event) members(v visitor) {
	e.Body.members(v)
	site := may
	if needsSite(e.Body) {
		site = must
	}
	e.Common.members(v, site)
}
