package table

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
)

// An Event is what one row of a table says, or several rows of one group.
type Event struct {
	Rows  []sheet.Row
	Event event.Event // as [event.Parse] returns it, where Err is nil
	Err   *CellError
}

// Line is the row at which the event begins.
func (e *Event) Line() int { return e.Rows[0].Line }

// Events yields an event for each row, or group of rows, below the headings, good and bad; an error of the table itself, or of its headings, ends it.
// Rows of one group stand together. Cost: memory for the largest group, and 32 bytes for each.
func (p *Profile) Events(t *sheet.Table) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		r := reading{profile: p, seen: make(map[[sha256.Size]byte]int)}
		for row, err := range t.Rows() {
			if err == nil && r.columns == nil {
				err = r.head(row)
			} else if err == nil {
				if done := r.take(row); done != nil && !yield(*done, nil) {
					return
				}
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
		}
		switch {
		case r.columns == nil:
			yield(Event{}, &CellError{Line: p.header, Found: "no row", Want: "a row of headings"})
		case len(r.rows) > 0:
			yield(r.end(), nil)
		}
	}
}

// A reading goes through the rows of one table.
type reading struct {
	profile *Profile
	columns []*column // by place; nil where a column is ignored
	heads   []string
	rows    []sheet.Row
	group   [sha256.Size]byte
	seen    map[[sha256.Size]byte]int // groups that are complete, and where they began
}

// take adds a row to its group, and returns the event of the group before where that is complete.
func (r *reading) take(row sheet.Row) *Event {
	row.Cells = slices.Clone(row.Cells)
	key := r.key(row)
	if len(r.rows) > 0 && key == r.group && len(r.profile.group) > 0 {
		r.rows = append(r.rows, row)
		return nil
	}
	var done *Event
	if len(r.rows) > 0 {
		e := r.end()
		done = &e
	}
	r.rows, r.group = []sheet.Row{row}, key
	return done
}

