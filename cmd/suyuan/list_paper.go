package main

import (
	"iter"
	"strconv"
	"strings"

	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func certificateLists() []string {
	return []string{"results", "units", "remarks", "corrected", "deviations", "materials"}
}

// certificateLists are a certificate as lists: of results, a row for each unit.
func (p *program) certificateLists(c *recall.Certificate) *report.Lists {
	l := p.lists(p.text("certificate.title", data{"Ref": c.Ref}), &c.AsOf, p.resultList(c), p.certifiedList(c),
		&report.List{
			ID: "remarks", Title: p.text("certificate.warnings"), Columns: p.columns("code", "what"),
			Rows: report.Each(c.Warnings, func(w *recall.CertificateWarning) []string {
				return []string{string(*w), p.text("certificate.warning." + string(*w))}
			}),
		},
		&report.List{
			ID: "corrected", Title: p.text("certificate.corrected"), Columns: p.columns("seq#", "assay", "result", "number-found", "uom", "test-of", "time", "corrected-by#"),
			Rows: report.Each(c.Corrected, func(x *recall.CorrectedTest) []string {
				b := x.Reported()
				return []string{
					strconv.FormatUint(x.Test.Seq, 10), b.Assay, p.word(b.Result), string(b.Value), b.UOM, b.Subject.String(), x.Test.Event.Time.String(),
					strconv.FormatUint(x.By, 10),
				}
			}),
		},
		&report.List{
			ID: "deviations", Title: p.text("certificate.deviations"), Columns: p.columns("seq#", "time", "type", "list-things", "rules", "why", "approved"),
			Rows: report.Each(c.Deviations, func(d *recall.CertifiedDeparture) []string {
				return []string{
					strconv.FormatUint(d.Seq, 10), d.Time.String(), p.typeName(d.Type), refWords(d.About), strings.Join(d.Rules, " "), d.Reason, refWords(d.ApprovedBy),
				}
			}),
		},
		&report.List{
			ID: "materials", Title: p.text("certificate.materials"), Columns: p.columns("thing", "product", "used", "expires", "used-expired"),
			Rows: report.Each(c.Materials, func(m *recall.CertifiedMaterial) []string {
				return []string{m.Ref.String(), m.Product, m.Used.String(), m.Expires.String(), p.yesNo(m.Expired())}
			}),
		})
	verdict := "certificate.not-shown"
	if c.Complies() {
		verdict = "certificate.complies"
	}
	l.Facts = append(l.Facts, report.Fact{Name: p.text("certificate.verdict"), Value: p.text(verdict)}, report.Fact{Name: p.text("list.fact.at"), Value: c.At.String()})
	return l
}

func (p *program) resultList(c *recall.Certificate) *report.List {
	columns := p.columns("unit", "assay", "method", "wanted", "result", "number-found", "uom", "test-of", "sampled", "reported", "seq#", "verdict")
	return &report.List{
		ID: "results", Title: p.text("certificate.results"), Columns: columns,
		Rows: both(p.lostRows(&c.AsOf, len(columns)), func(yield func([]string, error) bool) {
			for i := range c.Lines {
				for row := range p.resultRows(&c.Lines[i]) {
					if !yield(row, nil) {
						return
					}
				}
			}
		}),
	}
}

// resultRows has a row for each unit and each result of a line; one without where there is none.
func (p *program) resultRows(l *recall.CertifiedLine) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, unit := range l.Units {
			head := []string{unit.String(), l.Line.Assay, l.Line.Method, p.wanted(&l.Line)}
			if len(l.Results) == 0 && !yield(append(head, "", "", "", "", "", "", "", p.text("certificate.none"))) {
				return
			}
			for k := range l.Results {
				r := &l.Results[k]
				b := r.Test()
				row := append(head[:len(head):len(head)], p.word(b.Result), string(b.Value), b.UOM, r.Of.String(), b.Sampled.String(), r.Entry.Event.Time.String(),
					strconv.FormatUint(r.Entry.Seq, 10), p.resultVerdict(r))
				if !yield(row) {
					return
				}
			}
		}
	}
}

