package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A Better says which figures win.
type Better bool

// Rates are better when they are greater, times and sizes when they are smaller.
const (
	Greater Better = true
	Smaller Better = false
)

// A Contest is one kind of work. The first entrant is ours, or whatever the figure is about.
type Contest struct {
	Name     string // short, and unique
	Title    string
	Unit     string
	Better   Better
	Of       string // what a size counts; empty: batches of the world
	AnySize  bool   // the size of the world is nothing to it: it runs once
	MinSize  uint64 // it says nothing below
	MaxSize  uint64 // 0: any
	Apart    bool   // the entrants do different things: there is no ratio
	Warm     bool   // each entrant does its work once before it is measured
	OnceFrom uint64 // one round is enough at this size and above; 0: never
	Note     string // what is to be said about the figures, and where they bend
	Entrants []Entrant
}

// An Entrant does the work of a contest.
type Entrant struct {
	Name string
	// Start prepares, outside the clock, in a folder of its own. An error that wraps ErrCannot leaves the entrant out.
	Start func(ctx context.Context, at Setting) (Job, error)
}

// ErrCannot is wrapped by errors that say why something cannot run on this machine.
var ErrCannot = errors.New("cannot run here")

// A Setting is where and on what an entrant works.
type Setting struct {
	Dir  string
	Size uint64 // batches of the world, or what else the contest's sizes count
}

// Counted says what the contest's sizes count.
func (c *Contest) Counted() string { return cmp.Or(c.Of, "batches") }

// A Job is a started entrant. Run does the work once; Close ends it, and may be nil.
type Job struct {
	Run   func(ctx context.Context) (Figure, error)
	Close func() error
}

// A Figure is what one run measured: in the contest's unit, and CPU time in seconds per operation where it was measured.
type Figure struct {
	Value float64 `json:"value"`
	More  bool    `json:"more,omitempty"` // the work was given up when it had come to the value
	CPU   float64 `json:"cpu,omitempty"`  // seconds per operation; 0: not measured
}

// A Result holds the figures of all entrants at one size.
type Result struct {
	Contest *Contest
	Size    uint64
	Figures map[string][]Figure // by entrant, one per round
	Left    map[string]string   // entrants that could not run, and why
	Loads   []float64           // of the machine, before each round and at the end
	Run     *Run                // that measured it; nil where nobody said
}

// A Runner runs contests.
type Runner struct {
	Dir    string // of its own, on the disk to be measured
	Rounds int
	Say    func(format string, args ...any)
}

// Run runs one contest at one size.
func (r *Runner) Run(ctx context.Context, c *Contest, size uint64) (_ *Result, err error) {
	result := &Result{Contest: c, Size: size, Figures: make(map[string][]Figure), Left: make(map[string]string)}
	jobs, err := r.start(ctx, c, size, result)
	defer func() { err = errors.Join(err, closeAll(jobs)) }()
	if err != nil {
		return nil, err
	}
	rounds := r.Rounds
	if c.OnceFrom != 0 && size >= c.OnceFrom {
		rounds = 1
	}
	if c.Warm {
		if err := r.warmUp(ctx, c, jobs); err != nil {
			return nil, err
		}
	}
	for round := range rounds {
		result.Loads = append(result.Loads, Load())
		for i := range jobs {
			// Whoever comes first has the colder machine: each round begins with another one.
			j := jobs[(i+round)%len(jobs)]
			f, err := j.Run(ctx)
			if errors.Is(err, ErrCannot) {
				r.leave(c, result, j.name, err)
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", c.Name, j.name, err)
			}
			result.Figures[j.name] = append(result.Figures[j.name], f)
			r.Say("%s, %d %s, round %d: %s %.4g %s", c.Name, size, c.Counted(), round+1, j.name, f.Value, c.Unit)
		}
	}
	result.Loads = append(result.Loads, Load())
	return result, nil
}

// warmUp lets each entrant do its work once, so that the first round is not the first to touch what the work is about. Who cannot is left
// out by the first round.
func (r *Runner) warmUp(ctx context.Context, c *Contest, jobs []started) error {
	for _, j := range jobs {
		f, err := j.Run(ctx)
		if err != nil && !errors.Is(err, ErrCannot) {
			return fmt.Errorf("%s of %s, before the rounds: %w", c.Name, j.name, err)
		}
		r.Say("%s, before the rounds: %s %.4g %s", c.Name, j.name, f.Value, c.Unit)
	}
	return nil
}

// leave leaves an entrant out, and says why.
func (r *Runner) leave(c *Contest, result *Result, entrant string, why error) {
	result.Left[entrant] = why.Error()
	r.Say("%s: %s is left out: %v", c.Name, entrant, why)
}

// Open is the mode of the folders of a run: a server that runs as somebody else has to get through them, and nothing in them is secret.
const Open = 0o711

type started struct {
	Job
	name string
	dir  string
}

func (r *Runner) start(ctx context.Context, c *Contest, size uint64, result *Result) ([]started, error) {
	var jobs []started
	for i, e := range c.Entrants {
		dir := filepath.Join(r.Dir, fmt.Sprintf("%s-%d-%d", c.Name, size, i))
		if err := os.MkdirAll(dir, Open); err != nil {
			return jobs, err
		}
		job, err := e.Start(ctx, Setting{Dir: dir, Size: size})
		if errors.Is(err, ErrCannot) {
			r.leave(c, result, e.Name, err)
			continue
		}
		if err != nil {
			return jobs, fmt.Errorf("start %s of %s: %w", c.Name, e.Name, err)
		}
		jobs = append(jobs, started{job, e.Name, dir})
	}
	return jobs, nil
}

func closeAll(jobs []started) error {
	var err error
	for _, j := range jobs {
		if j.Close != nil {
			err = errors.Join(err, j.Close())
		}
		err = errors.Join(err, os.RemoveAll(j.dir))
	}
	return err
}
