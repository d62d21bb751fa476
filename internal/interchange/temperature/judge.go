package temperature

import (
	"math"
	"math/big"
	"time"
)

// Limits are what readings are judged against. The zero Limits find nothing.
type Limits struct {
	Low, High *int32        // thousandths of a degree Celsius, both allowed; nil is no limit
	Allowance time.Duration // how long a temperature may be outside; an excursion is longer
	Interval  time.Duration // the longest that may lie between two readings; 0 is any
	Outside   time.Duration // the same beside a reading outside the limits; 0 is Interval
}

// A Period is the time that readings have to cover, as from a shipment's departure to its arrival.
type Period struct{ From, To time.Time }

// A Gap is a time of which there are no readings, or too few.
type Gap struct {
	From, To time.Time
	Required time.Duration // between readings; 0 where any would have done
	Edge     bool          // at the beginning or the end of the period, before or after all readings
}

// An Excursion is a time outside the limits.
type Excursion struct {
	From, To    time.Time // the last reading within limits before, and the first after; the first or last reading of all where there is none
	First, Last time.Time // readings outside
	Min, Max    int32     // of the readings outside
	Readings    int
	Open        bool // no reading within limits before, or after: it may have been longer
}

// Longest returns how long it may have been.
func (e *Excursion) Longest() time.Duration { return e.To.Sub(e.From) }

// A Judgement is what readings show.
type Judgement struct {
	From, To   time.Time // first and last reading
	Readings   int
	Min, Max   int32
	Mean       int32 // by time
	Kinetic    int32 // mean kinetic temperature, to a tenth of a degree; only where HasKinetic
	HasKinetic bool  // never of what was frozen
	Gaps       []Gap
	Excursions []Excursion
	Brief      []Excursion // outside, but not for longer than is allowed
	Uncovered  bool        // no reading lies in the period at all
}

// Judge judges readings that stand by time, as [Merge] leaves them; none of them is an empty Judgement, with the period as its gap. Those outside
// of a period count as well: they may be of the same journey, and it is for people to say that they are not.
func Judge(readings []Reading, l Limits, period *Period) Judgement {
	j := Judgement{Readings: len(readings)}
	if len(readings) > 0 {
		j.From, j.To = readings[0].Time(), readings[len(readings)-1].Time()
		j.extremes(readings)
		weights := l.weights(readings)
		j.Mean = mean(readings, weights)
		if j.Min >= 0 {
			j.Kinetic, j.HasKinetic = kinetic(readings, weights), true
		}
		j.outside(readings, &l)
		j.gaps(readings, &l)
	}
	if period != nil {
		j.edges(period, &l)
		j.Uncovered = len(readings) == 0 || j.To.Before(period.From) || j.From.After(period.To)
	}
	return j
}

func (j *Judgement) extremes(readings []Reading) {
	j.Min, j.Max = readings[0].Milli, readings[0].Milli
	for _, r := range readings {
		j.Min, j.Max = min(j.Min, r.Milli), max(j.Max, r.Milli)
	}
}

// out reports whether a temperature is outside.
func (l *Limits) out(milli int32) bool {
	return l.Low != nil && milli < *l.Low || l.High != nil && milli > *l.High
}

// momentsOut says of each reading whether any reading of its moment is outside: where two differ, the worse one counts.
func (l *Limits) momentsOut(readings []Reading) []bool {
	out := make([]bool, len(readings))
	for i, r := range readings {
		out[i] = l.out(r.Milli) || i > 0 && out[i-1] && readings[i-1].At == r.At
	}
	for i := len(out) - 2; i >= 0; i-- {
		out[i] = out[i] || out[i+1] && readings[i+1].At == readings[i].At
	}
	return out
}

// outside finds the times outside the limits.
func (j *Judgement) outside(readings []Reading, l *Limits) {
	out := l.momentsOut(readings)
	for i := 0; i < len(readings); i++ {
		if !out[i] {
			continue
		}
		first := i
		e := Excursion{Min: math.MaxInt32, Max: math.MinInt32}
		for ; i < len(readings) && out[i]; i++ {
			if milli := readings[i].Milli; l.out(milli) {
				e.Readings++
				e.Min, e.Max = min(e.Min, milli), max(e.Max, milli)
			}
		}
		e.Open = first == 0 || i == len(readings)
		e.First, e.Last = readings[first].Time(), readings[i-1].Time()
		e.From, e.To = readings[max(0, first-1)].Time(), readings[min(len(readings)-1, i)].Time()
		if e.Open || l.Allowance == 0 || e.Longest() > l.Allowance {
			j.Excursions = append(j.Excursions, e)
		} else {
			j.Brief = append(j.Brief, e)
		}
	}
}

// gaps finds readings that lie too far apart.
func (j *Judgement) gaps(readings []Reading, l *Limits) {
	for i := 1; i < len(readings); i++ {
		a, b := readings[i-1], readings[i]
		required := l.Interval
		if l.Outside > 0 && (l.out(a.Milli) || l.out(b.Milli)) {
			required = l.Outside
		}
		if required > 0 && b.At-a.At > int64(required) {
			j.Gaps = append(j.Gaps, Gap{From: a.Time(), To: b.Time(), Required: required})
		}
	}
}

// edges finds what the readings do not cover of a period: more than an interval, or, where none is required, anything.
func (j *Judgement) edges(p *Period, l *Limits) {
	from, to := p.To, p.From
	if j.Readings > 0 {
		from, to = j.From, j.To
	}
	if from.After(p.To) || to.Before(p.From) || j.Readings == 0 { // all of it
		j.Gaps = append(j.Gaps, Gap{p.From, p.To, l.Interval, true})
		return
	}
	if from.Sub(p.From) > l.Interval {
		j.Gaps = append([]Gap{{p.From, from, l.Interval, true}}, j.Gaps...)
	}
	if p.To.Sub(to) > l.Interval {
		j.Gaps = append(j.Gaps, Gap{to, p.To, l.Interval, true})
	}
}

// weights returns for how long each reading stands, in half milliseconds: half of the way to its neighbours, at the ends all of the way to the one there
// is. Of a gap it takes as much as the interval that is required. Where all are of one moment they weigh the same.
func (l *Limits) weights(readings []Reading) []int64 {
	const half = int64(time.Millisecond) / 2
	n := len(readings)
	weights := make([]int64, n)
	step := func(i int) int64 {
		d := readings[i+1].At - readings[i].At
		if l.Interval > 0 {
			d = min(d, int64(l.Interval))
		}
		return d / half / 2
	}
	total := int64(0)
	for i := range readings {
		switch {
		case n == 1:
		case i == 0:
			weights[i] = 2 * step(0)
		case i == n-1:
			weights[i] = 2 * step(n-2)
		default:
			weights[i] = step(i-1) + step(i)
		}
		total += weights[i]
	}
	for i := range weights {
		if total == 0 {
			weights[i] = 1
		}
	}
	return weights
}

// mean is the weighted mean, rounded half away from zero.
func mean(readings []Reading, weights []int64) int32 {
	sum, total, one := new(big.Int), new(big.Int), new(big.Int)
	for i, r := range readings {
		sum.Add(sum, one.Mul(big.NewInt(weights[i]), big.NewInt(int64(r.Milli))))
		total.Add(total, one.SetInt64(weights[i]))
	}
	double := new(big.Int).Lsh(sum, 1)
	if sum.Sign() < 0 {
		double.Sub(double, total)
	} else {
		double.Add(double, total)
	}
	return int32(double.Quo(double, total.Lsh(total, 1)).Int64()) //nolint:gosec // between the extremes
}
