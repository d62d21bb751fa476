// Package genealogytest lets the tests of what asks a graph run over graphs in
// memory and over such that stand on snapshots: the answers must be the same
// bytes.
package genealogytest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// snapshots in the environment says that graphs are to stand on snapshots.
const snapshots = "SUYUAN_TEST_SNAPSHOTS"

// once in the environment says that somebody else sees to the second run.
const once = "SUYUAN_TEST_ONCE"

// OnSnapshots reports whether Add lets graphs stand on snapshots.
func OnSnapshots() bool { return os.Getenv(snapshots) != "" }

// Main runs the tests of a package twice: over graphs in memory, and in a
// process of its own over graphs on snapshots. It returns the exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if code != 0 || OnSnapshots() || fuzzing() || os.Getenv(once) != "" {
		return code
	}
	again := exec.CommandContext(context.Background(), os.Args[0], onceMore()...) //nolint:gosec // this very program
	again.Env = append(os.Environ(), snapshots+"=1")
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	if err := again.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "over graphs on snapshots: %v\n", err)
		return 1
	}
	return 0
}

// fuzzing reports whether a fuzz target is what runs: it stops when it is told to,
// and not to begin anew.
func fuzzing() bool {
	return slices.ContainsFunc(os.Args[1:], func(arg string) bool {
		return strings.HasPrefix(arg, "-test.fuzz=") || strings.HasPrefix(arg, "-test.fuzzworker")
	})
}

// onceMore returns the arguments of the second run, which is short. What is drawn
// at random was tried in memory as often as was asked for: over snapshots a part
// of that is enough in every run, and all of it where somebody says how often.
func onceMore() []string {
	args := append(slices.Clone(os.Args[1:]), "-test.short")
	checks := flag.Lookup("rapid.checks")
	if checks == nil || checks.Value.String() != checks.DefValue {
		return args
	}
	if n, err := strconv.Atoi(checks.DefValue); err == nil {
		args = append(args, "-rapid.checks="+strconv.Itoa(n/part))
	}
	return args
}

// Add is g.Add. On snapshots, the graph then often stands on one of its own.
func Add(g *genealogy.Graph, seq uint64, by string, recorded event.Time, e event.Event) error {
	if err := g.Add(seq, by, recorded, e); err != nil || !OnSnapshots() {
		return err
	}
	// Snapshots come at changing distances, so that what joined after one is
	// now nothing and now several records.
	dice := uint32(seq+1) * 2654435761 >> 24 //nolint:gosec // any bits will do
	switch {
	case dice%4 != 0:
		return nil
	case dice%16 == 12:
		return Reframe(g, int(dice/16)+1)
	default:
		return Rebase(g, dice%8 == 0)
	}
}

// Rebase lets g stand on a snapshot of itself, mapped into memory or read piece
// by piece.
func Rebase(g *genealogy.Graph, mapped bool) error {
	var b bytes.Buffer
	if err := g.WriteSnapshot(&b, []byte("test"), nil); err != nil {
		return err
	}
	open := func() (*genealogy.Snapshot, error) { return genealogy.MapSnapshot(b.Bytes()) }
	if !mapped {
		open = func() (*genealogy.Snapshot, error) {
			return genealogy.ReadSnapshot(bytes.NewReader(b.Bytes()), int64(b.Len()))
		}
	}
	s, err := open()
	if err != nil {
		return err
	}
	stands(g, s)
	return g.Rebase(s)
}
