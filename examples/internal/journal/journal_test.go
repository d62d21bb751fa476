package journal_test

import (
	"strings"
	"testing"
	"time"

	"suyuan/examples/internal/journal"
)

func TestFactsStandInOrderOfRecordingAndKeepTheirOwnTimes(t *testing.T) {
	t.Parallel()
	day := journal.On(journal.Offset(8), "2026-01-02 08:00")
	var j journal.Journal
	j.AddLate("followup", day, day.Add(72*time.Hour), journal.Fact{"patient": "P-1"})
	j.AddSpan("cleaning", day, day.Add(time.Hour), journal.Fact{"room": "R-1"})
	j.Add("inventory", day, journal.Fact{"site": "S-1"})

	got, err := journal.Lines(j.Facts())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`{"site":"S-1","time":"2026-01-02T08:00:00+08:00","type":"inventory"}`,
		`{"end":"2026-01-02T09:00:00+08:00","room":"R-1","time":"2026-01-02T08:00:00+08:00","type":"cleaning"}`,
		`{"patient":"P-1","time":"2026-01-02T08:00:00+08:00","type":"followup"}`,
		"",
	}, "\n")
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFactsOfOneMomentStayInTheOrderOfTheirCalls(t *testing.T) {
	t.Parallel()
	at := journal.On(journal.Offset(1), "2026-01-02 08:00")
	var j journal.Journal
	for _, unit := range []string{"U-3", "U-1", "U-2"} {
		j.Add("followup", at, journal.Fact{"unit": unit})
	}
	for i, want := range []string{"U-3", "U-1", "U-2"} {
		if got := j.Facts()[i]["unit"]; got != want {
			t.Errorf("fact %d: got unit %q, want %q", i, got, want)
		}
	}
}

func TestLinesKeepTextAsItWasWritten(t *testing.T) {
	t.Parallel()
	got, err := journal.Lines([]journal.Fact{{"note": "虚构 <synthetic> & more"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "{\"note\":\"虚构 <synthetic> & more\"}\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
