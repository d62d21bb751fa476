package measure_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/bench/measure"
)

// fixed returns an entrant whose rounds measure the given values, and notes in which order it ran.
func fixed(name string, ran *[]string, values ...float64) measure.Entrant {
	return measure.Entrant{Name: name, Start: func(context.Context, measure.Setting) (measure.Job, error) {
		n := 0
		return measure.Job{Run: func(context.Context) (measure.Figure, error) {
			*ran = append(*ran, name)
			n++
			return measure.Figure{Value: values[n-1]}, nil
		}}, nil
	}}
}

func absent(name string) measure.Entrant {
	return measure.Entrant{Name: name, Start: func(context.Context, measure.Setting) (measure.Job, error) {
		return measure.Job{}, fmt.Errorf("%w: there is no %s", measure.ErrCannot, name)
	}}
}

func run(t *testing.T, c measure.Contest, size uint64) *measure.Result {
	t.Helper()
	r := measure.Runner{Dir: t.TempDir(), Rounds: 3, Say: t.Logf}
	result, err := r.Run(t.Context(), &c, size)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestEveryEntrantRunsOncePerRoundAndEachLeadsInTurn(t *testing.T) {
	t.Parallel()
	var ran []string
	run(t, measure.Contest{Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3), fixed("b", &ran, 1, 2, 3)}}, 1)
	if want := []string{"a", "b", "b", "a", "a", "b"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
}

func TestWhatIsWarmIsDoneOnceBeforeItIsMeasured(t *testing.T) {
	t.Parallel()
	var ran []string
	r := run(t, measure.Contest{Warm: true, Entrants: []measure.Entrant{fixed("a", &ran, 90, 1, 2, 3), absent("b")}}, 1)
	var got []float64
	for _, f := range r.Figures["a"] {
		got = append(got, f.Value)
	}
	if want := []float64{1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("measured %v, want %v", got, want)
	}
}

func TestRatiosAreOfOneRoundAndAboveOneWhereTheFirstIsBetter(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Better: measure.Greater, Entrants: []measure.Entrant{fixed("a", &ran, 10, 20, 90), fixed("b", &ran, 5, 40, 30)}}
	if got, want := run(t, c, 1).Ratios("a", "b"), []float64{2, 0.5, 3}; !slices.Equal(got, want) {
		t.Errorf("of rates: %v, want %v", got, want)
	}
	c.Better = measure.Smaller
	if got, want := run(t, c, 1).Ratios("a", "b"), []float64{0.5, 2, 1. / 3}; !slices.Equal(got, want) {
		t.Errorf("of times: %v, want %v", got, want)
	}
}

func TestOneRoundIsEnoughFromASizeOn(t *testing.T) {
	t.Parallel()
	var ran []string
	run(t, measure.Contest{OnceFrom: 10, Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3)}}, 10)
	if len(ran) != 1 {
		t.Errorf("ran %d rounds, want 1", len(ran))
	}
}

