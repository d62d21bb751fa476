package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"suyuan/internal/report"
)

// creator names the program inside the file.
const creator = "Suyuan"

// describe adds what the library cannot say, as an update at the file's end (ISO 32000-1, 7.5.6): the language, by which screen
// readers choose their voice, and that a window's name is the title; and the description as an object of its own, where the
// standard wants it.
func describe(b *bytes.Buffer, d *report.Document) error {
	f, err := readTail(b.Bytes())
	if err != nil {
		return err
	}
	catalogAt := b.Len()
	fmt.Fprintf(b, "1 0 obj\n<<\n/Type /Catalog\n/Pages 2 0 R\n%s/Lang (%s)\n/ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n\n", f.outlines, d.Lang)
	infoAt := b.Len()
	fmt.Fprintf(b, "%d 0 obj\n<<\n/Title %s\n/Creator (%s)\n/Producer (%[3]s)\n%[4]s>>\nendobj\n\n", f.size, utf16Text(d.Title), creator, created(d))
	updateAt := b.Len()
	fmt.Fprintf(b, "xref\n1 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n", catalogAt, f.size, infoAt)
	fmt.Fprintf(b, "trailer\n<<\n/Size %d\n/Root 1 0 R\n/Info %d 0 R\n/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n", f.size+1, f.size, f.xref, updateAt)
	return nil
}

// A tail is what an update has to repeat: how many objects there are, the outlines of the catalog, and where the table of
// objects is.
type tail struct {
	size     int
	outlines string
	xref     int
}

func readTail(file []byte) (tail, error) {
	var t tail
	end := regexp.MustCompile(`\ntrailer\n<<\n/Size (\d+)\n/Root 1 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	first := regexp.MustCompile(`1 0 obj\n<<\n  /Type /Catalog\n  /Pages 2 0 R\n(  /PageMode /UseOutlines\n  /Outlines \d+ 0 R\n)?>>`).FindSubmatch(file)
	if end == nil || first == nil {
		return t, errors.New("the pdf library wrote a catalog or trailer of another form than 0.33 does")
	}
	var errs [2]error
	t.size, errs[0] = strconv.Atoi(string(end[1]))
	t.xref, errs[1] = strconv.Atoi(string(end[2]))
	t.outlines = string(first[1])
	return t, errors.Join(errs[:]...)
}

func created(d *report.Document) string {
	if d.Made.IsZero() {
		return ""
	}
	return "/CreationDate (D:" + d.Made.Std().UTC().Format("20060102150405") + "Z)\n"
}

func utf16Text(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return b.String()
}
