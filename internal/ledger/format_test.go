package ledger_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// formatPage reads the normative description of the format.
func formatPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// fenced returns the page's first block of a kind after a heading.
func fenced(t *testing.T, page, heading, kind string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "\n"+heading+"\n")
	_, rest, open := strings.Cut(rest, "\n```"+kind+"\n")
	block, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !open || !closed {
		t.Fatalf("no %s block under %q", kind, heading)
	}
	return block + "\n"
}

func TestTheWorkedExampleIsWhatTheProgramMakes(t *testing.T) {
	t.Parallel()
	page := formatPage(t)
	example := fenced(t, page, "### 4.1 Worked example", "json")
	s := memstore.New()
	var l *ledger.Ledger
	for line := range strings.Lines(example) {
		want := strings.TrimSuffix(line, "\n")
		rec, err := ledger.ParseRecord([]byte(want))
		if err != nil {
			t.Fatal(err)
		}
		if rec.Genesis != nil {
			if err := ledger.Create(t.Context(), s, *rec.Genesis, rec.By, rec.Recorded); err != nil {
				t.Fatal(err)
			}
			l = ledgertest.OpenLedger(t, s)
		} else {
			mustAppend(t, l, rec.Recorded, ledger.Entry{Event: rec.Event, By: rec.By, Source: rec.Source})
		}
		got, err := l.Record(t.Context(), rec.Seq)
		if err != nil || string(got.Bytes) != want {
			t.Errorf("record %d: %s, %v; want %s", rec.Seq, got.Bytes, err, want)
		}
		wantRow(t, page, fmt.Sprintf("leaf hash of record %d", rec.Seq), got.Leaf())
	}
	defer mustClose(t, l)
	two, err := l.RootAt(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	wantRow(t, page, "node over records 0 and 1, root at size 2", two)
	wantRow(t, page, "root at size 3", l.Head().Root)
	if got, want := string(l.Head().Checkpoint()), fenced(t, page, "### 4.1 Worked example", "text"); got != want {
		t.Errorf("checkpoint %q, the page says %q", got, want)
	}
	if _, head, err := s.Head(t.Context()); err != nil || string(head)+"\n" != fenced(t, page, "## 5. Ledger file", "json") {
		t.Errorf("head %s, %v", head, err)
	}
}

func wantRow(t *testing.T, page, name string, h ledger.Hash) {
	t.Helper()
	if row := fmt.Sprintf("| %s | `%x` |\n", name, h[:]); !strings.Contains(page, row) {
		t.Errorf("the page lacks %q", row)
	}
}

func TestTheProgramOnThePageAgrees(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	page := formatPage(t)
	check := func(export []byte) (string, error) {
		cmd := exec.CommandContext(t.Context(), python, "-c", fenced(t, page, "### 4.1 Worked example", "python"))
		cmd.Stdin = bytes.NewReader(export)
		out, err := cmd.Output()
		return string(out), err
	}
	example := []byte(fenced(t, page, "### 4.1 Worked example", "json"))
	if out, err := check(example); err != nil || out != fenced(t, page, "### 4.1 Worked example", "text") {
		t.Errorf("the example: %q, %v", out, err)
	}
	l := ledgertest.OpenLedger(t, storeOf(t, 300))
	defer mustClose(t, l)
	var export []byte
	for rec, err := range l.Records(t.Context(), 0, 300) {
		if err != nil {
			t.Fatal(err)
		}
		export = append(append(export, rec.Bytes...), '\n')
	}
	if out, err := check(export); err != nil || out != string(l.Head().Checkpoint()) {
		t.Errorf("300 records: %q, %v", out, err)
	}
	export[len(export)/2] ^= 1
	if out, err := check(export); err == nil {
		t.Errorf("a flipped byte: %q", out)
	}
}

func TestThePageExplainsEveryCodeAndNoOther(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("finding.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(formatPage(t), "\n## 7. ")
	codes := func(pattern string, text string) string {
		var out []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
		return strings.Join(out, " ")
	}
	have, explained := codes(`Code = "([a-z-]+)"`, string(source)), codes("(?m)^\\| `([a-z-]+)` \\|", section)
	if have == "" || have != explained {
		t.Errorf("codes\n%s\nthe page explains\n%s", have, explained)
	}
}
