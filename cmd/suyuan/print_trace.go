package main

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// A tracePrinter writes an answer for people: what is sure first, then what each grade adds, then what needs doing, then whom
// it concerns, and last what is not known and what the answer rests on.
type tracePrinter struct {
	p       *program
	a       *recall.Answer
	summary bool
	strict  bool // every gap, however many
}

func (t *tracePrinter) print() {
	t.title()
	t.counts()
	if !t.summary {
		if t.a.Query.Backward {
			t.origins()
		} else {
			t.stock()
			t.patients()
		}
		t.rest()
	}
	t.missing()
	t.cleared()
	t.corrected()
	t.foundation()
}

func (t *tracePrinter) head(id string, d data) {
	t.headline(t.p.text(id, d))
}

// headline wraps before it is set off, so that no line holds half of a mark.
func (t *tracePrinter) headline(text string) {
	t.p.line("")
	for _, line := range wrap(text, t.p.width) {
		t.p.line("%s", t.p.bold(line))
	}
}

func (t *tracePrinter) title() {
	id := "trace.forward"
	if t.a.Query.Backward {
		id = "trace.backward"
	}
	t.p.printQuestion(id, &t.a.Query, &t.a.AsOf)
}

// printQuestion leads an answer with what was asked, and of what ledger that is not whole.
func (p *program) printQuestion(id string, q *recall.Query, asOf *recall.AsOf) {
	p.line("%s", p.bold(visible(p.text(id, data{"Refs": joinRefs(q.Sources), "Grade": p.text("grade." + q.Grade.String())}))))
	if !q.From.IsZero() || !q.To.IsZero() {
		p.line("%s", p.text("trace.window", data{"From": clock(q.From), "To": clock(q.To)}))
	}
	p.printLost(asOf.Lost)
}

// counts leads with what is confirmed; every other grade says only what it adds.
func (t *tracePrinter) counts() {
	for _, g := range genealogy.Grades() {
		if g > t.a.Query.Grade {
			break
		}
		c, id := t.a.ByGrade[g], "trace.confirmed"
		if g > genealogy.Confirmed {
			c, id = minus(c, t.a.ByGrade[g-1]), "trace.adds"
		}
		var ended recall.Balance
		if t.allIn(g) {
			ended = t.a.Balance
		}
		t.p.paragraph(t.p.text(id, data{"Grade": t.p.text("grade." + g.String()), "What": t.countText(&c, &ended)}))
	}
	if ended := t.countText(new(recall.Counts), &t.a.Balance); !t.allIn(genealogy.Confirmed) && ended != t.p.text("count.nothing") {
		t.p.paragraph(t.p.text("trace.ended", data{"What": ended}))
	}
}

// allIn reports whether no unit is less certain than confirmed, for the confirmed line alone: only then does the balance, which is
// of all that was reached, say how the units of that line ended.
func (t *tracePrinter) allIn(g genealogy.Grade) bool {
	c, all := &t.a.ByGrade[genealogy.Confirmed], &t.a.ByGrade[t.a.Query.Grade]
	return g == genealogy.Confirmed && c.Units == all.Units
}

// countText says the numbers that are not 0; of the balance, how units ended that were neither given nor can be stopped.
func (t *tracePrinter) countText(c *recall.Counts, ended *recall.Balance) string {
	var parts []string
	add := func(id string, n int) {
		if n != 0 {
			parts = append(parts, t.p.texts.Count("count."+id, n))
		}
	}
	add("patients", c.Patients)
	add("units", c.Units)
	add("infused", c.Infused)
	add("in_stock", c.InStock)
	add("in_transit", c.InTransit)
	add("destroyed", ended.Destroyed)
	add("returned", ended.Returned)
	add("lost", ended.Lost)
	add("expired", ended.Expired)
	add("tested", ended.Tested)
	add("allocated", c.Allocated)
	add("on_hold", c.OnHold)
	add("unaccounted", c.Unaccounted)
	add("samples", c.Samples)
	add("sites", c.Sites)
	add("regions", c.Regions)
	if len(parts) == 0 {
		return t.p.text("count.nothing")
	}
	return strings.Join(parts, t.p.text("list.comma"))
}

