package draw

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"suyuan/internal/report/draw/graphviz"
)

// MaxNodes and MaxEdges are how much can be read in one picture, and bound the time a layout takes. A caller with more of them
// draws a part and says so.
const (
	MaxNodes = 200
	MaxEdges = 1000
)

// A Graph is things and how they were passed on, to be laid out.
type Graph struct {
	Title, Alt string
	Nodes      []Node
	Edges      []Edge
}

// A Node is a box with a few lines of text; long lines are broken, and very long ones shortened in their middle, where ids differ
// least. An ID names it within its graph and is not shown.
type Node struct {
	ID    string
	Lines []string
	Fill  Colour
	Dash  Dash // of its edge
	Heavy bool // a thick edge and bold text
	Round bool
}

// An Edge is an arrow between two nodes, by their ids.
type Edge struct {
	From, To string
	Label    string
	Colour   Colour // of the line; Ink if none
	Dash     Dash
	Heavy    bool
}

// The measures of a graph, in points.
const (
	nodeText   = 8
	edgeText   = 6.5
	lineHeight = 10.5
	nodePad    = 6
	widestLine = 105
	mostLines  = 3 // that one line of a node is broken into
	arrow      = 6
	margin     = 4
	bends      = 8 // straight pieces for each curve
)

// The room of a page, by which the direction of a graph is chosen.
const (
	pageWidth  = 515
	pageHeight = 650
)

// Picture lays the graph out, from left to right or from top to bottom, whichever is larger on a page. It ends when ctx does.
// The same graph gives the same picture.
func (g *Graph) Picture(ctx context.Context) (*Picture, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	engine, err := graphviz.Open(ctx)
	if err != nil {
		return nil, err
	}
	p, err := g.picture(ctx, engine)
	if closed := engine.Close(ctx); err == nil {
		err = closed
	}
	return p, err
}

func (g *Graph) picture(ctx context.Context, engine *graphviz.Engine) (*Picture, error) {
	var best *Picture
	for _, across := range []bool{true, false} {
		places, err := g.layOut(ctx, engine, across)
		if err != nil {
			return nil, err
		}
		if p := g.drawn(places); best == nil || p.shrink() > best.shrink() {
			best = p
		}
	}
	return best, best.Check()
}

// shrink is by what a picture is made smaller to fit a page; at most 1.
func (p *Picture) shrink() float64 {
	return min(1, pageWidth/p.Width, pageHeight/p.Height)
}

func (g *Graph) check() error {
	if len(g.Nodes) == 0 || len(g.Nodes) > MaxNodes || len(g.Edges) > MaxEdges {
		return fmt.Errorf("a graph of %d nodes and %d edges; 1 to %d nodes and at most %d edges can be drawn: show a part of it",
			len(g.Nodes), len(g.Edges), MaxNodes, MaxEdges)
	}
	known := make(map[string]bool, len(g.Nodes))
	for i := range g.Nodes {
		if id := g.Nodes[i].ID; known[id] {
			return fmt.Errorf("two nodes of a graph have the id %q", id)
		}
		known[g.Nodes[i].ID] = true
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; !known[e.From] || !known[e.To] {
			return fmt.Errorf("edge %d goes from %q to %q; both must be nodes of the graph", i, e.From, e.To)
		}
	}
	return nil
}

// source writes the graph for Graphviz. It gets sizes and numbers only: it does not know how wide our type is, and no text has to
// be escaped.
func (g *Graph) source(across bool) string {
	var b strings.Builder
	direction := "TB"
	if across {
		direction = "LR"
	}
	fmt.Fprintf(&b, "digraph { rankdir=%s; ranksep=0.32; nodesep=0.12; node [shape=box, fixedsize=true, label=\"\"]; edge [arrowsize=0.6];\n", direction)
	number := make(map[string]int, len(g.Nodes))
	for i := range g.Nodes {
		number[g.Nodes[i].ID] = i
		w, h := g.Nodes[i].size()
		fmt.Fprintf(&b, "n%d [width=%.4f, height=%.4f];\n", i, w/72, h/72)
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		fmt.Fprintf(&b, "n%d -> n%d [id=%d", number[e.From], number[e.To], i)
		if e.Label != "" {
			fmt.Fprintf(&b, `, label=<<TABLE BORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="%.0f" HEIGHT="%.0f"><TR><TD></TD></TR></TABLE>>`,
				math.Ceil(Width(e.label(), edgeText))+4, math.Ceil(edgeText*1.3))
		}
		b.WriteString("];\n")
	}
	b.WriteString("}\n")
	return b.String()
}

func (e *Edge) label() string { return Cut(e.Label, edgeText, widestLine) }

// lines are those of a node as they are shown.
func (n *Node) lines() []string {
	var lines []string
	for _, l := range n.Lines {
		lines = append(lines, fold(l, nodeText, widestLine)...)
	}
	return lines
}

func (n *Node) size() (w, h float64) {
	lines := n.lines()
	for _, l := range lines {
		w = max(w, Width(l, nodeText))
	}
	return w + 2*nodePad, float64(max(1, len(lines)))*lineHeight + nodePad
}

