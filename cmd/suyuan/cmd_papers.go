package main

import (
	"context"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func commandPapers() *command {
	return &command{
		name: "papers", args: "SHIPMENT", least: 1, most: 1, act: runPapers,
		flags:    paperFlags(papersLists()),
		examples: []string{"suyuan papers shipment:SH-101", "suyuan papers shipment:SH-101 --pdf SH-101.pdf", "suyuan papers shipment:SH-101 --json"},
		exits:    reading(exitBadNews),
	}
}

// runPapers shows what goes with a shipment. A shipment for use with something in it that must not be used is bad news.
func runPapers(ctx context.Context, p *program, in *input) error {
	asked, err := p.paperAsked(ctx, in, papersLists())
	if err != nil {
		return err
	}
	if asked.ref.Kind() != event.KindShipment {
		return fail(exitFailed, "error.papers-kind", data{"Ref": asked.ref})
	}
	papers, err := asked.book.Papers(ctx, asked.ref, asked.at, asked.size)
	if err != nil {
		return err
	}
	return p.issue(ctx, in, asked, &paper{
		of: &papers.AsOf, things: len(papers.Contents), bad: len(papers.Hindered()) > 0,
		document: func(is report.Issue) *report.Document { return report.OfPapers(papers, is) },
		lists:    func() *report.Lists { return p.papersLists(papers) },
		json:     func(short logbook.ShortCode) any { return papersAnswer(papers, short) },
		print:    func(short logbook.ShortCode) { p.printPapers(papers, short) },
	})
}

func (p *program) printPapers(papers *recall.Papers, short logbook.ShortCode) {
	p.line("%s", p.bold(visible(p.text("papers.title", data{"Shipment": papers.Shipment.ID()}))))
	p.printLost(papers.AsOf.Lost)
	if refs := papers.Hindered(); len(refs) > 0 {
		p.line("%s", p.alarm(visible(p.text("papers.hindered", data{"Units": joinRefs(refs)}))))
	}
	if !papers.ForUse() {
		p.line("%s", p.alarm(p.text("papers.not-for-use")))
	}
	f := &fields{p: p, indent: 2}
	f.lines(p.text("papers.from"), []string{papers.From.Site.ID()})
	f.lines(p.text("papers.to"), []string{papers.To.Site.ID()})
	f.lines(p.text("papers.sent"), []string{clock(papers.Sent.Event.Time)})
	g := grid{heads: p.heads("unit", "product", "batch", "expires", "for-patient", "decision", "pending", "held")}
	for i := range papers.Contents {
		item := &papers.Contents[i]
		expires, decision := "-", "-"
		if !item.Expires.IsZero() {
			expires = clock(item.Expires)
		}
		if item.Decision != nil {
			decision = p.text("certificate.decision." + item.Decision.Decision)
		} else if item.Role == event.RoleDose {
			decision = p.text("certificate.undecided")
		}
		g.add(visible(item.Ref.String()), visible(first(item.Product, "-")), visible(first(item.Batch.ID(), "-")), expires, visible(first(item.Patient.ID(), "-")), decision, visible(first(strings.Join(item.Pending, ", "), "-")), first(seqList(item.Holding), "-"))
	}
	p.write(g.render(2, p.width, p.bold))
	p.line("%s", p.text("papers.short", data{"Code": string(short)}))
}

type papersJSON struct {
	AsOf     checkpointJSON  `json:"as_of"`
	At       string          `json:"at"`
	Contents []paperItemJSON `json:"contents"`
	From     string          `json:"from"`
	Hindered []string        `json:"hindered"`
	Short    string          `json:"short"`
	Shipment string          `json:"shipment"`
	To       string          `json:"to"`
}

type paperItemJSON struct {
	Batch    string   `json:"batch"`
	Decision string   `json:"decision"`
	Expires  string   `json:"expires"`
	Holding  []uint64 `json:"holding"`
	Patient  string   `json:"for_patient"`
	Pending  []string `json:"pending"`
	Product  string   `json:"product"`
	Ref      string   `json:"ref"`
	Usable   bool     `json:"usable"`
}

func papersAnswer(papers *recall.Papers, short logbook.ShortCode) papersJSON {
	a := papersJSON{
		AsOf: asOfAnswer(&papers.AsOf), At: papers.At.String(), Contents: []paperItemJSON{}, From: papers.From.Site.String(), Hindered: []string{}, Short: string(short),
		Shipment: papers.Shipment.String(), To: papers.To.Site.String(),
	}
	for _, r := range papers.Hindered() {
		a.Hindered = append(a.Hindered, r.String())
	}
	for i := range papers.Contents {
		item := &papers.Contents[i]
		decision := ""
		if item.Decision != nil {
			decision = item.Decision.Decision
		}
		a.Contents = append(a.Contents, paperItemJSON{
			Batch: item.Batch.ID(), Decision: decision, Expires: item.Expires.String(), Holding: append([]uint64{}, item.Holding...), Patient: item.Patient.String(), Pending: append([]string{}, item.Pending...),
			Product: item.Product, Ref: item.Ref.String(), Usable: item.Usable(),
		})
	}
	return a
}

// shortCheckpoint prints the short code of the ledger, or compares one that somebody read out.
func (p *program) shortCheckpoint(ctx context.Context, in *input) error {
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	said := in.text("compare")
	if said == "" {
		code, err := book.ShortCode(ctx, 0)
		if err == nil {
			p.line("%s", code)
		}
		return err
	}
	size, code, ok := logbook.ParseShortCode(said)
	if !ok {
		return usage("short-code", data{"Found": said})
	}
	ours, err := book.ShortCode(ctx, size)
	if err != nil {
		return err
	}
	if ours != code {
		p.line("%s", p.alarm(p.text("checkpoint.short-differs", data{"Ours": string(ours), "Said": string(code)})))
		return answer(exitBroken)
	}
	p.line("%s", p.text("checkpoint.short-same", data{"Size": size}))
	return nil
}
