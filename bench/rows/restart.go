package rows

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"suyuan/bench/measure"
	"suyuan/internal/logbook"
)

const (
	firstAfter = "suyuan show, first after the kill"
	nextAfter  = "suyuan show, the next one"
)

// restarting is the first command that answers after an importing process was killed (kill -9), with as many events since the index as the
// world has batches: of a world of a million, a million. The command after it starts from what the first one left.
func restarting(s *Stock) measure.Contest {
	c := measure.Contest{
		Name: "restart", Title: "Restart after a kill, as many events since the index as batches", Unit: "s", Better: measure.Smaller, Apart: true, MaxSize: million, OnceFrom: 500_000,
	}
	for _, name := range []string{firstAfter, nextAfter} {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.killed(ctx, at.Size)
			if err != nil {
				return measure.Job{}, err
			}
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				err := l.putBack()
				if err == nil && name == nextAfter {
					_, err = s.answer(ctx, l, showCommand, at.Size)
				}
				if err != nil {
					return measure.Figure{}, err
				}
				cost, err := s.answer(ctx, l, showCommand, at.Size)
				return measure.Figure{Value: cost.Wall.Seconds(), CPU: cost.CPU.Seconds()}, err
			}}, nil
		}})
	}
	return c
}

// killed returns a ledger as a killed import left it.
func (s *Stock) killed(ctx context.Context, size uint64) (*stocked, error) {
	if l := s.ledgers[size]; l != nil {
		if l.rest == "" {
			return nil, fmt.Errorf("%w: the ledger of %d batches was made without a kill", measure.ErrCannot, size)
		}
		return l, l.why
	}
	reserve := max(size/5, 4000) // so that the import is still at work when it is killed
	all := s.count(size)
	cut := all - min(size+reserve, all*4/5)
	head := filepath.Join(s.Dir, fmt.Sprintf("head-%d.jsonl", size))
	l := s.newLedger(size)
	l.rest = filepath.Join(s.Dir, fmt.Sprintf("rest-%d.jsonl", size))
	for _, part := range []struct {
		path      string
		after, to uint64
	}{{head, 0, cut}, {l.rest, cut, all}} {
		if _, err := s.writeEvents(part.path, size, part.after, part.to); err != nil {
			return nil, err
		}
	}
	if _, err := s.imported(ctx, l.path, head); err != nil {
		return nil, err
	}
	if _, err := s.suyuan(ctx, l.path, "index", "rebuild"); err != nil {
		return nil, err
	}
	if err := os.Remove(head); err != nil {
		return nil, err
	}
	if l.why = s.killImport(ctx, l, size, all-cut); l.why == nil {
		l.why = l.setAside(filepath.Join(s.Dir, fmt.Sprintf("older-%d", size)))
	}
	return l, l.why
}

// setAside gives the index another name, under which it stays when it is replaced.
func (l *stocked) setAside(name string) error {
	l.older = name
	return os.Link(logbook.IndexPath(l.path), name)
}

// putBack puts the index that was set aside in the place of a newer one.
func (l *stocked) putBack() error {
	path := logbook.IndexPath(l.path)
	older, err := os.Stat(l.older)
	if err != nil {
		return err
	}
	if now, err := os.Stat(path); err == nil && os.SameFile(now, older) {
		return nil
	}
	return errors.Join(os.RemoveAll(path), os.Link(l.older, path))
}

// killImport imports what is left, and kills that when it has recorded so many of the events in the file. The importer commits by the
// thousand, so it can have been too early: then it is let go on.
func (s *Stock) killImport(ctx context.Context, l *stocked, want, events uint64) error {
	info, err := os.Stat(l.rest)
	if err != nil {
		return err
	}
	for at := want; ; at += want/100 + 1000 {
		killed, err := s.killAt(ctx, l, info.Size()/int64(events)*int64(at)) //nolint:gosec // no more than the file
		if err != nil {
			return err
		}
		if !killed {
			return fmt.Errorf("%w: the import was over before it could be killed, or the system does not tell how far it is", measure.ErrCannot)
		}
		since, err := indexBehind(ctx, l.path)
		if err != nil || since >= want {
			s.say("restart: killed with %d records since the index, want %d", since, want)
			return err
		}
	}
}

// killAt imports and kills the process when it has come that far in reading the file for the second time, which is when it commits. It
// reports whether there was something to kill.
func (s *Stock) killAt(ctx context.Context, l *stocked, offset int64) (killed bool, err error) {
	cmd := exec.CommandContext(ctx, s.Program, "import", l.rest) //nolint:gosec // it is what is measured
	cmd.Env, cmd.Stdout, cmd.Stderr = s.environment(l.path), io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		return false, err
	}
	ended, waited := make(chan struct{}), error(nil)
	go func() {
		defer close(ended)
		waited = cmd.Wait()
	}()
	second := false
	for last := int64(0); ; {
		select {
		case <-ended:
			return false, errors.Join(waited, ctx.Err())
		case <-time.After(time.Millisecond):
		}
		now := positionIn(cmd.Process.Pid, l.rest)
		second = second || now >= 0 && now < last
		last = max(now, 0)
		if second && last >= offset {
			err := cmd.Process.Kill()
			<-ended
			return waited != nil, err
		}
	}
}

// positionIn returns how far a process has read a file that it has open, where the system tells (Linux); -1 where it does not.
func positionIn(pid int, path string) int64 {
	fds := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	list, err := os.ReadDir(fds)
	if err != nil {
		return -1
	}
	for _, fd := range list {
		if name, err := os.Readlink(filepath.Join(fds, fd.Name())); err != nil || name != path {
			continue
		}
		b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "fdinfo", fd.Name()))
		if err != nil {
			return -1
		}
		line, _, _ := strings.Cut(string(b), "\n")
		n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(line, "pos:")), 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	return -1
}
