package genealogy

// A chunk is a run of a section that one worker makes, and where in it those
// begin that are found by their offset.
type chunk struct {
	bytes []byte
	at    []int64
}

// chunk returns one with nothing in it.
func (w *snapshotWriter) chunk() *chunk {
	c, ok := w.spare.Get().(*chunk)
	if !ok {
		return new(chunk)
	}
	c.bytes, c.at = c.bytes[:0], c.at[:0]
	return c
}

// chunked is how many entries or things make a chunk: a multiple of sampled.
const chunked = 512

// chunks lets workers make the chunks of the numbers from one up to another, none
// of which has numbers from both sides of a multiple of chunked, and writes them in
// order. at is told where in the section each of those begins that a chunk notes.
func (w *snapshotWriter) chunks(s int, from, to int32, work func(c *chunk, worker int, from, to int32), at func(off int64)) {
	if from >= to {
		return
	}
	first := from / chunked
	abreast(int((to-1)/chunked-first)+1, func(worker, k int) *chunk {
		begin := (first + int32(k)) * chunked //nolint:gosec // no more than numbers
		c := w.chunk()
		work(c, worker, max(from, begin), min(to, begin+chunked))
		return c
	}, func(c *chunk) {
		here := w.out.off - w.at[s][0]
		for _, off := range c.at {
			at(here + off)
		}
		w.write(c.bytes)
		w.spare.Put(c)
	})
}
