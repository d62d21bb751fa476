package boltstore_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

// wantOnly wants a folder to hold these files and no others.
func wantOnly(tb testing.TB, dir string, names ...string) {
	tb.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	var have []string
	for _, f := range files {
		have = append(have, f.Name())
	}
	if len(have) != len(names) {
		tb.Errorf("the folder holds %q, want %q", have, names)
	}
	for _, n := range names {
		if _, err := os.Lstat(filepath.Join(dir, n)); err != nil {
			tb.Error(err)
		}
	}
}

func TestACopyIsTheSameLedger(t *testing.T) {
	t.Parallel()
	path := newFile(t, 300)
	s := open(t, path)
	note := ledger.Note{Size: 256, Text: []byte("signed")}
	if err := errors.Join(s.PutNote(t.Context(), "checkpoint", note), s.Close()); err != nil {
		t.Fatal(err)
	}
	before := read(t, path)
	dir := t.TempDir()
	to := filepath.Join(dir, "backup.db")
	c, err := boltstore.Copy(t.Context(), path, to, boltstore.CopyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantOnly(t, dir, "backup.db")
	copied := read(t, to)
	if c.SHA256 != sha256.Sum256(copied) || c.Bytes != int64(len(copied)) {
		t.Errorf("%d bytes with digest %x are said, %d with %x are there", c.Bytes, c.SHA256, len(copied), sha256.Sum256(copied))
	}
	was, is := verify(t, path), verify(t, to)
	if !is.OK || is.Root != was.Root || is.Size != 300 || c.Head.Root != was.Root || c.Head.Size != 300 {
		t.Errorf("the copy: %+v, said: %+v; the ledger: %+v", is, c.Head, was)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("copying changed the ledger")
	}
	twin := open(t, to)
	if notes, err := twin.Notes(t.Context(), "checkpoint"); err != nil || len(notes) != 1 || !bytes.Equal(notes[0].Text, note.Text) {
		t.Errorf("notes %v, %v", notes, err)
	}
	l := ledgertest.OpenLedger(t, twin)
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(900, 901)); err != nil {
		t.Errorf("a record into the copy: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func TestACopyNeverTakesANameThatIsTaken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		place  func(path, to string) error
		itself bool
	}{
		"itself":            {func(string, string) error { return nil }, true},
		"a symbolic link":   {os.Symlink, true},
		"a hard link":       {os.Link, true},
		"a dangling link":   {func(_, to string) error { return os.Symlink("nowhere", to) }, false},
		"another file":      {func(_, to string) error { return os.WriteFile(to, []byte("theirs"), 0o600) }, false},
		"an empty file":     {func(_, to string) error { return os.WriteFile(to, nil, 0o600) }, false},
		"a folder":          {func(_, to string) error { return os.Mkdir(to, 0o700) }, false},
		"behind a link dir": {func(path, to string) error { return os.Symlink(filepath.Dir(path), to) }, true},
	} {
		path := newFile(t, 5)
		to := filepath.Join(t.TempDir(), "backup.db")
		if name == "itself" {
			to = path
		}
		if err := tt.place(path, to); err != nil {
			t.Skip(err)
		}
		if name == "behind a link dir" {
			to = filepath.Join(to, filepath.Base(path))
		}
		before, _ := os.ReadFile(to)
		whole := read(t, path)
		_, err := boltstore.Copy(t.Context(), path, to, boltstore.CopyOptions{})
		if !errors.Is(err, fs.ErrExist) || errors.Is(err, boltstore.ErrItself) != tt.itself {
			t.Errorf("%s: %v, want fs.ErrExist and that it is the ledger itself: %v", name, err, tt.itself)
		}
		if after, _ := os.ReadFile(to); !bytes.Equal(before, after) || !bytes.Equal(whole, read(t, path)) {
			t.Errorf("%s: something changed", name)
		}
		if files, err := filepath.Glob(filepath.Join(filepath.Dir(to), ".*.new")); err != nil || len(files) > 0 {
			t.Errorf("%s: left behind %v, %v", name, files, err)
		}
	}
}

func TestNoLedgerIsMadeUnderTheNameOfAnIndex(t *testing.T) {
	t.Parallel()
	path := newFile(t, 5)
	dir := t.TempDir()
	for name, makeLedger := range map[string]func(to string) error{
		"copied": func(to string) error {
			_, err := boltstore.Copy(t.Context(), path, to, boltstore.CopyOptions{})
			return err
		},
		"created": func(to string) error { return boltstore.Create(t.Context(), to, genesis, "", ledgertest.Epoch) },
		"built": func(to string) error {
			_, err := boltstore.Build(t.Context(), to, nil, func(s ledger.Store) error {
				return ledger.Create(t.Context(), s, genesis, "", ledgertest.Epoch)
			})
			return err
		},
	} {
		for _, index := range []string{boltstore.IndexPath("other.db"), boltstore.GenealogyPath("other.db")} {
			if err := makeLedger(filepath.Join(dir, index)); err == nil {
				t.Errorf("%s: whoever opens other.db would delete %s", name, index)
				_ = os.Remove(filepath.Join(dir, index))
			}
		}
		if err := makeLedger(filepath.Join(dir, name+".db")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantOnly(t, dir, "built.db", "copied.db", "created.db")
}

func TestNoCopyIsMadeOfWhatIsNoSoundLedger(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 300))
	flipped := bytes.Clone(whole)
	for i := bytes.Index(flipped, []byte(`"n":150`)); i >= 0; i = bytes.Index(flipped, []byte(`"n":150`)) {
		flipped[i+1] ^= 1
	}
	for name, tt := range map[string]struct {
		content []byte
		want    error
	}{
		"a flipped byte":  {flipped, ledger.ErrDamaged},
		"half of a file":  {whole[:len(bytes.TrimRight(whole, "\x00"))/2], ledger.ErrDamaged},
		"text":            {[]byte("hello"), ledger.ErrNotLedger},
		"an empty file":   {nil, ledger.ErrNotLedger},
		"a file of zeros": {make([]byte, 1<<16), ledger.ErrNotLedger},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "suyuan.db")
		write(t, path, tt.content)
		if _, err := boltstore.Copy(t.Context(), path, filepath.Join(dir, "b.db"), boltstore.CopyOptions{}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		wantOnly(t, dir, "suyuan.db")
	}
	dir := t.TempDir()
	for _, names := range [][2]string{{"none.db", "b.db"}, {"a.db", "none/b.db"}} {
		write(t, filepath.Join(dir, "a.db"), whole)
		if _, err := boltstore.Copy(t.Context(), filepath.Join(dir, names[0]), filepath.Join(dir, names[1]), boltstore.CopyOptions{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v, want fs.ErrNotExist", names, err)
		}
	}
	wantOnly(t, dir, "a.db")
}

func TestReadersGoOnAndWritersWaitWhileACopyIsMade(t *testing.T) {
	t.Parallel()
	path := newFile(t, 600)
	var once sync.Once
	looked := false
	_, err := boltstore.Copy(t.Context(), path, filepath.Join(t.TempDir(), "b.db"), boltstore.CopyOptions{Progress: func(_, _ uint64) {
		once.Do(func() {
			looked = true
			if r := verify(t, path); !r.OK || r.Size != 600 {
				t.Errorf("a reader: %+v", r)
			}
			if _, err := boltstore.Open(t.Context(), path, boltstore.Options{}); !errors.Is(err, ledger.ErrBusy) {
				t.Errorf("a writer that does not wait: %v, want ErrBusy", err)
			}
		})
	}})
	if err != nil || !looked {
		t.Errorf("looked %v, %v", looked, err)
	}
}

func TestACopyWaitsItsTurn(t *testing.T) {
	t.Parallel()
	path := newFile(t, 5)
	dir := t.TempDir()
	s := open(t, path)
	began := time.Now()
	_, err := boltstore.Copy(t.Context(), path, filepath.Join(dir, "b.db"), boltstore.CopyOptions{Wait: 60 * time.Millisecond})
	if !errors.Is(err, ledger.ErrBusy) || time.Since(began) < 50*time.Millisecond {
		t.Errorf("after %v: %v, want ErrBusy after the wait", time.Since(began), err)
	}
	wantOnly(t, dir)
	done := make(chan error)
	go func() {
		_, err := boltstore.Copy(context.Background(), path, filepath.Join(dir, "b.db"), boltstore.CopyOptions{Wait: time.Minute})
		done <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("once the writer was done: %v", err)
	}
}

func TestACopyThatIsBrokenOffLeavesNothing(t *testing.T) {
	t.Parallel()
	path := newFile(t, 600)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := boltstore.Copy(ctx, path, filepath.Join(dir, "b.db"), boltstore.CopyOptions{Progress: func(_, _ uint64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	wantOnly(t, dir)
}

func TestABuiltLedgerIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "suyuan.db")
	broken := errors.New("the source ended")
	_, err := boltstore.Build(t.Context(), path, nil, func(s ledger.Store) error {
		return errors.Join(ledger.Create(t.Context(), s, genesis, "", ledgertest.Epoch), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v, want the error of who fills it", err)
	}
	wantOnly(t, dir)
	closed := &fs.PathError{Op: "open", Path: "export.jsonl", Err: fs.ErrPermission}
	_, err = boltstore.Build(t.Context(), path, nil, func(ledger.Store) error { return closed })
	if !errors.Is(err, closed) || strings.Contains(err.Error(), "the disk is read-only") {
		t.Errorf("%v, want what the source says, and nothing of the ledger's disk", err)
	}
	wantOnly(t, dir)
	if _, err := boltstore.Build(t.Context(), path, nil, func(ledger.Store) error { return nil }); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("nothing appended: %v, want ErrDamaged", err)
	}
	wantOnly(t, dir)
	c, err := boltstore.Build(t.Context(), path, nil, func(s ledger.Store) error {
		return ledger.Create(t.Context(), s, genesis, "", ledgertest.Epoch)
	})
	if err != nil || c.Head.Size != 1 || c.SHA256 != sha256.Sum256(read(t, path)) {
		t.Errorf("%+v, %v", c, err)
	}
	wantOnly(t, dir, "suyuan.db")
	if runtime.GOOS == "windows" {
		return
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want that only the owner reads it", info.Mode(), err)
	}
	if _, err := boltstore.Build(t.Context(), path, nil, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v, want fs.ErrExist", err)
	}
}
