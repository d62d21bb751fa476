package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"suyuan/bench/measure"
	"suyuan/bench/rows"
)

// An order is what a run is asked for.
type order struct {
	sizes   []uint64
	rounds  int
	only    []string
	program string
	ask     string
	dir     string
	keep    string
	page    string // empty: to standard output, without plots
	add     bool   // to the figures that the page has
	call    []string
}

func parseOrder(args []string, talk io.Writer) (o order, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	sizes := flags.String("size", "10000", "batches of the worlds: `numbers`, apart by commas or spaces")
	flags.IntVar(&o.rounds, "rounds", 5, "`rounds`, in each of which every store runs once")
	only := flags.String("only", "", "`names` of contests, apart by commas; the default is all")
	flags.StringVar(&o.program, "program", "", "the `suyuan` to measure")
	flags.StringVar(&o.ask, "ask", "", "the `suyuan-ask` that asks an index in a process of its own; the default lies beside this program")
	flags.StringVar(&o.keep, "keep", os.Getenv(keepVariable), "`folder` in which indexes and signed ledgers stay for later runs; the default is that of "+keepVariable)
	flags.StringVar(&o.dir, "dir", "", "`folder` on the disk to measure; the default is the system's for temporary files")
	flags.StringVar(&o.page, "o", "", "`file` of the page to write, with its plots in a folder beside it")
	flags.BoolVar(&o.add, "add", false, "add to the figures that the page has, in place of those of the same contest and size")
	if err := parse(flags, args, talk); err != nil {
		return o, err
	}
	o.call = args
	for _, text := range words(*sizes) {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || n == 0 {
			return o, misused(talk, fmt.Errorf("size %q: want a number of batches", text))
		}
		o.sizes = append(o.sizes, n)
	}
	slices.Sort(o.sizes)
	o.only = words(*only)
	if o.rounds < 1 || len(o.sizes) == 0 || o.program == "" || o.add && o.page == "" {
		return o, misused(talk, errors.New("want a size, a program, at least one round, and a page to add to"))
	}
	if o.ask == "" {
		o.ask, err = besideThis("suyuan-ask")
	}
	for _, path := range []*string{&o.program, &o.ask, &o.keep} {
		if *path != "" && err == nil {
			*path, err = filepath.Abs(*path)
		}
	}
	return o, err
}

// keepVariable names the folder for what is kept, where no flag does.
const keepVariable = "SUYUAN_BENCH_KEEP"

// besideThis names a program that lies where this one does.
func besideThis(name string) (string, error) {
	this, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(this), name+filepath.Ext(this))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("want %s beside this program, or named by --ask: %w", name, err)
	}
	return path, nil
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// runContests measures, and writes the page.
func runContests(ctx context.Context, args []string, out, talk io.Writer) (err error) {
	o, err := parseOrder(args, talk)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(o.dir, "suyuan-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := os.Chmod(work, measure.Open); err != nil {
		return err
	}
	page := measure.Page{Intro: intro, Targets: rows.Targets(), Order: rows.Order(), Runs: []*measure.Run{{Head: head(work, o.call)}}}
	runner := &measure.Runner{Dir: work, Rounds: o.rounds, Say: sayer(talk)}
	stock := &rows.Stock{Program: o.program, Ask: o.ask, Dir: work, Keep: o.keep, Seed: 1, Say: runner.Say}
	contests := rows.All(stock)
	if o.add {
		if err := page.Recall(figures(o.page), contests); err != nil {
			return err
		}
	}
	if err := runAll(ctx, runner, stock, contests, o, &page); err != nil {
		return err
	}
	if o.page == "" {
		_, err = io.WriteString(out, page.Text())
	}
	return err
}

func sayer(talk io.Writer) func(format string, args ...any) {
	return func(format string, args ...any) {
		_, _ = fmt.Fprintf(talk, "suyuan-bench: %s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
	}
}

// figures names the file in which a page's figures are kept.
func figures(page string) string { return filepath.Join(measure.Beside(page), "figures.json") }

// runPage writes a page again, of the figures that are kept beside it.
func runPage(args []string, talk io.Writer) error {
	flags := flag.NewFlagSet("page", flag.ContinueOnError)
	name := flags.String("o", "", "`file` of the page")
	if err := parse(flags, args, talk); err != nil {
		return err
	}
	if *name == "" {
		return misused(talk, errors.New("want the file of a page"))
	}
	page := measure.Page{Intro: intro, Targets: rows.Targets(), Order: rows.Order()}
	if err := page.Recall(figures(*name), rows.All(&rows.Stock{})); err != nil {
		return err
	}
	return page.Write(*name)
}

// runAll runs size by size, so that what a size needs is held once, and writes the page after each contest: a long run that is cut
// has measured something.
func runAll(ctx context.Context, r *measure.Runner, stock *rows.Stock, contests []measure.Contest, o order, page *measure.Page) error {
	this := page.Runs[len(page.Runs)-1]
	for i, size := range o.sizes {
		for k := range contests {
			c := &contests[k]
			switch {
			case len(o.only) > 0 && !slices.Contains(o.only, c.Name):
				continue
			case c.AnySize && i > 0:
				continue
			case c.MaxSize > 0 && size > c.MaxSize:
				r.Say("%s is not run at %d %s: it is for %d at most", c.Name, size, c.Counted(), c.MaxSize)
				continue
			case size < c.MinSize:
				r.Say("%s is not run at %d %s: it is for %d at least", c.Name, size, c.Counted(), c.MinSize)
				continue
			}
			at := size
			if c.AnySize {
				at = 0
			}
			result, err := r.Run(ctx, c, at)
			if err != nil {
				return err
			}
			result.Run = this
			page.Add(result)
			if o.page != "" {
				if err := errors.Join(page.Write(o.page), page.Keep(figures(o.page))); err != nil {
					return err
				}
			}
		}
		if err := stock.Forget(size); err != nil {
			return err
		}
	}
	return nil
}

const intro = "Written by `make bench`; [bench/README.md](../bench/README.md) says what is measured and how. Figures of another machine, or of another day, differ: " +
	"what counts are the ratios within a round, and CPU time. A target with a size of its own is judged at that size only. " +
	"*Load* is the machine's load average over a minute, before each round and at the end; the work that is measured makes up one or two of it."

// head says where and with what the figures were measured.
func head(dir string, call []string) string {
	modules := []string{
		"modernc.org/sqlite", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/codenotary/immudb",
		"github.com/transparency-dev/tessera", "go.etcd.io/bbolt",
	}
	return "- Date: " + time.Now().UTC().Format(time.DateOnly) + "\n- Commit: " + measure.Commit(".") + "\n- Machine: " + measure.Machine(dir) +
		"\n- Versions: " + strings.Join(measure.Versions(modules...), ", ") + "\n- Command: `suyuan-bench run " + strings.Join(call, " ") + "`"
}
