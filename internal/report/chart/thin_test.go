package chart

import (
	"iter"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func seq(list []reading) iter.Seq2[int64, int32] {
	return func(yield func(int64, int32) bool) {
		for _, r := range list {
			if !yield(r.at, r.milli) {
				return
			}
		}
	}
}

// drawnReadings draws readings of a few columns, many of them of the same moment or the same temperature.
func drawnReadings(t *rapid.T) []reading {
	list := make([]reading, rapid.IntRange(1, 60).Draw(t, "n"))
	at := rapid.Int64Range(-1000, 1_900_000_000_000_000_000).Draw(t, "start")
	widest := rapid.SampledFrom([]int64{1, 3, 50, 4_000_000_000}).Draw(t, "widest")
	for i := range list {
		list[i] = reading{at, rapid.OneOf(rapid.Int32Range(-3, 3), rapid.Int32()).Draw(t, "milli"), i + 1}
		at += rapid.Int64Range(0, widest).Draw(t, "step")
	}
	return list
}

func drawnGaps(t *rapid.T, c columns) []interval {
	gaps := make([]interval, rapid.IntRange(0, 8).Draw(t, "gaps"))
	for i := range gaps {
		from := rapid.Int64Range(c.from-2, c.to).Draw(t, "from")
		gaps[i] = interval{from, rapid.Int64Range(from, min(c.to+2, from+(c.to-c.from)/4+1)).Draw(t, "to")}
	}
	return gaps
}

// slowColumn is the column of a moment as docs/temperatures.md has it: columns of one length, the last with its end.
func slowColumn(c columns, at int64) int {
	q := new(big.Int).Mul(big.NewInt(at-c.from), big.NewInt(int64(c.n)))
	q.Div(q, big.NewInt(c.to-c.from))
	return min(int(q.Int64()), c.n-1)
}

func crosses(gaps []interval, a, b int64) bool {
	return slices.ContainsFunc(gaps, func(g interval) bool { return g.from != g.to && g.from < b && g.to > a })
}

// TestThinningDrawsWhatTheWholeLineWould holds the thinned line against all readings: each column reaches from its lowest to its highest
// reading, lines between columns are those of the whole line, and none leads through a gap.
func TestThinningDrawsWhatTheWholeLineWould(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawnReadings(t)
		c := columns{list[0].at - rapid.Int64Range(0, 9).Draw(t, "before"), list[len(list)-1].at + rapid.Int64Range(1, 9).Draw(t, "after"), rapid.IntRange(1, 12).Draw(t, "columns")}
		gaps := drawnGaps(t, c)
		sorted := slices.Clone(gaps)
		slices.SortFunc(sorted, func(a, b interval) int { return int(min(1, max(-1, a.from-b.from))) })
		runs := thin(seq(list), c, apart(sorted))

		drawn := slices.Concat(runs...)
		for i, r := range drawn {
			if list[r.nth-1] != r || i > 0 && drawn[i-1].nth >= r.nth {
				t.Fatalf("drawn are %+v", drawn)
			}
		}
		for column := range c.n {
			inside := func(r reading) bool { return slowColumn(c, r.at) == column }
			wantLow, wantHigh, has := extent(list, inside)
			low, high, drew := extent(drawn, inside)
			if low != wantLow || high != wantHigh || has != drew {
				t.Fatalf("column %d is drawn from %d to %d (%v), its readings reach from %d to %d (%v)", column, low, high, drew, wantLow, wantHigh, has)
			}
		}
		segments := make(map[[2]int]bool)
		for n, run := range runs {
			if n > 0 {
				before := runs[n-1][len(runs[n-1])-1]
				if !crosses(gaps, before.at, run[0].at) {
					t.Fatalf("the line is broken between readings %d and %d, where there is no gap", before.nth, run[0].nth)
				}
			}
			for i := 1; i < len(run); i++ {
				a, b := run[i-1], run[i]
				segments[[2]int{a.nth, b.nth}] = true
				if crosses(gaps, a.at, b.at) {
					t.Fatalf("a line leads from %d to %d through a gap of %v", a.at, b.at, gaps)
				}
				if slowColumn(c, a.at) != slowColumn(c, b.at) && b.nth != a.nth+1 {
					t.Fatalf("a line leads from column to column, from reading %d to %d", a.nth, b.nth)
				}
			}
		}
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			if slowColumn(c, a.at) != slowColumn(c, b.at) && !crosses(gaps, a.at, b.at) && !segments[[2]int{a.nth, b.nth}] {
				t.Fatalf("no line leads from reading %d to the next", a.nth)
			}
		}
		if len(drawn) > 16*c.n {
			t.Fatalf("%d points in %d columns", len(drawn), c.n)
		}
	})
}

func extent(list []reading, inside func(reading) bool) (low, high int32, found bool) {
	for _, r := range list {
		if !inside(r) {
			continue
		}
		if !found {
			low, high, found = r.milli, r.milli, true
		}
		low, high = min(low, r.milli), max(high, r.milli)
	}
	return low, high, found
}

func TestAPieceIsDrawnAsOneLine(t *testing.T) {
	t.Parallel()
	list := []reading{{0, 5, 1}, {1, 9, 2}, {2, 7, 3}, {3, 1, 4}, {4, 6, 5}, {5, 5, 6}}
	got := thin(seq(list), columns{0, 100, 1}, nil)
	want := []reading{list[0], list[1], list[3], list[5]}
	if len(got) != 1 || !slices.Equal(got[0], want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestReadingsOutOfOrderAndOutOfTimeAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := look(seq([]reading{{at: 5}, {at: 4}})); err == nil {
		t.Error("an earlier reading behind a later one was taken")
	}
	if _, err := look(seq([]reading{{at: time.Date(2250, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()}})); err == nil {
		t.Error("a reading of 2250 was taken")
	}
	s, err := look(seq([]reading{{at: 4, milli: 2}, {at: 4, milli: -2}, {at: 5, milli: 7}, {at: 6, milli: 7}}))
	if err != nil || s.n != 4 || s.low.nth != 1 || s.high.nth != 2 || s.first.at != 4 || s.last.at != 6 {
		t.Errorf("%+v, %v", s, err)
	}
}
