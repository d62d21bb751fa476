package chart

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Span is a time from one moment to another.
type Span struct{ From, To time.Time }

// interval is a Span in nanoseconds since 1970.
type interval struct{ from, to int64 }

// The years whose times are drawn: a count of nanoseconds holds them and what lies between any two of them.
const (
	firstYear = 1950
	lastYear  = 2200
)

// nanos returns a time as a count.
func nanos(t time.Time) (int64, error) {
	if y := t.UTC().Year(); y < firstYear || y >= lastYear {
		return 0, fmt.Errorf("the time %s is not between the years %d and %d", t.Format(time.RFC3339), firstYear, lastYear)
	}
	return t.UnixNano(), nil
}

// intervals returns spans by time.
func intervals(spans []Span) ([]interval, error) {
	list := make([]interval, len(spans))
	for i, s := range spans {
		from, err := nanos(s.From)
		if err != nil {
			return nil, err
		}
		to, err := nanos(s.To)
		if err != nil {
			return nil, err
		}
		if to < from {
			return nil, fmt.Errorf("a time from %s to %s ends before it begins", s.From.Format(time.RFC3339), s.To.Format(time.RFC3339))
		}
		list[i] = interval{from, to}
	}
	slices.SortFunc(list, func(a, b interval) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return list, nil
}

// apart joins intervals that overlap. Those that touch stay two: what lies at the moment between them lies in neither.
func apart(list []interval) []interval {
	var out []interval
	for _, i := range list {
		switch last := len(out) - 1; {
		case i.from == i.to:
		case last >= 0 && i.from < out[last].to:
			out[last].to = max(out[last].to, i.to)
		default:
			out = append(out, i)
		}
	}
	return out
}
