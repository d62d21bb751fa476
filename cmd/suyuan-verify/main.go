// Command suyuan-verify checks a bundle that a ledger gave out (docs/trust.md section 7): it needs the bundle, a verifier key of the ledger,
// and nothing else. It consists of this file and package notary, which says what is checked.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"suyuan/internal/notary"
)

const usage = `usage: suyuan-verify BUNDLE --key KEY [--key KEY ...] [--json]
KEY is a verifier key of the ledger, NAME+HASH+BASE64, or a file with some, one a line. It comes from the ledger's owner, never from the bundle.
example: suyuan-verify release.bundle --key ledger.vkey
exit codes: 0 it holds; 1 a file cannot be read; 2 usage; 3 it does not hold, and the first reason is on stderr
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var names, keys []string
	flags := flag.NewFlagSet("suyuan-verify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, usage) }
	flags.Func("key", "", func(s string) error { keys = append(keys, s); return nil })
	asJSON := flags.Bool("json", false, "")
	for err := flags.Parse(args); err != nil || flags.NArg() > 0; err = flags.Parse(flags.Args()[1:]) {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		} else if err != nil {
			return 2
		}
		names = append(names, flags.Arg(0))
	}
	if len(names) != 1 || len(keys) == 0 {
		flags.Usage()
		return 2
	}
	code, step, err := 2, notary.Step("failed"), check(stdout, names[0], keys, *asJSON)
	if errors.As(err, &step) {
		code = 3
	} else if errors.As(err, new(*os.PathError)) {
		code = 1
	}
	switch {
	case err == nil:
		return 0
	case *asJSON:
		_ = json.NewEncoder(stderr).Encode(map[string]any{"error": map[string]any{"code": step, "message": err.Error()}})
	default:
		_, _ = fmt.Fprintf(stderr, "suyuan-verify: %v\n", err)
	}
	return code
}

// check checks the bundle of that name and writes what it found. Each key is one, or the name of a file with some.
func check(w io.Writer, name string, keys []string, asJSON bool) error {
	var trusted []notary.LedgerKey
	for _, text := range keys {
		file, before := text, len(trusted)
		if content, err := os.ReadFile(text); err == nil {
			text = string(content)
		} else if strings.Count(text, "+") < 2 {
			return err
		}
		for line := range strings.Lines(text) {
			k, err := notary.ParseLedgerKey(strings.TrimSpace(line))
			if err != nil && strings.Trim(line, " \r\n") != "" && line[0] != '#' {
				return err
			} else if err == nil {
				trusted = append(trusted, k)
			}
		}
		if len(trusted) == before {
			return fmt.Errorf("--key: %q holds no verifier key", file)
		}
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	b, err := notary.CheckBundle(content, trusted)
	if err != nil {
		return err
	}
	return write(w, b, asJSON)
}

func write(w io.Writer, b *notary.Bundle, asJSON bool) error {
	entries, open := []string{}, []string{}
	for _, f := range b.Files {
		entries = append(entries, fmt.Sprintf("%x  %s", sha256.Sum256(f.Content), f.Name))
	}
	for _, r := range b.Records {
		if d := b.Register.Duties[r.Seq]; d != nil && !d.Waived {
			for _, f := range d.Lacks() {
				open = append(open, fmt.Sprintf("record %d: %s", r.Seq, f))
			}
		}
	}
	kind, c := map[bool]string{true: "whole", false: "part"}[b.Whole], b.Checkpoint
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{
			"entries": entries, "kind": kind, "ok": true, "open": open, "origin": c.Origin, "records": len(b.Records),
			"root": fmt.Sprintf("%x", c.Root[:]), "signatures": b.Signatures, "signer": b.Signer, "size": c.Size,
		})
	}
	_, err := fmt.Fprintf(w, "holds: %s bundle of %q, %d of %d records, %d signatures on them\nsigned by %s, root %x\n", kind, c.Origin,
		len(b.Records), c.Size, b.Signatures, b.Signer, c.Root[:])
	for _, line := range append(open, entries...) {
		_, err = fmt.Fprintf(w, "  %s\n", line)
	}
	return err
}
