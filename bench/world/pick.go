package world

// Patients returns the numbers of patients: from low on and below high.
func Patients() (low, high Thing) { return thing(aPatient, 0, 0, 0), thing(aPatient+1, 0, 0, 0) }

// Lots returns up to n lots, each of them used by about as many batches as any, from the middle of the world.
func (s Shape) Lots(n int) []Thing {
	w := s.scale()
	window := w.lot(collectSlots, w.start(s.Batches/2)).number()
	var lots []Thing
	for k := range min(n, makeSlots) {
		lots = append(lots, thing(aLot, 0, window, collectSlots+k*7%makeSlots))
	}
	return lots
}

// Tank returns a tank in which doses are kept, and a time in the middle of the world.
func (s Shape) Tank() (tank Thing, at int64) {
	w := s.scale()
	return thing(aTank, others, 2, 0), w.start(s.Batches / 2)
}

// Doses returns doses that were made with a lot, and as many as wanted that were made in the same days without it.
func (s Shape) Doses(lot Thing, with, without int) (exposed, others []Thing) {
	for e := range s.Events() {
		if e.Type != Manufacture || len(e.Outputs) == 0 || e.Outputs[0].Unit.class() != aDose {
			continue
		}
		used := false
		for _, m := range e.Materials {
			used = used || m == lot
		}
		switch {
		case used && len(exposed) < with:
			exposed = append(exposed, e.Outputs[0].Unit)
		case !used && len(exposed) > 0 && len(others) < without:
			others = append(others, e.Outputs[0].Unit)
		}
		if len(exposed) == with && len(others) == without {
			break
		}
	}
	return exposed, others
}
