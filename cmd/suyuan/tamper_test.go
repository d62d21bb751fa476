package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A row is one of the tables in docs/threat-model.md.
type row []string

// A section is a table: its name in the comments around it, its head, its rows.
type section struct {
	name string
	head row
	rows []row
}

// TestTheThreatModelShowsWhatCatchesEachAttack carries out each attack on real files of its own and compares what was found with the tables of
// docs/threat-model.md; go test ./cmd/suyuan -run ThreatModel -update writes them.
func TestTheThreatModelShowsWhatCatchesEachAttack(t *testing.T) {
	t.Parallel()
	list := []*section{
		fileSection("records"), fileSection("history"), fileSection("notes"), fileSection("signatures"),
		{"entry", row{"attempt", "rule", "exit"}, nil},
		{"bundles", row{"what is done to a bundle", "step", "exit"}, nil},
	}
	t.Run("attacks", func(t *testing.T) {
		for i, attacks := range [][]attack{onRecords(), onHistory(), onNotes(), onSignatures()} {
			for n, a := range attacks {
				carryOut(t, list[i], n, a.what, a.carriedOut)
			}
		}
		for n, e := range onEntry() {
			carryOut(t, list[4], n, e.what, e.tried)
		}
		for n, f := range onBundles() {
			carryOut(t, list[5], n, f.what, f.refused)
		}
		carryOut(t, list[0], len(onRecords()), "flips", flipped)
	})
	if t.Failed() || slices.ContainsFunc(list, func(s *section) bool {
		return slices.ContainsFunc(s.rows, func(r row) bool { return r == nil })
	}) {
		return // a part was run
	}
	for _, s := range list {
		s.compare(t)
	}
}

// carryOut lets a subtest give row n.
func carryOut(t *testing.T, s *section, n int, what string, do func(*testing.T) row) {
	t.Helper()
	for len(s.rows) <= n {
		s.rows = append(s.rows, nil)
	}
	t.Run(what, func(t *testing.T) {
		t.Parallel()
		s.rows[n] = do(t)
	})
}

func fileSection(name string) *section {
	return &section{name, row{"attack", "`verify --signatures`", "exit", "recording", "what sees it"}, nil}
}

// carriedOut does the attack and returns its row.
func (a *attack) carriedOut(t *testing.T) row {
	t.Helper()
	v := newVictim(t)
	a.do(v)
	found, exit := v.verify(v.c)
	if got := found.codes(); got != a.codes || (exit != 0) != (a.codes != "") || exit != 0 && exit != 3 {
		t.Errorf("verify says %q with exit code %d, want %q: %+v", got, exit, a.codes, found)
	}
	seen := v.seen()
	if given, _ := v.verify(v.c, "--key", v.trusted[0].String()); a.blind && seen[layerKey] && len(given) == 0 {
		t.Error("the key that an auditor brings counts for less than those on the machine that he checks")
	}
	if blind := a.blind; blind && (!seen[layerWitness] || len(only(seen, inside())) > 0) {
		t.Errorf("seen by %v; want it seen by nobody who has the files alone, and by who noted a checkpoint", seen)
	} else if !blind && a.codes != "" && len(only(seen, inside())) == 0 {
		t.Errorf("verify finds it, and no layer does by itself: %v", seen)
	}
	recording := v.c.run(t.Context(), "record", "receipt", "--ledger", v.path, "--time", "now", "--site", "S", "--lot", "ALB-1")
	if recording != a.record {
		t.Errorf("a recording ends with %d, want %d: %s", recording, a.record, &v.c.err)
	}
	codes := a.codes
	if codes == "" {
		codes = "sound"
	}
	return row{a.what, codes, fmt.Sprint(exit), fmt.Sprint(recording), told(seen, recording)}
}

func only(seen map[layer]bool, of []layer) []string {
	var list []string
	for _, l := range of {
		if seen[l] {
			list = append(list, string(l))
		}
	}
	return list
}

// told says who sees it: what everybody has who has the files, or else what is kept elsewhere.
func told(seen map[layer]bool, recording int) string {
	if list := only(seen, inside()); len(list) > 0 {
		return strings.Join(list, ", ")
	}
	switch {
	case seen[layerKey] && seen[layerWitness]:
		return "only what is kept elsewhere: a verifier key, or a checkpoint"
	case seen[layerWitness]:
		return "only an outside witness"
	case recording != 0:
		return "whoever records"
	}
	return "nobody"
}

// compare holds the table in the document against the rows, or writes it.
func (s *section) compare(t *testing.T) {
	t.Helper()
	name := filepath.Join("..", "..", "docs", "threat-model.md")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	begin, end := fmt.Sprintf("<!-- tamper:%s -->\n", s.name), fmt.Sprintf("<!-- end:%s -->\n", s.name)
	before, rest, found := bytes.Cut(content, []byte(begin))
	table, after, closed := bytes.Cut(rest, []byte(end))
	if !found || !closed {
		t.Fatalf("%s lacks the comments %q and %q", name, begin, end)
	}
	if *update {
		content = slices.Concat(before, []byte(begin), s.table(), []byte(end), after)
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if want := s.table(); !bytes.Equal(table, want) {
		t.Errorf("%s, table %s: found\n%swant\n%s", name, s.name, table, want)
	}
}

func (s *section) table() []byte {
	lines := []row{s.head, slices.Repeat(row{"---"}, len(s.head))}
	var b bytes.Buffer
	for _, r := range append(lines, s.rows...) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
	}
	return b.Bytes()
}
