package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// One commit takes what is waiting, up to about this much: it bounds how long a caller waits behind others.
	groupEntries = 1000
	groupBytes   = 1 << 20

	maxBehind = 5 * time.Minute      // contract 3
	maxAhead  = 400 * 24 * time.Hour // contract 3
)

// AppendOptions are the waivers of one append.
type AppendOptions struct {
	ClockOK bool // record in spite of a clock that is far behind or ahead; recorded time still never goes back
}

// A Receipt says where an event stands.
type Receipt struct {
	Seq   uint64
	ID    ID
	Leaf  Hash
	Known bool // it was there before, nothing was written for it
}

// Append records events, all or none, and returns a receipt for each once they are durable. An event that is there with the
// same bytes is known, whatever else its entry says. now is the caller's clock.
//
// Calls from many goroutines share commits. Cancelling ctx takes back a call that no commit has begun to write; after
// that, Append waits for the outcome.
func (l *Ledger) Append(ctx context.Context, now time.Time, opt AppendOptions, entries []Entry) ([]Receipt, error) {
	if err := l.usable(); err != nil {
		return nil, err
	}
	if l.store.ReadOnly() {
		return nil, ErrReadOnly
	}
	if err := checkTime("now", now); err != nil {
		return nil, err
	}
	r := &request{now: now.UTC().Truncate(time.Millisecond), opt: opt, entries: entries, ids: make([]ID, 0, len(entries)), done: make(chan struct{})}
	for i := range entries {
		id, err := entries[i].check()
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		r.ids = append(r.ids, id)
		r.bytes += len(entries[i].Event) + len(entries[i].Sig)
	}
	if err := l.queue.put(ctx, r); err != nil {
		return nil, err
	}
	for !r.answered() {
		select {
		case <-r.done:
		case l.turn <- struct{}{}:
			l.commitNext(ctx)
			<-l.turn
		case <-ctx.Done():
			if l.queue.withdraw(r) {
				return nil, ctx.Err()
			}
			<-r.done
		}
	}
	return r.receipts, r.err
}

// A request is one call of Append. Whoever commits owns it from take until done is closed.
type request struct {
	now      time.Time
	opt      AppendOptions
	entries  []Entry
	ids      []ID
	bytes    int
	receipts []Receipt
	err      error
	done     chan struct{}
}

func (r *request) answered() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// A queue holds the requests that no commit has taken yet.
type queue struct {
	mu      sync.Mutex
	waiting []*request // guarded by mu
	closed  bool       // guarded by mu
}

func (q *queue) put(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	q.waiting = append(q.waiting, r)
	return nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// take returns the requests of the next commit.
func (q *queue) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, entries, size := 0, 0, 0
	for n < len(q.waiting) && entries < groupEntries && size < groupBytes {
		entries += len(q.waiting[n].entries)
		size += q.waiting[n].bytes
		n++
	}
	group := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return group
}

// commitNext commits what is waiting, for whom it may be. Only the holder of the turn calls it: a call that waits and
// finds nobody committing does so itself, since waking another goroutine costs as much as half a sync on a busy machine. It never
// waits for more to come: while one commit runs, the next one gathers by itself.
func (l *Ledger) commitNext(ctx context.Context) (some bool) {
	group := l.queue.take()
	if len(group) > 0 {
		l.commit(context.WithoutCancel(ctx), group)
	}
	return len(group) > 0
}

func (l *Ledger) commit(ctx context.Context, group []*request) {
	d := l.newDraft()
	for _, r := range group {
		if l.poisoned.Load() {
			r.err = ErrPoisoned
			continue
		}
		r.receipts, r.err = d.add(ctx, r)
	}
	if err := l.write(ctx, d); err != nil {
		for _, r := range group {
			if d.touches(r) {
				r.receipts, r.err = nil, err
			}
		}
	}
	for _, r := range group {
		close(r.done)
	}
}

// write commits a draft and makes it the ledger's state.
func (l *Ledger) write(ctx context.Context, d *draft) error {
	if len(d.batch.Records) == 0 {
		return nil
	}
	tiles, err := d.view.grow(ctx, &tileRoots{store: l.store, cache: &l.roots}, d.leaves)
	if err != nil {
		l.poisoned.Store(true) // the cache may hold roots of tiles that will never be
		return fmt.Errorf("append: %w", err)
	}
	d.batch.Tiles = tiles
	d.batch.Head = encodeHead(d.view.head, &d.view.edge)
	err = l.store.Append(ctx, d.batch)
	if err == nil {
		l.view.Store(d.view)
		return nil
	}
	l.poisoned.Store(true)
	for _, sure := range []error{ErrConflict, ErrReadOnly, ErrClosed} {
		if errors.Is(err, sure) {
			return fmt.Errorf("append: %w", err)
		}
	}
	return &UnknownOutcomeError{Err: err}
}
