package temperature_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/interchange/temperature"
)

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }

func every(minutes int, milli ...int32) []temperature.Reading {
	list := make([]temperature.Reading, len(milli))
	for i, m := range milli {
		list[i] = temperature.Reading{At: at(i * minutes).UnixNano(), Milli: m}
	}
	return list
}

func preset(tb testing.TB, name string) temperature.Limits {
	tb.Helper()
	l, ok := temperature.PresetOf(name)
	if !ok {
		tb.Fatal(name)
	}
	return l
}

func TestAnExcursionReachesFromTheLastReadingWithinToTheNext(t *testing.T) {
	t.Parallel()
	l := preset(t, "2-8-transport")
	readings := every(5, 5000, 8000, 8001, 9500, 8000, 2000, 1999)
	j := temperature.Judge(readings, l, nil)
	if len(j.Excursions) != 2 || len(j.Brief) != 0 {
		t.Fatalf("%+v", j)
	}
	e := j.Excursions[0]
	if !e.From.Equal(at(5)) || !e.First.Equal(at(10)) || !e.Last.Equal(at(15)) || !e.To.Equal(at(20)) || e.Min != 8001 || e.Max != 9500 || e.Readings != 2 || e.Open {
		t.Errorf("%+v", e)
	}
	if e := j.Excursions[1]; !e.Open || !e.From.Equal(at(25)) || !e.To.Equal(at(30)) {
		t.Errorf("%+v", e)
	}
	l.Allowance = 15 * time.Minute // as long as it may have been, and so not longer; the one at the end may have gone on
	if j := temperature.Judge(readings, l, nil); len(j.Excursions) != 1 || !j.Excursions[0].Open || len(j.Brief) != 1 {
		t.Errorf("%+v", j)
	}
	l.Allowance--
	if j := temperature.Judge(readings, l, nil); len(j.Excursions) != 2 {
		t.Errorf("%+v", j)
	}
}

func TestGapsAreJudgedByTheIntervalThatIsRequired(t *testing.T) {
	t.Parallel()
	l := preset(t, "2-8-transport")
	if j := temperature.Judge(every(5, 5000, 5000, 5000), l, nil); len(j.Gaps) != 0 {
		t.Errorf("%+v", j.Gaps)
	}
	if j := temperature.Judge(every(6, 5000, 5000, 5000), l, nil); len(j.Gaps) != 2 || j.Gaps[0].Required != 5*time.Minute {
		t.Errorf("%+v", j.Gaps)
	}
	if j := temperature.Judge(every(5, 5000, 9000, 5000, 5000), l, nil); len(j.Gaps) != 2 || j.Gaps[1].Required != 2*time.Minute {
		t.Errorf("out of range: %+v", j.Gaps)
	}
}

func TestTimesThatDoNotCoverThePeriodAreSaid(t *testing.T) {
	t.Parallel()
	l := preset(t, "2-8-transport")
	readings := every(5, 5000, 5000, 5000)
	for name, c := range map[string]struct {
		from, to  int
		gaps      int
		uncovered bool
	}{
		"covered":      {0, 10, 0, false},
		"within one":   {-5, 15, 0, false},
		"late":         {-6, 10, 1, false},
		"both":         {-60, 60, 2, false},
		"another day":  {1440, 1500, 1, true},
		"the day past": {-1500, -1440, 1, true},
	} {
		j := temperature.Judge(readings, l, &temperature.Period{From: at(c.from), To: at(c.to)})
		if len(j.Gaps) != c.gaps || j.Uncovered != c.uncovered {
			t.Errorf("%s: %+v", name, j)
		}
	}
	if j := temperature.Judge(nil, l, &temperature.Period{From: at(0), To: at(5)}); !j.Uncovered || len(j.Gaps) != 1 {
		t.Errorf("none: %+v", j)
	}
}

func TestMeanKineticTemperatureIsWhatTheEquationSays(t *testing.T) {
	t.Parallel()
	readings := every(5, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 25000)
	// -10000/ln((10 exp(-10000/278.15) + exp(-10000/298.15))/11) = 283.302 K: 10.15 °C
	if j := temperature.Judge(readings, temperature.Limits{}, nil); j.Kinetic != 10_200 || !j.HasKinetic || j.Mean != 6818 {
		t.Errorf("%+v", j)
	}
	if j := temperature.Judge(every(5, 5000, -1), temperature.Limits{}, nil); j.HasKinetic {
		t.Error("of what was frozen there is none")
	}
	if j := temperature.Judge(every(5, 5000, 5000), temperature.Limits{}, nil); j.Kinetic != 5000 {
		t.Errorf("of one temperature: %+v", j)
	}
}

