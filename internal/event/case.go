package event

import "strings"

// An Action is a step of a case.
type Action string

// The actions of contract section 6.
const (
	ActionOpen        Action = "open"
	ActionReopen      Action = "reopen"
	ActionScope       Action = "scope"
	ActionHold        Action = "hold"
	ActionLift        Action = "lift"
	ActionNotice      Action = "notice"
	ActionAcknowledge Action = "acknowledge"
	ActionReport      Action = "report"
	ActionScreen      Action = "screen"
	ActionClose       Action = "close"
)

var actions = []string{"open", "reopen", "scope", "hold", "lift", "notice", "acknowledge", "report", "screen", "close"}

// holdable are the kinds of things that a hold can name.
var holdable = []Kind{KindDonor, KindUnit, KindBatch, KindLot, KindAliquot, KindEquipment, KindRoom}

// Case is a step of a suspicion, recall or drill. Which members are set
// depends on Action: Open for open and reopen, and so on.
type Case struct {
	Case   Ref
	Action Action

	Open        *CaseOpen
	Scope       *CaseScope
	Things      []Ref // of hold; of lift, those that the lift is limited to
	Lift        *CaseLift
	Notice      *CaseNotice
	Acknowledge *CaseAcknowledge
	Report      *CaseReport
	Screen      *CaseScreen
	Close       *CaseClose
}

// DrillPrefix begins the id of every case that is a drill.
const DrillPrefix = "DRILL-"

// IsDrill reports whether a case is a drill, by its id.
func IsDrill(c Ref) bool {
	return c.kind == KindCase && strings.HasPrefix(c.id, DrillPrefix)
}

// CaseOpen opens or reopens a case.
type CaseOpen struct {
	Sources []Ref
	From    Time
	To      Time
	Class   string
	Profile string
	Trigger Trigger
	Aware   Time
	Drill   *bool
}

// CaseScope records a trace: its digest, size, root and counts.
type CaseScope struct {
	Query   []byte // canonical JSON object
	Size    *int64
	Root    string
	SHA256  string
	Counts  []byte // canonical JSON object
	Added   *int64
	Removed *int64
}

// CaseLift ends the holds it names: as a whole, or for the case's Things only.
type CaseLift struct {
	Holds    []ID
	Reason   string
	Evidence string
	SignedBy []Ref
}

// CaseNotice tells a site; the site is the event's own.
type CaseNotice struct {
	To      string
	Channel string
}

// CaseAcknowledge is a site's answer.
type CaseAcknowledge struct {
	By    Ref
	Found []Ref
}

// CaseReport is a report to an authority.
type CaseReport struct {
	To        string
	Kind      string // plan, progress, final
	Reference string
}

// CaseScreen is the result of a patient's screening.
type CaseScreen struct {
	Patient Ref
	Result  string
}

// CaseClose ends the case; it lifts nothing.
type CaseClose struct {
	Conclusion string
	SignedBy   []Ref
}

var screenResults = []string{"cleared", "infected", "pending", "unreachable", "declined", "deceased"}

func (b *Case) members(v visitor) {
	v.id("case", KindCase, &b.Case, must)
	v.choice("action", (*string)(&b.Action), actions, must)
	switch b.Action {
	case ActionOpen, ActionReopen:
		part(v, &b.Open, (*CaseOpen).members)
	case ActionScope:
		part(v, &b.Scope, (*CaseScope).members)
	case ActionHold:
		v.things("things", holdable, &b.Things, must)
	case ActionLift:
		v.things("things", nil, &b.Things, may)
		part(v, &b.Lift, (*CaseLift).members)
	case ActionNotice:
		part(v, &b.Notice, (*CaseNotice).members)
	case ActionAcknowledge:
		part(v, &b.Acknowledge, (*CaseAcknowledge).members)
	case ActionReport:
		part(v, &b.Report, (*CaseReport).members)
	case ActionScreen:
		part(v, &b.Screen, (*CaseScreen).members)
	case ActionClose:
		part(v, &b.Close, (*CaseClose).members)
	}
}

func (o *CaseOpen) members(v visitor) {
	v.things("sources", nil, &o.Sources, must)
	v.time("from", &o.From, may)
	v.time("to", &o.To, may)
	v.text("class", &o.Class, may)
	v.text("profile", &o.Profile, may)
	v.trigger("trigger", &o.Trigger)
	v.time("aware", &o.Aware, may)
	v.flag("drill", &o.Drill, may)
}

func (s *CaseScope) members(v visitor) {
	v.object("query", &s.Query, must)
	v.integer("size", &s.Size, must)
	v.digest("root", &s.Root, must)
	v.digest("sha256", &s.SHA256, must)
	v.object("counts", &s.Counts, must)
	v.integer("added", &s.Added, may)
	v.integer("removed", &s.Removed, may)
}

func (l *CaseLift) members(v visitor) {
	v.uuids("holds", &l.Holds, must)
	v.text("reason", &l.Reason, must)
	v.text("evidence", &l.Evidence, may)
	v.ids("signed_by", KindOperator, &l.SignedBy, may)
}

func (n *CaseNotice) members(v visitor) {
	v.text("to", &n.To, may)
	v.text("channel", &n.Channel, may)
}

func (a *CaseAcknowledge) members(v visitor) {
	v.id("by", KindOperator, &a.By, may)
	v.ids("found", KindUnit, &a.Found, mayEmpty)
}

func (r *CaseReport) members(v visitor) {
	v.text("to", &r.To, may)
	v.choice("kind", &r.Kind, []string{"plan", "progress", "final"}, must)
	v.text("reference", &r.Reference, may)
}

func (s *CaseScreen) members(v visitor) {
	v.id("patient", KindPatient, &s.Patient, must)
	v.choice("result", &s.Result, screenResults, must)
}

func (c *CaseClose) members(v visitor) {
	v.text("conclusion", &c.Conclusion, must)
	v.ids("signed_by", KindOperator, &c.SignedBy, must)
}
