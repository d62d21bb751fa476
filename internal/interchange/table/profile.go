package table

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
)

// A Profile says how to read one kind of table. [ParseProfile] is the only way to get one.
type Profile struct {
	Name   string // what it is for, in its own words
	Type   event.Type
	sheet  sheet.Options
	header int
	comma  bool // decimals are written with a comma
	zone   *time.Location
	times  []clock
	group  []string
	ignore []string

	constants []constant
	columns   []column // in order of their headings
}

// A constant is a member that is the same in every event.
type constant struct {
	to    target
	value any
}

// A column is what one heading stands for.
type column struct {
	heading  string
	also     []string // other headings that mean it
	to       target
	values   map[string]string // what the cells' words mean; nil where they mean themselves
	split    string
	prefix   string
	kind     string
	blank    string // what an empty cell means
	part     part
	times    []clock
	zone     *time.Location
	day      dayEdge
	must     bool
	optional bool // the table may lack the column
	exact    bool // ids are taken as they are, full-width letters and all
}

// A part is what a column says of a time that several columns say together.
type part string

// The parts.
const (
	wholePart part = ""
	datePart  part = "date"
	clockPart part = "clock"
	zonePart  part = "zone"
)

// A dayEdge is the time of day that a day alone means.
type dayEdge string

// The edges.
const (
	noEdge   dayEdge = ""
	dayStart dayEdge = "start" // 00:00:00
	dayEnd   dayEdge = "end"   // 23:59:59
)

// A ProfileError says what is wrong with a profile.
type ProfileError struct {
	Line  int    // of the profile, from 1; 0 where it is about the whole
	Key   string // as in columns."袋号".to
	Found string
	Want  string
}

// Error returns one line.
func (e *ProfileError) Error() string {
	where := "profile"
	if e.Line > 0 {
		where += " line " + strconv.Itoa(e.Line)
	}
	if e.Key != "" {
		where += " " + e.Key
	}
	return fmt.Sprintf("%s: found %s, want %s", where, e.Found, e.Want)
}

// written is a profile as TOML has it.
type written struct {
	Layout
	Type      string         `toml:"type"`
	Format    string         `toml:"format"`
	Group     []string       `toml:"group"`
	Ignore    []string       `toml:"ignore"`
	Constants map[string]any `toml:"constants"`
	Columns   map[string]any `toml:"columns"`
}

// writtenColumn is a column that says more than where it goes.
type writtenColumn struct {
	To       string            `toml:"to"`
	Also     []string          `toml:"also"`
	Values   map[string]string `toml:"values"`
	Split    string            `toml:"split"`
	Prefix   string            `toml:"prefix"`
	Kind     string            `toml:"kind"`
	Default  string            `toml:"default"`
	Part     string            `toml:"part"`
	Time     any               `toml:"time"`
	Zone     string            `toml:"zone"`
	Day      string            `toml:"day"`
	Required bool              `toml:"required"`
	Optional bool              `toml:"optional"`
	Exact    bool              `toml:"exact"`
}

// maxProfile is how large a profile may be, in bytes.
const maxProfile = 1 << 20

