package jsonl

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"

	"suyuan/internal/event"
)

// ErrEncoding says that a file is text, but not in UTF-8.
var ErrEncoding = errors.New("the file is not in UTF-8")

// chunk is how much of a long line is looked at in one go.
const chunk = 64 << 10

// A Line is one line that is not blank.
type Line struct {
	Number int    // from 1, blank lines counted
	Bytes  []byte // without the line end; valid until the next call of Next
}

// A Reader reads lines.
type Reader struct {
	in     *bufio.Reader
	digest hash.Hash
	limit  int
	number int
	read   int64
	line   []byte
	sum    [sha256.Size]byte // where Sum writes
}

// NewReader returns a reader of lines of at most limit bytes.
func NewReader(r io.Reader, limit int) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, chunk), digest: sha256.New(), limit: limit}
}

// Next returns the next line that is not blank, and [io.EOF] after the last. It
// ends with ctx, between two lines: blank ones may go on for long.
// A line over the limit is an [*event.Error] of rule too-large; the number of
// the line in question is that of [Reader.Number].
func (r *Reader) Next(ctx context.Context) (Line, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Line{}, err
		}
		line, err := r.next()
		if err != nil {
			return Line{}, err
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case len(line) > r.limit:
			return Line{}, r.tooLong()
		case len(bytes.Trim(line, " \t\r")) > 0:
			return Line{r.number, line}, nil
		}
	}
}

// Number returns the number of the line that Next looked at last.
func (r *Reader) Number() int { return r.number }

// Read returns how many bytes the lines so far take up, their ends included.
func (r *Reader) Read() int64 { return r.read }

// Sum returns the SHA-256 of the bytes up to the end of the last line; after
// [io.EOF], that of the whole file.
func (r *Reader) Sum() [sha256.Size]byte { return [sha256.Size]byte(r.digest.Sum(r.sum[:0])) }

// next reads one line, blank or not, without its line feed.
func (r *Reader) next() ([]byte, error) {
	if r.number == 0 {
		if err := r.start(); err != nil {
			return nil, err
		}
	}
	r.number++
	r.line = r.line[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		r.digest.Write(part)
		r.read += int64(len(part))
		r.line = append(r.line, part...)
		if len(r.line) > r.limit+len("\r\n") {
			return nil, r.tooLong()
		}
		switch {
		case err == nil:
			return r.line[:len(r.line)-1], nil
		case errors.Is(err, io.EOF) && len(r.line) > 0:
			return r.line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func (r *Reader) tooLong() error {
	return &event.Error{
		Rule: event.RuleTooLarge, Found: "a line of more than " + strconv.Itoa(r.limit) + " bytes",
		Want: "at most " + strconv.Itoa(r.limit), Offset: r.limit,
	}
}

// start takes a byte order mark off and refuses the other encodings of
// Unicode, whose first characters give them away.
func (r *Reader) start() error {
	head, err := r.in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		r.digest.Write(head[:3])
		r.read += 3
		_, err := r.in.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), len(head) > 1 && (head[0] == 0 || head[1] == 0):
		return fmt.Errorf("%w: it begins like UTF-16 or UTF-32; save it as UTF-8", ErrEncoding)
	}
	return nil
}
