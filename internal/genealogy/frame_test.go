package genealogy_test

import (
	"bytes"
	"errors"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// framed are some events of a few types, with codes, corrections and holds among
// them.
func framed(tb testing.TB) *genealogy.Graph {
	tb.Helper()
	g := genealogy.New()
	for i, text := range []string{
		`{"type":"register","time":"2026-01-01T00:00:00Z","subject":"site:F","name":"Factory"}`,
		`{"type":"collection","time":"2026-01-01T08:00:00.5Z","site":"F","donor":"D","outputs":[{"unit":"U-1","codes":["C-1"]}],"operators":["O"],"room":"F/R"}`,
		`{"type":"collection","time":"2026-01-01T09:00:00Z","site":"F","donor":"D","outputs":[{"unit":"U-2"}],"codes":{"unit:U-1":["C-2"],"unit:U-9":["C-9"]},"note":"left out"}`,
		`{"type":"manufacture","time":"2026-01-02T08:00:00+08:00","site":"F","step":"expand","inputs":["U-1"],"materials":[{"lot":"L","aliquot":"A"}],"outputs":[{"unit":"U-3"}],"values":{"v":"1"}}`,
		`{"type":"test","time":"2026-01-03T08:00:00Z","subject":"unit:U-2","sampled":"2026-01-02T09:00:00Z","result":"positive"}`,
		`{"type":"store","time":"2026-01-03T09:00:00Z","site":"F","units":["U-3"],"equipment":"F/T"}`,
	} {
		e, err := event.Parse([]byte(text))
		if err != nil {
			tb.Fatal(err)
		}
		e.Identify()
		if err := g.Add(uint64(i+1), "O", e.Time, e); err != nil {
			tb.Fatal(err)
		}
	}
	return g
}

func pass(uint64, event.Type, *event.Event) {}

func TestAFrameThatIsNotWhatFollowsIsRefused(t *testing.T) {
	t.Parallel()
	g := framed(t)
	first, known := g.AppendFrame(nil, 0, 3, 0, nil)
	second, _ := g.AppendFrame(nil, 3, g.Len(), known, nil)
	var damage *genealogy.DamageError
	if err := genealogy.New().AddFrame(second, 0, pass); !errors.As(err, &damage) {
		t.Errorf("a gap: %v", err)
	}
	if err := g.AddFrame(second, 0, pass); !errors.As(err, &damage) {
		t.Errorf("behind events that were added by themselves: %v", err)
	}
	other := genealogy.New()
	for _, b := range [][]byte{first, second} {
		if err := other.AddFrame(b, 0, pass); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.AddFrame(second, 0, pass); !errors.As(err, &damage) {
		t.Errorf("twice: %v", err)
	}
}

// TestEveryCutAndEveryFlippedBitOfAFrameIsSurvived damages a frame where no
// checksum tells: nothing panics but with damage.
func TestEveryCutAndEveryFlippedBitOfAFrameIsSurvived(t *testing.T) {
	t.Parallel()
	g := framed(t)
	sound, _ := g.AppendFrame(nil, 0, g.Len(), 0, nil)
	for at := range sound {
		survive(t, sound[:at])
		for bit := range 8 {
			b := bytes.Clone(sound)
			b[at] ^= 1 << bit
			survive(t, b)
		}
	}
}

func survive(t *testing.T, b []byte) {
	t.Helper()
	g := genealogy.New()
	if err := g.AddFrame(b, 0, pass); err != nil {
		var damage *genealogy.DamageError
		if !errors.As(err, &damage) {
			t.Errorf("%x: %v", b, err)
		}
		return
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(*genealogy.DamageError); !ok {
				t.Errorf("%x: %v", b, r)
			}
		}
	}()
	for e := range g.Entries() {
		_ = e.Late()
	}
}

func FuzzAddFrame(f *testing.F) {
	g := framed(f)
	b, _ := g.AppendFrame(nil, 0, g.Len(), 0, nil)
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, b []byte) { survive(t, b) })
}
