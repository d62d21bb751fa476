package recall_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// A flood tells of each of its sources what a search from that source alone does.
func TestAFloodReachesWhatSearchesOneByOneDo(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		known := h.askable()
		if len(known) == 0 {
			return
		}
		q := h.query()
		springs := make([]recall.Spring, 1+h.n(6, "springs"))
		for k := range springs {
			springs[k] = h.spring(known, q.Backward)
		}
		var barred []event.Ref
		if h.yes("barred") {
			barred = h.different(3, func() event.Ref { return known[h.n(len(known)-1, "barred thing")] })
		}
		apart, together, same := recall.Flooded(h.g, q, springs, barred)
		for k := range springs {
			if !maps.Equal(apart[k], together[k]) {
				t.Errorf("%+v, backward %v, grade %v\none by one: %v\ntogether:   %v", springs[k], q.Backward, q.Grade, apart[k], together[k])
			}
		}
		if q.Grade++; !same || q.Grade > genealogy.Possible {
			return
		}
		next, _, _ := recall.Flooded(h.g, q, springs, barred)
		for k := range springs {
			if !maps.Equal(apart[k], next[k]) {
				t.Errorf("%+v, backward %v: at the next grade, %v, which was said to be the same:\n%v\n%v", springs[k], q.Backward, q.Grade, apart[k], next[k])
			}
		}
	})
}

func (h *history) spring(known []event.Ref, backward bool) recall.Spring {
	s := recall.Spring{Thing: known[h.n(len(known)-1, "spring")], Entering: h.yes("entering")}
	if h.yes("since") {
		s.Since = h.time()
	}
	if h.yes("limit") {
		s.Limit = h.time()
	}
	if !backward && h.yes("touch") {
		from, to := h.time(), h.time()
		if to.Before(from) {
			from, to = to, from
		}
		s.Touch = []genealogy.Span{{From: from, To: to}}
	}
	return s
}

// What a flood cannot take at once is taken in turns: 70 positives and 200
// negatives, some of which share a lot.
func TestMoreSourcesThanAFloodHasAreCountedAll(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	made := func(unit, lots, result string) {
		fmt.Fprintf(&lines, `{"type":"manufacture","time":"8:00","site":"S","step":"fill","outputs":[{"unit":%q}],"materials":[%s]}`+"\n", unit, lots)
		fmt.Fprintf(&lines, `{"type":"test","time":"13:00","site":"S","subject":"unit:%s","assay":"sterility","sampled":"12:00","result":%q}`+"\n", unit, result)
	}
	const all, half, clean = `{"lot":"ALL"}`, `{"lot":"ALL"},{"lot":"HALF"}`, `{"lot":"CLEAN"}`
	for k := range 70 {
		made(fmt.Sprintf("P%d", k), []string{all, half}[k%2], "positive")
	}
	for k := range 200 {
		made(fmt.Sprintf("N%d", k), []string{clean, all, half, clean}[k%4], "negative")
	}
	a := sources(t, lines.String())
	got := make([]string, 0, len(a.Common))
	for _, c := range a.Common {
		got = append(got, fmt.Sprintf("%s %s %d/%d, %d and %d", c.Ref, c.Grade, c.Explains, c.Of, c.NegativesReached, c.OthersReached))
	}
	want := []string{"lot:ALL confirmed 70/70, 100 and 0", "lot:HALF confirmed 35/70, 50 and 0"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
