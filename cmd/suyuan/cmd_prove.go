package main

import (
	"context"
	"io"
	"os"
	"strconv"

	"suyuan/internal/logbook"
	"suyuan/internal/notary"
)

// deliver writes a text to the file that -o names, or to stdout.
func (p *program) deliver(in *input, text []byte) error {
	name := in.text("o")
	if name == "" || name == "-" {
		_, err := p.out.Write(text)
		return err
	}
	return p.writeOut(name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// runProve writes the proof of one record.
func runProve(ctx context.Context, p *program, in *input) error {
	seq, err := seqFlag(in, 0)
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	text, err := book.Prove(ctx, seq)
	if err != nil {
		return err
	}
	return p.deliver(in, text)
}

// seqFlag reads the number of a record, which is least or more.
func seqFlag(in *input, least uint64) (uint64, error) {
	seq, err := strconv.ParseUint(in.text("seq"), 10, 53)
	if err != nil || seq < least {
		return 0, usage("number-from", data{"Flag": "--seq", "Found": in.text("seq"), "Least": least})
	}
	return seq, nil
}

// proveSince writes the proof that an earlier checkpoint, or what the ledger was at an earlier size, is a prefix of what was just signed.
func (p *program) proveSince(ctx context.Context, in *input, book *logbook.Book, c logbook.Checkpoint, since string) error {
	earlier, err := p.earlier(ctx, book, since)
	if err != nil {
		return err
	}
	text, err := book.Since(ctx, earlier, c)
	if err != nil {
		return err
	}
	return p.deliver(in, text)
}

func (p *program) earlier(ctx context.Context, book *logbook.Book, since string) (notary.Checkpoint, error) {
	if size, err := strconv.ParseUint(since, 10, 53); err == nil {
		return book.At(ctx, size)
	}
	_, earlier, err := checkpointFile(ctx, since)
	return earlier, err
}

// checkpointFile reads a file with a checkpoint, whoever signed it.
func checkpointFile(ctx context.Context, name string) ([]byte, notary.Checkpoint, error) {
	if _, err := os.Stat(name); err != nil {
		return nil, notary.Checkpoint{}, usage("since", data{"Found": name})
	}
	b, err := readFile(ctx, name, maxKeyFile)
	if err != nil {
		return nil, notary.Checkpoint{}, fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	c, err := notary.ReadCheckpoint(b)
	if err != nil {
		return nil, c, fail(exitFailed, "error.file", data{"File": name, "Err": err.Error()})
	}
	return b, c, nil
}
