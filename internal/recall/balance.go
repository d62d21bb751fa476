package recall

import (
	"fmt"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A BalanceAnswer accounts for all units that were made from or with a thing.
type BalanceAnswer struct {
	AsOf        AsOf
	Ref         event.Ref
	At          event.Time
	Balance     Balance
	Unaccounted []event.Ref // in order
}

// A BalanceKindError says that nothing can be made from or with such a thing.
type BalanceKindError struct{ Ref event.Ref }

// Error says what was found and what was wanted.
func (e *BalanceKindError) Error() string {
	return fmt.Sprintf("balance of %s %q: want a donor, lot, batch or unit", e.Ref.Kind(), e.Ref.ID())
}

// BalanceOf accounts for the units made from or with a donor, lot, batch or
// unit, by the way of their making alone: what merely touched them is no part.
// A zero at means the time of the latest event.
func BalanceOf(g *genealogy.Graph, asOf AsOf, r event.Ref, at event.Time) (*BalanceAnswer, error) {
	switch r.Kind() {
	case event.KindDonor, event.KindLot, event.KindBatch, event.KindUnit:
	default:
		return nil, &BalanceKindError{r}
	}
	q := Query{Sources: []event.Ref{r}, At: at, Grade: genealogy.Confirmed}
	for _, v := range genealogy.Vias() {
		if !making.Has(v) && v != genealogy.ViaSame {
			q.Without = append(q.Without, v)
		}
	}
	a, all, err := walk(g, asOf, q)
	if err != nil {
		return nil, err
	}
	made := sorted(all, genealogy.Confirmed)
	b := &BalanceAnswer{AsOf: asOf, Ref: r, At: a.Query.At, Balance: a.balance(made)}
	for _, t := range a.group(made) {
		if t.fate == counted && t.State == genealogy.Unaccounted {
			b.Unaccounted = append(b.Unaccounted, t.Ref)
		}
	}
	slices.SortFunc(b.Unaccounted, event.Ref.Compare)
	return b, nil
}

func (a *Answer) balance(reached []Thing) Balance {
	var b Balance
	for _, t := range a.group(reached) {
		switch t.fate {
		case aside:
			b.Samples++
		case counted:
			b.Made++
			*b.line(t.State)++
		case uncounted, became:
		}
	}
	return b
}

// line returns the line of a state. What was consumed by a run that made
// nothing is destroyed.
func (b *Balance) line(s genealogy.State) *int {
	switch s {
	case genealogy.Infused:
		return &b.Infused
	case genealogy.InStock:
		return &b.InStock
	case genealogy.InTransit:
		return &b.InTransit
	case genealogy.Destroyed, genealogy.Consumed:
		return &b.Destroyed
	case genealogy.Returned:
		return &b.Returned
	case genealogy.Lost:
		return &b.Lost
	case genealogy.Expired:
		return &b.Expired
	case genealogy.Tested:
		return &b.Tested
	case genealogy.NoState, genealogy.Unaccounted:
		return &b.Unaccounted
	}
	return &b.Unaccounted
}
