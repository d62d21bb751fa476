package graphviz_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"suyuan/internal/report/draw/graphviz"
)

func open(t *testing.T) *graphviz.Engine {
	t.Helper()
	e, err := graphviz.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestFilesAreWhatTheScriptTakesOut(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile("SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "names.txt" {
			b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		}
		if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s is not the file of SHA256SUMS", name)
		}
	}
}

func TestAGraphGetsItsPlacesTheSameEveryTime(t *testing.T) {
	t.Parallel()
	e := open(t)
	const source = `digraph { rankdir=LR; node [shape=box]; a -> b; b -> c; a -> c }`
	var answers [4][]byte
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() {
			var err error
			if answers[i], err = e.Layout(t.Context(), source); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, a := range answers {
		if !bytes.Equal(a, answers[0]) {
			t.Errorf("%s\nis not\n%s", a, answers[0])
		}
	}
	var graph struct {
		BB      string
		Objects []struct{ Name, Pos string }
		Edges   []struct{ Pos string }
	}
	if err := json.Unmarshal(answers[0], &graph); err != nil {
		t.Fatal(err)
	}
	if len(graph.Objects) != 3 || len(graph.Edges) != 3 || graph.BB == "" || graph.Objects[0].Pos == "" || graph.Edges[0].Pos == "" {
		t.Errorf("places are missing in %s", answers[0])
	}
}

func TestWhatIsNoGraphIsRefusedWithGraphvizsWords(t *testing.T) {
	t.Parallel()
	e := open(t)
	for source, want := range map[string]string{
		"digraph {":                 "syntax error",
		"":                          "",
		"no graph":                  "syntax error",
		"digraph { a\x00 }":         "NUL",
		"digraph { a [label=<<b] }": "",
	} {
		_, err := e.Layout(t.Context(), source)
		if !errors.Is(err, graphviz.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", source, err, want)
		}
	}
	if _, err := e.Layout(t.Context(), "digraph { a }"); err != nil {
		t.Errorf("a graph after those: %v", err)
	}
}

func TestALayoutEndsWithItsContext(t *testing.T) {
	t.Parallel()
	e := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Layout(ctx, "digraph { a -> b }"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
