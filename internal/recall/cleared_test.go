package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// bathed are steps on many units at once, in one bath.
func bathed(equipment, from, to string, units []string) string {
	var lines strings.Builder
	for some := range slices.Chunk(units, 500) {
		fmt.Fprintf(&lines, `{"type":"manufacture","time":%q,"end":%q,"site":"S","step":"thaw","units":["%s"],"equipment":[{"equipment":%q}]}`+"\n",
			from, to, strings.Join(some, `","`), equipment)
	}
	return lines.String()
}

func manyUnits(n int, format string) []string {
	list := make([]string, n)
	for k := range list {
		list[k] = fmt.Sprintf(format, k*7919%n) // in no order
	}
	return list
}

func TestOfManyClearedThingsTheFirstAreListed(t *testing.T) {
	t.Parallel()
	before, after := manyUnits(6000, "EARLY-%d"), manyUnits(7000, "LATE-%05d")
	slices.Reverse(after)
	lines := bathed("BATH", "7:00", "7:30", before) + worked("A", "BATH", "8:00", "9:00") + cleaned("BATH", "10:00", true) +
		bathed("BATH", "11:00", "12:00", after)
	a := answer(t, lines, "unit:A")

	slices.Sort(before)
	slices.Sort(after)
	var want []string
	for _, u := range before {
		want = append(want, "before-source unit:"+u)
	}
	for _, u := range after {
		want = append(want, "cleaned unit:"+u)
	}
	var got []string
	for _, c := range a.Cleared {
		got = append(got, fmt.Sprintf("%s %s", c.Code, c.Ref))
		if want := "equipment:BATH"; c.By.String() != want || len(c.Seq) != 1 {
			t.Fatalf("%s was cleared by %s in %d, want by %s in one record", c.Ref, c.By, c.Seq, want)
		}
	}
	wantList(t, want[:recall.MaxCleared], got)
	if want := len(before) + len(after) - recall.MaxCleared; a.ClearedMore != want {
		t.Errorf("%d more were cleared, want %d", a.ClearedMore, want)
	}
}

func TestMarksAreWhatWasPut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var m recall.Marked
		want := make(map[int32]byte)
		for range rapid.IntRange(0, 50).Draw(t, "marks") {
			thing := rapid.Int32Range(0, 3000).Draw(t, "thing")
			want[thing] = byte(rapid.IntRange(0, 6).Draw(t, "mark"))
			m.Put(thing, want[thing])
		}
		for mark := range byte(7) {
			var with []int32
			for thing := range int32(3100) {
				if got := m.Of(thing); got != want[thing] {
					t.Fatalf("thing %d is marked %d, want %d", thing, got, want[thing])
				}
				if mark > 0 && want[thing] == mark {
					with = append(with, thing)
				}
			}
			if got := slices.Collect(m.With(mark)); mark > 0 && !slices.Equal(got, with) {
				t.Fatalf("with %d are %d, want %d", mark, got, with)
			}
		}
	})
}

// What is first of many in order of names is what comes first where all are sorted.
func TestAShortlistIsTheBeginningOfAllInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := told(t, worked("A", "BATH", "8:00", "9:00")+touched("9:00", drawRefs(rt)...)).Contacts()
		var all []int32
		for i := range int32(n.Len()) {
			all = append(all, i)
		}
		most := rapid.IntRange(0, len(all)+1).Draw(rt, "most")
		got := recall.Shortlist(n, most, slices.Values(all), len(all))
		wantRefs := spelledRefs(n, all)
		wantRefs = wantRefs[:min(most, len(wantRefs))]
		if gotRefs := spelledRefs(n, got); !slices.Equal(gotRefs, wantRefs) {
			rt.Fatalf("first %d are %s, want %s", most, gotRefs, wantRefs)
		}
	})
}

func drawRefs(t *rapid.T) []string {
	kinds := []string{"unit:", "lot:", "patient:", "equipment:"}
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(kinds).Draw(t, "kind") + rapid.StringMatching(`[A-C1-3]{1,3}`).Draw(t, "id")
	}), 2, 30, rapid.ID[string]).Draw(t, "refs")
}

func spelledRefs(n *genealogy.Network, things []int32) []string {
	var list []string
	for _, i := range things {
		list = append(list, n.Ref(i).String())
	}
	slices.Sort(list)
	return list
}
