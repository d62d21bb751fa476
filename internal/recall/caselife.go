package recall

import (
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A CaseState says whether a case is being worked on.
type CaseState string

// The states of a case.
const (
	CaseUnopened CaseState = "unopened"
	CaseOpened   CaseState = "open"
	CaseClosed   CaseState = "closed"
)

// A CaseLife is what the records of a case say of it by a time, without asking
// any trace.
type CaseLife struct {
	Ref   event.Ref
	Drill bool
	State CaseState
	// Opening is the newest opening or reopening, First the first; nil where the
	// case was never opened.
	First, Opening *genealogy.Entry
	// Sources are those of every opening, each once: what one opening suspected
	// is not dropped because the next one suspects more.
	Sources   []event.Ref
	From, To  event.Time // of the newest opening
	Class     string
	Trigger   event.Trigger    // of the newest opening that names one
	Profile   string           // name; the default where none was named
	ProfileBy *genealogy.Entry // the opening that names it, nil where none does
	Scope     *genealogy.Entry // the newest scope, nil where there is none
	Closing   *genealogy.Entry // the newest closing, nil where there is none
}

// LifeOf reads a case by a time; a zero time means all of its records.
func LifeOf(g *genealogy.Graph, c event.Ref, by event.Time) CaseLife {
	l := CaseLife{Ref: c, Drill: g.Drill(c), State: CaseUnopened, Profile: DefaultProfile}
	for _, s := range caseSteps(g, c, by) {
		switch {
		case s.body.Open != nil:
			l.open(s)
		case s.body.Scope != nil:
			l.Scope = s.entry
		case s.body.Close != nil && l.State == CaseOpened:
			l.State, l.Closing = CaseClosed, s.entry
		}
	}
	return l
}

func (l *CaseLife) open(s caseStep) {
	o := s.body.Open
	if l.First == nil {
		l.First = s.entry
	}
	l.State, l.Opening, l.From, l.To = CaseOpened, s.entry, o.From, o.To
	l.Sources = joined(l.Sources, o.Sources)
	if o.Class != "" {
		l.Class = o.Class
	}
	if o.Trigger.Text != "" || len(o.Trigger.Events) > 0 {
		l.Trigger = o.Trigger
	}
	if o.Profile != "" {
		l.Profile, l.ProfileBy = o.Profile, s.entry
	}
}

// joined returns a list with what it lacks of another behind it.
func joined(list, more []event.Ref) []event.Ref {
	list = slices.Clip(list)
	for _, r := range more {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// Query returns what a scope of the case asks unless it is told otherwise: the
// sources of all openings and the window of the newest, down to what is
// possible.
func (l *CaseLife) Query() Query {
	q := NewQuery(l.Sources...)
	q.From, q.To = l.From, l.To
	return q
}

// Urgent reports whether what the class asks for cannot wait: 21 CFR 7.49 wants
// the word on letters of class I and II, 药品召回管理办法 has classes 1 and 2
// notified within 24 and 48 hours. A class that nobody here knows, as another
// system may spell it, counts as urgent: a letter too many is the lesser harm.
func (l *CaseLife) Urgent() bool {
	if l.Class == "" {
		return l.Profile == "cn-class-1" || l.Profile == "cn-class-2"
	}
	class, ok := ParseClass(bareClass(l.Class))
	return !ok || class < 3
}

// ParseClass reads the class of a recall: 1 to 3, I to III, 一 to 三.
func ParseClass(s string) (int, bool) {
	for i, spellings := range [][]string{{"1", "I", "i", "Ⅰ", "一"}, {"2", "II", "ii", "Ⅱ", "二"}, {"3", "III", "iii", "Ⅲ", "三"}} {
		if slices.Contains(spellings, s) {
			return i + 1, true
		}
	}
	return 0, false
}

// bareClass takes the words off a class: class 1, Class-I, 1级, 一级召回.
func bareClass(s string) string {
	for _, word := range []string{"class", "Class", "CLASS", "recall", "召回", "级", " ", "-", "_"} {
		s = strings.ReplaceAll(s, word, "")
	}
	return s
}

// A CaseStateError says that a case is not in a state in which an action makes
// sense.
type CaseStateError struct {
	Case   event.Ref
	Action event.Action
	State  CaseState
	By     *genealogy.Entry // the record that says so; nil where the case was never opened
	// Later says that the case is opened only after the time of the action.
	Later bool
}

// Error says which case, and how it stands.
func (e *CaseStateError) Error() string {
	return "case " + quote(e.Case.ID()) + " is " + string(e.State) + ": no " + string(e.Action) + " now"
}

// Admits refuses an action that a case is not in the state for, at the action's
// time: it is opened once, reopened when it is closed, and when it is closed
// only what may come late is added. These are not rules on entry: records of
// another system come in whatever order they have.
func Admits(g *genealogy.Graph, c event.Ref, action event.Action, at event.Time) error {
	whole := LifeOf(g, c, event.Time{})
	life := whole
	if action != event.ActionOpen && action != event.ActionReopen {
		life = LifeOf(g, c, at)
	}
	err := &CaseStateError{Case: c, Action: action, State: life.State, By: life.Opening}
	switch {
	case action == event.ActionOpen && whole.State == CaseUnopened:
		return nil
	case action == event.ActionOpen:
		if err.State == CaseClosed {
			err.By = life.Closing
		}
		return err
	case life.State == CaseUnopened:
		err.Later, err.By = whole.First != nil, whole.First
		return err
	case action == event.ActionReopen && life.State == CaseOpened:
		return err
	case action != event.ActionReopen && life.State == CaseClosed && !mayFollow(action):
		err.By = life.Closing
		return err
	}
	return nil
}

// mayFollow reports whether an action may follow the closing of its case: answers
// come late, holds outlive their case.
func mayFollow(action event.Action) bool {
	switch action {
	case event.ActionLift, event.ActionAcknowledge, event.ActionReport, event.ActionScreen:
		return true
	case event.ActionOpen, event.ActionReopen, event.ActionScope, event.ActionHold, event.ActionNotice, event.ActionClose:
	}
	return false
}

// Gone reports whether every record that names a thing was corrected or
// replaced: then there is nothing to trace from.
func Gone(g *genealogy.Graph, r event.Ref) bool {
	history := g.History(r)
	for _, m := range history {
		if !g.Entry(m).Struck() {
			return false
		}
	}
	return len(history) > 0
}
