package measure

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Cost is what work took.
type Cost struct {
	Wall   time.Duration
	CPU    time.Duration // user and system
	Memory int64         // most resident bytes of a process, as last seen before its end; 0 where it is not known
}

// Timed runs f and returns what it took of this process. CPU time counts whatever else the process does meanwhile.
func Timed(f func() error) (Cost, error) {
	cpu, began := selfCPU(), time.Now()
	err := f()
	return Cost{Wall: time.Since(began), CPU: selfCPU() - cpu}, err
}

// Program runs a program to its end and returns what it took. Output is thrown away; what it says on stderr is part of the error.
func Program(ctx context.Context, env []string, name string, args ...string) (Cost, error) {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // it is what is measured
	cmd.Env = env
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	began := time.Now()
	err := cmd.Start()
	if err != nil {
		return Cost{}, err
	}
	most := watch(cmd.Process.Pid)
	err = cmd.Wait()
	c := Cost{Wall: time.Since(began)}
	c.Memory = most()
	c.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if err != nil {
		return c, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said.String())
	}
	return c, nil
}

// watch looks every few milliseconds at how much memory a process had at most, where the system tells it (Linux), and returns what
// ends that and returns it. What wait4 reports is no use: a child begins with the greatest size of the parent it was forked from.
func watch(pid int) (most func() int64) {
	status := filepath.Join("/proc", strconv.Itoa(pid), "status")
	done, seen := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		tick := time.NewTicker(3 * time.Millisecond)
		defer tick.Stop()
		for {
			if kb, ok := strings.CutSuffix(field(status, "VmHWM:"), " kB"); ok {
				if n, err := strconv.ParseInt(kb, 10, 64); err == nil {
					most = max(most, n<<10)
				}
			}
			select {
			case <-done:
				seen <- most
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-seen
	}
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

// Median runs f so many times and returns the median of its times in milliseconds.
func Median(times int, f func() error) (Figure, error) {
	var walls, cpus []float64
	for range times {
		c, err := Timed(f)
		if err != nil {
			return Figure{}, err
		}
		walls, cpus = append(walls, c.Wall.Seconds()*1e3), append(cpus, c.CPU.Seconds())
	}
	return Figure{Value: SpreadOf(walls).Median, CPU: SpreadOf(cpus).Median}, nil
}
