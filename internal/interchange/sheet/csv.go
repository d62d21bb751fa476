package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

func openCSV(file io.ReaderAt, size int64, o Options) (*Table, error) {
	if o.Encoding == "" {
		o.Encoding = UTF8
	}
	start, err := csvStart(file, size, &o)
	if err == nil {
		err = ended(file, size)
	}
	if err != nil {
		return nil, err
	}
	return &Table{Format: CSV, Comma: o.Comma, rows: func() iter.Seq2[Row, error] {
		return func(yield func(Row, error) bool) {
			readCSV(io.NewSectionReader(file, start.offset, size-start.offset), start.line, o, yield)
		}
	}}, nil
}

// ended refuses a file whose last row has no end: where it was cut off nobody can tell, and half of an id is an id.
func ended(file io.ReaderAt, size int64) error {
	if size == 0 {
		return nil
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], size-1); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if last[0] != '\n' && last[0] != '\r' {
		return &Error{Problem: ProblemCut, Found: "a last row without a line end", Want: "the whole file: copy it once more, or open it and save it anew"}
	}
	return nil
}

// A start is where the rows of a CSV file begin.
type start struct {
	offset int64
	line   int // lines before it
}

var errUTF16 = Error{Problem: ProblemEncoding, Line: 1, Found: "UTF-16, as of a program's \"Unicode text\"", Want: "UTF-8 (in Excel: CSV UTF-8), or gb18030 by the profile"}

// csvStart steps over a byte order mark and over Excel's line sep=, and finds out what parts cells where the options leave that open.
func csvStart(file io.ReaderAt, size int64, o *Options) (start, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(file, 0, size), 64<<10)
	var at start
	head, err := in.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return at, err
	}
	text := string(head)
	switch {
	case strings.HasPrefix(text, "\xFF\xFE"), strings.HasPrefix(text, "\xFE\xFF"):
		e := errUTF16
		return at, &e
	case strings.HasPrefix(text, "\xEF\xBB\xBF"):
		if o.Encoding != UTF8 {
			return at, &Error{Problem: ProblemEncoding, Line: 1, Found: "the mark of UTF-8", Want: string(o.Encoding)}
		}
		at.offset, text = 3, text[3:]
	}
	line, _, found := strings.Cut(text, "\n")
	if comma, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r"), "sep="); ok && found && utf8.RuneCountInString(comma) == 1 {
		r, _ := utf8.DecodeRuneInString(comma)
		if o.Comma == 0 {
			o.Comma = r
		}
		at.offset += int64(len(line)) + 1
		at.line, text = 1, text[len(line)+1:]
	}
	if o.Comma == 0 {
		for range o.FirstRow - 1 - at.line { // a title above the headings has no cells
			_, text, _ = strings.Cut(text, "\n")
		}
		o.Comma = guessComma(text)
	}
	return at, nil
}

// guessComma returns what parts the cells of the row that a text begins with: of the four,
// that which stands most often outside quotation marks.
func guessComma(text string) rune {
	counts := make(map[rune]int)
	within := false
	for _, r := range text {
		if r == '"' {
			within = !within
		}
		if r == '\n' && !within {
			break
		}
		if !within {
			counts[r]++
		}
	}
	best := ','
	for _, r := range ";\t|" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// errLong ends the reading of a row that has no end: a quotation mark that is never closed makes one of a whole file.
var errLong = errors.New("a row is too long")

// An allowance gives no more than so many bytes until it is given anew.
type allowance struct {
	in   io.Reader
	left int
}

func (a *allowance) Read(b []byte) (int, error) {
	if a.left <= 0 {
		return 0, errLong
	}
	n, err := a.in.Read(b[:min(len(b), 4096)])
	a.left -= n
	return n, err
}

func readCSV(in io.Reader, before int, o Options, yield func(Row, error) bool) {
	if o.Encoding == GB18030 {
		in = transform.NewReader(&checkedGB{in: bufio.NewReader(in)}, simplifiedchinese.GB18030.NewDecoder())
	}
	bounded := &allowance{in: in}
	r := csv.NewReader(bounded)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = o.Comma, -1, true
	for {
		bounded.left = MaxRow + 8192
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, csvError(err, r, before))
			return
		}
		line, _ := r.FieldPos(0)
		row := Row{Line: line + before}
		if row.Line < o.FirstRow {
			continue
		}
		if row.Cells, err = csvCells(fields, row.Line, o.Encoding); err != nil {
			yield(Row{}, err)
			return
		}
		if !row.Blank() && !yield(row, nil) {
			return
		}
	}
}

