package xlsx

import (
	"io"

	"suyuan/internal/report"
)

// WriteListsUpTo is WriteLists with sheets that hold fewer rows.
func WriteListsUpTo(w io.Writer, l *report.Lists, limit int) ([]Count, error) {
	return writeLists(w, l, limit)
}
