package rows

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"

	"suyuan/bench/ask"
	"suyuan/bench/measure"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// A question is one that is asked in a process of its own: about a lot that is in a thousandth of the batches.
type question struct {
	key     string
	name    string
	without []genealogy.Via // kinds of contacts that are not followed
	brief   bool            // the search alone is asked for
}

// questions are the lot's own way, as the contest of traces has it, and what is asked where nothing else is said.
func questions() []question {
	return []question{{key: "lot", name: "the lot", without: shared()}, {key: "all", name: "all kinds and grades"}}
}

// names is what the peers' queries are: what a lot reaches, with grades, times and parents, and nothing of what became of it.
func names() question {
	return question{key: "brief", name: "the lot, the search alone", without: shared(), brief: true}
}

// trace returns what suyuan trace is called with.
func (q *question) trace(lot string) []string {
	args := []string{"trace", lot, "--json"}
	if q.brief {
		args = append(args, "--brief")
	}
	for _, via := range q.without {
		args = append(args, "--without", via.String())
	}
	return args
}

// ask returns what suyuan-ask is called with.
func (q *question) ask(file, lot string) []string {
	var without []string
	for _, via := range q.without {
		without = append(without, via.String())
	}
	return []string{"--file", file, "--brief=" + strconv.FormatBool(q.brief), "--without", strings.Join(without, ","), lot}
}

// A process answers a question about a lot, and leaves what it took.
type process func(ctx context.Context, lot string) (measure.Cost, error)

// ofLedger asks with the program, of a ledger with its index. An answer that is bad news is one.
func (s *Stock) ofLedger(ctx context.Context, size uint64, q *question) (run process, files []string, err error) {
	if size > million {
		return nil, nil, fmt.Errorf("%w: a ledger of %d batches is not made, for the disk it takes", measure.ErrCannot, size)
	}
	l, err := s.ledger(ctx, size)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, lot string) (measure.Cost, error) {
		return badNewsToo(measure.Piped(ctx, s.environment(l.path), s.Program, q.trace(lot)...))
	}, append(besides(l.path), l.path), nil
}

// ofIndex asks an index alone.
func (s *Stock) ofIndex(ctx context.Context, size uint64, q *question) (run process, files []string, err error) {
	path, err := s.kept(ctx, KindIndex, size)
	return func(ctx context.Context, lot string) (measure.Cost, error) {
		return measure.Piped(ctx, s.environment(""), s.Ask, q.ask(path, lot)...)
	}, []string{path}, err
}

// pairs lets two entrants tell two things of one run: whoever comes first in a round runs, the other takes what that took.
type pairs map[string]measure.Cost

func (p pairs) of(name string, run process) process {
	return func(ctx context.Context, lot string) (measure.Cost, error) {
		key := name + " " + lot
		if cost, ok := p[key]; ok {
			delete(p, key)
			return cost, nil
		}
		cost, err := run(ctx, lot)
		if err == nil {
			p[key] = cost
		}
		return cost, err
	}
}

// lotsInTurn returns another lot each time.
func (s *Stock) lotsInTurn(size uint64) func() string {
	lots, next := s.shape(size).Lots(queries*10), 0
	return func() string {
		lot := lots[next%len(lots)].String()
		next++
		return lot
	}
}

// The entrants of the contests of processes.
const (
	coldNames  = "the index alone, the search"
	coldIndex  = "the index alone, the whole answer"
	coldBrief  = "suyuan trace --brief, of a ledger"
	coldLedger = "suyuan trace, of a ledger"
	warmNames  = "the index alone, the search, warm"
	warmIndex  = "the index alone, the whole answer, warm"
)

// starting is from the start of a process to the end of its answer, where nothing of the files that it reads is in memory: each is dropped
// from the page cache before, and the system asked whether it is gone. The program itself is warm.
func starting(s *Stock) measure.Contest {
	c := measure.Contest{Name: "cold", Title: "Cold start to answer, lot in 0.1 % of the batches", Unit: "ms", Better: measure.Smaller, Apart: true}
	add := func(name string, q question, cold bool, of func(context.Context, uint64, *question) (process, []string, error)) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			run, files, err := of(ctx, at.Size, &q)
			lot := s.lotsInTurn(at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				if err := s.letGo(at.Size); err != nil {
					return measure.Figure{}, err
				}
				if cold {
					if err := chill(files...); err != nil {
						return measure.Figure{}, err
					}
				}
				cost, err := run(ctx, lot())
				return inMilliseconds(cost), err
			}}, err
		}})
	}
	search, whole := names(), questions()[0]
	add(coldNames, search, true, s.ofIndex)
	add(coldIndex, whole, true, s.ofIndex)
	add(coldBrief, search, true, s.ofLedger)
	add(coldLedger, whole, true, s.ofLedger)
	add(warmNames, search, false, s.ofIndex)
	add(warmIndex, whole, false, s.ofIndex)
	return c
}

