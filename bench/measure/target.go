package measure

import "fmt"

// A Target is one line of the table of what must be reached.
type Target struct {
	Work    string
	Contest string // empty: nothing measures it yet
	Entrant string
	Against string  // entrant that the figure is a ratio to; empty: the figure itself
	Size    uint64  // the target's own size; 0: any
	Must    float64 // a ratio must be at least this; a figure as the contest's Better has it
	Aim     float64
	Unit    string // of the figure; a ratio is in times
	Limit   string // what stands in the way, how close the figure comes, and what would be needed; told where the target is not reached
}

// missed is the verdict on a figure that is no better than must.
const missed = "no"

// Wanted says how the target's bounds read.
func (t *Target) Wanted(bound float64) string {
	if t.Against != "" {
		return fmt.Sprintf("%s × %s", short(bound), t.Against)
	}
	return short(bound) + " " + t.Unit
}

// Measured returns what the results say about the target, at its own size or else the largest that ran, and whether it is reached.
func (t *Target) Measured(results []*Result) (text, verdict string) {
	r := t.pick(results)
	if r == nil {
		return "not measured", ""
	}
	if why, left := r.Left[t.Against]; left {
		return "left out: " + why, ""
	}
	values := r.Values(t.Entrant)
	better := r.Contest.Better
	if t.Against != "" {
		values, better = r.Ratios(t.Entrant, t.Against), Greater
	}
	why, left := r.Left[t.Entrant]
	switch {
	case len(values) == 0 && left:
		return "left out: " + why, ""
	case len(values) == 0:
		return "not measured", ""
	}
	s := SpreadOf(values)
	text = r.text(t.Entrant)
	if t.Against != "" {
		text = s.String() + " ×"
	}
	if t.Size != 0 && t.Size != r.Size {
		return fmt.Sprintf("%s, at %s %s only", text, short(float64(r.Size)), r.Contest.Counted()), ""
	}
	return text, t.verdict(s.Median, better)
}

func (t *Target) verdict(v float64, better Better) string {
	reached := func(bound float64) bool {
		if better == Greater {
			return v >= bound
		}
		return v <= bound
	}
	switch {
	case reached(t.Aim):
		return "aim"
	case reached(t.Must):
		return "must"
	default:
		return missed
	}
}

func (t *Target) pick(results []*Result) *Result {
	var best *Result
	for _, r := range results {
		switch {
		case r.Contest.Name != t.Contest:
		case r.Size == t.Size && t.Size != 0:
			return r
		case best == nil || t.measures(r) || !t.measures(best):
			best = r // they stand in order of size
		}
	}
	return best
}

// measures reports whether a result has figures for the target.
func (t *Target) measures(r *Result) bool {
	return len(r.Figures[t.Entrant]) > 0 && (t.Against == "" || len(r.Figures[t.Against]) > 0)
}
