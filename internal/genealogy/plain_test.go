package genealogy

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func TestAnInstantIsItsMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		backward := rapid.Bool().Draw(t, "backward")
		var moments []Moment
		for range 2 {
			moments = append(moments, rapid.OneOf(rapid.Just(Always), rapid.Just(Never), rapid.Custom(func(t *rapid.T) Moment {
				sec := rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64Range(-1<<34, 1<<34), rapid.SampledFrom([]int64{1<<33 - 3, 1<<33 - 2, 1 << 33})).Draw(t, "second")
				return MomentOf(event.TimeFrom(sec, rapid.SampledFrom([]int32{0, 0, 1, 999_999_999}).Draw(t, "fraction"), 0), backward)
			})).Draw(t, "moment"))
		}
		var instants []Instant
		for _, m := range moments {
			i, fits := m.Instant()
			if !fits {
				if early := !backward && m.sec < 0 || backward && m.sec > 0; m.sec > -1<<33+3 && m.sec < 1<<33-3 && (!early || m.nsec == 0) {
					t.Fatalf("%v does not fit", m)
				}
				return
			}
			if i.Moment() != m {
				t.Fatalf("%v is %v", m, i.Moment())
			}
			instants = append(instants, i)
		}
		if cmp.Compare(instants[0], instants[1]) != moments[0].Compare(moments[1]) {
			t.Fatalf("%v stand otherwise than %v", instants, moments)
		}
	})
}

// Bundles read as plain arcs are the arcs that they are.
func TestPlainArcsAreArcs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		backward := rapid.Bool().Draw(t, "backward")
		list := anyBundles(t, backward)
		n := &Network{g: New()}
		kinds := SetOf(ViaInput, ViaMaterial, ViaBackflow)
		plain, ok := n.appendPlain(nil, appendBundles(nil, pointers(list), backward), backward, kinds)
		arcs := n.appendBundles(nil, bundles{appendBundles(nil, pointers(list), backward)}, backward, kinds)
		fits := !slices.ContainsFunc(arcs, func(a Arc) bool {
			_, near := a.Near.Instant()
			_, far := a.Far.Instant()
			return !near || !far
		})
		if ok != fits {
			t.Fatalf("fits: %v, want %v", ok, fits)
		}
		if !ok {
			return
		}
		var got []Arc
		for k := range plain {
			got = append(got, plain[k].Arc())
		}
		if !slices.Equal(got, arcs) {
			t.Fatalf("plain: %v\narcs: %v", got, arcs)
		}
	})
}
