package recall

import (
	"slices"

	"suyuan/internal/event"
)

// NotFollowed returns the kinds of contacts of recall.md section 1 that no
// trace follows yet, in order of their names: what things share over time. Every
// answer names them, so that a program that reads it does not take what was not
// looked for to be absent. A kind leaves the list when it joins
// [suyuan/internal/genealogy.Vias].
func NotFollowed() []string {
	return []string{"backflow", "equipment", "open_lot", "operator", "room", "shipper", "vessel"}
}

// SharedSources returns the sources that other things share over time. Nothing
// but declared contacts is followed from them, or to them, so far.
func (a *Answer) SharedSources() []event.Ref {
	var list []event.Ref
	for i := range a.starts {
		r := a.n.Ref(a.starts[i].thing)
		switch r.Kind() {
		case event.KindEquipment, event.KindRoom, event.KindOperator:
			list = append(list, r)
		default:
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return slices.Compact(list)
}
