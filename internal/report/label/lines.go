package label

import (
	"fmt"
	"strings"

	"suyuan/internal/event"
)

// A Part is one thing that a label says, by the name that programs know.
type Part string

// The parts of a label that there may be no room for.
const (
	PartReactive     Part = "reactive"
	PartPositive     Part = "positive"
	PartNotEvaluated Part = "not-evaluated"
	PartAdvise       Part = "advise"
	PartRole         Part = "role"
	PartProduct      Part = "product"
	PartBatch        Part = "batch"
	PartStorage      Part = "storage"
	PartQuantity     Part = "quantity"
	PartSite         Part = "site"
	PartDonor        Part = "donor"
	PartBegan        Part = "began"
	PartCollected    Part = "collected"
	PartCode         Part = "code"
	PartLedger       Part = "ledger"
)

// A line is one thing as it is written.
type line struct {
	part        Part
	name, value string
	must        bool // a label without it is refused
	warn        bool // bold; refused too, but on a vial, where it may go beside (21 CFR 1271.370)
	large       bool
	biohazard   bool // the legend stands in front
	joined      bool // name and value are one sentence
}

// plain reports whether a line is one fact among others, which may stand two in a row.
func (l *line) plain() bool { return !l.must && !l.warn && !l.large }

func (l *line) text() string {
	switch {
	case l.name == "":
		return l.value
	case l.value == "":
		return l.name
	case l.joined:
		return l.name + " " + l.value
	default:
		return l.name + ": " + l.value
	}
}

// lines are what a label says, what is dearest first.
func (m *Maker) lines(l *Label, size Size, code Code) []line {
	short := ""
	if size.small() {
		short = "-short"
	}
	list := []line{{value: l.Unit.ID(), must: true, large: true}}
	if !l.Expires.IsZero() {
		list = append(list, line{name: m.text("on-label.expires" + short), value: moment(l.Expires), must: true})
	}
	if !l.Patient.IsZero() {
		list = append(list, line{name: m.text("on-label.patient" + short), value: l.Patient.ID(), must: true}, m.only(l))
	}
	list = append(list, m.warnings(l)...)
	add := func(part Part, id, value string) {
		if value != "" {
			list = append(list, line{part: part, name: m.text("on-label." + id), value: value})
		}
	}
	add(PartProduct, "product", l.Product)
	add(PartBatch, "batch", l.Batch)
	add(PartQuantity, "quantity", l.Quantity)
	add(PartStorage, "storage", l.Storage)
	add(PartSite, "site-"+string(l.Origin), l.Site)
	add(PartBegan, string(l.Origin), moment(l.Began))
	add(PartCollected, "collected", moment(l.Collected))
	add(PartDonor, "donor", l.Donor.ID())
	if code.Readable != l.Unit.String() {
		add(PartCode, "code", code.Readable)
	}
	add(PartLedger, "ledger", fmt.Sprintf("%s, %d, %s", l.Ledger, l.Records, moment(l.At)))
	return list
}

// only says that nobody else is to get the unit.
func (m *Maker) only(l *Label) line {
	if l.Autologous {
		return line{value: m.text("on-label.autologous"), must: true, warn: true}
	}
	return line{value: m.text("on-label.only-patient"), must: true, warn: true}
}

// warnings are what must be known of a unit, and what it is where it is not for a patient at all.
func (m *Maker) warnings(l *Label) []line {
	var list []line
	if l.Biohazard {
		list = append(list, line{value: m.text("on-label.biohazard"), must: true, warn: true, biohazard: true})
	}
	warn := func(part Part, what []string) {
		if len(what) > 0 {
			list = append(list, line{part: part, name: m.text("on-label." + string(part)), value: strings.Join(what, ", "), warn: true, joined: true})
		}
	}
	warn(PartReactive, l.Reactive)
	warn(PartPositive, l.Positive)
	if l.NotEvaluated {
		list = append(list, line{part: PartNotEvaluated, value: m.text("on-label.not-evaluated"), warn: true})
	}
	if l.Advise {
		list = append(list, line{part: PartAdvise, value: m.text("on-label.advise"), warn: true})
	}
	if l.Role != "" && l.Role != event.RoleDose {
		list = append(list, line{part: PartRole, value: m.text("on-label.role-" + string(l.Role)), warn: noDose(l.Role)})
	}
	return list
}

// noDose reports whether what has the role is never given to a patient.
func noDose(r event.Role) bool {
	return r == event.RoleSample || r == event.RoleRetained || r == event.RoleWaste
}

// moment is a time that is read in one way everywhere; nothing where there is none.
func moment(t event.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format("2006-01-02 15:04-07:00")
}
