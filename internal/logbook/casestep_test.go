package logbook

import (
	"errors"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// step is an event of case C-1 at a time of the story.
func step(tb testing.TB, at string, body *event.Case) event.Event {
	tb.Helper()
	t, err := event.ParseTime(at)
	if err != nil {
		tb.Fatal(err)
	}
	body.Case = ref(tb, "case:C-1")
	return event.Event{Common: event.Common{Type: event.TypeCase, Time: t}, Body: body}
}

func openC1(tb testing.TB, b *Book) {
	tb.Helper()
	record(tb, b, `{'type':'case','time':'2026-05-30T08:00:00Z','case':'C-1','action':'open','sources':['donor:D-1']}`)
}

const noon = "2026-05-30T12:00:00Z"

func noonTime(tb testing.TB) event.Time {
	tb.Helper()
	return step(tb, noon, &event.Case{}).Time
}

func TestAStepIsRecordedAsOneOrNotAtAll(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	openC1(t, b)
	before, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hold := func(thing string) event.Event {
		return step(t, noon, &event.Case{Action: event.ActionHold, Things: []event.Ref{ref(t, thing)}})
	}
	record := func(events ...event.Event) ([]Receipt, error) {
		return b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) { return events, nil })
	}
	_, err = record(hold("unit:U-3"), hold("unit:U-4"), hold("unit:U-99"))
	_ = refusedBy(t, err, rules.UnknownThing)
	if after, err := b.Head(t.Context()); err != nil || after != before {
		t.Errorf("something was recorded: %+v, %v", after, err)
	}
	if s, err := b.Show(t.Context(), ref(t, "unit:U-3"), noonTime(t)); err != nil || len(s.Holds) != 0 {
		t.Errorf("the book remembers what was not recorded: %+v, %v", s, err)
	}
	got, err := record(hold("unit:U-3"), hold("unit:U-4"))
	if err != nil || len(got) != 2 || got[0].Seq != before.Size || got[1].Seq != before.Size+1 || got[1].ID == got[0].ID {
		t.Fatalf("%+v, %v", got, err)
	}
	again, err := record(hold("unit:U-4"), hold("unit:U-3"), hold("donor:D-1"))
	if err != nil || !again[0].Known || again[0].Seq != got[1].Seq || !again[1].Known || again[2].Known || again[2].Seq != before.Size+2 {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if none, err := record(); err != nil || len(none) != 0 {
		t.Errorf("nothing: %+v, %v", none, err)
	}
	if report, err := Verify(t.Context(), b.path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAStepThatDoesNotFitTheCaseIsNotBuilt(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	build := func(*CaseDesk) ([]event.Event, error) {
		t.Error("built")
		return nil, nil
	}
	var unknown *UnknownThingError
	if _, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionScope, noonTime(t), build); !errors.As(err, &unknown) || Code(err) != Failed {
		t.Errorf("never opened: %v", err)
	}
	if err := b.Desk(t.Context(), ref(t, "case:C-1"), noonTime(t), func(*CaseDesk) error { return nil }); !errors.As(err, &unknown) {
		t.Errorf("never opened: %v", err)
	}
	openC1(t, b)
	var state *recall.CaseStateError
	if _, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionOpen, noonTime(t), build); !errors.As(err, &state) || state.State != recall.CaseOpened {
		t.Errorf("opened twice: %v", err)
	}
	early := step(t, "2026-05-30T07:00:00Z", &event.Case{}).Time
	if err := b.Desk(t.Context(), ref(t, "case:C-1"), early, func(*CaseDesk) error { return nil }); !errors.As(err, &state) || !state.Later {
		t.Errorf("before it was opened: %v", err)
	}
	broken := errors.New("no page")
	if _, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("what could not be built: %v", err)
	}
}

