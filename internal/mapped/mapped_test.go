package mapped_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"suyuan/internal/mapped"
)

func TestBothWaysGiveTheFile(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("suyuan"), 10000)
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, want, 0o600); err != nil {
		t.Fatal(err)
	}
	whole, err := mapped.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Bytes != nil && !bytes.Equal(whole.Bytes, want) {
		t.Error("what is mapped is another content")
	}
	got := make([]byte, whole.Size)
	if _, err := whole.Reader.ReadAt(got, 0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if err := whole.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnEmptyFileIsNotMapped(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := mapped.Open(path)
	if err != nil || f.Bytes != nil || f.Size != 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := mapped.Open(path + ".not"); err == nil {
		t.Error("what is not there is open")
	}
}
