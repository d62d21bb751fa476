package logbook

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
)

// A rowWatch keeps what an import tells of the rows of tables.
type rowWatch struct {
	begun, rows, rejected int
	left                  []string // names of tables
	fails                 error
	recorded              func() bool
	early                 bool // something was recorded before it was told of what is left out
}

func (w *rowWatch) Begin() { w.begun, w.rows, w.rejected = w.begun+1, 0, 0 }

func (w *rowWatch) Row(r RowReport) {
	w.rows++
	if r.Err != nil {
		w.rejected++
	}
}

func (w *rowWatch) LeftOut(name string, t *sheet.Table) error {
	w.left = append(w.left, fmt.Sprintf("%s %s", name, t.Format))
	w.early = w.early || w.recorded()
	return w.fails
}

func tableOf(t *testing.T, rows int, bad func(n int) bool) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("received at,lot,product,site\n")
	for n := range rows {
		day := "2025-03-01"
		if bad(n) {
			day = "2025-02-29"
		}
		fmt.Fprintf(&b, "%s 08:00,L-%d,medium,S1\n", day, n)
	}
	name := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func receipts(t *testing.T) *table.Profile {
	t.Helper()
	text, _ := table.BuiltInText("receipt.en")
	p, err := table.ParseProfile([]byte(text))
	if err == nil {
		p, err = p.InZone("Asia/Shanghai")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is left out can be kept before anything is recorded; where that fails, nothing is.
func TestWhatIsLeftOutOfATableIsToldBeforeTheRestIsRecorded(t *testing.T) {
	t.Parallel()
	name := tableOf(t, 20, func(n int) bool { return n%5 == 0 })
	for _, fails := range []error{nil, errors.New("no room")} {
		b := newBook(t)
		before, err := b.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w := &rowWatch{fails: fails, recorded: func() bool { return b.recorded }}
		r, err := b.Import(t.Context(), file(name), ImportOptions{Format: FormatTable, Profile: receipts(t), Skip: true, Rows: w})
		if !errors.Is(err, fails) || w.early || w.begun != 1 || w.rows != 20 || w.rejected != 4 || len(w.left) != 1 || w.left[0] != "table.csv csv" {
			t.Errorf("%v: %+v, %v, %+v", fails, r, err, w)
		}
		after, err := b.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := before.Size + map[bool]uint64{true: 16, false: 0}[fails == nil]; after.Size != want {
			t.Errorf("%v: %d records, want %d", fails, after.Size, want)
		}
	}
}

// A table of which nearly every row is refused is read by the wrong profile; nobody mends twenty thousand rows.
func TestAnImportDoesNotGoOnPastAnyNumberOfRejectedRows(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	for _, more := range []int{0, 1} {
		name := tableOf(t, maxRejected+more, func(int) bool { return true })
		w := &rowWatch{recorded: func() bool { return false }}
		r, err := b.Import(t.Context(), file(name), ImportOptions{Format: FormatTable, Profile: receipts(t), Skip: true, Rows: w})
		var refused *Refusal
		if more == 0 && (err != nil || r.Rejected != maxRejected) || more > 0 && (!errors.As(err, &refused) || refused.Line != maxRejected+2 || len(w.left) > 0) {
			t.Errorf("%d rejected rows: %+v, %v", maxRejected+more, r.Rejected, err)
		}
	}
}
