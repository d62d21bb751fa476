package table

import (
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
)

// A CellError says what is wrong with a cell, or with a row.
type CellError struct {
	Line    int    // of the table, from 1
	Column  int    // from 1; 0 where it is about the row
	Heading string // of the column
	Found   string
	Want    string
	Member  string // of the event, where the event is what is wrong
	Err     error  // an [*event.Error], or nil
}

// Error returns one line.
func (e *CellError) Error() string { return e.Place() + ": found " + e.Found + ", want " + e.Want }

// Place names the cell, with its heading.
func (e *CellError) Place() string {
	switch {
	case e.Column == 0 && e.Member != "":
		return "line " + strconv.Itoa(e.Line) + " " + e.Member
	case e.Column == 0:
		return "line " + strconv.Itoa(e.Line)
	default:
		return fmt.Sprintf("%s %s", sheet.At(e.Line, e.Column), strconv.Quote(e.Heading))
	}
}

// Unwrap returns what the event's own check said.
func (e *CellError) Unwrap() error { return e.Err }

// AsEventError is what the rules make a refusal of: an event that is malformed, at a cell.
func (e *CellError) AsEventError() *event.Error {
	rule := event.RuleMalformed
	if known, ok := e.Err.(*event.Error); ok { //nolint:errorlint // it is never wrapped
		rule = known.Rule
	}
	return &event.Error{Rule: rule, Path: strings.TrimSpace(e.Place()), Found: e.Found, Want: e.Want, Offset: -1}
}
