package table

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
)

// A Suggestion is a profile for a table that nobody has one for yet.
type Suggestion struct {
	Type   event.Type
	Text   string   // the profile, with comments where something is not sure
	Sure   int      // columns that were recognised by their whole heading
	Unsure []string // headings that were recognised in part
	Left   []string // headings that were not, which stand under ignore
}

// suggestedRows is how many rows are looked at.
const suggestedRows = 200

// Suggest proposes a profile for a table, whose headings are its first row with two cells or more. The profile's text parses.
func Suggest(name string, t *sheet.Table, o sheet.Options) (*Suggestion, error) {
	var head sheet.Row
	var rows []sheet.Row
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		row.Cells = slices.Clone(row.Cells)
		switch {
		case head.Line > 0:
			rows = append(rows, row)
		case filled(row) >= 2:
			head = row
		}
		if len(rows) == suggestedRows {
			break
		}
	}
	if head.Line == 0 {
		return nil, &CellError{Line: 1, Found: "no row of two cells or more", Want: "a row of headings"}
	}
	s := &suggesting{head: head, rows: rows, options: o, format: t.Format, sheet: t.Sheet}
	s.choose(name)
	return s.write(name), nil
}

func filled(row sheet.Row) (n int) {
	for _, c := range row.Cells {
		if c.Kind != sheet.Empty {
			n++
		}
	}
	return n
}

// A match is what a heading was taken for.
type match struct {
	hint  *hint
	score int // 0: none; 100: the whole heading
}

type suggesting struct {
	head    sheet.Row
	rows    []sheet.Row
	options sheet.Options
	format  sheet.Format
	sheet   string
	typ     event.Type
	matches []match
}

// choose takes the type of event whose members the headings fit best.
func (s *suggesting) choose(name string) {
	best := -1
	for _, t := range sortedTypes() {
		matches, score := s.matched(t)
		if strings.Contains(fold(name), fold(string(t))) || strings.Contains(fold(name+s.sheet), fold(typeWords[t])) {
			score += 150
		}
		if score > best {
			best, s.typ, s.matches = score, t, matches
		}
	}
}

// typeWords are what files and sheets of a type are called in Chinese.
var typeWords = map[event.Type]string{
	event.TypeCollection: "采集", event.TypeManufacture: "生产", event.TypeTest: "检验", event.TypeShipment: "发运", event.TypeReceipt: "物料", event.TypeRelease: "放行", event.TypeArrival: "收货", event.TypeInfusion: "回输", event.TypeFollowup: "随访",
	event.TypeInventory: "盘点",
}

