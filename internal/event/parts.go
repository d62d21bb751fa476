package event

// A Role says what a unit is for.
type Role string

// The roles of units.
const (
	RoleIntermediate Role = "intermediate" // default of a manufacture
	RoleCollection   Role = "collection"   // default of a collection
	RoleDose         Role = "dose"
	RoleSample       Role = "sample"
	RoleRetained     Role = "retained"
	RoleBank         Role = "bank"
	RoleWaste        Role = "waste"
)

var roles = []string{"intermediate", "collection", "dose", "sample", "retained", "bank", "waste"}

// An Output is a unit, or a lot of a prepared material, that came into being.
type Output struct {
	Unit       Ref
	Lot        Ref // a prepared material, in place of Unit
	Role       Role
	Product    string
	Quantity   Decimal
	UOM        string
	Expires    Time
	ForPatient Ref
	Codes      []string
}

// Thing returns the unit or the lot.
func (o *Output) Thing() Ref {
	if o.Unit.IsZero() {
		return o.Lot
	}
	return o.Unit
}

// members are those of an output of a manufacture, which can be a lot; an
// output of a collection or receipt is a unit.
func (o *Output) members(v visitor) {
	v.id("unit", KindUnit, &o.Unit, may)
	v.id("lot", KindLot, &o.Lot, may)
	o.rest(v)
}

func (o *Output) unitMembers(v visitor) {
	v.id("unit", KindUnit, &o.Unit, must)
	o.rest(v)
}

func (o *Output) rest(v visitor) {
	v.choice("role", (*string)(&o.Role), roles, may)
	v.text("product", &o.Product, may)
	v.decimal("quantity", &o.Quantity, may)
	v.text("uom", &o.UOM, may)
	v.time("expires", &o.Expires, may)
	v.id("for_patient", KindPatient, &o.ForPatient, may)
	v.labels("codes", &o.Codes, may)
}

// A Change says what became different about a unit that was worked on in
// place: only the members given change.
type Change struct {
	Unit    Ref
	Product string
	Expires Time
	// ForPatient is the new patient; NoPatient is true where the event says
	// "for_patient": "", which takes the patient away.
	ForPatient Ref
	NoPatient  bool
	Codes      []string
	CodesVoid  []string // codes that no longer name the unit
}

func (c *Change) members(v visitor) {
	v.id("unit", KindUnit, &c.Unit, must)
	v.time("expires", &c.Expires, may)
	v.text("product", &c.Product, may)
	v.forPatient("for_patient", &c.ForPatient, &c.NoPatient)
	v.labels("codes", &c.Codes, may)
	v.labels("codes_void", &c.CodesVoid, may)
}

// An Input is a unit that was consumed, or used in part where Rest is true.
type Input struct {
	Unit     Ref
	Bare     bool // written as a plain id
	Quantity Decimal
	UOM      string
	Rest     *bool
}

// Consumed reports whether nothing of the unit was left.
func (i *Input) Consumed() bool { return i.Rest == nil || !*i.Rest }

func (i *Input) members(v visitor) {
	v.id("unit", KindUnit, &i.Unit, must)
	v.decimal("quantity", &i.Quantity, may)
	v.text("uom", &i.UOM, may)
	v.flag("rest", &i.Rest, may)
}

// A Use is a stay in or on equipment; From and To are zero where they are
// the event's own.
type Use struct {
	Equipment Ref
	From, To  Time
	Position  string
}

func (u *Use) members(v visitor) {
	v.id("equipment", KindEquipment, &u.Equipment, must)
	v.time("from", &u.From, may)
	v.time("to", &u.To, may)
	v.text("position", &u.Position, may)
}

// A Material is what went in of a lot, or of an opened aliquot of it.
type Material struct {
	Lot      Ref
	Aliquot  string // the aliquot's own name; empty where none is named
	Quantity Decimal
	UOM      string
}

// Thing returns the aliquot where one is named, and the lot otherwise.
func (m *Material) Thing() Ref {
	if m.Aliquot == "" {
		return m.Lot
	}
	return Ref{KindAliquot, m.Lot.id + "/" + m.Aliquot}
}

func (m *Material) members(v visitor) {
	v.id("lot", KindLot, &m.Lot, must)
	v.aliquot("aliquot", &m.Lot, &m.Aliquot)
	v.decimal("quantity", &m.Quantity, may)
	v.text("uom", &m.UOM, may)
}

// Customs are the papers of an import.
type Customs struct {
	Declaration string
	Port        string
	Arrived     Time
	Released    Time
	Channel     string
	Permit      string
}

func (c *Customs) members(v visitor) {
	v.text("declaration", &c.Declaration, may)
	v.text("port", &c.Port, may)
	v.time("arrived", &c.Arrived, may)
	v.time("released", &c.Released, may)
	v.text("channel", &c.Channel, may)
	v.text("permit", &c.Permit, may)
}

// A Value is a named reading of a manufacture: a decimal or a text.
type Value struct {
	Name string
	Text string
}

// A Trigger says why a case was opened: a text, or the events.
type Trigger struct {
	Text   string
	Events []ID
}
