package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/i18n"
)

// TestCommandLineDocumentIsWhatTheTreeMakes fails where docs/cli.md is stale; go test ./cmd/suyuan -run Document -update mends it.
func TestCommandLineDocumentIsWhatTheTreeMakes(t *testing.T) {
	t.Parallel()
	name := filepath.Join("..", "..", "docs", "cli.md")
	want := []byte(document(i18n.New(i18n.English)))
	if *update {
		if err := os.WriteFile(name, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want) {
		t.Errorf("%s is not what the command tree makes: run go test ./cmd/suyuan -run Document -update", name)
	}
}

func document(t *i18n.Texts) string {
	return "# Command line\n\nMade from the command tree by `go test ./cmd/suyuan -run Document -update`; do not edit.\n\n" +
		t.Text("doc.manual") + "\n\n" + strings.TrimRight(manual(t, commands(), "##"), "\n") + "\n"
}

// TestEveryCommandHasTextsExampleAndExitCodes holds in both languages, down to every flag.
func TestEveryCommandHasTextsExampleAndExitCodes(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		texts := i18n.New(lang)
		var check func(above string, tree []*command)
		check = func(above string, tree []*command) {
			for _, c := range tree {
				title := strings.TrimSpace(above + " " + c.name)
				if c.hidden {
					continue
				}
				if !texts.Has(c.textID()) || len(c.examples) == 0 || len(c.exits.list) == 0 {
					t.Errorf("%s: %s lacks a text (%s), an example or exit codes", lang, title, c.textID())
				}
				for i := range c.flags {
					if id := c.flags[i].textID(); !texts.Has(id) {
						t.Errorf("%s: %s --%s lacks the text %s", lang, title, c.flags[i].name, id)
					}
				}
				check(title, c.subs)
			}
		}
		check("", commands())
	}
}

// TestEveryExampleIsACommandLineThatParses keeps examples from naming flags and commands that are not there.
func TestEveryExampleIsACommandLineThatParses(t *testing.T) {
	t.Parallel()
	var check func(tree []*command)
	check = func(list []*command) {
		for _, c := range list {
			for _, e := range c.examples {
				_, e, _ = strings.Cut(e, "suyuan ")
				e, _, _ = strings.Cut(e, " | ")
				e, _, _ = strings.Cut(e, " > ")
				if _, err := parseArgs(commands(), strings.Fields(e)); err != nil {
					t.Errorf("%q: %v", e, err)
				}
			}
			check(c.subs)
		}
	}
	check(commands())
}
