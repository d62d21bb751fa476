package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
	"suyuan/internal/report/draw"
)

// exposure draws how it came to whom, beside a table that says the same: one row for each box, by its number.
func (v *dossier) exposure(ctx context.Context) (*Section, error) {
	x := v.d.Exposure
	s := &Section{
		ID: "exposure", Title: v.t.Text("dossier.exposure"), NewPage: true, Text: []string{v.t.Text("dossier.exposure-key")},
		Heads: v.heads("number", "kind", "members", "count", "grade", "state", "came-from"), Numeric: []bool{false, false, false, true},
	}
	if len(x.Nodes) == 0 {
		return nil, nil //nolint:nilnil // nothing was reached, and nothing is shown
	}
	g := &draw.Graph{Title: s.Title, Alt: v.t.Text("dossier.exposure-alt", i18n.Data{"N": len(x.Nodes)})}
	for i := range x.Nodes {
		n := &x.Nodes[i]
		g.Nodes = append(g.Nodes, v.box(i, n))
		s.row(strconv.Itoa(i+1), v.t.Text("kind."+n.Kind.String()), v.some(n.Things), strconv.Itoa(len(n.Things)),
			v.grade(n.Grade), v.stands(n), v.cameFrom(i))
	}
	for i := range x.Edges {
		e := &x.Edges[i]
		edge := draw.Edge{From: nodeID(e.From), To: nodeID(e.To), Dash: dashOf(e.Grade)}
		if e.Via == genealogy.ViaContact {
			edge.Label = v.via(e.Via) // of the others, the boxes tell which they are; the table names all
		}
		g.Edges = append(g.Edges, edge)
	}
	var err error
	s.Picture, err = g.Picture(ctx)
	if err != nil {
		return nil, fmt.Errorf("exposure graph: %w", err)
	}
	return s, nil
}

func nodeID(i int) string { return strconv.Itoa(i) }

func (v *dossier) via(via genealogy.Via) string { return v.t.Or("via."+via.String(), via.String()) }

// box is a node of the picture: its number, what it is or how many, and how these stand.
func (v *dossier) box(i int, n *recall.Node) draw.Node {
	kind := v.t.Text("kind." + n.Kind.String())
	box := draw.Node{
		ID: nodeID(i), Fill: fillOf(n), Dash: dashOf(n.Grade), Heavy: n.Source,
		Round: n.Kind == event.KindPatient || n.Kind == event.KindDonor,
	}
	number := strconv.Itoa(i+1) + " · "
	if k := len(n.Things); k > 1 {
		box.Lines = []string{number + v.t.Text("dossier.several", i18n.Data{"N": k, "Kind": kind})}
	} else {
		box.Lines = []string{number + kind, i18n.Visible(n.Things[0].ID())}
	}
	if n.Aside {
		box.Lines = append(box.Lines, v.t.Text("dossier.aside"))
	}
	if state := v.state(n); state != "" {
		box.Lines = append(box.Lines, state)
	}
	if !n.Site.IsZero() {
		box.Lines = append(box.Lines, i18n.Visible(n.Site.ID()))
	}
	return box
}

// state says how the units of a node stand.
func (v *dossier) state(n *recall.Node) string {
	var words []string
	if n.State != genealogy.NoState {
		words = append(words, v.t.Text("state."+n.State.String()))
	}
	if n.OnHold {
		words = append(words, v.t.Text("head.held"))
	}
	return strings.Join(words, v.t.Text("list.comma"))
}

// stands says how and where the units of a node stand.
func (v *dossier) stands(n *recall.Node) string {
	aside := ""
	if n.Aside {
		aside = v.t.Text("dossier.aside")
	}
	return v.listed(aside, v.state(n), n.Site.ID())
}

// cameFrom names the boxes from which a box was reached, and how.
func (v *dossier) cameFrom(i int) string {
	var words []string
	if v.d.Exposure.Nodes[i].Source {
		words = append(words, v.t.Text("dossier.source"))
	}
	for _, e := range v.d.Exposure.Edges {
		if e.To == i {
			words = append(words, strconv.Itoa(e.From+1)+" "+v.via(e.Via)+" "+v.proofs(e.Seq))
		}
	}
	return dash(strings.Join(words, "; "))
}

// proofs names a few records and says how many there are besides.
func (v *dossier) proofs(seq []uint64) string {
	const few = 4
	if len(seq) <= few+1 {
		return records(seq)
	}
	return v.t.Text("dossier.and-more", i18n.Data{"Refs": records(seq[:few]), "N": len(seq) - few})
}

// fillOf gives a box the colour of what is to be done about it.
func fillOf(n *recall.Node) draw.Colour {
	switch {
	case n.Source:
		return draw.Ink
	case n.Kind == event.KindPatient:
		return draw.Red
	case n.Kind != event.KindUnit || n.Aside:
		return draw.White
	case n.OnHold:
		return draw.Green
	case Stoppable(n.State):
		return draw.Blue
	case n.State == genealogy.Infused:
		return draw.Amber
	default:
		return draw.Light
	}
}
