package rows

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"suyuan/bench/measure"
)

const ledgerOnly = "suyuan, ledger file alone"

// onDisk is what a world takes on the disk, in times the bytes of its records. Files may be longer than what is written to them: what
// counts is what they are allocated, where the system tells.
func onDisk(s *Stock) measure.Contest {
	c := measure.Contest{Name: "disk", Title: "Bytes on disk, in times the records' own", Unit: "× record", Better: measure.Smaller, MaxSize: million, OnceFrom: 1}
	our := func(name string, also func(path string) []string) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				l, err := s.ledger(ctx, at.Size)
				if err != nil {
					return measure.Figure{}, err
				}
				n, err := sizes(append(also(l.path), l.path)...)
				return measure.Figure{Value: float64(n) / float64(l.bytes)}, err
			}}, nil
		}})
	}
	our(ours, besides)
	our(ledgerOnly, func(string) []string { return nil })
	for _, p := range logs() {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: p.name, Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				f, err := s.footprint(ctx, p, at)
				return f, errors.Join(err, os.RemoveAll(at.Dir)) // all of them at once would fill the disk
			}}, s.tryOut(p, at.Dir)
		}})
	}
	return c
}

func (s *Stock) footprint(ctx context.Context, p logPeer, at measure.Setting) (measure.Figure, error) {
	before, err := sizes(at.Dir)
	if err != nil {
		return measure.Figure{}, err
	}
	log, err := p.open(ctx, at.Dir)
	if err != nil {
		return measure.Figure{}, err
	}
	empty, err := sizes(at.Dir)
	if p.name != postgres {
		empty = before // a cluster of PostgreSQL has 40 MB of its own catalogues
	}
	var bytes int64
	err = errors.Join(err, log.Load(ctx, func(yield func([]byte) bool) {
		for r := range s.records(at.Size) {
			if bytes += int64(len(r)); !yield(r) {
				return
			}
		}
	}), log.Close())
	after, sizeErr := sizes(at.Dir)
	return measure.Figure{Value: float64(after-empty) / float64(max(bytes, 1))}, errors.Join(err, sizeErr)
}

// sizes adds up what files, and all files below folders, are allocated.
func sizes(paths ...string) (int64, error) {
	var sum int64
	for _, path := range paths {
		err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			sum += measure.Allocated(info)
			return nil
		})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return 0, err
		}
	}
	return sum, nil
}