// key is what rows of one group have in common.
func (r *reading) key(row sheet.Row) (sum [sha256.Size]byte) {
	if len(r.profile.group) == 0 { // each row by itself
		return sum
	}
	h := sha256.New()
	for i, c := range r.columns {
		if c == nil || !slices.Contains(r.profile.group, c.heading) {
			continue
		}
		text := ""
		if i < len(row.Cells) {
			text = row.Cells[i].Text
		}
		_, _ = fmt.Fprintf(h, "%d:%d:%s", i, len(text), text)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// end makes the event of the rows of a group.
func (r *reading) end() Event {
	e := Event{Rows: r.rows}
	r.rows = nil
	if len(r.profile.group) > 0 {
		if at, apart := r.seen[r.group]; apart {
			e.Err = &CellError{Line: e.Line(), Found: "rows of a group that began at line " + strconv.Itoa(at), Want: "the rows of a group together: sort the table"}
			return e
		}
		r.seen[r.group] = e.Line()
	}
	b := builder{reading: r, object: map[string]any{"type": string(r.profile.Type)}, from: make(map[string]place)}
	if e.Err = b.build(e.Rows); e.Err != nil {
		return e
	}
	text, err := json.Marshal(b.object)
	if err == nil {
		e.Event, err = event.Parse(text)
	}
	if err != nil {
		e.Err = b.blame(err, e.Line())
	}
	return e
}

// A place is a cell.
type place struct {
	line, column int
	heading      string
}

func (at place) fail(found, want string) *CellError {
	return &CellError{Line: at.line, Column: at.column, Heading: at.heading, Found: found, Want: want}
}

// A builder makes one event.
type builder struct {
	*reading
	object map[string]any
	from   map[string]place // where the values came from, by the path that an error of the event would name
}

func (b *builder) build(rows []sheet.Row) *CellError {
	for _, c := range b.profile.constants {
		b.setConstant(c)
	}
	for i := range rows {
		if err := b.row(&rows[i]); err != nil {
			return err
		}
	}
	return b.codes()
}

// setConstant sets a member that is the same in every event. One of an object in a list goes into each such object, where a row gives one.
func (b *builder) setConstant(c constant) {
	value := c.value
	if n, ok := value.(int64); ok { // as columns give them
		value = json.Number(strconv.FormatInt(n, 10))
	}
	if s, ok := value.(string); ok && c.to.many() {
		value = []any{s}
	}
	switch {
	case c.to.inList || c.to.outer == "codes":
	case c.to.outer != "":
		b.inner(c.to.outer)[c.to.name] = value
	default:
		b.object[c.to.name] = value
	}
}

// inner returns an object of the event, made if need be.
func (b *builder) inner(name string) map[string]any {
	o, ok := b.object[name].(map[string]any)
	if !ok {
		o = make(map[string]any)
		b.object[name] = o
	}
	return o
}

// A rowItems holds the objects that one row gives to lists.
type rowItems map[string]map[int]map[string]any

func (items rowItems) at(list string, index int) map[string]any {
	if items[list] == nil {
		items[list] = make(map[int]map[string]any)
	}
	if items[list][index] == nil {
		items[list][index] = make(map[string]any)
	}
	return items[list][index]
}

// row takes in what one row says.
func (b *builder) row(row *sheet.Row) *CellError {
	items := make(rowItems)
	came := make(map[string]place)
	times := make(map[string]*timeParts)
	for i, cell := range row.Cells {
		if cell.Kind != sheet.Empty && (i >= len(b.heads) || b.heads[i] == "") {
			return place{row.Line, i + 1, ""}.fail(strconv.Quote(cell.Text)+" in a column without a heading", "a heading above it, or nothing there; a separator within a cell wants quotation marks")
		}
	}
	for i, c := range b.columns {
		if c == nil {
			continue
		}
		at := place{row.Line, i + 1, c.heading}
		cell := sheet.Cell{}
		if i < len(row.Cells) {
			cell = row.Cells[i]
		}
		if cell.Kind == sheet.Empty && c.blank != "" {
			cell = sheet.Cell{Text: c.blank, Kind: sheet.Text}
		}
		if cell.Kind == sheet.Empty {
			if c.must {
				return at.fail("nothing", "a value: the profile says required = true")
			}
			continue
		}
		if err := b.cell(c, cell, at, items, came, times); err != nil {
			return err
		}
	}
	for _, path := range sortedKeys(times) {
		if err := b.joinTime(times[path], items, came); err != nil {
			return err
		}
	}
	return b.addItems(items, came)
}

func (b *builder) cell(c *column, cell sheet.Cell, at place, items rowItems, came map[string]place, times map[string]*timeParts) *CellError {
	if c.part != wholePart {
		return b.timePart(c, cell, at, times)
	}
	value, bad := b.profile.value(c, cell.Text, cell.Kind)
	if bad != nil {
		return at.fail(bad.found, bad.want)
	}
	if value == nil {
		return nil
	}
	if list, ok := value.(pieces); ok {
		for i, v := range list {
			to := c.to
			to.index += i
			if err := b.set(&to, v, at, items, came); err != nil {
				return err
			}
		}
		return nil
	}
	return b.set(&c.to, value, at, items, came)
}

// set puts a value where it belongs.
func (b *builder) set(to *target, value any, at place, items rowItems, came map[string]place) *CellError {
	var object map[string]any
	path := to.name
	switch {
	case to.inList:
		object, path = items.at(to.outer, to.index), fmt.Sprintf("%s[%d].%s", to.outer, to.index, to.name)
	case to.outer != "":
		object, path = b.inner(to.outer), to.outer+"."+to.name
	default:
		object = b.object
	}
	if list, ok := value.([]any); ok {
		before, _ := object[to.name].([]any)
		for _, v := range list {
			if !slices.Contains(before, v) {
				before = append(before, v)
			}
		}
		object[to.name] = before
	} else if before, ok := object[to.name]; ok && before != value {
		if first, known := b.from[path]; known || to.inList {
			return at.fail(fmt.Sprint(value), fmt.Sprintf("%v, as %s says", before, sheet.At(first.line, first.column)))
		}
		return at.fail(fmt.Sprint(value), fmt.Sprintf("%v, as the profile's constants say", before))
	} else {
		object[to.name] = value
	}
	if to.inList {
		came[path] = at
	} else if _, known := b.from[path]; !known {
		b.from[path] = at
	}
	return nil
}

// addItems adds the objects of one row to the event's lists. Where several rows give the same one, it is one, unless they say how much.
func (b *builder) addItems(items rowItems, came map[string]place) *CellError {
	for _, name := range sortedKeys(items) {
		indexes := make([]int, 0, len(items[name]))
		for i := range items[name] {
			indexes = append(indexes, i)
		}
		slices.Sort(indexes)
		for _, i := range indexes {
			item := items[name][i]
			for _, c := range b.profile.constants {
				if c.to.inList && c.to.outer == name && c.to.index == 0 {
					if _, said := item[c.to.name]; !said {
						item[c.to.name] = c.value
					}
				}
			}
			list, _ := b.object[name].([]any)
			_, measured := item["quantity"] // twice as much is not once
			if !measured && slices.ContainsFunc(list, func(other any) bool { return reflect.DeepEqual(other, item) }) {
				continue
			}
			prefix := fmt.Sprintf("%s[%d].", name, i)
			for path, at := range came {
				if rest, ok := strings.CutPrefix(path, prefix); ok {
					b.from[fmt.Sprintf("%s[%d].%s", name, len(list), rest)] = at
				}
			}
			b.object[name] = append(list, item)
		}
	}
	return nil
}

// codes turns codes of a member into codes of the thing that it names.
func (b *builder) codes() *CellError {
	given, ok := b.object["codes"].(map[string]any)
	if !ok {
		return nil
	}
	byThing := make(map[string]any)
	for _, name := range sortedKeys(given) {
		at := b.from["codes."+name]
		id, _ := b.object[name].(string)
		if id == "" {
			return at.fail("codes of "+name, "a value of "+name+" in the same row")
		}
		member, _ := find(event.Describe(b.profile.Type), name)
		if member.Kind == event.MemberID {
			id = member.ThingKind.String() + ":" + id
		}
		byThing[id] = given[name]
	}
	b.object["codes"] = byThing
	return nil
}

// A timeParts is a time of which several columns each say a part.
type timeParts struct {
	column *column // the one of the day
	at     place
	day    civil
	clock  civil
	zone   *time.Location
}

func (b *builder) timePart(c *column, cell sheet.Cell, at place, times map[string]*timeParts) *CellError {
	path := c.to.path + "#" + strconv.Itoa(c.to.index)
	t := times[path]
	if t == nil {
		t = &timeParts{column: c, at: at}
		times[path] = t
	}
	if c.part == zonePart {
		zone, err := parseZone("", cell.Text)
		var bad *ProfileError
		if errors.As(err, &bad) {
			return at.fail(bad.Found, bad.Want)
		}
		t.zone = zone
		return nil
	}
	m, bad := b.profile.moment(c, cell.Text, cell.Kind)
	if bad != nil {
		return at.fail(bad.found, bad.want)
	}
	if c.part == clockPart {
		t.clock = m
		return nil
	}
	t.column, t.at, t.day = c, at, m
	return nil
}

func (b *builder) joinTime(t *timeParts, items rowItems, came map[string]place) *CellError {
	if !t.day.day {
		return t.at.fail("no day", "a day too, in the column with part = \"date\"")
	}
	m := t.day
	if m.hours = t.clock.hours; m.hours {
		c := t.clock.time
		m.time = t.day.time.Truncate(24 * time.Hour).Add(time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute + time.Duration(c.Second())*time.Second + time.Duration(c.Nanosecond()))
	}
	value, bad := b.profile.storedTime(t.column, m, t.zone)
	if bad != nil {
		return t.at.fail(bad.found, bad.want)
	}
	return b.set(&t.column.to, value, t.at, items, came)
}

// blame finds the cell that an error of the event is about.
func (b *builder) blame(err error, line int) *CellError {
	var e *event.Error
	if !errors.As(err, &e) {
		return &CellError{Line: line, Found: err.Error(), Want: "an event", Err: err}
	}
	best, length := place{line: line}, -1
	for path, at := range b.from {
		if (e.Path == path || strings.HasPrefix(e.Path, path) && strings.ContainsRune(".[", rune(e.Path[len(path)]))) && len(path) > length {
			best, length = at, len(path)
		}
	}
	bad := best.fail(e.Found, e.Want)
	bad.Err = e
	if length < 0 {
		bad.Member = e.Path
	}
	return bad
}
