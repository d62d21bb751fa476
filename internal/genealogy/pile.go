package genealogy

// A pile is a list that grows without moving what it has: what lies in it can be
// pointed to, and a long one costs no copies and no memory that was outgrown. It
// is for what joins one by one.
type pile[T any] struct {
	slabs [][]T
	count int32
}

// pileSlab is how many lie in one piece: of entries some twenty kilobytes, so that
// a graph of a few events has little.
const pileSlab = 64

func (p *pile[T]) at(i int32) *T { return &p.slabs[uint32(i)/pileSlab][uint32(i)%pileSlab] } //nolint:gosec // not negative

// push adds a zero element, to be filled.
func (p *pile[T]) push() *T {
	if int(p.count) == pileSlab*len(p.slabs) {
		p.slabs = append(p.slabs, make([]T, pileSlab))
	}
	p.count++
	return p.at(p.count - 1)
}

// cut takes the last ones off, down to n.
func (p *pile[T]) cut(n int32) {
	var none T
	for ; p.count > n; p.count-- {
		*p.at(p.count - 1) = none
	}
}
