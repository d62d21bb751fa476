package logbook

import "suyuan/internal/event"

// bulk is how many bytes an event must have that the graph drops, for its texts
// to be worth a copy without them.
const bulk = 1 << 10

// lean returns e without what the graph drops in any case, and in memory of its
// own. The texts of an event that was read share the memory of the whole line:
// one id would keep 48 KiB.
func lean(e event.Event) event.Event {
	m, ok := e.Body.(*event.Manufacture)
	droppable := len(e.Ext) + len(e.Note)
	if ok {
		for i := range m.Values {
			droppable += len(m.Values[i].Name) + len(m.Values[i].Text)
		}
	}
	if droppable < bulk || len(e.Unread) > 0 {
		return e
	}
	rest := e
	rest.Ext, rest.Note = nil, ""
	if ok {
		body := *m
		body.Values = nil
		rest.Body = &body
	}
	own, err := event.ParseStored(rest.Bytes())
	if err != nil {
		return e // as large, and as true
	}
	return own
}
