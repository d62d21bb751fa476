package jsonl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

type numbered struct {
	number int
	text   string
}

// all reads what there is, and the error that ended it where that is not the
// end.
func all(r *Reader) (lines []numbered, err error) {
	for {
		line, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, numbered{line.Number, string(line.Bytes)})
	}
}

func TestReaderReadsLinesAsTheyComeFromEverySystem(t *testing.T) {
	t.Parallel()
	ab := []numbered{{1, "a"}, {2, "b"}}
	for name, c := range map[string]struct {
		text string
		want []numbered
	}{
		"nothing":                      {"", nil},
		"line feeds":                   {"a\nb\n", ab},
		"no line feed at the end":      {"a\nb", ab},
		"carriage returns":             {"a\r\nb\r\n", ab},
		"carriage return at the end":   {"a\r\nb\r", ab},
		"a byte order mark":            {"\ufeffa\nb\n", ab},
		"a byte order mark and no end": {"\ufeffa", []numbered{{1, "a"}}},
		"nothing but a mark":           {"\ufeff", nil},
		"blank lines are counted":      {"\n \t\r\na\n\n\r\nb\n\n", []numbered{{3, "a"}, {6, "b"}}},
		"one byte":                     {"a", []numbered{{1, "a"}}},
		"text of two bytes a letter":   {"溯源\n", []numbered{{1, "溯源"}}},
		"white space inside stays":     {" a \n", []numbered{{1, " a "}}},
	} {
		for _, in := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
			r := NewReader(in, 100)
			got, err := all(r)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, %v, want %v", name, got, err, c.want)
			}
			if r.Sum() != sha256.Sum256([]byte(c.text)) || r.Read() != int64(len(c.text)) {
				t.Errorf("%s: digest or length of the file is wrong", name)
			}
		}
	}
}

func TestReaderRefusesOtherEncodings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\xfea\x00", "\xfe\xff\x00a", "{\x00\"\x00", "\x00{\x00\"", "\xff\xfe\x00\x00", "\x00\x00\xfe\xff"} {
		if lines, err := all(NewReader(strings.NewReader(text), 100)); !errors.Is(err, ErrEncoding) || lines != nil {
			t.Errorf("%q: got %v, %v, want %v", text, lines, err, ErrEncoding)
		}
	}
}

func TestReaderRefusesALongLineWithoutHoldingIt(t *testing.T) {
	t.Parallel()
	const limit = 1000
	fits := strings.Repeat("x", limit)
	if lines, err := all(NewReader(strings.NewReader("a\n"+fits+"\r\n"), limit)); err != nil || len(lines) != 2 {
		t.Errorf("a line of just the limit: %v", err)
	}
	source := &countingReader{r: io.MultiReader(strings.NewReader("a\n"), &endless{}), most: 10 << 20}
	r := NewReader(source, limit)
	lines, err := all(r)
	var refused *event.Error
	if !errors.As(err, &refused) || refused.Rule != event.RuleTooLarge || len(lines) != 1 || r.Number() != 2 {
		t.Errorf("an endless line: got %v after %d lines, line %d", err, len(lines), r.Number())
	}
	if source.read > 4*chunk {
		t.Errorf("read %d bytes of it", source.read)
	}
}

// endless is a line without an end.
type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type countingReader struct {
	r          io.Reader
	read, most int
}

func (c *countingReader) Read(p []byte) (int, error) {
	if c.read > c.most {
		return 0, errors.New("read on and on")
	}
	n, err := c.r.Read(p)
	c.read += n
	return n, err
}

func TestReaderEndsWithItsContextAmongBlankLines(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	source := &countingReader{r: &blank{after: 3, then: cancel}, most: 10 << 20}
	if line, err := NewReader(source, 100).Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", line, err)
	}
}

// blank is nothing but line ends; it calls then at one of the reads.
type blank struct {
	after int
	then  func()
}

func (b *blank) Read(p []byte) (int, error) {
	if b.after--; b.after == 0 {
		b.then()
	}
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func TestReaderPassesOnWhatTheFileSays(t *testing.T) {
	t.Parallel()
	broken := errors.New("bad sector")
	for _, text := range []string{"", "a", "a\nb"} {
		_, err := all(NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), 100))
		if !errors.Is(err, broken) {
			t.Errorf("after %q: got %v", text, err)
		}
	}
}

func TestSumAfterALineIsThatOfTheFileUpToIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab \n\r")), 0, 300, -1).Draw(t, "text")
		r := NewReader(strings.NewReader(text), 1000)
		for {
			line, err := r.Next(context.Background())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			head := text[:r.Read()]
			if r.Sum() != sha256.Sum256([]byte(head)) {
				t.Fatalf("line %d: the digest is not that of %q", line.Number, head)
			}
			if n := strings.Count(strings.TrimSuffix(head, "\n"), "\n") + 1; n != line.Number {
				t.Fatalf("line %d is line %d of %q", line.Number, n, text)
			}
		}
		if r.Read() != int64(len(text)) {
			t.Fatalf("read %d bytes of %d", r.Read(), len(text))
		}
	})
}

func TestWriterWritesValuesAsTheyAre(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, v := range []string{`{"a":1}`, `"溯\u2028源"`} {
		if err := w.Write([]byte(v)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "{\"a\":1}\n\"溯\\u2028源\"\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err := w.Write([]byte("{\n}")); err == nil {
		t.Error("a value of two lines was written")
	}
}

func TestWriterTellsThatTheDiskIsFull(t *testing.T) {
	t.Parallel()
	w := NewWriter(failing{})
	err := errors.Join(w.Write([]byte("{}")), w.Flush())
	if !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}

var errFull = errors.New("no space left")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func FuzzReader(f *testing.F) {
	for _, s := range []string{"", "a\nb", "\ufeffa\r\n\r\n", "\xff\xfe", "{\x00", "aaaaaaaaaaaaaaaaaaaaaaaa\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader(bytes.NewReader(b), 16)
		lines, err := all(r)
		for _, l := range lines {
			if len(l.text) > 16 || strings.Contains(l.text, "\n") || strings.Trim(l.text, " \t\r") == "" {
				t.Errorf("line %d is %q", l.number, l.text)
			}
		}
		if err == nil && r.Sum() != sha256.Sum256(b) {
			t.Error("the digest is not that of the file")
		}
	})
}
