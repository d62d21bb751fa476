package world

import "strconv"

// A Thing is a number for something of a world, from which its reference follows: class, place, number and part, from the top bits
// down. It fits a signed 64-bit column and is not dense.
type Thing uint64

// The bits of a Thing below its class.
const (
	partBits   = 8
	numberBits = 32
	placeBits  = 16
)

type class uint8

const (
	noThing class = iota
	aSite
	aRoom
	aMachine
	aTank
	aShipper
	anOperator
	aLot     // number: its window, part: its slot
	aDonor   // of one autologous batch
	aGiver   // an allogeneic donor
	aPatient // number: the batch, part: the dose
	aBag
	aGift // the bag of an allogeneic donor
	aVial // number: the donor, part: which of the bank
	anIntermediate
	aDose
	aBatch
	aShipment // part: 0 of the bag, 1 of the doses
	aCase
)

// names holds, for each class, the kind of its references and what its ids begin with after the place, if they name one.
var names = [...]struct {
	kind, prefix string
	placed       bool
}{
	aSite:          {"site", "", true},
	aRoom:          {"room", "/ROOM-", true},
	aMachine:       {"equipment", "/CAB-", true},
	aTank:          {"equipment", "/TANK-", true},
	aShipper:       {"equipment", "/BOX-", true},
	anOperator:     {"operator", "/OP-", true},
	aLot:           {"lot", "LOT-", false},
	aDonor:         {"donor", "/D-", true},
	aGiver:         {"donor", "/A-", true},
	aPatient:       {"patient", "/P-", true},
	aBag:           {"unit", "BAG-", false},
	aGift:          {"unit", "GIFT-", false},
	aVial:          {"unit", "BANK-", false},
	anIntermediate: {"unit", "MID-", false},
	aDose:          {"unit", "DOSE-", false},
	aBatch:         {"batch", "B-", false},
	aShipment:      {"shipment", "SHP-", false},
	aCase:          {"case", "CASE-", false},
}

func thing(c class, place int, number uint64, part int) Thing {
	return Thing(c)<<(partBits+numberBits+placeBits) | Thing(place)<<(partBits+numberBits) | Thing(number)<<partBits | Thing(part) //nolint:gosec // within the bits by the limits of a Shape
}

func (t Thing) class() class   { return class(t >> (partBits + numberBits + placeBits)) }
func (t Thing) place() uint64  { return uint64(t) >> (partBits + numberBits) & (1<<placeBits - 1) }
func (t Thing) number() uint64 { return uint64(t) >> partBits & (1<<numberBits - 1) }
func (t Thing) part() uint64   { return uint64(t) & (1<<partBits - 1) }

// Kind returns the kind of the reference, as the ledger spells it.
func (t Thing) Kind() string { return names[t.class()].kind }

// Append appends the reference, such as "unit:DOSE-4711-1".
func (t Thing) Append(dst []byte) []byte {
	dst = append(dst, names[t.class()].kind...)
	return t.AppendID(append(dst, ':'))
}

// String returns the reference.
func (t Thing) String() string { return string(t.Append(nil)) }

// AppendID appends the id alone, as members that hold bare ids want it.
func (t Thing) AppendID(dst []byte) []byte {
	c := t.class()
	if names[c].placed {
		dst = appendSite(dst, t.place())
	}
	if c == aSite {
		return dst
	}
	dst = strconv.AppendUint(append(dst, names[c].prefix...), t.number(), 10)
	switch c {
	case aLot, aPatient, aVial, aDose, aShipment:
		dst = strconv.AppendUint(append(dst, '-'), t.part(), 10)
	default:
	}
	return dst
}

// The places of a world: what is not special is a factory or a hospital.
const (
	theDepot   = 0 // of the material lots
	overseas   = 1 // the factory that makes for the pilot zone
	zoneDepot  = 2
	zoneClinic = 3 // the first of the zone's hospitals
	zoneCount  = 3
	others     = 8         // the first factory
	hospitalAt = 1 << 14   // the first hospital
	maxPlaces  = 1<<16 - 1 // of all kinds
)

func appendSite(dst []byte, place uint64) []byte {
	switch {
	case place == theDepot:
		return append(dst, "DEP-1"...)
	case place == overseas:
		return append(dst, "OV-F1"...)
	case place == zoneDepot:
		return append(dst, "LC-DEP"...)
	case place < others:
		return strconv.AppendUint(append(dst, "LC-H"...), place-zoneClinic+1, 10)
	case place < hospitalAt:
		return strconv.AppendUint(append(dst, "F-"...), place-others+1, 10)
	default:
		return strconv.AppendUint(append(dst, "H-"...), place-hospitalAt+1, 10)
	}
}
