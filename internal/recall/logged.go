package recall

import (
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// coveredByLoggers reports whether loggers' files cover the way of a shipment from its departure to an arrival. A file covers from its first reading to its last, and
// as much before and after as may lie between two readings by what it was judged by. What another logger
// measured covers nothing, and where no interval was required a reading speaks for its moment alone. Files that were read out after at are not known then. What readings lack in between is said by the file's own gaps.
func coveredByLoggers(g *genealogy.Graph, shipment event.Ref, arrival *event.Event, at event.Time) bool {
	sent, ok := g.Sent(shipment)
	if !ok {
		return false
	}
	from, to := sent.Event.Time, arrival.Time
	var spans []genealogy.Span
	for _, m := range g.History(shipment) {
		e := g.Entry(m)
		b, ok := e.Event.Body.(*event.Temperature)
		if !ok || e.Struck() || e.Event.Time.After(at) || slices.Contains(b.Doubts, event.DoubtOtherLogger) || b.To.Before(from) || b.From.After(to) {
			continue
		}
		// A hundred years: more would not fit into a Duration.
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
