package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"

	"suyuan/bench/world"
)

// runWorld writes a world: its events as JSON Lines, or its contacts as tab-separated rows (source, target, via, grade, from, to, entry).
func runWorld(ctx context.Context, args []string, out, talk io.Writer) error {
	flags := flag.NewFlagSet("world", flag.ContinueOnError)
	batches := flags.Uint64("batches", 0, "how many `batches`, about eight events each")
	seed := flags.Uint64("seed", 1, "another `seed`, another world")
	format := flags.String("format", "jsonl", "`jsonl` (events) or contacts (tab-separated rows)")
	name := flags.String("o", "", "`file` to write; the default is standard output")
	if err := parse(flags, args, talk); err != nil {
		return err
	}
	shape := world.Shape{Batches: *batches, Seed: *seed}
	if err := shape.Check(); err != nil {
		return misused(talk, err)
	}
	switch *format {
	case "jsonl":
		return into(*name, out, func(w *bufio.Writer) error { return writeEvents(ctx, shape, w) })
	case "contacts":
		return into(*name, out, func(w *bufio.Writer) error { return writeContacts(ctx, shape, w) })
	default:
		return misused(talk, fmt.Errorf("format %q: want jsonl or contacts", *format))
	}
}

func writeEvents(ctx context.Context, shape world.Shape, w *bufio.Writer) error {
	var line []byte
	for e := range shape.Events() {
		line = append(e.AppendJSON(line[:0]), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func writeContacts(ctx context.Context, shape world.Shape, w *bufio.Writer) error {
	var row []byte
	for e := range shape.Events() {
		for c := range e.Contacts() {
			row = append(appendRow(row[:0], c), '\n')
			if _, err := w.Write(row); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func appendRow(dst []byte, c world.Contact) []byte {
	dst = append(c.Source.Append(dst), '\t')
	dst = append(c.Target.Append(dst), '\t')
	dst = append(append(dst, c.Via...), '\t')
	dst = append(strconv.AppendUint(dst, uint64(c.Grade), 10), '\t')
	dst = append(strconv.AppendInt(dst, c.From, 10), '\t')
	dst = append(strconv.AppendInt(dst, c.To, 10), '\t')
	return strconv.AppendUint(dst, c.Entry, 10)
}