// ParseProfile reads a profile. Its errors are of type [*ProfileError].
func ParseProfile(text []byte) (*Profile, error) {
	if len(text) > maxProfile {
		return nil, &ProfileError{Found: strconv.Itoa(len(text)) + " bytes", Want: "at most " + strconv.Itoa(maxProfile)}
	}
	var w written
	if err := strictly(text, &w); err != nil {
		return nil, err
	}
	p := &Profile{Name: w.Name, Type: event.Type(w.Type), group: w.Group, ignore: w.Ignore}
	if event.NewBody(p.Type) == nil {
		return nil, &ProfileError{Key: "type", Found: strconv.Quote(w.Type), Want: "a type of event, as in type = \"collection\""}
	}
	for _, step := range []func(*written) error{p.setSheet, p.setTimes, p.setConstants, p.setColumns} {
		if err := step(&w); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// strictly decodes TOML into v and refuses what v has no place for.
func strictly(text []byte, v any) error {
	d := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var strict *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		e := &strict.Errors[0]
		line, _ := e.Position()
		return &ProfileError{Line: line, Key: strings.Join(e.Key(), "."), Found: "a key that no profile has", Want: "a key of docs/tables.md; headings of columns go under [columns]"}
	case errors.As(err, &bad):
		line, _ := bad.Position()
		return &ProfileError{Line: line, Key: strings.Join(bad.Key(), "."), Found: strings.TrimPrefix(bad.Error(), "toml: "), Want: "TOML, as in docs/tables.md"}
	default:
		return &ProfileError{Found: err.Error(), Want: "TOML, as in docs/tables.md"}
	}
}

// chosen returns s if it is one of set, or the first of set where it is empty.
func chosen[T ~string](key, s string, set ...T) (T, error) {
	if s == "" {
		return set[0], nil
	}
	if !slices.Contains(set, T(s)) {
		return "", &ProfileError{Key: key, Found: strconv.Quote(s), Want: wordsOf(set)}
	}
	return T(s), nil
}

func wordsOf[T ~string](set []T) string {
	var words []string
	for _, w := range set {
		if w != "" {
			words = append(words, strconv.Quote(string(w)))
		}
	}
	return strings.Join(words, ", ")
}

func (p *Profile) setSheet(w *written) error {
	format, err := chosen[sheet.Format]("format", w.Format, "", sheet.CSV, sheet.XLSX)
	if err != nil {
		return err
	}
	if p.sheet, p.comma, err = w.Options(); err != nil {
		return err
	}
	p.sheet.Format, p.header = format, max(1, w.HeaderRow)
	return nil
}

func (p *Profile) setTimes(w *written) (err error) {
	if p.zone, err = parseZone("zone", w.Zone); err != nil {
		return err
	}
	p.times, err = parseClocks("time", w.Time)
	return err
}

// InZone returns the profile with a zone for times that do not say their offset. Its error is of type [*ProfileError]; a profile that names another
// zone is not overruled.
func (p *Profile) InZone(name string) (*Profile, error) {
	zone, err := parseZone("zone", name)
	if err != nil {
		return nil, err
	}
	if p.zone != nil && zone != nil && p.zone.String() != zone.String() {
		return nil, &ProfileError{Key: "zone", Found: strconv.Quote(name), Want: strconv.Quote(p.zone.String()) + ", which the profile says; another zone wants another profile"}
	}
	in := *p
	in.zone = cmp.Or(p.zone, zone)
	return &in, nil
}

// parseZone reads the name of a zone, as Asia/Shanghai, or an offset, as +08:00; empty is none.
func parseZone(key, s string) (*time.Location, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // none is fine where times bear their offsets
	}
	if zone, ok := parseOffset(s); ok {
		return zone, nil
	}
	zone, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		return nil, &ProfileError{Key: key, Found: strconv.Quote(s), Want: "a zone, as Asia/Shanghai or +08:00"}
	}
	return zone, nil
}

// parseOffset reads +08:00, -05:00 or Z.
func parseOffset(s string) (*time.Location, bool) {
	if s == "Z" {
		return time.UTC, true
	}
	t, err := time.Parse("-07:00", s)
	if err != nil {
		return nil, false
	}
	_, seconds := t.Zone()
	return time.FixedZone(s, seconds), true
}