func TestLimitsOfOnesOwnAreReadFromTheRecord(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	own := recall.Profile{Name: "ours", Limits: []recall.Limit{{Goal: recall.GoalTraced, Within: 2 * time.Hour}}}
	opening := step(t, "2026-05-30T08:00:00Z", &event.Case{Action: event.ActionOpen, Open: &event.CaseOpen{
		Sources: []event.Ref{ref(t, "donor:D-1")}, Profile: own.Name,
	}})
	opening.Ext = []byte(`{"` + recall.ProfileExt + `":` + string(own.JSON()) + `}`)
	if _, err := b.Record(t.Context(), opening, nil); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*Book{b, openBook(t, b.path)} {
		c, err := b.CaseStatus(t.Context(), ref(t, "case:C-1"), nil, noonTime(t))
		if err != nil {
			t.Fatal(err)
		}
		if m := c.Milestones[0]; c.Profile.Name != "ours" || m.Goal != recall.GoalTraced || m.Limit != 2*time.Hour || !m.Missed(c.Now) {
			t.Errorf("%+v, %+v", c.Profile, m)
		}
	}
	builtIn, _ := recall.BuiltIn("")
	if c, err := b.CaseStatus(t.Context(), ref(t, "case:C-1"), &builtIn, noonTime(t)); err != nil || c.BadNews() {
		t.Errorf("by other limits: %+v, %v", c, err)
	}
	record(t, b, `{'type':'case','time':'2026-05-30T08:00:00Z','case':'C-2','action':'open','sources':['donor:D-1'],'profile':'theirs'}`)
	var unknown *UnknownProfileError
	if _, err := b.CaseStatus(t.Context(), ref(t, "case:C-2"), nil, noonTime(t)); !errors.As(err, &unknown) || unknown.Name != "theirs" {
		t.Errorf("limits that nothing gives: %v", err)
	}
	lives, err := b.Cases(t.Context(), noonTime(t))
	if err != nil || len(lives) != 2 || lives[0].Ref != ref(t, "case:C-1") || lives[1].Profile != "theirs" {
		t.Errorf("%+v, %v", lives, err)
	}
}

func TestADeskAnswersAsOfItsScopeAndAsOfNow(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	c, scope := scoped(t, b, recall.NewQuery(ref(t, "donor:D-1")))
	record(t, b, `{'type':'manufacture','time':'2026-05-30T10:00:00Z','site':'F','step':'split','inputs':['U-3'],'outputs':[{'unit':'U-5'}]}`)
	err := b.Desk(t.Context(), c, noonTime(t), func(d *CaseDesk) error {
		then, err := d.Scope(t.Context())
		if err != nil {
			return err
		}
		now, err := d.Now(then)
		if err != nil {
			return err
		}
		if then.Digest() != scope.Digest() || len(now.Things) != len(then.Things)+1 {
			t.Errorf("then %d things, now %d", len(then.Things), len(now.Things))
		}
		if id, err := d.EventID(d.Life.Opening.Seq); err != nil || id != d.Life.Opening.Event.ID {
			t.Errorf("%s, %v", id, err)
		}
		var beyond *BeyondError
		if _, err := d.EventID(0); !errors.As(err, &beyond) {
			t.Errorf("record 0 holds no event: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAStepOfUnknownOutcomeIsSettledByLooking(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	openC1(t, b)
	hold := func(thing string) event.Event {
		e := step(t, noon, &event.Case{Action: event.ActionHold, Things: []event.Ref{ref(t, thing)}})
		e.Identify()
		return e
	}
	there := []event.Event{hold("unit:U-3"), hold("unit:U-4")}
	recorded, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) { return there, nil })
	if err != nil {
		t.Fatal(err)
	}
	failed := &ledger.UnknownOutcomeError{Err: errors.New("input/output error")}
	got, err := b.settleAll(t.Context(), there, failed)
	if err != nil || len(got) != 2 || got[0].Seq != recorded[0].Seq || got[1].Seq != recorded[1].Seq || got[0].Known {
		t.Errorf("what is there: %+v, %v", got, err)
	}
	if got, err := b.settleAll(t.Context(), append(there, hold("unit:U-1")), failed); !errors.Is(err, failed) || got != nil {
		t.Errorf("what is not there: %+v, %v", got, err)
	}
}
