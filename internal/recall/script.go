package recall

import (
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Script is a drill written down: real actions at hours after the alert.
type Script struct {
	Case    event.Ref
	Profile string
	Start   event.Time
	By      event.Ref // operator who enters the records
	Actions []Action  // in order of At
}

// A Do names what an action does.
type Do string

// The actions of a drill.
const (
	DoOpen        Do = "open"
	DoTrace       Do = "trace"
	DoHold        Do = "hold"
	DoNotice      Do = "notice"
	DoAcknowledge Do = "acknowledge"
	DoScreen      Do = "screen"
	DoRecord      Do = "record"
	DoReport      Do = "report"
	DoClose       Do = "close"
)

// An Action is one step of a script. Which members are set depends on Do.
type Action struct {
	At   time.Duration
	Do   Do
	Note string

	Sources  []event.Ref // open
	From, To event.Time
	Class    string
	Trigger  string

	Grade genealogy.Grade // trace, hold

	Site    event.Ref // notice, acknowledge
	Told    string    // notice, report: "to"
	Channel string
	By      event.Ref // acknowledge
	Found   []event.Ref

	Patient event.Ref // screen
	Result  string

	Event event.Event // record, with its time filled in

	Kind      string // report
	Reference string

	Conclusion string // close
	SignedBy   []event.Ref
}

// Clock returns what time it is in the drill at action i.
func (s *Script) Clock(i int) event.Time { return s.Start.Add(s.Actions[i].At) }

// Query returns the query of a trace action: the sources and window of the
// newest open action up to it, at its grade and its time.
func (s *Script) Query(i int) Query {
	q := Query{Grade: s.Actions[i].Grade, At: s.Clock(i)}
	for k := range s.Actions[:i+1] {
		if a := &s.Actions[k]; a.Do == DoOpen {
			q.Sources, q.From, q.To = a.Sources, a.From, a.To
		}
	}
	return q
}
