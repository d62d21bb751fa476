package logbook

import (
	"path/filepath"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func TestExamplesAreImportedAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lecheng", "fibercel", "hiv-donor", "nk-japan-2024"} {
		b := newBook(t)
		r, err := b.Import(t.Context(), file(filepath.Join("..", "..", "examples", name, "events.jsonl")), ImportOptions{})
		if err != nil || r.Recorded == 0 || r.Known != 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		again, err := b.Import(t.Context(), file(filepath.Join("..", "..", "examples", name, "events.jsonl")), ImportOptions{})
		if err != nil || again.Recorded != 0 || again.Known != r.Recorded || again.Size != r.Size {
			t.Errorf("%s again: %+v, %v", name, again, err)
		}
	}
}

func TestFibercelTraceGivesThePublishedTotals(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	if _, err := b.Import(t.Context(), file(filepath.Join("..", "..", "examples", "fibercel", "events.jsonl")), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"lot:NMDS210011", "donor:D-1"} {
		r, err := event.ParseRef(source)
		if err != nil {
			t.Fatal(err)
		}
		a, err := b.Trace(t.Context(), recall.NewQuery(r), 0)
		if err != nil {
			t.Fatal(err)
		}
		c := a.Counts
		if c.Patients != 113 || c.Units != 154 || c.Infused != 136 || c.InStock != 18 || c.Sites != 37 || c.Regions != 20 || c.RegionsUsed != 18 {
			t.Errorf("%s: %+v", source, c)
		}
	}
}
