package recall_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// TestAnswersAreTheSameBytesWhereverASnapshotWasTaken holds a graph in memory
// against one that stands on a snapshot, taken once or twice on the way.
func TestAnswersAreTheSameBytesWhereverASnapshotWasTaken(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawTestedHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		first := h.n(len(h.events)-1, "snapshot after")
		second := h.n(2*len(h.events), "and after")
		inMemory, onSnapshot := genealogy.New(), genealogy.New()
		for i, e := range h.events {
			for _, g := range []*genealogy.Graph{inMemory, onSnapshot} {
				if err := g.Add(uint64(i+1), "OP", e.Time, e); err != nil {
					t.Fatal(err)
				}
			}
			if i == first || i == second {
				if err := genealogytest.Rebase(onSnapshot, i%2 == 0); err != nil {
					t.Fatal(err)
				}
			}
		}
		q := h.query()
		want, got := h.everything(inMemory, q), h.everything(onSnapshot, q)
		if want != got {
			t.Fatalf("snapshots after %d and %d, query %s\n%s\nin memory\n%s\non the snapshot\n%s", first+1, second+1, q.AppendJSON(nil), h.text(), want, got)
		}
	})
}

// TestAnswersAreTheSameBytesWhereverFramesBegin holds a graph in memory against
// one that was given its events packed, after a snapshot or from the first on, and
// then more of them one by one.
func TestAnswersAreTheSameBytesWhereverFramesBegin(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawTestedHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		snapshot := h.n(2*len(h.events), "snapshot after")
		frames := h.n(len(h.events)-1, "frames up to")
		inMemory, oneByOne, packed := genealogy.New(), genealogy.New(), genealogy.New()
		for i, e := range h.events {
			for _, g := range []*genealogy.Graph{inMemory, oneByOne, packed} {
				if err := g.Add(uint64(i+1), "OP", e.Time, e); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			if i == snapshot {
				err = errors.Join(genealogytest.Begin(oneByOne), genealogytest.Begin(packed))
			}
			if i == frames {
				err = errors.Join(err, genealogytest.Reframe(packed, 2*h.n(20, "events a frame")+1))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		q := h.query()
		want, got := h.everything(inMemory, q), h.everything(packed, q)
		if want != got {
			t.Fatalf("snapshot after %d, frames up to %d, query %s\n%s\nin memory\n%s\npacked\n%s", snapshot+1, frames+1, q.AppendJSON(nil), h.text(), want, got)
		}
		index := func(g *genealogy.Graph) string {
			var b bytes.Buffer
			if err := g.WriteSnapshot(&b, nil, nil); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		if index(oneByOne) != index(packed) {
			t.Fatalf("snapshot after %d, frames up to %d\n%s\nthe index has other bytes", snapshot+1, frames+1, h.text())
		}
	})
}

// everything is what a graph answers, as text: both traces, sources, balances,
// and how every unit stands.
func (h *history) everything(g *genealogy.Graph, q recall.Query) string {
	var b bytes.Buffer
	for range 2 {
		a, err := recall.Trace(g, asOf, q)
		if err != nil {
			fmt.Fprintln(&b, err)
		} else if err := a.WriteJSON(&b, false); err != nil {
			h.t.Fatal(err)
		}
		q.Backward = !q.Backward
	}
	if a, err := recall.Sources(g, asOf, recall.SourceQuery{}); err != nil {
		fmt.Fprintln(&b, err)
	} else {
		b.Write(a.AppendJSON(nil))
	}
	for _, r := range q.Sources {
		if a, err := recall.BalanceOf(g, asOf, r, g.Latest()); err != nil {
			fmt.Fprintln(&b, err)
		} else {
			b.Write(a.AppendJSON(nil))
		}
	}
	for _, r := range g.Things() {
		b.WriteString(standingOf(g, r, h.base))
		b.WriteString(standingOf(g, r, g.Latest()))
	}
	return b.String()
}

// standingOf says how a thing stands at a time.
func standingOf(g *genealogy.Graph, r event.Ref, at event.Time) string {
	var b strings.Builder
	fmt.Fprintln(&b, r, at, g.Expiry(r, at), g.Exists(r), g.IsRegistered(r), g.SameAs(r))
	if r.Kind() == event.KindUnit {
		s := g.Status(r, at)
		fmt.Fprintln(&b, s.State, s.Site, s.Vessel, s.Shipment, s.Allocated, s.Expires, g.ForPatient(r, at))
	}
	for _, held := range g.HoldsOn(r, at) {
		fmt.Fprintln(&b, " held by", held.Entry.Seq, held.On)
	}
	return b.String()
}
