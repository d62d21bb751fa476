package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"
)

// A Ledger is an open ledger. Its methods may be called from any goroutine; an append waits for others' no longer than the
// commit that is under way.
type Ledger struct {
	store    Store
	genesis  Genesis
	view     atomic.Pointer[view] // replaced by who commits, once a batch is durable
	poisoned atomic.Bool
	closed   atomic.Bool
	roots    rootCache
	queue    queue
	turn     chan struct{} // holds a token while somebody commits, and for ever once closed; nil for a ledger open for reading
	closing  sync.Once
}

// A view is a committed state of the ledger; it never changes.
type view struct {
	head Head
	edge edge
	tail []Hash // leaf hashes after the last full tile
}

// Create makes a ledger in an empty store: record 0 with the genesis, entered by by, who may be empty, at time now.
func Create(ctx context.Context, s Store, g Genesis, by string, now time.Time) error {
	rec, err := genesisRecord(g, by, now)
	if err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	b := builder{store: s}
	if err := b.add(ctx, rec); err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	if _, err := b.finish(ctx); err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	return nil
}

// Open opens the ledger that s holds. It checks the edge: that head, last records and tree say the same; Verify checks
// all.
func Open(ctx context.Context, s Store) (*Ledger, error) {
	l := &Ledger{store: s}
	v, err := l.readEdge(ctx)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	l.view.Store(&v)
	if !s.ReadOnly() {
		l.turn = make(chan struct{}, 1)
	}
	return l, nil
}

// readEdge reads the newest state and the genesis, and checks that they fit each other.
func (l *Ledger) readEdge(ctx context.Context) (view, error) {
	size, blob, err := l.store.Head(ctx)
	if err != nil {
		return view{}, err
	}
	if size == 0 {
		return view{}, fmt.Errorf("the store is empty: %w", ErrNotLedger)
	}
	var v view
	if v.head, v.edge, err = parseHead(blob); err != nil {
		return view{}, damaged("head: %w", err)
	}
	if v.head.Size != size {
		return view{}, damaged("the head says %d records, the store holds %d", v.head.Size, size)
	}
	if err := l.readGenesis(ctx, v.head.Origin); err != nil {
		return view{}, err
	}
	if err := l.readTail(ctx, &v); err != nil {
		return view{}, err
	}
	return v, l.nothingBeyond(ctx, size)
}

