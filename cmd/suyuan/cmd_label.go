package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/identifier"
	"suyuan/internal/logbook"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/label"
	"suyuan/internal/report/pdf"
	"suyuan/internal/report/symbol"
)

// commandLabel prints labels.
func commandLabel() *command {
	return &command{
		name: "label", args: "REF...", least: 1, most: -1, act: runLabel,
		flags: []flagSpec{
			{name: "size", takes: "bag|tag|vial", text: "flag.label-size"},
			{name: "symbol", takes: "datamatrix|code128", text: "flag.label-symbol"},
			{name: "format", takes: "pdf|svg", text: "flag.label-format"},
			{name: "text", takes: "zh|en|both", text: "flag.label-text"},
			{name: "copies", takes: "N", text: "flag.label-copies"},
			{name: "o", takes: "FILE", text: "flag.label-o"},
		},
		examples: []string{"suyuan label unit:U-1 -o u1.pdf", "suyuan label batch:B-101 --size vial --copies 2 -o vials.pdf", "suyuan label unit:U-1 --format svg --symbol code128 -o u1.svg"},
		exits:    reading(),
	}
}

const mostCopies = 500

func runLabel(ctx context.Context, p *program, in *input) error {
	size, ok := label.ByName(first(in.text("size"), "tag"))
	if !ok {
		return usage("format", data{"Found": in.text("size"), "Want": "bag, tag, vial"})
	}
	kind := symbol.Kind(first(in.text("symbol"), string(symbol.DataMatrix)))
	if kind != symbol.DataMatrix && kind != symbol.Code128 {
		return usage("format", data{"Found": string(kind), "Want": "datamatrix, code128"})
	}
	langs, ok := map[string][]i18n.Lang{"": {i18n.Chinese, i18n.English}, "both": {i18n.Chinese, i18n.English}, "zh": {i18n.Chinese}, "en": {i18n.English}}[in.text("text")]
	if !ok {
		return usage("format", data{"Found": in.text("text"), "Want": "zh, en, both"})
	}
	format, copies := first(in.text("format"), "pdf"), 1
	if in.given("copies") {
		n, err := strconv.Atoi(in.text("copies"))
		if err != nil || n < 1 || n > mostCopies {
			return usage("number", data{"Flag": "--copies", "Found": in.text("copies")})
		}
		copies = n
	}
	switch {
	case format != "pdf" && format != "svg":
		return usage("format", data{"Found": format, "Want": "pdf, svg"})
	case format == "pdf" && in.text("o") == "":
		return usage("label-o", nil)
	}
	labels, err := p.labels(ctx, in.args)
	if err != nil {
		return err
	}
	if format == "svg" && len(labels)*copies > 1 {
		return usage("label-svg", nil)
	}
	maker, err := label.NewMaker(langs...)
	if err != nil {
		return err
	}
	var pictures []*draw.Picture
	for _, l := range labels {
		picture, err := maker.Draw(l, size, kind)
		if err != nil {
			return labelProblem(l, err)
		}
		pictures = append(pictures, slices.Repeat([]*draw.Picture{picture}, copies)...)
	}
	write := pictures[0].WriteSized
	if format == "pdf" {
		made := labels[0].At.Std()
		write = func(w io.Writer) error { return pdf.WritePictures(w, p.text("on-label.title"), made, pictures) }
	}
	if name := in.text("o"); name != "" && name != "-" {
		return p.writeOut(name, write)
	}
	return write(p.out)
}

func labelProblem(l *label.Label, err error) error {
	id := "error.label"
	if errors.Is(err, label.ErrSpace) {
		id = "error.label-space"
	}
	return fail(exitFailed, id, data{"Ref": l.Unit, "Err": err.Error()})
}

// labels gathers what labels say of units, and of the units of batches.
func (p *program) labels(ctx context.Context, args []string) ([]*label.Label, error) {
	book, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := p.resolve(ctx, book, args)
	if err != nil {
		return nil, err
	}
	graph, err := book.Graph(ctx)
	if err != nil {
		return nil, err
	}
	head, err := book.Head(ctx)
	if err != nil {
		return nil, err
	}
	var labels []*label.Label
	for _, ref := range refs {
		units := []event.Ref{ref}
		switch ref.Kind() {
		case event.KindUnit:
		case event.KindBatch:
			units = graph.UnitsOf(ref, graph.Latest())
		default:
			return nil, fail(exitFailed, "error.label-kind", data{"Ref": ref})
		}
		for _, unit := range units {
			thing, err := book.Show(ctx, unit, event.Time{})
			if err != nil {
				return nil, err
			}
			l := labelOf(graph, thing)
			l.Ledger, l.Records = head.Origin, head.Size
			if l.Content, l.Readable, err = p.contentOf(ctx, book, thing); err != nil {
				return nil, err
			}
			labels = append(labels, l)
		}
	}
	return labels, nil
}

