package recall

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// ParseScript reads a drill script: one JSON object, as in docs/trace.md.
// Errors are of type [*FileError] and name the member. Every event that the
// script alone decides is built and checked here, so that a drill does not
// break off in the middle.
func ParseScript(b []byte) (*Script, error) {
	root, err := parseFile(b)
	if err != nil {
		return nil, err
	}
	p := scriptParser{}
	s := p.script(root)
	if p.err != nil {
		return nil, p.err
	}
	if err := s.rehearse(); err != nil {
		return nil, err
	}
	return s, nil
}

type scriptParser struct{ fileReader }

func (p *scriptParser) script(root *fileNode) *Script {
	m := p.object(root, "", "case", "profile", "start", "by", "actions")
	s := &Script{
		Case:    p.id(m["case"], event.KindCase, "case"),
		Profile: p.maybe(m["profile"], "profile"),
		Start:   p.time(m["start"], "start"),
		By:      p.id(m["by"], event.KindOperator, "by"),
	}
	if !strings.HasPrefix(s.Case.ID(), genealogy.DrillPrefix) {
		p.fail("case", quote(s.Case.ID()), "an id that begins with "+genealogy.DrillPrefix)
	}
	if s.Start.IsZero() {
		p.fail("start", shown(m["start"]), "the time of the alert")
	}
	items := p.list(m["actions"], "actions")
	if len(items) == 0 {
		p.fail("actions", "none", "at least one action")
	}
	for i := range items {
		if p.err != nil {
			return s
		}
		s.Actions = append(s.Actions, p.action(s, &items[i], i))
	}
	return s
}

// params are the members of an action beside at, do and note; those with a
// question mark may be absent.
var params = map[Do][]string{
	DoOpen:        {"sources", "from?", "to?", "class?", "trigger?"},
	DoTrace:       {"grade"},
	DoHold:        {"grade"},
	DoNotice:      {"site", "to?", "channel?"},
	DoAcknowledge: {"site", "by?", "found?"},
	DoScreen:      {"patient", "result"},
	DoRecord:      {"event"},
	DoReport:      {"to?", "kind", "reference?"},
	DoClose:       {"conclusion", "signed_by"},
}

// Dos returns the actions that a script knows, in order of a usual drill.
func Dos() []Do {
	return []Do{DoOpen, DoTrace, DoHold, DoNotice, DoAcknowledge, DoScreen, DoRecord, DoReport, DoClose}
}

func (p *scriptParser) action(s *Script, n *fileNode, i int) Action {
	path := "actions[" + strconv.Itoa(i) + "]"
	if n.kind != "object" {
		p.fail(path, shown(n), "an object")
		return Action{}
	}
	do := p.do(n, path)
	names := []string{"at", "do", "note"}
	for _, name := range params[do] {
		names = append(names, strings.TrimSuffix(name, "?"))
	}
	m := p.object(n, path, names...)
	for _, name := range params[do] {
		if _, ok := m[name]; p.err == nil && !ok && !strings.HasSuffix(name, "?") {
			p.fail(memberPath(path, name), "nothing", "it, for "+string(do))
		}
	}
	if p.err != nil {
		return Action{}
	}
	a := Action{Do: do, At: p.span(m["at"], 0, path+".at"), Note: p.maybe(m["note"], path+".note")}
	if i > 0 && a.At < s.Actions[i-1].At {
		p.fail(path+".at", shown(m["at"]), "not before the action above it, "+s.Actions[i-1].At.String())
	}
	if i == 0 && do != DoOpen {
		p.fail(path+".do", string(do), string(DoOpen)+" first")
	}
	p.params(&a, m, path)
	if do == DoRecord {
		p.event(&a, m["event"], s.Start.Add(a.At), path+".event")
	}
	return a
}

func (p *scriptParser) do(n *fileNode, path string) Do {
	set := make([]string, 0, len(params))
	for _, do := range Dos() {
		set = append(set, string(do))
	}
	i := slices.IndexFunc(n.members, func(m fileMember) bool { return m.name == "do" })
	if i < 0 {
		p.fail(path+".do", "nothing", "one of "+strings.Join(set, ", "))
		return ""
	}
	return Do(p.choice(&n.members[i].node, path+".do", set...))
}

// params reads what the action takes; absent members stay zero.
func (p *scriptParser) params(a *Action, m map[string]*fileNode, path string) {
	for name, n := range m {
		at := path + "." + name
		switch name {
		case "sources":
			a.Sources = p.things(n, at)
		case "from":
			a.From = p.time(n, at)
		case "class":
			a.Class = p.text(n, at)
		case "trigger":
			a.Trigger = p.text(n, at)
		case "grade":
			a.Grade = p.grade(n, at)
		case "site":
			a.Site = p.id(n, event.KindSite, at)
		case "channel":
			a.Channel = p.text(n, at)
		case "by":
			a.By = p.id(n, event.KindOperator, at)
		case "found":
			a.Found = p.ids(n, event.KindUnit, at)
		case "patient":
			a.Patient = p.id(n, event.KindPatient, at)
		case "result":
			a.Result = p.text(n, at)
		case "kind":
			a.Kind = p.text(n, at)
		case "reference":
			a.Reference = p.text(n, at)
		case "conclusion":
			a.Conclusion = p.text(n, at)
		case "signed_by":
			a.SignedBy = p.ids(n, event.KindOperator, at)
		case "to":
			p.to(a, n, at)
		}
	}
}

// to is the end of the window where a case is opened, and elsewhere who is
// told.
func (p *scriptParser) to(a *Action, n *fileNode, path string) {
	if a.Do == DoOpen {
		a.To = p.time(n, path)
		return
	}
	a.Told = p.text(n, path)
}

func (p *scriptParser) grade(n *fileNode, path string) genealogy.Grade {
	g, _ := genealogy.ParseGrade(p.choice(n, path, "confirmed", "probable", "possible"))
	return g
}

// event reads an event without a time; the drill's clock fills it in.
func (p *scriptParser) event(a *Action, n *fileNode, clock event.Time, path string) {
	if n.kind != "object" {
		p.fail(path, shown(n), "an event")
		return
	}
	for i := range n.members {
		if name := n.members[i].name; name == "time" || name == "id" {
			p.fail(path+"."+name, "it", "none: the drill's clock says it")
			return
		}
	}
	raw := []byte(`{"time":` + strconv.Quote(clock.String()))
	if len(n.members) > 0 {
		raw = append(raw, ',')
	}
	e, err := event.Parse(append(raw, n.raw[1:]...))
	if err != nil {
		p.err = eventError(err, path)
		return
	}
	a.Event = e
}

// eventError turns the error of an event into that of the script around it.
func eventError(err error, path string) error {
	var e *event.Error
	if !errors.As(err, &e) {
		return &FileError{path, err.Error(), "an event"}
	}
	if e.Path != "" {
		path += "." + e.Path
	}
	return &FileError{path, e.Found, e.Want}
}
