package temperature

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"suyuan/internal/event"
)

// Within returns those readings that lie in a period, ends included. They stand by time.
func Within(readings []Reading, p *Period) []Reading {
	from := sort.Search(len(readings), func(i int) bool { return readings[i].At >= p.From.UnixNano() })
	to := sort.Search(len(readings), func(i int) bool { return readings[i].At > p.To.UnixNano() })
	return readings[from:max(from, to)]
}

// Record returns what a ledger keeps of a judgement by these limits: of what, by which logger, in which files and how doubtful is the caller's to say. There
// must be a reading.
func (j *Judgement) Record(l *Limits) *event.Temperature {
	b := &event.Temperature{
		From: moment(j.From), To: moment(j.To), Readings: int64(j.Readings), Min: decimal(j.Min), Max: decimal(j.Max), Mean: decimal(j.Mean), UOM: UOM,
		Interval: int64(l.Interval / time.Second), Closer: int64(l.Outside / time.Second), Excursions: make([]event.Spell, 0), Gaps: make([]event.Spell, 0),
	}
	if j.HasKinetic {
		b.MKT = decimal(j.Kinetic)
	}
	if l.Low != nil {
		b.Low = decimal(*l.Low)
	}
	if l.High != nil {
		b.High = decimal(*l.High)
	}
	if l.Allowance > 0 {
		seconds := int64(l.Allowance / time.Second)
		b.Allowance = &seconds
	}
	excursions := make([]spell, len(j.Excursions))
	for i := range j.Excursions {
		e := &j.Excursions[i]
		excursions[i] = spell{e.From, e.To, e.Min, e.Max}
	}
	gaps := make([]spell, len(j.Gaps))
	for i := range j.Gaps {
		gaps[i] = spell{from: j.Gaps[i].From, to: j.Gaps[i].To}
	}
	for _, s := range joined(excursions) {
		b.Excursions = append(b.Excursions, event.Spell{From: moment(s.from), To: moment(s.to), Min: decimal(s.min), Max: decimal(s.max)})
	}
	for _, s := range joined(gaps) {
		b.Gaps = append(b.Gaps, event.Spell{From: moment(s.from), To: moment(s.to)})
	}
	b.ExcursionCount, b.GapCount = more(len(excursions)), more(len(gaps))
	return b
}

// SetEnds takes the lower and the upper limit from decimals of degrees Celsius, of which an empty one is none. It returns the first that is no temperature.
func (l *Limits) SetEnds(low, high event.Decimal) (bad event.Decimal, ok bool) {
	for _, end := range []struct {
		text event.Decimal
		at   **int32
	}{{low, &l.Low}, {high, &l.High}} {
		*end.at = nil
		if end.text == "" {
			continue
		}
		milli, ok := Milli(string(end.text))
		if !ok {
			return end.text, false
		}
		*end.at = &milli
	}
	return "", true
}

// UOM is degrees Celsius as records have it (UCUM).
const UOM = "Cel"

func moment(t time.Time) event.Time { return event.TimeOf(t.UTC()) }

func decimal(milli int32) event.Decimal { return event.Decimal(Degrees(int64(milli))) }

// more is a count where a list joins some.
func more(n int) int64 {
	if n > event.MaxSpells {
		return int64(n)
	}
	return 0
}

type spell struct {
	from, to time.Time
	min, max int32
}

// joined returns at most as many spells as an event lists: where there are more, those with the least time between them become one.
func joined(list []spell) []spell {
	slices.SortStableFunc(list, func(a, b spell) int { return a.from.Compare(b.from) })
	if len(list) <= event.MaxSpells {
		return list
	}
	between := make([]int, len(list)-1) // by how long lies between a spell and the next, the longest first
	for i := range between {
		between[i] = i
	}
	slices.SortStableFunc(between, func(a, b int) int {
		return cmp.Compare(list[b+1].from.Sub(list[b].to), list[a+1].from.Sub(list[a].to))
	})
	kept := slices.Sorted(slices.Values(between[:event.MaxSpells-1]))
	var out []spell
	first := 0
	for _, last := range append(kept, len(list)-1) {
		s := list[first]
		for _, o := range list[first+1 : last+1] {
			if o.to.After(s.to) {
				s.to = o.to
			}
			s.min, s.max = min(s.min, o.min), max(s.max, o.max)
		}
		out = append(out, s)
		first = last + 1
	}
	return out
}
