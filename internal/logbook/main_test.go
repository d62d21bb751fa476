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
	"suyuan/internal/genealogy/genealogytest"
)

func TestMain(m *testing.M) {
	tailAt, tailStep = 16, 5
	if genealogytest.OnSnapshots() {
		smallIndexes()
	}
	if order, ok := os.LookupEnv(soakEnv); ok {
		os.Exit(soakChild(order))
	}
	if run, ok := os.LookupEnv(childEnv); ok {
		os.Exit(child(run))
	}
	goleak.VerifyTestMain(twice{m})
}

// twice runs the tests on ledgers without an index, which is for large ones, but
// with what joined packed beside them, and again where every few records make another.
type twice struct{ m *testing.M }

func (t twice) Run() int { return genealogytest.Main(t.m) }

// smallIndexes lets an index be made of a few records, and damage to it be found
// as late as in a large one; and what an import keeps lie in a file.
func smallIndexes() {
	indexAt, indexPart, checkWhole, spillAt, shelfMemory, tailAt, tailStep = 2, 2, 0, 5, 1000, 2, 1
}

// testNow is the clock of every test that does not need another.
var testNow = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

func clock() time.Time { return testNow }

// options wait: while another test starts a program, its child has every open file for a moment, and the locks on them.
// waitForOthers: a child that another test starts holds the lock for a moment, until it runs a program of its own.
const waitForOthers = 30 * time.Second

func options() Options { return Options{Now: clock, By: "F/OP-1", Wait: waitForOthers} }

// newLedger makes a ledger and returns its path.
func newLedger(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "suyuan.db")
	if _, err := Init(tb.Context(), path, InitOptions{Origin: "test.example/ledger", By: "F/OP-1", Now: clock}); err != nil {
		tb.Fatal(err)
	}
	return path
}

func openBook(tb testing.TB, path string) *Book {
	tb.Helper()
	b, err := Open(tb.Context(), path, options())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := b.Close(); err != nil {
			tb.Error(err)
		}
	})
	return b
}

func newBook(tb testing.TB) *Book {
	tb.Helper()
	return openBook(tb, newLedger(tb))
}

// parse reads an event; single quotes stand for double ones.
func parse(tb testing.TB, text string) event.Event {
	tb.Helper()
	e, err := event.Parse([]byte(strings.ReplaceAll(text, "'", `"`)))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return e
}

func record(tb testing.TB, b *Book, text string) Receipt {
	tb.Helper()
	r, err := b.Record(tb.Context(), parse(tb, text), nil)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
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

func writeFile(tb testing.TB, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func file(path string) []File { return []File{{Path: path}} }

// stream makes an input of text.
func stream(text string) []File {
	return []File{{Name: "events.jsonl", Stream: strings.NewReader(text)}}
}
