package rows

import (
	"context"
	"errors"
	"os/exec"

	"suyuan/bench/measure"
)

// The commands of a ledger that answer.
const (
	logCommand     = "suyuan log --limit 20"
	showCommand    = "suyuan show"
	balanceCommand = "suyuan balance"
	traceCommand   = "suyuan trace"
)

// verifying is the program over a whole ledger: hashes, chain, tree, canonical form, ids.
func verifying(s *Stock) measure.Contest {
	return measure.Contest{
		Name: "verify", Title: "Verify, warm", Unit: "M records/s", Better: measure.Greater, MaxSize: million,
		Entrants: []measure.Entrant{{Name: ours, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.ledger(ctx, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := measure.Program(ctx, s.environment(l.path), s.Program, "verify")
				f := rate(cost, l.records)
				f.Value /= million
				return f, err
			}}, err
		}}},
	}
}

// answering is from the start of a program to the end of its answer, on a ledger that is in the page cache.
func answering(s *Stock) measure.Contest {
	c := measure.Contest{Name: "answer", Title: "Start to answer, warm", Unit: "ms", Better: measure.Smaller, Apart: true, MaxSize: million, OnceFrom: 50_000}
	for _, name := range []string{showCommand, logCommand, balanceCommand, traceCommand} {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.ledger(ctx, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := s.answer(ctx, l, name, at.Size)
				return measure.Figure{Value: cost.Wall.Seconds() * 1e3, CPU: cost.CPU.Seconds()}, err
			}}, err
		}})
	}
	return c
}

// answer runs a command. An answer that is bad news is one.
func (s *Stock) answer(ctx context.Context, l *stocked, command string, size uint64) (measure.Cost, error) {
	const badNews = 4
	cost, err := measure.Program(ctx, s.environment(l.path), s.Program, s.arguments(command, size)...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == badNews {
		err = nil
	}
	return cost, err
}

func (s *Stock) arguments(command string, size uint64) []string {
	lot := s.shape(size).Lots(1)[0].String()
	switch command {
	case showCommand:
		return []string{"show", lot}
	case logCommand:
		return []string{"log", "--limit", "20"}
	case balanceCommand:
		return []string{"balance", lot}
	default:
		return []string{"trace", lot, "--grade", "confirmed", "--summary"}
	}
}

// remembering is the greatest resident memory of a trace, program and mapped pages together.
func remembering(s *Stock) measure.Contest {
	return measure.Contest{
		Name: "memory", Title: "Resident memory of a trace, mapped pages included", Unit: "MB", Better: measure.Smaller, MaxSize: million, OnceFrom: 50_000,
		Entrants: []measure.Entrant{{Name: ours, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.ledger(ctx, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := s.answer(ctx, l, traceCommand, at.Size)
				return measure.Figure{Value: float64(cost.Memory) / 1e6, CPU: cost.CPU.Seconds()}, err
			}}, err
		}}},
	}
}