func TestAnErrorEndsTheRunAndLeavesNoFolder(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	closed := false
	c := measure.Contest{Name: "c", Entrants: []measure.Entrant{{Name: "a", Start: func(_ context.Context, at measure.Setting) (measure.Job, error) {
		return measure.Job{
			Run:   func(context.Context) (measure.Figure, error) { return measure.Figure{}, broken },
			Close: func() error { closed = true; return os.WriteFile(filepath.Join(at.Dir, "x"), nil, 0o600) },
		}, nil
	}}}}
	r := measure.Runner{Dir: t.TempDir(), Rounds: 1, Say: t.Logf}
	if _, err := r.Run(t.Context(), &c, 1); !errors.Is(err, broken) || !closed {
		t.Errorf("error %v, closed %v; want %v, true", err, closed, broken)
	}
	if left, err := os.ReadDir(r.Dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestWhatCannotRunIsLeftOutAndSaid(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Name: "c", Title: "C", Better: measure.Greater, Entrants: []measure.Entrant{fixed("a", &ran, 1, 1, 1), absent("server")}}
	page := measure.Page{Results: []*measure.Result{run(t, c, 1)}, Targets: []measure.Target{{Work: "w", Contest: "c", Entrant: "a", Against: "server", Must: 1, Aim: 2}}}
	if n := strings.Count(page.Text(), "there is no server"); n != 2 {
		t.Errorf("said %d times, want in the contest and in the table:\n%s", n, page.Text())
	}
}

func TestTargetsAreJudgedByWhatIsBetterAndAtTheirSizeOnly(t *testing.T) {
	t.Parallel()
	var ran []string
	times := measure.Contest{Name: "times", Better: measure.Smaller, Entrants: []measure.Entrant{fixed("a", &ran, 8, 9, 10), fixed("b", &ran, 18, 18, 18)}}
	results := []*measure.Result{run(t, times, 100), run(t, times, 1000)}
	for _, c := range []struct {
		target        measure.Target
		text, verdict string
	}{
		{measure.Target{Contest: "times", Entrant: "a", Must: 20, Aim: 5}, "9.00 (8.00 to 10.0)", "must"},
		{measure.Target{Contest: "times", Entrant: "a", Must: 20, Aim: 9}, "9.00 (8.00 to 10.0)", "aim"},
		{measure.Target{Contest: "times", Entrant: "a", Must: 8, Aim: 5}, "9.00 (8.00 to 10.0)", "no"},
		{measure.Target{Contest: "times", Entrant: "a", Against: "b", Must: 2, Aim: 3}, "2.00 (1.80 to 2.25) ×", "must"},
		{measure.Target{Contest: "times", Entrant: "a", Size: 100, Must: 20, Aim: 9}, "9.00 (8.00 to 10.0)", "aim"},
		{measure.Target{Contest: "times", Entrant: "a", Size: 10_000, Must: 20, Aim: 9}, "9.00 (8.00 to 10.0), at 1,000 batches only", ""},
		{measure.Target{Contest: "other", Entrant: "a", Must: 20, Aim: 9}, "not measured", ""},
	} {
		if text, verdict := c.target.Measured(results); text != c.text || verdict != c.verdict {
			t.Errorf("%+v: %q, %q; want %q, %q", c.target, text, verdict, c.text, c.verdict)
		}
	}
}

func TestAPageSaysWhatStandsInTheWayOfWhatIsNotReached(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Name: "c", Better: measure.Smaller, Entrants: []measure.Entrant{fixed("a", &ran, 9, 9, 9)}}
	target := func(work string, must float64, limit string) measure.Target {
		return measure.Target{Work: work, Contest: "c", Entrant: "a", Must: must, Aim: 1, Unit: "ms", Limit: limit}
	}
	page := measure.Page{Results: []*measure.Result{run(t, c, 1)}, Targets: []measure.Target{
		target("missed", 5, "the disk"), target("missed", 4, "the disk"), target("reached", 10, "nothing"),
	}}
	text := page.Text()
	if n := strings.Count(text, "- **missed**: the disk\n"); n != 1 || strings.Contains(text, "nothing") {
		t.Errorf("said %d times, want once, and nothing of what is reached:\n%s", n, text)
	}
}

func TestWorkThatWasGivenUpReachesNothing(t *testing.T) {
	t.Parallel()
	c := measure.Contest{Name: "c", Better: measure.Smaller, Entrants: []measure.Entrant{{Name: "a"}}}
	r := &measure.Result{Contest: &c, Size: 10, Figures: map[string][]measure.Figure{"a": {{Value: 30, More: true}}}}
	target := measure.Target{Contest: "c", Entrant: "a", Must: 20, Aim: 5}
	if text, verdict := target.Measured([]*measure.Result{r}); text != "more than 30.0" || verdict != "no" {
		t.Errorf("%q, %q; want more than 30.0, no", text, verdict)
	}
}

func TestWhatCannotGoOnIsLeftOutToo(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Name: "c", Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3), {Name: "b", Start: func(context.Context, measure.Setting) (measure.Job, error) {
		return measure.Job{Run: func(context.Context) (measure.Figure, error) { return measure.Figure{}, measure.ErrCannot }}, nil
	}}}}
	if r := run(t, c, 1); len(r.Values("a")) != 3 || len(r.Values("b")) != 0 || r.Left["b"] == "" {
		t.Errorf("%v, left out %v; want three figures of a, and b left out", r.Figures, r.Left)
	}
}

