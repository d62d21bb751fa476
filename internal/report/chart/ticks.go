package chart

import "time"

// A tick is a mark of the time axis: what stands below it, and in a second row where that changes.
type tick struct {
	at     int64
	text   string
	below  string // the day, or the year, that begins here
	offset string // of the zone, where its clocks were set since the tick before
}

// A pace is a distance of ticks: of a clock, or of a calendar.
type pace struct {
	clock               time.Duration
	days, months, years int
}

// length returns how long it is, or about that.
func (p pace) length() time.Duration {
	const day = 24 * time.Hour
	return p.clock + time.Duration(p.days)*day + time.Duration(p.months)*30*day + time.Duration(p.years)*365*day
}

func paces() []pace {
	const s, m, h = time.Second, time.Minute, time.Hour
	var list []pace
	for _, d := range []time.Duration{s, 2 * s, 5 * s, 10 * s, 30 * s, m, 2 * m, 5 * m, 10 * m, 15 * m, 30 * m, h, 2 * h, 3 * h, 6 * h, 12 * h} {
		list = append(list, pace{clock: d})
	}
	for _, n := range []int{1, 2, 7, 14} {
		list = append(list, pace{days: n})
	}
	for _, n := range []int{1, 3, 6} {
		list = append(list, pace{months: n})
	}
	for _, n := range []int{1, 2, 5, 10, 20, 50, 100} {
		list = append(list, pace{years: n})
	}
	return list
}

// timeTicks returns the ticks from one moment to another, at most so many or one more, at full hours, days, months or years of the zone's clocks.
func timeTicks(from, to int64, most int, zone *time.Location) []tick {
	all := paces()
	chosen := all[len(all)-1]
	for _, p := range all {
		if int64(p.length()) >= (to-from+int64(most)-1)/int64(most) {
			chosen = p
			break
		}
	}
	var list []tick
	if chosen.clock > 0 {
		list = clockTicks(from, to, chosen.clock, zone)
	} else {
		list = dayTicks(from, to, chosen, zone)
	}
	return list
}

// clockTicks goes from one setting of the clocks to the next: between them full hours lie at the same distance, and an hour that clocks showed twice
// has its ticks twice.
func clockTicks(from, to int64, step time.Duration, zone *time.Location) []tick {
	form := "15:04"
	if step < time.Minute {
		form = "15:04:05"
	}
	var list []tick
	day, lastOffset := "", ""
	for at := from; at <= to; {
		t := time.Unix(0, at).In(zone)
		_, seconds := t.Zone()
		shift := int64(seconds) * int64(time.Second)
		stop := to
		if _, set := t.ZoneBounds(); !set.IsZero() {
			stop = min(stop, set.Add(-1).UnixNano())
		}
		for tickAt := multiple(at+shift, int64(step)) - shift; tickAt <= stop; tickAt += int64(step) {
			local := time.Unix(0, tickAt).In(zone)
			k := tick{at: tickAt, text: local.Format(form)}
			if d := local.Format(time.DateOnly); d != day {
				k.below, day = d, d
			}
			offset := local.Format("-07:00")
			if lastOffset != "" && offset != lastOffset {
				k.offset = offset
			}
			lastOffset = offset
			list = append(list, k)
		}
		if stop == to {
			break
		}
		at = stop + 1
	}
	return list
}

// multiple returns the first multiple of step that is not before n.
func multiple(n, step int64) int64 {
	q := n / step * step
	if q < n {
		q += step
	}
	return q
}

func dayTicks(from, to int64, p pace, zone *time.Location) []tick {
	t := time.Unix(0, from).In(zone)
	y, m, d := t.Date()
	form := "01-02"
	switch {
	case p.years > 0:
		y, m, d, form = y/p.years*p.years, time.January, 1, "2006"
	case p.months > 0:
		m, d, form = (m-1)/time.Month(p.months)*time.Month(p.months)+1, 1, "2006-01"
	default: // counted from a Monday, so that weeks begin with one
		days := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) + 3
		d -= (days%p.days + p.days) % p.days
	}
	var list []tick
	year := ""
	for {
		named := time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // as it is called, even where the day begins at another hour
		at := time.Date(y, m, d, 0, 0, 0, 0, zone)
		if at.After(time.Unix(0, to)) {
			return list
		}
		if !at.Before(time.Unix(0, from)) {
			k := tick{at: at.UnixNano(), text: named.Format(form)}
			if is := named.Format("2006"); p.days > 0 && is != year {
				k.below, year = is, is
			}
			list = append(list, k)
		}
		y, m, d = y+p.years, m+time.Month(p.months), d+p.days
	}
}

// clock writes a moment as it is read in one way everywhere.
func clock(at int64, zone *time.Location) string {
	t := time.Unix(0, at).In(zone)
	form := "2006-01-02 15:04"
	if t.Second() != 0 {
		form += ":05"
	}
	if _, offset := t.Zone(); offset == 0 {
		return t.Format(form) + "Z"
	}
	return t.Format(form + "-07:00")
}

// zoneText says which clocks are shown: the zone's name, and its offsets from when on, where they are few.
func zoneText(from, to int64, zone *time.Location) string {
	text := time.Unix(0, from).In(zone).Format("-07:00")
	if name := zone.String(); name != "" && name != "Local" {
		text = name + " " + text
	}
	const most = 3
	changes := ""
	at := time.Unix(0, from).In(zone)
	for n := 0; ; n++ {
		_, set := at.ZoneBounds()
		switch {
		case set.IsZero() || set.UnixNano() > to:
			return text + changes
		case n == most:
			return text + ", …"
		}
		if at.Format("-07:00") != set.Format("-07:00") {
			changes += " → " + set.Format("-07:00") + " (" + set.Format("2006-01-02 15:04") + ")"
		}
		at = set
	}
}
