package csv

import (
	"encoding/csv"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
)

// columns is the head row; docs/format.md and every reader of the file rely on
// the names.
var columns = []string{
	"seq", "recorded", "by", "time", "end", "type", "things", "site", "what", "why", "old", "new", "id", "source", "line", "leaf",
}

// A Row is one record.
type Row struct {
	Seq      uint64
	Recorded time.Time
	By       string
	Leaf     [32]byte
	Source   string // name of the file it was imported from, with Line; empty where it was not
	Line     int
	Event    *event.Event // nil in record 0
	Bytes    []byte       // the event's canonical bytes; of record 0, those of its genesis
	Old      []byte       // the bytes of the event that this one corrects or replaces; nil where there is none
}

// A Writer writes rows.
type Writer struct {
	out *csv.Writer
}

// NewWriter begins a table on w. With mark, a byte order mark comes first, by
// which some spreadsheets know UTF-8. Flush must be called at the end.
func NewWriter(w io.Writer, mark bool) (*Writer, error) {
	if mark {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	out := csv.NewWriter(w)
	return &Writer{out}, out.Write(columns)
}

// Write writes one row.
func (w *Writer) Write(r Row) error {
	cells, err := r.cells()
	if err != nil {
		return err
	}
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return w.out.Write(cells)
}

// Flush writes out what is still held back.
func (w *Writer) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

func (r *Row) cells() ([]string, error) {
	e := r.Event
	if e == nil {
		e = &event.Event{Common: event.Common{Type: "genesis"}}
	}
	s, err := summarize(r.Bytes, r.Old)
	if err != nil {
		return nil, err
	}
	line := ""
	if r.Source != "" {
		line = strconv.Itoa(r.Line)
	}
	return []string{
		strconv.FormatUint(r.Seq, 10), r.Recorded.UTC().Format("2006-01-02T15:04:05.000Z"), r.By,
		e.Time.String(), e.End.String(), string(e.Type), things(r.Event), e.Site.ID(),
		s.what, s.why, s.old, s.new, string(e.ID), r.Source, line, hex.EncodeToString(r.Leaf[:]),
	}, nil
}

// things lists what the event names besides people on duty and places, each
// once, in the event's order.
func things(e *event.Event) string {
	if e == nil {
		return ""
	}
	var list []string
	seen := make(map[event.Ref]bool)
	for _, r := range e.Refs {
		switch k := r.Kind(); {
		case seen[r], k == event.KindOperator, k == event.KindSite:
		default:
			seen[r] = true
			list = append(list, r.String())
		}
	}
	return strings.Join(list, " ")
}
