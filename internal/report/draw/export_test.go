package draw

import (
	"context"
	"sync"
	"testing"

	"suyuan/internal/report/draw/graphviz"
)

// engine is compiled once for all tests, and ends with them.
var engine = sync.OnceValues(func() (*graphviz.Engine, error) { return graphviz.Open(context.Background()) })

// Drawn lays a graph out as Picture does, by the engine that the tests share.
func Drawn(tb testing.TB, g *Graph) *Picture {
	tb.Helper()
	if err := g.check(); err != nil {
		tb.Fatal(err)
	}
	e, err := engine()
	if err != nil {
		tb.Fatal(err)
	}
	p, err := g.picture(tb.Context(), e)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}
