package logbook

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// bulky returns n events of about 40 KB each.
func bulky(n int) string {
	var ext []string
	for i := range 20 {
		ext = append(ext, fmt.Sprintf(`"x:%02d":"%s"`, i, strings.Repeat("y", 2000)))
	}
	return strings.ReplaceAll(collections(0, n), `{"type"`, `{"note":"n","ext":{`+strings.Join(ext, ",")+`},"type"`)
}

func TestTheGraphDoesNotKeepWhatItDrops(t *testing.T) { //nolint:paralleltest // looks at the memory of the process
	const n = 500
	b := newBook(t)
	must(t, b, stream(bulky(n)), ImportOptions{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	g, err := b.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > n*4<<10 {
		t.Errorf("%d bytes kept of %d events", kept, n)
	}
	if g.Len() != n {
		t.Errorf("%d entries", g.Len())
	}
}

func TestLeanEventsSayTheSame(t *testing.T) {
	t.Parallel()
	e := parse(t, strings.SplitN(bulky(1), "\n", 2)[0])
	e.Identify()
	own := lean(e)
	if own.Ext != nil || own.Note != "" {
		t.Error("note and ext are kept")
	}
	if e.Ext == nil || e.Note == "" {
		t.Error("the event itself was changed")
	}
	own.Ext, own.Note = e.Ext, e.Note
	if got, want := string(own.Bytes()), string(e.Bytes()); got != want {
		t.Errorf("got %.200s, want %.200s", got, want)
	}
}
