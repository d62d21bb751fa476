package table

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/interchange/sheet"
)

// reads returns the events of a file, with each that is refused in its place, or the error of the file as a whole.
func reads(p *Profile, file []byte) (list []string, err error) {
	opened, err := sheet.Open(bytes.NewReader(file), int64(len(file)), p.Sheet())
	if err != nil {
		return nil, err
	}
	for e, err := range p.Events(opened) {
		switch {
		case err != nil:
			return nil, err
		case e.Err != nil:
			list = append(list, e.Err.Error())
		default:
			list = append(list, string(e.Event.Bytes()))
		}
	}
	return list, nil
}

// examples calls each with the example workbooks, their profiles, and what they say.
func examples(t *testing.T, each func(name string, p *Profile, book []byte, said []string)) {
	t.Helper()
	for _, name := range BuiltIn() {
		text, _ := BuiltInText(name)
		p, err := ParseProfile([]byte(text))
		if err == nil {
			p, err = p.InZone("Asia/Shanghai")
		}
		if err != nil {
			t.Fatal(err)
		}
		book, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "tables", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		said, err := reads(p, book)
		if err != nil || len(said) == 0 {
			t.Fatalf("%s: %q, %v", name, said, err)
		}
		each(name, p, book, said)
	}
}

// named reports whether an error is one that says what is wrong and where.
func named(err error) bool {
	var bad *sheet.Error
	var cell *CellError
	return errors.As(err, &bad) && slices.Contains(sheet.Problems(), bad.Problem) || errors.As(err, &cell)
}

func TestAWorkbookThatIsCutShortIsNeverATable(t *testing.T) {
	t.Parallel()
	tried := 0
	examples(t, func(name string, p *Profile, book []byte, _ []string) {
		for n := range len(book) {
			if n%41 != 0 && n > 64 && n < len(book)-64 {
				continue
			}
			tried++
			if list, err := reads(p, book[:n]); err == nil || !named(err) && n > 0 {
				t.Errorf("%s cut to %d bytes says %q, %v", name, n, list, err)
			}
		}
	})
	t.Logf("%d cuts", tried)
}

// A flipped bit is an error, or it lies where nothing is read; what the workbook says it does not change.
func TestAFlippedBitOfAWorkbookIsAnErrorOrChangesNothing(t *testing.T) {
	t.Parallel()
	flips, refused := 0, 0
	examples(t, func(name string, p *Profile, book []byte, said []string) {
		for i := 0; i < len(book); i += 23 {
			flipped := slices.Clone(book)
			flipped[i] ^= 1 << (i / 23 % 8)
			flips++
			list, err := reads(p, flipped)
			switch {
			case err != nil && !named(err):
				t.Errorf("%s with bit %d of byte %d flipped: an error of no known kind: %v", name, i/23%8, i, err)
			case err != nil:
				refused++
			case !slices.Equal(list, said):
				t.Errorf("%s with bit %d of byte %d flipped says %q, want %q", name, i/23%8, i, list, said)
			}
		}
	})
	t.Logf("%d flips, %d refused", flips, refused)
	if refused < flips/4 {
		t.Errorf("of %d flipped bits %d were noticed: nothing was tested", flips, refused)
	}
}

// asCSV writes the rows of a workbook as CSV.
func asCSV(t *testing.T, p *Profile, book []byte) string {
	t.Helper()
	var b strings.Builder
	for _, row := range cells(t, p, book) {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(c.Text, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// CSV has no end of its own: cut at the end of a row, it is a shorter table; anywhere else, an error.
func TestCSVThatIsCutShortIsARowLessOrAnError(t *testing.T) {
	t.Parallel()
	examples(t, func(name string, p *Profile, book []byte, said []string) {
		text := asCSV(t, p, book)
		if whole, err := reads(p, []byte(text)); err != nil || len(whole) != len(said) {
			t.Fatalf("%s as CSV: %q, %v", name, whole, err)
		}
		for n := range len(text) {
			list, err := reads(p, []byte(text[:n]))
			atRow := strings.HasSuffix(text[:n], "\n") || strings.HasSuffix(text[:n], "\r")
			if atRow && (err != nil || len(list) > len(said)) || !atRow && (err == nil || !named(err)) {
				t.Errorf("%s as CSV cut to %q says %q, %v", name, text[max(0, n-20):n], list, err)
			}
		}
	})
}

func TestAFlippedBitOfCSVIsReadOrNamed(t *testing.T) {
	t.Parallel()
	examples(t, func(name string, p *Profile, book []byte, _ []string) {
		text := asCSV(t, p, book)
		for i := range len(text) {
			flipped := []byte(text)
			flipped[i] ^= 1 << (i % 8)
			if list, err := reads(p, flipped); err != nil && !named(err) {
				t.Errorf("%s as CSV with bit %d of byte %d flipped: %q, an error of no known kind: %v", name, i%8, i, list, err)
			}
		}
	})
}

func TestTimesThatWereNotAreNamedInWorkbooksToo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-11-31 08:30": "found", "2026-02-29 08:30": "found", "2026-03-01 24:00": "found", "2016-12-31T23:59:60Z": "found", "2026-03-01 08:60": "found", "2026-13-01 08:00": "found",
		"20２6-03-01 08:30": "", "２０２６-０３-０１　０８:３０": "", "2026–03–01 08:30": "found", "0000-01-01 00:00": "found", "2026-03-01 8:30 PM": "found", "2026-03-01 08:30 CET": "found",
		"2026-03-29 02:30": "set forward", "2026-10-25 02:30": "set back", "2026-03-29 03:30": "", "2026-10-25 03:30": "",
	} {
		p, err := ParseProfile([]byte("type = \"collection\"\nzone = \"Europe/Berlin\"\n[constants]\nsite = \"S\"\n[columns]\n\"a\" = \"time\"\n\"b\" = \"donor\"\n\"c\" = \"outputs.unit\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := reads(p, []byte("a,b,c\n"+text+",D,U\n"))
		if err != nil || strings.HasPrefix(list[0], "{") != (want == "") || !strings.Contains(list[0], want) {
			t.Errorf("%s: %q, %v", text, list, err)
		}
	}
}
