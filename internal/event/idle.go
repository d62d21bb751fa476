package event

// idle is a visitor that visits every member and does nothing; others embed
// it and do what they are for.
type idle struct{}

func (idle) typ(string, *Type)                          {}
func (idle) time(string, *Time, presence)               {}
func (idle) uuid(string, *ID, presence)                 {}
func (idle) uuids(string, *[]ID, presence)              {}
func (idle) count(string, *int64)                       {}
func (idle) integer(string, **int64, presence)          {}
func (idle) id(string, Kind, *Ref, presence)            {}
func (idle) ids(string, Kind, *[]Ref, presence)         {}
func (idle) thing(string, []Kind, *Ref, presence)       {}
func (idle) things(string, []Kind, *[]Ref, presence)    {}
func (idle) aliquot(string, *Ref, *string)              {}
func (idle) forPatient(string, *Ref, *bool)             {}
func (idle) text(string, *string, presence)             {}
func (idle) label(string, *string, presence)            {}
func (idle) texts(string, *[]string, presence)          {}
func (idle) labels(string, *[]string, presence)         {}
func (idle) choice(string, *string, []string, presence) {}
func (idle) choices(string, *[]string, []string, int)   {}
func (idle) word(string, *string, []string)             {}
func (idle) decimal(string, *Decimal, presence)         {}
func (idle) flag(string, **bool, presence)              {}
func (idle) digest(string, *string, presence)           {}
func (idle) public(string, *string)                     {}
func (idle) verifiers(string, *[]string)                {}
func (idle) codes(string, *[]Codes)                     {}
func (idle) values(string, *[]Value)                    {}
func (idle) ext(string, *[]byte)                        {}
func (idle) object(string, *[]byte, presence)           {}
func (idle) trigger(string, *Trigger)                   {}

// places is an idle visitor that knows the path of what it visits.
type places struct {
	idle
	path []step // of the objects and lists around the member being visited
}

// A step is the name of an object or list, or the number of an element.
type step struct {
	name  string
	index int // -1 where it is a name
}

func (p *places) pathOf(name string) string {
	path := ""
	for _, s := range p.path {
		if s.index >= 0 {
			path += element("", s.index)
		} else {
			path = joinPath(path, s.name)
		}
	}
	return joinPath(path, name)
}

func (p *places) enter(name string, present bool, _ presence) bool {
	if present {
		p.path = append(p.path, step{name, -1})
	}
	return present
}

func (p *places) leave() { p.path = p.path[:len(p.path)-1] }

func (p *places) list(name string, n int, none bool, _ presence) (int, bool) {
	if none {
		return 0, false
	}
	p.path = append(p.path, step{name, -1})
	return n, true
}

func (p *places) at(i int, _ *bool, _ *Ref) bool {
	p.path = append(p.path, step{"", i})
	return true
}

func (p *places) end() { p.leave() }

func (p *places) inline(present bool) bool { return present }

func (p *places) joined(_ string, present bool) bool { return present }
