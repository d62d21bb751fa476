package suyuan_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A step is one command of a document, with what the page says about it.
type step struct {
	line    int    // where it stands in the page, from 1
	command string // one shell command, perhaps of several lines
	exit    int    // the exit code it is to have
	shows   bool   // it stands in a console block, so that output counts
	output  string // what it is to print
}

var (
	exitNote = regexp.MustCompile(`#\s*exit (\d+)\b`)
	hereDoc  = regexp.MustCompile(`<<-?\s*['"]?(\w+)['"]?`)
)

// stepsOf takes the commands out of the sh and console blocks of a Markdown page.
func stepsOf(page string) []step {
	var steps []step
	lines := strings.Split(page, "\n")
	for i := 0; i < len(lines); i++ {
		kind := strings.TrimSpace(lines[i])
		if kind != "```sh" && kind != "```console" {
			continue
		}
		block := upToFence(lines[i+1:])
		if kind == "```sh" {
			steps = append(steps, commands(block, i+2)...)
		} else {
			steps = append(steps, session(block, i+2)...)
		}
		i += len(block) + 1
	}
	return steps
}

func upToFence(lines []string) []string {
	for i, line := range lines {
		if strings.TrimSpace(line) == "```" {
			return lines[:i]
		}
	}
	return lines
}

// commands reads an sh block. A command goes on after a backslash and to the end of a here-document.
func commands(block []string, first int) []step {
	var steps []step
	for i := 0; i < len(block); i++ {
		text := block[i]
		if trimmed := strings.TrimSpace(text); trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		s := step{line: first + i, command: text}
		for strings.HasSuffix(block[i], "\\") && i+1 < len(block) {
			i++
			s.command += "\n" + block[i]
		}
		if m := hereDoc.FindStringSubmatch(s.command); m != nil {
			for i+1 < len(block) {
				i++
				s.command += "\n" + block[i]
				if strings.TrimSpace(block[i]) == m[1] {
					break
				}
			}
		}
		s.exit = exitOf(s.command)
		steps = append(steps, s)
	}
	return steps
}

// session reads a console block: "$ " begins a command, what follows is its output.
func session(block []string, first int) []step {
	var steps []step
	for i, text := range block {
		if command, ok := strings.CutPrefix(text, "$ "); ok {
			steps = append(steps, step{line: first + i, command: command, exit: exitOf(command), shows: true})
		} else if len(steps) > 0 {
			steps[len(steps)-1].output += text + "\n"
		}
	}
	return steps
}

func exitOf(command string) int {
	m := exitNote.FindStringSubmatch(command)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // the expression matched digits
	return n
}

// makeTargets returns the targets of a make command, and nil for any other.
func makeTargets(command string) []string {
	command, _, _ = strings.Cut(command, "#")
	if words := strings.Fields(command); len(words) > 1 && words[0] == "make" {
		return words[1:]
	}
	return nil
}

// known says that a command is checked to exist rather than run: it would start these tests again, take long, or
// fetch what is already here.
func known(command string) bool {
	return makeTargets(command) != nil || strings.HasPrefix(command, "git clone ") || strings.HasPrefix(command, "cd suyuan") || command == ".ci/run"
}

// A shell runs pages, each in a copy of the checkout, with the program on PATH.
type shell struct {
	files []string // of the checkout
	env   []string
}

func newShell(t *testing.T) *shell {
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", bin+string(filepath.Separator), "./cmd/...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return &shell{
		files: tracked(t),
		env: []string{
			"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"),
			"GOPATH=" + goEnv(t, "GOPATH"), "GOCACHE=" + goEnv(t, "GOCACHE"), "GOMODCACHE=" + goEnv(t, "GOMODCACHE"),
			"GOFLAGS=-trimpath -buildvcs=false", "CGO_ENABLED=0", "LC_ALL=C.UTF-8", "TZ=UTC", "NO_COLOR=1", "TERM=dumb",
		},
	}
}

