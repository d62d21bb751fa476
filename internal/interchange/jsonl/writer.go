package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// A Writer writes values one a line, just as they are.
type Writer struct{ out *bufio.Writer }

// NewWriter returns a writer; Flush must be called at the end.
func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriterSize(w, chunk)} }

// Write writes one value, which must not hold a line feed.
func (w *Writer) Write(value []byte) error {
	if bytes.IndexByte(value, '\n') >= 0 {
		return errors.New("a value with a line feed in it cannot be a line")
	}
	if _, err := w.out.Write(value); err != nil {
		return err
	}
	return w.out.WriteByte('\n')
}

// Flush writes out what is still held back.
func (w *Writer) Flush() error { return w.out.Flush() }
