package recall_test

import (
	"maps"
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
