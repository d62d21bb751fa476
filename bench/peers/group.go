package peers

import "context"

// A group is what a single writer commits at once: whoever comes while it writes joins the next one.
type group struct {
	requests chan request
	done     chan struct{}
}

type request struct {
	record []byte
	answer chan error
}

const groupMost = 1000

// newGroup starts the writer, which ends when the group is closed.
func newGroup(commit func(records [][]byte) error) *group {
	g := &group{requests: make(chan request, groupMost), done: make(chan struct{})}
	go g.write(commit)
	return g
}

func (g *group) write(commit func(records [][]byte) error) {
	defer close(g.done)
	var waiting []request
	var records [][]byte
	for first := range g.requests {
		waiting = append(waiting[:0], first)
	more:
		for len(waiting) < groupMost {
			select {
			case r, ok := <-g.requests:
				if !ok {
					break more
				}
				waiting = append(waiting, r)
			default:
				break more
			}
		}
		records = records[:0]
		for _, r := range waiting {
			records = append(records, r.record)
		}
		err := commit(records)
		for _, r := range waiting {
			r.answer <- err
		}
	}
}

func (g *group) append(ctx context.Context, record []byte) error {
	r := request{record, make(chan error, 1)}
	select {
	case g.requests <- r:
	case <-g.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-r.answer
}

// close waits for the writer; nobody may append any more.
func (g *group) close() {
	close(g.requests)
	<-g.done
}
