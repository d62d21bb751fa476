package logbook

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"

	"suyuan/internal/event"
)

// shelfMemory is how many bytes a shelf holds in memory before it has a file.
// Tests have less.
var shelfMemory = 1 << 20

// A shelf keeps the canonical bytes of what the first pass of an import found to
// be new, so that the second need not decode the input again. What grows large
// lies in a file beside the ledger that nobody else sees. Where that cannot be
// made, or is full, the shelf holds nothing, and the input is decoded again.
type shelf struct {
	ledger string // its path
	file   *os.File
	buf    []byte // what comes after the file's bytes
	lost   bool   // the shelf is of no use
}

// errShelf says that a shelf does not give back what was put in.
var errShelf = errors.New("what was checked cannot be read back from the temporary file beside the ledger")

// put adds an event.
func (s *shelf) put(content []byte) {
	if s.lost {
		return
	}
	s.buf = append(binary.AppendUvarint(s.buf, uint64(len(content))), content...)
	if len(s.buf) < shelfMemory {
		return
	}
	if s.file == nil {
		s.file = namelessFile(s.ledger)
	}
	if s.file == nil || !s.flush() {
		s.lost, s.buf = true, nil
		s.close()
	}
}

func (s *shelf) flush() bool {
	_, err := s.file.Write(s.buf)
	s.buf = s.buf[:0]
	return err == nil
}

// namelessFile makes a file beside the ledger that has lost its name, where the
// system can do that; nil where none can be made. Elsewhere it loses it when it
// is closed.
func namelessFile(ledger string) *os.File {
	f, err := os.CreateTemp(filepath.Dir(ledger), "."+filepath.Base(ledger)+".*.new")
	if err != nil {
		return nil
	}
	_ = os.Remove(f.Name())
	return f
}

// close lets go of the file. What is left of one that kept its name is removed.
func (s *shelf) close() {
	if s.file != nil {
		_ = s.file.Close() // nothing is lost with it
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}

// reader returns what gives the events back, in order.
func (s *shelf) reader() *shelfReader {
	if s.file == nil {
		return &shelfReader{bufio.NewReader(bytes.NewReader(s.buf))}
	}
	at := &io.SectionReader{}
	if size, err := s.file.Seek(0, io.SeekEnd); err == nil {
		at = io.NewSectionReader(s.file, 0, size)
	}
	return &shelfReader{bufio.NewReaderSize(io.MultiReader(at, bytes.NewReader(s.buf)), 1<<16)}
}

type shelfReader struct{ r *bufio.Reader }

// next returns the next event, in memory of its own, which must have a digest.
func (r *shelfReader) next(digest *[sha256.Size]byte) ([]byte, error) {
	size, err := binary.ReadUvarint(r.r)
	if err != nil || size > event.MaxInput {
		return nil, errShelf
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(r.r, content); err != nil || sha256.Sum256(content) != *digest {
		return nil, errShelf
	}
	return content, nil
}
