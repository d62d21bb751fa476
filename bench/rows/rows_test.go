package rows

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/peers"
	"suyuan/bench/world"
)

// stock is one with the programs made of this checkout, in a folder.
func stock(t *testing.T, dir string, seed uint64) *Stock {
	t.Helper()
	root := filepath.Join("..", "..")
	return &Stock{
		Program: built(t, dir, root, "suyuan"), Ask: built(t, dir, "..", "suyuan-ask"), Dir: dir, Seed: seed,
		Turn: 50 * time.Millisecond, Most: 20_000, Say: t.Logf,
	}
}

func built(t *testing.T, dir, module, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./cmd/"+name)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v: %s", name, err, out)
	}
	return path
}

// folder is one that a server that runs as somebody else can get into.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "suyuan-bench-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, measure.Open); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEveryContestRunsOnASmallWorldAndEveryTargetNamesOne(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := stock(t, dir, 1)
	var results []*measure.Result
	for _, c := range All(s) {
		if c.MinSize > 0 {
			continue
		}
		r, err := (&measure.Runner{Dir: dir, Rounds: 1, Say: t.Logf}).Run(t.Context(), &c, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Entrants {
			if _, left := r.Left[e.Name]; !left && (len(r.Values(e.Name)) != 1 || r.Values(e.Name)[0] <= 0) {
				t.Errorf("%s of %s measured %v", e.Name, c.Name, r.Values(e.Name))
			}
		}
		results = append(results, r)
	}
	if err := s.Forget(500); err != nil {
		t.Error(err)
	}
	page := measure.Page{Targets: Targets(), Results: results}
	if err := page.Write(filepath.Join(dir, "page.md")); err != nil {
		t.Error(err)
	}
}

func TestTargetsAndNotesNameContestsAndEntrants(t *testing.T) {
	t.Parallel()
	all := All(&Stock{})
	for name := range notes {
		if !slices.ContainsFunc(all, func(c measure.Contest) bool { return c.Name == name }) {
			t.Errorf("there is a note on %q, and no such contest", name)
		}
	}
	for _, target := range Targets() {
		if target.Contest == "" {
			continue
		}
		i := slices.IndexFunc(all, func(c measure.Contest) bool { return c.Name == target.Contest })
		if i < 0 {
			t.Errorf("%q: there is no contest %q", target.Work, target.Contest)
			continue
		}
		for _, name := range []string{target.Entrant, target.Against} {
			if name != "" && !slices.ContainsFunc(all[i].Entrants, func(e measure.Entrant) bool { return e.Name == name }) {
				t.Errorf("%q: %q is no entrant of %q", target.Work, name, target.Contest)
			}
		}
	}
}

// A contest between different answers would be none.
func TestPeersReachTheSamePatients(t *testing.T) {
	t.Parallel()
	const size = 2000
	dir := folder(t)
	s := stock(t, dir, 3)
	trace, err := s.openTrace(t.Context(), size, shared())
	if err != nil {
		t.Fatal(err)
	}
	g, err := peers.OpenSQLite("sqlite", dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.LoadGraph(t.Context(), s.edges(size)); err != nil {
		t.Fatal(err)
	}
	low, high := world.Patients()
	for _, lot := range s.shape(size).Lots(12) {
		want, err := trace(t.Context(), lot)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.Reach(t.Context(), number(lot), number(low), number(high))
		if err != nil || got != want || want == 0 {
			t.Errorf("%v: SQLite reaches %d patients (%v), we %d", lot, got, err, want)
		}
	}
	if err := errors.Join(g.Close(), s.Forget(size)); err != nil {
		t.Error(err)
	}
}
