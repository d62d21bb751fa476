package event

// Phases of a vessel.
const (
	PhaseLiquid     = "liquid"
	PhaseVapour     = "vapour"
	PhaseMechanical = "mechanical"
	PhaseOther      = "other"
)

var phases = []string{PhaseLiquid, PhaseVapour, PhaseMechanical, PhaseOther}

// Store says that units were put into a vessel.
type Store struct {
	Units     []Ref
	Equipment Ref
	Position  string
	Phase     string
}

func (b *Store) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, must)
	v.id("equipment", KindEquipment, &b.Equipment, must)
	v.text("position", &b.Position, may)
	v.choice("phase", &b.Phase, phases, may)
}

// Retrieve says that units were taken out of a vessel.
type Retrieve struct {
	Units     []Ref
	Equipment Ref
	Position  string
	Phase     string
}

func (b *Retrieve) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, must)
	v.id("equipment", KindEquipment, &b.Equipment, must)
	v.text("position", &b.Position, may)
	v.choice("phase", &b.Phase, phases, may)
}

// Allocation books units for a patient, or cancels that.
type Allocation struct {
	Units     []Ref
	Patient   Ref
	Due       Time
	Cancelled *bool
}

func (b *Allocation) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, must)
	v.id("patient", KindPatient, &b.Patient, must)
	v.time("due", &b.Due, may)
	v.flag("cancelled", &b.Cancelled, may)
}

// Purposes of a shipment.
const (
	PurposeUse         = "use"
	PurposeQuarantine  = "quarantine"
	PurposeReturn      = "return"
	PurposeDestruction = "destruction"
	PurposeTesting     = "testing"
)

// Shipment left its site for another.
type Shipment struct {
	Shipment  Ref
	Units     []Ref
	Lots      []Ref
	To        Ref
	Equipment Ref
	Carrier   string
	Due       Time
	Low       Decimal
	High      Decimal
	UOM       string
	Purpose   string
}

func (b *Shipment) members(v visitor) {
	v.id("shipment", KindShipment, &b.Shipment, must)
	v.ids("units", KindUnit, &b.Units, may)
	v.ids("lots", KindLot, &b.Lots, may)
	v.id("to", KindSite, &b.To, must)
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.text("carrier", &b.Carrier, may)
	v.time("due", &b.Due, may)
	v.decimal("low", &b.Low, may)
	v.decimal("high", &b.High, may)
	v.text("uom", &b.UOM, may)
	v.choice("purpose", &b.Purpose, []string{PurposeUse, PurposeQuarantine, PurposeReturn, PurposeDestruction, PurposeTesting}, may)
}

// Handover is a new carrier, depot or shipper on the way.
type Handover struct {
	Shipment  Ref
	From      string
	To        string
	Carrier   string
	Equipment Ref
	Min       Decimal
	Max       Decimal
	UOM       string
}

func (b *Handover) members(v visitor) {
	v.id("shipment", KindShipment, &b.Shipment, must)
	v.text("from", &b.From, may)
	v.text("to", &b.To, may)
	v.text("carrier", &b.Carrier, may)
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.decimal("min", &b.Min, may)
	v.decimal("max", &b.Max, may)
	v.text("uom", &b.UOM, may)
}

// Arrival is the receiver's own statement; custody passes here and only here.
type Arrival struct {
	Shipment  Ref
	Accepted  []Ref // bare ids: a unit, or a lot where the shipment holds a lot of that id; what is not named was not accepted
	Rejected  []Ref
	Min       Decimal
	Max       Decimal
	UOM       string
	LogSHA256 string
	Seal      string // intact, broken
	Customs   *Customs
}

func (b *Arrival) members(v visitor) {
	v.id("shipment", KindShipment, &b.Shipment, must)
	v.ids("accepted", KindUnit, &b.Accepted, mayEmpty)
	v.ids("rejected", KindUnit, &b.Rejected, mayEmpty)
	v.decimal("min", &b.Min, may)
	v.decimal("max", &b.Max, may)
	v.text("uom", &b.UOM, may)
	v.digest("log_sha256", &b.LogSHA256, may)
	v.choice("seal", &b.Seal, []string{"intact", "broken"}, may)
	optional(v, "customs", &b.Customs, (*Customs).members)
}

var checks = []string{"name", "birth_date", "number", "wristband", "coi", "blood_group"}

// Infusion says that a unit was given to a patient, or implanted.
type Infusion struct {
	Unit     Ref
	Patient  Ref
	Checks   []string
	Dose     string
	Route    string
	Volume   Decimal
	UOM      string
	Complete *bool
	Residue  Ref
	Basis    string
}

// Whole reports whether nothing of the unit was left to give; the default.
func (b *Infusion) Whole() bool { return b.Complete == nil || *b.Complete }

func (b *Infusion) members(v visitor) {
	v.id("unit", KindUnit, &b.Unit, must)
	v.id("patient", KindPatient, &b.Patient, must)
	v.choices("checks", &b.Checks, checks, 2)
	v.text("dose", &b.Dose, may)
	v.text("route", &b.Route, may)
	v.decimal("volume", &b.Volume, may)
	v.text("uom", &b.UOM, may)
	v.flag("complete", &b.Complete, may)
	v.id("residue", KindUnit, &b.Residue, may)
	v.text("basis", &b.Basis, may)
}

// Followup is what became of the patient.
type Followup struct {
	Patient  Ref
	Outcome  string
	Reaction string
	Grade    string
	Organism string
	Unit     Ref
	Measure  string
	Value    Decimal
	UOM      string
}

func (b *Followup) members(v visitor) {
	v.id("patient", KindPatient, &b.Patient, must)
	v.text("outcome", &b.Outcome, may)
	v.text("reaction", &b.Reaction, may)
	v.text("grade", &b.Grade, may)
	v.text("organism", &b.Organism, may)
	v.id("unit", KindUnit, &b.Unit, may)
	v.text("measure", &b.Measure, may)
	v.decimal("value", &b.Value, may)
	v.text("uom", &b.UOM, may)
}

// Inventory is a complete count of what is there; in parts, when all parts
// are there.
type Inventory struct {
	Units     []Ref
	Equipment Ref
	Count     *int64
	Part      int64
	Of        int64
}

func (b *Inventory) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, mustEmpty)
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.integer("count", &b.Count, may)
	v.count("part", &b.Part)
	v.count("of", &b.Of)
}

// Methods of a disposal.
const (
	MethodDestroyed = "destroyed"
	MethodReturned  = "returned"
	MethodLost      = "lost"
	MethodExpired   = "expired"
	MethodTested    = "tested"
)

// Disposal is the end of units or lots.
type Disposal struct {
	Units   []Ref
	Lots    []Ref
	Method  string
	Witness Ref
}

func (b *Disposal) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, may)
	v.ids("lots", KindLot, &b.Lots, may)
	v.choice("method", &b.Method, []string{MethodDestroyed, MethodReturned, MethodLost, MethodExpired, MethodTested}, must)
	v.id("witness", KindOperator, &b.Witness, may)
}
