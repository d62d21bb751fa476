package recall_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// What the search walks over is the graph's; it is compared by itself as well,
// so that a difference is found where it is made.

func TestContactsAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		w := newRefWorld(h.base, h.events)
		var want []string
		for i := range w.contacts {
			want = append(want, fmt.Sprintf("%+v", w.contacts[i]))
		}
		if d := cmp.Diff(unique(want), h.contactsOf(w)); d != "" {
			t.Fatalf("%s\n(-reference +graph)\n%s", h.text(), d)
		}
	})
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func (h *history) contactsOf(w *refWorld) []string {
	var list []string
	n := h.g.Contacts()
	for i := range n.Len() {
		for _, k := range n.Out(int32(i)) {
			c := n.Contact(k)
			list = append(list, fmt.Sprintf("%+v", refContact{
				n.Ref(c.Source).String(), n.Ref(c.Target).String(), c.Via.String(), int(c.Grade),
				w.open(c.From, always), w.open(c.To, never), int(n.Entry(c).Seq),
			}))
		}
	}
	return unique(list)
}

func (w *refWorld) open(t event.Time, without int) int {
	if t.IsZero() {
		return without
	}
	return w.second(t)
}

func TestEpochsAndMarksAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		w := newRefWorld(h.base, h.events)
		n := h.g.Contacts()
		for _, r := range h.g.Things() {
			i, _ := n.Thing(r)
			for floor := range 3 {
				var got []int
				for _, cut := range n.Cuts(i, genealogy.Grade(floor)) {
					got = append(got, w.second(cut))
				}
				if want := w.cuts(r.String(), floor); !slices.Equal(want, got) {
					t.Fatalf("%s is cut at %v, want %v, floor %d\n%s", r, got, want, floor, h.text())
				}
			}
			var want, got []string
			for _, s := range w.marks(r.String()) {
				want = append(want, fmt.Sprint(s))
			}
			for _, s := range n.Marks(r) {
				got = append(got, fmt.Sprint(refSpan{w.open(s.From, always), w.open(s.To, never)}))
			}
			if d := cmp.Diff(unique(want), unique(got)); d != "" {
				t.Fatalf("marks of %s\n%s\n(-reference +graph)\n%s", r, h.text(), d)
			}
		}
	})
}

// TestOnlyWhatIsDeclaredJoinsTwoThingsThatRemember is what the index rests on when
// it takes contacts of such things apart.
func TestOnlyWhatIsDeclaredJoinsTwoThingsThatRemember(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		n := h.g.Contacts()
		for i := range int32(n.Len()) {
			for c := range n.From(i) {
				if n.Remembers(i) && n.Remembers(c.Target) && c.Via != genealogy.ViaContact && c.Via != genealogy.ViaSame {
					t.Fatalf("%s from %s to %s\n%s", c.Via, n.Ref(i), n.Ref(c.Target), h.text())
				}
			}
		}
	})
}