// fold breaks a line into pieces of a width, after a blank or a separator where there is one in the second half of the piece; what
// is a little too long stays whole, and what is more than a few pieces loses its middle.
func fold(s string, size, width float64) []string {
	if Width(s, size) <= 1.25*width {
		return []string{s}
	}
	runes := []rune(s)
	var lines []string
	for start := 0; start < len(runes); {
		end := start + 1
		for end < len(runes) && Width(string(runes[start:end+1]), size) <= width {
			end++
		}
		if end < len(runes) {
			end = breakBefore(runes, start, end)
		}
		lines = append(lines, string(runes[start:end]))
		start = end
	}
	if len(lines) > mostLines {
		return ends(lines, size, width)
	}
	return lines
}

func breakBefore(runes []rune, start, end int) int {
	for k := end; k > start+(end-start)/2; k-- {
		if strings.ContainsRune(" -/:·,，、", runes[k-1]) {
			return k
		}
	}
	return end
}

// ends leaves the first pieces and the last: ids that differ do so at their ends.
func ends(lines []string, size, width float64) []string {
	middle := strings.TrimSuffix(Cut(lines[1], size, width-size), "…") + "…"
	tail := []rune(lines[len(lines)-2] + lines[len(lines)-1])
	for Width(string(tail), size) > width {
		tail = tail[1:]
	}
	return []string{lines[0], middle, string(tail)}
}

func (g *Graph) drawn(l *places) *Picture {
	p := &Picture{Width: l.width + 2*margin, Height: l.height + 2*margin, Title: g.Title, Alt: g.Alt}
	for i := range g.Edges {
		p.edge(&g.Edges[i], l.edges[i])
	}
	for i := range g.Nodes {
		p.node(&g.Nodes[i], l.nodes[i])
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; e.Label != "" {
			at := l.edges[i].label
			p.Shapes = append(p.Shapes, Text{X: at.X, Y: at.Y + edgeText/3, Anchor: Middle, Size: edgeText, Colour: Grey, Words: e.label()})
		}
	}
	return p
}

func (p *Picture) node(n *Node, at Point) {
	w, h := n.size()
	box := Rect{X: at.X - w/2, Y: at.Y - h/2, Width: w, Height: h, Fill: n.Fill, Stroke: Stroke{Colour: Ink, Width: 0.8, Dash: n.Dash}}
	if n.Heavy {
		box.Stroke.Width = 2
	}
	if n.Round {
		box.Round = 5
	}
	if box.Fill == None {
		box.Fill = White
	}
	p.Shapes = append(p.Shapes, box)
	lines := n.lines()
	top := at.Y - float64(len(lines))*lineHeight/2
	for i, l := range lines {
		p.Shapes = append(p.Shapes, Text{
			X: at.X, Y: top + float64(i)*lineHeight + nodeText, Anchor: Middle,
			Size: nodeText, Bold: n.Heavy, Colour: n.Fill.Over(), Words: l,
		})
	}
}

func (p *Picture) edge(e *Edge, r route) {
	stroke := Stroke{Colour: e.Colour, Width: 0.8, Dash: e.Dash}
	if stroke.Colour == None {
		stroke.Colour = Ink
	}
	if e.Heavy {
		stroke.Width = 1.8
	}
	line := flatten(r.curve)
	p.Shapes = append(p.Shapes, Line{Through: line, Stroke: stroke}, head(line[len(line)-1], r.tip, stroke.Colour))
}

// head is the arrow's, a triangle from where the line ends to the tip.
func head(base, tip Point, fill Colour) Polygon {
	dx, dy := tip.X-base.X, tip.Y-base.Y
	if length := math.Hypot(dx, dy); length > 0 {
		dx, dy = dx/length*arrow/2.6, dy/length*arrow/2.6
	}
	return Polygon{Corners: []Point{tip, {base.X - dy, base.Y + dx}, {base.X + dy, base.Y - dx}}, Fill: fill}
}

// flatten turns cubic curves, each of which begins where the last one ended, into straight pieces.
func flatten(curve []Point) []Point {
	line := []Point{curve[0]}
	for i := 0; i+3 < len(curve); i += 3 {
		a, b, c, d := curve[i], curve[i+1], curve[i+2], curve[i+3]
		for k := 1; k <= bends; k++ {
			t := float64(k) / bends
			u := 1 - t
			at := func(a, b, c, d float64) float64 { return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d }
			line = append(line, Point{at(a.X, b.X, c.X, d.X), at(a.Y, b.Y, c.Y, d.Y)})
		}
	}
	return line
}

// parsePoint reads "x,y", with the y axis upwards, into a picture of the height.
func parsePoint(s string, height float64) (Point, error) {
	xs, ys, ok := strings.Cut(s, ",")
	x, errX := strconv.ParseFloat(xs, 64)
	y, errY := strconv.ParseFloat(ys, 64)
	if !ok || errX != nil || errY != nil {
		return Point{}, fmt.Errorf("graphviz gave the point %q; two numbers are wanted", s)
	}
	return Point{x + margin, height - y + margin}, nil
}
