package genealogy

import "suyuan/internal/event"

// A Span is a closed interval. A zero end is open.
type Span struct{ From, To event.Time }

// Remembers reports whether a thing can have several epochs: equipment and
// rooms, which are cleaned, and operators, whose sessions end.
func (n *Network) Remembers(i int32) bool { return remembers(n.g.things[i].ref.Kind()) }

func remembers(k event.Kind) bool {
	return k == event.KindEquipment || k == event.KindRoom || k == event.KindOperator
}

// Cuts returns where the epochs of a thing meet at a floor, in order and each
// once; none for what has a single epoch (recall.md section 2).
func (n *Network) Cuts(i int32, floor Grade) []event.Time { return nil }

// Marks returns when microbial results out of limit mark a room or a piece of
// equipment, in order of their beginning (recall.md section 2).
func (n *Network) Marks(r event.Ref) []Span { return nil }
