package main

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// A briefPrinter writes for people what a search reached, a line a thing. That it is no whole answer stands above the list and, since nobody
// scrolls back, below it. Words are looked up once, as there can be very many lines.
type briefPrinter struct {
	p *program
	b *recall.Brief

	grades map[genealogy.Grade]string // as wide as the column
	vias   map[genealogy.Via]string
	always string
	arrow  string
	since  int // width of the column of times
	rest   int // width that is left to the thing
}

func (b *briefPrinter) print() {
	b.title()
	b.layOut()
	kinds := b.b.Reached.Kinds()
	kind := event.KindNone
	for ref, t := range b.b.Reached.Sorted() {
		if t.Kind != kind {
			kind = t.Kind
			b.kind(kind, kinds[kind])
		}
		b.thing(ref, &t)
	}
	b.p.line("")
	b.foundation()
	b.alone()
}

func (b *briefPrinter) title() {
	id := "brief.forward"
	if b.b.Query.Backward {
		id = "brief.backward"
	}
	b.p.printQuestion(id, &b.b.Query, &b.b.AsOf)
	b.alone()
	if n := len(b.b.UnknownTypes); n > 0 {
		shown := seqList(b.b.UnknownTypes[:min(n, someGaps)])
		if n > someGaps {
			shown += " …"
		}
		b.p.styledParagraph(b.p.text("brief.unknown", data{"N": n, "Seqs": shown}), b.p.alarm)
	}
}

func (b *briefPrinter) alone() { b.p.styledParagraph(b.p.text("brief.alone"), b.p.alarm) }

// widestClock is a time as wide as any of four digits for the year.
const widestClock = "2006-01-02 15:04+08:00"

// layOut looks up the words of the lines, and measures their columns.
func (b *briefPrinter) layOut() {
	b.always, b.arrow, b.since = b.p.text("trace.always"), "← ", len(widestClock)
	b.since = max(b.since, columns(b.always), columns(b.p.text(b.sinceHead())))
	if b.b.Query.Backward {
		b.arrow = "→ "
	}
	width := columns(b.p.text("head.grade"))
	for _, g := range genealogy.Grades() {
		width = max(width, columns(b.p.text("grade."+g.String())))
	}
	b.grades = make(map[genealogy.Grade]string)
	for _, g := range genealogy.Grades() {
		b.grades[g] = padded(b.p.text("grade."+g.String()), width)
	}
	b.vias = make(map[genealogy.Via]string)
	for _, v := range genealogy.Vias() {
		b.vias[v] = "(" + b.p.text("via."+v.String()) + ")"
	}
	b.rest = b.p.width - 2 - width - 2 - b.since - 2
}

func (b *briefPrinter) sinceHead() string {
	if b.b.Query.Backward {
		return "head.until"
	}
	return "head.since"
}

// kind leads the things of a kind, and names the columns.
func (b *briefPrinter) kind(k event.Kind, n int) {
	b.p.line("")
	b.p.line("%s", b.p.bold(b.p.text("brief.kind", data{"Kind": b.p.text("kind." + k.String()), "N": n})))
	what := "head.brief-from"
	if b.b.Query.Backward {
		what = "head.brief-to"
	}
	grade := padded(b.p.text("head.grade"), columns(b.grades[genealogy.Confirmed]))
	b.p.line("  %s", b.p.bold(grade+"  "+padded(b.p.text(b.sinceHead()), b.since)+"  "+b.p.text(what)))
}

// thing writes how surely, since when, what and by what; no id is cut.
func (b *briefPrinter) thing(ref event.Ref, t *recall.ReachedThing) {
	since := b.always
	if !t.Since.IsZero() {
		since = clock(t.Since)
	}
	words := []string{visible(ref.String())}
	if t.Via != genealogy.ViaNone {
		words = append(words, b.arrow+visible(t.Parent().String()), b.vias[t.Via])
	}
	lines := fill(words, b.rest)
	b.p.line("  %s  %s  %s", b.grades[t.Grade], padded(since, b.since), lines[0])
	for _, line := range lines[1:] {
		b.p.line("%s%s", strings.Repeat(" ", b.p.width-b.rest), line)
	}
}

// foundation says what the search rests on: which records, which contacts.
func (b *briefPrinter) foundation() {
	var words []string
	kinds := b.b.Reached.Kinds()
	for _, k := range event.Kinds() {
		if n := kinds[k]; n > 0 {
			words = append(words, b.p.text("kind."+k.String())+" "+strconv.Itoa(n))
		}
	}
	lines := []string{
		b.p.text("trace.reached", data{"What": strings.Join(words, b.p.text("list.comma"))}),
		b.p.text("trace.as-of", data{"Origin": b.b.AsOf.Origin, "Size": b.b.AsOf.Size}),
		"  root " + b.b.AsOf.Root,
	}
	for _, line := range append(lines, b.p.followedText(b.b.Followed())...) {
		b.p.paragraph(line)
	}
}
