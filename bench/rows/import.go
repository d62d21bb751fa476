package rows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"suyuan/bench/measure"
	"suyuan/internal/logbook"
)

// importing is a whole world into an empty store: ours by the program, from JSON Lines, under every rule; the peers' by their own
// fastest way, of records as long, without looking at them.
func importing(s *Stock) measure.Contest {
	c := measure.Contest{
		Name: "import", Title: "Import of a whole world", Unit: "events/s", Better: measure.Greater,
		MaxSize: million, OnceFrom: 50_000,
	}
	c.Entrants = append(c.Entrants, measure.Entrant{Name: ours, Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
		file, events, err := s.worldFile(at.Size)
		round := 0
		return measure.Job{
			Run: func(ctx context.Context) (measure.Figure, error) {
				round++
				path := filepath.Join(at.Dir, fmt.Sprintf("%d.db", round))
				cost, err := s.imported(ctx, path, file)
				return rate(cost, events), errors.Join(err, removeLedger(path))
			},
			Close: func() error { return os.Remove(file) },
		}, err
	}})
	for _, p := range logs() {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: p.name, Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
			round := 0
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				round++
				dir := filepath.Join(at.Dir, fmt.Sprint(round)) // all of them at once would fill the disk
				f, err := s.load(ctx, p, dir, at.Size)
				return f, errors.Join(err, os.RemoveAll(dir))
			}}, s.tryOut(p, at.Dir)
		}})
	}
	return c
}

func rate(c measure.Cost, n uint64) measure.Figure {
	return measure.Figure{Value: float64(n) / c.Wall.Seconds(), CPU: c.CPU.Seconds() / float64(n)}
}

// load is one load into a new store.
func (s *Stock) load(ctx context.Context, p logPeer, dir string, size uint64) (f measure.Figure, err error) {
	if err := os.MkdirAll(dir, measure.Open); err != nil {
		return f, err
	}
	log, err := p.open(ctx, dir)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	var n uint64
	cost, err := measure.Timed(func() error {
		return log.Load(ctx, func(yield func([]byte) bool) {
			for r := range s.records(size) {
				if n++; !yield(r) {
					return
				}
			}
		})
	})
	return rate(cost, n), err
}

// tryOut opens and closes a store, so that one that cannot run is left out.
func (s *Stock) tryOut(p logPeer, dir string) error {
	dir = filepath.Join(dir, "try")
	if err := os.MkdirAll(dir, measure.Open); err != nil {
		return err
	}
	log, err := p.open(context.Background(), dir)
	if err != nil {
		return err
	}
	return errors.Join(log.Close(), os.RemoveAll(dir))
}

// tenths is the CPU time per event of an import's last tenth, in times that of its first, each in both passes over the file.
func tenths(s *Stock) measure.Contest {
	return measure.Contest{
		Name: "import-tenths", Title: "Import: CPU per event of the last tenth, in times that of the first", Unit: "×", Better: measure.Smaller,
		MinSize: 10_000, MaxSize: million, OnceFrom: 50_000,
		Entrants: []measure.Entrant{{Name: ours, Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
			file, events, err := s.worldFile(at.Size)
			round := 0
			return measure.Job{
				Run: func(ctx context.Context) (measure.Figure, error) {
					round++
					return s.importTenths(ctx, filepath.Join(at.Dir, fmt.Sprintf("%d.db", round)), file, events)
				},
				Close: func() error { return os.Remove(file) },
			}, err
		}}},
	}
}

func (s *Stock) importTenths(ctx context.Context, path, file string, events uint64) (measure.Figure, error) {
	if _, err := logbook.Init(ctx, path, logbook.InitOptions{By: by, Now: time.Now}); err != nil {
		return measure.Figure{}, err
	}
	book, err := logbook.Open(ctx, path, logbook.Options{By: by, Now: time.Now})
	if err != nil {
		return measure.Figure{}, err
	}
	var passes [20]time.Duration // tenths of the check, then tenths of the commits
	lap := measure.Laps()
	cost, err := measure.Timed(func() error {
		_, err := book.Import(ctx, []logbook.File{{Path: file}}, logbook.ImportOptions{Progress: func(done, total int64) {
			if total > 0 {
				passes[min(max(done*20-1, 0)/total, 19)] += lap()
			}
		}})
		return err
	})
	first, last := passes[0]+passes[10], passes[9]+passes[19]
	f := measure.Figure{Value: last.Seconds() / max(first.Seconds(), 1e-9), CPU: cost.CPU.Seconds() / float64(events)}
	return f, errors.Join(err, book.Close(), removeLedger(path))
}
