package tiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// storage is a tree that keeps every hash, as tlog stores them: the slow reference.
type storage []tlog.Hash

func (s *storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = (*s)[index]
	}
	return hashes, nil
}

func entry(n uint64) []byte { return fmt.Appendf(nil, `{"seq":%d}`, n) }

func stored(t *testing.T, size uint64) *storage {
	t.Helper()
	var s storage
	for n := range size {
		hashes, err := tlog.StoredHashes(int64(n), entry(n), &s)
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, hashes...)
	}
	return &s
}

// checkpoint stands for a signed note: what it says is not read.
func checkpoint(size uint64, root tlog.Hash) Checkpoint {
	return Checkpoint{Size: size, Root: root, Note: fmt.Appendf(nil, "%d of %s", size, root)}
}

func entries(n uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for i := range n {
			if !yield(entry(i), nil) {
				return
			}
		}
	}
}

// files reads a folder: path to content.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(folder, path))
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// specified is what c2sp.org/tlog-tiles wants of a tree: tlog's own tiles under the paths of that page, and the bundles.
func specified(t *testing.T, size uint64, s *storage, signed []byte) map[string]string {
	t.Helper()
	all := map[string]string{"checkpoint": string(signed)}
	for _, tile := range tlog.NewTiles(8, 0, int64(size)) {
		b, err := tlog.ReadTileData(tile, s)
		if err != nil {
			t.Fatal(err)
		}
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		all[path] = string(b)
		if tile.L > 0 {
			continue
		}
		var bundle []byte
		for n := uint64(tile.N) * 256; n < uint64(tile.N)*256+uint64(tile.W); n++ {
			bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry(n)))), entry(n)...)
		}
		all[strings.Replace(path, "tile/0/", "tile/entries/", 1)] = string(bundle)
	}
	return all
}

func TestTheFolderIsWhatTheSpecificationSays(t *testing.T) {
	t.Parallel()
	sizes := []uint64{1, 2, 255, 256, 257, 511, 512, 600, 65535, 65536, 65537, 70000}
	if testing.Short() {
		sizes = sizes[:8]
	}
	s := stored(t, slices.Max(sizes))
	for _, size := range sizes {
		root, err := tlog.TreeHash(int64(size), s)
		if err != nil {
			t.Fatal(err)
		}
		c := checkpoint(size, root)
		parent := t.TempDir()
		folder := filepath.Join(parent, "tiles")
		if err := Write(folder, c, entries(size)); err != nil {
			t.Fatalf("size %d: %v", size, err)
		}
		got, want := files(t, folder), specified(t, size, s, c.Note)
		for path := range want {
			if got[path] != want[path] {
				t.Errorf("size %d: %s has %d bytes, want %d, or others", size, path, len(got[path]), len(want[path]))
			}
		}
		if len(got) != len(want) {
			t.Errorf("size %d: %d files, want %d", size, len(got), len(want))
		}
		if left := names(t, parent); len(left) != 1 {
			t.Errorf("size %d: beside it lies %v", size, left)
		}
	}
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range list {
		all = append(all, d.Name())
	}
	return all
}

func TestPathsAreThoseOfThePage(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"tile/0/x001/x234/067":          tilePath(0, 1234067, 256),
		"tile/0/x001/x234/067.p/8":      tilePath(0, 1234067, 8),
		"tile/entries/000.p/255":        entriesPath(0, 255),
		"tile/entries/999":              entriesPath(999, 256),
		"tile/entries/x001/000":         entriesPath(1000, 256),
		"tile/2/x001/x000/x000/000.p/1": tilePath(2, 1_000_000_000, 1),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

var errReading = errors.New("reading failed")

func TestNothingIsLeftWhereTheFolderCannotBeMade(t *testing.T) {
	t.Parallel()
	const size = 300
	root, err := tlog.TreeHash(size, stored(t, size))
	if err != nil {
		t.Fatal(err)
	}
	altered := func(yield func([]byte, error) bool) {
		for n := range uint64(size) {
			record := entry(n)
			if n == 7 {
				record = entry(8)
			}
			if !yield(record, nil) {
				return
			}
		}
	}
	broken := func(yield func([]byte, error) bool) {
		for n := range uint64(260) {
			if !yield(entry(n), nil) {
				return
			}
		}
		yield(nil, errReading)
	}
	var other *RootError
	for name, c := range map[string]struct {
		records iter.Seq2[[]byte, error]
		want    func(error) bool
	}{
		"an altered record":   {altered, func(err error) bool { return errors.As(err, &other) && other.Want == root && other.Size == size }},
		"a record too few":    {entries(size - 1), func(err error) bool { return strings.Contains(err.Error(), "299 records") }},
		"a record too many":   {entries(size + 1), func(err error) bool { return strings.Contains(err.Error(), "record 300") }},
		"no records":          {entries(0), func(err error) bool { return strings.Contains(err.Error(), "0 records") }},
		"a reader that fails": {broken, func(err error) bool { return errors.Is(err, errReading) }},
		"a record too long": {func(yield func([]byte, error) bool) { yield(make([]byte, 1<<16), nil) }, func(err error) bool {
			return strings.Contains(err.Error(), "65536 bytes")
		}},
	} {
		parent := t.TempDir()
		err := Write(filepath.Join(parent, "tiles"), checkpoint(size, root), c.records)
		if err == nil || !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if left := names(t, parent); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

func TestWhatHasTheNameIsNotTouched(t *testing.T) {
	t.Parallel()
	c := checkpoint(1, tlog.RecordHash(entry(0)))
	parent := t.TempDir()
	file, empty, full := filepath.Join(parent, "file"), filepath.Join(parent, "empty"), filepath.Join(parent, "full")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Mkdir(empty, 0o700), os.MkdirAll(filepath.Join(full, "x"), 0o700)); err != nil {
		t.Fatal(err)
	}
	read := false
	for _, path := range []string{file, empty, full, full + string(filepath.Separator)} {
		err := Write(path, c, func(func([]byte, error) bool) { read = true })
		if !errors.Is(err, fs.ErrExist) || read {
			t.Errorf("%s: %v, records read: %v", path, err, read)
		}
	}
	late := func(yield func([]byte, error) bool) {
		if err := os.MkdirAll(filepath.Join(parent, "late", "x"), 0o700); err != nil {
			t.Error(err)
		}
		yield(entry(0), nil)
	}
	if err := Write(filepath.Join(parent, "late"), c, late); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a folder that came meanwhile: %v", err)
	}
	if left := names(t, parent); !slices.Equal(left, []string{"empty", "file", "full", "late"}) {
		t.Errorf("there is %v", left)
	}
	if err := Write(filepath.Join(parent, "no", "tiles"), c, entries(1)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder in none: %v", err)
	}
}

func TestARecordMayBeAsLongAsItsLengthCanSay(t *testing.T) {
	t.Parallel()
	record := make([]byte, 1<<16-1)
	folder := filepath.Join(t.TempDir(), "tiles")
	one := func(yield func([]byte, error) bool) { yield(record, nil) }
	if err := Write(folder, checkpoint(1, tlog.RecordHash(record)), one); err != nil {
		t.Fatal(err)
	}
	if got := files(t, folder)["tile/entries/000.p/1"]; got != "\xff\xff"+string(record) {
		t.Errorf("its bundle has %d bytes, want %d", len(got), 2+len(record))
	}
}

func TestAFolderThatCannotTakeItsNameIsNotSaidToHaveIt(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	if err := publish(filepath.Join(parent, "gone"), filepath.Join(parent, "tiles")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that there is no such folder", err)
	}
}
