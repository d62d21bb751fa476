package main

import (
	"context"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func commandCertificate() *command {
	return &command{
		name: "certificate", args: "REF", least: 1, most: 1, act: runCertificate,
		flags:    paperFlags(certificateLists()),
		examples: []string{"suyuan certificate batch:B-7", "suyuan certificate batch:B-7 --pdf B-7.pdf --xlsx B-7.xlsx", "suyuan certificate unit:CAR-7-1 --json"},
		exits:    reading(exitBadNews),
	}
}

// runCertificate shows how the results of a batch or a unit meet the specification. What does not show compliance is bad news.
func runCertificate(ctx context.Context, p *program, in *input) error {
	asked, err := p.paperAsked(ctx, in, certificateLists())
	if err != nil {
		return err
	}
	c, err := asked.book.Certificate(ctx, asked.ref, asked.at, asked.size)
	if err != nil {
		return err
	}
	return p.issue(ctx, in, asked, &paper{
		of: &c.AsOf, things: len(c.Units) + len(c.Lines), bad: !c.Complies(),
		document: func(is report.Issue) *report.Document { return report.OfCertificate(c, is) },
		lists:    func() *report.Lists { return p.certificateLists(c) },
		json:     func(short logbook.ShortCode) any { return certificateAnswer(c, short) },
		print:    func(short logbook.ShortCode) { p.printCertificate(c, short) },
	})
}

func (p *program) printCertificate(c *recall.Certificate, short logbook.ShortCode) {
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
		if len(units) > 1 && len(units) == len(c.Units) {
			names = p.text("certificate.all", data{"N": len(units)})
		}
		if len(l.Results) == 0 {
			g.add(visible(l.Line.Assay), visible(p.wanted(&l.Line)), "-", "-", p.text("certificate.none"), names)
		}
		for k := range l.Results {
			r := &l.Results[k]
			b := r.Test()
			g.add(visible(l.Line.Assay), visible(p.wanted(&l.Line)), visible(p.reported(b)), seqList([]uint64{r.Entry.Seq}), p.resultVerdict(r), names)
		}
	}
	if len(c.Lines) > 0 {
		p.write(g.render(2, p.width, p.bold))
	}
	for i := range c.Corrected {
		x := &c.Corrected[i]
		b := x.Reported()
		p.paragraph(p.text("certificate.corrected-line", data{"Assay": first(b.Assay, "-"), "Result": p.reported(b), "Of": b.Subject, "Seq": x.Test.Seq, "By": x.By}))
	}
	for i := range c.Deviations {
		d := &c.Deviations[i]
		p.paragraph(p.text("certificate.deviation-line", data{"Seq": d.Seq, "Rules": strings.Join(d.Rules, ", "), "Reason": d.Reason}))
	}
	for i := range c.Materials {
		if m := &c.Materials[i]; m.Expired() {
			p.line("%s", p.alarm(visible(m.Ref.String()+" "+p.text("certificate.expired"))))
		}
	}
	p.printAsOf(&c.AsOf)
	p.line("%s", p.text("papers.short", data{"Code": string(short)}))
}

// resultVerdict says whether a result passes, or why not.
func (p *program) resultVerdict(r *genealogy.Result) string {
	if r.Fault == genealogy.NoFault {
		return p.text("certificate.pass")
	}
	return p.text("fault." + string(r.Fault))
}

// reported writes a result with its number.
func (p *program) reported(b *event.Test) string {
	return strings.Join(strings.Fields(p.word(b.Result)+" "+string(b.Value)+" "+b.UOM), " ")
}

// wanted writes what a line of a specification asks for.
func (p *program) wanted(r *event.Requirement) string {
	if r.Result == "" {
		return r.Limits()
	}
	return strings.TrimSpace(p.word(r.Result) + " " + r.Limits())
}

type certificateJSON struct {
	AsOf       checkpointJSON              `json:"as_of"`
	At         string                      `json:"at"`
	Batches    []string                    `json:"batches"`
	Complies   bool                        `json:"complies"`
	Corrected  []certificateCorrectedJSON  `json:"corrected"`
	Deviations []certificateDeviationJSON  `json:"deviations"`
	Materials  []certificateMaterialJSON   `json:"materials"`
	Ref        string                      `json:"ref"`
	Results    []certificateLineJSON       `json:"results"`
	Short      string                      `json:"short"`
	Units      []certificateUnitJSON       `json:"units"`
	Warnings   []recall.CertificateWarning `json:"warnings"`
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

type certificateCorrectedJSON struct {
	Assay   string `json:"assay"`
	By      uint64 `json:"corrected_by"`
	Result  string `json:"result"`
	Seq     uint64 `json:"seq"`
	Subject string `json:"subject"`
	UOM     string `json:"uom,omitempty"`
	Value   string `json:"value,omitempty"`
}

type certificateDeviationJSON struct {
	About    []string `json:"about"`
	Approved []string `json:"approved_by"`
	Happened bool     `json:"happened"`
	Reason   string   `json:"reason"`
	Rules    []string `json:"rules"`
	Seq      uint64   `json:"seq"`
	Time     string   `json:"time"`
	Type     string   `json:"type"`
}

type certificateMaterialJSON struct {
	Expired bool   `json:"expired"`
	Expires string `json:"expires,omitempty"`
	Product string `json:"product,omitempty"`
	Ref     string `json:"ref"`
	Used    string `json:"used"`
}

type certificateUnitJSON struct {
	Decision string   `json:"decision,omitempty"`
	Holding  []uint64 `json:"held_by"`
	Pending  []string `json:"pending"`
	Product  string   `json:"product,omitempty"`
	Release  uint64   `json:"release,omitempty"`
	Unit     string   `json:"unit"`
}

func certificateAnswer(c *recall.Certificate, short logbook.ShortCode) certificateJSON {
	j := certificateJSON{
		AsOf: asOfAnswer(&c.AsOf), At: c.At.String(), Batches: refStrings(c.Batches), Complies: c.Complies(),
		Corrected: []certificateCorrectedJSON{}, Deviations: []certificateDeviationJSON{}, Materials: []certificateMaterialJSON{}, Ref: c.Ref.String(), Results: []certificateLineJSON{}, Short: string(short), Units: []certificateUnitJSON{}, Warnings: append([]recall.CertificateWarning{}, c.Warnings...),
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
	j.making(c)
	return j
}

// making adds what the units were made from, and what was out of order on the way.
func (j *certificateJSON) making(c *recall.Certificate) {
	for i := range c.Corrected {
		x := &c.Corrected[i]
		b := x.Reported()
		j.Corrected = append(j.Corrected, certificateCorrectedJSON{b.Assay, x.By, b.Result, x.Test.Seq, b.Subject.String(), b.UOM, string(b.Value)})
	}
	for i := range c.Deviations {
		d := &c.Deviations[i]
		j.Deviations = append(j.Deviations, certificateDeviationJSON{
			refStrings(d.About), refStrings(d.ApprovedBy), d.Happened, d.Reason, d.Rules, d.Seq, d.Time.String(), string(d.Type),
		})
	}
	for i := range c.Materials {
		m := &c.Materials[i]
		j.Materials = append(j.Materials, certificateMaterialJSON{m.Expired(), m.Expires.String(), m.Product, m.Ref.String(), m.Used.String()})
	}
}
