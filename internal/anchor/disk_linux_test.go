package anchor_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"suyuan/internal/anchor"
	"suyuan/internal/durable/durabletest"
)

func TestAFullDiskLeavesTheOldCheckpoint(t *testing.T) {
	t.Parallel()
	disk, h := durabletest.Mount(t, "16k"), newHistory(t, 1, "", 0)
	dir := disk.Dir
	f := anchor.At(dir)
	if err := h.swap(t, f, 1); err != nil {
		t.Fatal(err)
	}
	room := disk.Fill(t)
	err := h.swap(t, f, 2)
	wantKind(t, "swap", err, anchor.ErrFull)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the cause is lost: %v", err)
	}
	wantKind(t, "bind", f.Bind(filepath.Join(dir, "l.db"), origin), anchor.ErrFull)
	if got := h.standing(t, f); got.Size != 1 {
		t.Errorf("size %d stands", got.Size)
	}
	if list, _ := filepath.Glob(filepath.Join(dir, ".*.new")); len(list) > 0 {
		t.Errorf("left behind %v", list)
	}
	room()
	if err := h.swap(t, f, 2); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestAReadOnlyDiskIsReadAndNotWritten(t *testing.T) {
	t.Parallel()
	disk, h := durabletest.Mount(t, "16k"), newHistory(t, 1, "", 0)
	dir := disk.Dir
	f := anchor.At(dir)
	if err := h.swap(t, f, 1); err != nil {
		t.Fatal(err)
	}
	disk.ReadOnly(t)
	if got := h.standing(t, f); got.Size != 1 {
		t.Errorf("size %d stands", got.Size)
	}
	wantKind(t, "swap", h.swap(t, f, 2), anchor.ErrNotWritable)
	wantKind(t, "bind", f.Bind(filepath.Join(dir, "l.db"), origin), anchor.ErrNotWritable)
}

func TestAFolderOfSomebodyElseIsNotWritten(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir, h := t.TempDir(), newHistory(t, 1, "", 0)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "swap", h.swap(t, anchor.At(dir), 1), anchor.ErrNotWritable)
}

func TestAPipeInTheAnchorIsDamageAndDoesNotHang(t *testing.T) {
	t.Parallel()
	f := anchor.At(t.TempDir())
	if err := syscall.Mkfifo(f.CheckpointPath(origin), 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	_, _, err := f.Read(origin)
	wantKind(t, "read", err, anchor.ErrDamaged)
	if !strings.Contains(err.Error(), "found no file") {
		t.Errorf("%v", err)
	}
}
