package sheet

import (
	"bytes"
	"io"
	"iter"
)

// Limits of what is read.
const (
	MaxUnpacked = 512 << 20 // bytes that the parts of a workbook may have together
	MaxRow      = 1 << 20   // bytes of a row of CSV
	MaxColumns  = 16384     // as many as Excel has
)

// A Format is how a table is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// An Encoding is how a CSV file spells characters. A workbook is always UTF-8.
type Encoding string

// The encodings. A byte order mark is allowed in front of UTF8, and left out.
const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

// A Policy says what to do with what people do not see, or did not type.
type Policy string

// The policies. The zero Policy is Refuse.
const (
	Refuse Policy = "refuse"
	Read   Policy = "read" // as if it were seen; of a formula, the value that the program computed last
	Skip   Policy = "skip" // as if it were not there; not for formulas
)

// Options say how to read a table.
type Options struct {
	Format   Format   // empty: told by the first bytes
	Encoding Encoding // empty: UTF8
	Comma    rune     // between the cells of CSV; 0: the one of , ; tab and | that the first row has most of
	Sheet    string   // of a workbook; empty: the only one that is not hidden
	FirstRow int      // rows before it are left out, whatever is in them; 0 and 1: none
	Formulas Policy
	Hidden   Policy // rows and columns
}

// A Kind says what a cell holds.
type Kind uint8

// The kinds. In CSV a cell is Empty or Text.
const (
	Empty  Kind = iota
	Text        // as typed
	Number      // a decimal: digits, perhaps a minus, a point, and a per cent sign at the end
	Date        // YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, without a zone
	Time        // HH:MM:SS, a time of day or a length of time
	Bool        // TRUE or FALSE
)

// A Cell is what stands in one place.
type Cell struct {
	Text string
	Kind Kind
}

// A Row is one line of a table. Cells that are empty at its end may be left out.
type Row struct {
	Line  int // of the file where the row begins, or row of the sheet; from 1
	Cells []Cell
}

// At names cell i of the row, from 0, as spreadsheets do.
func (r *Row) At(i int) string { return At(r.Line, i+1) }

// Blank reports whether nothing stands in the row.
func (r *Row) Blank() bool {
	for _, c := range r.Cells {
		if c.Kind != Empty {
			return false
		}
	}
	return true
}

// A Table is an open table.
type Table struct {
	Format Format
	Sheet  string // of a workbook
	Comma  rune   // between the cells of CSV
	rows   func() iter.Seq2[Row, error]
}

// Open opens the table in file, of size bytes, which must stay open and as it is while rows are read. Of a workbook all but the rows is checked here:
// its errors are of type [*Error], or the file's own. Cost: of a workbook its texts are read into memory.
func Open(file io.ReaderAt, size int64, o Options) (*Table, error) {
	head := make([]byte, min(size, 8))
	if _, err := io.ReadFull(io.NewSectionReader(file, 0, size), head); err != nil {
		return nil, err
	}
	ole := bytes.HasPrefix(head, []byte{0xD0, 0xCF, 0x11, 0xE0})
	packed := bytes.HasPrefix(head, []byte("PK\x03\x04"))
	switch {
	case ole:
		return nil, &Error{Problem: ProblemOld, Found: "a file of the form before .xlsx, or with a password", Want: "a workbook saved as .xlsx, without a password"}
	case o.Format == XLSX && !packed:
		return nil, &Error{Problem: ProblemFormat, Found: quoted(string(head)), Want: "a workbook, which is a ZIP file"}
	case o.Format == CSV && packed:
		return nil, &Error{Problem: ProblemFormat, Found: "a ZIP file, as workbooks are", Want: "CSV"}
	case packed:
		return openWorkbook(file, size, o)
	default:
		return openCSV(file, size, o)
	}
}

// Rows yields the rows, those with nothing in them left out, and ends with the first error, which comes with the zero Row. It can be called again,
// and then begins anew.
func (t *Table) Rows() iter.Seq2[Row, error] { return t.rows() }
