package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// maxPassphrase is where a line can no longer be meant as one.
const maxPassphrase = 1 << 10

// passphrase reads the passphrase of a key's file: from the file descriptor fd, or where that is empty from a terminal. Flags and the
// environment would show it to everybody on the machine.
func (p *program) passphrase(ctx context.Context, fd, file string) ([]byte, error) {
	if fd != "" {
		return p.passphraseFrom(ctx, fd)
	}
	list, err := p.typed(ctx, file, "key.passphrase")
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// newPassphrase has one that is typed typed twice.
func (p *program) newPassphrase(ctx context.Context, fd, file string) ([]byte, error) {
	if fd != "" {
		return p.passphraseFrom(ctx, fd)
	}
	list, err := p.typed(ctx, file, "key.passphrase-new", "key.passphrase-again")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(list[0], list[1]) {
		return nil, fail(exitFailed, "error.passphrase-differs", data{"File": file})
	}
	return list[0], nil
}

func (p *program) typed(ctx context.Context, file string, ids ...string) ([][]byte, error) {
	if !p.canAsk() {
		return nil, usage("passphrase", data{"File": file})
	}
	p.flush()
	prompts := make([]string, len(ids))
	for i, id := range ids {
		prompts[i] = visible(p.text(id, data{"File": file}))
	}
	p.heard = true
	list, err := p.env.ReadPasswords(ctx, p.in, p.err, prompts)
	switch {
	case err == nil || ctx.Err() != nil:
		return list, err
	case errors.Is(err, io.EOF):
		return nil, fail(exitInterrupted, "error.interrupted", nil)
	default:
		return nil, fail(exitFailed, "error.passphrase", data{"Err": bare(err)})
	}
}

// passphraseFrom reads the first line of a file descriptor. What follows it is left for whoever reads there next.
func (p *program) passphraseFrom(ctx context.Context, fd string) ([]byte, error) {
	n, err := strconv.ParseUint(fd, 10, 31)
	if err != nil || n == 1 || n == 2 {
		return nil, usage("passphrase-fd", data{"Found": fd})
	}
	p.heard = true
	from := p.descriptor(n)
	if from == nil {
		return nil, usage("passphrase-fd", data{"Found": fd})
	}
	type line struct {
		b   []byte
		err error
	}
	done := make(chan line, 1)
	go func() {
		b, err := firstLine(from)
		done <- line{b, err}
	}()
	select {
	case l := <-done:
		if l.err != nil {
			return nil, fail(exitFailed, "error.passphrase", data{"Err": bare(l.err)})
		}
		return l.b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// descriptor keeps what it opens: a file that nobody refers to is closed, and its number given to another.
func (p *program) descriptor(n uint64) io.Reader {
	if n == 0 {
		return p.in
	}
	if r := p.descriptors[n]; r != nil {
		return r
	}
	f := os.NewFile(uintptr(n), "file descriptor "+strconv.FormatUint(n, 10))
	if f == nil {
		return nil
	}
	if p.descriptors == nil {
		p.descriptors = make(map[uint64]io.Reader)
	}
	p.descriptors[n] = f
	return f
}

// firstLine reads up to a line end, and not beyond.
func firstLine(r io.Reader) ([]byte, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) <= maxPassphrase {
		_, err := io.ReadFull(r, one)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return nil, err
		}
		if ended && len(line) == 0 {
			return nil, errors.New("there is none")
		}
		if ended || one[0] == '\n' {
			return bytes.TrimSuffix(line, []byte("\r")), nil
		}
		line = append(line, one[0])
	}
	return nil, errors.New("its first line is too long")
}

// readPasswords turns the terminal's echo off before it asks: who types at once is not seen either. Whatever happens, the terminal is as it
// was before afterwards.
func readPasswords(ctx context.Context, in io.Reader, out io.Writer, prompts []string) (list [][]byte, err error) {
	f, ok := in.(*os.File)
	if !ok {
		return nil, errors.New("want a terminal")
	}
	before, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, term.Restore(int(f.Fd()), before)) }()
	type line struct {
		text string
		err  error
	}
	lines := make(chan line, len(prompts))
	go func() {
		t := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{f, out}, "")
		for _, prompt := range prompts {
			text, err := t.ReadPassword(prompt)
			lines <- line{text, err}
			if err != nil {
				return
			}
		}
	}()
	for range prompts {
		select {
		case l := <-lines:
			if l.err != nil {
				return nil, l.err
			}
			list = append(list, []byte(l.text))
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return list, nil
}
