package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
)

// runShow shows one thing, or one record.
func runShow(ctx context.Context, p *program, in *input) error {
	seq := in.text("seq")
	if (seq == "") == (len(in.args) == 0) {
		return usage("show", nil)
	}
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	ids := thingLists()
	if seq != "" {
		ids = recordLists()
	}
	lo, err := p.listOut(in, ids)
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if seq != "" {
		return p.showRecord(ctx, book, seq, lo)
	}
	refs, err := p.resolve(ctx, book, in.args)
	if err != nil {
		return err
	}
	thing, err := book.Show(ctx, refs[0], at)
	if err != nil {
		return err
	}
	if lo != nil {
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.thingLists(thing, &of))
	}
	if p.json {
		answer := thingAnswer(thing)
		answer.Lost = lostAnswer(book.Lost())
		p.answerJSON(answer)
		return nil
	}
	p.printLost(book.Lost())
	p.printThing(thing)
	return nil
}

func (p *program) showRecord(ctx context.Context, book *logbook.Book, text string, lo *listOut) error {
	seq, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return usage("number", data{"Flag": "--seq", "Found": text})
	}
	row, err := book.ShowSeq(ctx, seq)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.recordLists(&row, &of))
	case p.json:
		p.answerJSON(rowAnswer(&row))
		return nil
	}
	return p.recordFields(&fields{p: p, indent: 2}, &row)
}

// recordFields shows every member of a record, as stored, under its name.
func (p *program) recordFields(g *fields, row *logbook.Row) error {
	r := &row.Record
	g.head(p.text("show.record", data{"Seq": r.Seq}))
	body := r.Event
	if r.Genesis != nil {
		var record struct{ Genesis json.RawMessage }
		if err := json.Unmarshal(r.Bytes, &record); err != nil {
			return fmt.Errorf("record %d: %w", r.Seq, err)
		}
		body = record.Genesis
	}
	g.add("recorded", recordedText(r.Recorded))
	g.add("by", r.By)
	if r.Source != nil {
		g.add("source", r.Source.Name+" "+strconv.Itoa(r.Source.Line)+" "+r.Source.SHA256)
	}
	g.add("leaf", hexOf(r.Leaf()))
	g.add("prev", hexOf(r.Prev))
	if row.Struck {
		g.add("struck_by", strconv.FormatUint(row.StruckBy, 10))
	}
	if row.Late {
		g.add("late", p.word("true"))
	}
	g.head(p.text("show.event"))
	return g.event(body, row.Event.Type)
}

// fields writes names and values one below the other, or keeps them for a list.
type fields struct {
	p      *program
	indent int
	kept   [][]string // nil where they are written
}

// head sets a heading over what follows; a list has none.
func (f *fields) head(text string) {
	if f.kept == nil {
		f.p.line("%s", f.p.bold(text))
	}
}

const nameWidth = 14

func (f *fields) add(name, value string) {
	if value == "" {
		return
	}
	f.lines(name, []string{value})
}

func (f *fields) lines(name string, values []string) {
	label := f.p.texts.Or("label."+name, name)
	for _, v := range values {
		if f.kept != nil {
			f.kept = append(f.kept, []string{label, v})
			continue
		}
		room := f.p.width - f.indent - nameWidth - 2
		for _, line := range wrap(visible(v), room) {
			f.p.line("%*s%s  %s", f.indent, "", padded(label, nameWidth), line)
			label = ""
		}
	}
}

// event shows every member of an event: type and time first, then its own, then those of every event.
func (f *fields) event(body []byte, t event.Type) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return fmt.Errorf("stored event: %w", err)
	}
	names := []string{"type", "time", "end"}
	for _, m := range membersOf(t) {
		names = append(names, m.Name)
	}
	names = append(names, slices.Sorted(maps.Keys(members))...) // what a later vocabulary added
	for _, name := range names {
		if value, ok := members[name]; ok {
			f.lines(textName(t, name), f.p.values(name, value))
			delete(members, name)
		}
	}
	return nil
}

// values are the lines of a member: one for each element of a list, and an object in the form in which record takes it.
func (p *program) values(name string, value json.RawMessage) []string {
	var list []json.RawMessage
	if value[0] == '[' && json.Unmarshal(value, &list) == nil {
		if len(list) == 0 {
			return []string{"[]"}
		}
		var lines []string
		for _, v := range list {
			lines = append(lines, p.values(name, v)...)
		}
		return lines
	}
	var parts map[string]json.RawMessage
	if value[0] == '{' && json.Unmarshal(value, &parts) == nil {
		var words []string
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			words = append(words, part+"="+strings.Join(p.values("", parts[part]), ","))
		}
		return []string{strings.Join(words, "  ")}
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value) // a number, or true or false
	}
	return []string{p.said(name, text)}
}