func (p *program) certifiedList(c *recall.Certificate) *report.List {
	return &report.List{
		ID: "units", Title: p.text("certificate.units"),
		Columns: p.columns("unit", "role", "product", "made", "expires", "decision", "release#", "signed", "pending", "held-by"),
		Rows: report.Each(c.Units, func(u *recall.CertifiedUnit) []string {
			decision, release, signed, pending := p.text("certificate.undecided"), "", "", ""
			if u.Decision != nil {
				decision, release = p.text("certificate.decision."+u.Decision.Decision), strconv.FormatUint(u.Decided.Seq, 10)
				signed, pending = refWords(u.Decision.SignedBy), strings.Join(u.Decision.Pending, ", ")
			}
			return []string{
				u.Unit.String(), p.word(string(u.Role)), u.Product, u.Made.String(), u.Expires.String(), decision, release, signed, pending, numbers(u.Holding),
			}
		}),
	}
}

func papersLists() []string { return []string{"contents"} }

// papersLists are the contents of a shipment as a list.
func (p *program) papersLists(papers *recall.Papers) *report.Lists {
	columns := p.columns("thing", "product", "batch", "expires", "for-patient", "decision", "release#", "pending", "held-by", "usable")
	l := p.lists(p.text("papers.title", data{"Shipment": papers.Shipment.ID()}), &papers.AsOf, &report.List{
		ID: "contents", Title: p.text("list.title.contents"), Columns: columns,
		Rows: both(p.lostRows(&papers.AsOf, len(columns)), report.Each(papers.Contents, func(x *recall.PaperItem) []string {
			decision, release := "", ""
			if x.Decision != nil {
				decision, release = p.text("certificate.decision."+x.Decision.Decision), strconv.FormatUint(x.Decided, 10)
			}
			return []string{
				x.Ref.String(), x.Product, x.Batch.String(), x.Expires.String(), x.Patient.String(), decision, release, strings.Join(x.Pending, ", "), numbers(x.Holding), p.yesNo(x.Usable()),
			}
		})),
	})
	for _, f := range []struct{ id, value string }{
		{"papers.from", papers.From.Site.String()},
		{"papers.to", papers.To.Site.String()},
		{"papers.sent", papers.Sent.Event.Time.String()},
		{"papers.purpose", p.text("papers.purpose." + first(papers.Body.Purpose, "use"))},
		{"list.fact.at", papers.At.String()},
	} {
		l.Facts = append(l.Facts, report.Fact{Name: p.text(f.id), Value: f.value})
	}
	return l
}

func pendingLists() []string { return []string{"pending"} }

// pendingLists are the tests left to come as a list: a row for each unit that waits for one.
func (p *program) pendingLists(list *recall.PendingTests) *report.Lists {
	columns := p.columns("assay", "unit", "made-of", "state", "site", "given", "pending-stands", "result", "seq#", "released", "release#", "batch", "days-open#", "due", "held-by")
	l := p.lists(p.text("pending.title", data{"N": len(list.List), "At": list.At}), &list.AsOf, &report.List{
		ID: "pending", Title: p.text("list.title.pending"), Columns: columns,
		Rows: both(p.lostRows(&list.AsOf, len(columns)), func(yield func([]string, error) bool) {
			for i := range list.List {
				for k := range list.List[i].Units {
					if !yield(p.pendingCells(&list.List[i], &list.List[i].Units[k]), nil) {
						return
					}
				}
			}
		}),
	})
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.at"), Value: list.At.String()})
	return l
}

func (p *program) pendingCells(t *recall.PendingTest, u *recall.PendingUnit) []string {
	stands, result, seq := "open", "", ""
	switch {
	case t.Bad():
		stands = "bad"
	case t.Overdue:
		stands = "overdue"
	}
	if t.Result != nil {
		result, seq = p.word(t.Result.Test().Result), strconv.FormatUint(t.Result.Entry.Seq, 10)
	}
	return []string{
		t.Assay, u.Unit.String(), u.From.String(), p.text("state." + u.State.String()), u.Place.String(), p.yesNo(u.Given), p.text("pending.stands." + stands), result, seq,
		t.Released.String(), strconv.FormatUint(t.Release, 10), t.Batch.String(), strconv.Itoa(t.Days), t.Due.String(), numbers(u.Holding),
	}
}
