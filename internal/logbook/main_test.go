package logbook

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"suyuan/internal/event"
)

func TestMain(m *testing.M) {
	if run, ok := os.LookupEnv(childEnv); ok {
		os.Exit(child(run))
	}
	goleak.VerifyTestMain(m)
}

// testNow is the clock of every test that does not need another.
var testNow = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

func clock() time.Time { return testNow }

func options() Options { return Options{Now: clock, By: "F/OP-1"} }

// newLedger makes a ledger and returns its path.
func newLedger(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Origin: "test.example/ledger", By: "F/OP-1", Now: clock}); err != nil {
		t.Fatal(err)
	}
	return path
}

func openBook(t testing.TB, path string) *Book {
	t.Helper()
	b, err := Open(t.Context(), path, options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func newBook(t testing.TB) *Book {
	t.Helper()
	return openBook(t, newLedger(t))
}

// parse reads an event; single quotes stand for double ones.
func parse(t testing.TB, text string) event.Event {
	t.Helper()
	e, err := event.Parse([]byte(strings.ReplaceAll(text, "'", `"`)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

func record(t testing.TB, b *Book, text string) Receipt {
	t.Helper()
	r, err := b.Record(t.Context(), parse(t, text), nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

// collections returns n events that any ledger takes, from number from on, one a
// line.
func collections(from, n int) string {
	var s strings.Builder
	for i := from; i < from+n; i++ {
		at := time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339)
		fmt.Fprintf(&s, `{"type":"collection","time":%q,"site":"F","donor":"F/D-%d","outputs":[{"unit":"U-%d","product":"CORD-BLOOD","quantity":"92.5","uom":"mL"}],"operators":["F/OP-7"],"room":"F/R-1"}`+"\n", at, i/4, i)
	}
	return s.String()
}

func writeFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func file(path string) []File { return []File{{Path: path}} }

// stream makes an input of text.
func stream(text string) []File {
	return []File{{Name: "events.jsonl", Stream: strings.NewReader(text)}}
}
