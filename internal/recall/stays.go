package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// unit lists what the history of a reached unit lacks.
func (r *reading) unit(t *Thing, story *genealogy.Story) {
	s := stays{r: r, unit: t.Ref, thing: t.index, story: story}
	for k, m := range story.Mentions {
		if !story.Struck(k) {
			s.mention(m, story.Entry(k))
		}
	}
	if t.State != genealogy.Unaccounted {
		return
	}
	if s.sent != nil {
		r.lack(NoArrival, t.Ref, s.sent.Event.Time, event.Time{}, s.sent.Number())
	}
	last := t.entry - 1
	if last < 0 {
		last = first(r.a.g, story.Mentions)
	}
	if last >= 0 {
		r.lack(NoFinalState, t.Ref, r.a.g.When(genealogy.Mention{Entry: last}), event.Time{}, last)
	}
}

// stays follows one unit through vessels and shipments.
type stays struct {
	r        *reading
	unit     event.Ref
	thing    int32
	story    *genealogy.Story
	stored   *genealogy.Entry // in a vessel since
	vessel   event.Ref
	sent     *genealogy.Entry // on its way since
	shipment event.Ref
	taken    bool // its first use as an input was judged
	origin   *genealogy.Entry
}

func (s *stays) mention(m genealogy.Mention, e *genealogy.Entry) {
	switch m.As {
	case genealogy.AsMade:
		if _, ok := e.Event.Body.(*event.Collection); ok {
			s.origin = e
		}
	case genealogy.AsStored:
		s.seen(e)
		s.leave(e)
		s.stored, s.vessel = e, e.Event.Body.(*event.Store).Equipment
	case genealogy.AsRetrieved:
		s.seen(e)
		if e.Event.Body.(*event.Retrieve).Equipment == s.vessel {
			s.stored = nil
		}
	case genealogy.AsShipped:
		s.seen(e)
		s.leave(e)
		s.sent, s.shipment = e, e.Event.Body.(*event.Shipment).Shipment
	case genealogy.AsAccepted, genealogy.AsRejected:
		if e.Event.Body.(*event.Arrival).Shipment == s.shipment {
			s.sent = nil
		}
	case genealogy.AsInput:
		s.seen(e)
		s.intake(e)
		s.left(m, e)
	case genealogy.AsWorked:
		s.seen(e)
	case genealogy.AsInfused, genealogy.AsDisposed:
		s.seen(e)
		s.leave(e)
	default:
	}
}

// left ends a stay where an input was consumed; what is only sampled can be
// put back.
func (s *stays) left(m genealogy.Mention, e *genealogy.Entry) {
	if e.Event.Body.(*event.Manufacture).Inputs[m.N].Consumed() {
		s.leave(e)
	}
}

// leave notes a stay in a vessel that something other than a retrieve ended.
func (s *stays) leave(e *genealogy.Entry) {
	if s.stored != nil {
		s.r.lack(NoRetrieve, s.unit, s.stored.Event.Time, e.Event.Time, s.stored.Number(), e.Number())
		s.stored = nil
	}
}

// seen notes that the unit turned up although no arrival says that it came.
func (s *stays) seen(e *genealogy.Entry) {
	if s.sent != nil {
		s.r.lack(NoArrival, s.unit, s.sent.Event.Time, e.Event.Time, s.sent.Number(), e.Number())
		s.sent = nil
	}
}

// intake notes the first use of a collected unit of which no sample was ever
// tested. The sample that would have told which of two patients was first is
// the one that is usually lacking (IASR 45(538)).
func (s *stays) intake(e *genealogy.Entry) {
	if s.taken || s.origin == nil {
		return
	}
	s.taken = true
	if len(testsOf(s.r.a.g, s.story)) > 0 || s.sampled() {
		return
	}
	s.r.lack(NoIntakeSample, s.unit, s.origin.Event.Time, e.Event.Time, e.Number())
}

// sampled reports whether a sample drawn from the unit was tested.
func (s *stays) sampled() bool {
	if s.r.n == nil {
		s.r.n = s.r.a.n.Apart().Lean()
	}
	for c := range s.r.n.From(s.thing) {
		sample := s.r.n.Ref(c.Target)
		if c.Via != genealogy.ViaInput || sample.Kind() != event.KindUnit {
			continue
		}
		if role, _ := s.r.a.g.Role(sample, s.r.a.Query.At); role == event.RoleSample && s.r.tested(sample) {
			return true
		}
	}
	return false
}

// tested reports whether a unit, or a sample of that id, was tested.
func (r *reading) tested(unit event.Ref) bool {
	return slices.ContainsFunc(r.a.g.History(unit), func(m genealogy.Mention) bool {
		return (m.As == genealogy.AsTested || m.As == genealogy.AsSample) && !r.a.g.Struck(m)
	})
}
