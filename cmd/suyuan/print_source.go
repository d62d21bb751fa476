package main

import (
	"fmt"
	"slices"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// defaultSources is how many lines a list of the text has unless --limit says otherwise.
const defaultSources = 20

// A sourcePrinter writes for people what can have caused positives: what explains all of them, how one can have come from another,
// what cannot be it, what nobody knows, and who is next.
type sourcePrinter struct {
	p    *program
	a    *recall.SourceAnswer
	most int
}

func (s *sourcePrinter) print() {
	s.p.printLost(s.a.AsOf.Lost)
	s.intervals()
	s.common()
	s.chains()
	s.excluded()
	s.missing()
	s.exposed()
	s.foundation()
}

func (s *sourcePrinter) head(text string) {
	s.p.line("")
	s.p.styledParagraph(text, s.p.bold)
}

func (s *sourcePrinter) grid(g *grid) { s.p.write(g.render(2, s.p.width, s.p.bold)) }

// more says how much of a list is not shown.
func (s *sourcePrinter) more(all int) {
	if all > s.most {
		s.p.line("  %s", s.p.text("source.more", data{"N": all - s.most, "All": all}))
	}
}

// intervals says who is positive, and when contamination can have come in.
func (s *sourcePrinter) intervals() {
	positives, negatives := s.p.texts.Count("source.positives", len(s.a.Positives)), s.p.texts.Count("source.negatives", len(s.a.Negatives))
	s.p.styledParagraph(s.p.text("source.title", data{"Positives": positives, "Negatives": negatives}), s.p.bold)
	g := grid{heads: s.p.heads("source-after", "source-by", "source-positive")}
	for i := range s.a.Positives {
		r := &s.a.Positives[i]
		g.add(bound(r.From, r.Negative), bound(r.To, r.Positive), visible(r.Ref.String()))
	}
	s.grid(&g)
}

// bound writes an end of an interval and the test that says so.
func bound(t event.Time, seq *uint64) string {
	if seq == nil {
		return clock(t)
	}
	return fmt.Sprintf("%s #%d", clock(t), *seq)
}

// common lists the common sources. How many of the positives and of the negatives each reached is its 2×2 table.
func (s *sourcePrinter) common() {
	fits := 0
	for i := range s.a.Common {
		if s.a.Common[i].Fits() {
			fits++
		}
	}
	switch {
	case len(s.a.Common) == 0:
		s.head(s.p.text("source.no-common"))
		return
	case fits == 0:
		s.head(s.p.text("source.no-fit", data{"Things": s.p.texts.Count("count.things", len(s.a.Common))}))
	default:
		s.head(s.p.text("source.common", data{"Things": s.p.texts.Count("count.things", len(s.a.Common)), "Fit": fits}))
	}
	g := grid{heads: s.p.heads("source-positives", "source-negatives", "source-others", "source-risk", "source-p", "grade", "thing")}
	for i := range s.a.Common[:min(s.most, len(s.a.Common))] {
		c := &s.a.Common[i]
		t := &c.Table
		others := "-"
		if c.OthersReached >= 0 {
			others = strconv.Itoa(c.OthersReached)
		}
		g.add(fmt.Sprintf("%d/%d", c.Explains, c.Of), fmt.Sprintf("%d/%d", t.ExposedNegative, t.ExposedNegative+t.UnexposedNegative), others,
			first(t.RelativeRisk(), "-"), t.Fisher(), s.p.text("grade."+c.Grade.String()), visible(c.Ref.String()))
	}
	s.grid(&g)
	s.more(len(s.a.Common))
}

// chains lists how one positive's lineage can have contaminated another's.
func (s *sourcePrinter) chains() {
	if len(s.a.Chains) == 0 {
		s.head(s.p.text("source.no-chain"))
		return
	}
	for i := range s.a.Chains {
		c := &s.a.Chains[i]
		s.head(s.p.text("source.chain", data{"From": c.From, "To": c.To, "N": len(c.Candidates)}))
		g := grid{heads: s.p.heads("source-via", "source-window", "records", "thing")}
		for _, k := range c.Candidates[:min(s.most, len(c.Candidates))] {
			g.add(s.p.text("via."+k.Via.String()), window(k.From, k.To), seqList(k.Seq), visible(k.Ref.String()))
		}
		s.grid(&g)
		s.more(len(c.Candidates))
	}
}

// window writes an interval; within one day the day stands once.
func window(from, to event.Time) string {
	const day, minute = len("2006-01-02 "), len("2006-01-02 15:04")
	a, b := clock(from), clock(to)
	if a == b && !from.IsZero() {
		return a
	}
	if len(a) < minute || len(b) < minute || a[:day] != b[:day] || a[minute:] != b[minute:] {
		return a + " – " + b
	}
	return a[:minute] + "–" + b[day:]
}

func (s *sourcePrinter) excluded() {
	if len(s.a.Excluded) == 0 {
		return
	}
	s.head(s.p.text("source.excluded", data{"N": len(s.a.Excluded)}))
	g := grid{heads: s.p.heads("source-why", "records", "thing")}
	for _, x := range s.a.Excluded[:min(s.most, len(s.a.Excluded))] {
		g.add(s.p.text("excluded."+string(x.Code)), seqList(x.Seq), visible(x.Ref.String()))
	}
	s.grid(&g)
	s.more(len(s.a.Excluded))
}

func (s *sourcePrinter) missing() {
	if len(s.a.Missing) == 0 {
		s.head(s.p.text(noMissing(&s.a.AsOf)))
		return
	}
	s.p.line("")
	s.p.line("%s", s.p.alarm(s.p.text("trace.missing", data{"N": len(s.a.Missing)})))
	g := grid{heads: s.p.heads("what", "thing", "records")}
	gaps := together(s.a.Missing)
	for _, m := range gaps[:min(s.most, len(gaps))] {
		g.add(s.p.text("missing."+string(m.Code)), visible(first(m.Ref.String(), "-")), seqList(m.Seq))
	}
	s.grid(&g)
	s.more(len(gaps))
}

// together puts gaps of one kind about one thing into one.
func together(missing []recall.Missing) []recall.Missing {
	var list []recall.Missing
	for _, m := range missing {
		if n := len(list); n > 0 && list[n-1].Code == m.Code && list[n-1].Ref == m.Ref {
			list[n-1].Seq = slices.Concat(list[n-1].Seq, m.Seq)
			continue
		}
		list = append(list, m)
	}
	return list
}

// exposed lists who went through a candidate besides: patients first and all of them, units as many as the list takes.
func (s *sourcePrinter) exposed() {
	if len(s.a.NextExposed) == 0 {
		s.head(s.p.text("source.no-exposed"))
		return
	}
	s.head(s.p.text("source.exposed", data{"N": len(s.a.NextExposed)}))
	var patients, units []event.Ref
	for _, r := range s.a.NextExposed {
		if r.Kind() == event.KindPatient {
			patients = append(patients, r)
		} else {
			units = append(units, r)
		}
	}
	s.refs(patients)
	s.refs(units[:min(s.most, len(units))])
	if n := len(units) - s.most; n > 0 {
		s.p.line("  %s", s.p.text("source.more-units", data{"N": n, "All": len(units)}))
	}
}

func (s *sourcePrinter) refs(refs []event.Ref) {
	for _, line := range fill(visibleAll(refStrings(refs)), s.p.width-2) {
		s.p.line("  %s", line)
	}
}

func (s *sourcePrinter) foundation() {
	s.p.line("")
	s.p.paragraph(s.p.text("trace.as-of", data{"Origin": s.a.AsOf.Origin, "Size": s.a.AsOf.Size}))
	s.p.line("  root %s", s.a.AsOf.Root)
	s.p.paragraph(s.p.text("trace.at", data{"At": clock(s.a.At), "Behind": s.p.span(s.p.env.Now().Sub(s.a.At.Std()))}))
}
