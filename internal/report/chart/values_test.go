package chart

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDegreesAreWrittenAsPeopleDo(t *testing.T) {
	t.Parallel()
	for m, want := range map[int64]string{0: "0", 5000: "5", 5250: "5.25", -196_000: "−196", -500: "−0.5", 1: "0.001", math.MinInt32: "−2147483.648"} {
		if got := degrees(m); got != want {
			t.Errorf("%d: %s, want %s", m, got, want)
		}
	}
}

// TestTicksOfTemperatureAreRoundAndNotTooMany counts, for each of 1, 2, 5, 10 and so on, the multiples one by one.
func TestTicksOfTemperatureAreRoundAndNotTooMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(-300_000, 300_000).Draw(t, "low")
		high := low + rapid.Int64Range(1, 20_000).Draw(t, "wide")
		const most = 8
		var want []int64
		for _, step := range []int64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
			want = nil
			for v := low; v <= high; v++ {
				if v%step == 0 {
					want = append(want, v)
				}
			}
			if (high-low)/step+1 <= most {
				break
			}
		}
		got := valueTicks(low, high, most)
		if len(got) != len(want) || len(got) > most {
			t.Fatalf("%d to %d: %v, want %v", low, high, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%d to %d: %v, want %v", low, high, got, want)
			}
		}
	})
	if got := valueTicks(math.MinInt32, math.MaxInt32, 8); len(got) == 0 || len(got) > 8 {
		t.Errorf("%v", got)
	}
}

func TestTheAxisReachesOverReadingsAndLimits(t *testing.T) {
	t.Parallel()
	one := &survey{n: 1, low: reading{milli: 5000}, high: reading{milli: 5000}}
	for name, c := range map[string]struct {
		s         *survey
		limits    []*int32
		low, high int64
		found     bool
	}{
		"constant":   {one, nil, 4000, 6000, true},
		"limits":     {one, []*int32{milli(2000), milli(8000)}, 2000, 8000, true},
		"one limit":  {one, []*int32{nil, milli(-150_000)}, -150_000, 5000, true},
		"no reading": {&survey{}, []*int32{milli(2000), milli(8000)}, 2000, 8000, true},
		"nothing":    {&survey{}, nil, -1000, 1000, false},
	} {
		if low, high, found := valueRange(c.s, c.limits...); low != c.low || high != c.high || found != c.found {
			t.Errorf("%s: %d to %d, %v", name, low, high, found)
		}
	}
}