func TestAPageOfSeveralRunsSaysWhatIsOfWhich(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Name: "c", Title: "C", Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3)}}
	page := func(head string, load float64, sizes ...uint64) *measure.Page {
		p := &measure.Page{Runs: []*measure.Run{{Head: head}}}
		for _, size := range sizes {
			ran = nil
			r := run(t, measure.Contest{Name: "c", Title: "C", Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3)}}, size)
			r.Run, r.Loads = p.Runs[0], []float64{load}
			p.Add(r)
		}
		return p
	}
	old := filepath.Join(t.TempDir(), "figures.json")
	if err := page("- Date: old", 7, 10, 100).Keep(old); err != nil {
		t.Fatal(err)
	}
	both := page("- Date: new", 0.5, 100)
	added := both.Results
	both.Results = nil
	if err := both.Recall(old, []measure.Contest{c}); err != nil {
		t.Fatal(err)
	}
	both.Add(added[0])
	text := both.Text()
	for _, want := range []string{"Run 1:\n\n- Date: old", "Run 2:\n\n- Date: new", "| 10.0 | a | 2.00 (1.00 to 3.00) |  |  | 7.00 | 1 |", "| 100 | a | 2.00 (1.00 to 3.00) |  |  | 0.50 | 2 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	both.Results = slices.DeleteFunc(both.Results, func(r *measure.Result) bool { return r.Size == 10 })
	if text := both.Text(); strings.Contains(text, "old") || strings.Contains(text, "Run 1") {
		t.Errorf("the page tells of a run that measured nothing of it:\n%s", text)
	}
}

func TestAPageHasAPlotWhereThereAreTwoSizes(t *testing.T) {
	t.Parallel()
	var ran []string
	c := measure.Contest{Name: "c", Title: "C", Entrants: []measure.Entrant{fixed("a", &ran, 1, 2, 3)}}
	path := filepath.Join(t.TempDir(), "page.md")
	page := measure.Page{Results: []*measure.Result{run(t, c, 10), run(t, c, 100)}}
	if err := page.Write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "](page/c.svg)") {
		t.Errorf("the page shows no plot: %v\n%s", err, text)
	}
	kept, again := filepath.Join(t.TempDir(), "figures.json"), measure.Page{}
	if err := errors.Join(page.Keep(kept), again.Recall(kept, []measure.Contest{c})); err != nil || again.Text() != page.Text() {
		t.Errorf("the page is another one when its figures are read back: %v\n%s", err, again.Text())
	}
	if svg, err := os.ReadFile(filepath.Join(filepath.Dir(path), "page", "c.svg")); err != nil || !strings.Contains(string(svg), "</svg>") {
		t.Errorf("the plot is none: %v", err)
	}
}

func TestThePipeTellsWhenBytesCame(t *testing.T) {
	t.Parallel()
	c, err := measure.Piped(t.Context(), nil, "sh", "-c", "echo one; sleep 0.05; echo two; echo said >&2")
	if err != nil || c.Bytes != 8 || c.First <= 0 || c.Last <= c.First || c.Wall < c.Last || c.Said != "said\n" {
		t.Errorf("%+v, %v; want eight bytes, the last later than the first", c, err)
	}
}

func TestAProgramThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	if _, err := measure.Program(t.Context(), nil, "sh", "-c", "echo no >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("error %v, want what the program said", err)
	}
	if _, err := measure.Program(t.Context(), nil, "true"); err != nil {
		t.Error(err)
	}
}

func TestATargetIsToldFromTheLargestSizeThatMeasuredIt(t *testing.T) {
	t.Parallel()
	c := measure.Contest{Name: "c", Better: measure.Smaller, Entrants: []measure.Entrant{{Name: "a"}, {Name: "b"}}}
	result := func(size uint64, values map[string]float64) *measure.Result {
		r := &measure.Result{Contest: &c, Size: size, Figures: make(map[string][]measure.Figure), Left: make(map[string]string)}
		for _, e := range c.Entrants {
			if v, ok := values[e.Name]; ok {
				r.Figures[e.Name] = []measure.Figure{{Value: v}}
			} else {
				r.Left[e.Name] = "too large"
			}
		}
		return r
	}
	results := []*measure.Result{result(10, map[string]float64{"a": 1, "b": 5}), result(100, map[string]float64{"a": 2, "b": 8}), result(1000, map[string]float64{"a": 3})}
	for _, tt := range []struct {
		target measure.Target
		text   string
	}{
		{measure.Target{Contest: "c", Entrant: "a", Size: 7}, "3.00, at 1,000 batches only"},
		{measure.Target{Contest: "c", Entrant: "a", Against: "b", Size: 7}, "4.00 ×, at 100 batches only"},
		{measure.Target{Contest: "c", Entrant: "b", Size: 1000}, "left out: too large"},
		{measure.Target{Contest: "c", Entrant: "new", Size: 7}, "not measured"},
	} {
		if text, _ := tt.target.Measured(results); text != tt.text {
			t.Errorf("%+v: %q, want %q", tt.target, text, tt.text)
		}
	}
	page := measure.Page{Results: results[2:]}
	if text := page.Text(); !strings.Contains(text, "\n\nLeft out: b: too large.\n") {
		t.Errorf("the page does not say who was left out:\n%s", text)
	}
}
