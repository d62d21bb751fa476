package event

import "strings"

// Register is master data of a site, room, equipment, lot, product or
// operator; the newest wins.
type Register struct {
	Subject Ref
	Name    string
	Class   string
	Contact string
	Country string
	Region  string
	At      Ref // site of a room or of equipment
	Licence *Licence
	// Specification is what a product is released against; nil where none is
	// given, which leaves an older one as it was. An empty one takes it away.
	Specification []Requirement
}

// subjects are the kinds that can be registered.
var subjects = []Kind{KindLot, KindEquipment, KindRoom, KindSite, KindOperator, KindProduct}

// Classes of equipment and lots that mean something to the rules and to the
// trace.
const (
	ClassShipper       = "shipper"
	ClassOpenContainer = "open-container"
)

// A Licence is a permission that a site holds.
type Licence struct {
	Number string
	Scope  string
	From   Time
	To     Time
}

func (b *Register) members(v visitor) {
	v.thing("subject", subjects, &b.Subject, must)
	own := v.text
	if b.Subject.kind == KindSite {
		own = v.label // a site's name and contact are no person's
	}
	own("name", &b.Name, may)
	v.text("class", &b.Class, may)
	own("contact", &b.Contact, may)
	v.text("country", &b.Country, may)
	v.text("region", &b.Region, may)
	v.id("at", KindSite, &b.At, may)
	optional(v, "licence", &b.Licence, (*Licence).members)
	objects(v, "specification", &b.Specification, mayEmpty, (*Requirement).members)
}

// A Requirement is a line of a product's release specification: an assay, and
// what its result must be.
type Requirement struct {
	Assay  string
	Method string
	Low    Decimal
	High   Decimal
	UOM    string
	Result string // that must have been reported; empty for any that is good
	Role   Role   // of the units that it is asked of; empty for all
	// DueDays is within how many days after a conditional release the result
	// must be in; 0 where it must be there at release.
	DueDays int64
}

// Text writes what a result must be, in no language: "negative",
// "85–100 %", "≤ 0.5 EU/mL", "pass ≥ 70 %".
func (r *Requirement) Text() string { return strings.TrimSpace(r.Result + " " + r.Limits()) }

// Limits writes the limits as people do; empty where there are none.
func (r *Requirement) Limits() string {
	text := ""
	switch low, high := string(r.Low), string(r.High); {
	case low != "" && high != "":
		text = low + "–" + high + " " + r.UOM
	case low != "":
		text = "≥ " + low + " " + r.UOM
	case high != "":
		text = "≤ " + high + " " + r.UOM
	}
	return strings.TrimSpace(text)
}

func (r *Requirement) members(v visitor) {
	v.text("assay", &r.Assay, must)
	v.text("method", &r.Method, may)
	v.decimal("low", &r.Low, may)
	v.decimal("high", &r.High, may)
	v.text("uom", &r.UOM, may)
	v.choice("result", &r.Result, []string{ResultNegative, ResultPass}, may)
	v.choice("role", (*string)(&r.Role), roles, may)
	v.count("due_days", &r.DueDays)
}

func (l *Licence) members(v visitor) {
	v.text("number", &l.Number, may)
	v.text("scope", &l.Scope, may)
	v.time("from", &l.From, may)
	v.time("to", &l.To, may)
}

// Eligibility is a decision on a donor.
type Eligibility struct {
	Donor  Ref
	Result string // eligible, not_eligible, withdrawn
	Basis  string
	Until  Time
}

func (b *Eligibility) members(v visitor) {
	v.id("donor", KindDonor, &b.Donor, must)
	v.choice("result", &b.Result, []string{"eligible", "not_eligible", "withdrawn"}, must)
	v.text("basis", &b.Basis, may)
	v.time("until", &b.Until, may)
}

// Collection says that cells were taken from a donor into units.
type Collection struct {
	Donor     Ref
	Outputs   []Output
	Materials []Material
	Equipment []Use
	Consent   string
}

func (b *Collection) members(v visitor) {
	v.id("donor", KindDonor, &b.Donor, must)
	objects(v, "outputs", &b.Outputs, must, (*Output).unitMembers)
	objects(v, "materials", &b.Materials, may, (*Material).members)
	objects(v, "equipment", &b.Equipment, may, (*Use).members)
	v.text("consent", &b.Consent, may)
}

// Receipt says that a material lot, or finished units from outside, came in.
type Receipt struct {
	Lot      Ref
	Outputs  []Output
	Product  string
	Supplier string
	Origin   string
	Batch    Ref
	Quantity Decimal
	UOM      string
	Expires  Time
	Customs  *Customs
}

