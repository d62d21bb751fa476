package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write golden files and generated documents anew")

// TestMain lets scripts run the program under the name suyuan. TEST_NOW stops its clock; the program itself knows no such thing. A code
// that the command's help does not list ends it with another one, which no script wants.
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
			code := run(context.Background(), env, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
			if unlisted(os.Args[1:], exit(code)) {
				_, _ = fmt.Fprintf(os.Stderr, "exit code %d does not stand in the help of this command\n", code)
				code = exitUnlisted
			}
			os.Exit(code)
		},
	})
}

const exitUnlisted = 99

// unlisted reports whether the command that is called may not end with this code by its own help.
func unlisted(args []string, code exit) bool {
	v, err := parseArgs(commands(), args)
	c := v.command()
	return err == nil && c != nil && !v.help && !slices.Contains(c.exits.list, code)
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
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"craft": craft, "exits": exits, "flip": flip, "narrow": narrow, "spoil": spoil},
	})
}
