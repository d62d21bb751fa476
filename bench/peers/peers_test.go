package peers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"suyuan/bench/measure"
	"suyuan/bench/peers"
)

func TestLogsTakeWhatManyClientsAppendAndWhatIsLoaded(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(context.Context, string) (peers.Log, error){
		"plain":  func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenPlainLog(dir) },
		"sqlite": func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenSQLite("sqlite", dir) },
		"cgo":    func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenSQLite("sqlite3", dir) },
		"immudb": func(_ context.Context, dir string) (peers.Log, error) { return peers.OpenImmudb(dir) },
		"postgres": func(ctx context.Context, dir string) (peers.Log, error) {
			return peers.OpenPostgres(ctx, dir)
		},
		"tessera": peers.OpenTessera,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, err := open(t.Context(), folder(t))
			if errors.Is(err, measure.ErrCannot) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for c := range 8 {
				wg.Go(func() {
					for n := range 5 {
						if err := log.Append(t.Context(), fmt.Appendf(nil, "client %d, record %d", c, n)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			long := bytes.Repeat([]byte("x"), 10_000) // as an inventory of a large site
			if err := errors.Join(log.Load(t.Context(), slices.Values([][]byte{[]byte("one"), long})), log.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// folder is one that a server that runs as somebody else can get into.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "suyuan-bench-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, measure.Open); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestGraphsReachOverConfirmedContactsOnly(t *testing.T) {
	t.Parallel()
	edges := []peers.Edge{{Source: 1, Target: 2}, {Source: 2, Target: 11}, {Source: 2, Target: 12, Grade: 1}, {Source: 11, Target: 13}, {Source: 3, Target: 14}, {Source: 13, Target: 1}}
	for name, open := range map[string]func(context.Context, string) (peers.Graph, error){
		"sqlite":   func(_ context.Context, dir string) (peers.Graph, error) { return peers.OpenSQLite("sqlite", dir) },
		"cgo":      func(_ context.Context, dir string) (peers.Graph, error) { return peers.OpenSQLite("sqlite3", dir) },
		"postgres": func(ctx context.Context, dir string) (peers.Graph, error) { return peers.OpenPostgres(ctx, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := open(t.Context(), folder(t))
			if errors.Is(err, measure.ErrCannot) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := g.LoadGraph(t.Context(), slices.Values(edges)); err != nil {
				t.Fatal(err)
			}
			if n, err := g.Reach(t.Context(), 1, 10, 20); err != nil || n != 2 {
				t.Errorf("reached %d, %v; want 2", n, err)
			}
			if err := g.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAPlainLogIsChained(t *testing.T) {
	t.Parallel()
	contents := func(first string) []byte {
		dir := folder(t)
		log, err := peers.OpenPlainLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(log.Append(t.Context(), []byte(first)), log.Append(t.Context(), []byte("second")), log.Close()); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "plain.log"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, b := contents("first"), contents("firsT")
	if len(a) != 2*(4+32)+len("first")+len("second") {
		t.Errorf("%d bytes", len(a))
	}
	if slices.Equal(a[len(a)-32:], b[len(b)-32:]) {
		t.Error("the last hash does not depend on the first record")
	}
}
