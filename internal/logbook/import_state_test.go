package logbook

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// told is all that a graph says of its entries.
func told(g *genealogy.Graph) []string {
	var list []string
	for e := range g.Entries() {
		list = append(list, fmt.Sprintln(e.Seq, e.By, e.Recorded, e.Struck(), string(e.Event.Bytes())))
	}
	return list
}

// corrected are events of which later ones correct, replace and lift others.
func corrected() string {
	text := collections(0, 60)
	e, err := event.Parse([]byte(strings.SplitN(text, "\n", 2)[0]))
	if err != nil {
		panic(err)
	}
	e.Identify()
	return text + fmt.Sprintf(`{"type":"test","time":"2026-02-01T00:00:00Z","subject":"unit:U-9","assay":"HIV","sampled":"2026-02-01T00:00:00Z","result":"positive"}
{"type":"correction","time":"2026-02-02T00:00:00Z","corrects":%q,"reason":"did_not_occur"}
`, e.ID) + collections(60, 40)
}

func TestTheIndexOfAnImportIsThatOfItsRecords(t *testing.T) {
	t.Parallel()
	files := map[string]string{"collections": writeFile(t, collections(0, 3000)), "corrected": writeFile(t, corrected())}
	for _, name := range []string{"lecheng", "fibercel", "hiv-donor", "nk-japan-2024"} {
		files[name] = filepath.Join("..", "..", "examples", name, "events.jsonl")
	}
	for name, path := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBook(t)
			b.step = 7
			b.o.Now = ticking()
			for range 2 { // the second time all is known
				must(t, b, file(path), ImportOptions{})
				if b.state == nil || b.state.head.Size != size(t, b) || b.state.fresh != nil {
					t.Fatal("what judged the import is not the book's state")
				}
			}
			entries := told(b.state.graph)
			if err := b.writeIndex(t.Context(), b.state); err != nil {
				t.Fatal(err)
			}
			if after := told(b.state.graph); !slices.Equal(after, entries) {
				t.Error("entries are others once the index is written")
			}
			got := read(t, IndexPath(b.path))
			if err := os.Remove(IndexPath(b.path)); err != nil {
				t.Fatal(err)
			}
			other := openBook(t, b.path)
			if err := other.RebuildIndexes(t.Context()); err != nil {
				t.Fatal(err)
			}
			if read(t, IndexPath(b.path)) != got {
				t.Error("the records make another index")
			}
			g, err := other.Graph(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range told(g) {
				if entries[i] != want {
					t.Fatalf("entry %d: got %s, the records say %s", i, entries[i], want)
				}
			}
		})
	}
}

func TestWhatJoinsAfterAnImportStandsOnIt(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.step = 7
	b.o.Now = ticking()
	must(t, b, stream(collections(0, 40)), ImportOptions{})
	other := openBook(t, b.path)
	record(t, other, `{'type':'store','time':'2026-02-01T00:00:00Z','site':'F','units':['U-3'],'equipment':'T'}`)
	record(t, b, `{'type':'store','time':'2026-02-01T00:00:00Z','site':'F','units':['U-4'],'equipment':'T'}`)
	must(t, b, stream(collections(40, 3)), ImportOptions{})
	if n := size(t, b); n != 46 {
		t.Errorf("size %d", n)
	}
	g, err := b.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := openBook(t, b.path).Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(g), told(fresh); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAStateThatIsNotWhatWasRecordedIsNotKept(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.step = 10
	if _, err := changing(t, b, collections(0, 50), collections(0, 25)); err == nil {
		t.Fatal("a file that changed was imported")
	}
	if b.state != nil && b.state.graph.Len() != int(size(t, b))-1 {
		t.Errorf("the book has %d events of %d records", b.state.graph.Len(), size(t, b))
	}
	must(t, b, stream(collections(0, 5)), ImportOptions{DryRun: true})
	if b.state != nil && b.state.fresh != nil {
		t.Error("the state of a dry run is kept")
	}
}
