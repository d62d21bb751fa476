package world

import (
	"encoding/hex"
	"time"
)

// AppendJSON appends e as one line of JSON Lines, without the line feed, as the ledger's import takes it.
func (e *Event) AppendJSON(dst []byte) []byte {
	w := writer{dst: append(dst, '{'), zone: time.FixedZone("", e.Zone)}
	w.text("type", string(e.Type))
	w.time("time", e.Time)
	if e.End != 0 {
		w.time("end", e.End)
	}
	if e.ID != 0 {
		w.uuid("id", e.ID)
	}
	w.ids(e)
	w.lists(e)
	for _, word := range e.Words {
		w.text(word.Name, word.Value)
	}
	w.typed(e)
	return append(w.dst, '}')
}

type writer struct {
	dst  []byte
	zone *time.Location
}

// ids writes the members that hold one thing.
func (w *writer) ids(e *Event) {
	w.id("site", e.Site)
	w.id("to", e.To)
	w.id("room", e.Room)
	w.id("at", e.At)
	w.id("donor", e.Donor)
	w.id("patient", e.Patient)
	w.id("batch", e.Batch)
	w.id("lot", e.Lot)
	w.id("unit", e.Unit)
	w.id("shipment", e.Shipment)
	w.id("case", e.Case)
	w.id("equipment", e.Equipment)
}

// lists writes the members that hold several.
func (w *writer) lists(e *Event) {
	w.idList("operators", e.Operators)
	if e.Type != Infusion {
		w.idList("signed_by", e.Signed)
	}
	if e.Type == Arrival {
		w.idList("accepted", e.Units)
	} else {
		w.idList("units", e.Units)
	}
	w.idList("inputs", e.Inputs)
	if len(e.Outputs) > 0 || e.Failed {
		w.outputs(e.Outputs)
	}
	if len(e.Materials) > 0 {
		w.materials(e.Materials)
	}
	if len(e.Uses) > 0 {
		w.uses(e.Uses)
	}
	if len(e.Things) > 0 {
		w.refList("things", e.Things)
	}
}

// typed writes the members of one type only.
func (w *writer) typed(e *Event) {
	switch e.Type {
	case Register:
		w.ref("subject", e.Subject)
	case Test:
		w.ref("subject", e.Subject)
		w.time("sampled", e.Time-day)
	case Store, Retrieve:
		w.text("phase", e.phase())
	case Infusion:
		w.raw("checks", `["name","wristband"]`)
	case Cleaning:
		w.bool("verified", e.Verified)
	case Correction:
		w.uuid("corrects", e.Names)
	case Case:
		if e.Names == 0 {
			w.refList("sources", []Thing{e.Subject})
			break
		}
		w.key("holds")
		w.dst = append(w.dst, '[')
		w.dst = appendUUID(w.dst, e.Names)
		w.dst = append(w.dst, ']')
	default:
	}
	if e.Excuse != "" {
		w.key("deviation")
		w.dst = append(w.dst, `{"reason":"courier was late","happened":true,"rules":["`+e.Excuse+`"]`...)
		w.idList("approved_by", e.Signed)
		w.dst = append(w.dst, '}')
	}
}

// phase is that of the tank: those of even number are filled with liquid.
func (e *Event) phase() string {
	if e.Equipment.number()%2 == 0 {
		return "liquid"
	}
	return "vapour"
}

func (w *writer) key(name string) {
	if last := w.dst[len(w.dst)-1]; last != '{' && last != '[' {
		w.dst = append(w.dst, ',')
	}
	w.dst = append(append(append(w.dst, '"'), name...), '"', ':')
}

// text writes a string without characters that JSON escapes: none of a world's has any.
func (w *writer) text(name, value string) {
	w.key(name)
	w.dst = append(append(append(w.dst, '"'), value...), '"')
}

func (w *writer) raw(name, value string) {
	w.key(name)
	w.dst = append(w.dst, value...)
}

func (w *writer) bool(name string, value bool) {
	if value {
		w.raw(name, "true")
	} else {
		w.raw(name, "false")
	}
}

func (w *writer) time(name string, at int64) {
	w.key(name)
	w.dst = append(w.dst, '"')
	w.dst = time.Unix(at, 0).In(w.zone).AppendFormat(w.dst, time.RFC3339)
	w.dst = append(w.dst, '"')
}

func (w *writer) id(name string, t Thing) {
	if t != 0 {
		w.key(name)
		w.quoted(t)
	}
}

func (w *writer) quoted(t Thing) { w.dst = append(t.AppendID(append(w.dst, '"')), '"') }

func (w *writer) ref(name string, t Thing) {
	w.key(name)
	w.dst = append(t.Append(append(w.dst, '"')), '"')
}

func (w *writer) idList(name string, list []Thing) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	for i, t := range list {
		w.dst = append(w.dst, separator(i))
		w.quoted(t)
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) refList(name string, list []Thing) {
	w.key(name)
	for i, t := range list {
		w.dst = append(w.dst, separator(i))
		w.dst = append(t.Append(append(w.dst, '"')), '"')
	}
	w.dst = append(w.dst, ']')
}

// separator begins a list or goes on with it.
func separator(i int) byte {
	if i == 0 {
		return '['
	}
	return ','
}

func (w *writer) outputs(list []Output) {
	w.key("outputs")
	w.dst = append(w.dst, '[')
	for i := range list {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = append(w.dst, '{')
		w.id("unit", list[i].Unit)
		w.id("for_patient", list[i].ForPatient)
		if list[i].Role != "" {
			w.text("role", list[i].Role)
		}
		if list[i].Expires != 0 {
			w.time("expires", list[i].Expires)
		}
		w.dst = append(w.dst, '}')
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) materials(list []Thing) {
	w.key("materials")
	for i, t := range list {
		w.dst = append(append(w.dst, separator(i)), '{')
		w.id("lot", t)
		w.dst = append(w.dst, '}')
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) uses(list []Use) {
	w.key("equipment")
	for i := range list {
		w.dst = append(append(w.dst, separator(i)), '{')
		w.id("equipment", list[i].Equipment)
		w.time("from", list[i].From)
		w.time("to", list[i].To)
		w.dst = append(w.dst, '}')
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) uuid(name string, id uint64) {
	w.key(name)
	w.dst = appendUUID(w.dst, id)
}

// appendUUID appends an id of version 8 that is made of 62 of the bits of id, quoted.
func appendUUID(dst []byte, id uint64) []byte {
	var b [16]byte
	for i := range 8 {
		b[15-i] = byte(id >> (8 * i) & 0xff)
	}
	b[6] = 0x80
	b[8] = b[8]&0x3f | 0x80
	dst = append(dst, '"')
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return append(dst, '"')
}