// chill drops files from the page cache. What this process itself has mapped of a ledger's index is let go of by its collector.
func chill(files ...string) error {
	err := measure.Chill(files...)
	for range 5 {
		if !errors.Is(err, measure.ErrCannot) {
			break
		}
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
		err = measure.Chill(files...)
	}
	return err
}

func inMilliseconds(c measure.Cost) measure.Figure {
	return measure.Figure{Value: c.Wall.Seconds() * 1e3, CPU: c.CPU.Seconds()}
}

// remembering is the greatest memory of a process that answers: what is of no file, which nobody can take from it, and all that is
// resident, with the pages of the index that are mapped.
func remembering(s *Stock) measure.Contest {
	c := measure.Contest{Name: "memory", Title: "Resident memory of a trace", Unit: "MB", Better: measure.Smaller, Apart: true, OnceFrom: 50_000}
	add := func(name string, q question, of func(context.Context, uint64, *question) (process, []string, error), bytes func(*measure.Cost) int64) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			run, _, err := of(ctx, at.Size, &q)
			lot := s.lotsInTurn(at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				limited, stop := context.WithTimeout(ctx, patience)
				defer stop()
				cost, err := run(limited, lot())
				if err == nil && bytes(&cost) == 0 {
					err = fmt.Errorf("%w: the system does not tell how much memory a process has", measure.ErrCannot)
				}
				f := measure.Figure{Value: float64(bytes(&cost)) / 1e6, CPU: cost.CPU.Seconds()}
				if errors.Is(err, measure.ErrTooMuch) || limited.Err() != nil && ctx.Err() == nil {
					f.More, err = true, nil
				}
				return f, err
			}}, err
		}})
	}
	own := func(c *measure.Cost) int64 { return c.Anonymous }
	all := func(c *measure.Cost) int64 { return c.Memory }
	both := make(pairs)
	once := func(ctx context.Context, size uint64, q *question) (process, []string, error) {
		run, files, err := s.ofIndex(ctx, size, q)
		return both.of(fmt.Sprint(q.key, size), run), files, err
	}
	for _, q := range questions() {
		add(q.name, q, once, own)
		add(q.name+", with mapped pages", q, once, all)
		add(q.name+", of a ledger", q, s.ofLedger, own)
	}
	return c
}

// delivering is when the bytes of an answer in JSON come, beside the same answer in memory: a whole program with a pipe.
func delivering(s *Stock, q question) measure.Contest {
	c := measure.Contest{
		Name: "json-" + q.key, Title: "JSON of a trace through a pipe: " + q.name, Unit: "ms", Better: measure.Smaller, Apart: true, MaxSize: million, OnceFrom: 500_000,
	}
	both := make(pairs)
	add := func(name string, of func(*measure.Cost) time.Duration) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			run, _, err := s.ofLedger(ctx, at.Size, &q)
			run = both.of(fmt.Sprint(at.Size), run)
			lot := s.lotsInTurn(at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := run(ctx, lot())
				return measure.Figure{Value: of(&cost).Seconds() * 1e3, CPU: cost.CPU.Seconds()}, err
			}}, err
		}})
	}
	add("suyuan trace --json, first byte", func(c *measure.Cost) time.Duration { return c.First })
	add("suyuan trace --json, last byte", func(c *measure.Cost) time.Duration { return c.Last })
	c.Entrants = append(c.Entrants, s.inMemory("in memory, the answer", q, false), s.inMemory("in memory, and written as JSON", q, true))
	return c
}

// inMemory asks in this process, of an index that is open.
func (s *Stock) inMemory(name string, q question, written bool) measure.Entrant {
	return measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
		x, err := s.open(ctx, at.Size)
		lot := s.lotsInTurn(at.Size)
		return measure.Job{Run: func(context.Context) (measure.Figure, error) {
			ref, err := event.ParseRef(lot())
			if err != nil {
				return measure.Figure{}, err
			}
			query := recall.NewQuery(ref)
			query.Without = q.without
			return measure.Median(3, func() error {
				a, err := recall.Trace(x.Graph, ask.AsOf(), query)
				if err == nil && written {
					err = a.WriteJSON(io.Discard, false)
				}
				return err
			})
		}}, err
	}}
}