func (p *Profile) setConstants(w *written) error {
	for _, name := range sortedKeys(w.Constants) {
		key := "constants." + name
		to, err := parseTarget(p.Type, key, name)
		if err != nil {
			return err
		}
		value := w.Constants[name]
		switch v := value.(type) {
		case string, bool, int64:
		case []any:
			for _, one := range v {
				if _, ok := one.(string); !ok {
					return &ProfileError{Key: key, Found: fmt.Sprint(one), Want: "texts"}
				}
			}
		default:
			return &ProfileError{Key: key, Found: fmt.Sprint(value), Want: "a text, a list of texts, a whole number, true or false; measured amounts are texts, as \"92.5\""}
		}
		p.constants = append(p.constants, constant{to, value})
	}
	return nil
}

func (p *Profile) setColumns(w *written) error {
	if len(w.Columns) == 0 {
		return &ProfileError{Key: "columns", Found: "none", Want: "headings and where they go, as in \"袋号\" = \"outputs.unit\""}
	}
	for _, heading := range sortedKeys(w.Columns) {
		c, err := p.column(heading, w.Columns[heading])
		if err != nil {
			return err
		}
		p.columns = append(p.columns, c)
	}
	for _, g := range p.group {
		if !slices.ContainsFunc(p.columns, func(c column) bool { return c.heading == g }) {
			return &ProfileError{Key: "group", Found: strconv.Quote(g), Want: "headings of columns"}
		}
	}
	return nil
}

func (p *Profile) column(heading string, value any) (column, error) {
	key := "columns." + strconv.Quote(heading)
	var w writtenColumn
	switch v := value.(type) {
	case string:
		w.To = v
	case map[string]any:
		text, err := toml.Marshal(v)
		if err != nil {
			return column{}, &ProfileError{Key: key, Found: err.Error(), Want: "a table of keys"}
		}
		if err := strictly(text, &w); err != nil {
			var e *ProfileError
			if errors.As(err, &e) {
				e.Line, e.Key = 0, key+"."+e.Key
			}
			return column{}, err
		}
	default:
		return column{}, &ProfileError{Key: key, Found: fmt.Sprint(value), Want: "where it goes, as in \"outputs.unit\", or a table of keys with to"}
	}
	return p.columnOf(heading, key, &w)
}

func (p *Profile) columnOf(heading, key string, w *writtenColumn) (c column, err error) {
	c = column{
		heading: heading, also: w.Also, values: foldedKeys(w.Values), split: w.Split, prefix: w.Prefix, kind: w.Kind, blank: w.Default,
		must: w.Required, optional: w.Optional, exact: w.Exact,
	}
	if c.to, err = parseTarget(p.Type, key, w.To); err != nil {
		return c, err
	}
	if c.part, err = chosen(key+".part", w.Part, wholePart, datePart, clockPart, zonePart); err != nil {
		return c, err
	}
	if c.day, err = chosen(key+".day", w.Day, noEdge, dayStart, dayEnd); err != nil {
		return c, err
	}
	if c.zone, err = parseZone(key+".zone", w.Zone); err != nil {
		return c, err
	}
	if c.times, err = parseClocks(key+".time", w.Time); err != nil {
		return c, err
	}
	if _, ok := event.ParseKind(w.Kind); w.Kind != "" && !ok {
		return c, &ProfileError{Key: key + ".kind", Found: strconv.Quote(w.Kind), Want: "a kind of thing, as unit"}
	}
	if isTime := c.to.member.Kind == event.MemberTime; !isTime && (c.part != wholePart || c.day != noEdge || c.zone != nil || c.times != nil) {
		return c, &ProfileError{Key: key, Found: "part, day, zone or time of " + strconv.Quote(w.To), Want: "a member that is a time"}
	}
	return c, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func foldedKeys(m map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	folded := make(map[string]string, len(m))
	for k, v := range m {
		folded[fold(k)] = v
	}
	return folded
}

// is reports whether a heading means the column.
func (c *column) is(heading string) bool {
	heading = fold(heading)
	return fold(c.heading) == heading || slices.ContainsFunc(c.also, func(s string) bool { return fold(s) == heading })
}

// Sheet returns how the table is to be opened.
func (p *Profile) Sheet() sheet.Options { return p.sheet }
