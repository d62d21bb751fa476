package chart

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTicksOfAClockAreWhereTheZonesClocksShowFullSteps goes through every minute and asks the clock on the wall.
func TestTicksOfAClockAreWhereTheZonesClocksShowFullSteps(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo"} {
		zones = append(zones, zoneOf(t, name))
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		day := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 29, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 0, 0, 0, 0, zone), time.Date(2026, 11, 1, 0, 0, 0, 0, zone), time.Date(2026, 4, 5, 0, 0, 0, 0, zone),
			time.Date(2026, 4, 24, 0, 0, 0, 0, zone), time.Date(1969, 12, 31, 12, 0, 0, 0, zone),
		}).Draw(t, "day")
		from := day.Add(time.Duration(rapid.IntRange(-900, 900).Draw(t, "from")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(10, 4000).Draw(t, "minutes")) * time.Minute)
		most := rapid.IntRange(4, 12).Draw(t, "most")
		ticks := timeTicks(from.UnixNano(), to.UnixNano(), most, zone)
		if len(ticks) < 1 || len(ticks) > most+3 { // an hour more where clocks go back
			t.Fatalf("%d ticks from %s to %s", len(ticks), from, to)
		}
		step := stepOf(from, to, most)
		if step == 0 {
			return
		}
		var want []tick
		lastDay, lastOffset := "", ""
		for at := from; !at.After(to); at = at.Add(time.Minute) {
			local := at.In(zone)
			if (local.Hour()*60+local.Minute())%int(step/time.Minute) != 0 {
				continue
			}
			k := tick{at: at.UnixNano(), text: local.Format("15:04")}
			if d := local.Format(time.DateOnly); d != lastDay {
				k.below, lastDay = d, d
			}
			if o := local.Format("-07:00"); o != lastOffset {
				if lastOffset != "" {
					k.offset = o
				}
				lastOffset = o
			}
			want = append(want, k)
		}
		if !slices.Equal(ticks, want) {
			t.Fatalf("from %s to %s every %s\n got %+v\nwant %+v", from, to, step, ticks, want)
		}
	})
}

// stepOf returns the distance of ticks of whole minutes, as docs/temperatures.md lists them; 0 where it is another.
func stepOf(from, to time.Time, most int) time.Duration {
	for _, minutes := range []int{1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720} {
		step := time.Duration(minutes) * time.Minute
		if to.Sub(from) <= 30*time.Second*time.Duration(most) {
			return 0
		}
		if step*time.Duration(most) >= to.Sub(from) {
			return step
		}
	}
	return 0
}

func TestTicksWhereClocksAreSetSayTheNewOffset(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Europe/Berlin")
	for name, c := range map[string]struct {
		from, to time.Time
		want     string
	}{
		"back":    {time.Date(2026, 10, 25, 0, 30, 0, 0, zone), time.Date(2026, 10, 25, 4, 10, 0, 0, zone), "01:00 02:00 02:00+01:00 03:00 04:00"},
		"forward": {time.Date(2026, 3, 29, 0, 30, 0, 0, zone), time.Date(2026, 3, 29, 5, 10, 0, 0, zone), "01:00 03:00+02:00 04:00 05:00"},
	} {
		var got []string
		for _, k := range timeTicks(c.from.UnixNano(), c.to.UnixNano(), 6, zone) {
			got = append(got, k.text+k.offset)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

func TestTicksOfACalendar(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Asia/Shanghai")
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, zone) }
	for name, c := range map[string]struct {
		from, to time.Time
		want     string
	}{
		"days":     {day(2025, 12, 29), day(2026, 1, 3), "12-29/2025 12-30 12-31 01-01/2026 01-02 01-03"},
		"Mondays":  {day(2026, 3, 3), day(2026, 4, 1), "03-09/2026 03-16 03-23 03-30"},
		"months":   {day(2025, 11, 2), day(2026, 4, 1), "2025-12 2026-01 2026-02 2026-03 2026-04"},
		"quarters": {day(2025, 2, 2), day(2026, 4, 1), "2025-04 2025-07 2025-10 2026-01 2026-04"},
		"years":    {day(2021, 2, 2), day(2026, 4, 1), "2022 2023 2024 2025 2026"},
		"decades":  {day(1955, 2, 2), day(2026, 4, 1), "1960 1980 2000 2020"},
		"all":      {day(1950, 1, 1), day(2199, 12, 31), "1950 2000 2050 2100 2150"},
	} {
		var got []string
		for _, k := range timeTicks(c.from.UnixNano(), c.to.UnixNano(), 6, zone) {
			if k.below != "" {
				k.text += "/" + k.below
			}
			got = append(got, k.text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// Where clocks are set forward at midnight a day begins at one, and is still that day.
func TestADayWithoutAMidnightHasItsTick(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Africa/Cairo")
	from, to := time.Date(2026, 4, 22, 12, 0, 0, 0, zone), time.Date(2026, 4, 26, 12, 0, 0, 0, zone)
	var got []string
	for _, k := range timeTicks(from.UnixNano(), to.UnixNano(), 4, zone) {
		got = append(got, k.text)
	}
	if s := strings.Join(got, " "); s != "04-23 04-24 04-25 04-26" {
		t.Error(s)
	}
}

func TestTheZoneIsSaid(t *testing.T) {
	t.Parallel()
	berlin := zoneOf(t, "Europe/Berlin")
	day := func(y int, m time.Month, d int) int64 { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixNano() }
	for name, c := range map[string]struct {
		from, to int64
		zone     *time.Location
		want     string
	}{
		"none set":  {day(2026, 6, 1), day(2026, 6, 2), berlin, "Europe/Berlin +02:00"},
		"set":       {day(2026, 10, 24), day(2026, 10, 26), berlin, "Europe/Berlin +02:00 → +01:00 (2026-10-25 02:00)"},
		"often set": {day(2020, 10, 24), day(2026, 10, 26), berlin, "Europe/Berlin +02:00, …"},
		"UTC":       {0, 1, time.UTC, "UTC +00:00"},
		"nameless":  {0, 1, time.FixedZone("", -3600), "-01:00"},
	} {
		if got := zoneText(c.from, c.to, c.zone); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