func minus(a, b recall.Counts) recall.Counts {
	return recall.Counts{
		Patients: a.Patients - b.Patients, Units: a.Units - b.Units, Infused: a.Infused - b.Infused, InStock: a.InStock - b.InStock,
		InTransit: a.InTransit - b.InTransit, Allocated: a.Allocated - b.Allocated, OnHold: a.OnHold - b.OnHold,
		Unaccounted: a.Unaccounted - b.Unaccounted, Samples: a.Samples - b.Samples, Sites: a.Sites - b.Sites,
		Regions: a.Regions - b.Regions, RegionsUsed: a.RegionsUsed - b.RegionsUsed,
	}
}

// stock lists what can still be stopped: units that nobody was given yet.
func (t *tracePrinter) stock() {
	g := grid{heads: t.p.heads("state", "grade", "site", "booked", "held", "unit")}
	held := 0
	for i := range t.a.Things {
		th := &t.a.Things[i]
		if !report.Stoppable(th.State) {
			continue
		}
		if th.OnHold {
			held++
		}
		place := first(th.Site.ID(), th.Shipment.ID(), "-")
		g.add(t.p.text("state."+th.State.String()), t.p.text("grade."+th.Grade.String()), visible(place), visible(first(th.Allocated.ID(), "-")), t.heldText(th), t.unitText(th))
	}
	if len(g.rows) == 0 {
		t.head("trace.no-stock", nil)
		return
	}
	t.p.line("")
	head := t.p.text("trace.stock", data{"N": len(g.rows), "Open": len(g.rows) - held})
	if held < len(g.rows) {
		head = t.p.alarm(head)
	} else {
		head = t.p.bold(head)
	}
	t.p.line("%s", head)
	t.p.write(g.render(2, t.p.width, t.p.bold))
}

func (t *tracePrinter) unitText(th *recall.Thing) string {
	s := visible(th.Ref.String())
	if aside(th.Role) {
		s += " (" + t.p.word(string(th.Role)) + ")"
	}
	return s
}

func (t *tracePrinter) heldText(th *recall.Thing) string {
	if th.OnHold {
		return t.p.text("report.yes")
	}
	return t.p.alarm(t.p.text("report.no"))
}

// aside are the roles that are counted on a line of their own.
func aside(r event.Role) bool {
	return r == event.RoleSample || r == event.RoleRetained || r == event.RoleWaste
}

func (t *tracePrinter) patients() {
	t.kind("trace.patients", event.KindPatient)
}

// kind lists the things of some kinds, each with the path that proves it.
func (t *tracePrinter) kind(title string, kinds ...event.Kind) {
	n := 0
	for i := range t.a.Things {
		if slices.Contains(kinds, t.a.Things[i].Ref.Kind()) {
			n++
		}
	}
	if n == 0 {
		return
	}
	t.head(title, data{"N": n})
	for i := range t.a.Things {
		if th := &t.a.Things[i]; slices.Contains(kinds, th.Ref.Kind()) {
			t.thing(th)
		}
	}
}

// thing is a line of what and since when, and under it the walk: each step names the record that proves it.
func (t *tracePrinter) thing(th *recall.Thing) {
	since := "trace.since"
	switch {
	case th.Since.IsZero():
		since = "trace.always"
	case t.a.Query.Backward:
		since = "trace.until"
	}
	words := []string{visible(th.Ref.String()), t.p.text("trace.how", data{"Grade": t.p.text("grade." + th.Grade.String()), "Since": t.p.text(since, data{"Time": clock(th.Since)})})}
	for _, line := range fill(words, t.p.width-2) {
		t.p.line("  %s", line)
	}
	steps := t.a.Path(th)
	if len(steps) < 2 {
		return
	}
	for _, line := range fill(pathWords(steps), t.p.width-6) {
		t.p.line("      %s", line)
	}
}

// pathWords are the steps of a walk; a step is not cut from its arrow and its record.
func pathWords(steps []recall.Step) []string {
	var words []string
	for i, s := range steps {
		word := visible(s.Ref.String())
		if i > 0 {
			word = "→ " + word + " #" + strconv.FormatUint(s.Seq, 10)
		}
		words = append(words, word)
	}
	return words
}

// origins lists, backward, what it can have come from.
func (t *tracePrinter) origins() {
	t.kind("trace.donors", event.KindDonor, event.KindPatient)
	t.kind("trace.lots", event.KindLot, event.KindAliquot)
	t.kind("trace.batches", event.KindBatch)
	t.kind("trace.units", event.KindUnit)
}

