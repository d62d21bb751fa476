package rows

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/world"
)

// patience is how long a process is waited for.
const patience = 20 * time.Minute

// ranking is what could have caused 20 positives among 200 negatives, in a process that can be given up. What it took is told by that
// process itself, from the open index to the end of the answer.
func ranking(s *Stock) measure.Contest {
	return measure.Contest{
		Name: "source", Title: "Source ranking, 20 positives and 200 negatives", Unit: "ms", Better: measure.Smaller, MaxSize: million, OnceFrom: 200_000,
		Entrants: []measure.Entrant{{Name: ours, Start: func(ctx context.Context, at measure.Setting) (measure.Job, error) {
			path, err := s.kept(ctx, KindIndex, at.Size)
			if err != nil {
				return measure.Job{}, err
			}
			shape := s.shape(at.Size)
			positives, negatives := shape.Doses(shape.Lots(1)[0], 20, 200)
			args := []string{"--file", path, "--positive", joined(positives), "--negative", joined(negatives)}
			return measure.Job{Run: func(ctx context.Context) (measure.Figure, error) { return s.asked(ctx, patience, args) }}, nil
		}}},
	}
}

// asked asks an index in a process of its own, which is given up after a while.
func (s *Stock) asked(ctx context.Context, patience time.Duration, args []string) (measure.Figure, error) {
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	cost, err := measure.Program(limited, s.environment(""), s.Ask, args...)
	if errors.Is(limited.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return measure.Figure{Value: patience.Seconds() * 1e3, More: true, CPU: cost.CPU.Seconds()}, nil
	}
	if err != nil {
		return measure.Figure{}, err
	}
	ms, err := strconv.ParseFloat(strings.TrimSpace(cost.Said), 64)
	if err != nil {
		return measure.Figure{}, fmt.Errorf("suyuan-ask told no time: %w", err)
	}
	return measure.Figure{Value: ms, CPU: cost.CPU.Seconds()}, nil
}

// joined is how suyuan-ask takes several references.
func joined(things []world.Thing) string {
	var texts []string
	for _, t := range things {
		texts = append(texts, t.String())
	}
	return strings.Join(texts, ",")
}
