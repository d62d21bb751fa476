package rows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/peers"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// appender makes the n-th record durable.
type appender func(ctx context.Context, n int) error

// appending is a durable acknowledgement per record, by so many clients at once, into an empty store: its size is that of the store.
func appending(s *Stock, clients int) measure.Contest {
	c := measure.Contest{
		Name: fmt.Sprintf("append-%d", clients), Title: fmt.Sprintf("Durable append, clients: %d", clients),
		Unit: "records/s", Better: measure.Greater, AnySize: true,
	}
	add := func(name string, open func(ctx context.Context, dir string) (appender, func() error, error)) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			f, closeIt, err := open(ctx, at.Dir)
			var next atomic.Int64
			return measure.Job{Close: closeIt, Run: func(ctx context.Context) (measure.Figure, error) {
				return s.appendFor(ctx, clients, &next, f)
			}}, err
		}})
	}
	add(ours, s.openLedger)
	for _, p := range logs() {
		add(p.name, func(ctx context.Context, dir string) (appender, func() error, error) { return s.openPeer(ctx, p, dir) })
	}
	return c
}

// appendFor lets clients append for a while, each its next record when the last one is acknowledged.
func (s *Stock) appendFor(ctx context.Context, clients int, next *atomic.Int64, f appender) (measure.Figure, error) {
	errs := make([]error, clients)
	first := next.Load()
	cost, err := measure.Timed(func() error {
		until := time.Now().Add(cmp.Or(s.Turn, 700*time.Millisecond))
		var wg sync.WaitGroup
		for c := range clients {
			wg.Go(func() {
				for errs[c] == nil && time.Now().Before(until) {
					n := next.Add(1) - 1
					if n >= int64(s.most()) {
						next.Add(-1)
						return
					}
					errs[c] = f(ctx, int(n))
				}
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	})
	done := float64(next.Load() - first)
	if err == nil && done == 0 {
		err = fmt.Errorf("all %d records of the contest are used up: want fewer rounds", s.most())
	}
	return measure.Figure{Value: done / cost.Wall.Seconds(), CPU: cost.CPU.Seconds() / max(done, 1)}, err
}

func (s *Stock) most() int { return cmp.Or(s.Most, 400_000) }

// openLedger opens a ledger of ours: chain, tree, and ids looked up.
func (s *Stock) openLedger(ctx context.Context, dir string) (appender, func() error, error) {
	events, err := s.canonical(s.most())
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, "bench.db")
	if err := boltstore.Create(ctx, path, ledger.Genesis{Origin: "bench", Created: time.Now()}, by, time.Now()); err != nil {
		return nil, nil, err
	}
	store, err := boltstore.Open(ctx, path, boltstore.Options{})
	if err != nil {
		return nil, nil, err
	}
	l, err := ledger.Open(ctx, store)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return func(ctx context.Context, n int) error {
		_, err := l.Append(ctx, time.Now(), ledger.AppendOptions{}, []ledger.Entry{{Event: events[n], By: by}})
		return err
	}, l.Close, nil
}

func (s *Stock) openPeer(ctx context.Context, p logPeer, dir string) (appender, func() error, error) {
	events, err := s.canonical(s.most())
	if err != nil {
		return nil, nil, err
	}
	log, err := p.open(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, n int) error {
		return log.Append(ctx, recordLike(nil, events[n], uint64(n))) //nolint:gosec // not negative
	}, log.Close, nil
}

// A logPeer is a store that appends.
type logPeer struct {
	name string
	open func(ctx context.Context, dir string) (peers.Log, error)
}

func logs() []logPeer {
	return []logPeer{
		{plainLog, func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenPlainLog(dir) }},
		{sqlitePure, func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenSQLite("sqlite", dir) }},
		{sqliteCgo, func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenSQLite("sqlite3", dir) }},
		{postgres, func(ctx context.Context, dir string) (peers.Log, error) { return peers.OpenPostgres(ctx, dir) }},
		{immudb, func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenImmudb(dir) }},
		{tessera, peers.OpenTessera},
	}
}
