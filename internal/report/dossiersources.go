package report

import (
	"strconv"

	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// sources ranks what the positives have in common, the best first.
func (v *dossier) sources() *Section {
	const best = 25
	a := v.d.Sources
	s := &Section{ID: "sources", Title: v.t.Text("dossier.considered"), Heads: v.heads("thing", "grade", "explains", "negatives", "others", "risk", "p")}
	s.Numeric = []bool{false, false, false, true, true}
	if a == nil {
		s.Heads, s.Numeric, s.Text = nil, nil, []string{v.t.Text("dossier.no-positives")}
		return s
	}
	for i := range a.Positives {
		p := &a.Positives[i]
		s.Text = append(s.Text, v.t.Text("dossier.lineage", i18n.Data{"Ref": i18n.Visible(p.Ref.String()), "From": v.clock(p.From), "To": v.clock(p.To)}))
	}
	for i := range a.Common[:min(best, len(a.Common))] {
		c := &a.Common[i]
		others := nothing
		if c.OthersReached >= 0 {
			others = strconv.Itoa(c.OthersReached)
		}
		s.row(c.Ref.String(), v.grade(c.Grade), v.t.Text("dossier.of", i18n.Data{"N": c.Explains, "Of": c.Of}), strconv.Itoa(c.NegativesReached),
			others, dash(c.Table.RelativeRisk()), c.Table.Fisher())
	}
	if more := len(a.Common) - best; more > 0 {
		s.Text = append(s.Text, v.t.Text("dossier.more-sources", i18n.Data{"N": more}))
	}
	if len(a.NextExposed) > 0 {
		s.Text = append(s.Text, v.t.Text("dossier.next-exposed", i18n.Data{"Refs": v.some(a.NextExposed)}))
	}
	if len(s.Rows) == 0 {
		s.Heads, s.Numeric, s.Text = nil, nil, append(s.Text, v.t.Text("report.none"))
	}
	return s
}

// chains lists by what one positive can have contaminated another.
func (v *dossier) chains() *Section {
	if v.d.Sources == nil || len(v.d.Sources.Chains) == 0 {
		return nil
	}
	s := &Section{ID: "chains", Title: v.t.Text("dossier.chains"), Heads: v.heads("from-positive", "to-positive", "through", "between", "records")}
	for i := range v.d.Sources.Chains {
		chain := &v.d.Sources.Chains[i]
		for k := range chain.Candidates {
			c := &chain.Candidates[k]
			s.row(chain.From.String(), chain.To.String(), c.Ref.String()+v.t.Text("list.comma")+v.via(c.Via), v.clock(c.From)+" – "+v.clock(c.To), v.proofs(c.Seq))
		}
	}
	return v.orNone(s)
}

func (v *dossier) excluded() *Section {
	if v.d.Sources == nil || len(v.d.Sources.Excluded) == 0 {
		return nil
	}
	s := &Section{ID: "excluded", Title: v.t.Text("dossier.excluded"), Heads: v.heads("thing", "why", "records")}
	for i := range v.d.Sources.Excluded {
		x := &v.d.Sources.Excluded[i]
		s.row(x.Ref.String(), v.excluding(x.Code), v.proofs(x.Seq))
	}
	return v.orNone(s)
}

// excluding says why a shared thing is ruled out.
func (v *dossier) excluding(code recall.ExcludedCode) string {
	return v.t.Or("excluded."+string(code), string(code))
}