// damaged wraps ErrDamaged, unless what it wraps is a matter of versions.
func damaged(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if errors.Is(err, ErrVersion) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

func (l *Ledger) readGenesis(ctx context.Context, origin string) error {
	rec, err := l.read(ctx, 0)
	if err != nil {
		return err
	}
	if rec.Genesis.Origin != origin {
		return damaged("record 0 says origin %q, the head %q", rec.Genesis.Origin, origin)
	}
	l.genesis = *rec.Genesis
	return nil
}

// readTail fills in the leaf hashes after the last full tile and checks that the edge agrees with them.
func (l *Ledger) readTail(ctx context.Context, v *view) error {
	size := v.head.Size
	last, err := l.read(ctx, size-1)
	if err != nil {
		return err
	}
	if last.Leaf() != v.head.Last || !last.Recorded.Equal(v.head.Recorded) {
		return damaged("record %d is not the last one that the head says", size-1)
	}
	var low edge
	err = l.store.Scan(ctx, size-size%TileWidth, size, func(seq uint64, b []byte) error {
		leaf := Record{Bytes: b}.Leaf()
		v.tail = append(v.tail, leaf)
		low.add(leaf)
		return nil
	})
	if err != nil {
		return err
	}
	if low.size != size%TileWidth || low.lowPeaks() != v.edge.lowPeaks() {
		return damaged("records %d to %d are not those that the head says", size-size%TileWidth, size-1)
	}
	return nil
}

// lowPeaks returns the part of the edge that the records after the last full tile make up.
func (e *edge) lowPeaks() (low [TileHeight]Hash) {
	for level := range low {
		if e.size>>level&1 == 1 {
			low[level] = e.peak[level]
		}
	}
	return low
}

// nothingBeyond checks that there is no record that the head does not count, however far away its number is.
func (l *Ledger) nothingBeyond(ctx context.Context, size uint64) error {
	beyond := func(seq uint64) error {
		return damaged("there is a record %d, the head says %d records", seq, size)
	}
	err := l.store.Scan(ctx, size, all, func(seq uint64, _ []byte) error { return beyond(seq) })
	if err != nil {
		return err
	}
	switch _, err := l.store.Record(ctx, all); {
	case err == nil:
		return beyond(all)
	case errors.Is(err, ErrNoRecord):
		return nil
	default:
		return err
	}
}

// read reads and parses one record of the store.
func (l *Ledger) read(ctx context.Context, seq uint64) (Record, error) {
	b, err := l.store.Record(ctx, seq)
	if errors.Is(err, ErrNoRecord) {
		return Record{}, damaged("record %d is not there", seq)
	}
	if err != nil {
		return Record{}, err
	}
	return parseAt(seq, b)
}

func parseAt(seq uint64, b []byte) (Record, error) {
	rec, err := ParseRecord(b)
	if err != nil {
		return Record{}, damaged("record %d: %w", seq, err)
	}
	if rec.Seq != seq {
		return Record{}, damaged("record %d says seq %d", seq, rec.Seq)
	}
	return rec, nil
}

// usable returns the reason why the ledger can no longer be asked.
func (l *Ledger) usable() error {
	switch {
	case l.closed.Load():
		return ErrClosed
	case l.poisoned.Load():
		return ErrPoisoned
	}
	return nil
}

// Head returns what the ledger holds, as of its last commit.
func (l *Ledger) Head() Head { return l.view.Load().head }

// Genesis returns what record 0 says.
func (l *Ledger) Genesis() Genesis { return l.genesis }

// Record returns record seq; an error that wraps ErrNoRecord beyond the end.
func (l *Ledger) Record(ctx context.Context, seq uint64) (Record, error) {
	if err := l.usable(); err != nil {
		return Record{}, err
	}
	if size := l.Head().Size; seq >= size {
		return Record{}, fmt.Errorf("record %d of %d: %w", seq, size, ErrNoRecord)
	}
	return l.read(ctx, seq)
}

// Records returns the records with from <= seq < to, in order, and at most those that there were when it was called. An
// error ends it. The ledger may be appended to meanwhile.
func (l *Ledger) Records(ctx context.Context, from, to uint64) iter.Seq2[Record, error] {
	to = min(to, l.Head().Size)
	return func(yield func(Record, error) bool) {
		next := from
		err := l.usable()
		if err == nil && from < to {
			err = l.store.Scan(ctx, from, to, func(seq uint64, b []byte) error {
				if seq != next {
					return damaged("record %d is not there", next)
				}
				next++
				rec, err := parseAt(seq, b)
				if err == nil && !yield(rec, nil) {
					err = errStop
				}
				return err
			})
			if err == nil && next != to {
				err = damaged("record %d is not there", next)
			}
		}
		if err != nil && !errors.Is(err, errStop) {
			yield(Record{}, err)
		}
	}
}

// errStop ends a scan whose caller has seen enough.
var errStop = errors.New("enough")

// Lookup returns the number of the record that holds the event with id.
func (l *Ledger) Lookup(ctx context.Context, id ID) (uint64, bool, error) {
	if err := l.usable(); err != nil {
		return 0, false, err
	}
	return l.store.Lookup(ctx, id)
}

// Close commits what is waiting and closes the store.
func (l *Ledger) Close() error {
	var err error
	l.closing.Do(func() {
		if l.turn != nil {
			l.queue.close()
			l.turn <- struct{}{}
			for l.commitNext(context.Background()) {
			}
		}
		l.closed.Store(true)
		err = l.store.Close()
	})
	return err
}
