package mapped

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapFile maps a file; nil where that cannot be done.
func mapFile(f *os.File, size int) ([]byte, func() error) {
	h, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, nil
	}
	at, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	_ = windows.CloseHandle(h) // the view keeps what it needs
	if err != nil {
		return nil, nil
	}
	// The address is not of Go's memory, which vet cannot know.
	b := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), size)
	return b, func() error { return windows.UnmapViewOfFile(at) }
}
