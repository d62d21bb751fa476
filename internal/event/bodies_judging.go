package event

// Cleaning says that equipment or a room was decontaminated; Verified is true
// only where a result shows it.
type Cleaning struct {
	Equipment Ref
	Verified  *bool
	Method    string
	Test      string
}

func (b *Cleaning) members(v visitor) {
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.flag("verified", &b.Verified, must)
	v.text("method", &b.Method, may)
	v.text("test", &b.Test, may)
}

// Classes and results of an environment reading. Only microbial says
// contaminated; alert and action are both out of limit.
const (
	EnvironmentMicrobial   = "microbial"
	EnvironmentParticles   = "particles"
	EnvironmentPressure    = "pressure"
	EnvironmentTemperature = "temperature"

	InLimit     = "in_limit"
	Alert       = "alert"
	ActionLimit = "action"
)

// Environment is a reading of a room or of equipment.
type Environment struct {
	Equipment Ref
	Class     string
	Result    string
	Value     Decimal
	UOM       string
	Limit     Decimal
	Organism  string
}

func (b *Environment) members(v visitor) {
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.choice("class", &b.Class, []string{EnvironmentMicrobial, EnvironmentParticles, EnvironmentPressure, EnvironmentTemperature}, must)
	v.choice("result", &b.Result, []string{InLimit, Alert, ActionLimit}, must)
	v.decimal("value", &b.Value, may)
	v.text("uom", &b.UOM, may)
	v.decimal("limit", &b.Limit, may)
	v.text("organism", &b.Organism, may)
}

// Contact is a contact that nobody recorded at the time, declared later.
type Contact struct {
	Things []Ref
	Reason string
	Level  string // confirmed, probable, possible; possible if silent
}

func (b *Contact) members(v visitor) {
	v.things("things", nil, &b.Things, must)
	v.text("reason", &b.Reason, must)
	v.choice("level", &b.Level, []string{"confirmed", "probable", "possible"}, may)
}

// Same says that two references are one thing.
type Same struct {
	Things   []Ref
	Reason   string
	SignedBy []Ref
}

func (b *Same) members(v visitor) {
	v.things("things", nil, &b.Things, must)
	v.text("reason", &b.Reason, must)
	v.ids("signed_by", KindOperator, &b.SignedBy, must)
}

// Reasons of a correction (EPCIS ErrorDeclaration).
const (
	DidNotOccur   = "did_not_occur"
	IncorrectData = "incorrect_data"
)

// Correction says that an event did not occur, or is wrong.
type Correction struct {
	Corrects ID
	Reason   string
}

func (b *Correction) members(v visitor) {
	v.uuid("corrects", &b.Corrects, must)
	v.choice("reason", &b.Reason, []string{DidNotOccur, IncorrectData}, must)
}

// Signature is a later signature on an event. Where its record bears no
// signature of a key, anybody can have recorded it, and Meaning is any text.
type Signature struct {
	Signs   ID
	SHA256  string // of the stored bytes of the event that is signed; empty where not given
	Meaning string
}

func (b *Signature) members(v visitor) {
	v.uuid("signs", &b.Signs, must)
	v.digest("sha256", &b.SHA256, may)
	v.text("meaning", &b.Meaning, must)
}

// Vault is reserved for identity erased, or a commitment made.
type Vault struct{ Action string }

func (b *Vault) members(v visitor) { v.text("action", &b.Action, must) }

// Unknown is the body of a type that a later vocabulary added.
type Unknown struct{}

func (b *Unknown) members(visitor) {}
