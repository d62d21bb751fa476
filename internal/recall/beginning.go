package recall

import "suyuan/internal/event"

// A Beginning is a record that a case was opened upon.
type Beginning struct {
	ID     event.ID
	Seq    uint64 // 0 where the ledger has no such record
	Type   event.Type
	Ref    event.Ref // what it is about: the subject of a test, else the first thing it names
	Result string    // of a test
}

// begun returns the records that the trigger names, in its order.
func (d *Dossier) begun() []Beginning {
	var list []Beginning
	for _, id := range d.Trigger.Events {
		b := Beginning{ID: id}
		if e, ok := d.g.ByID(id); ok {
			b.Seq, b.Type = e.Seq, e.Event.Type
			if test, ok := e.Event.Body.(*event.Test); ok {
				b.Ref, b.Result = test.Subject, test.Result
			} else {
				e.Event.Refs(func(_ string, r event.Ref) bool { b.Ref = r; return false })
			}
		}
		list = append(list, b)
	}
	return list
}
