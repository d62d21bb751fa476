package anchor_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/anchor"
	"suyuan/internal/notary"
)

func TestAnAnchorKeepsTheNewestCheckpoint(t *testing.T) {
	t.Parallel()
	f, h := anchor.At(t.TempDir()), newHistory(t, 1, "", 0)
	if k, ok, err := f.Read(origin); ok || err != nil {
		t.Fatalf("an empty anchor: %q, %v, %v", k.Note, ok, err)
	}
	for _, size := range []uint64{1, 2, 7, 7, 4000} {
		next := h.checkpoint(t, size)
		standing, err := f.Swap(next, h.keys, h.extends)
		if err != nil || !bytes.Equal(standing, next) {
			t.Fatalf("size %d: %q, %v", size, standing, err)
		}
		if got := h.standing(t, f); got.Size != size {
			t.Fatalf("size %d stands, want %d", got.Size, size)
		}
	}
	if k, ok, err := f.Read("another.example"); ok || err != nil {
		t.Errorf("of another origin: %q, %v, %v", k.Note, ok, err)
	}
}

func TestAtTheSameSizeTheNoteThatStandsIsGiven(t *testing.T) {
	t.Parallel()
	f, h := anchor.At(t.TempDir()), newHistory(t, 1, "", 0)
	first := h.checkpoint(t, 3)
	if _, err := f.Swap(first, h.keys, h.extends); err != nil {
		t.Fatal(err)
	}
	later := append(bytes.Clone(first), "— witness.example AAAAAAAA\n"...)
	standing, err := f.Swap(later, h.keys, func(notary.Checkpoint) error { return errElsewhere })
	if err != nil || !bytes.Equal(standing, first) {
		t.Errorf("%q, %v, want the first", standing, err)
	}
	if k, _, err := f.Read(origin); err != nil || !bytes.Equal(k.Note, first) {
		t.Errorf("%q stands, %v", k.Note, err)
	}
}

func TestAnAnchorRefusesWhatDoesNotFollow(t *testing.T) {
	t.Parallel()
	f, h, other := anchor.At(t.TempDir()), newHistory(t, 1, "a", 3), newHistory(t, 1, "b", 3)
	if err := h.swap(t, f, 5); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		by   *history
		size uint64
		want error
	}{
		{"a smaller one", h, 4, anchor.ErrSmaller},
		{"a smaller one of the other branch", other, 4, anchor.ErrSmaller},
		{"another root", other, 5, anchor.ErrForked},
		{"a larger one of the other branch", other, 9, errElsewhere},
	} {
		if err := c.by.swap(t, f, c.size); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if got := h.standing(t, f); got.Size != 5 {
			t.Fatalf("%s: size %d stands", c.name, got.Size)
		}
	}
	var conflict *anchor.ConflictError
	if err := h.swap(t, f, 4); !errors.As(err, &conflict) || conflict.Old.Size != 5 || conflict.Next.Size != 4 || !strings.Contains(err.Error(), "size 5, and not 4") {
		t.Errorf("%v", err)
	}
	stands, came := h.root(5), other.root(5)
	if err := other.swap(t, f, 5); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the root %x, and not %x", stands[:], came[:])) {
		t.Errorf("the roots are not named: %v", err)
	}
}

func TestAnAnchorTakesNothingThatItsKeysHaveNotSigned(t *testing.T) {
	t.Parallel()
	f, h, stranger := anchor.At(t.TempDir()), newHistory(t, 1, "", 0), newHistory(t, 2, "", 0)
	for name, text := range map[string][]byte{
		"a stranger's":     stranger.checkpoint(t, 2),
		"without any":      []byte(strings.SplitAfter(string(h.checkpoint(t, 2)), "\n\n")[0]),
		"no checkpoint":    []byte("hello\n"),
		"nothing":          nil,
		"an extended body": bytes.Replace(h.checkpoint(t, 2), []byte("\n\n"), []byte("\nmore\n\n"), 1),
	} {
		if _, err := f.Swap(text, h.keys, h.extends); err == nil {
			t.Errorf("%s was kept", name)
		}
	}
	if list, err := os.ReadDir(f.Dir()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v in the folder", list, err)
	}
	if err := stranger.swap(t, f, 9); err != nil {
		t.Fatal(err)
	}
	if err := h.swap(t, f, 10); !errors.Is(err, anchor.ErrDamaged) {
		t.Errorf("over a stranger's: %v, want %v", err, anchor.ErrDamaged)
	}
}

