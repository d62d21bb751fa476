package rows

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/peers"
	"suyuan/bench/world"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

const (
	largestTraced = million // world that is loaded into every peer
)

const queries = 9 // per round, each with a lot of its own

const (
	wholeAnswer = "suyuan, the whole answer"
	allKinds    = "suyuan, all kinds and grades"
)

// tracing is a forward trace of a lot that is in a thousandth of the batches, over the contacts of making and giving, warm: ours gives what
// it reaches with grades, times and paths, the peers a number of patients. Beside it ours with states, counts and what is missing, and over all
// kinds of contacts and down to all grades, which no peer does.
func tracing(s *Stock) measure.Contest {
	c := measure.Contest{Name: "trace", Title: "Trace of a lot in 0.1 % of the batches, warm", Unit: "ms", Better: measure.Smaller, Warm: true}
	our := func(name string, open func(context.Context, uint64, []genealogy.Via) (tracer, error), without ...genealogy.Via) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			if name == allKinds && at.Size > largestTraced { // it could take all memory of this process; the contest of memory asks it in another
				return measure.Job{}, fmt.Errorf("%w: asked of worlds of up to %d batches", measure.ErrCannot, largestTraced)
			}
			trace, err := open(ctx, at.Size, without)
			return s.lotJob(at.Size, trace, nil), err
		}})
	}
	our(ours, s.openReach, shared()...)
	our(wholeAnswer, s.openTrace, shared()...)
	our(allKinds, s.openTrace)
	add := func(name string, open func(ctx context.Context, dir string) (peers.Graph, error)) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			if at.Size > largestTraced {
				return measure.Job{}, fmt.Errorf("%w: loaded with worlds of up to %d batches", measure.ErrCannot, largestTraced)
			}
			g, err := open(ctx, at.Dir)
			if err != nil {
				return measure.Job{}, err
			}
			if err := g.LoadGraph(ctx, s.edges(at.Size)); err != nil {
				return measure.Job{}, errors.Join(err, g.Close())
			}
			low, high := world.Patients()
			return s.lotJob(at.Size, func(ctx context.Context, lot world.Thing) (int, error) {
				return g.Reach(ctx, number(lot), number(low), number(high))
			}, g.Close), nil
		}})
	}
	add(sqlitePure, func(_ context.Context, dir string) (peers.Graph, error) { return peers.OpenSQLite("sqlite", dir) })
	add(sqliteCgo, func(_ context.Context, dir string) (peers.Graph, error) { return peers.OpenSQLite("sqlite3", dir) })
	add(postgres, func(ctx context.Context, dir string) (peers.Graph, error) { return peers.OpenPostgres(ctx, dir) })
	return c
}

// A tracer returns how many patients a lot reaches over confirmed contacts.
type tracer func(ctx context.Context, lot world.Thing) (patients int, err error)

// lotJob asks about some lots, other ones in each round, as many of them as is enough, and reports the median.
func (s *Stock) lotJob(size uint64, f tracer, closeIt func() error) measure.Job {
	lots := s.shape(size).Lots(queries * 10)
	round := 0
	return measure.Job{Close: closeIt, Run: func(ctx context.Context) (measure.Figure, error) {
		var times, cpus []float64
		first := round % 10 * queries
		round++
		began := time.Now()
		for _, lot := range lots[first : first+queries] {
			if time.Since(began) > measure.Enough && len(times) > 0 {
				break
			}
			cost, err := measure.Timed(func() error {
				n, err := f(ctx, lot)
				if err == nil && n == 0 {
					err = fmt.Errorf("%v reaches nobody", lot)
				}
				return err
			})
			if err != nil {
				return measure.Figure{}, err
			}
			times, cpus = append(times, cost.Wall.Seconds()*1e3), append(cpus, cost.CPU.Seconds())
		}
		return measure.Figure{Value: measure.SpreadOf(times).Median, CPU: measure.SpreadOf(cpus).Median}, nil
	}}
}

// shared are the kinds of contacts through things that remember.
func shared() []genealogy.Via {
	return []genealogy.Via{genealogy.ViaEquipment, genealogy.ViaVessel, genealogy.ViaShipper, genealogy.ViaRoom}
}

