package genealogy

// A rowTable keeps the rows that a network was asked for.
type rowTable struct {
	at      Slots // place in rows, plus 1
	rows    []rowAt
	numbers []int32 // of all rows, one after the other
}

type rowAt struct{ from, to int32 }

func (t *rowTable) get(thing int32) ([]int32, bool) {
	at := t.at.Get(thing)
	if at == 0 {
		return nil, false
	}
	row := t.rows[at-1]
	return t.numbers[row.from:row.to:row.to], true
}

// begin says that what is appended to numbers from now on is a thing's row; end
// keeps it.
func (t *rowTable) begin() int32 { return int32(len(t.numbers)) } //nolint:gosec // numbers of contacts are of that size

func (t *rowTable) end(thing, from int32) []int32 {
	to := t.begin()
	t.rows = append(t.rows, rowAt{from, to})
	*t.at.At(thing) = int32(len(t.rows)) //nolint:gosec // no more than things
	return t.numbers[from:to:to]
}

func (t *rowTable) clear() {
	t.at.Clear()
	t.rows, t.numbers = t.rows[:0], t.numbers[:0]
}
