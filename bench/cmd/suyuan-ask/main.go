// Command suyuan-ask answers one question from a snapshot of a genealogy, without a ledger: with the product's own engine, and as JSON, as
// `suyuan trace --json`, with --brief or without, and `suyuan source --json` do.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"suyuan/bench/ask"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

const usageText = `usage: suyuan-ask --file FILE [--brief] [--without KIND,KIND] REF...
       suyuan-ask --file FILE --positive REF,REF --negative REF,REF
`

var errUsage = errors.New("usage")

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errUsage):
		_, _ = io.WriteString(os.Stderr, usageText)
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "suyuan-ask: %v\n", err)
		os.Exit(1)
	}
}

// run answers on out, and tells how many milliseconds that took after the file was open.
func run(args []string, out, talk io.Writer) (err error) {
	flags := flag.NewFlagSet("suyuan-ask", flag.ContinueOnError)
	flags.SetOutput(talk)
	file := flags.String("file", "", "the snapshot")
	without := flags.String("without", "", "kinds of contacts that are not followed")
	brief := flags.Bool("brief", false, "the search alone")
	positive := flags.String("positive", "", "what was tested positive")
	negative := flags.String("negative", "", "what was not")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if *file == "" || (flags.NArg() == 0) == (*positive == "") {
		return errUsage
	}
	x, err := ask.Open(*file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	began := time.Now()
	if *positive != "" {
		err = sources(x, list(*positive), list(*negative), out)
	} else {
		err = trace(x, flags.Args(), list(*without), *brief, out)
	}
	if err == nil {
		_, err = fmt.Fprintf(talk, "%.3f\n", time.Since(began).Seconds()*1e3)
	}
	return err
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

func trace(x *ask.Index, from, without []string, brief bool, out io.Writer) error {
	refs, err := ask.Refs(from)
	if err != nil {
		return err
	}
	q := recall.NewQuery(refs...)
	for _, text := range without {
		via, ok := genealogy.ParseVia(text)
		if !ok {
			return errUsage
		}
		q.Without = append(q.Without, via)
	}
	if brief {
		return x.Brief(q, out)
	}
	return x.Trace(q, out)
}

func sources(x *ask.Index, positive, negative []string, out io.Writer) (err error) {
	var q recall.SourceQuery
	if q.Positives, err = ask.Refs(positive); err != nil {
		return err
	}
	if q.Negatives, err = ask.Refs(negative); err != nil {
		return err
	}
	return x.Sources(q, out)
}
