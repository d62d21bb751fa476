package temperature

import (
	"strconv"

	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
)

// A Unit is what a logger measures in.
type Unit string

// The units.
const (
	Celsius    Unit = "C"
	Fahrenheit Unit = "F"
	Kelvin     Unit = "K"
)

// A Profile says how one maker's loggers write. [ParseProfile] is the only way to get one.
type Profile struct {
	Name  string
	sheet sheet.Options
	// header is the row of the headings; 0 where it is the first row that has them all.
	header  int
	comma   bool
	unit    Unit
	times   table.Times
	failed  map[string]bool // what stands in place of a reading where the sensor failed
	serial  string          // what stands before the logger's serial number, above the headings
	footer  string          // how the row begins after which there are no readings
	columns headings
}

// headings are those of the columns that are read.
type headings struct {
	Time        string `toml:"time"`
	Date        string `toml:"date"`
	Clock       string `toml:"clock"`
	Temperature string `toml:"temperature"`
	Serial      string `toml:"serial"`
}

// written is a profile as TOML has it.
type written struct {
	table.Layout
	Unit      string   `toml:"unit"`
	NoReading []string `toml:"no_reading"`
	Serial    string   `toml:"serial_after"`
	Footer    string   `toml:"footer"`
	Columns   headings `toml:"columns"`
}

// ParseProfile reads a profile. Its errors are of type [*table.ProfileError].
func ParseProfile(text []byte) (*Profile, error) {
	var w written
	if err := table.Strictly(text, &w); err != nil {
		return nil, err
	}
	times, err := table.ParseTimes(w.Zone, w.Time)
	if err != nil {
		return nil, err
	}
	p := &Profile{Name: w.Name, header: w.HeaderRow, times: times, unit: Unit(w.Unit), serial: table.Fold(w.Serial), footer: table.Fold(w.Footer), columns: w.Columns}
	p.failed = make(map[string]bool, len(w.NoReading))
	for _, word := range w.NoReading {
		p.failed[table.Fold(word)] = true
	}
	if p.sheet, p.comma, err = w.Options(); err != nil {
		return nil, err
	}
	if p.sheet.Hidden == sheet.Skip { // a reading that nobody sees was a reading
		return nil, wrongKey("hidden", w.Hidden, `"refuse" or "read"`)
	}
	if p.serial != "" { // which stands above the headings
		p.sheet.FirstRow = 0
	}
	return p, p.check()
}

// check reports what a profile lacks.
func (p *Profile) check() error {
	c := &p.columns
	both := c.Date != "" && c.Clock != "" && c.Time == ""
	switch {
	case p.unit != Celsius && p.unit != Fahrenheit && p.unit != Kelvin:
		return wrongKey("unit", string(p.unit), `"C", "F" or "K": a number alone does not say it`)
	case c.Temperature == "":
		return wrongKey("columns.temperature", "", "the heading above the readings")
	case !both && (c.Time == "" || c.Date != "" || c.Clock != ""):
		return wrongKey("columns.time", c.Time, "the heading above the times, or date and clock in its place")
	case p.serial != "" && c.Serial != "":
		return wrongKey("serial_after", p.serial, "it, or columns.serial, not both")
	}
	return nil
}

func wrongKey(key, found, want string) error {
	return &table.ProfileError{Key: key, Found: strconv.Quote(found), Want: want}
}

// Sheet returns how the logger's file is to be opened.
func (p *Profile) Sheet() sheet.Options { return p.sheet }

// wanted returns the headings that must be there, and those of them that say the time.
func (p *Profile) wanted() []string {
	var list []string
	for _, h := range []string{p.columns.Time, p.columns.Date, p.columns.Clock, p.columns.Temperature, p.columns.Serial} {
		if h != "" {
			list = append(list, h)
		}
	}
	return list
}
