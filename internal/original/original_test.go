package original_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/original"
)

func keep(tb testing.TB, f original.Folder, content []byte) original.Sum {
	tb.Helper()
	sum := original.Sum(sha256.Sum256(content))
	if err := f.Keep(tb.Context(), bytes.NewReader(content), sum); err != nil {
		tb.Fatal(err)
	}
	return sum
}

func read(tb testing.TB, f original.Folder, sum original.Sum) ([]byte, error) {
	tb.Helper()
	var b bytes.Buffer
	err := f.Copy(tb.Context(), &b, sum)
	return b.Bytes(), err
}

// kept returns the path of the one file that is kept.
func kept(tb testing.TB, dir string) string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(paths) != 1 {
		tb.Fatalf("%v, %v: want one file", paths, err)
	}
	return paths[0]
}

func TestWhatIsKeptComesBackByteForByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		f := original.In(filepath.Join(dir, rapid.StringMatching("[a-z]{3}").Draw(r, "folder")))
		content := bytes.Repeat(rapid.SliceOf(rapid.Byte()).Draw(r, "bytes"), rapid.IntRange(1, 3000).Draw(r, "times"))
		sum := keep(t, f, content)
		if got, err := read(t, f, sum); err != nil || !bytes.Equal(got, content) {
			r.Fatalf("%d bytes came back as %d: %v", len(content), len(got), err)
		}
		if list, err := f.Sums(); err != nil || !contains(list, sum) {
			r.Fatalf("%v is not among %v: %v", sum, list, err)
		}
	})
}

func contains(list []original.Sum, sum original.Sum) bool {
	for _, s := range list {
		if s == sum {
			return true
		}
	}
	return false
}

func TestAFlippedByteOfWhatIsKeptIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := original.In(dir)
	content := []byte(strings.Repeat("2026-03-01 08:00;-151.2\n", 40) + "end")
	sum := keep(t, f, content)
	path := kept(t, dir)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sound {
		for _, bit := range []byte{1, 0x80} {
			flipped := bytes.Clone(sound)
			flipped[i] ^= bit
			if err := os.WriteFile(path, flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			var damage *original.DamageError
			if got, err := read(t, f, sum); err == nil && !bytes.Equal(got, content) || err != nil && !errors.As(err, &damage) {
				t.Fatalf("byte %d of %d flipped: %v", i, len(sound), err)
			} else if err == nil { // a byte that says nothing of the content, as the window's size
				continue
			}
			keep(t, f, content) // what is damaged is written anew
			if got, err := read(t, f, sum); err != nil || !bytes.Equal(got, content) {
				t.Fatalf("not mended: %v", err)
			}
		}
	}
	for n := range sound {
		if err := os.WriteFile(path, sound[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, f, sum); err == nil {
			t.Fatalf("cut after %d of %d bytes, and nothing is said", n, len(sound))
		}
	}
}

func TestAnotherFileInItsPlaceIsDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := original.In(dir)
	sum := keep(t, f, []byte("one"))
	one := kept(t, dir)
	other := original.In(t.TempDir())
	keep(t, other, []byte("two"))
	b, err := os.ReadFile(kept(t, other.Path()))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(one, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var damage *original.DamageError
	if err := f.Check(t.Context(), sum); !errors.As(err, &damage) || damage.Sum != sum {
		t.Errorf("%v", err)
	}
}

func TestWhatChangedWhileItWasReadIsNotKept(t *testing.T) {
	t.Parallel()
	f := original.In(filepath.Join(t.TempDir(), "originals"))
	sum := original.Sum(sha256.Sum256([]byte("before")))
	if err := f.Keep(t.Context(), strings.NewReader("after"), sum); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("%v", err)
	}
	if err := f.Check(t.Context(), sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if list, err := f.Sums(); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestAFolderThatIsNotThereKeepsNothing(t *testing.T) {
	t.Parallel()
	f := original.In(filepath.Join(t.TempDir(), "none"))
	if list, err := f.Sums(); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if err := f.Check(t.Context(), original.Sum{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	f := original.In(t.TempDir())
	sum := keep(t, f, []byte("one"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Check(ctx, sum); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestASumIsSixtyFourDigitsOfLowerCaseHex(t *testing.T) {
	t.Parallel()
	for s, good := range map[string]bool{
		strings.Repeat("ab", 32): true, strings.Repeat("AB", 32): false, strings.Repeat("ab", 31): false, strings.Repeat("zz", 32): false, "": false,
	} {
		if sum, err := original.ParseSum(s); (err == nil) != good || good && sum.String() != s {
			t.Errorf("%q: %v, %v", s, sum, err)
		}
	}
}
