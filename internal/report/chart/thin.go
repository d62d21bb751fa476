package chart

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"slices"
	"time"
)

// A reading is one of the logger's, with its place among all.
type reading struct {
	at    int64 // nanoseconds since 1970
	milli int32
	nth   int
}

// A survey is what all readings come to.
type survey struct {
	n                      int
	first, last, low, high reading
}

// look goes through the readings once.
func look(readings iter.Seq2[int64, int32]) (survey, error) {
	var s survey
	if readings == nil {
		return s, nil
	}
	for at, milli := range readings {
		r := reading{at, milli, s.n}
		switch {
		case s.n == 0:
			s.first, s.low, s.high = r, r, r
		case at < s.last.at:
			return s, fmt.Errorf("reading %d is of an earlier time than the one before it; want them by time", s.n+1)
		case milli < s.low.milli:
			s.low = r
		case milli > s.high.milli:
			s.high = r
		}
		s.last = r
		s.n++
	}
	for _, r := range []reading{s.first, s.last} {
		if s.n > 0 {
			if _, err := nanos(time.Unix(0, r.at)); err != nil {
				return s, fmt.Errorf("reading %d: %w", r.nth+1, err)
			}
		}
	}
	return s, nil
}

// columns cut the time from one moment to another, both included, into parts of the same length.
type columns struct {
	from, to int64
	n        int
}

func (c columns) offset(at int64) uint64 { return uint64(at) - uint64(c.from) } //nolint:gosec // wraps rightly

// of returns the column of a moment.
func (c columns) of(at int64) int {
	hi, lo := bits.Mul64(c.offset(at), uint64(c.n)) //nolint:gosec // n is positive
	span := c.offset(c.to)
	if hi >= span {
		return c.n - 1
	}
	q, _ := bits.Div64(hi, lo, span)
	return min(int(q), c.n-1) //nolint:gosec // at most n
}

// end returns the offset at which the next column begins.
func (c columns) end(column int) uint64 {
	if column >= c.n-1 {
		return math.MaxUint64
	}
	n := uint64(c.n)                                       //nolint:gosec // n is positive
	hi, lo := bits.Mul64(uint64(column+1), c.offset(c.to)) //nolint:gosec // a column is not negative
	q, rest := bits.Div64(hi, lo, n)
	if rest > 0 {
		q++
	}
	return q
}

// A piece is readings of one column that nothing parts.
type piece struct{ first, low, high, last reading }

func begin(r reading) piece { return piece{r, r, r, r} }

func (p *piece) add(r reading) {
	if r.milli < p.low.milli {
		p.low = r
	}
	if r.milli > p.high.milli {
		p.high = r
	}
	p.last = r
}

// kept returns the readings that are drawn of a piece, by time.
func (p *piece) kept() []reading {
	list := []reading{p.first, p.low, p.high, p.last}
	slices.SortFunc(list, func(a, b reading) int { return cmp.Compare(a.nth, b.nth) })
	return slices.CompactFunc(list, func(a, b reading) bool { return a.nth == b.nth })
}

// A thinner turns readings into few that are drawn the same.
type thinner struct {
	columns columns
	gaps    []interval // by time, apart from one another; those that lie behind are cut off
	runs    [][]reading
	pieces  []piece // of the column in hand
	joined  bool    // the first of them goes on from the column before
}

// thin returns the readings that are drawn, as runs: a line goes through those of a run and never from one run to the next.
func thin(readings iter.Seq2[int64, int32], c columns, gaps []interval) [][]reading {
	t := &thinner{columns: c, gaps: gaps}
	var end uint64
	var last reading
	for at, milli := range readings {
		r := reading{at, milli, last.nth + 1}
		parted := r.nth > 1 && t.parted(last.at, at)
		switch {
		case r.nth == 1 || c.offset(at) >= end:
			t.flush()
			end = c.end(c.of(at))
			t.joined = r.nth > 1 && !parted
			t.pieces = append(t.pieces[:0], begin(r))
		case parted:
			t.pieces = append(t.pieces, begin(r))
			t.forget()
		default:
			t.pieces[len(t.pieces)-1].add(r)
		}
		last = r
	}
	t.flush()
	return t.runs
}

// parted reports whether a gap lies between two readings.
func (t *thinner) parted(a, b int64) bool {
	for len(t.gaps) > 0 && t.gaps[0].to <= a {
		t.gaps = t.gaps[1:]
	}
	return len(t.gaps) > 0 && t.gaps[0].from < b
}

// forget keeps of a column the first and the last piece, and between them one with the lowest and one with the highest reading.
func (t *thinner) forget() {
	const most = 4
	if len(t.pieces) <= most {
		return
	}
	low, high := 1, 1
	for i := 2; i < most; i++ {
		if t.pieces[i].low.milli < t.pieces[low].low.milli {
			low = i
		}
		if t.pieces[i].high.milli > t.pieces[high].high.milli {
			high = i
		}
	}
	drop := 1
	for drop == low || drop == high {
		drop++
	}
	t.pieces = slices.Delete(t.pieces, drop, drop+1)
}

// flush ends a column.
func (t *thinner) flush() {
	for i := range t.pieces {
		kept := t.pieces[i].kept()
		if i == 0 && t.joined {
			last := len(t.runs) - 1
			t.runs[last] = append(t.runs[last], kept...)
		} else {
			t.runs = append(t.runs, kept)
		}
	}
}
