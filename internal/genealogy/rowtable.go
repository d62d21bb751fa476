package genealogy

// A rowTable finds the rows that a network was asked for. It holds no pointers,
// so that a trace of a hundred thousand rows is nothing to the collector.
type rowTable struct {
	keys    []int32 // things, plus 1
	rows    []rowAt
	count   int
	numbers []int32 // of all rows, one after the other
}

type rowAt struct{ from, to int32 }

const fewRows = 64

func (t *rowTable) get(thing int32) ([]int32, bool) {
	if t.count == 0 {
		return nil, false
	}
	k := t.place(thing)
	if t.keys[k] == 0 {
		return nil, false
	}
	return t.numbers[t.rows[k].from:t.rows[k].to:t.rows[k].to], true
}

// begin says that what is appended to numbers from now on is a thing's row; end
// keeps it.
func (t *rowTable) begin() int32 { return int32(len(t.numbers)) } //nolint:gosec // numbers of contacts are of that size

func (t *rowTable) end(thing, from int32) []int32 {
	if 4*t.count >= 3*len(t.keys) {
		t.grow()
	}
	to := int32(len(t.numbers)) //nolint:gosec // as begin
	k := t.place(thing)
	t.keys[k], t.rows[k] = thing+1, rowAt{from, to}
	t.count++
	return t.numbers[from:to:to]
}

func (t *rowTable) place(thing int32) int {
	mask := len(t.keys) - 1
	k := int(uint32(thing)*2654435769>>7) & mask //nolint:gosec // any bits will do
	for t.keys[k] != 0 && t.keys[k] != thing+1 {
		k = (k + 1) & mask
	}
	return k
}

func (t *rowTable) grow() {
	old := *t
	n := max(fewRows, 2*len(old.keys))
	t.keys, t.rows = make([]int32, n), make([]rowAt, n)
	for k, key := range old.keys {
		if key != 0 {
			at := t.place(key - 1)
			t.keys[at], t.rows[at] = key, old.rows[k]
		}
	}
}

func (t *rowTable) clear() {
	clear(t.keys)
	t.count, t.numbers = 0, t.numbers[:0]
}