// openReach is the product's own trace as far as the peers' go, and further: each thing that is reached is told with its grade, its time and
// what it was reached from.
func (s *Stock) openReach(ctx context.Context, size uint64, without []genealogy.Via) (tracer, error) {
	x, err := s.open(ctx, size)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, lot world.Thing) (patients int, err error) {
		ref, err := event.ParseRef(lot.String())
		if err != nil {
			return 0, err
		}
		q := recall.NewQuery(ref)
		q.Without = without
		reached, err := recall.Reach(x.Graph, q)
		if err != nil {
			return 0, err
		}
		for t := range reached.All() {
			if t.Kind == event.KindPatient {
				patients++
			}
		}
		return patients, nil
	}, nil
}

// openTrace is where the product's whole answer is plugged in.
func (s *Stock) openTrace(ctx context.Context, size uint64, without []genealogy.Via) (tracer, error) {
	x, err := s.open(ctx, size)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, lot world.Thing) (int, error) {
		a, err := traceFrom(x.Graph, lot, genealogy.Possible, func(q *recall.Query) { q.Without = without })
		if err != nil {
			return 0, err
		}
		return a.ByGrade[genealogy.Confirmed].Patients, nil
	}, nil
}

func traceFrom(g *genealogy.Graph, source world.Thing, floor genealogy.Grade, window func(*recall.Query)) (*recall.Answer, error) {
	q, err := queryFrom(source, floor, window)
	if err != nil {
		return nil, err
	}
	return recall.Trace(g, recall.AsOf{Origin: "bench"}, q)
}

func queryFrom(source world.Thing, floor genealogy.Grade, window func(*recall.Query)) (recall.Query, error) {
	ref, err := event.ParseRef(source.String())
	q := recall.NewQuery(ref)
	q.Grade = floor
	if window != nil {
		window(&q)
	}
	return q, err
}

// edges yields the contacts of a world.
func (s *Stock) edges(size uint64) iter.Seq[peers.Edge] {
	return func(yield func(peers.Edge) bool) {
		for e := range s.shape(size).Events() {
			for c := range e.Contacts() {
				if !yield(peers.Edge{Source: number(c.Source), Target: number(c.Target), Grade: int64(c.Grade), From: c.From, To: c.To, Entry: number(c.Entry)}) {
					return
				}
			}
		}
	}
}

func number[T ~uint64](t T) int64 { return int64(t) }

// sharing is what was in one tank, and what it passed on, in one week: in order of time, with epochs; first each thing with its grade, its time and
// what it was reached from, then the whole answer.
func sharing(s *Stock) measure.Contest {
	c := measure.Contest{Name: "shared", Title: "Trace of one tank for a week, warm", Unit: "ms", Better: measure.Smaller, Apart: true, Warm: true}
	add := func(name string, floor genealogy.Grade, ask func(*genealogy.Graph, recall.Query) error) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			x, err := s.open(ctx, at.Size)
			if err != nil {
				return measure.Job{}, err
			}
			tank, begin := s.shape(at.Size).Tank()
			from, to, err := week(begin)
			if err != nil {
				return measure.Job{}, err
			}
			q, err := queryFrom(tank, floor, func(q *recall.Query) { q.From, q.To = from, to })
			return measure.Job{Run: func(context.Context) (measure.Figure, error) {
				return measure.Median(queries, func() error { return ask(x.Graph, q) })
			}}, err
		}})
	}
	add(ours, genealogy.Probable, reachAll)
	add(wholeAnswer, genealogy.Probable, answerWhole)
	add("suyuan, the whole answer down to possible", genealogy.Possible, answerWhole)
	return c
}

// reachAll goes through all that a query reaches.
func reachAll(g *genealogy.Graph, q recall.Query) error {
	reached, err := recall.Reach(g, q)
	if err != nil {
		return err
	}
	things := 0
	for range reached.All() {
		things++
	}
	if things == 0 {
		return fmt.Errorf("%v reaches nothing", q.Sources)
	}
	return nil
}

func answerWhole(g *genealogy.Graph, q recall.Query) error {
	_, err := recall.Trace(g, recall.AsOf{Origin: "bench"}, q)
	return err
}

func week(begin int64) (from, to event.Time, err error) {
	at := time.Unix(begin, 0).UTC()
	from, err = event.ParseTime(at.Format(time.RFC3339))
	if err != nil {
		return from, to, err
	}
	to, err = event.ParseTime(at.AddDate(0, 0, 7).Format(time.RFC3339))
	return from, to, err
}
