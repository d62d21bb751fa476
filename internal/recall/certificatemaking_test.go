package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

func TestACertificateTellsWhatWasOutOfOrderOnTheWay(t *testing.T) {
	t.Parallel()
	const (
		waived = `,"deviation":{"rules":["expired"],"reason":%q,"happened":true}}`
		base   = `{"type":"register","time":"6:00","subject":"product:M","name":"cells","specification":[{"assay":"viability","low":"70","uom":"%"},{"assay":"sterility","result":"negative"}]}
{"type":"receipt","time":"6:15","site":"S","lot":"L","product":"albumin","expires":"8:15"}
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"C"},{"unit":"X"}]}
{"type":"manufacture","time":"8:00","step":"fill","site":"S","batch":"B","inputs":[{"unit":"C","rest":true}],"materials":[{"lot":"L"}],"outputs":[{"unit":"U1","product":"M"},{"unit":"U2","product":"M"}]}
{"type":"test","time":"9:00","subject":"unit:U1","sampled":"8:00","assay":"viability","result":"pass","value":"90","uom":"%"}
{"type":"test","time":"9:00","subject":"batch:B","sampled":"8:00","assay":"sterility","result":"negative"}
{"type":"test","time":"9:15","subject":"unit:U2","sampled":"8:00","assay":"viability","result":"pass","value":"60","uom":"%"}`
		plain = "materials: unit:C, lot:L albumin"
	)
	filled := func(time string) string {
		return fmt.Sprintf(`{"type":"manufacture","time":%q,"step":"fill","site":"S","batch":"B","inputs":[{"unit":"C","rest":true}],"materials":[{"lot":"L"}],"outputs":[{"unit":"U3","product":"M"}]`, time)
	}
	because := func(e, why string) string { return strings.TrimSuffix(e, "}") + fmt.Sprintf(waived, why) }
	for _, row := range []struct{ name, of, more, want string }{
		{"nothing", "batch:B", "", plain},
		{"of the making", "batch:B", filled("8:30") + fmt.Sprintf(waived, "late"), "#8 late: batch:B unit:U3; materials: unit:C, lot:L albumin EXPIRED"},
		{"of the making of another of the batch, later", "unit:U1", filled("8:30") + fmt.Sprintf(waived, "late"), plain},
		{"of the making of another of the batch, before", "unit:U1", filled("7:30") + fmt.Sprintf(waived, "early"), "#8 early: batch:B; " + plain},
		{"of the collected unit, before", "unit:U1", because(`{"type":"store","time":"7:30","units":["C"],"equipment":"S/T"}`, "warm"), "#8 warm: unit:C; " + plain},
		{"of the collected unit, after", "unit:U1", because(`{"type":"store","time":"8:30","units":["C"],"equipment":"S/T"}`, "warm"), plain},
		{"of another unit", "batch:B", because(`{"type":"store","time":"7:30","units":["X"],"equipment":"S/T"}`, "warm"), plain},
		{"of another use of the lot", "batch:B", because(`{"type":"manufacture","time":"7:45","step":"fill","site":"S","inputs":["X"],"materials":[{"lot":"L"}],"outputs":[{"unit":"Y"}]}`, "odd"), plain},
		{"of the release", "batch:B", because(`{"type":"release","time":"10:00","batch":"B","decision":"released","signed_by":["O"]}`, "urgent"), "#8 urgent: batch:B; " + plain},
		{"of an earlier release, which no longer holds", "batch:B", because(`{"type":"release","time":"10:00","batch":"B","decision":"released","signed_by":["O"]}`, "urgent") + "\n" +
			`{"type":"correction","time":"10:30","corrects":"#8","reason":"did_not_occur"}`, plain},
		{"a test of the collected unit, reported later", "unit:U1", because(`{"type":"test","time":"12:00","subject":"unit:C","sampled":"7:00","result":"negative"}`, "lost sample"), "#8 lost sample: unit:C; " + plain},
		{"a corrected test", "batch:B", `{"type":"correction","time":"10:30","corrects":"#7","reason":"did_not_occur"}`, "corrected #7 by #8; " + plain},
		{"a corrected test of another unit", "unit:U1", `{"type":"correction","time":"10:30","corrects":"#7","reason":"did_not_occur"}`, plain},
		{"a replaced test", "batch:B", `{"type":"test","time":"9:15","replaces":"#7","subject":"unit:U2","sampled":"8:00","assay":"viability","result":"pass","value":"80","uom":"%"}`, "corrected #7 by #8; " + plain},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c, err := recall.CertificateOf(toldByNumber(t, base+"\n"+row.more), recall.AsOf{}, mustRef(row.of), event.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if got := onTheWay(c); got != row.want {
				t.Errorf("told\n%s\nwant\n%s", got, row.want)
			}
			var assays []string
			for i := range c.Lines {
				assays = append(assays, c.Lines[i].Line.Assay)
			}
			if !slices.IsSortedFunc(assays, func(a, b string) int { return strings.Compare(b, a) }) {
				t.Errorf("assays are not as the specification has them: %v", assays)
			}
			if len(c.Products) != 1 || c.Products[0].Name != "cells" {
				t.Errorf("products %v", c.Products)
			}
		})
	}
}

// toldByNumber is told with records named by their numbers.
func toldByNumber(t *testing.T, lines string) *genealogy.Graph {
	t.Helper()
	g := genealogy.New()
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		for e := range g.Entries() {
			line = strings.ReplaceAll(line, fmt.Sprintf(`"#%d"`, e.Seq), `"`+string(e.Event.ID)+`"`)
		}
		e, err := event.Parse([]byte(clocks(strings.TrimSpace(line))))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		add(t, g, e)
	}
	return g
}

func onTheWay(c *recall.Certificate) string {
	var told, materials []string
	for i := range c.Deviations {
		d := &c.Deviations[i]
		about := make([]string, len(d.About))
		for k, r := range d.About {
			about[k] = r.String()
		}
		slices.Sort(about)
		told = append(told, fmt.Sprintf("#%d %s: %s", d.Seq, d.Reason, strings.Join(about, " ")))
	}
	for _, x := range c.Corrected {
		told = append(told, fmt.Sprintf("corrected #%d by #%d", x.Test.Seq, x.By))
	}
	for i := range c.Materials {
		m := &c.Materials[i]
		s := strings.TrimSpace(m.Ref.String() + " " + m.Product)
		if m.Expired() {
			s += " EXPIRED"
		}
		materials = append(materials, s)
	}
	return strings.Join(append(told, "materials: "+strings.Join(materials, ", ")), "; ")
}

// Forebears are what the ancestry has, and what happened to one before its time
// is part of what came of it.
func TestForebearsAreTheAncestry(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		at, r := h.time(), h.unit()
		var got []event.Ref
		for _, f := range h.g.Forebears([]event.Ref{r}, at) {
			got = append(got, f.Ref)
			for _, further := range h.g.Ancestry(f.Ref, f.Until) {
				if !slices.Contains(h.g.Ancestry(r, at), further) {
					t.Fatalf("after\n%s\n%s by %s goes into %s, and not %s, which is in it", h.text(), f.Ref, f.Until, r, further)
				}
			}
		}
		if want := h.g.Ancestry(r, at); !slices.Equal(sortedRefs(got), sortedRefs(want)) {
			t.Fatalf("after\n%s\nforebears of %s by %s: %v, its ancestry has %v", h.text(), r, at, got, want)
		}
	})
}

func sortedRefs(refs []event.Ref) []event.Ref {
	list := slices.Clone(refs)
	slices.SortFunc(list, event.Ref.Compare)
	return list
}
