package logbook

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// standing is all that a drill must leave alone: how every unit stands at some times, and every hold in force then.
func standing(g *genealogy.Graph, times ...event.Time) string {
	var b strings.Builder
	for _, at := range append(times, g.Latest()) {
		for _, r := range g.Things() {
			if r.Kind() == event.KindCase || r.Kind() == event.KindOperator {
				continue // the drill's case, and who held it
			}
			s := g.Status(r, at)
			_, decision := g.Decision(r, at)
			fmt.Fprintln(&b, at, r, s.State, s.Site, s.Vessel, s.Shipment, s.Allocated, s.Expires, decision, g.ForPatient(r, at))
			for _, h := range g.HoldsOn(r, at) {
				fmt.Fprintln(&b, "  held by", h.Entry.Seq, "on", h.On)
			}
		}
	}
	return b.String()
}

func TestARecordedDrillChangesNoStatusHoldOrAnswer(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	graph, err := b.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := event.TimeOf(testNow)
	before := standing(graph, now)
	batch := recall.NewQuery(ref(t, "batch:MSC-26-02"))
	asked, err := b.Trace(t.Context(), batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := b.KeepDrill(t.Context(), &d.Result)
	if err != nil || len(receipts) != 3 {
		t.Fatalf("%d records, %v", len(receipts), err)
	}
	if graph, err = openBook(t, b.path).Graph(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := standing(graph, now); after != before {
		t.Errorf("before the drill %s\nafter it %s", before, after)
	}
	again, err := b.Trace(t.Context(), batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	again.AsOf = asked.AsOf
	if again.Digest() != asked.Digest() {
		t.Error("the same trace gives another answer after the drill")
	}
}

func TestADrillIsRecordedOnceAsACaseThatCanBeAskedAgain(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	d, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.CanKeepDrill(t.Context(), d.Result.Case); err != nil {
		t.Fatal(err)
	}
	receipts, err := b.KeepDrill(t.Context(), &d.Result)
	if err != nil {
		t.Fatal(err)
	}
	var kept *DrillKeptError
	for _, err := range []error{b.CanKeepDrill(t.Context(), d.Result.Case), second(b.KeepDrill(t.Context(), &d.Result))} {
		if !errors.As(err, &kept) || kept.Seq != receipts[0].Seq {
			t.Errorf("the second time: %v", err)
		}
	}
	// The scope is of the ledger that was copied, not of the copy.
	scope, err := b.ShowSeq(t.Context(), receipts[1].Seq)
	if err != nil {
		t.Fatal(err)
	}
	s := scope.Event.Body.(*event.Case).Scope
	if uint64(*s.Size) != receipts[0].Seq || s.Root != d.Result.Copied.Root {
		t.Errorf("the scope is of size %d, root %s; want %d, %s", *s.Size, s.Root, receipts[0].Seq, d.Result.Copied.Root)
	}
	status, err := b.CaseStatus(t.Context(), d.Result.Case, nil, event.Time{})
	if err != nil || status.Scope == nil || status.Scope.Digest() != s.SHA256 {
		t.Errorf("the scope asked again has another digest, %v", err)
	}
}

func second(_ []Receipt, err error) error { return err }

func TestADrillThatIsPlayedAgainDoesNotSeeItsOwnResult(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	first, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.KeepDrill(t.Context(), &first.Result); err != nil {
		t.Fatal(err)
	}
	again, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if Conclusion(&again.Result) != Conclusion(&first.Result) || again.AsOf.Size != first.AsOf.Size {
		t.Errorf("first %s at %d, then %s at %d", Conclusion(&first.Result), first.AsOf.Size, Conclusion(&again.Result), again.AsOf.Size)
	}
}

func TestADrillIsNotRecordedWithoutSomebodyWhoEntersIt(t *testing.T) {
	t.Parallel()
	path := lecheng(t).path
	b, err := Open(t.Context(), path, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.DrillRandom(t.Context(), 1, recall.PickableKinds())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.CanKeepDrill(t.Context(), d.Result.Case); !errors.Is(err, ErrNoOperator) {
		t.Errorf("before: %v", err)
	}
	if _, err := b.KeepDrill(t.Context(), &d.Result); !errors.Is(err, ErrNoOperator) {
		t.Errorf("after: %v", err)
	}
}

// bytesOf are those of a result, without the times measured.
func bytesOf(r *recall.DrillResult) string {
	return regexp.MustCompile(`"took_us":\{[^}]*\}`).ReplaceAllString(string(r.AppendJSON(nil)), "")
}

// ticking is a clock that goes on by itself, faster each time.
func ticking() func() time.Time {
	n := 0
	return func() time.Time {
		n++
		return testNow.Add(time.Duration(n*n) * time.Millisecond)
	}
}

func TestTheSameSeedGivesTheSameBytesButForTheTimesMeasured(t *testing.T) {
	t.Parallel()
	path := lecheng(t).path
	hold := func(seed uint64) (random, planted string, took time.Duration) {
		b, err := Open(t.Context(), path, Options{Now: ticking()})
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.DrillRandom(t.Context(), seed, recall.PickableKinds())
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.DrillPlanted(t.Context(), seed, recall.DefaultPlan())
		if err != nil {
			t.Fatal(err)
		}
		return bytesOf(&r.Result), bytesOf(&p.Result), r.Result.Took[0].Time
	}
	seen := make(map[string]bool)
	for seed := uint64(1); seed <= 6; seed++ {
		random, planted, took := hold(seed)
		again, plantedAgain, _ := hold(seed)
		if random != again || planted != plantedAgain || took <= 0 {
			t.Errorf("seed %d: %s, then %s; %s, then %s; took %s", seed, random, again, planted, plantedAgain, took)
		}
		seen[random], seen[planted] = true, true
	}
	if len(seen) < 8 {
		t.Errorf("six seeds gave %d different drills", len(seen))
	}
}

func TestPlantedDrillsAreNotToldByTheLedgersOwnTests(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	before, err := b.DrillPlanted(t.Context(), 5, recall.DefaultPlan())
	if err != nil {
		t.Fatal(err)
	}
	record(t, b, `{'type':'test','time':'2026-03-03T09:10:00+01:00','subject':'unit:NK-26-01-D01','sampled':'2026-03-01T09:10:00+01:00','result':'positive'}`)
	after, err := b.DrillPlanted(t.Context(), 5, recall.DefaultPlan())
	if err != nil {
		t.Fatal(err)
	}
	before.Result.Copied, after.Result.Copied = recall.AsOf{}, recall.AsOf{}
	if bytesOf(&before.Result) != bytesOf(&after.Result) {
		t.Error("a real positive changed what was planted or found")
	}
}

func TestSeedsAreWhatALedgerCanKeep(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	var large *SeedError
	if _, err := b.DrillRandom(t.Context(), recall.MaxSeed+1, recall.PickableKinds()); !errors.As(err, &large) {
		t.Errorf("random: %v", err)
	}
	if _, err := b.DrillPlanted(t.Context(), recall.MaxSeed+1, recall.DefaultPlan()); !errors.As(err, &large) {
		t.Errorf("planted: %v", err)
	}
	if _, err := b.DrillRandom(t.Context(), recall.MaxSeed, recall.PickableKinds()); err != nil {
		t.Errorf("the largest: %v", err)
	}
}

func TestTheListTellsEveryKindOfDrill(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	run, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	random, err := b.DrillRandom(t.Context(), 3, recall.PickableKinds())
	if err != nil {
		t.Fatal(err)
	}
	planted, err := b.DrillPlanted(t.Context(), 3, recall.DefaultPlan())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*recall.DrillResult{&run.Result, &random.Result, &planted.Result} {
		if _, err := b.KeepDrill(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	record(t, b, `{'type':'case','time':'2026-05-30T08:00:00Z','case':'DRILL-BY-HAND','action':'open','sources':['donor:OV-D1/D-01']}`)
	l, err := b.DrillLog(t.Context(), event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []recall.DrillKind
	for _, d := range l.Drills {
		if d.Kept == nil {
			kinds = append(kinds, "")
			continue
		}
		kinds = append(kinds, d.Kept.Kind)
		if len(d.Kept.Reached) == 0 && d.Kept.Kind != recall.DrillPlanted || d.Conclusion == "" {
			t.Errorf("%s keeps %+v, %q", d.Case, d.Kept, d.Conclusion)
		}
	}
	if want := []recall.DrillKind{"", recall.DrillRun, recall.DrillRandom, recall.DrillPlanted}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("kinds are %q, want %q", kinds, want)
	}
	if l.Overdue() || !l.Due.Std().Equal(testNow.Add(recall.DrillEvery)) {
		t.Errorf("due %s, overdue %v", l.Due, l.Overdue())
	}
}
