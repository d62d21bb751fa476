// Package mapped opens files to be read at random: mapped into memory where the
// system can do that, and read piece by piece where it cannot.
package mapped

import (
	"io"
	"os"
)

// A File is open for reading. What others do to the file at its path does not
// matter, as long as they put another one in its place and do not change it.
type File struct {
	// Bytes are the content where it is mapped, and nil where it is not. They are
	// there until Close.
	Bytes []byte
	// Reader and Size serve where it is not mapped, and where it is.
	Reader io.ReaderAt
	Size   int64

	file *os.File
	free func() error
}

// Open opens the file at path. A file that cannot be mapped is no error.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // it was only read
		return nil, err
	}
	m := &File{Reader: f, Size: info.Size(), file: f}
	if info.Mode().IsRegular() && m.Size > 0 && int64(int(m.Size)) == m.Size {
		m.Bytes, m.free = mapFile(f, int(m.Size))
	}
	return m, nil
}

// Close lets go of the file. Nothing may read Bytes any more.
func (m *File) Close() error {
	if m.free != nil {
		_ = m.free() // what is mapped for reading has nothing to lose
	}
	m.Bytes, m.free = nil, nil
	return m.file.Close()
}
