// Command suyuan keeps a batch traceability ledger for cell therapy and traces contaminations through it. The contract of its
// commands, streams and exit codes is docs/cli.md, which is made from the command tree of this package.
//
// One file per command, cmd_NAME.go; print_*.go write what people read; everything else is the frame around them. The program
// touches the world only through [Env], its streams and package logbook.
package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"golang.org/x/term"

	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
)

// An Env is what the program takes from outside besides its streams.
type Env struct {
	Getenv     func(string) string
	Now        func() time.Time
	IsTerminal func(stream any) bool
	Width      func(stream any) int // columns of a terminal, 0 where it is none
	Height     func() int           // lines of the terminal that stdout is, 0 where it is none
	// ReadPasswords asks for one line after the other on a terminal that does not show them. Who breaks it off gives io.EOF.
	ReadPasswords func(ctx context.Context, in io.Reader, out io.Writer, prompts []string) ([][]byte, error)
	// Pause waits for so long, or returns why it could not.
	Pause func(context.Context, time.Duration) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, processEnv(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func processEnv() Env {
	return Env{
		Getenv: os.Getenv,
		Now:    time.Now,
		IsTerminal: func(stream any) bool {
			f, ok := stream.(*os.File)
			return ok && term.IsTerminal(int(f.Fd()))
		},
		Width: func(stream any) int {
			f, ok := stream.(*os.File)
			if !ok {
				return 0
			}
			width, _, err := term.GetSize(int(f.Fd()))
			if err != nil {
				return 0
			}
			return width
		},
		Height: func() int {
			_, height, err := term.GetSize(int(os.Stdout.Fd()))
			if err != nil {
				return 0
			}
			return height
		},
		ReadPasswords: readPasswords,
		Pause:         pause,
	}
}

// run is the whole program: arguments without the program's name, streams, and the exit code as the result.
func run(ctx context.Context, env Env, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &counted{w: stdout}
	start := func() *program {
		p := newProgram(env, stdin, bufio.NewWriter(out), stderr)
		p.terminal = env.IsTerminal(stdout)
		p.width = textWidth(env.Width(stdout))
		return p
	}
	p, err := answered(start, out, func(p *program) error { return p.dispatch(ctx, args) })
	if flushed := p.out.Flush(); flushed != nil && err == nil {
		err = p.unsaid(flushed)
	}
	return int(p.finish(ctx, err))
}

// answered runs do with a new program. Damage that it comes upon in an index, be it while an answer is printed, throws that away, and all begins
// anew; where something was said, recorded or read before, it is a problem.
func answered(start func() *program, out *counted, do func(*program) error) (*program, error) {
	p := start()
	err := logbook.Sound(func() error { return do(p) })
	switch {
	case !p.distrusts(err):
		return p, err
	case p.recorded() || p.heard || out.n > 0:
		return p, fail(exitCutShort, "error.index-damaged", data{"File": logbook.IndexPath(p.ledger)})
	}
	p = start()
	p.doubts = true
	return p, logbook.Sound(func() error { return do(p) })
}

// distrusts throws the index away where err says that it is damaged.
func (p *program) distrusts(err error) bool {
	damaged := false
	for _, b := range p.books {
		damaged = b.Distrust(err) || damaged
	}
	return damaged
}

func (p *program) recorded() bool {
	return slices.ContainsFunc(p.books, (*logbook.Book).Recorded)
}

// A counted stream knows how much was written to it.
type counted struct {
	w io.Writer
	n int
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += n
	return n, err
}

// unsaid is the problem of a result that could not be written. What a command that records has done stays done: that nothing
// was written would be wrong to say.
func (p *program) unsaid(err error) *problem {
	if p.writes {
		return p.mayRepeat(fail(exitCutShort, "error.unsaid", data{"Err": bare(err)}))
	}
	return fail(exitFailed, "stdout", data{"Err": bare(err)})
}

// mayRepeat says of a command that need not look first that it can be run once more.
func (p *program) mayRepeat(e *problem) *problem {
	if p.again {
		e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.again")} }
	}
	return e
}

// textWidth is the width to lay text out for: the terminal's within reason, 80 where there is none.
func textWidth(columns int) int {
	const least, usual, most = 60, 80, 120
	if columns == 0 {
		return usual
	}
	return min(max(columns, least), most)
}
