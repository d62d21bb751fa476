package main

import (
	"iter"
	"strconv"

	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func drillLists() []string { return []string{"drills", "coverage", "covered", "never"} }

// drillLists are the drills that were held and what they have covered, all of it.
func (p *program) drillLists(l *recall.DrillLog) *report.Lists {
	lists := p.lists(p.text("rehearsal.list", data{"N": len(l.Drills), "At": l.At}), &l.AsOf,
		&report.List{
			ID: "drills", Title: p.text("list.title.drills"), Rows: report.Each(l.Drills, p.drillCells),
			Columns: p.columns("case-case", "time", "drill-kind", "seed", "by", "seq#", "closed-by#", "verdict", "case-sources"),
		},
		&report.List{
			ID: "coverage", Title: p.text("rehearsal.coverage"), Columns: p.columns("what", "covered-total#", "covered-asked#", "covered-named#", "covered-never#"),
			Rows: report.Each(l.Coverage, func(c *recall.Coverage) []string {
				return []string{p.text("rehearsal.cover." + c.Kind.String()), strconv.Itoa(c.Total), strconv.Itoa(c.Asked), strconv.Itoa(c.Named), strconv.Itoa(len(c.Never))}
			}),
		},
		&report.List{
			ID: "covered", Title: p.text("rehearsal.covered"), Columns: p.columns("thing", "covered-asked", "covered-named"),
			Rows: report.Each(l.Covered, func(c *recall.Covered) []string { return []string{c.Ref.String(), c.Asked.String(), c.Named.String()} }),
		},
		&report.List{ID: "never", Title: p.text("list.title.never"), Columns: p.columns("what", "thing"), Rows: p.neverRows(l.Coverage)})
	lists.Facts = append(lists.Facts, report.Fact{Name: p.text("list.fact.drill-due"), Value: l.Due.String()})
	return lists
}

func (p *program) drillCells(d *recall.HeldDrill) []string {
	kind, seed, sources := p.text("rehearsal.kind.other"), "", d.Sources
	if d.Kept != nil {
		kind = p.text("rehearsal.kind." + string(d.Kept.Kind))
		if d.Kept.Seeded {
			seed = strconv.FormatUint(d.Kept.Seed, 10)
		}
		if len(sources) == 0 {
			sources = d.Kept.Sources
		}
	}
	return []string{d.Case.String(), d.Time.String(), kind, seed, d.By, strconv.FormatUint(d.Seq, 10), seqOf(d.Closed), p.verdict(d), refWords(sources)}
}

func (p *program) neverRows(list []recall.Coverage) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for i := range list {
			c := &list[i]
			what := p.text("rehearsal.cover." + c.Kind.String())
			for _, r := range c.Never {
				if !yield([]string{what, r.String()}, nil) {
					return
				}
			}
		}
	}
}

func keyLists() []string { return []string{"keys"} }

func (p *program) keyLists(list []registeredJSON, of *recall.AsOf) *report.Lists {
	return p.lists(p.text("list.title.keys"), of, &report.List{
		ID: "keys", Title: p.text("list.title.keys"), Columns: p.columns("key", "holder", "role", "use", "seq#", "revoked#", "public"),
		Rows: report.Each(list, func(k *registeredJSON) []string {
			return []string{k.ID, k.Holder, k.Role, p.word(k.Use), strconv.FormatUint(k.Seq, 10), seqText(k.Revoked), k.Public}
		}),
	})
}

func policyLists() []string { return []string{"policies", "open"} }

func (p *program) policyLists(answer *policiesJSON, of *recall.AsOf) *report.Lists {
	return p.lists(p.text("list.title.policies"), of,
		&report.List{
			ID: "policies", Title: p.text("list.title.policies"), Columns: p.columns("policy-on", "needs", "people#", "gate", "seq#"),
			Rows: report.Each(answer.Policies, func(x *policyJSON) []string {
				return []string{p.texts.Or("name."+x.On, x.On), p.needTexts(x.Needs), strconv.Itoa(x.People), p.word(x.Gate), strconv.FormatUint(x.Seq, 10)}
			}),
		},
		&report.List{
			ID: "open", Title: p.text("list.title.open"), Columns: p.columns("seq#", "meaning", "role", "needs-count#", "needs-found#", "policy-by#"),
			Rows: report.Each(answer.Open, func(x *lackJSON) []string {
				return []string{strconv.FormatUint(x.Seq, 10), p.word(x.Meaning), x.Role, strconv.Itoa(x.Count), strconv.Itoa(x.Found), strconv.FormatUint(x.Policy, 10)}
			}),
		})
}
