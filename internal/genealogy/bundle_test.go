package genealogy

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// anyTime draws times that fit into a bundle's words, and such that do not.
func anyTime(t *rapid.T) event.Time {
	sec := rapid.SampledFrom([]int64{-1, 0, 59, 60, 1_700_000_000, 1_700_000_060, 1_700_065_535, 1_700_065_536, 1_700_065_560, 1_703_932_100, 1_704_000_000, 1<<32 - 1, 1 << 32}).Draw(t, "second")
	nsec := rapid.SampledFrom([]int32{0, 0, 0, 1}).Draw(t, "fraction")
	offset := rapid.SampledFrom([]int16{480, 0, -210, 345, 1, -960, -975, 945, 960}).Draw(t, "offset")
	return event.TimeFrom(sec, nsec, offset)
}

// anyContact draws a contact of thing 7.
func anyContact(t *rapid.T, backward bool) Contact {
	c := Contact{
		Source: 7, Target: 7,
		Via:   rapid.SampledFrom([]Via{ViaInput, ViaMaterial, ViaSame, ViaBackflow}).Draw(t, "via"),
		Grade: rapid.SampledFrom(Grades()).Draw(t, "grade"),
		Entry: rapid.SampledFrom([]int32{0, 1, 1<<31 - 1}).Draw(t, "entry"),
	}
	peer := rapid.SampledFrom([]int32{0, 1, 2, 1 << 30, 1<<31 - 2}).Draw(t, "peer")
	if backward {
		c.Source = peer
	} else {
		c.Target = peer
	}
	if rapid.Bool().Draw(t, "begins") {
		c.From = anyTime(t)
	}
	switch rapid.IntRange(0, 3).Draw(t, "ends") {
	case 0:
	case 1:
		c.To = c.From
	default:
		c.To = anyTime(t)
	}
	return c
}

func pointers(list []Contact) []*Contact {
	all := make([]*Contact, len(list))
	for k := range list {
		all[k] = &list[k]
	}
	return all
}

// anyBundles draws contacts of which some that stand together are alike.
func anyBundles(t *rapid.T, backward bool) []Contact {
	var list []Contact
	for range rapid.IntRange(0, 12).Draw(t, "bundles") {
		c := anyContact(t, backward)
		for range rapid.IntRange(1, 3).Draw(t, "peers") {
			list = append(list, c)
		}
	}
	return list
}

func TestBundlesAreTheContactsThatWereBundled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		backward := rapid.Bool().Draw(t, "backward")
		list := anyBundles(t, backward)
		r := bundles{appendBundles(nil, pointers(list), backward)}
		if got := r.contacts(7, backward); !slices.Equal(got, list) {
			t.Fatalf("wrote %+v\nread %+v", list, got)
		}
		var x bundle
		for r.next(&x) {
			for k := range x.count() {
				var got, want Arc
				x.arc(&got, backward)
				got.Peer = x.peer(k)
				if want.set(&list[0], backward); got != want {
					t.Fatalf("arc %+v of %+v: want %+v", got, list[0], want)
				}
				list = list[1:]
			}
		}
	})
}

func TestWhatOneRecordProvesIsOneBundle(t *testing.T) {
	t.Parallel()
	from := event.TimeFrom(1_700_000_000, 0, 480)
	c := Contact{Source: 7, Via: ViaMade, Grade: Probable, From: from, Entry: 3}
	for _, test := range []struct {
		name  string
		to    event.Time
		words int
	}{
		{"open", event.Time{}, 3},
		{"instant", from, 3},
		{"hours", event.TimeFrom(1_700_065_535, 0, 480), 3},
		{"weeks", event.TimeFrom(1_700_000_000+60*65535, 0, 480), 3},
		{"weeks and a second", event.TimeFrom(1_700_000_001+60*65534, 0, 480), 3 + 5},
		{"another offset", event.TimeFrom(1_700_000_060, 0, 0), 3 + 5},
		{"backwards in time", event.TimeFrom(1_699_999_999, 0, 480), 3 + 5},
	} {
		c.To = test.to
		var list []Contact
		for peer := range int32(20) {
			c.Target = peer
			list = append(list, c)
		}
		if got := len(appendBundles(nil, pointers(list), false)); got != word*(test.words+20) {
			t.Errorf("%s: %d bytes, want %d", test.name, got, word*(test.words+20))
		}
	}
}

func TestABundleThatIsCutShortIsDamage(t *testing.T) {
	t.Parallel()
	whole := Contact{Source: 7, Target: 8, Via: ViaInput, From: event.TimeFrom(5, 0, 0), To: event.TimeFrom(5, 0, 0)}
	full := whole
	full.To = event.TimeFrom(5, 1, 0)
	other := whole
	other.Target = 9
	list := []Contact{whole, other, full}
	b := appendBundles(nil, pointers(list), false)
	ends := map[int]int{0: 0, 5 * word: 2, len(b): 3}
	for n := range len(b) + 1 {
		var got []Contact
		err := func() (err error) {
			defer catch(&err)
			got = bundles{b[:n]}.contacts(7, false)
			return nil
		}()
		if want, ok := ends[n]; ok != (err == nil) || ok && !slices.Equal(got, list[:want]) {
			t.Errorf("%d of %d bytes: %v, %v", n, len(b), got, err)
		}
	}
	long := slices.Clone(b)
	long[5*word+word] = 200 // words of the interval
	if err := func() (err error) {
		defer catch(&err)
		bundles{long}.contacts(7, false)
		return nil
	}(); err == nil {
		t.Error("an interval of 200 words is read out of a few")
	}
}

func TestHeadsTellWhatWasPutIntoThem(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{0, word, 1<<40*word - word} {
		for kind := range event.KindProduct + 1 {
			for _, lingers := range []bool{false, true} {
				h := headOf(at, kind, lingers)
				if h.at() != at || h.kind() != kind || h.lingers() != lingers {
					t.Errorf("head of %d, %v, %v is %d, %v, %v", at, kind, lingers, h.at(), h.kind(), h.lingers())
				}
			}
		}
	}
	err := func() (err error) {
		defer catch(&err)
		headOf(0, event.KindProduct+1, false).kind()
		return nil
	}()
	if err == nil {
		t.Error("a kind of thing that is none is believed")
	}
}
