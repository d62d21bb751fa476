package event

// Refs yields every reference that the event names, with its member's path as
// in outputs[2].unit: the type's own members in the contract's order, then the
// common ones. A material yields its lot, and the aliquot where one is named;
// a thing that is named twice is yielded twice.
func (e *Event) Refs(yield func(path string, r Ref) bool) {
	e.members(&walker{yield: yield})
}

// Named yields the same references in the same order, at less than half the cost:
// it makes no paths.
func (e *Event) Named(yield func(r Ref) bool) {
	e.members(&walker{named: yield, places: places{path: make([]step, 0, 4)}})
}

// walker is the visitor behind Refs and Named; done says that no more is
// wanted.
type walker struct {
	places
	yield func(path string, r Ref) bool
	named func(r Ref) bool // in place of yield
	done  bool
}

func (w *walker) show(name string, r Ref) { w.showAt(name, -1, r) }

// showAt shows element i of the list name, or the member name where i is -1.
func (w *walker) showAt(name string, i int, r Ref) {
	switch {
	case w.done || r.IsZero():
	case w.named != nil:
		w.done = !w.named(r)
	case i >= 0:
		w.done = !w.yield(w.pathOf(element(name, i)), r)
	default:
		w.done = !w.yield(w.pathOf(name), r)
	}
}

func (w *walker) id(name string, _ Kind, p *Ref, _ presence) { w.show(name, *p) }

func (w *walker) ids(name string, _ Kind, p *[]Ref, _ presence) {
	for i, r := range *p {
		w.showAt(name, i, r)
	}
}

func (w *walker) thing(name string, _ []Kind, p *Ref, _ presence) { w.show(name, *p) }

func (w *walker) things(name string, _ []Kind, p *[]Ref, _ presence) {
	w.ids(name, KindNone, p, may)
}

func (w *walker) aliquot(name string, lot *Ref, p *string) {
	if *p != "" {
		w.show(name, Ref{KindAliquot, lot.id + "/" + *p})
	}
}

func (w *walker) forPatient(name string, p *Ref, _ *bool) { w.show(name, *p) }

func (w *walker) codes(name string, p *[]Codes) {
	for _, c := range *p {
		w.show(name+pathKey(c.Thing.String()), c.Thing)
	}
}

func (w *walker) at(i int, bare *bool, unit *Ref) bool {
	if bare != nil && *bare {
		w.showAt("", i, *unit)
		return false
	}
	return w.places.at(i, bare, unit)
}
