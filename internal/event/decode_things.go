package event

import (
	"slices"
	"strings"
)

func (d *decoder) id(name string, k Kind, p *Ref, r presence) {
	if n, ok := d.str(name, r, wantID); ok {
		ref, want := refOf(k, n.text)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = ref
	}
}

func (d *decoder) ids(name string, k Kind, p *[]Ref, r presence) {
	many(d, name, p, r, wantID, func(s string) (Ref, string) { return refOf(k, s) })
}

func (d *decoder) thing(name string, kinds []Kind, p *Ref, r presence) {
	if n, ok := d.str(name, r, wantRef); ok {
		ref, want := thingOf(n.text, kinds)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = ref
	}
}

func (d *decoder) things(name string, kinds []Kind, p *[]Ref, r presence) {
	many(d, name, p, r, wantRef, func(s string) (Ref, string) { return thingOf(s, kinds) })
}

// thingOf reads a reference to one of the kinds, and returns what it wanted
// where s is none.
func thingOf(s string, kinds []Kind) (Ref, string) {
	name, id, ok := strings.Cut(s, ":")
	if !ok {
		return Ref{}, wantRef
	}
	k, ok := ParseKind(name)
	if kinds == nil {
		ok = ok && k != KindProduct
	} else {
		ok = ok && slices.Contains(kinds, k)
	}
	if !ok {
		names := kindList(kinds)
		return Ref{}, orMeant("a reference kind:id, the kind "+oneOf(names), name, names)
	}
	return refOf(k, id)
}

func kindList(kinds []Kind) []string {
	if kinds == nil {
		kinds = Kinds()
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return names
}

func (d *decoder) aliquot(name string, lot *Ref, p *string) {
	n, ok := d.str(name, may, "the aliquot's own name")
	if !ok {
		return
	}
	*p = n.text
	switch want := bareWant(KindAliquot, n.text); {
	case want != "":
		d.bad(name, n, want)
	case strings.Contains(n.text, "/"):
		d.bad(name, n, "the aliquot's own name, without \"/\"")
	case len(lot.id)+1+len(n.text) > MaxID:
		d.bad(name, n, "a name that makes, with its lot's, "+wantID)
	}
}

func (d *decoder) forPatient(name string, p *Ref, none *bool) {
	if n, ok := d.str(name, may, wantID); ok {
		if n.text == "" {
			*none = true
			return
		}
		ref, want := refOf(KindPatient, n.text)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = ref
	}
}

func (d *decoder) codes(name string, p *[]Codes) {
	n, _ := d.member(name, objectNode, may, "an object of lists of codes")
	if n == nil {
		return
	}
	all := make([]Codes, 0, n.n)
	for c := n.first; c != 0; c = d.nodes[c].next {
		v := &d.nodes[c]
		ref, want := thingOf(v.key, nil)
		path := name + "[" + quote(v.key) + "]"
		switch {
		case want != "":
			d.fail(v.off, name, "the name "+quote(v.key), want)
			return
		case v.kind != listNode || v.n == 0:
			d.bad(path, v, "a list of at least one code")
			return
		}
		all = append(all, Codes{ref, elements(d, v, path, "a code", labelOf)})
	}
	slices.SortFunc(all, func(a, b Codes) int { return compareUTF16(a.Thing.String(), b.Thing.String()) })
	*p = all
}

func (d *decoder) values(name string, p *[]Value) {
	n, _ := d.member(name, objectNode, may, "an object of decimals and texts")
	if n == nil {
		return
	}
	all := make([]Value, 0, n.n)
	for c := n.first; c != 0; c = d.nodes[c].next {
		v := &d.nodes[c]
		if want := textWant(v.key, maxLabel); want != "" {
			d.fail(v.off, name, "the name "+quote(v.key), "a name of 1 to 200 characters")
			return
		}
		if want := textWant(v.text, MaxText); v.kind != stringNode || want != "" {
			d.bad(joinPath(name, pathKey(v.key)), v, "a decimal or a text, in quotes, of 1 to 2000 characters")
			return
		}
		all = append(all, Value{v.key, v.text})
	}
	slices.SortFunc(all, func(a, b Value) int { return compareUTF16(a.Name, b.Name) })
	*p = all
}

func (d *decoder) ext(name string, p *[]byte) {
	n, at := d.member(name, objectNode, may, "an object")
	if n == nil {
		return
	}
	for c := n.first; c != 0; c = d.nodes[c].next {
		if key := d.nodes[c].key; !isExtName(key) {
			d.fail(d.nodes[c].off, name, "the name "+quote(key), "prefix:name, of letters, digits and . _ - (and / in the name), at most 200")
			return
		}
	}
	*p = appendNode(nil, d.nodes, at)
}

// isExtName reports whether s is the name of an extension, prefix:name.
func isExtName(s string) bool {
	prefix, name, ok := strings.Cut(s, ":")
	if !ok || prefix == "" || name == "" || len(s) > maxLabel {
		return false
	}
	return !strings.ContainsFunc(prefix, func(r rune) bool { return !extRune(r) }) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r != '/' && !extRune(r) })
}

func extRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '.' || r == '_' || r == '-'
}

func (d *decoder) object(name string, p *[]byte, r presence) {
	if _, at := d.member(name, objectNode, r, "an object"); at != 0 {
		*p = appendNode(nil, d.nodes, at)
	}
}

func (d *decoder) trigger(name string, p *Trigger) {
	at := d.find(name, may)
	if at == 0 {
		return
	}
	switch n := &d.nodes[at]; n.kind {
	case stringNode:
		d.text(name, &p.Text, may)
	case listNode:
		d.uuids(name, &p.Events, may)
	case objectNode, numberNode, trueNode, falseNode:
		d.bad(name, n, "a text, or a list of event ids")
	}
}

func (d *decoder) push(name string, index int, obj int32) {
	d.frames = append(d.frames, frame{d.obj, d.item, index, len(d.asked), name})
	d.obj = obj
}

func (d *decoder) pop() {
	f := d.frames[len(d.frames)-1]
	d.frames = d.frames[:len(d.frames)-1]
	d.obj, d.item, d.asked = f.obj, f.item, d.asked[:f.asked]
}

func (d *decoder) enter(name string, _ bool, r presence) bool {
	_, at := d.member(name, objectNode, r, "an object")
	if at == 0 {
		return false
	}
	d.push(name, -1, at)
	return true
}

func (d *decoder) leave() {
	d.strangers()
	d.pop()
}

// strangers refuses, or lists, the members that nobody asked for.
func (d *decoder) strangers() {
	from := 0
	if len(d.frames) > 0 {
		from = d.frames[len(d.frames)-1].asked
	}
	for c := d.nodes[d.obj].first; c != 0 && d.err == nil; c = d.nodes[c].next {
		n := &d.nodes[c]
		switch {
		case n.seen:
		case d.stored:
			d.unread = append(d.unread, d.path(pathKey(n.key)))
		default:
			d.stranger = true
			d.fail(n.off, pathKey(n.key), "a member that this object does not have", orMeant("one that it has", n.key, d.asked[from:]))
		}
	}
}

func (d *decoder) list(name string, _ int, _ bool, r presence) (int, bool) {
	n, at := d.member(name, listNode, r, "a list")
	if n == nil {
		return 0, false
	}
	d.push(name, -1, at)
	d.item = n.first
	return int(n.n), true
}

func (d *decoder) at(i int, bare *bool, unit *Ref) bool {
	if d.err != nil {
		return false
	}
	item := d.item
	n := &d.nodes[item]
	d.item = n.next
	switch {
	case n.kind == objectNode && n.n > 0:
		d.push("", i, item)
		return true
	case n.kind == stringNode && bare != nil:
		ref, want := refOf(KindUnit, n.text)
		if want != "" {
			d.bad(element("", i), n, want)
		}
		*bare, *unit = true, ref
	case bare != nil:
		d.bad(element("", i), n, "the id of a unit, or an object with members")
	default:
		d.bad(element("", i), n, "an object with members")
	}
	return false
}

func (d *decoder) end() { d.pop() }

func (d *decoder) inline(bool) bool { return true }

func (d *decoder) joined(name string, _ bool) bool {
	if !d.stored {
		return true
	}
	for c := d.nodes[d.obj].first; c != 0; c = d.nodes[c].next {
		if d.nodes[c].key == name {
			return true
		}
	}
	return false
}
