package genealogy

import (
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func TestANumberTableFindsWhatAMapFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var table numberTable
		var things []thing
		numbers := make(map[event.Ref]int32)
		bits := rapid.SampledFrom([]uint32{0, 3, 1<<32 - 1}).Draw(t, "bits of the hash") // where few, all stand in each other's way
		hashed := func(r event.Ref) uint32 { return tableHash(r) & bits }
		check := func(r event.Ref) {
			i, ok := table.find(hashed(r), func(i int32) bool { return things[i].ref == r })
			if want, is := numbers[r]; ok != is || i != want {
				t.Fatalf("%v: got %d, %v; want %d, %v", r, i, ok, want, is)
			}
		}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if n := len(things); n > 0 && rapid.IntRange(0, 3).Draw(t, "take off") == 0 {
				r := things[n-1].ref
				table.removeLast(hashed(r))
				delete(numbers, r)
				things = things[:n-1]
				check(r)
				continue
			}
			r, err := event.NewRef(event.KindUnit+event.Kind(rapid.IntRange(0, 1).Draw(t, "kind")), rapid.StringMatching("[a-c]{1,3}").Draw(t, "id"))
			if err != nil {
				t.Fatal(err)
			}
			check(r)
			if _, ok := numbers[r]; !ok {
				numbers[r] = int32(len(things))
				things = append(things, thing{ref: r})
				table.add(hashed(r))
			}
			for _, known := range things {
				check(known.ref)
			}
		}
	})
}

func TestAPileKeepsItsPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p pile[int]
		var list []int
		var places []*int
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			if cut := rapid.IntRange(0, len(list)).Draw(t, "left"); rapid.Bool().Draw(t, "cut") {
				p.cut(int32(cut))
				list, places = list[:cut], places[:cut]
			}
			for range rapid.IntRange(0, 100).Draw(t, "more") {
				place := p.push()
				if *place != 0 {
					t.Fatalf("what is pushed holds %d", *place)
				}
				*place = rapid.Int().Draw(t, "value")
				list, places = append(list, *place), append(places, place)
			}
		}
		if int(p.count) != len(list) {
			t.Fatalf("%d are there, want %d", p.count, len(list))
		}
		for i, want := range list {
			if at := p.at(int32(i)); at != places[i] || *at != want {
				t.Fatalf("%d: got %d at %p, want %d at %p", i, *at, at, want, places[i])
			}
		}
	})
}
