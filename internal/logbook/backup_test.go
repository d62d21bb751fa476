package logbook

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// exported300 is the export of a ledger of 301 records, and its head.
func exported300(t *testing.T) (string, ledger.Head) {
	t.Helper()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return export(t, b, ExportOptions{}), head
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("left behind %v, %v", files, err)
	}
}

func TestABackupIsTheLedgerAgain(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	backup, again := filepath.Join(dir, "backup.db"), filepath.Join(dir, "again.db")
	m, err := Copy(t.Context(), b.path, backup, MakeOptions{})
	if err != nil || m.Head != head || m.Bytes == 0 || len(m.SHA256) != 64 {
		t.Fatalf("backup: %+v, %v", m, err)
	}
	m, err = Copy(t.Context(), backup, again, MakeOptions{})
	if err != nil || m.Head != head {
		t.Fatalf("restore: %+v, %v", m, err)
	}
	r := openBook(t, again)
	if got := export(t, r, ExportOptions{}); got != export(t, b, ExportOptions{}) {
		t.Error("the records are not the same bytes")
	}
	must(t, r, stream(collections(0, 302)), ImportOptions{})
	if now, err := r.Head(t.Context()); err != nil || now.Size != head.Size+2 {
		t.Errorf("after two more records: %+v, %v", now, err)
	}
}

func TestWhatIsInTheWayOfACopyIsNamed(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	for to, itself := range map[string]bool{path: true, other: false} {
		_, err := Copy(t.Context(), path, to, MakeOptions{})
		var taken *TakenError
		if !errors.As(err, &taken) || taken.Itself != itself || taken.Path != to || !errors.Is(err, ErrExists) || Code(err) != Failed || !strings.Contains(err.Error(), to) {
			t.Errorf("%q: %v", to, err)
		}
	}
	if _, err := Copy(t.Context(), filepath.Join(dir, "none"), filepath.Join(dir, "b"), MakeOptions{}); !errors.Is(err, ErrNoLedger) {
		t.Errorf("no ledger: %v", err)
	}
	if _, err := Copy(t.Context(), path, filepath.Join(dir, "none", "b"), MakeOptions{}); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNoLedger) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := Copy(t.Context(), other, filepath.Join(dir, "c"), MakeOptions{}); !errors.Is(err, ledger.ErrNotLedger) {
		t.Errorf("not a backup: %v", err)
	}
}

func TestAnExportMakesTheSameLedger(t *testing.T) {
	t.Parallel()
	text, head := exported300(t)
	path := filepath.Join(t.TempDir(), "suyuan.db")
	m, err := RestoreFrom(t.Context(), writeFile(t, text), path, MakeOptions{})
	if err != nil || m.Head != head {
		t.Fatalf("%+v, %v; want %+v", m, err, head)
	}
	if got := export(t, openBook(t, path), ExportOptions{}); got != text {
		t.Error("the records are not the same bytes")
	}
}

