package main

import (
	"context"
	"encoding/json"
	"iter"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
)

// runLog lists records, newest last.
func runLog(ctx context.Context, p *program, in *input) error {
	f, err := p.filter(in)
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, logLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if len(in.args) == 1 {
		refs, err := p.resolve(ctx, book, in.args)
		if err != nil {
			return err
		}
		f.Ref = refs[0]
	}
	switch {
	case lo != nil:
		return p.listLog(ctx, book, f, lo)
	case p.json:
		return p.logJSON(book.Log(ctx, f))
	}
	p.printLost(book.Lost())
	return p.logText(book.Log(ctx, f), f.Ref)
}

func (p *program) filter(in *input) (logbook.Filter, error) {
	var f logbook.Filter
	var err error
	if s := in.text("type"); s != "" {
		if f.Type = event.Type(s); event.NewBody(f.Type) == nil {
			return f, usage("type", data{"Found": s, "Near": nearest(s, typeNames())})
		}
	}
	if s := in.text("limit"); s != "" {
		if f.Limit, err = strconv.Atoi(s); err != nil || f.Limit < 1 {
			return f, usage("number-from", data{"Flag": "--limit", "Found": s, "Least": 1})
		}
	}
	if f.From, err = p.timeFlag(in, "from"); err != nil {
		return f, err
	}
	f.To, err = p.timeFlag(in, "to")
	return f, err
}

func typeNames() []string {
	types := event.Types()
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}

// timeFlag reads a time, or a day: that is its first moment where the program runs.
func (p *program) timeFlag(in *input, name string) (event.Time, error) {
	s := in.text(name)
	switch s {
	case "":
		return event.Time{}, nil
	case "now":
		return event.TimeOf(p.now()), nil
	}
	if t, err := event.ParseTime(s); err == nil {
		return t, nil
	}
	if day, err := parseDay(s, p.env.Now().Location()); err == nil {
		return event.TimeOf(day), nil
	}
	return event.Time{}, usage("time", data{"Flag": "--" + name, "Found": s})
}

func parseDay(s string, where *time.Location) (time.Time, error) {
	return time.ParseInLocation("2006-01-02", s, where)
}

// logText lays rows out in pieces, so that a ledger of any size can be listed.
func (p *program) logText(rows iter.Seq2[logbook.Row, error], asked event.Ref) error {
	const piece = 500
	g, first := p.logGrid(), true
	for row, err := range rows {
		if err != nil {
			return err
		}
		g.add(p.logCells(&row, asked, 6)...)
		if len(g.rows) == piece {
			p.flushLog(g, first)
			g, first = p.logGrid(), false
		}
	}
	if len(g.rows) == 0 && first {
		p.say(p.text("log.none"))
		return nil
	}
	if len(g.rows) > 0 {
		p.flushLog(g, first)
	}
	return nil
}

func (p *program) logGrid() *grid {
	g := &grid{heads: []string{p.text("head.seq"), p.text("head.time"), p.text("head.type"), p.text("head.things")}}
	widest := 0
	for _, t := range event.Types() {
		widest = max(widest, columns(p.text("name."+string(t))))
	}
	g.least = []int{4, len("2006-01-02 15:04+08:00"), widest}
	return g
}

func (p *program) flushLog(g *grid, heads bool) {
	if !heads {
		g.heads = nil
	}
	p.write(g.render(0, p.width, p.bold))
}

func (p *program) write(s string) { p.line("%s", strings.TrimSuffix(s, "\n")) }

// logCells is a row: number, time, type and what it is about, the thing asked for before others and at most so many. Records that
// no longer count say so first.
func (p *program) logCells(row *logbook.Row, asked event.Ref, most int) []string {
	seq := strconv.FormatUint(row.Record.Seq, 10)
	if g := row.Record.Genesis; g != nil {
		return []string{seq, clock(event.TimeOf(g.Created)), p.text("name.genesis"), visible(g.Origin)}
	}
	e := &row.Event
	words := p.marks(row)
	if fact := p.fact(e); fact != "" {
		words = append(words, fact)
	}
	words = append(words, about(e, asked, most)...)
	return []string{seq, clock(e.Time), p.typeName(e.Type), visible(strings.Join(words, " "))}
}

func (p *program) marks(row *logbook.Row) []string {
	var words []string
	if row.Struck {
		words = append(words, p.text("mark.struck", data{"By": row.StruckBy}))
	}
	if row.Late {
		words = append(words, p.text("mark.late"))
	}
	if row.Event.Deviation != nil {
		words = append(words, p.text("mark.deviation", data{"Rules": strings.Join(row.Event.Deviation.Rules, ", ")}))
	}
	return words
}

