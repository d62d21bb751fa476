package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"suyuan/internal/notary/notarytest"
)

// TestMain lets scripts run the program under its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"suyuan-verify": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	python, err := filepath.Abs(filepath.Join("..", "..", "docs", "verify_bundle.py"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PYTHON_TWIN", python)
			return example(e.WorkDir)
		},
		Condition: condition,
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "flip": flip},
	})
}

// example writes a whole bundle, a part of the same ledger, and files with its verifier keys.
func example(dir string) error {
	l := notarytest.New("lab.example/site-1", nil)
	alice, bob := notarytest.Plain("alice"), notarytest.SSH("bob")
	l.Register(alice, "OP-1", "qp")
	l.Register(bob, "OP-2", "")
	l.Add("policy", notarytest.Members{
		"action": "set", "on": "release", "gate": "use", "people": 2,
		"needs": []notarytest.Members{{"meaning": "released", "role": "qp"}, {"meaning": "reviewed"}},
	})
	first := l.Add("release", notarytest.Members{"batch": "B-1"}, notarytest.Signing{By: alice, Meaning: "released"})
	l.Add("release", notarytest.Members{"batch": "B-2"}, notarytest.Signing{By: alice, Meaning: "released"})
	l.Later(first, "reviewed", notarytest.Signing{By: bob, Meaning: "reviewed"})
	keys := "# keys of the ledger\n\n"
	for _, k := range l.Trusted() {
		keys += k.String() + "\r\n"
	}
	for name, content := range map[string][]byte{
		"whole.bundle": l.All().Seal(), "part.bundle": l.Part(0, 1, 2, 3, 5).Seal(),
		"keys.txt": []byte(keys), "ledger.vkey": []byte(l.Keys[0].Public.String()),
		"other.vkey": []byte(notarytest.Ed25519(l.Origin, "other").Public.String() + "\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// condition is true where Python and openssl are there to run the second implementation.
func condition(string) (bool, error) {
	return notarytest.HasPython(), nil
}

// exits runs a program and wants an exit code: exits CODE PROGRAM ARGUMENTS.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENTS")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%s ended with %s, want %s", args[1], got, args[0])
	}
}

// flip changes a bit in the middle of a file: flip OLD NEW.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip OLD NEW")
	}
	b := []byte(ts.ReadFile(args[0]))
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}
