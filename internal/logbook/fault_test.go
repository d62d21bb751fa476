package logbook

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/anchor"
	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// A storeWork is one row: what a book is asked to do while its store fails.
type storeWork struct {
	name   string
	do     func(*testing.T, *Book) error
	effect func(*storeRig, *testing.T) int // how much of it is there
	// steps are what effect may say: first of nothing, last of all of it; what lies between may be there where it was cut
	// short.
	steps []int
}

func storeWorks() []storeWork {
	return []storeWork{
		{
			name: "record", effect: (*storeRig).records, steps: []int{0, 1},
			do: func(t *testing.T, b *Book) error {
				t.Helper()
				_, err := b.Record(t.Context(), parse(t, collections(500, 1)), nil)
				return err
			},
		},
		{
			name: "import", effect: (*storeRig).records, steps: []int{0, 5, 10, 12},
			do: func(t *testing.T, b *Book) error {
				t.Helper()
				_, err := b.Import(t.Context(), stream(collections(1000, 12)), ImportOptions{})
				return err
			},
		},
		{
			name: "step of a case", effect: (*storeRig).records, steps: []int{0, 2},
			do: func(t *testing.T, b *Book) error {
				t.Helper()
				hold := func(thing string) event.Event {
					return step(t, noon, &event.Case{Action: event.ActionHold, Things: []event.Ref{ref(t, thing)}})
				}
				events := []event.Event{hold("unit:U-3"), hold("unit:U-4")}
				_, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) { return events, nil })
				return err
			},
		},
		{
			name: "checkpoint", effect: (*storeRig).signed, steps: []int{0, 1, 2},
			do: func(t *testing.T, b *Book) error {
				t.Helper()
				_, err := b.Checkpoint(t.Context())
				return err
			},
		},
	}
}

// A storeRig holds a ledger with an open case, and puts it back before each try.
type storeRig struct {
	path     string
	trust    *Trust
	ledger   []byte
	anchored []byte
	size     uint64
}

func newStoreRig(t *testing.T) *storeRig {
	t.Helper()
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	r := &storeRig{path: filepath.Join(dir, "suyuan.db"), trust: &Trust{Keys: keyring.LedgersIn(home), Anchor: anchor.Own(filepath.Join(home, "anchor"))}}
	if _, err := Init(t.Context(), r.path, InitOptions{Origin: "fault.example", By: "F/OP-1", Now: clock, Trust: r.trust, Wait: waitForOthers}); err != nil {
		t.Fatal(err)
	}
	b := r.book(t)
	must(t, b, stream(story), ImportOptions{})
	openC1(t, b) // after the import's checkpoint: every try has one to make
	r.ledger, r.anchored = []byte(read(t, r.path)), []byte(read(t, r.trust.Anchor.CheckpointPath("fault.example")))
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.size = head.Size
	return r
}

// fresh returns a book on the ledger as it was.
func (r *storeRig) fresh(t *testing.T) *Book {
	t.Helper()
	if err := os.Remove(r.path + ".ids"); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{r.path: r.ledger, r.trust.Anchor.CheckpointPath("fault.example"): r.anchored} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r.book(t)
}

// book opens the ledger as its owner does.
func (r *storeRig) book(t *testing.T) *Book {
	t.Helper()
	o := options()
	o.Trust = r.trust
	b, err := Open(t.Context(), r.path, o)
	if err != nil {
		t.Fatal(err)
	}
	b.step = 5
	return b
}

// records counts the records after those that were there before.
func (r *storeRig) records(t *testing.T) int {
	t.Helper()
	head, err := r.book(t).Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int(head.Size - r.size)
}

// signed says how far the checkpoint has come: the anchor knows it, the ledger keeps it.
func (r *storeRig) signed(t *testing.T) int {
	t.Helper()
	n := 0
	if k, ok, err := r.trust.Anchor.Read("fault.example"); ok && err == nil && k.Size == r.size {
		n++
	}
	err := r.book(t).reading(t.Context(), func(l *ledger.Ledger) error {
		note, ok, err := l.NewestNote(t.Context(), ledger.NoteCheckpoint)
		if ok && note.Size == r.size {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEachCallOfTheStoreMayFail makes every call of the store fail in turn, before and after it was done, once and from then on: what
// the error says is what is in the ledger, which verifies, and the same again goes on to the end. It is what strace does on Linux
// (cmd/suyuan), for every system.
func TestEachCallOfTheStoreMayFail(t *testing.T) {
	t.Parallel()
	for _, w := range storeWorks() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			r := newStoreRig(t)
			fell := make(map[string]int)
			exits := make(map[Exit]int)
			for _, fault := range []ledgertest.Fault{ledgertest.FailBefore, ledgertest.FailAfter} {
				for _, onward := range []bool{false, true} {
					for at := 0; ; at++ {
						f := &ledgertest.Faults{At: at, Fault: fault, Onward: onward}
						code := w.try(t, r, f)
						if f.Fell() == "" {
							break
						}
						fell[f.Fell()]++
						exits[code]++
						if t.Failed() {
							t.Fatalf("call %d, %s, fault %d, onward %v", at, f.Fell(), fault, onward)
						}
					}
				}
			}
			t.Logf("faults fell on %v, exits %v", fell, exits)
			for _, name := range []string{"open", "head", "record", "scan", "close"} {
				if fell[name] == 0 {
					t.Errorf("no fault fell on %q: %v", name, slices.Sorted(maps.Keys(fell)))
				}
			}
		})
	}
}

func (w *storeWork) try(t *testing.T, r *storeRig, f *ledgertest.Faults) Exit {
	t.Helper()
	b := r.fresh(t)
	b.around = f.Wrap
	err := w.do(t, b)
	if f.Fell() != "" && err != nil && !strings.Contains(fmt.Sprint(err), ledgertest.ErrInjected.Error()) {
		t.Errorf("the error does not say what failed: %v", err)
	}
	code, there, whole := Code(err), w.effect(r, t), w.steps[len(w.steps)-1]
	allowed := there == w.steps[0]
	switch code {
	case Done:
		allowed = there == whole
	case Unfinished:
		allowed = slices.Contains(w.steps, there)
	case Failed, Usage, Unverified, BadNews, Refused, Busy, Interrupted:
	}
	if !allowed {
		t.Errorf("exit %d, and there is %d of %v: %v", code, there, w.steps, err)
	}
	if report, err := Verify(t.Context(), r.path, VerifyOptions{}); err != nil || !report.OK {
		t.Errorf("verify: %+v, %v", report, err)
	}
	// The same book goes on, where the store does.
	b.around = nil
	if err := w.do(t, b); err != nil || w.effect(r, t) != whole {
		t.Errorf("again: %v, and there is %d of %v", err, w.effect(r, t), w.steps)
	}
	return code
}
