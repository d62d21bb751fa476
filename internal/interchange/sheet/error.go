package sheet

import (
	"fmt"
	"strconv"
)

// A Problem is what is wrong with a table, from a closed set; texts for people in both languages are made from it.
type Problem string

// The problems.
const (
	ProblemFormat   Problem = "not-a-table"       // neither CSV nor a workbook
	ProblemOld      Problem = "old-workbook"      // .xls, or a workbook behind a password
	ProblemDamaged  Problem = "damaged"           // a part of a workbook cannot be read
	ProblemBomb     Problem = "unpacks-to-much"   // a workbook that would be larger than it may
	ProblemMacro    Problem = "macro"             // a workbook with a program in it
	ProblemExternal Problem = "external-link"     // a workbook that takes values from other files
	ProblemSheet    Problem = "which-sheet"       // several sheets, or none of that name
	ProblemEncoding Problem = "encoding"          // bytes that are no text in the encoding wanted
	ProblemCut      Problem = "cut-short"         // a file without an end
	ProblemQuote    Problem = "quote"             // a quotation mark where none can be, or none at the end
	ProblemLong     Problem = "too-long"          // a row of over a megabyte
	ProblemControl  Problem = "control-character" // a character that no cell holds
	ProblemFormula  Problem = "formula"           // a cell that is computed
	ProblemCell     Problem = "error-value"       // #N/A and its like
	ProblemMerged   Problem = "merged-cells"      // one cell over several
	ProblemHidden   Problem = "hidden"            // a row or column that people do not see
	ProblemDigits   Problem = "digits-lost"       // a number of which the program has not kept all digits
	ProblemDate     Problem = "no-such-day"       // a date of the number that Excel takes for 29 February 1900, or before its first
	ProblemColumns  Problem = "too-many-columns"  // more than MaxColumns
)

// Problems returns all problems.
func Problems() []Problem {
	return []Problem{
		ProblemFormat, ProblemOld, ProblemDamaged, ProblemBomb, ProblemMacro, ProblemExternal, ProblemSheet, ProblemEncoding, ProblemCut,
		ProblemQuote, ProblemLong, ProblemControl, ProblemFormula, ProblemCell, ProblemMerged, ProblemHidden, ProblemDigits, ProblemDate,
		ProblemColumns,
	}
}

// An Error says what is wrong with a table, and where.
type Error struct {
	Problem Problem
	Line    int    // of the file, or row of the sheet, from 1; 0 where it is about the whole
	Column  int    // from 1; 0 where it is about a whole row
	Part    string // of a workbook: the sheet, or the file within the file
	Found   string
	Want    string
	Err     error // beneath it; may be nil
}

// Error returns one line: where, what was found and what was wanted.
func (e *Error) Error() string {
	text := string(e.Problem)
	if e.Part != "" {
		text += " in " + strconv.Quote(e.Part)
	}
	switch {
	case e.Line > 0 && e.Column > 0:
		text += fmt.Sprintf(" at line %d column %d (%s)", e.Line, e.Column, At(e.Line, e.Column))
	case e.Line > 0:
		text += fmt.Sprintf(" at line %d", e.Line)
	case e.Column > 0:
		text += " in column " + columnName(e.Column)
	}
	if e.Found != "" {
		text += ": found " + e.Found
	}
	if e.Want != "" {
		text += ", want " + e.Want
	}
	return text
}

// Unwrap returns the error beneath.
func (e *Error) Unwrap() error { return e.Err }

// At names a cell as spreadsheets do: B7 is line 7 of column 2.
func At(line, column int) string { return columnName(column) + strconv.Itoa(line) }

func columnName(column int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// quoted shows what was found, but not all of a long text.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return strconv.Quote(string(r[:most])) + "…"
	}
	return strconv.Quote(s)
}
