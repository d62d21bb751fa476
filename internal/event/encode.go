package event

import "strconv"

func (e *encoder) typ(name string, p *Type) { e.str(name, string(*p)) }

func (e *encoder) time(name string, p *Time, _ presence) {
	if !p.IsZero() {
		from := len(e.out)
		e.out = append(p.append(append(e.out, '"')), '"')
		e.put(name, from)
	}
}

func (e *encoder) uuid(name string, p *ID, _ presence) { e.str(name, string(*p)) }

func (e *encoder) uuids(name string, p *[]ID, _ presence) {
	strs(e, name, *p, func(id ID) string { return string(id) })
}

func (e *encoder) count(name string, p *int64) {
	if *p != 0 {
		e.number(name, *p)
	}
}

func (e *encoder) integer(name string, p **int64, _ presence) {
	if *p != nil {
		e.number(name, **p)
	}
}

func (e *encoder) number(name string, i int64) {
	from := len(e.out)
	e.out = strconv.AppendInt(e.out, i, 10)
	e.put(name, from)
}

func (e *encoder) id(name string, _ Kind, p *Ref, _ presence) { e.str(name, p.id) }

func (e *encoder) ids(name string, _ Kind, p *[]Ref, _ presence) { strs(e, name, *p, Ref.ID) }

func (e *encoder) thing(name string, _ []Kind, p *Ref, _ presence) { e.str(name, p.String()) }

func (e *encoder) things(name string, _ []Kind, p *[]Ref, _ presence) {
	strs(e, name, *p, Ref.String)
}

func (e *encoder) aliquot(name string, _ *Ref, p *string) { e.str(name, *p) }

func (e *encoder) forPatient(name string, p *Ref, none *bool) {
	e.str(name, p.id)
	if *none && p.IsZero() {
		e.raw(name, []byte(`""`))
	}
}

func (e *encoder) text(name string, p *string, _ presence) { e.str(name, *p) }

func (e *encoder) label(name string, p *string, _ presence) { e.str(name, *p) }

func (e *encoder) texts(name string, p *[]string, _ presence) { strs(e, name, *p, same) }

func (e *encoder) labels(name string, p *[]string, _ presence) { strs(e, name, *p, same) }

func (e *encoder) choice(name string, p *string, _ []string, _ presence) { e.str(name, *p) }

func (e *encoder) choices(name string, p *[]string, _ []string, _ int) { strs(e, name, *p, same) }

func (e *encoder) decimal(name string, p *Decimal, _ presence) { e.str(name, string(*p)) }

func (e *encoder) flag(name string, p **bool, _ presence) {
	if *p != nil {
		from := len(e.out)
		e.out = strconv.AppendBool(e.out, **p)
		e.put(name, from)
	}
}

func (e *encoder) digest(name string, p *string, _ presence) { e.str(name, *p) }

func (e *encoder) word(name string, p *string, _ []string) { e.str(name, *p) }

func (e *encoder) public(name string, p *string) { e.str(name, *p) }

func (e *encoder) verifiers(name string, p *[]string) { strs(e, name, *p, same) }

func (e *encoder) ext(name string, p *[]byte) { e.raw(name, *p) }

func (e *encoder) object(name string, p *[]byte, _ presence) { e.raw(name, *p) }