// run runs the steps of a page in one shell, so that cd and variables carry over. The README and docs begin at the
// top of the checkout, a walk-through in its own folder.
func (s *shell) run(t *testing.T, page string, steps []step) {
	t.Helper()
	top, notes := t.TempDir(), t.TempDir()
	s.copyCheckout(t, top)
	dir := top
	if strings.HasPrefix(page, "examples") {
		dir = filepath.Join(top, filepath.Dir(page))
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-u", "-c", script(steps))
	cmd.Dir = dir
	cmd.Env = append([]string{"HOME=" + notes, "NOTES=" + notes}, s.env...)
	out, err := cmd.CombinedOutput()
	for i, st := range steps {
		if known(st.command) {
			continue
		}
		if fault := judge(notes, i, st); fault != "" {
			t.Fatalf("%s:%d: %s\n%s\n%s", page, st.line, st.command, fault, out)
		}
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", page, err, out)
	}
}

// script writes what each command printed and its exit code into files named by its number, and stops at the first
// code that the page does not announce.
func script(steps []step) string {
	var b strings.Builder
	for i, st := range steps {
		if known(st.command) {
			continue
		}
		fmt.Fprintf(&b, "{ %s\n} >\"$NOTES/%d.out\" 2>&1 </dev/null; code=$?; echo $code >\"$NOTES/%d.code\"; [ $code -eq %d ] || exit 0\n",
			st.command, i, i, st.exit)
	}
	return b.String()
}

// judge says what is wrong with a step that was run, or nothing.
func judge(notes string, number int, st step) string {
	printed, err := os.ReadFile(filepath.Join(notes, fmt.Sprintf("%d.out", number)))
	if err != nil {
		return "was not reached"
	}
	code, err := os.ReadFile(filepath.Join(notes, fmt.Sprintf("%d.code", number)))
	if err != nil {
		return fmt.Sprintf("ended the shell, and printed:\n%s", printed)
	}
	if got := strings.TrimSpace(string(code)); got != strconv.Itoa(st.exit) {
		return fmt.Sprintf("exit code %s, want %d; it printed:\n%s", got, st.exit, printed)
	}
	if st.shows && !alike(st.output, string(printed)) {
		return fmt.Sprintf("printed:\n%s\nthe page says:\n%s", mask(string(printed)), mask(st.output))
	}
	return ""
}

// masks hide what differs from one run to the next and is of the same form each time.
var masks = []struct {
	form *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "<id>"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "<hash>"},
	{regexp.MustCompile(`\b[0-9a-f]{6,63}…`), "<hash>"},
	{regexp.MustCompile(`[A-Za-z0-9+/]{43}=`), "<hash>"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`), "<recorded>"},
	{regexp.MustCompile(`\b\d+(\.\d+)? ?(µs|ms|s|秒|毫秒)(\s|$|[),;.])`), "<duration>$3"},
}

func mask(text string) string {
	for _, m := range masks {
		text = m.form.ReplaceAllString(text, m.name)
	}
	return text
}

// alike compares what a page shows with what was printed, both masked, blanks at line ends aside. A line "…" on the
// page stands for any number of lines.
func alike(page, printed string) bool {
	return matchLines(masked(page), masked(printed))
}

func masked(text string) []string {
	lines := strings.Split(strings.TrimRight(mask(text), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	return lines
}

func matchLines(want, got []string) bool {
	for i, line := range want {
		if line == "…" {
			for skip := i; skip <= len(got); skip++ {
				if matchLines(want[i+1:], got[skip:]) {
					return true
				}
			}
			return false
		}
		if i >= len(got) || line != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

func (s *shell) copyCheckout(t *testing.T, to string) {
	t.Helper()
	for _, name := range s.files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, read(t, name), info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStepsAreReadAsAReaderWould(t *testing.T) {
	t.Parallel()
	page := "text\n```sh\n# a remark\necho a \\\n  b\ncat <<'E'\n# not a remark\nE\nfalse # exit 1\n```\n```go\nx\n```\n```console\n$ echo c\nc\n```\n"
	want := []step{
		{line: 4, command: "echo a \\\n  b"},
		{line: 6, command: "cat <<'E'\n# not a remark\nE"},
		{line: 9, command: "false # exit 1", exit: 1},
		{line: 15, command: "echo c", shows: true, output: "c\n"},
	}
	got := stepsOf(page)
	if len(got) != len(want) {
		t.Fatalf("got %d steps, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestPagesThatLieAreCaught(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page string
		good bool
	}{
		"a command that works":        {"```sh\ncd /\ntrue\n```", true},
		"a command that fails":        {"```sh\nfalse\n```", false},
		"an announced failure":        {"```sh\nfalse # exit 1\ntrue\n```", true},
		"another failure":             {"```sh\nfalse # exit 2\n```", false},
		"an end before the end":       {"```sh\nexit 0\ntrue\n```", false},
		"variables that carry over":   {"```sh\na=1\ntest $a = 1\n```", true},
		"output as shown":             {"```console\n$ printf 'a\\nb 12 ms\\nc\\n'\na\n…\nc\n```", true},
		"output that differs":         {"```console\n$ echo a\nb\n```", false},
		"output cut short":            {"```console\n$ printf 'a\\nb\\n'\na\n```", false},
		"a time that is not the same": {"```console\n$ echo at 2026-03-01T08:00:00.123Z\nat 2026-03-01T09:00:00.000Z\n```", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, notes := stepsOf(c.page), t.TempDir()
			cmd := exec.CommandContext(t.Context(), "sh", "-u", "-c", script(steps))
			cmd.Env = append(os.Environ(), "NOTES="+notes)
			_ = cmd.Run() // the files it leaves are what is judged
			good := true
			for i, st := range steps {
				good = good && judge(notes, i, st) == ""
			}
			if good != c.good {
				t.Errorf("passes: %v, want %v", good, c.good)
			}
		})
	}
}
