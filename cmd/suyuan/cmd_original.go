package main

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/original"
)

func originalCommand() *command {
	return &command{
		name: "original", act: runOriginal,
		flags: []flagSpec{
			{name: "seq", takes: "N", must: true, text: "flag.original-seq"},
			{name: "profile", text: "flag.original-profile"},
			{name: "o", aliases: []string{"out"}, takes: "FILE"},
		},
		examples: []string{"suyuan original --seq 41 -o logger.csv", "suyuan original --seq 41 --profile -o logger.toml"},
		exits:    reading(),
	}
}

// runOriginal gives back a file as it came, which a record names.
func runOriginal(ctx context.Context, p *program, in *input) error {
	seq, err := seqFlag(in, 0)
	if err != nil {
		return err
	}
	if p.json {
		return usage("original-json", nil)
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	row, err := book.ShowSeq(ctx, seq)
	if err != nil {
		return err
	}
	sum := ""
	if b, ok := row.Event.Body.(*event.Temperature); ok {
		sum = b.LogSHA256
		if in.on("profile") {
			sum = b.ProfileSHA256
		}
	}
	if sum == "" {
		return fail(exitFailed, "error.original-none", data{"Seq": seq})
	}
	return p.originalProblem(p.giveOriginal(ctx, in, book, sum), seq, sum)
}

// giveOriginal writes the bytes where they are wanted. What goes to stdout is looked at first: nobody takes it back.
func (p *program) giveOriginal(ctx context.Context, in *input, book *logbook.Book, sum string) error {
	if name := in.text("o"); name != "" && name != "-" {
		return p.writeOut(name, func(w io.Writer) error { return book.Original(ctx, w, sum) })
	}
	if err := book.Original(ctx, io.Discard, sum); err != nil {
		return err
	}
	return book.Original(ctx, p.out, sum)
}

func (p *program) originalProblem(err error, seq uint64, sum string) error {
	d := data{"Seq": seq, "SHA256": sum, "File": p.ledger}
	var damage *original.DamageError
	switch {
	case errors.As(err, &damage):
		return fail(exitBroken, "error.original-damaged", d)
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitFailed, "error.original-absent", d)
	}
	return err
}
