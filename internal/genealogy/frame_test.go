package genealogy_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
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
		`{"type":"handover","time":"2026-01-04T10:00:00Z","shipment":"S","min":"-10","max":"20","uom":"Cel"}`,
		`{"type":"shipment","time":"2026-01-04T09:00:00Z","site":"F","shipment":"S","units":["U-3"],"lots":["L"],"to":"H","low":"-5","high":"5","uom":"Cel"}`,
		`{"type":"handover","time":"2026-01-04T10:30:00Z","shipment":"S","min":"-50","max":"0","uom":"Cel"}`,
		`{"type":"arrival","time":"2026-01-04T11:00:00Z","site":"H","shipment":"S","accepted":["L"],"rejected":["U-3"],"min":"0","max":"30","uom":"Cel"}`,
		`{"type":"shipment","time":"2026-01-05T07:00:00Z","site":"F","shipment":"S-3","units":["U-2"],"lots":["L-3"],"to":"H","low":"-5","high":"5","uom":"Cel"}`,
		`{"type":"arrival","time":"2026-01-05T08:00:00Z","site":"H","shipment":"S-3","accepted":["L-3","U-2"],"min":"0","max":"3","uom":"Cel"}`,
		`{"type":"shipment","time":"2026-01-05T07:30:00Z","site":"F","shipment":"S-4","units":["U-2"],"to":"H","low":"-5","high":"5","uom":"Cel"}`,
		`{"type":"arrival","time":"2026-01-05T08:30:00Z","site":"H","shipment":"S-4","accepted":["U-2"],"min":"0","max":"30","uom":"Cel"}`,
		`{"type":"shipment","time":"2026-01-05T09:00:00Z","site":"F","shipment":"S-2","units":["U-2"],"to":"H"}`,
		`{"type":"arrival","time":"2026-01-05T10:00:00Z","site":"H","shipment":"S-2","rejected":["U-2"]}`,
		`{"type":"manufacture","time":"2026-01-06T08:00:00Z","site":"F","step":"label","units":["U-2"],"changes":[{"unit":"U-2","codes":["C-3"]}]}`,
		`{"type":"receipt","time":"2026-01-06T09:00:00Z","site":"F","outputs":[{"unit":"U-4","codes":["C-4"]}]}`,
		`{"type":"same","time":"2026-01-06T10:00:00Z","things":["unit:U-1","unit:U-4"],"reason":"two labels","signed_by":["O"]}`,
		`{"type":"manufacture","time":"2026-01-06T11:00:00Z","site":"F","step":"sample","inputs":[{"unit":"U-1","rest":true}],"batch":"B","outputs":[{"unit":"U-2"}],"room":"F/R-2"}`,
		`{"type":"inventory","time":"2026-01-07T08:00:00Z","site":"F","units":["U-4"],"equipment":"F/T"}`,
		`{"type":"case","time":"2026-01-08T08:00:00Z","case":"K","action":"hold","things":["lot:L"]}`,
		`{"type":"temperature","time":"2026-01-08T09:00:00Z","equipment":"F/T2","from":"2026-01-08T08:00:00Z","to":"2026-01-08T09:00:00Z","min":"-190","max":"-180","log_sha256":"` + strings.Repeat("0", 64) + `"}`,
		`{"type":"temperature","time":"2026-01-08T09:00:00Z","equipment":"F/T2","from":"2026-01-08T08:00:00Z","to":"2026-01-08T09:00:00Z","min":"-190","max":"-80","log_sha256":"` + strings.Repeat("0", 64) + `","excursions":[{"from":"2026-01-08T08:10:00Z","to":"2026-01-08T08:20:00Z"}]}`,
		`{"type":"store","time":"2026-01-08T08:00:00Z","site":"F","units":["U-4"],"equipment":"F/T2"}`,
		`{"type":"disposal","time":"2026-01-08T08:05:00Z","units":["U-4"],"method":"destroyed"}`,
		`{"type":"receipt","time":"2026-01-09T08:00:00Z","site":"F","outputs":[{"unit":"(01)09521141012345(21)7"},{"unit":"=A99992112345600"}]}`,
		`{"type":"store","time":"2026-01-09T09:00:00Z","site":"F","units":["(01)09521141012345(21)8"],"equipment":"F/T2"}`,
		`{"type":"manufacture","time":"2026-01-09T10:00:00Z","site":"F","step":"feed","units":["=A99992112345600"],"materials":[{"lot":"urn:epc:class:lgtin:4012345.012345.L"}],"changes":[{"unit":"=A99992112345600","codes_void":["=A99992112345600"]}]}`,
	} {
		add(tb, g, i, text)
	}
	for i, corrected := range []event.ID{eventID(g, 2), eventID(g, 7)} {
		add(tb, g, 40+i, fmt.Sprintf(`{"type":"correction","time":"2026-02-01T00:00:00Z","corrects":%q,"reason":"did_not_occur"}`, corrected))
	}
	add(tb, g, 50, fmt.Sprintf(`{"type":"cleaning","time":"2026-01-03T09:00:00Z","site":"F","equipment":"F/T","verified":true,"replaces":%q}`, eventID(g, 5)))
	return g
}

func eventID(g *genealogy.Graph, n int) event.ID {
	return g.Entry(genealogy.Mention{Entry: int32(n)}).Event.ID
}

func add(tb testing.TB, g *genealogy.Graph, seq int, text string) {
	tb.Helper()
	e, err := event.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	e.Identify()
	if err := g.Add(uint64(seq+1), "O", e.Time, e); err != nil {
		tb.Fatal(err)
	}
}

// TestFramesSayWhatTheirEventsSay compares what a snapshot has: all that there is to
// be known.
func TestFramesSayWhatTheirEventsSay(t *testing.T) {
	t.Parallel()
	g := framed(t)
	snapshot := func(g *genealogy.Graph) []byte {
		var b bytes.Buffer
		if err := g.WriteSnapshot(&b, nil, nil); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	want := snapshot(g)
	if n := len(g.Holds()); n < 4 {
		t.Fatalf("%d holds", n)
	}
	for events := 1; events <= g.Len(); events++ {
		packed := genealogy.New()
		for from := 0; from < g.Len(); from += events {
			b := g.AppendFrame(nil, from, min(from+events, g.Len()), nil)
			if err := packed.AddFrame(b, 0, pass); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(snapshot(packed), want) {
			t.Errorf("frames of %d events say something else", events)
		}
		again := packed.AppendFrame(nil, 0, packed.Len(), nil)
		twice := genealogy.New()
		if err := twice.AddFrame(again, 0, pass); err != nil || !bytes.Equal(snapshot(twice), want) {
			t.Errorf("frames of %d events, packed again, say something else: %v", events, err)
		}
	}
}

func pass(uint64, event.Type, *event.Event) {}

func TestAFrameThatIsNotWhatFollowsIsRefused(t *testing.T) {
	t.Parallel()
	g := framed(t)
	first := g.AppendFrame(nil, 0, 3, nil)
	second := g.AppendFrame(nil, 3, g.Len(), nil)
	var damage *genealogy.DamageError
	if err := genealogy.New().AddFrame(second, 0, pass); !errors.As(err, &damage) {
		t.Errorf("a gap: %v", err)
	}
	if err := g.AddFrame(second, 0, pass); !errors.As(err, &damage) {
		t.Errorf("what is there already: %v", err)
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
	sound := g.AppendFrame(nil, 0, g.Len(), nil)
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
	b := g.AppendFrame(nil, 0, g.Len(), nil)
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, b []byte) { survive(t, b) })
}
