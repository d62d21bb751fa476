package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write golden files and generated documents anew")

// TestMain lets scripts run the program under the name suyuan. TEST_NOW stops its clock; the program itself knows no such thing.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"suyuan": func() {
			env := processEnv()
			if fixed := os.Getenv("TEST_NOW"); fixed != "" {
				env.Now = func() time.Time {
					now, err := time.Parse(time.RFC3339, fixed)
					if err != nil {
						panic(err)
					}
					return now
				}
			}
			os.Exit(run(context.Background(), env, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	terminal, err := filepath.Abs(filepath.Join("testdata", "terminal.py"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TEST_NOW", "2026-03-05T16:00:00+08:00")
			e.Setenv("LC_ALL", "C.UTF-8")
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("TERM", "xterm-256color")
			e.Setenv("TERMINAL", terminal)
			e.Setenv("EXAMPLES", examples)
			return nil
		},
		Condition: condition,
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"craft": craft, "exits": exits, "flip": flip, "narrow": narrow},
	})
}
