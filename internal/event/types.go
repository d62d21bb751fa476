package event

// A Type names what kind of event it is: the member type.
type Type string

// The event types of contract section 2, and those that joined since.
const (
	TypeRegister    Type = "register"
	TypeEligibility Type = "eligibility"
	TypeCollection  Type = "collection"
	TypeReceipt     Type = "receipt"
	TypeManufacture Type = "manufacture"
	TypeTest        Type = "test"
	TypeRelease     Type = "release"
	TypeStore       Type = "store"
	TypeRetrieve    Type = "retrieve"
	TypeAllocation  Type = "allocation"
	TypeShipment    Type = "shipment"
	TypeHandover    Type = "handover"
	TypeArrival     Type = "arrival"
	TypeInfusion    Type = "infusion"
	TypeFollowup    Type = "followup"
	TypeInventory   Type = "inventory"
	TypeDisposal    Type = "disposal"
	TypeCleaning    Type = "cleaning"
	TypeEnvironment Type = "environment"
	TypeTemperature Type = "temperature"
	TypeContact     Type = "contact"
	TypeSame        Type = "same"
	TypeCorrection  Type = "correction"
	TypeCase        Type = "case"
	TypeSignature   Type = "signature"
	TypeKey         Type = "key"
	TypePolicy      Type = "policy"
	TypeVault       Type = "vault"
)

// A Body is the part of an event that its type decides: one of the pointer
// types of this package, *[Unknown] for a type of a later vocabulary.
type Body interface {
	// members visits the type's own members, in the contract's order.
	members(v visitor)
	// check judges the members together, after each was judged alone.
	check(c *Common) error
}

// bodies is the closed vocabulary: an empty body for each type.
var bodies = []struct {
	Type Type
	New  func() Body
}{
	{TypeRegister, func() Body { return new(Register) }},
	{TypeEligibility, func() Body { return new(Eligibility) }},
	{TypeCollection, func() Body { return new(Collection) }},
	{TypeReceipt, func() Body { return new(Receipt) }},
	{TypeManufacture, func() Body { return new(Manufacture) }},
	{TypeTest, func() Body { return new(Test) }},
	{TypeRelease, func() Body { return new(Release) }},
	{TypeStore, func() Body { return new(Store) }},
	{TypeRetrieve, func() Body { return new(Retrieve) }},
	{TypeAllocation, func() Body { return new(Allocation) }},
	{TypeShipment, func() Body { return new(Shipment) }},
	{TypeHandover, func() Body { return new(Handover) }},
	{TypeArrival, func() Body { return new(Arrival) }},
	{TypeInfusion, func() Body { return new(Infusion) }},
	{TypeFollowup, func() Body { return new(Followup) }},
	{TypeInventory, func() Body { return new(Inventory) }},
	{TypeDisposal, func() Body { return new(Disposal) }},
	{TypeCleaning, func() Body { return new(Cleaning) }},
	{TypeEnvironment, func() Body { return new(Environment) }},
	{TypeTemperature, func() Body { return new(Temperature) }},
	{TypeContact, func() Body { return new(Contact) }},
	{TypeSame, func() Body { return new(Same) }},
	{TypeCorrection, func() Body { return new(Correction) }},
	{TypeCase, func() Body { return new(Case) }},
	{TypeSignature, func() Body { return new(Signature) }},
	{TypeKey, func() Body { return new(Key) }},
	{TypePolicy, func() Body { return new(Policy) }},
	{TypeVault, func() Body { return new(Vault) }},
}

// Types returns the vocabulary, in the contract's order.
func Types() []Type {
	types := make([]Type, len(bodies))
	for i, b := range bodies {
		types[i] = b.Type
	}
	return types
}

func typeNames() []string {
	names := make([]string, len(bodies))
	for i, b := range bodies {
		names[i] = string(b.Type)
	}
	return names
}

// NewBody returns an empty body of type t, or nil where t is not in the
// vocabulary.
func NewBody(t Type) Body {
	for _, b := range bodies {
		if b.Type == t {
			return b.New()
		}
	}
	return nil
}
