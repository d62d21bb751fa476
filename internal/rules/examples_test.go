package rules_test

import (
	"bufio"
	"os"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/rules"
)

// The examples are what honest sites would have recorded: nothing in them
// breaks a rule beyond the deviations that they declare.
func TestTheExamplesBreakNoRule(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lecheng", "fibercel", "hiv-donor", "nk-japan-2024"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recordExample(t, "../../examples/"+name+"/events.jsonl")
		})
	}
}

func recordExample(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	g := genealogy.New()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := uint64(1); lines.Scan(); n++ {
		e, err := event.Parse(lines.Bytes())
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		e.Identify()
		if broken := rules.Check(g, &e, rules.Context{Now: e.Time}); len(broken) > 0 {
			t.Errorf("line %d: %s: %s", n, e.Bytes(), tell(broken))
		}
		if err := genealogytest.Add(g, n, "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil || g.Len() == 0 {
		t.Fatalf("%d events read, %v", g.Len(), err)
	}
}
