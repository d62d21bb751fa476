package durable_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"suyuan/internal/durable"
)

func only(t *testing.T, dir, content string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 || list[0].Name() != "f" {
		t.Fatalf("%v, %v in the folder, want f alone", list, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "f"))
	if err != nil || string(b) != content {
		t.Fatalf("%q, %v in it, want %q", b, err, content)
	}
	info, err := list[0].Info()
	if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
}

func TestReplaceLeavesOneFileWithTheNewContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, content := range []string{"first", "second, longer", ""} {
		if err := durable.Replace(filepath.Join(dir, "f"), []byte(content)); err != nil {
			t.Fatal(err)
		}
		only(t, dir, content)
	}
}

func TestCreateTouchesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"a file":          func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) },
		"an empty file":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"a dangling link": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "f")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		if err := durable.Create(path, []byte("ours")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want fs.ErrExist", name, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("%s: changed", name)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("%s: left behind %v, %v", name, list, err)
		}
	}
}

func TestOneOfManyCreatesWinsAndItsContentStands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var won atomic.Value
	var wins atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			content := strings.Repeat(string(rune('a'+i)), 1000)
			switch err := durable.Create(filepath.Join(dir, "f"), []byte(content)); {
			case err == nil:
				wins.Add(1)
				won.Store(content)
			case !errors.Is(err, fs.ErrExist):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 {
		t.Fatalf("%d won, want 1", wins.Load())
	}
	only(t, dir, won.Load().(string))
}

func TestWhatCannotBeWrittenLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "f"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "f", "inside"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := durable.Replace(filepath.Join(dir, "f"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind %v, %v", list, err)
	}
	if err := durable.Replace(filepath.Join(dir, "none", "f"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
	if err := durable.Create(filepath.Join(dir, "none", "f"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}

func TestMoveTakesThePlaceOfWhatHadTheName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "next"), filepath.Join(dir, "f")
	if err := errors.Join(durable.Create(to, []byte("old")), durable.Create(from, []byte("new"))); err != nil {
		t.Fatal(err)
	}
	if err := durable.Move(from, to); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "new")
	if err := durable.Move(from, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("twice: %v", err)
	}
}

func TestAFolderIsMadeForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		if err := durable.MakeFolder(dir); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(dir)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v, want mode 0700", info, err)
	}
	if err := durable.Create(filepath.Join(dir, "f"), nil); err != nil {
		t.Fatal(err)
	}
	if err := durable.MakeFolder(filepath.Join(dir, "f")); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestALinkReplacesNothingEither(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "temp"), filepath.Join(dir, "f")
	if err := os.WriteFile(from, []byte("ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(durable.PublishByLink(from, to), os.Remove(from)); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "ours")
	if err := os.WriteFile(from, []byte("others"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := durable.PublishByLink(from, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, want fs.ErrExist", err)
	}
	if b, err := os.ReadFile(to); err != nil || string(b) != "ours" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestMakeHasAFileWrittenBesideAndNamesItWhenItIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, torn := filepath.Join(dir, "f"), errors.New("torn")
	err := durable.Make(path, func(temp string) error {
		if err := os.WriteFile(temp, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		return torn
	})
	if list, _ := os.ReadDir(dir); !errors.Is(err, torn) || len(list) > 0 {
		t.Errorf("%v, left behind %v", err, list)
	}
	whole := func(temp string) error {
		if filepath.Dir(temp) != dir {
			t.Errorf("written in %s", temp)
		}
		return os.WriteFile(temp, []byte("whole"), 0o600)
	}
	if err := durable.Make(path, whole); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "whole")
	if err := durable.Make(path, func(string) error { t.Error("written in vain"); return nil }); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, want fs.ErrExist", err)
	}
}
