package logbook_test

import (
	"os"
	"path/filepath"
	"testing"

	"suyuan/internal/logbook"
)

func TestANewFileNeverTakesTheNameOfAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "page-2.html"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		content, want string
		made          bool
	}{
		{"one", "page.html", true},
		{"two", "page-3.html", true}, // page-2 is a directory
		{"one", "page.html", false},
		{"two", "page-3.html", false},
		{"six", "page-4.html", true},
	} {
		name, made, err := logbook.WriteNew(filepath.Join(dir, "page.html"), []byte(c.content))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(name) != c.want || made != c.made {
			t.Errorf("%q went to %s, made %v: want %s, made %v", c.content, filepath.Base(name), made, c.want, c.made)
		}
		if b, err := os.ReadFile(name); err != nil || string(b) != c.content {
			t.Errorf("%s holds %q, %v: want %q", c.want, b, err, c.content)
		}
	}
	if _, _, err := logbook.WriteNew(filepath.Join(dir, "none", "page.html"), nil); err == nil {
		t.Error("a file in a directory that is not there was made")
	}
}