// rest counts what was reached besides, kind by kind.
func (t *tracePrinter) rest() {
	var words []string
	for _, k := range event.Kinds() {
		n := 0
		for i := range t.a.Things {
			if t.a.Things[i].Ref.Kind() == k {
				n++
			}
		}
		if n > 0 {
			words = append(words, t.p.text("kind."+k.String())+" "+strconv.Itoa(n))
		}
	}
	t.head("trace.reached", data{"What": strings.Join(words, t.p.text("list.comma"))})
}

// Of more than manyGaps gaps of one kind people are shown someGaps.
const manyGaps, someGaps = 12, 10

func (t *tracePrinter) missing() {
	if len(t.a.Missing) == 0 {
		t.head(noMissing(&t.a.AsOf), nil)
		return
	}
	t.p.line("")
	t.p.line("%s", t.p.alarm(t.p.text("trace.missing", data{"N": len(t.a.Missing)})))
	g := grid{heads: t.p.heads("what", "thing", "records")}
	for rest := t.a.Missing; len(rest) > 0; { // in order of codes
		code := rest[0].Code
		n := slices.IndexFunc(rest, func(m recall.Missing) bool { return m.Code != code })
		if n < 0 {
			n = len(rest)
		}
		show := n
		if n > manyGaps && !t.strict {
			show = someGaps
		}
		for _, m := range rest[:show] {
			g.add(t.p.text("missing."+string(code)), visible(first(m.Ref.String(), "-")), seqList(m.Seq))
		}
		if show < n {
			g.add(t.p.text("missing."+string(code)), t.p.text("trace.more-missing", data{"N": n - show}), "")
		}
		rest = rest[n:]
	}
	t.p.write(g.render(2, t.p.width, t.p.bold))
}

func seqList(list []uint64) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = "#" + strconv.FormatUint(n, 10)
	}
	return strings.Join(words, " ")
}

func (t *tracePrinter) cleared() {
	n := len(t.a.Cleared) + t.a.ClearedMore
	if n == 0 {
		return
	}
	counts := make(map[recall.ClearedCode]int)
	for _, c := range t.a.Cleared {
		counts[c.Code]++
	}
	var words []string
	for _, code := range recall.ClearedCodes() {
		if counts[code] > 0 {
			words = append(words, t.p.text("cleared."+string(code))+" "+strconv.Itoa(counts[code]))
		}
	}
	t.head("trace.cleared", data{"Things": t.p.texts.Count("count.things", n), "What": strings.Join(words, t.p.text("list.comma"))})
}

func (t *tracePrinter) corrected() {
	for _, c := range t.a.Corrected {
		t.p.line("%s", t.p.text("trace.corrected", data{"Seq": c.Seq, "By": c.By}))
	}
	for _, d := range t.a.Deviations {
		t.p.line("%s", visible(t.p.text("trace.deviation", data{"Seq": d.Seq, "Rules": strings.Join(d.Rules, ", ")})))
	}
}

// foundation says what the answer rests on: which records, which time, which contacts.
func (t *tracePrinter) foundation() {
	a := t.a
	t.p.line("")
	lines := []string{
		t.p.text("trace.as-of", data{"Origin": a.AsOf.Origin, "Size": a.AsOf.Size}),
		"  root " + a.AsOf.Root,
		t.p.text("trace.at", data{"At": clock(a.Query.At), "Behind": t.p.span(t.p.env.Now().Sub(a.Query.At.Std()))}),
	}
	for _, line := range append(lines, t.p.followedText(a.Followed())...) {
		t.p.paragraph(line)
	}
}

// followedText says which contacts were followed, and which were not.
func (p *program) followedText(followed, leftOut []genealogy.Via) []string {
	lines := []string{p.text("trace.followed", data{"Vias": p.viaText(followed)})}
	if len(leftOut) > 0 {
		lines = append(lines, p.text("trace.left-out", data{"Vias": p.viaText(leftOut)}))
	}
	return lines
}

func (p *program) viaText(list []genealogy.Via) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = p.text("via." + v.String())
	}
	return strings.Join(words, p.text("list.comma"))
}

// span is a length of time in days, hours and minutes, the two that matter.
func (p *program) span(d time.Duration) string {
	if d < 0 {
		return "-" + p.span(-max(d, -math.MaxInt64)) // the least duration has no opposite
	}
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	if days > 0 {
		return p.text("span.days", data{"Days": days, "Hours": hours})
	}
	return p.text("span.hours", data{"Hours": hours, "Minutes": minutes})
}
