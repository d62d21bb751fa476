package measure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// kept is what a run measured, as a file keeps it, so that the page can be written again without another run.
type kept struct {
	Head    []string     `json:"head"` // of each run
	Results []keptResult `json:"results"`
}

type keptResult struct {
	Contest string              `json:"contest"`
	Size    uint64              `json:"size"`
	Figures map[string][]Figure `json:"figures"`
	Left    map[string]string   `json:"left,omitempty"`
	Loads   []float64           `json:"loads,omitempty"`
	Run     int                 `json:"run,omitempty"` // which of the heads
}

// Keep writes what was measured, and where, to a file.
func (p *Page) Keep(path string) error {
	var k kept
	runs := p.runs()
	for _, r := range runs {
		k.Head = append(k.Head, r.Head)
	}
	for _, r := range p.Results {
		k.Results = append(k.Results, keptResult{r.Contest.Name, r.Size, r.Figures, r.Left, r.Loads, max(slices.Index(runs, r.Run), 0)})
	}
	b, err := json.MarshalIndent(k, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644) //nolint:gosec // figures are for everybody
}

// hasAnyOf reports whether any entrant that the contest has now was measured, or left out.
func (r *keptResult) hasAnyOf(c *Contest) bool {
	return slices.ContainsFunc(c.Entrants, func(e Entrant) bool { return len(r.Figures[e.Name]) > 0 || r.Left[e.Name] != "" })
}

// runs returns those of the page's runs that measured something it shows.
func (p *Page) runs() []*Run {
	return slices.DeleteFunc(slices.Clone(p.Runs), func(run *Run) bool {
		return !slices.ContainsFunc(p.Results, func(r *Result) bool { return r.Run == run })
	})
}

// Add adds a result, in place of one of the same contest and size. Results stand in order of size.
func (p *Page) Add(r *Result) {
	p.Results = slices.DeleteFunc(p.Results, func(o *Result) bool { return o.Contest.Name == r.Contest.Name && o.Size == r.Size })
	p.Results = append(p.Results, r)
	slices.SortStableFunc(p.Results, func(a, b *Result) int { return cmp.Compare(a.Size, b.Size) })
}

// Recall reads what [Page.Keep] wrote, before what the page has. Results of contests that are none of these, or have other entrants
// now, are left out.
func (p *Page) Recall(path string, contests []Contest) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	runs := make([]*Run, len(k.Head))
	for i, head := range k.Head {
		runs[i] = &Run{head}
	}
	p.Runs = append(slices.Clone(runs), p.Runs...)
	for _, r := range k.Results {
		i := slices.IndexFunc(contests, func(c Contest) bool { return c.Name == r.Contest })
		if i < 0 || !r.hasAnyOf(&contests[i]) {
			continue
		}
		var run *Run
		if r.Run >= 0 && r.Run < len(runs) {
			run = runs[r.Run]
		}
		p.Results = append(p.Results, &Result{&contests[i], r.Size, r.Figures, r.Left, r.Loads, run})
	}
	return nil
}
