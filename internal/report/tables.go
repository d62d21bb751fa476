package report

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

func (v *view) heads(ids ...string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = v.t.Text("head." + id)
	}
	return list
}

// counts has a row for each number and a column for each grade asked for; grades are cumulative.
func (v *view) counts(a *recall.Answer) *Section {
	s := &Section{ID: "counts", Title: v.t.Text("report.counts"), Heads: []string{v.t.Text("head.what")}}
	for g := genealogy.Confirmed; g <= a.Query.Grade; g++ {
		s.Heads = append(s.Heads, v.t.Text("report.to-grade", i18n.Data{"Grade": v.t.Text("grade." + g.String())}))
	}
	for _, line := range countLines() {
		row := []string{v.t.Text("tally." + line.id)}
		for g := genealogy.Confirmed; g <= a.Query.Grade; g++ {
			row = append(row, strconv.Itoa(line.of(&a.ByGrade[g])))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Numeric = numbersFrom(1, len(s.Heads))
	return s
}

// TallyList is the numbers of an answer as a list.
func TallyList(t *i18n.Texts, a *recall.Answer) *List {
	s := (&view{t: t}).counts(a)
	l := &List{ID: s.ID, Title: s.Title, Rows: Each(s.Rows, func(cells *[]string) []string { return *cells })}
	for i, head := range s.Heads {
		l.Columns = append(l.Columns, Column{head, s.IsNumeric(i)})
	}
	return l
}

// numbersFrom says of n columns that those from first on are numbers.
func numbersFrom(first, n int) []bool {
	list := make([]bool, n)
	for i := first; i < n; i++ {
		list[i] = true
	}
	return list
}

type countLine struct {
	id string
	of func(*recall.Counts) int
}

func countLines() []countLine {
	return []countLine{
		{"patients", func(c *recall.Counts) int { return c.Patients }},
		{"units", func(c *recall.Counts) int { return c.Units }},
		{"infused", func(c *recall.Counts) int { return c.Infused }},
		{"in_stock", func(c *recall.Counts) int { return c.InStock }},
		{"in_transit", func(c *recall.Counts) int { return c.InTransit }},
		{"allocated", func(c *recall.Counts) int { return c.Allocated }},
		{"on_hold", func(c *recall.Counts) int { return c.OnHold }},
		{"unaccounted", func(c *recall.Counts) int { return c.Unaccounted }},
		{"samples", func(c *recall.Counts) int { return c.Samples }},
		{"sites", func(c *recall.Counts) int { return c.Sites }},
		{"regions", func(c *recall.Counts) int { return c.Regions }},
		{"regions_used", func(c *recall.Counts) int { return c.RegionsUsed }},
	}
}

// stock lists the units that can still be stopped.
func (v *view) stock(a *recall.Answer) *Section {
	if a.Query.Backward {
		return nil
	}
	s := &Section{ID: "stock", Title: v.t.Text("report.stock"), Heads: v.heads("unit", "state", "site", "booked", "held", "grade")}
	for i := range a.Things {
		t := &a.Things[i]
		if !Stoppable(t.State) {
			continue
		}
		held := v.t.Text("report.no")
		if t.OnHold {
			held = v.t.Text("report.yes")
		} else {
			s.Alarm = true
		}
		s.row(v.withRole(t), v.t.Text("state."+t.State.String()), place(t), dash(t.Allocated.ID()), held, v.t.Text("grade."+t.Grade.String()))
	}
	return v.orNone(s)
}

// withRole names a unit, with its role where that is one that nobody is to be given.
func (v *view) withRole(t *recall.Thing) string {
	switch t.Role {
	case event.RoleSample, event.RoleRetained, event.RoleWaste:
		return t.Ref.String() + " (" + v.t.Or("word."+string(t.Role), string(t.Role)) + ")"
	default:
		return t.Ref.String()
	}
}

// Stoppable reports whether nobody was given a unit in this state yet, and somebody still could be.
func Stoppable(s genealogy.State) bool {
	switch s {
	case genealogy.InStock, genealogy.InTransit, genealogy.Expired, genealogy.Unaccounted:
		return true
	case genealogy.NoState, genealogy.Infused, genealogy.Consumed, genealogy.Destroyed, genealogy.Returned, genealogy.Lost, genealogy.Tested:
	}
	return false
}

func place(t *recall.Thing) string {
	if !t.Site.IsZero() {
		return t.Site.ID()
	}
	return dash(t.Shipment.String())
}

func dash(s string) string {
	if s == "" {
		return nothing
	}
	return s
}

func (v *view) orNone(s *Section) *Section {
	if len(s.Rows) == 0 {
		s.Heads, s.Numeric, s.Text = nil, nil, []string{v.t.Text("report.none")}
		return s
	}
	s.Title += " (" + strconv.Itoa(len(s.Rows)) + ")"
	return s
}

func (v *view) patients(a *recall.Answer) *Section {
	return v.kinds(a, "patients", event.KindPatient)
}

func (v *view) units(a *recall.Answer) *Section {
	s := &Section{ID: "units", Title: v.t.Text("report.units"), Heads: v.heads("unit", "state", "grade", "path")}
	for i := range a.Things {
		t := &a.Things[i]
		if k := t.Ref.Kind(); k == event.KindUnit || k == event.KindBatch || k == event.KindLot || k == event.KindAliquot {
			state := ""
			if t.State != genealogy.NoState {
				state = v.t.Text("state." + t.State.String())
			}
			s.row(t.Ref.String(), dash(state), v.t.Text("grade."+t.Grade.String()), Path(a, t))
		}
	}
	return v.orNone(s)
}

// sites lists whom to call: every site concerned, with what it took in, has and gave.
func (v *view) sites(a *recall.Answer) *Section {
	if a.Query.Backward {
		return nil
	}
	s := &Section{ID: "sites", Title: v.t.Text("report.sites"), Heads: v.heads("site", "name", "region", "contact", "accepted", "here", "held", "given")}
	s.Numeric = numbersFrom(4, len(s.Heads))
	for _, row := range a.Report().Sites {
		s.row(row.Site.ID(), dash(row.Name), dash(row.Region), dash(row.Contact), strconv.Itoa(row.Accepted),
			strconv.Itoa(row.Here), strconv.Itoa(row.OnHold), strconv.Itoa(row.Infused))
	}
	return v.orNone(s)
}

func (v *view) kinds(a *recall.Answer, id string, kind event.Kind) *Section {
	since := "since"
	if a.Query.Backward {
		since = "until"
	}
	s := &Section{ID: id, Title: v.t.Text("report." + id), Heads: v.heads("thing", "grade", since, "path")}
	for i := range a.Things {
		if t := &a.Things[i]; t.Ref.Kind() == kind {
			s.row(t.Ref.String(), v.t.Text("grade."+t.Grade.String()), v.clock(t.Since), Path(a, t))
		}
	}
	return v.orNone(s)
}

// walkArrow stands between the steps of a path.
const walkArrow = " → "

// Path is the walk that proves a thing of an answer, each step with its record.
func Path(a *recall.Answer, t *recall.Thing) string {
	var b strings.Builder
	for i, step := range a.Path(t) {
		if i > 0 {
			b.WriteString(walkArrow)
		}
		b.WriteString(step.Ref.String())
		if i > 0 {
			b.WriteString(" #" + strconv.FormatUint(step.Seq, 10))
		}
	}
	return b.String()
}

func (v *view) missing(a *recall.Answer) *Section {
	s := &Section{ID: "missing", Title: v.t.Text("report.missing"), Alarm: len(a.Missing) > 0 || a.AsOf.LacksRecords(), Heads: v.heads("what", "thing", "records")}
	for _, l := range a.AsOf.Lost {
		s.row(v.t.Text("lost.row"), l.Origin, records([]uint64{l.From})+" – "+records([]uint64{l.To}))
	}
	for _, m := range a.Missing {
		s.row(v.t.Text("missing."+string(m.Code)), dash(m.Ref.String()), records(m.Seq))
	}
	return v.orNone(s)
}

func records(list []uint64) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = "#" + strconv.FormatUint(n, 10)
	}
	return strings.Join(words, " ")
}

func (v *view) cleared(a *recall.Answer) *Section {
	if len(a.Cleared) == 0 {
		return nil
	}
	s := &Section{ID: "cleared", Title: v.t.Text("report.cleared"), Heads: v.heads("thing", "what", "touched", "records")}
	for _, c := range a.Cleared {
		s.row(c.Ref.String(), v.t.Text("cleared."+string(c.Code)), c.By.String(), records(c.Seq))
	}
	return v.orNone(s)
}

func (v *view) corrected(a *recall.Answer) *Section {
	s := &Section{ID: "corrected", Title: v.t.Text("report.corrected"), Heads: v.heads("records", "what")}
	for _, c := range a.Corrected {
		s.row("#"+strconv.FormatUint(c.Seq, 10), v.t.Text("mark.struck", i18n.Data{"By": c.By}))
	}
	for _, d := range a.Deviations {
		s.row("#"+strconv.FormatUint(d.Seq, 10), v.t.Text("mark.deviation", i18n.Data{"Rules": strings.Join(d.Rules, ", ")}))
	}
	if len(s.Rows) == 0 {
		return nil
	}
	return v.orNone(s)
}
