package rows

import (
	"context"
	"fmt"
	"os"

	"suyuan/bench/measure"
	"suyuan/internal/logbook"
)

const (
	largestInMemory = 200_000 // world whose graph is made in memory alone
	withIndex       = "suyuan, and its index written"
)

// building is the graph of a ledger from its records, with no index to start from: in memory alone, and as whoever opens a ledger without
// its index has it made, with files on the way where there is much, and the index written at the end. Of fewer than 20,000 records there is none.
func building(s *Stock) measure.Contest {
	c := measure.Contest{Name: "graph", Title: "Graph from nothing", Unit: "events/s", Better: measure.Greater, Apart: true, MaxSize: million, OnceFrom: 50_000}
	add := func(name string, most uint64, build func(ctx context.Context, path string) error) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			if at.Size > most {
				return measure.Job{}, fmt.Errorf("%w: it would want more memory than there is, from %d batches on", measure.ErrCannot, most)
			}
			l, err := s.ledger(ctx, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := measure.Timed(func() error { return build(ctx, l.path) })
				return rate(cost, l.records), err
			}}, err
		}})
	}
	add(withIndex, million, func(ctx context.Context, path string) error {
		if err := os.RemoveAll(logbook.IndexPath(path)); err != nil {
			return err
		}
		return toGraph(ctx, path, false)
	})
	add(ours, largestInMemory, func(ctx context.Context, path string) error { return toGraph(ctx, path, true) })
	return c
}

// opening is a ledger with its index, from the file to a graph that can be asked.
func opening(s *Stock) measure.Contest {
	return measure.Contest{
		Name: "open", Title: "Open a ledger with its index, warm", Unit: "ms", Better: measure.Smaller, MaxSize: million,
		Entrants: []measure.Entrant{{Name: ours, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.ledger(ctx, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				return measure.Median(3, func() error { return toGraph(ctx, l.path, false) })
			}}, err
		}}},
	}
}

func toGraph(ctx context.Context, path string, noIndex bool) error {
	g, err := readGraph(ctx, path, noIndex)
	if err == nil {
		g.Contacts()
	}
	return err
}
