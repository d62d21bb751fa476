package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// full is a stream on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestAResultThatCannotBeWrittenDoesNotSayThatNothingWas holds a command that records against one that only reads.
func TestAResultThatCannotBeWrittenDoesNotSayThatNothingWas(t *testing.T) {
	t.Parallel()
	ledger := filepath.Join(t.TempDir(), "a.db")
	env := Env{
		Getenv: func(name string) string {
			return map[string]string{"SUYUAN_LEDGER": ledger, "SUYUAN_AS": "F/OP-1", "HOME": filepath.Dir(ledger), "SUYUAN_HOME": filepath.Dir(ledger)}[name]
		},
		Now: time.Now, IsTerminal: func(any) bool { return false }, Width: func(any) int { return 0 },
	}
	for _, c := range []struct {
		args string
		want exit
		hint bool
	}{
		{"init", exitCutShort, true},
		{"record eligibility --time 2025-03-01T08:00:00Z --donor D-1 --result eligible", exitCutShort, true},
		{"log", exitFailed, false},
	} {
		var talk strings.Builder
		got := exit(run(t.Context(), env, strings.Fields(c.args), strings.NewReader(""), full{}, &talk))
		if got != c.want || strings.Contains(talk.String(), "hint: run the same command again") != c.hint || !strings.Contains(talk.String(), "no space left") {
			t.Errorf("%s: exit %d, want %d: %s", c.args, got, c.want, talk.String())
		}
	}
	var out, talk strings.Builder
	if got := exit(run(t.Context(), env, []string{"log"}, strings.NewReader(""), &out, &talk)); got != exitDone || !strings.Contains(out.String(), "eligib") {
		t.Errorf("exit %d, %q %q: what was recorded is not there", got, out.String(), talk.String())
	}
}
