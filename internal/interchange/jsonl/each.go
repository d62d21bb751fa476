package jsonl

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"runtime"
	"sync"
)

// A batch is what one worker takes at a time: so much that handing it over costs
// little beside the work, and so little that all workers have some. Workers go
// so many batches ahead of the caller, who may have to wait for a disk meanwhile.
const (
	batchLines = 64
	batchBytes = 64 << 10
	ahead      = 16
)

// An At says where a line stands.
type At struct {
	Line                   // its bytes are valid until each returns
	Read int64             // bytes up to its end
	Sum  [sha256.Size]byte // of these
}

// Each reads the lines of r that are not blank and calls work with each, on all
// cores, and each with the line and what work made of it, in order, on the
// caller's goroutine. It ends with the first error in the order of lines, be it
// each's or the reader's, and returns the number of the line that it is about, as
// [Reader.Number] would be; no error at the end of the file.
//
// work must be safe for concurrent use and keep nothing of the line. It may be
// called with lines that each will never see. About a thousand lines are held
// at a time, some megabyte beside what work returns, or a few lines where they
// are long. r may be used again once Each has returned.
func Each[T any](ctx context.Context, r *Reader, work func(line []byte) T, each func(At, T) error) (number int, err error) {
	reading, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	p := pipe[T]{todo: make(chan *batch[T], ahead), order: make(chan *batch[T], ahead), spare: make(chan *batch[T], ahead)}
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { p.read(reading, r) })
	for range workers {
		running.Go(func() {
			for b := range p.todo {
				b.work(work)
			}
		})
	}
	for b := range p.order {
		<-b.done
		if number, err := b.each(ctx, each); err != nil {
			return number, eof(err)
		}
		p.recycle(b)
	}
	return 0, ctx.Err() // the reader saw it first
}

func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// A pipe is what lies between the reader, the workers and the caller.
type pipe[T any] struct {
	todo  chan *batch[T]
	order chan *batch[T] // the same, in order
	spare chan *batch[T] // to be filled again
}

// A batch is some lines, one after the other.
type batch[T any] struct {
	bytes  []byte
	lines  []At // their bytes are cut from bytes when it grows no more
	ends   []int
	made   []T
	done   chan struct{} // holds a token when all of made is there
	number int           // of the line that err is about
	err    error         // why no batch follows; io.EOF where that is the end
}

// read fills batches until there are no more lines, or nobody wants them.
func (p *pipe[T]) read(ctx context.Context, r *Reader) {
	defer close(p.order)
	defer close(p.todo)
	for {
		b := p.next()
		b.fill(ctx, r)
		select {
		case p.order <- b:
		case <-ctx.Done():
			return
		}
		p.todo <- b
		if b.err != nil {
			return
		}
	}
}

func (p *pipe[T]) next() *batch[T] {
	select {
	case b := <-p.spare:
		return b
	default:
		return &batch[T]{done: make(chan struct{}, 1)}
	}
}

// recycle keeps a batch to be filled again, but not one that a long line made
// large.
func (p *pipe[T]) recycle(b *batch[T]) {
	if cap(b.bytes) > 4*batchBytes {
		return
	}
	clear(b.made)
	b.bytes, b.lines, b.ends, b.made = b.bytes[:0], b.lines[:0], b.ends[:0], b.made[:0]
	select {
	case p.spare <- b:
	default:
	}
}

func (b *batch[T]) fill(ctx context.Context, r *Reader) {
	for len(b.lines) < batchLines && len(b.bytes) < batchBytes {
		line, err := r.Next(ctx)
		if err != nil {
			b.number, b.err = r.Number(), err
			break
		}
		b.bytes = append(b.bytes, line.Bytes...)
		b.ends = append(b.ends, len(b.bytes))
		b.lines = append(b.lines, At{Line{line.Number, nil}, r.Read(), r.Sum()})
	}
	from := 0
	for i, end := range b.ends {
		b.lines[i].Bytes = b.bytes[from:end:end]
		from = end
	}
}

func (b *batch[T]) work(work func(line []byte) T) {
	for i := range b.lines {
		b.made = append(b.made, work(b.lines[i].Bytes))
	}
	b.done <- struct{}{}
}

// each calls f with the lines, and returns why no batch follows or why it ended
// before.
func (b *batch[T]) each(ctx context.Context, f func(At, T) error) (number int, err error) {
	for i, at := range b.lines {
		if err := ctx.Err(); err != nil {
			return at.Number, err
		}
		if err := f(at, b.made[i]); err != nil {
			return at.Number, err
		}
	}
	return b.number, b.err
}
