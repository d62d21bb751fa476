// Command suyuan-bench makes worlds for benchmarks and measures the ledger beside its peers.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

const usageText = `usage: suyuan-bench world --batches N [--seed S] [--format jsonl|contacts] [-o FILE]
       suyuan-bench run --program SUYUAN [--size N,N] [--rounds N] [--only NAME,NAME] [--dir DIR] [--keep DIR] [-o FILE] [--add]
       suyuan-bench stock --size N --keep DIR [--only index|ledger]
       suyuan-bench page -o FILE
`

var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "suyuan-bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, talk io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "world":
			return runWorld(ctx, args[1:], out, talk)
		case "stock":
			return runStock(ctx, args[1:], out, talk)
		case "page":
			return runPage(args[1:], talk)
		case "run":
			return runContests(ctx, args[1:], out, talk)
		}
	}
	_, _ = io.WriteString(talk, usageText)
	return errUsage
}

// parse reads flags; anything else is an error of usage.
func parse(flags *flag.FlagSet, args []string, talk io.Writer) error {
	flags.SetOutput(talk)
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		return misused(talk, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	return nil
}

// misused says what was wrong with the call and how it goes.
func misused(talk io.Writer, err error) error {
	_, _ = fmt.Fprintf(talk, "suyuan-bench: %v\n%s", err, usageText)
	return errUsage
}

// into runs write on a buffered file, or on out where no name is given.
func into(name string, out io.Writer, write func(*bufio.Writer) error) (err error) {
	if name != "" {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	w := bufio.NewWriterSize(out, 1<<20)
	return errors.Join(write(w), w.Flush())
}
