package bundle_test

import (
	"bytes"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"suyuan/internal/interchange/bundle"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// stepsOfPage returns the commands of CHECK.html, as somebody copies them from a browser.
func stepsOfPage(t *testing.T, content []byte) string {
	t.Helper()
	files, err := notary.Unpack(content)
	if err != nil {
		t.Fatal(err)
	}
	page := string(files[len(files)-1].Content)
	var steps []string
	for _, m := range regexp.MustCompile(`(?s)<pre class="run">(.*?)</pre>`).FindAllStringSubmatch(page, -1) {
		steps = append(steps, html.UnescapeString(m[1]))
	}
	if len(steps) != 5 {
		t.Fatalf("found %d blocks of commands, want 5", len(steps))
	}
	return "set -e\n" + strings.Join(steps, "\n") + "\n"
}

// byHand does what the page says with a bundle, and returns what was printed.
func byHand(t *testing.T, steps string, content []byte, key string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.bundle"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", steps)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "BUNDLE=x.bundle", "KEY="+key)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestThePagesStepsCheckABundleByHand(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "sha256sum", "awk"} {
		if _, err := exec.LookPath(program); err != nil || !notarytest.HasPython() {
			t.Skip("a program that the page names is not here")
		}
	}
	l := signedLedger()
	key := l.Keys[0].Public.String()
	for name, numbers := range map[string][]int{"part": {0, 1, 2, 3, 5}, "whole": {0, 1, 2, 3, 4, 5}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := bundle.Write(contentOf(l, numbers...), signer(l))
			if err != nil {
				t.Fatal(err)
			}
			steps := stepsOfPage(t, content)
			out, err := byHand(t, steps, content, key)
			if err != nil || !strings.Contains(out, "of 6 records of lab.example/bundles are in the tree") || strings.Count(out, ": OK") < 5 {
				t.Errorf("%v:\n%s", err, out)
			}
			for what, changed := range map[string][]byte{
				"a report":     reseal(t, content, "report/answer.json", "{}", "[]"),
				"a record":     reseal(t, content, "records.jsonl", `"batch":"B-1"`, `"batch":"B-2"`),
				"the manifest": reseal(t, content, "manifest", "size 6", "size 7"),
			} {
				if out, err := byHand(t, steps, changed, key); err == nil {
					t.Errorf("%s was changed, and the steps went through:\n%s", what, out)
				}
			}
		})
	}
}

// reseal changes an entry and packs all again, which needs no key.
func reseal(t *testing.T, content []byte, name, old, with string) []byte {
	t.Helper()
	files, err := notary.Unpack(content)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if f.Name == name {
			files[i].Content = bytes.Replace(f.Content, []byte(old), []byte(with), 1)
		}
	}
	changed := notary.Pack(files)
	if bytes.Equal(changed, content) {
		t.Fatalf("%s has no %q", name, old)
	}
	return changed
}
