package bundle_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/interchange/bundle"
)

func TestChooseTakesKeysPoliciesAndWhoeverSigns(t *testing.T) {
	t.Parallel()
	records := []bundle.Candidate{
		{Seq: 0},
		{Seq: 1, Type: "key", ID: "k"},
		{Seq: 2, Type: "release", ID: "a"},
		{Seq: 3, Type: "release", ID: "b", Wanted: true},
		{Seq: 4, Type: "signature", ID: "on-a", Signs: "a"},
		{Seq: 5, Type: "signature", ID: "on-b", Signs: "b"},
		{Seq: 6, Type: "policy", ID: "p"},
		{Seq: 7, Type: "signature", ID: "on-on-b", Signs: "on-b"},
		{Seq: 8, Type: "store", ID: "c"},
		{Seq: 9, Type: "signature", ID: "on-on-a", Signs: "on-a"},
		{Seq: 10, Type: "signature", ID: "on-nothing", Signs: "unheard of"},
	}
	if got, want := bundle.Choose(slices.Values(records)), []uint64{0, 1, 3, 5, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("chose %d, want %d", got, want)
	}
	// Whoever asks for a signature gets what it signs, or nobody could judge it.
	records[3].Wanted, records[9].Wanted = false, true
	if got, want := bundle.Choose(slices.Values(records)), []uint64{0, 1, 2, 4, 6, 9}; !slices.Equal(got, want) {
		t.Errorf("chose %d, want %d", got, want)
	}
}

// TestChooseIsTheClosure compares with the rule as it is written, applied until nothing changes.
func TestChooseIsTheClosure(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		records := []bundle.Candidate{{Seq: 0}}
		for i, id := range ids {
			c := bundle.Candidate{
				Seq: uint64(i + 1), ID: id, Wanted: rapid.IntRange(0, 4).Draw(t, "wanted") == 0,
				Type: rapid.SampledFrom([]string{"key", "policy", "signature", "signature", "signature", "store", "release"}).Draw(t, "type"),
			}
			if c.Type == "signature" && i > 0 {
				c.Signs = rapid.SampledFrom(ids[:i]).Draw(t, "signs")
			}
			records = append(records, c)
		}
		in := make(map[uint64]bool)
		for changed := true; changed; {
			before := len(in)
			for _, c := range records {
				if c.Seq == 0 || c.Type == "key" || c.Type == "policy" || c.Wanted {
					in[c.Seq] = true
				}
				for _, other := range records[1:] {
					if c.Type == "signature" && other.ID == c.Signs && (in[c.Seq] || in[other.Seq]) {
						in[c.Seq], in[other.Seq] = true, true
					}
				}
			}
			changed = len(in) != before
		}
		var want []uint64
		for _, c := range records {
			if in[c.Seq] {
				want = append(want, c.Seq)
			}
		}
		if got := bundle.Choose(slices.Values(records)); !slices.Equal(got, want) {
			t.Fatalf("chose %d, want %d", got, want)
		}
	})
}
