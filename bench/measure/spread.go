package measure

import (
	"cmp"
	"fmt"
	"slices"
)

// A Spread is the median of the rounds, with the least and the greatest.
type Spread struct{ Median, Least, Greatest float64 }

// SpreadOf returns the spread of some values; the zero Spread of none.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	v := slices.Sorted(slices.Values(values))
	median := v[len(v)/2]
	if len(v)%2 == 0 {
		median = (v[len(v)/2-1] + median) / 2
	}
	return Spread{median, v[0], v[len(v)-1]}
}

// String returns the median with the range in brackets, if there is one.
func (s Spread) String() string {
	if s.Least == s.Greatest {
		return short(s.Median)
	}
	return fmt.Sprintf("%s (%s to %s)", short(s.Median), short(s.Least), short(s.Greatest))
}

// short prints three digits, and thousands apart.
func short(v float64) string {
	switch {
	case v < 0:
		return "-" + short(-v)
	case v >= 999.5:
		return thousands(fmt.Sprintf("%.0f", v))
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.0995 || v == 0:
		return fmt.Sprintf("%.2f", v)
	case v >= 0.00995:
		return fmt.Sprintf("%.3f", v)
	default:
		return fmt.Sprintf("%.2g", v)
	}
}

func thousands(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Values returns the figures of an entrant.
func (r *Result) Values(entrant string) []float64 {
	return each(r.Figures[entrant], func(f Figure) float64 { return f.Value })
}

// CPU returns an entrant's CPU time, in microseconds per operation.
func (r *Result) CPU(entrant string) Spread {
	return SpreadOf(each(r.Figures[entrant], func(f Figure) float64 { return f.CPU * 1e6 }))
}

// Ratios returns, round by round, how many times better one entrant is than another: above 1 it wins, whatever the unit.
func (r *Result) Ratios(entrant, against string) []float64 {
	a, b := r.Values(entrant), r.Values(against)
	var list []float64
	for i := range min(len(a), len(b)) {
		if r.Contest.Better == Smaller {
			a[i], b[i] = b[i], a[i]
		}
		list = append(list, a[i]/cmp.Or(b[i], 1e-12))
	}
	return list
}

func each[T, U any](list []T, f func(T) U) []U {
	var all []U
	for _, v := range list {
		all = append(all, f(v))
	}
	return all
}