func csvError(err error, r *csv.Reader, before int) error {
	var parse *csv.ParseError
	var bad *Error
	switch {
	case errors.As(err, &bad):
		bad.Line += before
		return bad
	case errors.Is(err, errLong):
		// Where the row began nobody tells; the one before ended at this offset.
		return &Error{Problem: ProblemLong, Found: "a row that begins at byte " + itoa(r.InputOffset()) + " and does not end", Want: "rows of at most a megabyte, and each \" closed", Err: err}
	case errors.As(err, &parse):
		return &Error{Problem: ProblemQuote, Line: parse.StartLine + before, Found: parse.Err.Error(), Want: "a cell with \" in it stands between two \", and each \" in it is written twice (RFC 4180)", Err: err}
	default:
		return err
	}
}

func csvCells(fields []string, line int, encoding Encoding) ([]Cell, error) {
	if len(fields) > MaxColumns {
		return nil, &Error{Problem: ProblemColumns, Line: line, Found: itoa(int64(len(fields))), Want: "at most " + itoa(MaxColumns)}
	}
	cells := make([]Cell, len(fields))
	for i, f := range fields {
		if slices.Contains(errorWords, f) {
			return nil, &Error{Problem: ProblemCell, Line: line, Column: i + 1, Found: quoted(f), Want: "a value"}
		}
		if problem, found := badText(f); problem != "" {
			want := "a character that is seen"
			if problem == ProblemEncoding {
				want = "text in " + string(encoding) + ": save the file so, or name its encoding in the profile"
			}
			return nil, &Error{Problem: problem, Line: line, Column: i + 1, Found: found, Want: want}
		}
		if f = plainCell(f); f != "" {
			cells[i] = Cell{f, Text}
		}
	}
	return cells, nil
}

// errorWords are what spreadsheets write for what they could not work out.
var errorWords = []string{"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}

// badText reports what no cell can hold.
func badText(s string) (Problem, string) {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			return ProblemEncoding, "the bytes " + hexOf(s[i:min(len(s), i+4)])
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != 0x1d || r == 0x7f:
			return ProblemControl, quoted(string(r))
		}
	}
	return "", ""
}

// plainCell takes off what programs put around a text so that it stays one: white space, ="007" (in CSV "=""007"""), and the ' that our own exports put before what a
// spreadsheet would take for a formula.
func plainCell(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != 0x1d || r == 0xfeff })
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) && !strings.Contains(inner[:len(inner)-1], `"`) {
		return inner[:len(inner)-1]
	}
	if rest, ok := strings.CutPrefix(s, "'"); ok && Computes(rest) {
		return rest
	}
	return s
}

// Verbatim returns what is to stand in a cell so that it is read as s, which must be the text of a cell that was read: most often s itself.
func Verbatim(s string) string {
	switch {
	case plainCell(s) == s:
		return s
	case plainCell("'"+s) == s:
		return "'" + s
	default: // it came out of ="…", and holds no quotation mark
		return `="` + s + `"`
	}
}

// Computes reports whether a spreadsheet takes a cell of CSV for a formula.
func Computes(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) }

// A checkedGB refuses lines that are UTF-8 in a file that is to be GB18030: decoded, they would be other characters, and nobody would notice.
type checkedGB struct {
	in   *bufio.Reader
	line int
	rest []byte
}

func (c *checkedGB) Read(b []byte) (int, error) {
	if len(c.rest) == 0 {
		line, err := c.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
		}
		if len(line) == 0 {
			return 0, err
		}
		if isChineseUTF8(line) {
			return 0, &Error{Problem: ProblemEncoding, Line: c.line + 1, Found: "UTF-8", Want: "gb18030 as before, or a profile that says utf-8"}
		}
		if line[len(line)-1] == '\n' {
			c.line++
		}
		c.rest = line
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// isChineseUTF8 reports whether bytes are UTF-8 of Chinese text and nothing else besides ASCII. Text in GB18030 is that by chance only where it is
// short and rare: three bytes of the one are one and a half characters of the other.
func isChineseUTF8(b []byte) bool {
	han := 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			return false
		case unicode.Is(unicode.Han, r):
			han++
		case r >= 0x80 && (r < 0x2000 || r > 0x303f) && (r < 0xff00 || r > 0xffef):
			return false
		}
		b = b[n:]
	}
	return han >= 2
}
