package recall

import (
	"cmp"
	"container/heap"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Odds are probabilities in parts of [Certain].
type Odds [3]int

// Certain is the odds of what always happens.
const Certain = 10000

// A plant is a hidden contamination: what it began with, since when, and what
// it came to. It spreads by the rules of docs/trace.md, one contact after the
// other, and shares no code with the search that is to find it.
type plant struct {
	n     *genealogy.Network
	odds  Odds // by the grade of a contact
	vias  genealogy.ViaSet
	dice  Dice
	drawn map[*genealogy.Contact]bool
	cut   map[int32][]epoch // as far as it was asked
	since map[place]event.Time
	queue placeQueue
}

// A place is a thing in one of its epochs. Every cleaning ends an epoch of the
// hidden contamination; over one that nobody verified it may get all the same.
type place struct {
	thing int32
	epoch int
}

// spread lets a contamination of a thing at a time go on to what it touches. It
// returns everything that is truly contaminated, and since when.
func spread(n *genealogy.Network, thing int32, at event.Time, odds Odds, dice Dice) map[event.Ref]event.Time {
	q := NewQuery()
	p := &plant{
		n: n, odds: odds, vias: q.vias(), dice: dice,
		drawn: make(map[*genealogy.Contact]bool), cut: make(map[int32][]epoch), since: make(map[place]event.Time),
	}
	begin := 0
	for k, e := range p.epochs(thing) {
		if !at.Before(e.from) {
			begin = k // the last epoch that it lies in
		}
	}
	p.reach(place{thing, begin}, at)
	for p.queue.Len() > 0 {
		next := heap.Pop(&p.queue).(placeAt)
		if p.since[next.place].Compare(next.since) == 0 {
			p.passOn(next.place)
		}
	}
	truth := make(map[event.Ref]event.Time)
	for at, since := range p.since {
		r := n.Ref(at.thing)
		if old, ok := truth[r]; !ok || since.Before(old) {
			truth[r] = since
		}
	}
	return truth
}

func (p *plant) reach(to place, since event.Time) {
	if old, ok := p.since[to]; ok && !since.Before(old) {
		return
	}
	p.since[to] = since
	heap.Push(&p.queue, placeAt{to, since})
}

func (p *plant) passOn(from place) {
	since := p.since[from]
	epochs := p.epochs(from.thing)
	own := epochs[from.epoch]
	for c := range p.n.From(from.thing) {
		if !p.vias.Has(c.Via) {
			continue
		}
		for k, theirs := range p.epochs(c.Target) {
			if t, ok := passes(since, c, own, theirs); ok && p.draw(c) {
				p.reach(place{c.Target, k}, t)
			}
		}
	}
	if from.epoch+1 < len(epochs) && !own.verified && p.dice(Certain) < p.odds[genealogy.Possible] {
		p.reach(place{from.thing, from.epoch + 1}, own.to)
	}
}

// passes returns when a contact passes on what one side has since a time. It
// lies in both epochs where it shares more than an instant with them, or one
// and is itself an instant.
func passes(since event.Time, c *genealogy.Contact, own, theirs epoch) (event.Time, bool) {
	begin := later(later(c.From, own.from), theirs.from)
	end := earlier(earlier(c.To, own.to), theirs.to)
	instant := !c.From.IsZero() && !c.To.IsZero() && c.From.Compare(c.To) == 0
	if !begin.IsZero() && !end.IsZero() && (end.Before(begin) || end.Compare(begin) == 0 && !instant) {
		return event.Time{}, false
	}
	since = later(since, begin)
	return since, end.IsZero() || !since.After(end)
}

// draw says whether a contact passes anything on, once for all. What is the
// same is one thing, whatever the odds.
func (p *plant) draw(c *genealogy.Contact) bool {
	if c.Via == genealogy.ViaSame {
		return true
	}
	passed, ok := p.drawn[c]
	if !ok {
		passed = p.dice(Certain) < p.odds[c.Grade]
		p.drawn[c] = passed
	}
	return passed
}

// An epoch is the time of a thing from one cleaning to the next; zero ends are
// open.
type epoch struct {
	from, to event.Time
	verified bool // the cleaning at its end
}

// earlier returns the earlier of two ends; a zero one is open.
func earlier(a, b event.Time) event.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (p *plant) epochs(thing int32) []epoch {
	list, ok := p.cut[thing]
	if !ok {
		list = epochsOf(p.n, thing)
		p.cut[thing] = list
	}
	return list
}

// epochsOf cuts the time of a thing at every cleaning.
func epochsOf(n *genealogy.Network, thing int32) []epoch {
	list := []epoch{{}}
	if !n.Remembers(thing) {
		return list
	}
	verified := make(map[int64]bool)
	for _, t := range n.Cuts(thing, genealogy.Possible) {
		verified[t.Std().UnixNano()] = true
	}
	for _, t := range n.Cuts(thing, genealogy.Probable) {
		last := &list[len(list)-1]
		last.to, last.verified = t, verified[t.Std().UnixNano()]
		list = append(list, epoch{from: t})
	}
	return list
}

type placeAt struct {
	place
	since event.Time
}

// placeQueue gives the earliest place first; ties go by number, so that the
// same dice are thrown for the same contacts.
type placeQueue []placeAt

// Len is how many places wait.
func (q placeQueue) Len() int { return len(q) }

// Less orders by time, thing and epoch.
func (q placeQueue) Less(i, k int) bool {
	a, b := &q[i], &q[k]
	return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.thing, b.thing), cmp.Compare(a.epoch, b.epoch)) < 0
}

// Swap exchanges two places.
func (q placeQueue) Swap(i, k int) { q[i], q[k] = q[k], q[i] }

// Push is for package heap.
func (q *placeQueue) Push(x any) { *q = append(*q, x.(placeAt)) }

// Pop is for package heap.
func (q *placeQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
