package recall

import (
	"cmp"
	"fmt"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Dice draws a whole number from 0 up to, not including, n, each as likely as
// the others. Package recall has no randomness of its own: the caller brings
// it, and the same dice give the same drill.
type Dice func(n int) int

// PickableKinds returns the kinds of things that a random drill can be about.
func PickableKinds() []event.Kind {
	return []event.Kind{event.KindDonor, event.KindBatch, event.KindLot}
}

// Pickable returns what a random drill can pick of a kind by a time: donors who
// gave, batches that were released, lots that went into something; in order.
func Pickable(g *genealogy.Graph, kind event.Kind, at event.Time) []event.Ref {
	var list []event.Ref
	for r := range g.ThingsOf(kind) {
		if pickable(g, r, at) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return list
}

func pickable(g *genealogy.Graph, r event.Ref, at event.Time) bool {
	if r.Kind() == event.KindBatch {
		return releasedBatch(g, r, at)
	}
	for _, m := range g.History(r) {
		e := g.Entry(m)
		if e.Struck() || e.Event.Time.After(at) {
			continue
		}
		switch m.As {
		case genealogy.AsDonor, genealogy.AsMaterial, genealogy.AsOpened:
			return true
		default:
		}
	}
	return false
}

// releasedBatch reports whether a batch, or any unit of it, stands released.
func releasedBatch(g *genealogy.Graph, batch event.Ref, at event.Time) bool {
	return slices.ContainsFunc(append(g.UnitsOf(batch, at), batch), func(r event.Ref) bool {
		_, b := g.Decision(r, at)
		return b != nil && b.Decision != event.DecisionRejected
	})
}

// A NothingToPickError says that no thing of the kinds asked for is there to be
// rehearsed.
type NothingToPickError struct{ Kinds []event.Kind }

// Error says what was looked for.
func (e *NothingToPickError) Error() string {
	return fmt.Sprintf("nothing to pick: want a thing of kind %v", e.Kinds)
}

// Pick draws one thing of the kinds, by kind first: a ledger with a hundred
// lots to a donor would otherwise rehearse hardly any donor.
func Pick(g *genealogy.Graph, kinds []event.Kind, at event.Time, dice Dice) (event.Ref, error) {
	var pools [][]event.Ref
	for _, k := range kinds {
		if list := Pickable(g, k, at); len(list) > 0 {
			pools = append(pools, list)
		}
	}
	if len(pools) == 0 {
		return event.Ref{}, &NothingToPickError{kinds}
	}
	pool := pools[dice(len(pools))]
	return pool[dice(len(pool))], nil
}

// Findings are the answers that a random drill is scored by. Backward is nil
// where there is nothing to ask: nobody knows what is behind a donor.
type Findings struct {
	Picked   event.Ref
	Forward  *Answer
	Backward *Answer
	Balance  *BalanceAnswer
}

// A RandomScore is what a random drill found of what a recall would need.
type RandomScore struct {
	Picked   event.Ref
	At       event.Time
	Counts   Counts // at possible
	Balance  Balance
	Patients [3]int // identified, by genealogy.Grade, cumulative
	// Backward is how many donors, lots and batches it can have come from.
	Backward int
	Sites    []SiteContact // those concerned, in order
	Missing  []MissingCount
}

// A SiteContact says whether a site that a notice would have to reach has
// anybody on file to reach.
type SiteContact struct {
	Site   event.Ref
	OnFile bool
}

// A MissingCount is how many records of one code are missing.
type MissingCount struct {
	Code MissingCode
	N    int
}

// Accounted returns how many units were made and how many of them are accounted
// for.
func (s *RandomScore) Accounted() (made, accounted int) {
	return s.Balance.Made, s.Balance.Made - s.Balance.Unaccounted
}

// Reachable returns how many sites have a contact on file.
func (s *RandomScore) Reachable() int {
	n := 0
	for i := range s.Sites {
		if s.Sites[i].OnFile {
			n++
		}
	}
	return n
}

// Good reports whether nothing would have stood in a recall's way: every unit
// accounted for, and somebody to call at every site.
func (s *RandomScore) Good() bool {
	return s.Balance.Unaccounted == 0 && s.Reachable() == len(s.Sites)
}

// Score scores what was found.
func (f *Findings) Score() *RandomScore {
	a := f.Forward
	s := &RandomScore{Picked: f.Picked, At: a.Query.At, Counts: a.ByGrade[genealogy.Possible], Balance: f.Balance.Balance}
	for _, grade := range genealogy.Grades() {
		s.Patients[grade] = a.ByGrade[grade].Patients
	}
	for _, site := range concerned(a.g, a, a.Query.At) {
		b, _, ok := a.g.Registered(site, a.Query.At)
		s.Sites = append(s.Sites, SiteContact{site, ok && b.Contact != ""})
	}
	counts := make(map[MissingCode]int)
	for _, asked := range []*Answer{f.Forward, f.Backward} {
		if asked == nil {
			continue
		}
		for i := range asked.Missing {
			counts[asked.Missing[i].Code]++
		}
	}
	s.Missing = missingCounts(counts)
	if f.Backward != nil {
		s.Backward = behind(f.Backward)
	}
	return s
}

func missingCounts(counts map[MissingCode]int) []MissingCount {
	list := make([]MissingCount, 0, len(counts))
	for code, n := range counts {
		list = append(list, MissingCount{code, n})
	}
	slices.SortFunc(list, func(a, b MissingCount) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

func behind(a *Answer) int {
	n := 0
	for i := range a.Things {
		switch a.Things[i].Ref.Kind() {
		case event.KindDonor, event.KindBatch, event.KindLot:
			n++
		default:
		}
	}
	return n
}

// Result returns what a ledger keeps of a random drill.
func (f *Findings) Result() DrillResult {
	score := f.Score()
	r := DrillResult{Kind: DrillRandom, Sources: []event.Ref{f.Picked}, Good: score.Good(), Random: score, Scope: f.Forward}
	r.reach(f.Forward, f.Backward)
	return r
}

func (s *RandomScore) write(j *jsonWriter) {
	made, accounted := s.Accounted()
	o := j.begin()
	o.member("accounted", true, func() { j.numbers(number{"made", made}, number{"units", accounted}) })
	o.member("at", !s.At.IsZero(), func() { j.time(s.At) })
	o.member("backward", true, func() { j.count(s.Backward) })
	o.member("balance", true, func() { j.balance(&s.Balance) })
	o.member("counts", true, func() { j.counts(&s.Counts) })
	o.member("missing", true, func() {
		codes := j.begin()
		for _, m := range s.Missing {
			codes.member(string(m.Code), true, func() { j.count(m.N) })
		}
		codes.end()
	})
	o.member("patients", true, func() {
		j.numbers(number{"confirmed", s.Patients[genealogy.Confirmed]}, number{"possible", s.Patients[genealogy.Possible]},
			number{"probable", s.Patients[genealogy.Probable]})
	})
	o.member("picked", true, func() { j.ref(s.Picked) })
	o.member("sites", true, func() {
		sites := j.begin()
		sites.member("concerned", true, func() { j.count(len(s.Sites)) })
		sites.member("lacking", true, func() { j.refs(s.lacking()) })
		sites.member("with_contact", true, func() { j.count(s.Reachable()) })
		sites.end()
	})
	o.end()
}

// maxLacking is how many sites without a contact a ledger keeps the names of.
const maxLacking = 100

func (s *RandomScore) lacking() []event.Ref {
	var list []event.Ref
	for i := range s.Sites {
		if !s.Sites[i].OnFile && len(list) < maxLacking {
			list = append(list, s.Sites[i].Site)
		}
	}
	return list
}
