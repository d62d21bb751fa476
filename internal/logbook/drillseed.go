package logbook

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// A SeedError says that a seed is larger than a ledger can keep.
type SeedError struct{ Seed uint64 }

// Error says what was found and what was wanted.
func (e *SeedError) Error() string {
	return fmt.Sprintf("seed %d: want at most %d", e.Seed, uint64(recall.MaxSeed))
}

// dice returns the same draws for the same kind of drill and seed, on every
// platform. The kind is the stream, so that two drills of one seed do not go
// hand in hand.
func dice(kind recall.DrillKind, seed uint64) recall.Dice {
	var stream [8]byte
	copy(stream[:], kind)
	r := rand.New(rand.NewPCG(seed, binary.BigEndian.Uint64(stream[:]))) //nolint:gosec // repeatable is what is wanted
	return r.IntN
}

// SeededCase returns the case of a random or planted drill: the same for the
// same seed on the same ledger, and another once that is recorded.
func SeededCase(kind recall.DrillKind, seed, size uint64) (event.Ref, error) {
	name := map[recall.DrillKind]string{recall.DrillRandom: "RANDOM", recall.DrillPlanted: "PLANTED"}[kind]
	return event.NewRef(event.KindCase, fmt.Sprintf("%s%s-%d-%d", event.DrillPrefix, name, seed, size))
}

// A stopwatch measures by the book's clock.
type stopwatch struct {
	now  func() time.Time
	took []recall.Took
}

func (s *stopwatch) time(what recall.Question, f func() error) error {
	began := s.now()
	err := f()
	s.took = append(s.took, recall.Took{What: what, Time: s.now().Sub(began)})
	return err
}

// A RandomDrill is a random drill that was held.
type RandomDrill struct {
	Findings recall.Findings
	Result   recall.DrillResult
}

// DrillRandom picks a thing of one of the kinds by the seed, asks of it what a
// recall would ask, and scores and times the answers. It reads only.
func (b *Book) DrillRandom(ctx context.Context, seed uint64, kinds []event.Kind) (*RandomDrill, error) {
	if seed > recall.MaxSeed {
		return nil, &SeedError{seed}
	}
	return ask(b, func() (*RandomDrill, error) { return b.drillRandom(ctx, seed, kinds) })
}

func (b *Book) drillRandom(ctx context.Context, seed uint64, kinds []event.Kind) (*RandomDrill, error) {
	s, err := b.load(ctx)
	if err != nil {
		return nil, err
	}
	d := &RandomDrill{}
	if d.Findings.Picked, err = recall.Pick(s.graph, kinds, s.graph.Latest(), dice(recall.DrillRandom, seed)); err != nil {
		return nil, err
	}
	s.graph.Contacts() // built once for all answers, and no part of any
	watch := stopwatch{now: b.o.Now}
	if err := d.ask(s, &watch); err != nil {
		return nil, err
	}
	d.Result = d.Findings.Result()
	d.Result.Seed, d.Result.Copied, d.Result.Took = seed, s.name(), watch.took
	d.Result.Case, err = SeededCase(recall.DrillRandom, seed, s.head.Size)
	return d, err
}

func (d *RandomDrill) ask(s *state, watch *stopwatch) error {
	f := &d.Findings
	q := recall.NewQuery(f.Picked)
	err := watch.time(recall.AskedForward, func() (err error) {
		f.Forward, err = recall.Trace(s.graph, s.name(), q)
		return err
	})
	if err != nil {
		return err
	}
	if f.Picked.Kind() != event.KindDonor {
		q.Backward = true
		err = watch.time(recall.AskedBackward, func() (err error) {
			f.Backward, err = recall.Trace(s.graph, s.name(), q)
			return err
		})
		if err != nil {
			return err
		}
	}
	return watch.time(recall.AskedBalance, func() (err error) {
		f.Balance, err = recall.BalanceOf(s.graph, s.name(), f.Picked, event.Time{})
		return err
	})
}

// A PlantedDrill is a planted drill that was held.
type PlantedDrill struct {
	Score  *recall.PlantedScore
	Found  *recall.Answer // what the source that was found can have reached
	Result recall.DrillResult
}

// DrillPlanted plants a hidden contamination on a copy of the ledger, has it
// found by its test results alone, and scores what was found. It reads only.
func (b *Book) DrillPlanted(ctx context.Context, seed uint64, plan recall.Plan) (*PlantedDrill, error) {
	if seed > recall.MaxSeed {
		return nil, &SeedError{seed}
	}
	return ask(b, func() (*PlantedDrill, error) { return b.drillPlanted(ctx, seed, plan) })
}

func (b *Book) drillPlanted(ctx context.Context, seed uint64, plan recall.Plan) (*PlantedDrill, error) {
	s, err := b.load(ctx)
	if err != nil {
		return nil, err
	}
	world, err := hypothetical(ctx, s.graph)
	if err != nil {
		return nil, err
	}
	planting, err := recall.Planted(world, plan, dice(recall.DrillPlanted, seed))
	if err != nil {
		return nil, err
	}
	for i := range planting.Results {
		e := planting.Results[i]
		if err := world.Add(s.head.Size+uint64(i), b.o.By, e.Time, e); err != nil {
			return nil, err
		}
	}
	world.Contacts()
	watch := stopwatch{now: b.o.Now}
	d := &PlantedDrill{}
	if err := d.find(world, s.name(), planting, &watch); err != nil {
		return nil, err
	}
	d.Result = d.Score.Result(d.Found)
	d.Result.Seed, d.Result.Copied, d.Result.Took = seed, s.name(), watch.took
	d.Result.Case, err = SeededCase(recall.DrillPlanted, seed, s.head.Size)
	return d, err
}

// find asks the engine, which sees the results alone.
func (d *PlantedDrill) find(world *genealogy.Graph, of recall.AsOf, p *recall.Planting, watch *stopwatch) error {
	var ranked []recall.Suspect
	err := watch.time(recall.AskedSource, func() (err error) {
		ranked, err = ranking(world, of, p)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Positives) > 0 { // or else there is nothing to ask about
		err = watch.time(recall.AskedForward, func() (err error) {
			d.Found, err = recall.Trace(world, of, p.FoundQuery(ranked))
			return err
		})
	}
	if err != nil {
		return err
	}
	told, err := recall.Trace(world, of, p.ToldQuery())
	if err != nil {
		return err
	}
	d.Score = p.Score(ranked, d.Found, told)
	return nil
}

// ranking returns the sources that the engine finds, the likeliest first: those
// that positives have in common, and then what can have passed it on from one
// positive to another.
func ranking(world *genealogy.Graph, of recall.AsOf, p *recall.Planting) ([]recall.Suspect, error) {
	if len(p.Positives) == 0 {
		return nil, nil
	}
	a, err := recall.Sources(world, of, recall.SourceQuery{Positives: p.Positives, Negatives: p.Negatives})
	if err != nil {
		return nil, err
	}
	return a.Suspects(), nil
}

// hypothetical copies what the ledger says, without what was found in tests, of
// rooms and of patients: results of the real world tell nothing of a
// contamination that was planted. Numbers of records stay as they are.
func hypothetical(ctx context.Context, g *genealogy.Graph) (*genealogy.Graph, error) {
	world := genealogy.New()
	for e := range g.Entries() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch b := e.Event.Body.(type) {
		case *event.Test, *event.Followup:
			continue
		case *event.Environment:
			if b.Class == event.EnvironmentMicrobial {
				continue
			}
		}
		if err := world.Add(e.Seq, e.By, e.Recorded, e.Event); err != nil {
			return nil, err
		}
	}
	return world, nil
}
