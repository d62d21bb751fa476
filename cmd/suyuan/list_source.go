package main

import (
	"iter"
	"strconv"

	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func sourceLists() []string {
	return []string{"common", "chains", "excluded", "missing", "exposed", "positives", "negatives"}
}

// sourceLists are what can have caused positives as lists, all of each.
func (p *program) sourceLists(a *recall.SourceAnswer) *report.Lists {
	positives, negatives := p.texts.Count("source.positives", len(a.Positives)), p.texts.Count("source.negatives", len(a.Negatives))
	l := p.lists(p.text("source.title", data{"Positives": positives, "Negatives": negatives}), &a.AsOf,
		p.commonList(a),
		&report.List{
			ID: "chains", Title: p.text("list.title.chains"), Rows: p.chainRows(a.Chains),
			Columns: p.columns("positive-from", "positive-to", "source-via", "thing", "from", "to", "records"),
		},
		&report.List{
			ID: "excluded", Title: p.text("list.title.excluded"), Columns: p.columns("thing", "source-why", "records"),
			Rows: report.Each(a.Excluded, func(x *recall.Excluded) []string {
				return []string{x.Ref.String(), p.text("excluded." + string(x.Code)), numbers(x.Seq)}
			}),
		},
		p.missingList(&a.AsOf, a.Missing), p.refList("exposed", &a.AsOf, a.NextExposed),
		&report.List{
			ID: "positives", Title: p.text("list.title.positives"), Columns: p.columns("source-positive", "source-after", "negative-seq#", "source-by", "positive-seq#"),
			Rows: report.Each(a.Positives, func(r *recall.Positive) []string {
				return []string{r.Ref.String(), r.From.String(), seqText(r.Negative), r.To.String(), seqText(r.Positive)}
			}),
		},
		p.refList("negatives", &a.AsOf, a.Negatives))
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.at"), Value: a.At.String()})
	return l
}

// commonList lists the common sources with the four numbers of their tables.
func (p *program) commonList(a *recall.SourceAnswer) *report.List {
	columns := p.columns("thing", "grade", "positives-reached#", "positives-all#", "negatives-reached#", "negatives-all#", "others-reached#", "source-risk", "fisher")
	return &report.List{
		ID: "common", Title: p.text("list.title.common"), Columns: columns,
		Rows: both(p.lostRows(&a.AsOf, len(columns)), report.Each(a.Common, func(c *recall.Common) []string {
			others, t := "", &c.Table
			if c.OthersReached >= 0 {
				others = strconv.Itoa(c.OthersReached)
			}
			return []string{
				c.Ref.String(), p.text("grade." + c.Grade.String()), strconv.Itoa(c.Explains), strconv.Itoa(c.Of),
				strconv.Itoa(t.ExposedNegative), strconv.Itoa(t.ExposedNegative + t.UnexposedNegative), others, t.RelativeRisk(), t.Fisher(),
			}
		})),
	}
}

func (p *program) chainRows(chains []recall.Chain) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for i := range chains {
			c := &chains[i]
			for _, k := range c.Candidates {
				cells := []string{c.From.String(), c.To.String(), p.text("via." + k.Via.String()), k.Ref.String(), k.From.String(), k.To.String(), numbers(k.Seq)}
				if !yield(cells, nil) {
					return
				}
			}
		}
	}
}