// A reading stands for the time around it: ten readings of the minute in which the door was open are no half of the day.
func TestMeansWeighByTime(t *testing.T) {
	t.Parallel()
	readings := []temperature.Reading{{at(0).UnixNano(), 4000}, {at(58).UnixNano(), 4000}, {at(60).UnixNano(), 10_000}, {at(62).UnixNano(), 4000}, {at(120).UnixNano(), 4000}}
	if j := temperature.Judge(readings, temperature.Limits{}, nil); j.Mean != 4067 { // 58, 30, 2, 30 and 58 minutes
		t.Errorf("mean %d", j.Mean)
	}
}

func TestStricterLimitsWin(t *testing.T) {
	t.Parallel()
	a, b := preset(t, "2-8-storage"), preset(t, "nitrogen-vapour")
	b.Interval, b.Allowance, a.Allowance = time.Minute, time.Hour, time.Minute
	got := temperature.Stricter(a, b)
	if *got.Low != 2000 || *got.High != -150_000 || got.Interval != time.Minute || got.Allowance != time.Minute {
		t.Errorf("%+v", got)
	}
}

// TestJudgeAgreesWithASlowReference finds what is outside minute by minute, from the words of docs/temperatures.md.
func TestJudgeAgreesWithASlowReference(t *testing.T) {
	t.Parallel()
	l := preset(t, "2-8-transport")
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int32Range(0, 10_000), 1, 40).Draw(t, "values")
		l.Allowance = time.Duration(rapid.IntRange(0, 30).Draw(t, "allowed")) * time.Minute
		var readings []temperature.Reading
		minute := 0
		for _, v := range values {
			readings = append(readings, temperature.Reading{At: at(minute).UnixNano(), Milli: v})
			minute += rapid.IntRange(0, 9).Draw(t, "step")
		}
		readings = temperature.Merge(readings)
		// Of readings of one moment, one that is outside makes the moment so.
		outside := func(i int) bool {
			return slices.ContainsFunc(readings, func(r temperature.Reading) bool { return r.At == readings[i].At && (r.Milli < 2000 || r.Milli > 8000) })
		}
		j := temperature.Judge(readings, l, nil)
		for i, r := range readings {
			out := outside(i)
			in := func(e temperature.Excursion) bool { return !r.Time().Before(e.First) && !r.Time().After(e.Last) }
			if held := slices.ContainsFunc(j.Excursions, in) || slices.ContainsFunc(j.Brief, in); held != out {
				t.Fatalf("reading %d of %v: in an excursion %v", i, shown(readings), held)
			}
			if !out {
				continue
			}
			from, to := i, i
			for from > 0 && outside(from) {
				from--
			}
			for to < len(readings)-1 && outside(to) {
				to++
			}
			edge := outside(from) || outside(to)
			long := edge || l.Allowance == 0 || readings[to].At-readings[from].At > int64(l.Allowance)
			if slices.ContainsFunc(j.Excursions, in) != long {
				t.Fatalf("reading %d of %v: an excursion %v", i, shown(readings), !long)
			}
		}
		if j.Min != slices.Min(values) || j.Max != slices.Max(values) || j.Mean < j.Min || j.Mean > j.Max || j.Kinetic < j.Mean-51 || j.Kinetic > j.Max+50 {
			t.Fatalf("%+v", j)
		}
	})
}

// TestKineticAgreesWithAnotherPrecision computes the equation by big.Float, with the exponential as its series, for readings of equal steps.
func TestKineticAgreesWithAnotherPrecision(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int32Range(0, 40_000), 1, 20).Draw(t, "values")
		got := temperature.Judge(every(5, values...), temperature.Limits{}, nil).Kinetic
		// The temperature k satisfies n exp(-10000/k) = sum exp(-10000/t); it lies within 0.05 °C of what was found.
		sum := number(0)
		for _, v := range values {
			sum.Add(sum, rate(int64(v)))
		}
		n := number(float64(len(values)))
		if new(big.Float).Mul(n, rate(int64(got)-51)).Cmp(sum) > 0 || new(big.Float).Mul(n, rate(int64(got)+51)).Cmp(sum) < 0 {
			t.Fatalf("%v: %d", values, got)
		}
	})
}

func number(f float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(f) }

// rate is exp(-10000/t), of t in thousandths of a degree, as 1 over the series of exp(10000/t).
func rate(milli int64) *big.Float {
	x := new(big.Float).Quo(number(10_000_000), number(float64(milli+273_150)))
	sum, term := number(1), number(1)
	for i := 1; i < 300; i++ {
		term.Mul(term, x).Quo(term, number(float64(i)))
		sum.Add(sum, term)
	}
	return new(big.Float).Quo(number(1), sum)
}
