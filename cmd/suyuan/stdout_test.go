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
	const again, look = "hint: run the same command again, nothing is recorded twice", `hint: it is recorded: see "suyuan log --limit 3" before you run it again`
	key := filepath.Join(filepath.Dir(ledger), "op-1.key")
	for _, c := range []struct {
		args, in string
		want     exit
		hint     string // none where empty
	}{
		{"init", "", exitCutShort, again},
		{"record eligibility --time now --donor D-1 --result eligible", "", exitCutShort, look},
		{"record --file -", `{"type":"eligibility","time":"2025-03-01T08:00:00Z","donor":"D-2","result":"eligible"}`, exitCutShort, again},
		{"import -", `{"type":"eligibility","time":"2025-03-01T08:00:00Z","donor":"D-3","result":"eligible"}`, exitCutShort, again},
		{"key new --passphrase-fd 0 " + key, "correct horse\n", exitCutShort, again},
		{"key register --passphrase-fd 0 --holder F/OP-1 " + key, "correct horse\n", exitCutShort, look},
		{"key rotate", "", exitCutShort, look},
		{"anchor trust", "", exitCutShort, again},
		{"checkpoint", "", exitCutShort, again},
		{"log", "", exitFailed, ""},
	} {
		var talk strings.Builder
		got := exit(run(t.Context(), env, strings.Fields(c.args), strings.NewReader(c.in), full{}, &talk))
		_, hint, _ := strings.Cut(talk.String(), "no space left on device\n")
		if got != c.want || strings.TrimSuffix(hint, "\n") != c.hint {
			t.Errorf("%s: exit %d, want %d and %q: %s", c.args, got, c.want, c.hint, talk.String())
		}
	}
	var out, talk strings.Builder
	if got := exit(run(t.Context(), env, []string{"log"}, strings.NewReader(""), &out, &talk)); got != exitDone || !strings.Contains(out.String(), "eligib") {
		t.Errorf("exit %d, %q %q: what was recorded is not there", got, out.String(), talk.String())
	}
}
