package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"suyuan/bench/measure"
	"suyuan/bench/rows"
)

// runStock makes what a run of a large size needs, and prints where it lies. What was cut goes on where it was.
func runStock(ctx context.Context, args []string, out, talk io.Writer) error {
	flags := flag.NewFlagSet("stock", flag.ContinueOnError)
	size := flags.Uint64("size", 0, "`number` of batches, or of records")
	keep := flags.String("keep", os.Getenv(keepVariable), "`folder` to keep it in; the default is that of "+keepVariable)
	only := flags.String("only", "", "index (of a world) or ledger (with signatures); the default is both")
	held := flags.Int("held", 0, "`events` to hold in memory at most, a kilobyte each; with more of them less is written")
	if err := parse(flags, args, talk); err != nil {
		return err
	}
	kinds := rows.Kinds()
	if *only != "" {
		kinds = []rows.Kind{rows.Kind(*only)}
	}
	if *size == 0 || *keep == "" || !slices.Contains(rows.Kinds(), kinds[0]) {
		return misused(talk, errors.New("want a size, a folder, and index or ledger"))
	}
	if err := os.MkdirAll(*keep, measure.Open); err != nil {
		return err
	}
	stock := &rows.Stock{Keep: *keep, Dir: *keep, Seed: 1, Held: *held, Say: sayer(talk)}
	for _, kind := range kinds {
		if err := makeStock(ctx, stock, kind, *size, out, talk); err != nil {
			return err
		}
	}
	return nil
}

// makeStock makes one thing, after what no program reads any more has made room for it.
func makeStock(ctx context.Context, stock *rows.Stock, kind rows.Kind, size uint64, out, talk io.Writer) error {
	stale, err := stock.Stale(kind, size)
	if err != nil {
		return err
	}
	for _, path := range stale {
		_, _ = fmt.Fprintf(talk, "suyuan-bench: removing %s, which is of another version\n", path)
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	room, err := stock.Room(kind, size)
	if err != nil {
		return err
	}
	if free, ok := measure.Free(stock.Keep); ok && free < room {
		return fmt.Errorf("%s of %d wants about %d MB of free disk while it is made, and there are %d", kind, size, room>>20, free>>20)
	}
	var path string
	cost, err := measure.Timed(func() (err error) {
		path, err = stock.Make(ctx, kind, size)
		return err
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes, %.0f s, %.0f s of processor time\n", path, info.Size(), cost.Wall.Seconds(), cost.CPU.Seconds())
	return err
}
