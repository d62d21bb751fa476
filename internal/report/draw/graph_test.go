package draw_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/report/draw"
)

func graph() *draw.Graph {
	return &draw.Graph{
		Title: "谁接触过 / who touched it", Alt: "synthetic",
		Nodes: []draw.Node{
			{ID: "d", Lines: []string{"donor:D-1", "供者"}, Fill: draw.Red, Heavy: true},
			{ID: "u1", Lines: []string{"unit:U-1"}, Fill: draw.Amber},
			{ID: "u2", Lines: []string{`unit:<b>"U-2\n"</b>`}, Fill: draw.Light, Dash: draw.Dashed, Round: true},
			{ID: "u3", Lines: []string{"unit:" + strings.Repeat("0123456789", 20)}},
			{ID: "p", Lines: []string{"30 × patient", "乐城第一医院"}, Fill: draw.White},
		},
		Edges: []draw.Edge{
			{From: "d", To: "u1", Label: "collection #12"},
			{From: "u1", To: "u2", Label: "输注 \"<x>\" #13", Dash: draw.Dashed},
			{From: "u1", To: "u3", Heavy: true},
			{From: "u2", To: "p", Colour: draw.Red},
			{From: "u3", To: "p"},
			{From: "u2", To: "u1", Dash: draw.Dotted},
			{From: "p", To: "p"},
		},
	}
}

func TestGraphsAreTheSameBytesEveryTime(t *testing.T) {
	t.Parallel()
	p, err := graph().Picture(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := svg(t, p)
	for range 3 {
		if again := svg(t, draw.Drawn(t, graph())); again != first {
			t.Errorf("two layouts differ:\n%s\n%s", first, again)
		}
	}
}

func TestEveryNodeAndEdgeIsDrawnAndEveryTextLiesInItsBox(t *testing.T) {
	t.Parallel()
	g := graph()
	p := draw.Drawn(t, g)
	var boxes []draw.Rect
	var texts []draw.Text
	arrows := 0
	for _, s := range p.Shapes {
		switch s := s.(type) {
		case draw.Rect:
			boxes = append(boxes, s)
		case draw.Text:
			texts = append(texts, s)
		case draw.Polygon:
			arrows++
		case draw.Line:
		}
	}
	if len(boxes) != len(g.Nodes) || arrows != len(g.Edges) {
		t.Errorf("%d boxes and %d arrows of %d nodes and %d edges", len(boxes), arrows, len(g.Nodes), len(g.Edges))
	}
	for _, x := range texts {
		w := draw.Width(x.Words, x.Size) / 2
		if x.Size == 8 && !slices.ContainsFunc(boxes, func(r draw.Rect) bool {
			return x.X-w >= r.X && x.X+w <= r.X+r.Width && x.Y-x.Size >= r.Y-1 && x.Y <= r.Y+r.Height
		}) {
			t.Errorf("%+v lies in no box of %+v", x, boxes)
		}
		if x.X-w < 0 || x.X+w > p.Width || x.Y > p.Height {
			t.Errorf("%+v lies outside of %g by %g", x, p.Width, p.Height)
		}
	}
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			if math.Abs(a.X+a.Width/2-b.X-b.Width/2) < (a.Width+b.Width)/2 && math.Abs(a.Y+a.Height/2-b.Y-b.Height/2) < (a.Height+b.Height)/2 {
				t.Errorf("%+v and %+v overlap", a, b)
			}
		}
	}
}

func TestGraphsThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	big := &draw.Graph{}
	for i := range draw.MaxNodes + 1 {
		big.Nodes = append(big.Nodes, draw.Node{ID: fmt.Sprint(i)})
	}
	many := &draw.Graph{Nodes: []draw.Node{{ID: "a"}}, Edges: make([]draw.Edge, draw.MaxEdges+1)}
	for want, g := range map[string]*draw.Graph{
		"0 nodes": {}, "201 nodes": big, "1001 edges": many,
		"id \"a\"":  {Nodes: []draw.Node{{ID: "a"}, {ID: "a"}}},
		"to \"b\";": {Nodes: []draw.Node{{ID: "a"}}, Edges: []draw.Edge{{From: "a", To: "b"}}},
	} {
		if _, err := g.Picture(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestTheLargestGraphIsDrawn(t *testing.T) {
	t.Parallel()
	g := &draw.Graph{}
	for i := range draw.MaxNodes {
		g.Nodes = append(g.Nodes, draw.Node{ID: fmt.Sprint(i), Lines: []string{fmt.Sprintf("unit:单元-%03d", i)}})
		if i > 0 {
			g.Edges = append(g.Edges, draw.Edge{From: fmt.Sprint((i - 1) / 3), To: fmt.Sprint(i)})
		}
	}
	if n := strings.Count(svg(t, draw.Drawn(t, g)), "<rect"); n != draw.MaxNodes {
		t.Errorf("%d boxes", n)
	}
}

func TestAGraphEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := graph().Picture(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestLongIdsKeepTheirEnds(t *testing.T) {
	t.Parallel()
	id := "unit:LC-" + strings.Repeat("0123456789", 20) + "-TAIL"
	doc := svg(t, draw.Drawn(t, &draw.Graph{Nodes: []draw.Node{{ID: "a", Lines: []string{id}}}}))
	got := contents(t, doc, "text")
	if len(got) != 3 || !strings.HasPrefix(got[0], "unit:LC-0") || !strings.HasSuffix(got[1], "…") || !strings.HasSuffix(got[2], "-TAIL") {
		t.Errorf("lines %q", got)
	}
}
