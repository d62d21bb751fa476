package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"

	"suyuan/internal/logbook"
)

// readFile reads a small file that the user names, at most one byte beyond most: with that the parser sees that it is too large.
// A pipe will do, but a device never ends, and what waits for the other end of a pipe can be interrupted.
func readFile(ctx context.Context, name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, fmt.Errorf("it is a directory: %w", logbook.ErrNotFile)
	case !mode.IsRegular() && mode&fs.ModeNamedPipe == 0:
		return nil, fmt.Errorf("it is a device or a socket: %w", logbook.ErrNotFile)
	}
	type content struct {
		b   []byte
		err error
	}
	done := make(chan content, 1)
	go func() {
		f, err := os.Open(name)
		if err != nil {
			done <- content{nil, err}
			return
		}
		defer f.Close() //nolint:errcheck // only read
		b, err := readMost(f, most)
		done <- content{b, err}
	}()
	select {
	case c := <-done:
		return c.b, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readMost reads all of r, or one byte more than most.
func readMost(r io.Reader, most int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, most+1))
}
