package logbook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

func export(t *testing.T, b *Book, o ExportOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := b.Export(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestExportGivesTheRecordsOwnBytes(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	lines := strings.Split(strings.TrimSuffix(export(t, b, ExportOptions{}), "\n"), "\n")
	head, err := b.Head(t.Context())
	if err != nil || uint64(len(lines)) != head.Size {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, line := range lines {
		row, err := b.ShowSeq(t.Context(), uint64(i))
		if err != nil || string(row.Record.Bytes) != line {
			t.Fatalf("line %d: %s, %v", i+1, line, err)
		}
		if i == len(lines)-1 && (ledger.Record{Bytes: []byte(line)}).Leaf() != head.Last {
			t.Error("the last line is not the last record")
		}
	}
}

func TestTheTrailHasOldBesideNew(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	made := record(t, b, collected)
	record(t, b, `{'type':'collection','time':'2026-05-31T09:00:00Z','site':'F','donor':'D-2','outputs':[{'unit':'U-1'}],'replaces':'`+string(made.ID)+`','note':'=wrong donor'}`)
	var last, total uint64
	var rows []TrailRow
	for row, err := range b.Trail(t.Context(), ExportOptions{Progress: func(done, all uint64) { last, total = done, all }}) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if len(rows) != 3 || last != 3 || total != 3 {
		t.Fatalf("%d rows, %d of %d", len(rows), last, total)
	}
	if r := rows[0]; r.Record.Genesis == nil || r.Old != nil {
		t.Errorf("record 0 is %+v", r)
	}
	if r := rows[1]; !r.Struck || r.StruckBy != 2 || r.Old != nil {
		t.Errorf("record 1 is struck %v by %d, old %v", r.Struck, r.StruckBy, r.Old)
	}
	if r := rows[2]; r.Struck || r.Old == nil || r.Old.Seq != 1 || !strings.Contains(string(r.Old.Event), `"donor":"D-1"`) {
		t.Errorf("record 2 stands in the place of %v", r.Old)
	}
}

func TestATrailEndsWhereItsReaderDoes(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 30)), ImportOptions{})
	n := 0
	for _, err := range b.Trail(t.Context(), ExportOptions{}) {
		if n++; err != nil || n == 7 {
			break
		}
	}
	if n != 7 {
		t.Errorf("%d rows", n)
	}
}

func TestExportKnowsItsFormats(t *testing.T) {
	t.Parallel()
	if err := newBook(t).Export(t.Context(), io.Discard, ExportOptions{Format: "xml"}); err == nil {
		t.Error("a format that nobody knows was written")
	}
}

func TestOthersMayWriteWhileAnExportIsRead(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 200)), ImportOptions{})
	other := openBook(t, b.path)
	written := false
	out := writerFunc(func(p []byte) (int, error) {
		if !written {
			written = true
			record(t, other, strings.Replace(collected, "U-1", "V-1", 1))
		}
		return len(p), nil
	})
	if err := b.Export(t.Context(), out, ExportOptions{}); err != nil || !written {
		t.Errorf("written is %v, %v", written, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestAFailedExportLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 3)), ImportOptions{})
	dir := t.TempDir()
	path := filepath.Join(dir, "audit.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := exportFile(ctx, b, path); err == nil {
		t.Fatal("a cancelled export is no error")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := exportFile(t.Context(), b, path); err != nil {
		t.Fatal(err)
	}
	before := read(t, path)
	if err := exportFile(ctx, b, path); err == nil || read(t, path) != before {
		t.Errorf("the earlier file was touched, %v", err)
	}
}

func exportFile(ctx context.Context, b *Book, path string) error {
	return WriteFile(path, func(w io.Writer) error { return b.Export(ctx, w, ExportOptions{}) })
}

func hello(w io.Writer) error {
	_, err := io.WriteString(w, "hello")
	return err
}

func TestAFileIsReplacedButNeverALedger(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "old")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, hello); err != nil || read(t, path) != "hello" {
		t.Errorf("a file: %q, %v", read(t, path), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is now %v, %v", info.Mode(), err)
	}
	b := newBook(t)
	record(t, b, collected)
	for _, name := range []string{b.path, boltstore.IndexPath(b.path)} {
		before := read(t, name)
		if err := WriteFile(name, hello); !errors.Is(err, ErrIsLedger) || read(t, name) != before {
			t.Errorf("%s: got %v", filepath.Base(name), err)
		}
	}
	if err := WriteFile(t.TempDir(), hello); !errors.Is(err, ErrNotFile) {
		t.Errorf("a folder: got %v", err)
	}
	if err := WriteFile(os.DevNull, hello); err != nil {
		t.Errorf("a device: got %v", err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Error("the device was replaced")
	}
	if err := WriteFile(filepath.Join(t.TempDir(), "no", "folder"), hello); err == nil {
		t.Error("written into a folder that is not there")
	}
}

func TestAFileIsWrittenBehindASymbolicLink(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "old")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := WriteFile(link, hello); err != nil || read(t, path) != "hello" {
		t.Errorf("got %q, %v", read(t, path), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}
