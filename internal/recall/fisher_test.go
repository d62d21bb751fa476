package recall_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/recall"
)

// Published two-sided p-values: the tea tasting of Fisher 1935; R's fisher.test
// for the same and for Agresti's and the convictions of twins (Fisher 1962).
func TestFisherGivesPublishedValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table recall.Table
		p     string
	}{
		{recall.Table{ExposedPositive: 3, ExposedNegative: 1, UnexposedPositive: 1, UnexposedNegative: 3}, "0.486"},
		{recall.Table{ExposedPositive: 4, ExposedNegative: 0, UnexposedPositive: 0, UnexposedNegative: 4}, "0.0286"},
		{recall.Table{ExposedPositive: 2, ExposedNegative: 10, UnexposedPositive: 15, UnexposedNegative: 3}, "0.000537"},
		{recall.Table{ExposedPositive: 1, ExposedNegative: 9, UnexposedPositive: 11, UnexposedNegative: 3}, "0.00276"},
		{recall.Table{ExposedPositive: 2, ExposedNegative: 0, UnexposedPositive: 0, UnexposedNegative: 7}, "0.0278"},
		{recall.Table{ExposedPositive: 2}, "1.00"},
	} {
		if got := c.table.Fisher(); got != c.p {
			t.Errorf("%+v: p %s, want %s", c.table, got, c.p)
		}
	}
}

func TestRelativeRisksAreThoseByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table recall.Table
		risk  string
	}{
		{recall.Table{ExposedPositive: 3, ExposedNegative: 1, UnexposedPositive: 1, UnexposedNegative: 3}, "3.00"},  // 3/4 : 1/4
		{recall.Table{ExposedPositive: 1, ExposedNegative: 2, UnexposedPositive: 2, UnexposedNegative: 5}, "1.17"},  // 1/3 : 2/7 = 7/6
		{recall.Table{ExposedPositive: 1, ExposedNegative: 5, UnexposedPositive: 1, UnexposedNegative: 1}, "0.333"}, // 1/6 : 1/2
		{recall.Table{ExposedPositive: 2, ExposedNegative: 0, UnexposedPositive: 1, UnexposedNegative: 19998}, "20000"},
		{recall.Table{ExposedPositive: 2, ExposedNegative: 0, UnexposedPositive: 0, UnexposedNegative: 7}, ""}, // infinite
		{recall.Table{ExposedPositive: 2}, ""}, // nobody unexposed
	} {
		if got := c.table.RelativeRisk(); got != c.risk {
			t.Errorf("%+v: risk %q, want %q", c.table, got, c.risk)
		}
	}
}

// slowFisher is the sum of docs/trace.md, term by term with binomials.
func slowFisher(t recall.Table) *big.Rat {
	a, b, c, d := t.ExposedPositive, t.ExposedNegative, t.UnexposedPositive, t.UnexposedNegative
	choose := func(n, k int) *big.Rat {
		if k < 0 || k > n {
			return new(big.Rat)
		}
		return new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
	}
	term := func(x int) *big.Rat {
		p := new(big.Rat).Mul(choose(a+b, x), choose(c+d, a+c-x))
		return p.Quo(p, choose(a+b+c+d, a+c))
	}
	sum := new(big.Rat)
	for x := range a + c + 1 {
		if term(x).Cmp(term(a)) <= 0 {
			sum.Add(sum, term(x))
		}
	}
	return sum
}

func TestFisherIsTheExactSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.IntRange(0, 25)
		table := recall.Table{
			ExposedPositive: cell.Draw(t, "a"), ExposedNegative: cell.Draw(t, "b"),
			UnexposedPositive: cell.Draw(t, "c"), UnexposedNegative: cell.Draw(t, "d"),
		}
		if got, want := table.ExactFisher(), slowFisher(table); got.Cmp(want) != 0 {
			t.Fatalf("%+v: p %s, want %s", table, got, want)
		}
	})
}

func TestStatisticsHaveThreeSignificantDigits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, d int64
		want string
	}{
		{1, 1, "1.00"},
		{1, 3, "0.333"},
		{2, 3, "0.667"},
		{1, 36, "0.0278"},
		{9995, 10000, "1.00"},
		{9994, 10000, "0.999"},
		{1235, 1000, "1.24"}, // halves up
		{99949, 100, "999"},
		{99950, 100, "1000"},
		{123456, 1, "123000"},
		{1, 1000000007, "0.00000000100"},
		{0, 1, "0"},
	} {
		if got := recall.Significant(big.NewRat(c.n, c.d)); got != c.want {
			t.Errorf("%d/%d: %s, want %s", c.n, c.d, got, c.want)
		}
	}
}
