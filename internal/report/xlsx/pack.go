package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// pack writes the parts of a workbook anew, in an order of their own and without times: the library writes streamed sheets in a
// random order.
func pack(w io.Writer, book []byte) error {
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	// The list of contents comes first, where programs that guess a file's kind look for it.
	slices.SortFunc(r.File, func(a, b *zip.File) int {
		first := func(f *zip.File) int { return strings.Index(f.Name, "[Content_Types]") }
		return cmp.Or(cmp.Compare(first(b), first(a)), cmp.Compare(a.Name, b.Name))
	})
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range r.File {
		if err := repack(z, f); err != nil {
			return fmt.Errorf("workbook: %s: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

func repack(z *zip.Writer, f *zip.File) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	to, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from) //nolint:gosec // what this process has just written, no bomb
	if closed := from.Close(); err == nil {
		err = closed
	}
	return err
}
