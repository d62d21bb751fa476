package main

import (
	"errors"
	"io"
	"path/filepath"
	"slices"

	"suyuan/internal/logbook"
	"suyuan/internal/report"
	"suyuan/internal/report/pdf"
	"suyuan/internal/report/xlsx"
)

// A docFormat is a form that a document can be written in.
type docFormat string

// The forms of documents.
const (
	docHTML docFormat = "html"
	docPDF  docFormat = "pdf"
	docXLSX docFormat = "xlsx"
)

// docFormats returns the forms of documents.
func docFormats() []docFormat { return []docFormat{docHTML, docPDF, docXLSX} }

// binary reports whether a form is no text: it is not written to stdout unasked.
func (f docFormat) binary() bool { return f != docHTML }

// writer returns what writes a document in a form.
func (f docFormat) writer(d *report.Document) func(io.Writer) error {
	switch f {
	case docPDF:
		return func(w io.Writer) error { return pdf.Write(w, d) }
	case docXLSX:
		return func(w io.Writer) error { return xlsx.Write(w, d) }
	case docHTML:
	}
	return d.WriteHTML
}

// eachItsFile refuses one file for two documents: the second would take the place of the first.
func eachItsFile(in *input) error {
	flags := make(map[string]docFormat)
	for _, f := range docFormats() {
		name := in.text(string(f))
		if name == "" {
			continue
		}
		whole, err := filepath.Abs(name)
		if err != nil {
			whole = filepath.Clean(name)
		}
		if other, taken := flags[whole]; taken {
			return usage("one-file", data{"Flag": "--" + string(f), "Other": "--" + string(other), "File": name})
		}
		flags[whole] = f
	}
	return nil
}

// writeDocuments writes a document that lists so many things to the files that the flags of its forms name, each all or nothing.
func (p *program) writeDocuments(in *input, things int, document func() *report.Document) error {
	if !slices.ContainsFunc(docFormats(), func(f docFormat) bool { return in.text(string(f)) != "" }) {
		return nil
	}
	if things > report.MaxListed {
		return tooLarge(&report.TooLargeError{Found: things})
	}
	d := document()
	for _, f := range docFormats() {
		if name := in.text(string(f)); name != "" {
			if err := p.writeOut(name, f.writer(d)); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeOut makes a file, all or nothing, and says so.
func (p *program) writeOut(name string, write func(io.Writer) error) error {
	if err := logbook.WriteFile(name, write); err != nil {
		if logbook.Code(err) != logbook.Failed {
			return err
		}
		return writeProblem(name, err)
	}
	p.say(visible(p.text("export.done", data{"File": name})))
	return nil
}

// tooLarge says that nobody reads a document of so many rows.
func tooLarge(err error) error {
	var large *report.TooLargeError
	if errors.As(err, &large) {
		return fail(exitFailed, "error.too-large", data{"Found": large.Found, "Most": report.MaxListed})
	}
	return err
}
