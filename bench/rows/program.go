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

// How verify runs.
const (
	verifyWarm       = "suyuan verify"
	verifyCold       = "suyuan verify, cold"
	verifySigned     = "suyuan verify --signatures"
	verifySignedCold = "suyuan verify --signatures, cold"
)

// verifying is the program over a whole ledger of so many records, one in ten of them signed: hashes, chain, tree, canonical form, ids, and
// the signatures where they are asked for. Cold is with nothing of the ledger in the page cache.
func verifying(s *Stock) measure.Contest {
	c := measure.Contest{Name: "verify", Title: "Verify", Of: "records", Unit: "M records/s", Better: measure.Greater, Apart: true}
	add := func(name string, cold bool, args ...string) {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			path, err := s.kept(ctx, KindLedger, at.Size)
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				if cold {
					if err := chill(append(besides(path), path)...); err != nil {
						return measure.Figure{}, err
					}
				}
				cost, err := s.suyuan(ctx, path, args...)
				f := rate(cost, at.Size)
				f.Value /= million
				return f, err
			}}, err
		}})
	}
	add(verifyWarm, false, "verify")
	add(verifyCold, true, "verify")
	add(verifySigned, false, "verify", "--signatures")
	add(verifySignedCold, true, "verify", "--signatures")
	return c
}

// answering is from the start of a program to the end of its answer, on a ledger that is in the page cache.
func answering(s *Stock) measure.Contest {
	c := measure.Contest{Name: "answer", Title: "Start to answer, warm", Unit: "ms", Better: measure.Smaller, Apart: true, MaxSize: million, OnceFrom: 50_000}
	for _, name := range []string{showCommand, logCommand, balanceCommand, traceCommand} {
		c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			l, err := s.ledger(ctx, at.Size)
			if err == nil {
				_, err = s.answer(ctx, l, name, at.Size) // a ledger that was just made is in memory only in part
			}
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) {
				cost, err := s.answer(ctx, l, name, at.Size)
				return inMilliseconds(cost), err
			}}, err
		}})
	}
	return c
}

// answer runs a command.
func (s *Stock) answer(ctx context.Context, l *stocked, command string, size uint64) (measure.Cost, error) {
	return badNewsToo(s.suyuan(ctx, l.path, s.arguments(command, size)...))
}

// badNewsToo takes an answer that is bad news for one.
func badNewsToo(cost measure.Cost, err error) (measure.Cost, error) {
	const badNews = 4
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
