package genealogy_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

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
	events := parsed(t, busy(4000))
	var want []byte
	for _, processors := range []int{1, 2, 5} { // the first without a snapshot, and nothing made ahead
		before := runtime.GOMAXPROCS(processors)
		back := genealogy.KeepRecent(1 << (7 * (processors - 1))) // one, or many, or all
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
		back()
	}
}

func parsed(t *testing.T, lines []string) (events []event.Event) {
	t.Helper()
	for _, line := range lines {
		ev, err := event.Parse([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		events = append(events, ev)
	}
	return events
}

func TestEntriesAreWhatJoinedWhereverTheyAreKept(t *testing.T) { //nolint:paralleltest // it changes how many are kept
	events := parsed(t, busy(700))
	for _, recent := range []int{1, 64, 1024} {
		back := genealogy.KeepRecent(recent)
		g := genealogy.New()
		for k, ev := range events {
			if err := g.Add(uint64(2*k), fmt.Sprint("OP-", k%3), ev.Time.Add(time.Duration(k/100)*time.Hour), ev); err != nil {
				t.Fatal(err)
			}
		}
		g.SetRecorded(30, 350, events[0].Time)
		for _, pass := range []int{1, 2} {
			n := 0
			for e := range g.Entries() {
				ev, at := events[n], events[n].Time.Add(time.Duration(n/100)*time.Hour)
				if n >= 30 && n < 350 {
					at = events[0].Time
				}
				if e.Seq != uint64(2*n) || e.By != fmt.Sprint("OP-", n%3) || e.Recorded != at || !bytes.Equal(e.Event.Append(nil), ev.Append(nil)) {
					t.Fatalf("%d kept, pass %d: entry %d is %d of %s, recorded %s: %s", recent, pass, n, e.Seq, e.By, e.Recorded, e.Event.Append(nil))
				}
				if same, ok := g.ByID(ev.ID); !ok || same.Seq != e.Seq {
					t.Fatalf("%d kept: %s is not found", recent, ev.ID)
				}
				n++
			}
			if n != len(events) {
				t.Fatalf("%d entries, want %d", n, len(events))
			}
		}
		back()
	}
}
