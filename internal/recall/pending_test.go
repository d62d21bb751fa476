package recall_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

const pendingBase = `{"type":"register","time":"2026-01-01T00:00:00Z","subject":"product:M","specification":[{"assay":"sterility","result":"negative","due_days":14}]}
{"type":"collection","time":"2026-01-01T01:00:00Z","donor":"D","site":"S","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"2026-01-01T02:00:00Z","step":"fill","site":"S","batch":"B","inputs":["C"],"outputs":[{"unit":"U1","product":"M"},{"unit":"U2","product":"M"},{"unit":"Q","product":"M","role":"sample"}]}
{"type":"release","time":"2026-01-02T00:00:00Z","batch":"B","decision":"conditional","pending":["sterility","karyotype"],"signed_by":["O"]}`

func toldPending(t *testing.T, lines, at string) string {
	t.Helper()
	g := genealogy.New()
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		e, err := event.Parse([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		e.Identify()
		if err := genealogytest.Add(g, uint64(i)+1, "O", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	when, err := event.ParseTime(at)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, p := range recall.PendingAt(g, recall.AsOf{}, when).List {
		s := fmt.Sprintf("%s %dd", p.Assay, p.Days)
		if p.Overdue {
			s += " overdue"
		}
		if p.Result != nil {
			s += fmt.Sprintf(" #%d bad=%v", p.Result.Entry.Seq, p.Bad())
		}
		for _, u := range p.Units {
			s += fmt.Sprintf(" %s@%s", u.Unit.ID(), u.Place)
			if !u.From.IsZero() {
				s += "<" + u.From.ID()
			}
			if len(u.Holding) > 0 {
				s += "!"
			}
		}
		told = append(told, s)
	}
	return strings.Join(told, "; ")
}

// What a batch was made of on the way was used up before anybody released it.
func TestWhatWasUsedUpBeforeAReleaseDoesNotWait(t *testing.T) {
	t.Parallel()
	const pooled = `{"type":"collection","time":"2026-01-01T01:00:00Z","donor":"D","site":"S","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"2026-01-01T02:00:00Z","step":"pool","site":"S","batch":"B","inputs":["C"],"outputs":[{"unit":"POOL"}]}
{"type":"manufacture","time":"2026-01-01T03:00:00Z","step":"fill","site":"S","batch":"B","inputs":["POOL"],"outputs":[{"unit":"U1"},{"unit":"U2"}]}
{"type":"release","time":"2026-01-02T00:00:00Z","batch":"B","decision":"conditional","pending":["sterility"],"signed_by":["O"]}
{"type":"infusion","time":"2026-01-03T00:00:00Z","unit":"U2","patient":"P","site":"S","checks":["name","number"]}`
	if got, want := toldPending(t, pooled, "2026-01-04T00:00:00Z"), "sterility 2d U2@patient:P U1@site:S"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatAConditionalReleaseLeftToCome(t *testing.T) {
	t.Parallel()
	tested := func(clock, subject, assay, result string) string {
		return fmt.Sprintf(`{"type":"test","time":"2026-01-%sT00:00:00Z","subject":%q,"sampled":"2026-01-01T03:00:00Z","assay":%q,"result":%q}`, clock, subject, assay, result)
	}
	const (
		karyotyped = `{"type":"test","time":"2026-01-03T00:00:00Z","subject":"batch:B","sampled":"2026-01-01T03:00:00Z","assay":"karyotype","result":"pass"}`
		given      = `{"type":"infusion","time":"2026-01-03T00:00:00Z","unit":"U2","patient":"P","site":"S","checks":["name","number"],"complete":false}`
		released   = `{"type":"release","time":"2026-01-04T00:00:00Z","units":["U1"],"decision":"released","signed_by":["O"]}`
		remade     = `{"type":"manufacture","time":"2026-01-04T00:00:00Z","step":"wash","site":"S","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"V1"},{"unit":"V2"},{"unit":"VQ","role":"sample"},{"unit":"VW","role":"waste"}]}`
		infused    = `{"type":"infusion","time":"2026-01-05T00:00:00Z","unit":"V1","patient":"P","site":"S","checks":["name","number"]}`
		outright   = `{"type":"release","time":"2026-01-05T00:00:00Z","units":["V1"],"decision":"released","signed_by":["O"]}`
		both       = " U1@site:S U2@site:S"
	)
	for _, row := range []struct {
		name, at string
		more     []string
		want     string
	}{
		{"before the release", "2026-01-01T23:00:00Z", nil, ""},
		{"at its time", "2026-01-02T00:00:00Z", nil, "sterility 0d" + both + "; karyotype 0d" + both},
		{"on the last day", "2026-01-16T00:00:00Z", nil, "sterility 14d" + both + "; karyotype 14d" + both},
		{"a second later", "2026-01-16T00:00:01Z", nil, "sterility 14d overdue" + both + "; karyotype 14d" + both},
		{"one is in", "2026-01-10T00:00:00Z", []string{karyotyped}, "sterility 8d" + both},
		{"it comes in later", "2026-01-02T12:00:00Z", []string{karyotyped}, "sterility 0d" + both + "; karyotype 0d" + both},
		{"all are in, by a sample", "2026-01-30T00:00:00Z", []string{karyotyped, tested("12", "unit:Q", "sterility", "negative")}, ""},
		{"an inconclusive one leaves it open", "2026-01-13T00:00:00Z", []string{karyotyped, tested("12", "unit:Q", "sterility", "inconclusive")}, "sterility 11d #6 bad=false" + both},
		{"a positive one", "2026-01-13T00:00:00Z", []string{karyotyped, tested("12", "unit:Q", "sterility", "positive")}, "sterility 11d #6 bad=true U1@site:S! U2@site:S!"},
		{"not what is asked for", "2026-01-13T00:00:00Z", []string{karyotyped, tested("12", "batch:B", "sterility", "pass")}, "sterility 11d #6 bad=true" + both},
		{"of one unit alone", "2026-01-13T00:00:00Z", []string{karyotyped, tested("12", "unit:U1", "sterility", "negative")}, "sterility 11d U2@site:S"},
		{"a patient was given a part", "2026-01-05T00:00:00Z", []string{karyotyped, given}, "sterility 3d U2@patient:P U1@site:S"},
		{"made into others", "2026-01-05T00:00:00Z", []string{karyotyped, remade}, "sterility 3d U1@site:S U2@site:S V1@site:S<U1 V2@site:S<U1"},
		{"not yet made into others", "2026-01-03T00:00:00Z", []string{karyotyped, remade}, "sterility 1d U1@site:S U2@site:S"},
		{"what was made of it was given", "2026-01-06T00:00:00Z", []string{karyotyped, remade, infused}, "sterility 4d V1@patient:P<U1 U1@site:S U2@site:S V2@site:S<U1"},
		{"what was made of it was released", "2026-01-06T00:00:00Z", []string{karyotyped, remade, outright}, "sterility 4d U1@site:S U2@site:S V1@site:S<U1 V2@site:S<U1"},
		{"its result closes it for what was made of it", "2026-01-13T00:00:00Z", []string{karyotyped, remade, tested("12", "unit:Q", "sterility", "negative")}, ""},
		{"a positive one, of what was made of it too", "2026-01-13T00:00:00Z", []string{karyotyped, remade, tested("12", "unit:U1", "sterility", "positive")}, "sterility 11d #7 bad=true U1@site:S! V1@site:S<U1! V2@site:S<U1!; sterility 11d U2@site:S!"},
		{"spelt otherwise", "2026-01-10T00:00:00Z", []string{karyotyped, tested("09", "unit:Q", "STERILITY ", "negative")}, ""},
		{"a newer decision", "2026-01-05T00:00:00Z", []string{karyotyped, released}, "sterility 3d U2@site:S"},
		{"the newer decision is not yet", "2026-01-03T12:00:00Z", []string{karyotyped, released}, "sterility 1d" + both},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := toldPending(t, pendingBase+"\n"+strings.Join(row.more, "\n"), row.at); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}
