package measure

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Page is what a run leaves: a table of targets, a table and a plot per contest.
type Page struct {
	Intro   string
	Runs    []*Run
	Targets []Target
	Order   []string // of contests; those that are not in it come first
	Results []*Result
}

// A Run is one call of the program: where, when and with what.
type Run struct{ Head string }

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
	runs := p.runs()
	for i, run := range runs {
		if len(runs) > 1 {
			fmt.Fprintf(&b, "Run %d:\n\n", i+1)
		}
		b.WriteString(run.Head + "\n\n")
	}
	p.targets(&b)
	b.WriteString("## Contests\n\nThe ratio is in times: above 1 the first entrant is the better one, in the same round. In brackets the least and the greatest of the rounds.\n")
	for _, name := range p.contests() {
		p.contest(&b, name)
		if plot := plots[name]; plot != "" {
			fmt.Fprintf(&b, "\n![%s, by size](%s)\n", name, plot)
		}
	}
	return b.String()
}

func (p *Page) targets(b *strings.Builder) {
	b.WriteString("## Targets\n\n")
	t := p.table(b, "work", "must reach", "aim", "measured", "reached")
	var limits []string
	for i := range p.Targets {
		target := &p.Targets[i]
		text, verdict := target.Measured(p.Results)
		t.row(target.pick(p.Results), target.Work, target.Wanted(target.Must), target.Wanted(target.Aim), text, verdict)
		if limit := fmt.Sprintf("- **%s**: %s\n", target.Work, target.Limit); verdict == missed && target.Limit != "" && !slices.Contains(limits, limit) {
			limits = append(limits, limit)
		}
	}
	b.WriteString("\n")
	if len(limits) > 0 {
		b.WriteString("What is not reached, what stands in the way, and what would be needed:\n\n" + strings.Join(limits, "") + "\n")
	}
}

// A table adds to each row which run its figures are of, and how busy the machine was, as far as the page can tell them apart.
type table struct {
	b    *strings.Builder
	runs []*Run
}

func (p *Page) table(b *strings.Builder, columns ...string) *table {
	t := &table{b, p.runs()}
	columns = append(columns, "load")
	if len(t.runs) > 1 {
		columns = append(columns, "run")
	}
	t.line(columns)
	for i := range columns {
		columns[i] = "---"
	}
	t.line(columns)
	return t
}

func (t *table) line(cells []string) { t.b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

// row writes a row with the figures of a result; nil where there is none.
func (t *table) row(of *Result, cells ...string) {
	load, run := "", ""
	if of != nil {
		if len(of.Loads) > 0 {
			load = SpreadOf(of.Loads).String()
		}
		if i := slices.Index(t.runs, of.Run); i >= 0 {
			run = fmt.Sprint(i + 1)
		}
	}
	cells = append(cells, load)
	if len(t.runs) > 1 {
		cells = append(cells, run)
	}
	t.line(cells)
}

// contests returns the names of those that ran, in their order.
func (p *Page) contests() []string {
	var names []string
	for _, r := range p.Results {
		if !slices.Contains(names, r.Contest.Name) {
			names = append(names, r.Contest.Name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(slices.Index(p.Order, a), slices.Index(p.Order, b)) })
	return names
}

func (p *Page) contest(b *strings.Builder, name string) {
	of := slices.DeleteFunc(slices.Clone(p.Results), func(r *Result) bool { return r.Contest.Name != name })
	c := of[0].Contest
	fmt.Fprintf(b, "\n### %s\n", c.Title)
	if c.Note != "" {
		b.WriteString("\n" + c.Note + "\n")
	}
	if slices.ContainsFunc(of, func(r *Result) bool { return len(r.Figures) > 0 }) {
		b.WriteString("\n")
		t := p.table(b, c.Counted(), "entrant", c.Unit, "CPU µs per operation", "ratio")
		for _, r := range of {
			r.rows(t)
		}
	}
	if left := leftOut(of); len(left) > 0 {
		b.WriteString("\n" + strings.Join(left, "\n\n") + "\n")
	}
}

// leftOut says who was left out and why, in one line for all with the same reason.
func leftOut(results []*Result) (lines []string) {
	var whys []string
	who := make(map[string][]string)
	for _, r := range results {
		for _, e := range r.Contest.Entrants {
			why, left := r.Left[e.Name]
			if !left || slices.Contains(who[why], e.Name) {
				continue
			}
			if who[why] == nil {
				whys = append(whys, why)
			}
			who[why] = append(who[why], e.Name)
		}
	}
	for _, why := range whys {
		lines = append(lines, fmt.Sprintf("Left out: %s: %s.", strings.Join(who[why], "; "), strings.ReplaceAll(why, "\n", " ")))
	}
	return lines
}

func (r *Result) rows(t *table) {
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
		t.row(r, size, e.Name, r.text(e.Name), cpu, ratio)
	}
}

// text says what an entrant measured. Work that was given up took more.
func (r *Result) text(entrant string) string {
	text := SpreadOf(r.Values(entrant)).String()
	if slices.ContainsFunc(r.Figures[entrant], func(f Figure) bool { return f.More }) {
		return "more than " + text
	}
	return text
}
