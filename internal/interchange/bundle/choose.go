package bundle

import (
	"iter"
	"slices"
)

// A Candidate is what Choose has to know of a record.
type Candidate struct {
	Seq    uint64
	Type   string // of its event; empty for record 0
	ID     string // of its event
	Signs  string // of a signature event: the event that it signs
	Wanted bool   // it was asked for
}

// Choose returns the numbers of the records that a part of a ledger holds, in order: those that are wanted, record 0, all key and policy
// records, without which no signature can be judged, and with each event the signature records that sign it, and the other way round.
// The records come in order, so that what is signed comes before what signs it.
func Choose(records iter.Seq[Candidate]) []uint64 {
	var chosen []uint64
	groups := make(map[string]*group) // by event
	for c := range records {
		g := &group{}
		if signed := groups[c.Signs]; c.Type == "signature" && signed != nil {
			g = signed
		}
		if c.Seq > 0 {
			groups[c.ID] = g
		}
		switch {
		case c.Seq == 0 || c.Type == "key" || c.Type == "policy" || c.Wanted || g.chosen:
			g.chosen = true
			chosen = append(chosen, c.Seq)
			chosen = append(chosen, g.waiting...)
			g.waiting = nil
		default:
			g.waiting = append(g.waiting, c.Seq)
		}
	}
	slices.Sort(chosen)
	return chosen
}

// A group is an event and all that sign it, or sign what signs it: they go into a bundle together or not at all.
type group struct {
	chosen  bool
	waiting []uint64
}
