package recall_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func TestACertificateCompliesOnlyWhereEverythingDoes(t *testing.T) {
	t.Parallel()
	const (
		base = `{"type":"register","time":"2026-01-01T00:00:00Z","subject":"product:M","specification":[{"assay":"sterility","result":"negative"}]}
{"type":"manufacture","time":"2026-01-01T02:00:00Z","step":"fill","site":"S","batch":"B","outputs":[{"unit":"U1","product":"M"},{"unit":"U2","product":"M"},{"unit":"Q","role":"sample"}],"inputs":["C"]}`
		sterile  = `{"type":"test","time":"2026-01-02T00:00:00Z","subject":"unit:Q","sampled":"2026-01-01T03:00:00Z","assay":"sterility","result":"negative"}`
		decision = `{"type":"release","time":"2026-01-03T00:00:00Z","batch":"B","decision":%q,"signed_by":["O"]}`
		positive = `{"type":"test","time":"2026-01-04T00:00:00Z","subject":"unit:U2","sampled":"2026-01-01T03:00:00Z","assay":"sterility","result":"positive"}`
		another  = `{"type":"manufacture","time":"2026-01-02T02:00:00Z","step":"fill","site":"S","batch":"B","outputs":[{"unit":"U3","product":"N"}],"inputs":["C"]}`
		held     = `{"type":"case","time":"2026-01-05T00:00:00Z","case":"K","action":"hold","things":["unit:U1"]}`
	)
	released := fmt.Sprintf(decision, "released")
	for _, row := range []struct {
		name string
		more []string
		want string
	}{
		{"all of it", []string{sterile, released}, ""},
		{"not decided", []string{sterile}, "undecided"},
		{"rejected", []string{sterile, fmt.Sprintf(decision, "rejected")}, "rejected"},
		{"exceptional", []string{sterile, fmt.Sprintf(decision, "exceptional")}, "exceptional"},
		{"no result", []string{released}, "missing"},
		{"one unit is out, and holds its batch", []string{sterile, released, positive}, "held out"},
		{"one unit is of a product without a specification", []string{sterile, another, released}, "no-specification"},
		{"held by a case", []string{sterile, released, held}, "held"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := told(t, base+"\n"+strings.Join(row.more, "\n"))
			batch, err := event.ParseRef("batch:B")
			if err != nil {
				t.Fatal(err)
			}
			c, err := recall.CertificateOf(g, recall.AsOf{}, batch, event.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range c.Warnings {
				got = append(got, string(w))
			}
			if s := strings.Join(got, " "); s != row.want || c.Complies() != (row.want == "") {
				t.Errorf("warned of %q, complies %v, want %q", s, c.Complies(), row.want)
			}
		})
	}
}