func sortedTypes() []event.Type {
	types := make([]event.Type, 0, len(hints))
	for t := range hints {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// matched gives each heading the member that fits it best, and each member one heading at most.
func (s *suggesting) matched(t event.Type) (matches []match, total int) {
	matches = make([]match, len(s.head.Cells))
	type pair struct{ column, hint, score int }
	all := slices.Concat(hints[t], commonHints)
	var pairs []pair
	for i, cell := range s.head.Cells {
		for k := range all {
			if score := likeness(fold(cell.Text), all[k].names); cell.Kind != sheet.Empty && score > 0 {
				pairs = append(pairs, pair{i, k, score})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	taken := make(map[string]bool)
	for _, p := range pairs {
		h := &all[p.hint]
		if matches[p.column].score > 0 || taken[h.to] {
			continue
		}
		matches[p.column], taken[h.to] = match{h, p.score}, true
		total += p.score
	}
	return matches, total
}

// likeness is 100 where a heading is one of the names, less where it holds one or is held by one.
func likeness(heading string, names []string) (best int) {
	heading, _, _ = strings.Cut(strings.ReplaceAll(heading, "(", "（"), "（") // "体积(mL)" says its unit of measure
	for i, name := range names {
		switch name = fold(name); {
		case heading == name:
			best = max(best, 100-i)
		case len(name) >= 4 && strings.Contains(heading, name):
			best = max(best, 40+min(20, len(name)))
		case len(heading) >= 4 && strings.Contains(name, heading):
			best = max(best, 30)
		}
	}
	return best
}

// sure is the score from which on a heading was recognised as a whole.
const sure = 80

func (s *suggesting) write(name string) *Suggestion {
	out := &Suggestion{Type: s.typ}
	var columns, b strings.Builder
	for i, cell := range s.head.Cells {
		m := s.matches[i]
		switch {
		case cell.Kind == sheet.Empty:
			continue
		case m.score == 0:
			out.Left = append(out.Left, cell.Text)
			continue
		case m.score < sure:
			out.Unsure = append(out.Unsure, cell.Text)
			columns.WriteString("# not sure:\n")
		default:
			out.Sure++
		}
		fmt.Fprintf(&columns, "%s = %s\n", strconv.Quote(cell.Text), s.columnText(i, m.hint))
	}
	fmt.Fprintf(&b, "# Proposed for %s by its headings. Read it through, then try it: suyuan import --dry-run --profile PROFILE FILE\n", strings.ToValidUTF8(strings.Map(printable, name), "?"))
	fmt.Fprintf(&b, "type = %q\n", s.typ)
	if s.format == sheet.CSV && s.options.Encoding == sheet.GB18030 {
		b.WriteString("encoding = \"gb18030\"\n")
	}
	if s.sheet != "" && s.options.Sheet != "" {
		fmt.Fprintf(&b, "sheet = %s\n", strconv.Quote(s.sheet))
	}
	if s.head.Line > 1 {
		fmt.Fprintf(&b, "header_row = %d\n", s.head.Line)
	}
	b.WriteString(s.zone())
	if len(out.Left) > 0 {
		fmt.Fprintf(&b, "# These columns could not be placed and are left out: give them a place under [columns], or let them stand here.\nignore = [%s]\n", strings.Join(quotedAll(out.Left), ", "))
	}
	b.WriteString(s.group())
	s.constants(&b)
	b.WriteString("\n[columns]\n" + columns.String())
	out.Text = b.String()
	return out
}

// zone is the line that says the zone; nobody guesses it for headings that are of anywhere.
func (s *suggesting) zone() string {
	for _, cell := range s.head.Cells {
		if strings.ContainsFunc(cell.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			return fmt.Sprintf("zone = %q # a guess: where were these times read from a clock?\n", chineseZone)
		}
	}
	return "# zone = \"…\" # the zone of the clocks that these times were read from, as Europe/Berlin; wanted where times do not say their offset\n"
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// columnText is where a column goes, and how it is read.
func (s *suggesting) columnText(i int, h *hint) string {
	more := h.more
	if to, err := parseTarget(s.typ, "", h.to); err == nil && to.member.Kind == event.MemberTime {
		more = s.timeText(i)
	}
	if more == "" {
		return strconv.Quote(h.to)
	}
	return fmt.Sprintf("{ to = %q, %s }", h.to, more)
}

// otherForms are those that the usual ones leave out, since they can be taken for another.
var otherForms = []string{"DD.MM.YYYY HH:mm:ss", "DD.MM.YYYY HH:mm", "DD.MM.YYYY", "D/M/YYYY H:mm", "D/M/YYYY", "M/D/YYYY H:mm", "M/D/YYYY", "M/D/YYYY h:mm A", "YYYY.MM.DD HH:mm", "YYYY.MM.DD", "YYYYMMDD"}

// timeText says in which form a column's times are, where it is not a usual one, and what a day alone means.
func (s *suggesting) timeText(i int) string {
	var texts []string
	for _, row := range s.rows {
		if i < len(row.Cells) && row.Cells[i].Kind != sheet.Empty {
			texts = append(texts, row.Cells[i].Text)
		}
	}
	fits := func(forms []clock) (all, hours bool) {
		for _, text := range texts {
			m, ok := readTime(text, forms)
			if !ok {
				return false, false
			}
			hours = hours || m.hours
		}
		return len(texts) > 0, hours
	}
	day := func(hours bool) string {
		if hours {
			return ""
		}
		return `day = "end"`
	}
	if all, hours := fits(usualClocks()); all {
		return day(hours)
	}
	for _, form := range otherForms {
		c, ok := parseForm(form)
		if !ok {
			continue
		}
		if all, hours := fits([]clock{c}); all {
			return strings.TrimSuffix(fmt.Sprintf("time = %q, %s", form, day(hours)), ", ")
		}
	}
	return ""
}

// group proposes that rows of one shipment, or of one count, are one event.
func (s *suggesting) group() string {
	by := groupedBy(s.typ)
	var headings []string
	for i, m := range s.matches {
		if m.score > 0 && slices.Contains(by, m.hint.to) {
			headings = append(headings, strconv.Quote(s.head.Cells[i].Text))
		}
	}
	if len(headings) == 0 {
		return ""
	}
	return "# Rows that agree in these columns are one event.\ngroup = [" + strings.Join(headings, ", ") + "]\n"
}

// constants lists what every event of the type has to say and no column does.
func (s *suggesting) constants(b *strings.Builder) {
	b.WriteString("\n[constants]\n")
	for _, m := range event.Describe(s.typ) {
		placed := slices.ContainsFunc(s.matches, func(x match) bool {
			return x.score > 0 && (x.hint.to == m.Name || strings.HasPrefix(x.hint.to, m.Name+"."))
		})
		if !m.Must || placed || m.Name == "type" {
			continue
		}
		fmt.Fprintf(b, "# %s = \"…\" # must be said, here or by a column\n", m.Name)
	}
}
