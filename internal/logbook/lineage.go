package logbook

import (
	"context"
	"math"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// A handover is a record by which keys of the ledger itself gave way to others. Of the keys that it names, the first of each list have signed
// it: only they vouch for the others. Anybody can name a key that is not his own behind one that is.
type handover struct {
	seq uint64
	*event.KeyRotation
}

// handoverIn returns the handover that an event is, if it is one.
func handoverIn(seq uint64, e *event.Event) (handover, bool) {
	k, ok := e.Body.(*event.Key)
	if !ok || k.Rotate == nil {
		return handover{}, false
	}
	return handover{seq, k.Rotate}, true
}

// handovers returns those of the ledger, which must be held, in order.
func (s *state) handovers(ctx context.Context) ([]handover, error) {
	r, err := s.notaries(ctx)
	if err != nil {
		return nil, err
	}
	var list []handover
	for _, seq := range r.Rotated {
		if entry, ok := s.graph.BySeq(seq); ok {
			if h, ok := handoverIn(seq, &entry.Event); ok {
				list = append(list, h)
			}
		}
	}
	return list, nil
}

// handoversIn returns those of a ledger that is held. Where the book's state is behind, as after an import, the records are looked through for
// them without reading all that they say.
func (b *Book) handoversIn(ctx context.Context, l *ledger.Ledger) ([]handover, error) {
	if b.state != nil && b.state.head == l.Head() {
		var list []handover
		b.state.ledger = l
		err := sound(func() (err error) {
			list, err = b.state.handovers(ctx)
			return err
		})
		if !b.forsake(err) {
			return list, err
		}
	}
	a := &audit{ledger: l, found: &Verification{}}
	err := a.records(ctx)
	return a.handovers, err
}

// A tenure is a key of the ledger, and the sizes of which it signs checkpoints. A retired key signs nothing larger: whoever stole it could
// otherwise write another history, that very handover in it, and have it vouched for.
type tenure struct {
	key         string // as C2SP writes it
	first, last uint64 // sizes
}

// A lineage is the keys with which a ledger signs over time, as far as they vouch for each other.
type lineage []tenure

// lineageOf returns keys, those to which they handed over, and those that handed over to them.
func lineageOf(known []notary.LedgerKey, handovers []handover) lineage {
	var l lineage
	handovers = once(handovers)
	l.add(texts(known), 0, math.MaxUint64)
	for _, h := range handovers {
		if l.holds(h.Retires[0], h.seq) {
			l.change(h)
		}
	}
	for _, h := range slices.Backward(handovers) {
		if l.holds(h.Keys[0], h.seq+1) {
			l.change(h)
		}
	}
	return l
}

// once leaves out a handover between the same two keys as one before: the first says since when the younger is in force.
func once(handovers []handover) []handover {
	var list []handover
	for _, h := range handovers {
		if !slices.ContainsFunc(list, func(before handover) bool { return before.Retires[0] == h.Retires[0] && before.Keys[0] == h.Keys[0] }) {
			list = append(list, h)
		}
	}
	return list
}

func (l *lineage) change(h handover) {
	l.add(h.Retires, 0, h.seq)
	l.add(h.Keys, h.seq+1, math.MaxUint64)
}

// add takes keys in; one that is there already has the time that both allow.
func (l *lineage) add(keys []string, first, last uint64) {
	for _, key := range keys {
		i := slices.IndexFunc(*l, func(t tenure) bool { return t.key == key })
		if i < 0 {
			*l = append(*l, tenure{key, first, last})
			continue
		}
		t := &(*l)[i]
		t.first, t.last = max(t.first, first), min(t.last, last)
	}
}

// holds reports whether a key is among those that sign at a size.
func (l lineage) holds(key string, size uint64) bool {
	return slices.ContainsFunc(l, func(t tenure) bool { return t.key == key && t.first <= size && size <= t.last })
}

// at returns the keys that sign a checkpoint of this size.
func (l lineage) at(size uint64) []notary.LedgerKey {
	var list []string
	for _, t := range l {
		if l.holds(t.key, size) {
			list = append(list, t.key)
		}
	}
	return parsedKeys(list)
}

// ever returns all keys.
func (l lineage) ever() []notary.LedgerKey {
	list := make([]string, len(l))
	for i, t := range l {
		list[i] = t.key
	}
	return parsedKeys(list)
}

// ownKeys returns the keys that sign now, and all that the ledger, which must be held, ever signed with.
func (b *Book) ownKeys(ctx context.Context) (now *keyring.LedgerKeys, all lineage, err error) {
	if b.o.Trust == nil {
		return nil, nil, ErrNoTrust
	}
	handovers, err := b.state.handovers(ctx)
	if err != nil {
		return nil, nil, err
	}
	return b.o.Trust.ownKeys(b.genesis.Origin, handovers)
}

func (t *Trust) ownKeys(origin string, handovers []handover) (now *keyring.LedgerKeys, all lineage, err error) {
	if now, err = t.Keys.Load(origin); err != nil {
		return nil, nil, err
	}
	inForce := texts(now.Verifiers())
	for _, h := range once(handovers) {
		if slices.Contains(inForce, h.Retires[0]) {
			inForce = h.Keys
		}
	}
	if now, err = t.Keys.Settle(origin, parsedKeys(inForce)); err != nil {
		return nil, nil, err
	}
	return now, lineageOf(now.Verifiers(), handovers), nil
}

func texts(keys []notary.LedgerKey) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.String()
	}
	return list
}

// parsedKeys leaves out what is no key of a kind that is known here.
func parsedKeys(texts []string) []notary.LedgerKey {
	var list []notary.LedgerKey
	for _, text := range texts {
		if k, err := notary.ParseLedgerKey(text); err == nil {
			list = append(list, k)
		}
	}
	return list
}
