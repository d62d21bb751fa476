package measure

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Cost is what work took. What only processes have is 0 for work of this one, and where the system does not tell it.
type Cost struct {
	Wall      time.Duration
	CPU       time.Duration // user and system
	Memory    int64         // most resident bytes of a process, mapped files included
	Anonymous int64         // most resident bytes that are of no file, as seen every few milliseconds
	First     time.Duration // from the start of a process to the first byte of its answer, where that was read
	Last      time.Duration // to the last
	Bytes     int64         // of the answer
	Said      string        // on stderr
}

// Timed runs f and returns what it took of this process. CPU time counts whatever else the process does meanwhile.
func Timed(f func() error) (Cost, error) {
	cpu, began := selfCPU(), time.Now()
	err := f()
	return Cost{Wall: time.Since(began), CPU: selfCPU() - cpu}, err
}

// Program runs a program to its end and returns what it took. Output is thrown away; what it says on stderr is part of the error.
func Program(ctx context.Context, env []string, name string, args ...string) (Cost, error) {
	return program(ctx, env, nil, name, args)
}

// Piped is [Program] for one whose answer is read through a pipe: when its first and its last byte came is part of what it took.
func Piped(ctx context.Context, env []string, name string, args ...string) (Cost, error) {
	return program(ctx, env, new(arrivals), name, args)
}

func program(ctx context.Context, env []string, answer *arrivals, name string, args []string) (Cost, error) {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // it is what is measured
	cmd.Env = env
	var said strings.Builder
	cmd.Stderr = &said
	began := time.Now()
	if answer != nil {
		answer.began = began
		cmd.Stdout = answer
	}
	if err := cmd.Start(); err != nil {
		return Cost{}, err
	}
	w := watch(cmd.Process)
	err := cmd.Wait()
	c := Cost{Wall: time.Since(began), Said: said.String()}
	w.end()
	c.Memory, c.Anonymous = w.resident, w.anonymous
	c.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if answer != nil {
		c.First, c.Last, c.Bytes = answer.first, answer.last, answer.bytes
	}
	if w.stopped {
		return c, fmt.Errorf("%w: it had %d MB of memory", ErrTooMuch, c.Anonymous>>20)
	}
	if err != nil {
		return c, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, c.Said)
	}
	return c, nil
}

// ErrTooMuch is wrapped by the error for a program that was killed because it took more than half of the machine's memory: the system
// would end one process or another.
var ErrTooMuch = fmt.Errorf("%w with so little memory", ErrCannot)

// arrivals is a writer that notes when bytes come.
type arrivals struct {
	began       time.Time
	first, last time.Duration
	bytes       int64
}

func (a *arrivals) Write(b []byte) (int, error) {
	a.last = time.Since(a.began)
	if a.bytes == 0 {
		a.first = a.last
	}
	a.bytes += int64(len(b))
	return len(b), nil
}

// A watcher looks every few milliseconds at how much memory a process has, where the system tells it (Linux), and ends one that has too
// much. What wait4 reports is no use: a child begins with the greatest size of the parent it was forked from.
type watcher struct {
	done, ended         chan struct{}
	resident, anonymous int64 // the most, to be read after end
	stopped             bool  // as above
}

func watch(p *os.Process) *watcher {
	w := &watcher{done: make(chan struct{}), ended: make(chan struct{})}
	go w.look(p, filepath.Join("/proc", strconv.Itoa(p.Pid), "status"), kilobytes(field("/proc/meminfo", "MemTotal:"))/2)
	return w
}

func (w *watcher) look(p *os.Process, status string, most int64) {
	defer close(w.ended)
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	for {
		f := fields(status, "VmHWM:", "RssAnon:")
		w.resident, w.anonymous = max(w.resident, kilobytes(f[0])), max(w.anonymous, kilobytes(f[1]))
		if most > 0 && w.anonymous > most && !w.stopped {
			w.stopped = p.Kill() == nil
		}
		select {
		case <-w.done:
			return
		case <-tick.C:
		}
	}
}

func (w *watcher) end() {
	close(w.done)
	<-w.ended
}

// kilobytes reads what the system writes as "123 kB"; 0 where it does not.
func kilobytes(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}

// Laps returns a function that returns the CPU time of this process since it was last called.
func Laps() func() time.Duration {
	last := selfCPU()
	return func() time.Duration {
		now := selfCPU()
		d := now - last
		last = now
		return d
	}
}

// Enough is how long [Median] goes on: what takes longer is done once.
const Enough = 20 * time.Second

// Median runs f so many times, or as often as is [Enough], and returns the median of its times in milliseconds.
func Median(times int, f func() error) (Figure, error) {
	var walls, cpus []float64
	for began := time.Now(); len(walls) == 0 || len(walls) < times && time.Since(began) < Enough; {
		c, err := Timed(f)
		if err != nil {
			return Figure{}, err
		}
		walls, cpus = append(walls, c.Wall.Seconds()*1e3), append(cpus, c.CPU.Seconds())
	}
	return Figure{Value: SpreadOf(walls).Median, CPU: SpreadOf(cpus).Median}, nil
}
