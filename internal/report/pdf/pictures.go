package pdf

import (
	"fmt"
	"io"
	"time"

	"github.com/signintech/gopdf"

	"suyuan/internal/report/draw"
)

// A Measurer breaks texts as the PDF will have them.
type Measurer struct{ *typeface }

// NewMeasurer reads the typeface.
func NewMeasurer() (*Measurer, error) {
	t, err := newTypeface()
	return &Measurer{t}, err
}

// Lines breaks a text into lines of a width, in points. What the typeface has no glyph for is made visible first.
func (m *Measurer) Lines(s string, bold bool, size, width float64) []string {
	return m.of(bold).wrap(m.shown(s), size, width)
}

// Width returns how wide a text is that has been through [Measurer.Lines].
func (m *Measurer) Width(s string, bold bool, size float64) float64 { return m.of(bold).width(s, size) }

// WritePictures writes each picture on a page of its own size. The same pictures give the same bytes.
func WritePictures(w io.Writer, title string, made time.Time, pictures []*draw.Picture) error {
	t, err := newTypeface()
	if err != nil {
		return err
	}
	p := &pen{typeface: t, pdf: &gopdf.GoPdf{}}
	p.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: sheetWidth, H: sheetHeight}, Unit: gopdf.UnitPT})
	p.pdf.SetInfo(gopdf.PdfInfo{Title: title, CreationDate: made.UTC()})
	if err := p.loadFonts(); err != nil {
		return err
	}
	for _, picture := range pictures {
		if err := picture.Check(); err != nil {
			return err
		}
		p.pdf.AddPageWithOption(gopdf.PageOption{PageSize: &gopdf.Rect{W: picture.Width, H: picture.Height}})
		for _, s := range picture.Shapes {
			if err := p.shape(s); err != nil {
				return fmt.Errorf("pdf of %q: %w", title, err)
			}
		}
	}
	if _, err := p.pdf.WriteTo(w); err != nil {
		return fmt.Errorf("pdf of %q: %w", title, err)
	}
	return nil
}
