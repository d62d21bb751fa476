package durabletest

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// A Disk is a small file system in memory.
type Disk struct{ Dir string }

// Mount mounts a disk of a size as mount(8) writes it ("16k") until the test ends. The test is skipped where this user may not.
func Mount(t *testing.T, size string) Disk {
	t.Helper()
	d := Disk{Dir: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.Dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skip("cannot mount a small disk:", err)
	}
	t.Cleanup(func() {
		// A file that is mapped into memory may still be there: it goes with its mapping.
		if err := syscall.Unmount(d.Dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Fill takes all room that is left, at most 64 KiB, and returns what gives it back.
func (d Disk) Fill(t *testing.T) (room func()) {
	t.Helper()
	filler := filepath.Join(d.Dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 64<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk is not full:", err)
	}
	return func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
}

// Resize gives the disk another size.
func (d Disk) Resize(t *testing.T, size string) {
	t.Helper()
	d.again(t, 0, "size="+size)
}

// ReadOnly makes the disk one that may only be read. A file that was removed and is still mapped into memory stands in the
// way until it is let go of.
func (d Disk) ReadOnly(t *testing.T) {
	t.Helper()
	const tries = 100
	for range tries {
		if err := syscall.Mount("tmpfs", d.Dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); !errors.Is(err, syscall.EBUSY) {
			break
		}
		runtime.GC()
		runtime.Gosched()
	}
	d.again(t, syscall.MS_RDONLY, "")
}

func (d Disk) again(t *testing.T, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", d.Dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}
