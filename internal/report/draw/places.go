package draw

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/report/draw/graphviz"
)

// places are where the parts of a graph lie, in the order of the graph.
type places struct {
	width, height float64
	nodes         []Point
	edges         []route
}

// A route is that of an edge: a curve of 3n+1 points, the tip of its arrow, the middle of its label.
type route struct {
	curve      []Point
	tip, label Point
}

// answer is what Graphviz says as json0, as far as it is wanted.
type answer struct {
	Box     string `json:"bb"`
	Objects []struct {
		Name string `json:"name"`
		Pos  string `json:"pos"`
	} `json:"objects"`
	Edges []struct {
		ID    string `json:"id"`
		Pos   string `json:"pos"`
		Label string `json:"lp"`
	} `json:"edges"`
}

func (g *Graph) layOut(ctx context.Context, engine *graphviz.Engine, across bool) (*places, error) {
	text, err := engine.Layout(ctx, g.source(across))
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, fmt.Errorf("answer of graphviz: %w", err)
	}
	return g.places(&a)
}

// places takes the answer apart. Nodes are found by name, edges by id: Graphviz has an order of its own.
func (g *Graph) places(a *answer) (*places, error) {
	if len(a.Objects) != len(g.Nodes) || len(a.Edges) != len(g.Edges) {
		return nil, fmt.Errorf("graphviz placed %d nodes and %d edges of %d and %d", len(a.Objects), len(a.Edges), len(g.Nodes), len(g.Edges))
	}
	size := strings.SplitN(a.Box, ",", 3)
	if len(size) != 3 {
		return nil, fmt.Errorf("graphviz gave the box %q; four numbers are wanted", a.Box)
	}
	corner, err := parsePoint(size[2], 0)
	if err != nil {
		return nil, err
	}
	l := &places{width: corner.X - margin, height: margin - corner.Y, nodes: make([]Point, len(g.Nodes)), edges: make([]route, len(g.Edges))}
	for _, o := range a.Objects {
		i, err := index(strings.TrimPrefix(o.Name, "n"), len(l.nodes))
		if err != nil {
			return nil, err
		}
		if l.nodes[i], err = parsePoint(o.Pos, l.height); err != nil {
			return nil, err
		}
	}
	for _, e := range a.Edges {
		i, err := index(e.ID, len(l.edges))
		if err != nil {
			return nil, err
		}
		if l.edges[i], err = l.route(e.Pos, e.Label); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func index(name string, n int) (int, error) {
	i, err := strconv.Atoi(name)
	if err != nil || i < 0 || i >= n {
		return 0, fmt.Errorf("graphviz placed %q, which was not asked for: 0 to %d were", name, n-1)
	}
	return i, nil
}

// route reads "e,x,y x,y x,y …": the tip, then the points of the curve.
func (l *places) route(pos, label string) (route, error) {
	var r route
	var err error
	for word := range strings.FieldsSeq(pos) {
		tip, isTip := strings.CutPrefix(word, "e,")
		p, err := parsePoint(tip, l.height)
		if err != nil {
			return route{}, err
		}
		if isTip {
			r.tip = p
		} else {
			r.curve = append(r.curve, p)
		}
	}
	if len(r.curve) < 4 || len(r.curve)%3 != 1 || r.tip == (Point{}) {
		return route{}, fmt.Errorf("graphviz gave the route %q; a tip and 3n+1 points are wanted", pos)
	}
	if label != "" {
		r.label, err = parsePoint(label, l.height)
	}
	return r, err
}
