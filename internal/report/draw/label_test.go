package draw

import (
	"slices"
	"strings"
	"testing"
)

// FuzzLabels lays out a graph whose ids and labels are anything at all: none of it may reach Graphviz, and the labels are drawn.
func FuzzLabels(f *testing.F) {
	for _, s := range []string{"", `"`, `\`, `\N`, "<b>", "<<TABLE>>", "]; x -> y [", "乐城", "\x00", "\xff", "a\nb", "&lt;"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, node, edge string) {
		g := &Graph{Nodes: []Node{{ID: node, Lines: []string{node}}, {ID: node + "2"}}, Edges: []Edge{{From: node, To: node + "2", Label: edge}}}
		p := Drawn(t, g)
		var words []string
		for _, s := range p.Shapes {
			if x, ok := s.(Text); ok {
				words = append(words, x.Words)
			}
		}
		want := g.Nodes[0].lines()
		if edge != "" {
			want = append(want, Cut(edge, edgeText, widestLine))
		}
		if !slices.Equal(words, want) {
			t.Errorf("drawn %q, want %q", words, want)
		}
	})
}

func TestNoTextReachesGraphviz(t *testing.T) {
	t.Parallel()
	g := &Graph{Nodes: []Node{{ID: "secret-1", Lines: []string{"secret-2"}}}, Edges: []Edge{{From: "secret-1", To: "secret-1", Label: "secret-3"}}}
	if source := g.source(true); strings.Contains(source, "secret") {
		t.Errorf("source %q", source)
	}
}

func FuzzRoutes(f *testing.F) {
	f.Add("e,27,36.1 27,71.7 27,63.9 27,54.6 27,45.9", "")
	f.Add("s,1,1 27,71", "1,2")
	f.Fuzz(func(t *testing.T, pos, label string) {
		r, err := (&places{height: 100}).route(pos, label)
		if err == nil && len(flatten(r.curve)) < bends {
			t.Errorf("%q gave %+v", pos, r)
		}
	})
}

func TestEveryArrowLeadsFromItsNodeToItsOther(t *testing.T) {
	t.Parallel()
	engine, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	g := &Graph{Nodes: []Node{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}, Edges: []Edge{{From: "c", To: "d"}, {From: "a", To: "d"}, {From: "b", To: "a"}, {From: "d", To: "b"}, {From: "a", To: "d"}}}
	for _, across := range []bool{true, false} {
		l, err := g.layOut(t.Context(), engine, across)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range g.Edges {
			from, to := l.nodes[slices.IndexFunc(g.Nodes, func(n Node) bool { return n.ID == e.From })], l.nodes[slices.IndexFunc(g.Nodes, func(n Node) bool { return n.ID == e.To })]
			w, h := g.Nodes[0].size()
			if far(l.edges[i].curve[0], from, w, h) || far(l.edges[i].tip, to, w, h) {
				t.Errorf("edge %d of %+v begins at %+v and ends at %+v, its nodes are at %+v and %+v", i, e, l.edges[i].curve[0], l.edges[i].tip, from, to)
			}
		}
	}
}

func far(p, node Point, w, h float64) bool {
	const slack = 1
	return p.X < node.X-w/2-slack || p.X > node.X+w/2+slack || p.Y < node.Y-h/2-slack || p.Y > node.Y+h/2+slack
}