func TestANamedFolderHasToBeThere(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 1, "", 0)
	dir := filepath.Join(t.TempDir(), "disk", "anchor")
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	for _, f := range []anchor.Folder{anchor.At(dir), anchor.At(file), anchor.Own(file), anchor.At("")} {
		wantKind(t, "swap", h.swap(t, f, 1), anchor.ErrNoFolder)
		_, _, err := f.Read(origin)
		wantKind(t, "read", err, anchor.ErrNoFolder)
		wantKind(t, "bind", f.Bind(file, origin), anchor.ErrNoFolder)
		_, _, err = f.Bound(file)
		wantKind(t, "bound", err, anchor.ErrNoFolder)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}

// wantKind wants an error of this kind that says the path.
func wantKind(t *testing.T, what string, err, kind error) {
	t.Helper()
	var e *anchor.Error
	if !errors.Is(err, kind) || !errors.As(err, &e) || !strings.Contains(err.Error(), e.Path) {
		t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func TestOnesOwnFolderIsMadeWhenSomethingIsKept(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 1, "", 0)
	f := anchor.Own(filepath.Join(t.TempDir(), "suyuan", "anchor"))
	if _, ok, err := f.Read(origin); ok || err != nil {
		t.Fatalf("before: %v, %v", ok, err)
	}
	if _, err := os.Stat(f.Dir()); err == nil {
		t.Fatal("reading made the folder")
	}
	if err := h.swap(t, f, 1); err != nil {
		t.Fatal(err)
	}
	if got := h.standing(t, f); got.Size != 1 {
		t.Errorf("size %d", got.Size)
	}
}

func TestGarbageInTheAnchorIsDamageAndStays(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 1, "", 0)
	for name, content := range map[string]string{
		"nothing":              "",
		"zeros":                strings.Repeat("\x00", 300),
		"half":                 string(h.checkpoint(t, 5)[:30]),
		"another's":            strings.Replace(string(h.checkpoint(t, 5)), origin, "other.example", 1),
		"a size with a nought": strings.Replace(string(h.checkpoint(t, 5)), "\n5\n", "\n05\n", 1),
		"far too much":         string(h.checkpoint(t, 5)) + strings.Repeat("— x AAAAAAAA\n", 6000),
	} {
		f := anchor.At(t.TempDir())
		path := f.CheckpointPath(origin)
		write(t, path, []byte(content))
		_, _, err := f.Read(origin)
		wantKind(t, name+": read", err, anchor.ErrDamaged)
		wantKind(t, name+": swap", h.swap(t, f, 6), anchor.ErrDamaged)
		if b, err := os.ReadFile(path); err != nil || string(b) != content {
			t.Errorf("%s: it was changed, %v", name, err)
		}
	}
	f := anchor.At(t.TempDir())
	if err := os.Mkdir(f.CheckpointPath(origin), 0o700); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a folder: swap", h.swap(t, f, 6), anchor.ErrDamaged)
}

// TestAFlippedByteIsNoticedOrSaysNothingElse is the twin: every byte of the file, one after the other. Only what nobody's key vouches for,
// a line of signature that no longer names a known key, may go unnoticed, and then the checkpoint is the same.
func TestAFlippedByteIsNoticedOrSaysNothingElse(t *testing.T) {
	t.Parallel()
	f, h := anchor.At(t.TempDir()), newHistory(t, 1, "", 0)
	good := h.checkpoint(t, 5)
	want, err := notary.OpenCheckpoint(good, h.keys)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		for _, bit := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= bit
			write(t, f.CheckpointPath(origin), bad)
			if err := h.swap(t, f, 6); err == nil {
				t.Errorf("byte %d: swapped over %q", i, bad)
				write(t, f.CheckpointPath(origin), bad)
			}
			k, ok, err := f.Read(origin)
			if err != nil || !ok {
				continue
			}
			if c, err := notary.OpenCheckpoint(k.Note, h.keys); err == nil {
				t.Errorf("byte %d: reads as %+v, want damage (%+v was kept)", i, c, want)
			}
		}
	}
	write(t, f.CheckpointPath(origin), good)
	if err := h.swap(t, f, 6); err != nil {
		t.Errorf("as it was: %v", err)
	}
}
