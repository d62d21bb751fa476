package event

import "strings"

// isPerson reports whether things of kind k are people, who are named by
// pseudonym only.
func isPerson(k Kind) bool { return k == KindDonor || k == KindPatient || k == KindOperator }

// scrutiny is the visitor that refuses an event that says who somebody is:
// direct identifiers in the ids and codes of people, and in all free text. A
// tracking code may not identify a person (21 CFR 1271.290(c)). What it finds
// it does not repeat: the message would spread it.
type scrutiny struct {
	places
	err *Error
}

// of returns what is wrong with e.
func (s *scrutiny) of(e *Event) error {
	s.err, s.path = nil, s.path[:0]
	e.members(s)
	return asError(s.err)
}

func (s *scrutiny) look(name, text string) { s.lookAt(name, -1, text) }

// lookAt looks at element i of the list name, or at the member name where i
// is -1.
func (s *scrutiny) lookAt(name string, i int, text string) {
	if s.err != nil || text == "" {
		return
	}
	kind := identifier(text)
	if kind == "" {
		return
	}
	if i >= 0 {
		name = element(name, i)
	}
	s.err = &Error{RuleIdentifies, s.pathOf(name), "what looks like " + kind, "nothing that says who somebody is: a pseudonym, or other words", -1}
}

func (s *scrutiny) text(name string, p *string, _ presence) { s.look(name, *p) }

func (s *scrutiny) texts(name string, p *[]string, _ presence) {
	for i, text := range *p {
		s.lookAt(name, i, text)
	}
}

func (s *scrutiny) thing(name string, _ []Kind, p *Ref, _ presence) {
	if isPerson(p.kind) {
		s.look(name, p.id)
	}
}

func (s *scrutiny) things(name string, _ []Kind, p *[]Ref, _ presence) {
	for i, r := range *p {
		if isPerson(r.kind) {
			s.lookAt(name, i, r.id)
		}
	}
}

func (s *scrutiny) id(name string, _ Kind, p *Ref, _ presence) { s.thing(name, nil, p, may) }

func (s *scrutiny) ids(name string, k Kind, p *[]Ref, _ presence) {
	if isPerson(k) {
		s.things(name, nil, p, may)
	}
}

func (s *scrutiny) forPatient(name string, p *Ref, _ *bool) { s.thing(name, nil, p, may) }

func (s *scrutiny) at(i int, bare *bool, unit *Ref) bool {
	return (bare == nil || !*bare) && s.places.at(i, bare, unit)
}

func (s *scrutiny) codes(name string, p *[]Codes) {
	for i := range *p {
		c := &(*p)[i]
		if !isPerson(c.Thing.kind) {
			continue
		}
		s.look(name, c.Thing.id)
		s.texts(name+pathKey(c.Thing.String()), &c.Values, may)
	}
}

func (s *scrutiny) values(name string, p *[]Value) {
	for _, v := range *p {
		s.look(name, v.Name)
		s.look(joinPath(name, pathKey(v.Name)), v.Text)
	}
}

func (s *scrutiny) trigger(name string, p *Trigger) { s.look(name, p.Text) }

func (s *scrutiny) ext(name string, p *[]byte) { s.json(name, *p) }

func (s *scrutiny) object(name string, p *[]byte, _ presence) { s.json(name, *p) }

// json looks at every text in canonical JSON, names of members included. A
// reference to a thing that is no person is no free text.
func (s *scrutiny) json(name string, canonical []byte) {
	if canonical == nil || s.err != nil {
		return
	}
	nodes, err := scan(string(canonical))
	if err != nil {
		s.err = within(err, name)
		return
	}
	for i := range nodes {
		s.look(name, nodes[i].key)
		if nodes[i].kind == stringNode && !namesNoPerson(nodes[i].text) {
			s.look(name, nodes[i].text)
		}
	}
}

func namesNoPerson(text string) bool {
	if !strings.Contains(text, ":") {
		return false
	}
	r, want := thingOf(text, nil)
	return want == "" && !isPerson(r.kind)
}
