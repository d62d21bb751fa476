package genealogy

import "sync"

// A chunk is a run of a section that one worker makes, and where in it those
// begin that are found by their offset.
type chunk struct {
	bytes []byte
	at    []int64
	heads []head // of bundles
}

// chunked is how many entries or things make a chunk: a multiple of sampled.
const chunked = 512

// A chunkPool keeps chunks that were written.
type chunkPool struct{ spare sync.Pool }

// chunk returns one with nothing in it.
func (p *chunkPool) chunk() *chunk {
	c, ok := p.spare.Get().(*chunk)
	if !ok {
		return new(chunk)
	}
	c.bytes, c.at, c.heads = c.bytes[:0], c.at[:0], c.heads[:0]
	return c
}

// eachChunk lets workers make the chunks of the numbers from one up to another,
// none of which has numbers from both sides of a multiple of chunked, and takes
// them in order.
func (p *chunkPool) eachChunk(from, to int32, work func(c *chunk, worker int, from, to int32), take func(*chunk)) {
	if from >= to {
		return
	}
	first := from / chunked
	abreast(int((to-1)/chunked-first)+1, func(worker, k int) *chunk {
		begin := (first + int32(k)) * chunked //nolint:gosec // no more than numbers
		c := p.chunk()
		work(c, worker, max(from, begin), min(to, begin+chunked))
		return c
	}, take)
}

// chunk writes a chunk of a section. at is told where in the section each of those
// begins that it notes.
func (w *snapshotWriter) chunk(s int, c *chunk, at func(k int, off int64)) {
	here := w.out.off - w.at[s][0]
	for k, off := range c.at {
		at(k, here+off)
	}
	w.write(c.bytes)
	w.spare.Put(c)
}
