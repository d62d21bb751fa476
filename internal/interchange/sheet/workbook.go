package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
)

// Limits of a workbook besides MaxUnpacked.
const (
	maxParts  = 10_000
	maxRatio  = 200     // that a part may be larger unpacked; sheets of numbers come to 20
	fewBytes  = 4 << 20 // of which any ratio will do
	maxDepth  = 64      // of elements within elements
	maxShared = 4 << 20 // texts
	maxStyles = 1 << 16 // Excel has 65,490
	maxCell   = 1 << 20 // bytes of a cell's text, and of one piece of XML; Excel has 32,767 characters
)

// A workbook is an open .xlsx file (ISO/IEC 29500).
type workbook struct {
	parts   map[string]*zip.File
	o       Options
	name    string // of the sheet
	part    string // that holds it
	is1904  bool
	shared  []string
	formats []numberFormat // by style of a cell
}

func openWorkbook(file io.ReaderAt, size int64, o Options) (*Table, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, &Error{Problem: ProblemDamaged, Found: err.Error(), Want: "a whole workbook: copy the file once more", Err: err}
	}
	w := &workbook{parts: make(map[string]*zip.File), o: o}
	if err := w.admit(z.File, size); err != nil {
		return nil, err
	}
	for _, step := range []func() error{w.findSheet, w.readStyles, w.readShared} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	merged, err := w.look()
	if err != nil {
		return nil, err
	}
	return &Table{Format: XLSX, Sheet: w.name, rows: func() iter.Seq2[Row, error] {
		return func(yield func(Row, error) bool) { w.rows(merged, yield) }
	}}, nil
}

// admit looks at the file's list of parts before any is unpacked.
func (w *workbook) admit(list []*zip.File, size int64) error {
	if len(list) > maxParts {
		return &Error{Problem: ProblemBomb, Found: itoa(int64(len(list))) + " parts", Want: "at most " + itoa(maxParts)}
	}
	var total uint64
	for _, f := range list {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		switch {
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "/macrosheets/") || strings.Contains(name, "/activex/"):
			return &Error{Problem: ProblemMacro, Part: f.Name, Found: "a program in the workbook", Want: "a workbook saved as .xlsx without macros"}
		case strings.Contains(name, "/externallinks/") || strings.HasSuffix(name, "/connections.xml"):
			return &Error{Problem: ProblemExternal, Part: f.Name, Found: "values of other files", Want: "a workbook that stands alone: in Excel, Data, Edit Links, Break Link"}
		case w.parts[name] != nil:
			return &Error{Problem: ProblemDamaged, Part: f.Name, Found: "a second part of this name", Want: "each part once"}
		}
		w.parts[name] = f
		total += f.UncompressedSize64
		if f.UncompressedSize64 > fewBytes && f.UncompressedSize64/max(1, f.CompressedSize64) > maxRatio || f.UncompressedSize64 > MaxUnpacked || total > MaxUnpacked {
			return &Error{
				Problem: ProblemBomb, Part: f.Name, Found: fmt.Sprintf("%d bytes of a file of %d", total, size),
				Want: fmt.Sprintf("at most %d MB, and no part %d times as large as it is packed", MaxUnpacked>>20, maxRatio),
			}
		}
	}
	return nil
}

// open opens a part. It gives no more bytes than the list of parts said.
func (w *workbook) open(name string) (io.ReadCloser, error) {
	f := w.parts[strings.ToLower(name)]
	if f == nil {
		return nil, w.damaged(name, errors.New("it is not there"))
	}
	r, err := f.Open()
	if err != nil {
		return nil, w.damaged(name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, int64(f.UncompressedSize64)+1), r}, nil //nolint:gosec // at most MaxUnpacked
}

func (w *workbook) damaged(name string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Problem: ProblemDamaged, Part: name, Found: err.Error(), Want: "a workbook that opens in Excel: open it there and save it anew", Err: err}
}

// An element is one of a part, as it begins.
type element struct {
	name  string
	attrs []xml.Attr
}

// attr returns an attribute by its local name.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on reports whether an attribute says yes.
func (e *element) on(name string) bool {
	return slices.Contains([]string{"1", "true", "on"}, e.attr(name))
}

// errStop ends a walk early.
var errStop = errors.New("enough")

