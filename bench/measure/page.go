package measure

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Page is what a run leaves: a table of targets, a table and a plot per contest.
type Page struct {
	Intro   string
	Head    []string // of each run: where, when and with what
	Targets []Target
	Results []*Result
}

// Write writes the page to a file, and its plots into a folder beside it of the same name.
func (p *Page) Write(path string) error {
	plots := Beside(path)
	if err := os.MkdirAll(plots, 0o755); err != nil { //nolint:gosec // pages are for everybody
		return err
	}
	drawn := make(map[string]string)
	for _, name := range p.contests() {
		picture, err := Plot(p.Results, name)
		if err != nil {
			return err
		}
		if picture == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(plots, name+".svg"), picture, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
		drawn[name] = filepath.Base(plots) + "/" + name + ".svg"
	}
	return os.WriteFile(path, []byte(p.text(drawn)), 0o644) //nolint:gosec // as above
}

// Beside returns the folder of a page's plots and figures.
func Beside(page string) string { return strings.TrimSuffix(page, filepath.Ext(page)) }

// Text returns the page without plots.
func (p *Page) Text() string { return p.text(nil) }

// text names the plots that were drawn, by contest.
func (p *Page) text(plots map[string]string) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n")
	b.WriteString(p.Intro + "\n\n")
	for _, h := range p.Head {
		b.WriteString(h + "\n\n")
	}
	p.targets(&b)
	b.WriteString("## Contests\n\nThe ratio is in times: above 1 the first entrant is the better one, in the same round. In brackets the least and the greatest of the rounds.\n")
	for _, name := range p.contests() {
		p.contest(&b, name)
		if plot := plots[name]; plot != "" {
			fmt.Fprintf(&b, "\n![%s, by size of the world](%s)\n", name, plot)
		}
	}
	return b.String()
}

func (p *Page) targets(b *strings.Builder) {
	b.WriteString("## Targets\n\n| work | must reach | aim | measured | reached |\n| --- | --- | --- | --- | --- |\n")
	for i := range p.Targets {
		t := &p.Targets[i]
		text, verdict := t.Measured(p.Results)
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", t.Work, t.Wanted(t.Must), t.Wanted(t.Aim), text, verdict)
	}
	b.WriteString("\n")
}

// contests returns the names of those that ran, in their order.
func (p *Page) contests() []string {
	var names []string
	for _, r := range p.Results {
		if !slices.Contains(names, r.Contest.Name) {
			names = append(names, r.Contest.Name)
		}
	}
	return names
}

func (p *Page) contest(b *strings.Builder, name string) {
	var left []string
	first := true
	for _, r := range p.Results {
		if r.Contest.Name != name {
			continue
		}
		if first {
			fmt.Fprintf(b, "\n### %s\n\n", r.Contest.Title)
			if r.Contest.Note != "" {
				b.WriteString(r.Contest.Note + "\n\n")
			}
			fmt.Fprintf(b, "| batches | entrant | %s | CPU µs per operation | ratio |\n| --- | --- | --- | --- | --- |\n", r.Contest.Unit)
			first = false
		}
		r.rows(b)
		for _, e := range slices.Sorted(maps.Keys(r.Left)) {
			if line := fmt.Sprintf("Left out: %s (%s).", e, strings.ReplaceAll(r.Left[e], "\n", " ")); !slices.Contains(left, line) {
				left = append(left, line)
			}
		}
	}
	if len(left) > 0 {
		b.WriteString("\n" + strings.Join(left, "\n") + "\n")
	}
}

func (r *Result) rows(b *strings.Builder) {
	ours := r.Contest.Entrants[0].Name
	for _, e := range r.Contest.Entrants {
		v := r.Values(e.Name)
		if len(v) == 0 {
			continue
		}
		size, cpu, ratio := short(float64(r.Size)), "", ""
		if r.Contest.AnySize {
			size = "any"
		}
		if c := r.CPU(e.Name); c.Median > 0 {
			cpu = short(c.Median)
		}
		if e.Name != ours && !r.Contest.Apart && len(r.Values(ours)) > 0 {
			ratio = SpreadOf(r.Ratios(ours, e.Name)).String()
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", size, e.Name, SpreadOf(v), cpu, ratio)
	}
}
