package temperature_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/interchange/temperature"
)

// What a record says is a valid event whatever was measured, and every excursion lies in a spell of it.
func TestARecordCoversEveryExcursionAndGap(t *testing.T) {
	t.Parallel()
	joined := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 700).Draw(t, "readings")
		at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		low, high := int32(2000), int32(8000)
		limits := temperature.Limits{Low: &low, High: &high, Interval: 5 * time.Minute, Allowance: time.Duration(rapid.IntRange(0, 20).Draw(t, "allowed")) * time.Minute}
		calm := rapid.IntRange(1, 10).Draw(t, "calm")
		readings := make([]temperature.Reading, n)
		for i := range readings {
			at = at.Add(time.Duration(rapid.IntRange(1, 8).Draw(t, "minutes")) * time.Minute)
			readings[i] = temperature.Reading{At: at.UnixNano(), Milli: 5000}
			if rapid.IntRange(0, calm).Draw(t, "outside") == 0 {
				readings[i].Milli = rapid.Int32Range(-5000, 15000).Draw(t, "milli")
			}
		}
		j := temperature.Judge(readings, limits, nil)
		b := j.Record(&limits)
		b.LogSHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		b.Equipment, _ = event.NewRef(event.KindEquipment, "TANK-1")
		e := event.Event{Common: event.Common{Type: event.TypeTemperature, Time: b.To}, Body: b}
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		for i := range j.Excursions {
			x := &j.Excursions[i]
			if !slices.ContainsFunc(b.Excursions, func(s event.Spell) bool {
				return !s.From.Std().After(x.From) && !s.To.Std().Before(x.To) && s.Min.Compare(event.Decimal(temperature.Degrees(int64(x.Min)))) <= 0 && s.Max.Compare(event.Decimal(temperature.Degrees(int64(x.Max)))) >= 0
			}) {
				t.Fatalf("%v to %v is in none of %v", x.From, x.To, b.Excursions)
			}
		}
		for _, g := range j.Gaps {
			if !slices.ContainsFunc(b.Gaps, func(s event.Spell) bool { return !s.From.Std().After(g.From) && !s.To.Std().Before(g.To) }) {
				t.Fatalf("the gap from %v to %v is in none of %v", g.From, g.To, b.Gaps)
			}
		}
		for name, count := range map[string][3]int64{
			"excursions": {int64(len(j.Excursions)), int64(len(b.Excursions)), b.ExcursionCount}, "gaps": {int64(len(j.Gaps)), int64(len(b.Gaps)), b.GapCount},
		} {
			switch there, listed, counted := count[0], count[1], count[2]; {
			case there > event.MaxSpells:
				joined++
				if listed != event.MaxSpells || counted != there {
					t.Fatalf("%d %s, %d listed, the count says %d", there, name, listed, counted)
				}
			case listed != there || counted != 0:
				t.Fatalf("%d %s, %d listed, the count says %d", there, name, listed, counted)
			}
		}
	})
	if joined == 0 {
		t.Error("nothing was ever joined: the test tests half")
	}
}

func TestReadingsWithinAPeriodIncludeItsEnds(t *testing.T) {
	t.Parallel()
	at := func(minute int64) temperature.Reading { return temperature.Reading{At: minute * int64(time.Minute)} }
	all := []temperature.Reading{at(1), at(2), at(2), at(3), at(4)}
	for _, row := range []struct{ from, to, first, n int64 }{{2, 3, 2, 3}, {0, 9, 1, 5}, {5, 9, 0, 0}, {0, 0, 0, 0}, {2, 2, 2, 2}, {4, 1, 0, 0}} {
		got := temperature.Within(all, &temperature.Period{From: time.Unix(row.from*60, 0), To: time.Unix(row.to*60, 0)})
		if int64(len(got)) != row.n || row.n > 0 && got[0] != at(row.first) {
			t.Errorf("from %d to %d: %v", row.from, row.to, got)
		}
	}
}
