package recall

import (
	"math/big"
	"strings"
)

// A Table counts who was exposed to a source and who became positive.
type Table struct {
	ExposedPositive, ExposedNegative, UnexposedPositive, UnexposedNegative int
}

// RelativeRisk returns how many times likelier the exposed became positive, with
// three significant digits; empty where no unexposed one did.
func (t Table) RelativeRisk() string {
	exposed, unexposed := t.ExposedPositive+t.ExposedNegative, t.UnexposedPositive+t.UnexposedNegative
	if t.UnexposedPositive == 0 || exposed == 0 {
		return ""
	}
	over := new(big.Int).Mul(big.NewInt(int64(t.ExposedPositive)), big.NewInt(int64(unexposed)))
	under := new(big.Int).Mul(big.NewInt(int64(t.UnexposedPositive)), big.NewInt(int64(exposed)))
	return significant(new(big.Rat).SetFrac(over, under))
}

// Fisher returns the two-sided p of Fisher's exact test, with three significant
// digits.
func (t Table) Fisher() string { return significant(t.fisher()) }

// fisher adds up the tables with the same margins that are no likelier than
// this one (Fisher 1935; two-sided as in R and SAS). Everything stays whole
// until the one division at the end, so that p is the same everywhere.
func (t Table) fisher() *big.Rat {
	exposed, unexposed := t.ExposedPositive+t.ExposedNegative, t.UnexposedPositive+t.UnexposedNegative
	positive := t.ExposedPositive + t.UnexposedPositive
	least, most := max(0, positive-unexposed), min(positive, exposed)
	terms := make([]*big.Int, 0, most-least+1)
	w := new(big.Int).Mul(binomial(exposed, least), binomial(unexposed, positive-least))
	for x := least; ; x++ {
		terms = append(terms, new(big.Int).Set(w))
		if x == most {
			break
		}
		// C(e, x+1) · C(u, p-x-1) from C(e, x) · C(u, p-x).
		w.Mul(w, big.NewInt(int64(exposed-x)))
		w.Mul(w, big.NewInt(int64(positive-x)))
		w.Quo(w, big.NewInt(int64(x+1)))
		w.Quo(w, big.NewInt(int64(unexposed-positive+x+1)))
	}
	sum, all, observed := new(big.Int), new(big.Int), terms[t.ExposedPositive-least]
	for _, term := range terms {
		all.Add(all, term)
		if term.Cmp(observed) <= 0 {
			sum.Add(sum, term)
		}
	}
	return new(big.Rat).SetFrac(sum, all)
}

func binomial(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }

// digits is how many significant digits statistics are given with.
const digits = 3

// significant writes a fraction that is not negative as a decimal, rounded half
// up.
func significant(r *big.Rat) string {
	if r.Sign() == 0 {
		return "0"
	}
	whole, ten := big.NewInt(1000), big.NewRat(10, 1)
	scaled, places := new(big.Rat).Set(r), 0
	for scaled.Cmp(big.NewRat(100, 1)) < 0 {
		scaled.Mul(scaled, ten)
		places++
	}
	for scaled.Cmp(new(big.Rat).SetInt(whole)) >= 0 {
		scaled.Quo(scaled, ten)
		places--
	}
	n := roundHalfUp(scaled)
	if n.Cmp(whole) == 0 {
		n, places = big.NewInt(100), places-1
	}
	return decimal(n.String(), places)
}

func roundHalfUp(r *big.Rat) *big.Int {
	doubled := new(big.Int).Add(new(big.Int).Lsh(r.Num(), 1), r.Denom())
	return doubled.Quo(doubled, new(big.Int).Lsh(r.Denom(), 1))
}

// decimal puts the point into digits, places before their end.
func decimal(s string, places int) string {
	switch {
	case places <= 0:
		return s + strings.Repeat("0", -places)
	case places < digits:
		return s[:digits-places] + "." + s[digits-places:]
	default:
		return "0." + strings.Repeat("0", places-digits) + s
	}
}
