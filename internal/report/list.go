package report

import (
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
)

// Lists are the answer of one question as tables, for a spreadsheet program: all rows and nothing but rows. A text for people may
// shorten; a list never does. As a workbook, each list is a sheet behind one with the facts; a CSV file holds one list.
type Lists struct {
	Lang  i18n.Lang
	Title string
	Mark  string // DrillMark on a drill, empty otherwise
	Asked event.Time
	Facts []Fact // of what ledger, how many records, which root, what was asked
	Lists []*List
}

// A List is one table. Its cells are as they are in the ledger, nothing escaped and nothing hidden: that is each writer's duty.
// Every row has as many cells as there are columns.
type List struct {
	ID      string // as --table names it, the same in all languages
	Title   string
	Columns []Column
	Rows    iter.Seq2[[]string, error] // may be run through more than once
}

// A Column is one column of a list.
type Column struct {
	Head   string
	Number bool // holds whole numbers, or nothing
}

// Find returns the list of an id, nil where there is none.
func (l *Lists) Find(id string) *List {
	i := slices.IndexFunc(l.Lists, func(list *List) bool { return list.ID == id })
	if i < 0 {
		return nil
	}
	return l.Lists[i]
}

// IDs are the names of the lists, in order.
func (l *Lists) IDs() []string {
	ids := make([]string, len(l.Lists))
	for i, list := range l.Lists {
		ids[i] = list.ID
	}
	return ids
}

// Each yields a row for each element of a list, made when it is its turn.
func Each[T any](elements []T, row func(*T) []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for i := range elements {
			if !yield(row(&elements[i]), nil) {
				return
			}
		}
	}
}