// walk calls begin for each element of a part and text for the character data within each, with the path of names that leads there.
func (w *workbook) walk(name string, begin func(at []string, e *element) error, text func(at []string, s []byte) error, end func(at []string) error) error {
	in, err := w.open(name)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	bounded := &allowance{in: in}
	d := xml.NewDecoder(bounded)
	var at []string
	for {
		bounded.left = maxCell + 8192
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(at) == 0 {
			return nil
		}
		if err != nil {
			return w.damaged(name, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if at = append(at, t.Name.Local); len(at) > maxDepth {
				return w.damaged(name, errors.New("its elements lie too deep"))
			}
			err = begin(at, &element{t.Name.Local, t.Attr})
		case xml.CharData:
			if text != nil && len(at) > 0 {
				err = text(at, t)
			}
		case xml.EndElement:
			if len(at) == 0 || at[len(at)-1] != t.Name.Local {
				return w.damaged(name, fmt.Errorf("</%s> closes nothing", t.Name.Local))
			}
			if end != nil {
				err = end(at)
			}
			at = at[:len(at)-1]
		case xml.Directive:
			return w.damaged(name, errors.New("a document type, which workbooks do not have"))
		}
		if errors.Is(err, errStop) {
			return nil
		}
		if err != nil {
			return w.damaged(name, err)
		}
	}
}

const (
	workbookPart = "xl/workbook.xml"
	relsPart     = "xl/_rels/workbook.xml.rels"
	stylesPart   = "xl/styles.xml"
	sharedPart   = "xl/sharedStrings.xml"
)

// findSheet finds the part with the rows.
func (w *workbook) findSheet() error {
	type sheet struct {
		name, id string
		hidden   bool
	}
	var sheets []sheet
	err := w.walk(workbookPart, func(_ []string, e *element) error {
		switch e.name {
		case "workbookPr":
			w.is1904 = e.on("date1904")
		case "sheet":
			if len(sheets) == maxParts {
				return errors.New("more sheets than parts")
			}
			sheets = append(sheets, sheet{e.attr("name"), relation(e), e.attr("state") != "" && e.attr("state") != "visible"})
		}
		return nil
	}, nil, nil)
	if err != nil {
		return err
	}
	var fit []sheet
	var names []string
	for _, s := range sheets {
		if !s.hidden || w.o.Sheet != "" {
			names = append(names, quoted(s.name))
		}
		if w.o.Sheet == "" && !s.hidden || w.o.Sheet != "" && s.name == w.o.Sheet {
			fit = append(fit, s)
		}
	}
	if len(fit) != 1 {
		want := "the profile to name one (sheet = …)"
		if w.o.Sheet != "" {
			want = "a sheet " + quoted(w.o.Sheet)
		}
		return &Error{Problem: ProblemSheet, Found: "the sheets " + strings.Join(names, ", "), Want: want}
	}
	if fit[0].hidden && w.o.Hidden != Read {
		return &Error{Problem: ProblemHidden, Part: fit[0].name, Found: "a hidden sheet", Want: "a sheet that people see, or a profile that says hidden = \"read\""}
	}
	w.name = fit[0].name
	targets := make(map[string]string)
	if err := w.walk(relsPart, func(_ []string, e *element) error {
		if len(targets) > maxParts {
			return errors.New("more relations than parts")
		}
		if e.name == "Relationship" {
			targets[e.attr("Id")] = e.attr("Target")
		}
		return nil
	}, nil, nil); err != nil {
		return err
	}
	w.part = within("xl", targets[fit[0].id])
	return nil
}

// relation returns the r:id of an element, which has ids of other kinds too.
func relation(e *element) string {
	for _, a := range e.attrs {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// within resolves the target of a relation.
func within(folder, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/")
	}
	return path.Join(folder, target)
}

// readShared reads the texts that cells refer to; a workbook may have none.
func (w *workbook) readShared() error {
	if w.parts[strings.ToLower(sharedPart)] == nil {
		return nil
	}
	var text strings.Builder
	return w.walk(sharedPart, func(at []string, e *element) error {
		if e.name == "si" && len(at) == 2 {
			text.Reset()
		}
		return nil
	}, func(at []string, s []byte) error {
		if !shown(at[1:]) {
			return nil
		}
		return grow(&text, s)
	}, func(at []string) error {
		if len(at) == 2 && at[1] == "si" {
			if len(w.shared) == maxShared {
				return &Error{Problem: ProblemBomb, Part: sharedPart, Found: "more texts than " + itoa(maxShared), Want: "fewer: split the workbook"}
			}
			w.shared = append(w.shared, unescape(text.String()))
		}
		return nil
	})
}

// grow adds to the text of a cell.
func grow(text *strings.Builder, s []byte) error {
	if text.Len()+len(s) > maxCell {
		return fmt.Errorf("a text of more than %d bytes in one cell", maxCell)
	}
	text.Write(s)
	return nil
}

// shown reports whether character data below si or is belongs to the text: readings in small letters above it (rPh) do not.
func shown(at []string) bool {
	return len(at) == 2 && at[1] == "t" || len(at) == 3 && at[1] == "r" && at[2] == "t"
}

// unescape decodes _xHHHH_, by which a workbook spells what XML cannot (ISO/IEC 29500-1 section 22.9.2.19).
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			b.WriteString(s)
			return b.String()
		}
		var r rune
		if n, err := fmt.Sscanf(s[i+2:i+7], "%04x_", &r); n == 1 && err == nil && s[i+6] == '_' {
			b.WriteString(s[:i] + string(r))
			s = s[i+7:]
			continue
		}
		b.WriteString(s[:i+2])
		s = s[i+2:]
	}
}
