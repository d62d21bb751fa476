package recall

import "math/big"

// ExactFisher is the p that Fisher rounds.
func (t Table) ExactFisher() *big.Rat { return t.fisher() }

// Significant writes a fraction as answers do.
func Significant(r *big.Rat) string { return significant(r) }