func TestAnExportThatIsNotWholeIsRefusedByLine(t *testing.T) {
	t.Parallel()
	text, _ := exported300(t)
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	other := export(t, newBook(t), ExportOptions{})
	for name, tt := range map[string]struct {
		text string
		line int
		exit Exit
	}{
		"a flipped byte":           {strings.Replace(text, `"U-100"`, `"U-1p0"`, 1), 103, Unverified},
		"a cut last line":          {text[:len(text)-9], 301, Unverified},
		"a last line without end":  {text[:len(text)-1], 301, Unverified},
		"no record 0":              {strings.Join(lines[1:], ""), 1, Unverified},
		"a line left out":          {strings.Join(append(lines[:7:7], lines[8:]...), ""), 8, Unverified},
		"an empty line":            {strings.Join(append(lines[:7:7], append([]string{"\n"}, lines[7:]...)...), ""), 8, Unverified},
		"two ledgers":              {text + other, 302, Unverified},
		"line ends of another DOS": {strings.ReplaceAll(text, "\n", "\r\n"), 1, Unverified},
		"a byte order mark":        {"\ufeff" + text, 1, Unverified},
		"an endless line":          {text + strings.Repeat("x", 1<<20), 302, Unverified},
		"no line":                  {"", 0, Unverified},
		"something else":           {"hello\n", 1, Unverified},
		"a later version":          {strings.Replace(text, `"seq":9,"source"`, `"seq":9,"soul":1,"source"`, 1), 10, Unverified},
		"a record of version 2":    {strings.Replace(lines[0], `"v":1`, `"v":2`, 1), 1, Failed},
	} {
		dir := t.TempDir()
		_, err := RestoreFrom(t.Context(), writeFile(t, tt.text), filepath.Join(dir, "suyuan.db"), MakeOptions{})
		var in *InputError
		if !errors.As(err, &in) || in.Line != tt.line || in.File != "events.jsonl" || Code(err) != tt.exit {
			t.Errorf("%s: exit %d, %v; want exit %d at line %d", name, Code(err), err, tt.exit, tt.line)
		}
		wantEmpty(t, dir)
	}
}

func TestRestoringEndsWithItsContextAndLeavesNothing(t *testing.T) {
	t.Parallel()
	text, _ := exported300(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(dir, "suyuan.db")
	if _, err := RestoreFrom(ctx, writeFile(t, text), path, MakeOptions{}); Code(err) != Interrupted {
		t.Errorf("from an export: %v", err)
	}
	if _, err := Copy(ctx, newLedger(t), path, MakeOptions{}); Code(err) != Interrupted {
		t.Errorf("from a backup: %v", err)
	}
	if _, err := Successor(ctx, newLedger(t), path, SuccessorOptions{Origin: "new", Now: clock}); Code(err) != Interrupted {
		t.Errorf("a successor: %v", err)
	}
	wantEmpty(t, dir)
}

func TestABackupWaitsForAWriterAndNoLonger(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Copy(t.Context(), path, filepath.Join(dir, "b"), MakeOptions{Wait: 20 * time.Millisecond}); Code(err) != Busy {
		t.Errorf("%v, want busy", err)
	}
	wantEmpty(t, dir)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// flipped writes a ledger file in which a text stands differently.
func flipped(t *testing.T, path, text string) string {
	t.Helper()
	b := []byte(read(t, path))
	other := []byte(text)
	other[len(other)-1] ^= 1
	if !bytes.Contains(b, []byte(text)) {
		t.Fatalf("%q is not in the file", text)
	}
	out := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(out, bytes.ReplaceAll(b, []byte(text), other), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNoCopyIsMadeOfADamagedLedger(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	damaged := flipped(t, b.path, `"unit":"U-100"`[:13])
	dir := t.TempDir()
	if _, err := Copy(t.Context(), damaged, filepath.Join(dir, "b"), MakeOptions{}); Code(err) != Unverified || !strings.Contains(err.Error(), "record 101") {
		t.Errorf("%v, want the record that was altered", err)
	}
	wantEmpty(t, dir)
}

func FuzzRecordLines(f *testing.F) {
	f.Add([]byte("{}\n{}\n"))
	f.Add([]byte("a\r\nb"))
	f.Add(append(bytes.Repeat([]byte("x"), ledger.MaxRecord+2), '\n'))
	f.Fuzz(func(t *testing.T, text []byte) {
		var read []byte
		var end error
		for line, err := range recordLines(t.Context(), bytes.NewReader(text), "f") {
			if end = err; err == nil {
				read = append(append(read, line...), '\n')
			}
		}
		if !bytes.HasPrefix(text, read) || end == nil && len(read) != len(text) {
			t.Errorf("of %q was read %q, %v", text, read, end)
		}
		if end != nil && Code(end) != Unverified {
			t.Errorf("%v: exit %d", end, Code(end))
		}
	})
}
