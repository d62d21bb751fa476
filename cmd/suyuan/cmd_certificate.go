package main

import (
	"context"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func commandCertificate() *command {
	return &command{
		name: "certificate", args: "REF", least: 1, most: 1, act: runCertificate,
		flags: []flagSpec{
			{name: "at", takes: "TIME"},
			{name: "as-of", takes: "SIZE"},
			{name: "html", takes: "FILE"},
			{name: "pdf", takes: "FILE"},
			{name: "xlsx", takes: "FILE"},
		},
		examples: []string{"suyuan certificate batch:B-7", "suyuan certificate batch:B-7 --pdf B-7.pdf --xlsx B-7.xlsx", "suyuan certificate unit:CAR-7-1 --json"},
		exits:    reading(exitBadNews),
	}
}

// runCertificate shows how the results of a batch or a unit meet the specification. What does not show compliance is bad news.
func runCertificate(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	size, err := sizeFlag(in)
	if err != nil {
		return err
	}
	if err := eachItsFile(in); err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	refs, err := p.resolveAt(ctx, book, in.args, size)
	if err != nil {
		return err
	}
	c, err := book.Certificate(ctx, refs[0], at, size)
	if err != nil {
		return err
	}
	document := func() *report.Document { return report.OfCertificate(c, event.TimeOf(p.now())) }
	if err := p.writeDocuments(in, len(c.Units)+len(c.Lines), document); err != nil {
		return err
	}
	if p.json {
		p.answerJSON(certificateAnswer(c))
	} else {
		p.printCertificate(c)
	}
	if !c.Complies() {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) printCertificate(c *recall.Certificate) {
	p.line("%s", p.bold(visible(p.text("certificate.title", data{"Ref": c.Ref}))))
	p.printLost(c.AsOf.Lost)
	if c.Complies() {
		p.line("%s", p.text("certificate.complies"))
	} else {
		p.line("%s", p.alarm(p.text("certificate.not-shown")))
	}
	for _, warning := range c.Warnings {
		p.line("  %s", p.text("certificate.warning."+string(warning)))
	}
	g := grid{heads: p.heads("assay", "wanted", "result", "seq", "verdict", "units")}
	for i := range c.Lines {
		l := &c.Lines[i]
		var units []string
		for _, u := range l.Units {
			units = append(units, u.ID())
		}
		names := visible(strings.Join(units, " "))
		if len(l.Results) == 0 {
			g.add(visible(l.Line.Assay), visible(l.Line.Text()), "-", "-", p.text("certificate.none"), names)
		}
		for k := range l.Results {
			r := &l.Results[k]
			verdict := p.text("certificate.pass")
			if r.Fault != "" {
				verdict = p.text("fault." + string(r.Fault))
			}
			b := r.Test()
			g.add(visible(l.Line.Assay), visible(l.Line.Text()), visible(strings.Join(strings.Fields(b.Result+" "+string(b.Value)+" "+b.UOM), " ")),
				seqList([]uint64{r.Entry.Seq}), verdict, names)
		}
	}
	if len(c.Lines) > 0 {
		p.write(g.render(2, p.width, p.bold))
	}
	p.line("%s", visible(p.text("trace.as-of", data{"Origin": c.AsOf.Origin, "Size": c.AsOf.Size})))
	p.line("  root %s", c.AsOf.Root)
}

type certificateJSON struct {
	AsOf     checkpointJSON              `json:"as_of"`
	At       string                      `json:"at"`
	Complies bool                        `json:"complies"`
	Ref      string                      `json:"ref"`
	Results  []certificateLineJSON       `json:"results"`
	Units    []certificateUnitJSON       `json:"units"`
	Warnings []recall.CertificateWarning `json:"warnings"`
}

type certificateLineJSON struct {
	Assay  string                `json:"assay"`
	By     uint64                `json:"specified_by"`
	Passes bool                  `json:"passes"`
	Tests  []certificateTestJSON `json:"tests"`
	Units  []string              `json:"units"`
	Want   string                `json:"want"`
}

type certificateTestJSON struct {
	Fault  string `json:"fault,omitempty"`
	Of     string `json:"of"`
	Result string `json:"result"`
	Seq    uint64 `json:"seq"`
	UOM    string `json:"uom,omitempty"`
	Value  string `json:"value,omitempty"`
}

type certificateUnitJSON struct {
	Decision string   `json:"decision,omitempty"`
	Holding  []uint64 `json:"held_by"`
	Pending  []string `json:"pending"`
	Product  string   `json:"product,omitempty"`
	Release  uint64   `json:"release,omitempty"`
	Unit     string   `json:"unit"`
}

func certificateAnswer(c *recall.Certificate) certificateJSON {
	of := &c.AsOf
	j := certificateJSON{
		AsOf: checkpointJSON{Lost: lostAnswer(of.Lost), Origin: of.Origin, Root: of.Root, Size: of.Size}, At: c.At.String(), Complies: c.Complies(),
		Ref: c.Ref.String(), Results: []certificateLineJSON{}, Units: []certificateUnitJSON{}, Warnings: append([]recall.CertificateWarning{}, c.Warnings...),
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		line := certificateLineJSON{Assay: l.Line.Assay, By: l.By, Passes: l.Passes(), Tests: []certificateTestJSON{}, Want: l.Line.Text()}
		for _, u := range l.Units {
			line.Units = append(line.Units, u.ID())
		}
		for k := range l.Results {
			r, b := &l.Results[k], l.Results[k].Test()
			line.Tests = append(line.Tests, certificateTestJSON{string(r.Fault), r.Of.String(), b.Result, r.Entry.Seq, b.UOM, string(b.Value)})
		}
		j.Results = append(j.Results, line)
	}
	for i := range c.Units {
		u := &c.Units[i]
		unit := certificateUnitJSON{Holding: append([]uint64{}, u.Holding...), Pending: []string{}, Product: u.Product, Unit: u.Unit.ID()}
		if u.Decision != nil {
			unit.Decision, unit.Release, unit.Pending = u.Decision.Decision, u.Decided.Seq, append(unit.Pending, u.Decision.Pending...)
		}
		j.Units = append(j.Units, unit)
	}
	return j
}
