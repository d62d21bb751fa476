package event

import (
	"reflect"
	"strconv"
	"strings"
)

// Temperature is what a logger measured on the way of a shipment, or in a piece of equipment. Its time is when it was known: that of the last reading, or of the reading out.
type Temperature struct {
	Shipment  Ref
	Equipment Ref
	From, To  Time // first and last reading that was judged
	Readings  int64
	Min, Max  Decimal
	Mean      Decimal // by time
	MKT       Decimal // mean kinetic temperature; absent where it does not apply
	UOM       string
	Low, High Decimal // what it was judged by, both allowed
	Allowance *int64  // seconds that a temperature may be outside; none if absent
	Interval  int64   // seconds that may lie between two readings; 0 is any
	Closer    int64   // the same beside a reading outside the limits; 0 is Interval

	Excursions     []Spell // by time, at most [MaxSpells]
	ExcursionCount int64   // how many there were, where the list joins some
	Gaps           []Spell
	GapCount       int64
	Doubts         []string

	Logger    string // serial number
	LogName   string // the file's base name
	LogSHA256 string // of the file as it came

	ProfileSHA256 string // of the profile that it was read by
}

// IsCelsius reports whether a unit of measure is degrees Celsius (UCUM: Cel), in one of the ways in which people write it; nothing at all is taken for it.
func IsCelsius(uom string) bool {
	switch strings.ToLower(uom) {
	case "", "cel", "c", "°c", "℃":
		return true
	}
	return false
}

// Same reports whether two say the same.
func (b *Temperature) Same(o *Temperature) bool { return reflect.DeepEqual(b, o) }

// Outside returns the times outside the limits: the excursions that are listed. Where there is none, and the extremes leave the event's own limits without an
// allowance, nobody says when: then it is all the time from the first reading to the last.
func (b *Temperature) Outside() []Spell {
	allowed := b.Allowance != nil && *b.Allowance > 0
	out := b.Low != "" && b.Min.Compare(b.Low) < 0 || b.High != "" && b.Max.Compare(b.High) > 0
	if len(b.Excursions) > 0 || allowed || !out {
		return b.Excursions
	}
	return []Spell{{From: b.From, To: b.To, Min: b.Min, Max: b.Max}}
}

// Times returns how many times the temperature was outside.
func (b *Temperature) Times() int64 { return max(b.ExcursionCount, int64(len(b.Outside()))) }

// A Spell is a time outside the limits, or one without readings.
type Spell struct {
	From, To Time
	Min, Max Decimal // of the readings outside; absent in a gap
}

// MaxSpells is how many spells an event lists.
const MaxSpells = 100

// What can be doubtful about a logger's file.
const (
	DoubtNotCovered  = "not_covered"  // readings do not cover the journey
	DoubtOtherLogger = "other_logger" // its serial number is not the one that is registered
	DoubtClockSet    = "clock_set"    // times go against the order of the rows
	DoubtClockTwice  = "clock_twice"  // an hour that clocks showed twice was told apart by the order of the rows
)

var doubts = []string{DoubtNotCovered, DoubtOtherLogger, DoubtClockSet, DoubtClockTwice}

func (b *Temperature) members(v visitor) {
	v.id("shipment", KindShipment, &b.Shipment, may)
	v.id("equipment", KindEquipment, &b.Equipment, may)
	v.time("from", &b.From, must)
	v.time("to", &b.To, must)
	v.count("readings", &b.Readings)
	v.decimal("min", &b.Min, must)
	v.decimal("max", &b.Max, must)
	v.decimal("mean", &b.Mean, may)
	v.decimal("mkt", &b.MKT, may)
	v.text("uom", &b.UOM, may)
	v.decimal("low", &b.Low, may)
	v.decimal("high", &b.High, may)
	v.integer("allowance", &b.Allowance, may)
	v.count("interval", &b.Interval)
	v.count("interval_outside", &b.Closer)
	objects(v, "excursions", &b.Excursions, mayEmpty, (*Spell).outside)
	v.count("excursion_count", &b.ExcursionCount)
	objects(v, "gaps", &b.Gaps, mayEmpty, (*Spell).without)
	v.count("gap_count", &b.GapCount)
	v.choices("doubts", &b.Doubts, doubts, 0)
	v.text("logger", &b.Logger, may)
	v.text("log_name", &b.LogName, may)
	v.digest("log_sha256", &b.LogSHA256, must)
	v.digest("profile_sha256", &b.ProfileSHA256, may)
}

func (s *Spell) outside(v visitor) {
	s.without(v)
	v.decimal("min", &s.Min, may)
	v.decimal("max", &s.Max, may)
}

func (s *Spell) without(v visitor) {
	v.time("from", &s.From, must)
	v.time("to", &s.To, must)
}

func (b *Temperature) check(c *Common) error {
	if err := exactly("shipment", "equipment", !b.Shipment.IsZero(), !b.Equipment.IsZero()); err != nil {
		return err
	}
	if err := ordered("to", b.From, b.To); err != nil {
		return err
	}
	switch {
	case c.Time.Before(b.To):
		return malformed("time", quote(c.Time.String()), "not before the last reading, at "+b.To.String())
	case b.Min.Compare(b.Max) > 0:
		return malformed("max", quote(string(b.Max)), "at least "+string(b.Min))
	case b.Low != "" && b.High != "" && b.Low.Compare(b.High) > 0:
		return malformed("high", quote(string(b.High)), "at least "+string(b.Low))
	}
	if err := checkSpells("excursions", b.Excursions, b.ExcursionCount); err != nil {
		return err
	}
	for i := range b.Excursions {
		if s := &b.Excursions[i]; s.From.Before(b.From) || s.To.After(b.To) {
			return malformed(element("excursions", i), "a time that was not judged", "one from "+b.From.String()+" to "+b.To.String())
		}
	}
	return checkSpells("gaps", b.Gaps, b.GapCount)
}

// checkSpells refuses spells that are not in order of time, and a count that they do not allow.
func checkSpells(name string, list []Spell, count int64) error {
	if len(list) > MaxSpells {
		return malformed(name, strconv.Itoa(len(list))+" spells", "at most "+strconv.Itoa(MaxSpells)+", those near each other joined")
	}
	if count > 0 && (len(list) == 0 || count < int64(len(list))) {
		return malformed(name[:len(name)-1]+"_count", strconv.FormatInt(count, 10), "a list that joins them, and no more than that")
	}
	for i := range list {
		s := &list[i]
		if err := ordered("to", s.From, s.To); err != nil {
			return within(err, element(name, i))
		}
		if i > 0 && s.From.Before(list[i-1].From) {
			return malformed(element(name, i)+".from", quote(s.From.String()), "not before the spell before it begins")
		}
		if s.Min != "" && s.Max != "" && s.Min.Compare(s.Max) > 0 {
			return malformed(element(name, i)+".max", quote(string(s.Max)), "at least "+string(s.Min))
		}
	}
	return nil
}
