package eventtest

import (
	"slices"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func (d drawer) temperature() *event.Temperature {
	times := d.ordered(6)
	b := &event.Temperature{
		From: times[0], To: times[5], Readings: maybe(d, rapid.Int64Range(1, event.MaxInteger), "readings"),
		Mean: d.decimal(), MKT: d.decimal(), UOM: d.text(), Interval: maybe(d, rapid.Int64Range(1, event.MaxInteger), "interval"),
		Closer: maybe(d, rapid.Int64Range(1, event.MaxInteger), "outside"),
		Doubts: d.doubts(), Logger: d.text(), LogName: d.text(), LogSHA256: d.digest(), ProfileSHA256: maybe(d, digests(), "profile"),
	}
	if d.yes("of a shipment") {
		b.Shipment = d.ref(event.KindShipment)
	} else {
		b.Equipment = d.ref(event.KindEquipment)
	}
	b.Min, b.Max = d.bounds()
	if d.yes("has limits") {
		b.Low, b.High = d.bounds()
		b.Low = maybe(d, rapid.Just(b.Low), "low")
	}
	if d.yes("has allowance") {
		b.Allowance = d.integer()
	}
	b.Excursions, b.ExcursionCount = d.spells(true, times)
	b.Gaps, b.GapCount = d.spells(false, nil)
	return b
}

// ordered draws n times in order.
func (d drawer) ordered(n int) []event.Time {
	times := make([]event.Time, n)
	for i := range times {
		times[i] = d.time()
	}
	slices.SortStableFunc(times, func(a, b event.Time) int {
		switch {
		case a.Before(b):
			return -1
		case b.Before(a):
			return 1
		}
		return 0
	})
	return times
}

// bounds draws two decimals in order.
func (d drawer) bounds() (low, high event.Decimal) {
	low, high = Decimal().Draw(d.t, "low"), Decimal().Draw(d.t, "high")
	if low.Compare(high) > 0 {
		low, high = high, low
	}
	return low, high
}

func (d drawer) spells(measured bool, within []event.Time) (list []event.Spell, count int64) {
	if !d.yes("has spells") {
		return nil, 0
	}
	n := rapid.IntRange(0, 3).Draw(d.t, "spells")
	times := within
	if within == nil {
		times = d.ordered(2 * n)
	}
	n = min(n, len(times)/2)
	list = make([]event.Spell, n)
	for i := range list {
		list[i] = event.Spell{From: times[2*i], To: times[2*i+1]}
		if measured && d.yes("has a range") {
			list[i].Min, list[i].Max = d.bounds()
		}
	}
	if n == 0 {
		return list, 0
	}
	return list, maybe(d, rapid.Int64Range(int64(n), event.MaxInteger), "count")
}

func (d drawer) doubts() []string {
	list := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"not_covered", "other_logger", "clock_set", "clock_twice"}), 0, 4, rapid.ID[string]).Draw(d.t, "doubts")
	if len(list) == 0 {
		return nil
	}
	return list
}