// labelOf is what the ledger says of a unit.
func labelOf(g *genealogy.Graph, t *logbook.Thing) *label.Label {
	l := &label.Label{
		Unit: t.Ref, Product: t.Status.Product, Batch: t.Made.Batch.ID(), Expires: t.Status.Expires, Patient: t.ForPatient, At: t.At, State: labelState(t),
	}
	if t.Made.Entry != nil {
		l.Made = t.Made.Entry.Event.Time
	}
	if !l.Patient.IsZero() {
		same := g.SameAs(l.Patient)
		from := g.Ancestry(t.Ref, t.At)
		l.Autologous = slices.ContainsFunc(same, func(r event.Ref) bool { return r.Kind() == event.KindDonor && slices.Contains(from, r) })
	}
	return l
}

func labelState(t *logbook.Thing) label.State {
	switch {
	case len(t.Holds) > 0: // whatever else is true of it
		return label.OnHold
	case t.Decision != nil && t.Decision.Decision == "rejected":
		return label.Rejected
	case t.Status.State == genealogy.Expired:
		return label.Expired
	case t.Status.State == genealogy.Infused || t.Status.State == genealogy.Consumed:
		return label.Ended
	case t.Status.State != genealogy.InStock && t.Status.State != genealogy.InTransit:
		return label.Gone
	case t.Decision != nil && t.Decision.Decision == "conditional":
		return label.Conditional
	case t.Decision == nil && t.Status.Role == event.RoleDose:
		return label.NotReleased
	default:
		return label.NoState
	}
}

// contentOf chooses what the symbol says: a code that names one item and leads back to this unit alone, or else the unit's own reference.
func (p *program) contentOf(ctx context.Context, book *logbook.Book, t *logbook.Thing) (symbol.Content, string, error) {
	for _, scheme := range []identifier.Scheme{identifier.GS1, identifier.ISBT128, identifier.SEC, identifier.DrugTrace} {
		for _, text := range t.Codes {
			codes, err := identifier.Parse(text)
			if err != nil || codes[0].Scheme() != scheme || codes[0].Names() != identifier.Item {
				continue
			}
			if ref, err := book.Resolve(ctx, text); err != nil || ref != t.Ref {
				continue
			}
			if c, readable, ok := symbolContent(codes[0], text, t); ok {
				return c, readable, nil
			}
		}
	}
	if strings.ContainsFunc(t.Ref.String(), func(r rune) bool { return r > '~' }) {
		return symbol.Content{}, "", fail(exitFailed, "error.label-ascii", data{"Ref": t.Ref})
	}
	return symbol.Content{Text: t.Ref.String()}, t.Ref.String(), nil
}

// symbolContent is what a code is in a symbol, and as people read just that; of GS1's, with the expiry that the ledger has, not with that of an older
// label.
func symbolContent(code identifier.Code, text string, t *logbook.Thing) (c symbol.Content, readable string, ok bool) {
	if code.Scheme() != identifier.GS1 {
		text = strings.Join(strings.Fields(text), "")
		if n := strings.Count(text, "=") + strings.Count(text, "&"); code.Scheme() == identifier.ISBT128 && strings.HasPrefix(text, "=") && n > 1 && !strings.HasPrefix(text, "=+") {
			text = "=+0" + strconv.Itoa(n) + "000" + text // a compound message says how many structures it has
		}
		return symbol.Content{Text: text}, text, !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	}
	brackets := code.String()
	if expires := t.Status.Expires; !expires.IsZero() && !strings.Contains(brackets, "(17)") {
		std := expires.Std()
		if std.Hour() == 23 && std.Minute() == 59 {
			brackets += "(17)" + std.Format("060102") // a day, at the end of which it expires
		} else {
			brackets += "(7003)" + std.Format("0601021504")
		}
	}
	full, err := identifier.ParseElementString(brackets)
	if err != nil {
		return symbol.Content{}, "", false
	}
	s, ok := full.ElementString()
	return symbol.Content{Text: s, GS1: true}, brackets, ok && strings.HasPrefix(s, "\x1d")
}
