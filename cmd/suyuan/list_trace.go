package main

import (
	"iter"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func traceLists() []string {
	return []string{"things", "missing", "cleared", "sites", "counts", "corrected", "deviations"}
}

// traceLists are an answer as lists. The things of a large one are made row by row.
func (p *program) traceLists(a *recall.Answer) *report.Lists {
	id := "trace.forward"
	if a.Query.Backward {
		id = "trace.backward"
	}
	title := p.text(id, data{"Refs": joinRefs(a.Query.Sources), "Grade": p.text("grade." + a.Query.Grade.String())})
	l := p.lists(title, &a.AsOf,
		p.thingList(a), p.missingList(&a.AsOf, a.Missing), p.clearedList(a), p.siteList(a), report.TallyList(p.texts, a),
		&report.List{
			ID: "corrected", Title: p.text("list.title.corrected"), Columns: p.columns("seq#", "corrected-by#"),
			Rows: report.Each(a.Corrected, func(c *recall.Corrected) []string {
				return []string{strconv.FormatUint(c.Seq, 10), strconv.FormatUint(c.By, 10)}
			}),
		},
		&report.List{
			ID: "deviations", Title: p.text("list.title.deviations"), Columns: p.columns("seq#", "rules"),
			Rows: report.Each(a.Deviations, func(d *recall.Deviation) []string {
				return []string{strconv.FormatUint(d.Seq, 10), strings.Join(d.Rules, " ")}
			}),
		})
	fact := func(id, value string) {
		l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact." + id), Value: value})
	}
	fact("at", a.Query.At.String())
	if !a.Query.From.IsZero() || !a.Query.To.IsZero() {
		fact("window", first(a.Query.From.String(), "…")+" – "+first(a.Query.To.String(), "…"))
	}
	fact("contacts", strings.Join(p.followedText(a.Followed()), p.text("list.comma")))
	return l
}

func (p *program) thingList(a *recall.Answer) *report.List {
	since := "since"
	if a.Query.Backward {
		since = "until"
	}
	columns := p.columns("thing", "kind", "grade", since, "state", "site", "vessel", "shipment", "booked", "held", "role", "product", "expires", "tests", "path")
	return &report.List{
		ID: "things", Title: p.text("list.title.things"), Columns: columns,
		Rows: both(p.lostRows(&a.AsOf, len(columns)), report.Each(a.Things, func(t *recall.Thing) []string { return p.thingCells(a, t) })),
	}
}

// lostRows lead a list of what is affected where the ledger lacks records: a file is sent on without what was said on stderr.
func (p *program) lostRows(of *recall.AsOf, columns int) iter.Seq2[[]string, error] {
	return report.Each(of.Lost, func(l *recall.Lost) []string {
		cells := make([]string, columns)
		cells[0] = report.LostText(p.texts, *l)
		return cells
	})
}

func (p *program) thingCells(a *recall.Answer, t *recall.Thing) []string {
	state, held, role := "", "", ""
	if t.State != genealogy.NoState {
		state = p.text("state." + t.State.String())
	}
	if t.Ref.Kind() == event.KindUnit {
		held = p.yesNo(t.OnHold)
	}
	if t.Role != "" {
		role = p.word(string(t.Role))
	}
	return []string{
		t.Ref.String(), p.text("kind." + t.Ref.Kind().String()), p.text("grade." + t.Grade.String()), first(t.Since.String(), p.text("trace.always")),
		state, t.Site.String(), t.Vessel.String(), t.Shipment.String(), t.Allocated.String(), held, role, t.Product, t.Expires.String(),
		numbers(t.Tests), report.Path(a, t),
	}
}

// missingList lists what is not known; records that are lost come first.
func (p *program) missingList(of *recall.AsOf, missing []recall.Missing) *report.List {
	lost := report.Each(of.Lost, func(l *recall.Lost) []string {
		return []string{p.text("lost.row"), l.Origin, "", "", strconv.FormatUint(l.From, 10) + " – " + strconv.FormatUint(l.To, 10)}
	})
	gaps := report.Each(missing, func(m *recall.Missing) []string {
		return []string{p.text("missing." + string(m.Code)), m.Ref.String(), m.From.String(), m.To.String(), numbers(m.Seq)}
	})
	return &report.List{
		ID: "missing", Title: p.text("list.title.missing"), Columns: p.columns("what", "thing", "from", "to", "records"),
		Rows: both(lost, gaps),
	}
}

// both yields the rows of one, then those of the other.
func both(a, b iter.Seq2[[]string, error]) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, rows := range []iter.Seq2[[]string, error]{a, b} {
			for cells, err := range rows {
				if !yield(cells, err) {
					return
				}
			}
		}
	}
}

// clearedList lists what was touched and is not affected. An answer holds no more than so many; the last row says that there are others.
func (p *program) clearedList(a *recall.Answer) *report.List {
	var more []string
	if a.ClearedMore > 0 {
		more = []string{p.text("list.cleared-more", data{"N": a.ClearedMore})}
	}
	return &report.List{
		ID: "cleared", Title: p.text("list.title.cleared"), Columns: p.columns("thing", "why-cleared", "touched", "records"),
		Rows: both(report.Each(a.Cleared, func(c *recall.Cleared) []string {
			return []string{c.Ref.String(), p.text("cleared." + string(c.Code)), c.By.String(), numbers(c.Seq)}
		}), report.Each(more, func(s *string) []string { return []string{*s, "", "", ""} })),
	}
}

// siteList lists whom to call; backward nobody is.
func (p *program) siteList(a *recall.Answer) *report.List {
	var sites []recall.SiteRow
	if !a.Query.Backward {
		sites = a.Report().Sites
	}
	return &report.List{
		ID: "sites", Title: p.text("list.title.sites"), Columns: p.columns("site", "name", "region", "contact", "accepted#", "here#", "held#", "given#"),
		Rows: report.Each(sites, func(s *recall.SiteRow) []string {
			return []string{s.Site.String(), s.Name, s.Region, s.Contact, strconv.Itoa(s.Accepted), strconv.Itoa(s.Here), strconv.Itoa(s.OnHold), strconv.Itoa(s.Infused)}
		}),
	}
}

func balanceLists() []string { return []string{"balance", "unaccounted"} }

func (p *program) balanceLists(b *recall.BalanceAnswer) *report.Lists {
	rows := append(balanceRows(&b.Balance), balanceRow{"of-samples", b.Balance.Samples})
	return p.lists(p.text("balance.title", data{"Ref": b.Ref}), &b.AsOf,
		&report.List{
			ID: "balance", Title: p.text("list.title.balance"), Columns: p.columns("what", "count#"),
			Rows: both(p.lostRows(&b.AsOf, 2), report.Each(rows, func(r *balanceRow) []string { return []string{p.text("balance." + r.id), strconv.Itoa(r.n)} })),
		},
		p.refList("unaccounted", &b.AsOf, b.Unaccounted))
}

// refList lists things.
func (p *program) refList(id string, of *recall.AsOf, refs []event.Ref) *report.List {
	columns := p.columns("thing", "kind")
	return &report.List{
		ID: id, Title: p.text("list.title." + id), Columns: columns,
		Rows: both(p.lostRows(of, len(columns)), report.Each(refs, func(r *event.Ref) []string { return []string{r.String(), p.text("kind." + r.Kind().String())} })),
	}
}