func (b *Receipt) members(v visitor) {
	v.id("lot", KindLot, &b.Lot, may)
	objects(v, "outputs", &b.Outputs, may, (*Output).unitMembers)
	v.text("product", &b.Product, may)
	v.text("supplier", &b.Supplier, may)
	v.text("origin", &b.Origin, may)
	v.id("batch", KindBatch, &b.Batch, may)
	v.decimal("quantity", &b.Quantity, may)
	v.text("uom", &b.UOM, may)
	v.time("expires", &b.Expires, may)
	optional(v, "customs", &b.Customs, (*Customs).members)
}

// StepThaw is the step whose change may give a unit a new expiry.
const StepThaw = "thaw"

// Outcomes of a manufacture.
const (
	OutcomeCompleted = "completed"
	OutcomeFailed    = "failed"
)

// Manufacture made outputs out of inputs, or worked on units in place.
type Manufacture struct {
	Step      string
	Inputs    []Input
	Outputs   []Output // nil where not given; empty for a failed run
	Units     []Ref    // worked on in place
	Batch     Ref
	Materials []Material
	Equipment []Use
	Changes   []Change
	Values    []Value
	Outcome   string
}

func (b *Manufacture) members(v visitor) {
	v.text("step", &b.Step, must)
	inputs(v, "inputs", &b.Inputs, may)
	objects(v, "outputs", &b.Outputs, mayEmpty, (*Output).members)
	v.ids("units", KindUnit, &b.Units, may)
	v.id("batch", KindBatch, &b.Batch, may)
	objects(v, "materials", &b.Materials, may, (*Material).members)
	objects(v, "equipment", &b.Equipment, may, (*Use).members)
	objects(v, "changes", &b.Changes, may, (*Change).members)
	v.values("values", &b.Values)
	v.choice("outcome", &b.Outcome, []string{OutcomeCompleted, OutcomeFailed}, may)
}

// Results of a test.
const (
	ResultNegative     = "negative"
	ResultPositive     = "positive"
	ResultPass         = "pass"
	ResultFail         = "fail"
	ResultInconclusive = "inconclusive"
)

// Test is the result of a sample taken at Sampled, reported at the event's
// time.
type Test struct {
	Subject  Ref
	Sampled  Time
	Result   string
	Assay    string
	Sample   Ref
	Organism string
	Value    Decimal
	UOM      string
	Low      Decimal
	High     Decimal
}

func (b *Test) members(v visitor) {
	v.thing("subject", nil, &b.Subject, must)
	v.time("sampled", &b.Sampled, must)
	v.choice("result", &b.Result, []string{ResultNegative, ResultPositive, ResultPass, ResultFail, ResultInconclusive}, must)
	v.text("assay", &b.Assay, may)
	v.id("sample", KindUnit, &b.Sample, may)
	v.text("organism", &b.Organism, may)
	v.decimal("value", &b.Value, may)
	v.text("uom", &b.UOM, may)
	v.decimal("low", &b.Low, may)
	v.decimal("high", &b.High, may)
}

// Bad reports whether the result puts a hold on its subject.
func (b *Test) Bad() bool { return b.Result == ResultPositive || b.Result == ResultFail }

// Decisions of a release.
const (
	DecisionReleased    = "released"
	DecisionConditional = "conditional"
	DecisionExceptional = "exceptional"
	DecisionRejected    = "rejected"
)

// Release is the decision on units, or on a batch.
type Release struct {
	Units       []Ref
	Batch       Ref
	Decision    string
	SignedBy    []Ref
	Pending     []string
	RequestedBy Ref
	Authority   string
}

func (b *Release) members(v visitor) {
	v.ids("units", KindUnit, &b.Units, may)
	v.id("batch", KindBatch, &b.Batch, may)
	v.choice("decision", &b.Decision, []string{DecisionReleased, DecisionConditional, DecisionExceptional, DecisionRejected}, must)
	v.ids("signed_by", KindOperator, &b.SignedBy, must)
	v.texts("pending", &b.Pending, may)
	v.id("requested_by", KindOperator, &b.RequestedBy, may)
	v.text("authority", &b.Authority, may)
}

// Outputs returns what an event says was made by it: that of a collection, a
// receipt or a manufacture. It is not a copy.
func (e *Event) Outputs() []Output {
	switch b := e.Body.(type) {
	case *Collection:
		return b.Outputs
	case *Receipt:
		return b.Outputs
	case *Manufacture:
		return b.Outputs
	default:
		return nil
	}
}
