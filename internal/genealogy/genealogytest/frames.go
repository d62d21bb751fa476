package genealogytest

import (
	"bytes"
	"runtime"
	"sync"
	"weak"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// bases are the snapshots that graphs stand on, by graph: frames go on from there.
var bases sync.Map // of weak.Pointer[genealogy.Graph] to *genealogy.Snapshot

// Begin lets g begin anew on a snapshot of itself, of whose events it knows no
// more than that says, as when a ledger is opened.
func Begin(g *genealogy.Graph) error {
	var b bytes.Buffer
	if err := g.WriteSnapshot(&b, []byte("test"), nil); err != nil {
		return err
	}
	s, err := genealogy.MapSnapshot(b.Bytes())
	if err != nil {
		return err
	}
	stands(g, s)
	return begin(g, s)
}

// stands notes what a graph stands on.
func stands(g *genealogy.Graph, s *genealogy.Snapshot) {
	key := weak.Make(g)
	if _, known := bases.Swap(key, s); !known {
		runtime.AddCleanup(g, func(key weak.Pointer[genealogy.Graph]) { bases.Delete(key) }, key)
	}
}

func begin(g *genealogy.Graph, s *genealogy.Snapshot) error {
	if s == nil {
		*g = *genealogy.New()
		return nil
	}
	on, err := s.On()
	if err != nil {
		return err
	}
	*g = *on
	return g.Rebase(s) // what was read belongs to the other
}

// Reframe lets g begin anew on the snapshot that it stands on, or on nothing, and on
// frames of so many events each of all that joined since.
func Reframe(g *genealogy.Graph, events int) error {
	var s *genealogy.Snapshot
	if found, ok := bases.Load(weak.Make(g)); ok {
		s = found.(*genealogy.Snapshot)
	}
	var frames [][]byte
	for from := g.Framable(); from < g.Len(); from += events {
		frames = append(frames, g.AppendFrame(nil, from, min(from+events, g.Len()), nil))
	}
	if err := begin(g, s); err != nil {
		return err
	}
	for _, b := range frames {
		if err := g.AddFrame(b, 0, func(uint64, event.Type, *event.Event) {}); err != nil {
			return err
		}
	}
	return nil
}
