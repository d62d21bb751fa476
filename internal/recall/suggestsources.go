package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// spokenFor returns what a bad test tells of: what its hold lies on, and what
// its sample was taken from, up to what was sampled, with the batches of these.
func (s *suggesting) spokenFor(h *genealogy.Hold, b *event.Test) []event.Ref {
	list := joined(nil, s.g.LiesOn(h))
	if !b.Sample.IsZero() {
		list = joined(list, []event.Ref{b.Sample})
	}
	for i := 0; i < len(list); i++ {
		list = joined(list, s.g.Twins(list[i]))
		for _, m := range s.g.Makings(list[i]) {
			if !m.Batch.IsZero() {
				list = joined(list, []event.Ref{m.Batch})
			}
			made, ok := m.Entry.Event.Body.(*event.Manufacture)
			if !ok || m.Role != event.RoleSample && m.Role != event.RoleRetained {
				continue
			}
			for k := range made.Inputs {
				list = joined(list, []event.Ref{made.Inputs[k].Unit})
			}
		}
	}
	return list
}

// sources returns what a case on a bad test is opened on: the batches that it
// speaks for, and of all else what these do not cover, but for what was used up
// and lives on in nothing more.
func (s *suggesting) sources(on []event.Ref, needed []int32, at event.Time) []event.Ref {
	var list, others []event.Ref
	for _, r := range on {
		if r.Kind() == event.KindBatch {
			list = append(list, r)
		} else {
			others = append(others, r)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	batches := len(list)
	list = append(list, others...)
	for i := len(list) - 1; i >= batches && len(list) > 1; i-- {
		rest := slices.Delete(slices.Clone(list), i, i+1)
		covered := descent(s.g, s.n, rest, at, nil)
		if !slices.ContainsFunc(needed, func(thing int32) bool { return !covered[thing] }) {
			list = rest
		}
	}
	return list
}

// needed returns what a case on a bad test has to reach: all that the test
// speaks for and what was made of it, without what was used up on the way.
func (s *suggesting) needed(on []event.Ref, at event.Time) []int32 {
	var list []int32
	for thing := range descent(s.g, s.n, on, at, nil) {
		r := s.n.Ref(thing)
		if r.Kind() != event.KindUnit || !slices.Contains(on, r) {
			list = append(list, thing)
			continue
		}
		status := s.g.Status(r, at)
		if t := (Thing{State: status.State, Site: status.Site}); t.present() || t.State == genealogy.Infused {
			list = append(list, thing)
		}
	}
	return list
}

// living returns which of the things can be covered by others: not batches,
// which stand for what was made under them.
func (s *suggesting) living(things []int32) []event.Ref {
	var list []event.Ref
	for _, thing := range things {
		if r := s.n.Ref(thing); r.Kind() != event.KindBatch {
			list = append(list, r)
		}
	}
	return list
}