// said translates the words of closed sets; everything else is as it was stored.
func (p *program) said(name, s string) string {
	switch name {
	case "type", "on":
		return p.texts.Or("name."+s, s)
	case "result", "decision", "method", "outcome", "purpose", "phase", "class", "seal", "level", "action", "use", "gate":
		return p.word(s)
	default:
		return s
	}
}

// printThing shows what the ledger says of a thing now: first what matters to who holds it in hand.
func (p *program) printThing(t *logbook.Thing) {
	p.line("%s", p.bold(visible(p.text("kind."+t.Ref.Kind().String())+" "+t.Ref.String())))
	f := &fields{p: p, indent: 2}
	p.thingFields(f, t)
	p.printHolds(f, t)
	p.printHistory(t)
	p.line("%s", p.text("show.at", data{"At": clock(t.At)}))
}

// thingFields are how a thing stands and where it comes from.
func (p *program) thingFields(f *fields, t *logbook.Thing) {
	s := &t.Status
	if t.Ref.Kind() == event.KindUnit {
		f.add("state", p.text("state."+first(s.State.String(), "none")))
		f.add("place", refText(s.Site))
		f.add("vessel", refText(s.Vessel))
		f.add("shipment", refText(s.Shipment))
		f.add("role", p.word(string(s.Role)))
		f.add("product", s.Product)
		f.add("expires", s.Expires.String())
		f.add("allocated", refText(s.Allocated))
		f.add("for_patient", refText(t.ForPatient))
	}
	if t.Decision != nil {
		f.add("release", p.text("show.release", data{"Seq": t.Decided, "What": p.word(t.Decision.Decision)}))
	}
	p.printOrigin(f, t)
	if t.Registered != nil {
		f.add("name", t.Registered.Name)
		f.add("class", t.Registered.Class)
		f.add("at", refText(t.Registered.At))
		f.add("region", t.Registered.Region)
		f.add("country", t.Registered.Country)
		f.add("contact", t.Registered.Contact)
	}
	f.add("codes", strings.Join(t.Codes, " "))
	f.add("same", joinRefs(t.Same))
}

func (p *program) printOrigin(f *fields, t *logbook.Thing) {
	if t.UnknownOrigin {
		f.add("made", p.text("show.unknown-origin"))
	} else if e := t.Made.Entry; e != nil {
		f.add("made", p.text("show.made", data{"Seq": e.Seq, "Time": clock(e.Event.Time), "Type": p.typeName(e.Event.Type)}))
	}
	f.add("batch", refText(t.Made.Batch))
	if t.Ref.Kind() == event.KindLot {
		f.add("product", t.Made.Product)
		f.add("expires", t.Made.Expires.String())
	}
}

func refText(r event.Ref) string { return r.String() }

func (p *program) printHolds(f *fields, t *logbook.Thing) {
	for _, h := range t.Holds {
		d := data{"Seq": h.Entry.Seq, "Cause": p.text("cause." + h.Hold.Cause.String()), "On": h.On, "Since": clock(h.Entry.Event.Time)}
		f.lines("on_hold", []string{p.text("show.hold", d)})
	}
	p.printTests(f, t)
}

// printTests says of which unit a test is, where it is not of the thing itself.
func (p *program) printTests(f *fields, t *logbook.Thing) {
	var tests []string
	for i := range t.Tests {
		row := &t.Tests[i]
		b, ok := row.Event.Body.(*event.Test)
		if !ok {
			continue
		}
		d := data{"Seq": row.Record.Seq, "What": strings.Join(strings.Fields(p.word(b.Result)+" "+b.Assay+" "+b.Organism), " "), "Sampled": clock(b.Sampled), "Of": b.Subject}
		id := "show.test"
		if b.Subject != t.Ref {
			id = "show.test-of"
		}
		tests = append(tests, p.text(id, d))
	}
	f.lines("tests", tests)
}

func (p *program) printHistory(t *logbook.Thing) {
	p.line("")
	p.line("%s", p.bold(p.text("show.history")))
	g := p.logGrid()
	for i := range t.History {
		g.add(p.logCells(&t.History[i], t.Ref, 3)...)
	}
	p.write(g.render(0, p.width, p.bold))
	p.line("")
}
