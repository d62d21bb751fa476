package genealogy_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
)

// busy returns a history of many things that use the same materials, equipment and
// rooms, with stays, corrections and registrations that come late.
func busy(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	var events []string
	clock := func(k int) string {
		return fmt.Sprintf(`"time":"2026-01-%02dT%02d:%02d:00Z"`, 1+k/1440%28, k/60%24, k%60)
	}
	for k := range n {
		unit, tank := fmt.Sprintf("U-%d", k/4), fmt.Sprintf("T-%d", r.IntN(5))
		who := fmt.Sprintf(`"site":"F","operators":["F/OP-%d"],"room":"F/R-%d"`, r.IntN(7), r.IntN(3))
		var ev string
		switch {
		case k%53 == 52:
			ev = fmt.Sprintf(`{"type":"correction",%s,"corrects":%q,"reason":"incorrect_data"}`, clock(k), id(k-r.IntN(40)))
		case k%97 == 96:
			ev = fmt.Sprintf(`{"type":"register",%s,"subject":"lot:L-%d","class":"open_container"}`, clock(k-50), r.IntN(9))
		case k%4 == 0:
			ev = fmt.Sprintf(`{"type":"collection",%s,%s,"donor":"D-%d","outputs":[{"unit":%q,"role":"collection"}]}`, clock(k), who, k/40, unit)
		case k%4 == 1:
			ev = fmt.Sprintf(`{"type":"manufacture",%s,%s,"step":"wash","inputs":[%q],"outputs":[{"unit":%q,"role":"intermediate"}],"materials":[{"lot":"L-%d"}],"equipment":[{"equipment":"F/C-%d"}]}`,
				clock(k), who, unit, unit+"-W", r.IntN(9), r.IntN(4))
		case k%4 == 2:
			ev = fmt.Sprintf(`{"type":"store",%s,%s,"units":[%q],"equipment":%q}`, clock(k), who, unit+"-W", tank)
		default:
			ev = fmt.Sprintf(`{"type":"retrieve",%s,%s,"units":["U-%d-W"],"equipment":%q}`, clock(k), who, r.IntN(k/4+1), tank)
		}
		events = append(events, numbered(k+1, ev))
	}
	return events
}

func TestASnapshotHasTheSameBytesOnAnyNumberOfProcessors(t *testing.T) { //nolint:paralleltest // it has the processors
	var events []event.Event
	for _, line := range busy(4000) {
		ev, err := event.Parse([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		events = append(events, ev)
	}
	var want []byte
	for _, processors := range []int{1, 2, 5} { // the first without a snapshot, and nothing made ahead
		before := runtime.GOMAXPROCS(processors)
		for _, first := range []int{0, 1700} {
			g := genealogy.New()
			for k, ev := range events {
				if k == first && k > 0 {
					if err := genealogytest.Rebase(g, true); err != nil {
						t.Fatal(err)
					}
				}
				if k == len(events)-1 {
					g.PrepareSnapshot() // and one more joins
				}
				if err := g.Add(uint64(k+1), "OP", ev.Time, ev); err != nil {
					t.Fatal(err)
				}
			}
			if first > 0 {
				g.PrepareSnapshot()
			}
			g.SetRecorded(17, 1800, events[0].Time)
			var b bytes.Buffer
			if err := g.WriteSnapshot(&b, []byte("stamp"), nil); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = b.Bytes()
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("%d processors, a snapshot after %d events: the bytes are others", processors, first)
			}
		}
		runtime.GOMAXPROCS(before)
	}
}
