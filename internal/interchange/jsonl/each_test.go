package jsonl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// A seen line is all that each is told.
type seen struct {
	number int
	text   string
	read   int64
	sum    [sha256.Size]byte
	made   string
}

var errEnough = errors.New("enough")

func made(line []byte) string {
	e, err := event.Parse(line)
	if err != nil {
		return "refused: " + err.Error()
	}
	e.Identify()
	return string(e.Bytes())
}

// inTurn is the slow reference of Each: no goroutines.
func inTurn(ctx context.Context, r *Reader, work func([]byte) string, each func(At, string) error) (int, error) {
	for {
		line, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return r.Number(), nil
		}
		if err == nil {
			err = each(At{line, r.Read(), r.Sum()}, work(line.Bytes))
		}
		if err != nil {
			return r.Number(), err
		}
	}
}

type outcome struct {
	lines  []seen
	number int
	err    string
}

// run collects what a reading tells, until line last.
func run(in string, last int, read func(context.Context, *Reader, func([]byte) string, func(At, string) error) (int, error)) (o outcome) {
	r := NewReader(strings.NewReader(in), 600)
	number, err := read(context.Background(), r, made, func(at At, made string) error {
		o.lines = append(o.lines, seen{at.Number, string(at.Bytes), at.Read, at.Sum, made})
		if at.Number >= last {
			return fmt.Errorf("line %d: %w", at.Number, errEnough)
		}
		return nil
	})
	o.number = number
	if err != nil {
		o.err = err.Error()
	}
	return o
}

func genFile() *rapid.Generator[string] {
	line := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf(`{"type":"store","unit":"U-%d","equipment":"T-%d","time":"2026-03-01T08:00:00Z"}`, rapid.IntRange(0, 99).Draw(t, "unit"), rapid.IntRange(0, 9).Draw(t, "tank"))
		}),
		rapid.SampledFrom([]string{"", " \t", "\r", "{", "[]", `{"type":"store"}`, `{"type":"stare","time":"2026-03-01T08:00:00Z"}`, "溯源", "\xff"}),
		rapid.Map(rapid.IntRange(590, 610), func(n int) string { return strings.Repeat("x", n) }),
	)
	return rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]string{"", "", "\ufeff", "\xff\xfe"}).Draw(t, "start")
		lines := rapid.SliceOfN(line, 0, 60).Draw(t, "lines")
		times := rapid.SampledFrom([]int{1, 1, 7}).Draw(t, "times")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		return start + strings.Repeat(strings.Join(lines, end)+end, times)
	})
}

func TestEachTellsWhatAReaderTellsInTurn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := genFile().Draw(t, "file")
		last := rapid.SampledFrom([]int{1 << 30, 1 << 30, 1, 3, 70, 200}).Draw(t, "last")
		got, want := run(in, last, Each[string]), run(in, last, inTurn)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got:\n%v\nwant:\n%v", got, want)
		}
	})
}

func TestEachEndsWithItsContextAndWithItsReader(t *testing.T) {
	t.Parallel()
	in := strings.Repeat("line\n", 5000)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Each(ctx, NewReader(strings.NewReader(in), 100), made, func(at At, _ string) error {
		if at.Number == 1000 {
			cancel()
		}
		if at.Number > 1000 {
			t.Errorf("line %d came after the end of the context", at.Number)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	broken := io.MultiReader(strings.NewReader(in), iotest.ErrReader(errEnough))
	n := 0
	number, err := Each(t.Context(), NewReader(broken, 100), made, func(At, string) error { n++; return nil })
	if !errors.Is(err, errEnough) || n != 5000 || number != 5001 {
		t.Errorf("%d lines, line %d: %v; want 5000, line 5001: %v", n, number, err, errEnough)
	}
}

func TestAReaderIsUsedAgainAfterEach(t *testing.T) {
	t.Parallel()
	r := NewReader(strings.NewReader("a\nb\n\n"), 100)
	if _, err := Each(t.Context(), r, func(line []byte) string { return string(line) }, func(At, string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if r.Read() != 5 || r.Sum() != sha256.Sum256([]byte("a\nb\n\n")) || r.Number() != 4 {
		t.Errorf("read %d, line %d", r.Read(), r.Number())
	}
}

func BenchmarkEach(b *testing.B) {
	line := []byte(`{"equipment":[{"equipment":"F-1/CENT-2","from":"2026-03-01T08:05:00+08:00","to":"2026-03-01T08:20:00+08:00"}],"inputs":["MSC-P2-001"],"materials":[{"aliquot":"A1","lot":"ALB-1"}],"operators":["F-1/OP-7"],"outputs":[{"role":"dose","unit":"MSC-D-001"}],"room":"F-1/ROOM-2","site":"F-1","step":"fill","time":"2026-03-01T08:00:00+08:00","type":"manufacture"}` + "\n")
	for name, read := range map[string]func(context.Context, *Reader, func([]byte) string, func(At, string) error) (int, error){"all cores": Each[string], "in turn": inTurn} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			in := io.LimitReader(&repeated{line: line}, int64(len(line))*int64(b.N))
			if _, err := read(b.Context(), NewReader(in, event.MaxInput), made, func(At, string) error { return nil }); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// repeated gives a line again and again.
type repeated struct {
	line []byte
	rest bytes.Reader
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if r.rest.Len() == 0 {
			r.rest.Reset(r.line)
		}
		m, err := r.rest.Read(p[n:])
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, nil
}
