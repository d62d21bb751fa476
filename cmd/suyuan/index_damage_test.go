package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
)

// TestACommandThatMeetsADamagedIndexBeginsAnewWhereItMay damages it while the answer is printed: before anything was said the command runs
// once more, afterwards it says that the answer is cut short.
func TestACommandThatMeetsADamagedIndexBeginsAnewWhereItMay(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("an answer\n", 1000) // more than is held back
	for name, c := range map[string]struct {
		before  func(*program) // the damage is found
		damaged bool
		want    exit
		printed string
	}{
		"sound":              {func(p *program) { p.write("so ") }, false, exitDone, "so \ndone\n"},
		"with nothing said":  {func(p *program) { p.write("lost") }, true, exitDone, "done\n"},
		"after much is said": {func(p *program) { p.write(long) }, true, exitCutShort, long},
		"after input":        {func(p *program) { p.heard = true }, true, exitCutShort, ""},
	} {
		dir := t.TempDir()
		ledger := filepath.Join(dir, "a.db")
		env := Env{
			Getenv: func(name string) string { return map[string]string{"HOME": dir, "SUYUAN_HOME": dir}[name] },
			Now:    time.Now, IsTerminal: func(any) bool { return false }, Width: func(any) int { return 0 },
		}
		var talk strings.Builder
		if code := run(t.Context(), env, []string{"init", "--ledger", ledger}, strings.NewReader(""), &talk, &talk); code != 0 {
			t.Fatal(talk.String())
		}
		if code := run(t.Context(), env, []string{"index", "rebuild", "--ledger", ledger}, strings.NewReader(""), &talk, &talk); code != 0 {
			t.Fatal(talk.String())
		}
		var printed bytes.Buffer
		out := &counted{w: &printed}
		tries := 0
		p, err := answered(func() *program {
			p := newProgram(env, strings.NewReader(""), bufio.NewWriter(out), &talk)
			p.ledger = ledger
			return p
		}, out, func(p *program) error {
			if _, err := p.open(t.Context(), false); err != nil {
				return err
			}
			if tries++; tries == 1 {
				c.before(p)
				if c.damaged {
					panic(&genealogy.DamageError{What: "a test"})
				}
			}
			p.write("done")
			return nil
		})
		p.flush()
		// Of what is long, a part was said when the damage was met.
		said := printed.String() == c.printed || c.printed == long && printed.Len() > 0 && strings.HasPrefix(long, printed.String())
		if code := p.finish(t.Context(), err); code != c.want || !said {
			t.Errorf("%s: exit %d, %q", name, code, printed.String())
		}
		if _, err := os.Lstat(logbook.IndexPath(ledger)); errors.Is(err, os.ErrNotExist) != c.damaged {
			t.Errorf("%s: the index: %v", name, err)
		}
		if cut := strings.Contains(talk.String(), "turned out to be damaged"); cut != (c.want == exitCutShort) {
			t.Errorf("%s: %s", name, talk.String())
		}
	}
}
