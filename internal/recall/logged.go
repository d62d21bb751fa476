package recall

import (
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// logged reports whether loggers' files cover the way of a shipment from its departure to an arrival. A file covers from its first reading to its last, and
// as much before and after as may lie between two readings; where any interval is allowed it covers the whole way that it touches. What another logger
// measured covers nothing. What readings lack in between is said by the file's own gaps.
func logged(g *genealogy.Graph, shipment event.Ref, arrival *event.Event) bool {
	sent, ok := g.Sent(shipment)
	if !ok {
		return false
	}
	from, to := sent.Event.Time, arrival.Time
	var spans []genealogy.Span
	for _, m := range g.History(shipment) {
		e := g.Entry(m)
		b, ok := e.Event.Body.(*event.Temperature)
		if !ok || e.Struck() || slices.Contains(b.Doubts, event.DoubtOtherLogger) || b.To.Before(from) || b.From.After(to) {
			continue
		}
		if b.Interval == 0 {
			return true
		}
		between := time.Duration(min(b.Interval, int64(100*365*24*time.Hour/time.Second))) * time.Second
		spans = append(spans, genealogy.Span{From: b.From.Add(-between), To: b.To.Add(between)})
	}
	slices.SortFunc(spans, func(a, b genealogy.Span) int { return a.From.Std().Compare(b.From.Std()) })
	for _, s := range spans {
		if !s.From.After(from) && s.To.After(from) {
			from = s.To
		}
	}
	return !from.Before(to)
}