func (p *program) typeName(t event.Type) string {
	return p.texts.Or("name."+string(t), visible(string(t)))
}

// word translates a value of a closed set of the vocabulary.
func (p *program) word(s string) string { return p.texts.Or("word."+s, s) }

// clock writes a time as people read it, to the minute, with its offset.
func clock(t event.Time) string {
	if t.IsZero() {
		return "-"
	}
	s := t.Std().Format("2006-01-02 15:04-07:00")
	return strings.Replace(s, "+00:00", "Z", 1)
}

// fact is the word that matters most about an event.
func (p *program) fact(e *event.Event) string {
	switch b := e.Body.(type) {
	case *event.Eligibility:
		return p.word(b.Result)
	case *event.Manufacture:
		return strings.TrimSpace(b.Step + " " + p.word(b.Outcome))
	case *event.Test:
		return strings.TrimSpace(p.word(b.Result) + " " + b.Assay)
	case *event.Release:
		return p.word(b.Decision)
	case *event.Disposal:
		return p.word(b.Method)
	case *event.Environment:
		return p.word(b.Class) + " " + p.word(b.Result)
	case *event.Temperature:
		return p.text("logger.fact", data{"Min": b.Min, "Max": b.Max, "N": b.Times()})
	case *event.Correction:
		return p.word(b.Reason) + " " + string(b.Corrects)
	case *event.Signature:
		return b.Meaning + " " + string(b.Signs)
	case *event.Case:
		return p.word(string(b.Action))
	case *event.Key:
		return p.word(string(b.Action))
	case *event.Policy:
		return p.policy(b)
	case *event.Contact:
		return p.word(b.Level)
	default:
		return ""
	}
}

// policy says what a policy event does, and to which events; one of another vocabulary only names its action.
func (p *program) policy(b *event.Policy) string {
	does := p.word(string(b.Action))
	switch {
	case b.Set != nil:
		return does + " " + p.typeName(b.Set.On)
	case b.End != nil:
		return does + " " + p.typeName(b.End.On)
	default:
		return does
	}
}

// about lists what an event names: what it began with, and behind an arrow what came of it or where it went. Staff, rooms and
// the place are left to show, and of long lists all but the first few: the thing asked for is the first.
func about(e *event.Event, asked event.Ref, most int) []string {
	var from, to []string
	seen := make(map[event.Ref]bool)
	for path, r := range e.Refs {
		if seen[r] || !telling(path, r) {
			continue
		}
		seen[r] = true
		list := &from
		if result(path) {
			list = &to
		}
		if r == asked {
			*list = append([]string{r.String()}, *list...)
		} else {
			*list = append(*list, r.String())
		}
	}
	words := shortened(from, most)
	if len(to) > 0 {
		words = append(append(words, "→"), shortened(to, most)...)
	}
	return words
}

// telling leaves out who, where and what else it is called.
func telling(path string, r event.Ref) bool {
	switch r.Kind() {
	case event.KindOperator, event.KindRoom:
		return false
	case event.KindSite:
		return path != "site"
	default:
		return !strings.HasPrefix(path, "codes")
	}
}

func result(path string) bool {
	for _, prefix := range []string{"outputs", "patient", "residue", "to"} {
		if path == prefix || strings.HasPrefix(path, prefix+"[") {
			return !strings.HasSuffix(path, "for_patient")
		}
	}
	return false
}

func shortened(list []string, most int) []string {
	if len(list) <= most+1 {
		return list
	}
	return append(list[:most:most], "(+"+strconv.Itoa(len(list)-most)+")")
}

// logJSON writes one line with the records as they are stored, each with what later ones say of it.
func (p *program) logJSON(rows iter.Seq2[logbook.Row, error]) error {
	sep := `{"records":[`
	for row, err := range rows {
		if err != nil {
			return err
		}
		put(p.out, "%s%s", sep, jsonLine(rowAnswer(&row)))
		sep = ","
	}
	if sep != "," {
		put(p.out, "%s", sep)
	}
	p.line("]}")
	return nil
}

type rowJSON struct {
	Late     bool            `json:"late"`
	Leaf     string          `json:"leaf"`
	Record   json.RawMessage `json:"record"`
	StruckBy *uint64         `json:"struck_by"`
}

func rowAnswer(row *logbook.Row) rowJSON {
	r := rowJSON{Late: row.Late, Leaf: hexOf(row.Record.Leaf()), Record: row.Record.Bytes}
	if row.Struck {
		r.StruckBy = &row.StruckBy
	}
	return r
}
