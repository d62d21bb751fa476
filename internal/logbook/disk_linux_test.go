package logbook

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"suyuan/internal/durable/durabletest"
	"suyuan/internal/event"
)

func TestAFullDiskLosesNothingAndTheSameImportGoesOn(t *testing.T) {
	t.Parallel()
	disk := durabletest.Mount(t, "2m")
	path := filepath.Join(disk.Dir, "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Now: clock}); err != nil {
		t.Fatal(err)
	}
	b := openBook(t, path)
	b.step = 100
	input := file(writeFile(t, collections(0, 20_000)))
	_, err := b.Import(t.Context(), input, ImportOptions{})
	recorded := size(t, b) - 1
	if Code(err) != Unfinished || recorded == 0 || recorded%100 != 0 {
		t.Fatalf("%d events recorded, exit %d, %v", recorded, Code(err), err)
	}
	var in *InputError
	if text := err.Error(); errors.As(err, &in) || !strings.Contains(text, "suyuan.db") || !strings.Contains(text, "free space") {
		t.Errorf("the ledger's disk is not named: %v", err)
	}
	_, err = b.Import(t.Context(), input, ImportOptions{})
	if now := size(t, b) - 1; now == recorded && Code(err) != Failed && !outcomeUnknown(err) || now > recorded && Code(err) != Unfinished {
		t.Errorf("again on the full disk: %d after %d events, exit %d, %v", now, recorded, Code(err), err)
	}
	if report, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK {
		t.Fatalf("verify: %+v, %v", report, err)
	}
	disk.Resize(t, "256m") // what was removed and is still mapped takes room too
	recorded = size(t, b) - 1
	if r := must(t, b, input, ImportOptions{}); uint64(r.Known) != recorded || r.Size != 20_001 {
		t.Errorf("with room again: %+v after %d", r, recorded)
	}
}

func TestAReadOnlyDiskIsReadAndNotWritten(t *testing.T) {
	t.Parallel()
	disk := durabletest.Mount(t, "4m")
	path := filepath.Join(disk.Dir, "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Now: clock}); err != nil {
		t.Fatal(err)
	}
	disk.ReadOnly(t)
	b := openBook(t, path)
	if n := size(t, b); n != 1 {
		t.Errorf("size %d", n)
	}
	if _, err := b.Record(t.Context(), parse(t, collected), nil); Code(err) != Failed {
		t.Errorf("record: got %v, exit %d", err, Code(err))
	}
	if report, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestAFullDiskKeepsTheOldIndexAndTheAnswers(t *testing.T) {
	t.Parallel()
	onIndexes(t)
	disk := durabletest.Mount(t, "8m")
	path := filepath.Join(disk.Dir, "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Now: clock}); err != nil {
		t.Fatal(err)
	}
	b := openBook(t, path)
	must(t, b, stream(story), ImportOptions{})
	s, err := b.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, IndexPath(path))
	filler := filepath.Join(disk.Dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 9<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk is not full:", err)
	}
	if err := b.writeIndex(t.Context(), s); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v", err)
	}
	if read(t, IndexPath(path)) != before {
		t.Error("the old index is another one")
	}
	for _, b := range []*Book{b, openBook(t, path)} {
		if x, err := b.Show(t.Context(), ref(t, "unit:U-3"), event.Time{}); err != nil || len(x.History) != 3 {
			t.Errorf("got %+v, %v", x, err)
		}
	}
	if names, err := filepath.Glob(filepath.Join(disk.Dir, ".*.new")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := b.writeIndex(t.Context(), s); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatMayNotBeWrittenIsAnsweredFrom(t *testing.T) {
	t.Parallel()
	onIndexes(t)
	disk := durabletest.Mount(t, "8m")
	path := filepath.Join(disk.Dir, "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Now: clock}); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), path, options())
	if err != nil {
		t.Fatal(err)
	}
	must(t, b, stream(story), ImportOptions{})
	if _, err := b.Graph(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	sound := []byte(read(t, IndexPath(path)))
	for what, content := range map[string][]byte{"none": nil, "sound": sound, "damaged": bytes.Replace(sound, []byte("U-3"), []byte("U-4"), 1)} {
		if content == nil {
			if err := os.Remove(IndexPath(path)); err != nil {
				t.Fatal(err)
			}
		} else {
			put(t, IndexPath(path), content)
		}
		disk.ReadOnly(t)
		for range 2 {
			b, err := Open(t.Context(), path, options()) // not kept until the test ends, with a file that is in the way
			if err != nil {
				t.Fatal(err)
			}
			if x, err := b.Show(t.Context(), ref(t, "unit:U-3"), event.Time{}); err != nil || len(x.History) != 3 {
				t.Errorf("%s: got %+v, %v", what, x, err)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		disk.Resize(t, "8m")
	}
}

func TestANamedPipeIsImported(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	b := newBook(t)
	done := make(chan error)
	go func() {
		done <- WriteFile(pipe, func(w io.Writer) error { _, err := io.WriteString(w, collections(0, 300)); return err })
	}()
	r := must(t, b, file(pipe), ImportOptions{})
	if err := <-done; err != nil || r.Recorded != 300 {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := Open(t.Context(), pipe, options()); Code(err) != Failed {
		t.Errorf("a pipe as ledger: got %v", err)
	}
}
