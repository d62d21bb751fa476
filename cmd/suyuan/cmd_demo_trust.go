package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"

	"suyuan/internal/logbook"
	"suyuan/internal/notary"
)

// The demo's keys. Its own home lies in its folder, so that nothing of a user's is touched; a ledger that counts has it elsewhere.
const (
	demoHome   = "home"
	demoBundle = "case.bundle"
	demoKeys   = "ledger.keys"
	demoPhrase = "demo-passphrase\n"
)

// A demoSigner is one of the two who close the case.
type demoSigner struct{ operator, role, file string }

func demoSigners() []demoSigner {
	return []demoSigner{{"LC-ADM/OP-1", "quality", "op-1.key"}, {"LC-ADM/OP-2", "medical", "op-2.key"}}
}

// settle gives the demo a home of its own.
func (d *demo) settle() {
	home, getenv := d.file(demoHome), d.p.env.Getenv
	if whole, err := filepath.Abs(home); err == nil {
		home = whole
	}
	d.p.env.Getenv = func(name string) string {
		switch name {
		case "SUYUAN_HOME":
			return home
		case "SUYUAN_ANCHOR":
			return ""
		default:
			return getenv(name)
		}
	}
}

// signers makes the keys of those who close the case, and registers them.
func (d *demo) signers(ctx context.Context) error {
	for _, s := range demoSigners() {
		for _, args := range [][]string{
			{"key", "new", d.file(s.file), "--passphrase-fd", "0"},
			{"key", "register", d.file(s.file), "--holder", s.operator, "--role", s.role, "--passphrase-fd", "0"},
		} {
			if err := d.sayWith(ctx, demoPhrase, args); err != nil {
				return err
			}
		}
	}
	return nil
}

// signing are the flags by which both sign.
func (d *demo) signing() []string {
	var flags []string
	for _, s := range demoSigners() {
		flags = append(flags, "--sign", d.file(s.file)+"=approved")
	}
	return append(flags, "--passphrase-fd", "0")
}

// bundle makes what an auditor gets, and checks it as the auditor's program does.
func (d *demo) bundle(ctx context.Context) error {
	d.step(d.p.text("demo.bundle"))
	all, doc, err := d.whole(ctx)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := doc.WriteHTML(&page); err != nil {
		return err
	}
	content, err := d.book.Bundle(ctx, logbook.BundleOptions{
		Whole: true, Dossier: all, Answer: all.Answer, Pages: []notary.File{{Name: "report/report.html", Content: page.Bytes()}},
	})
	if err != nil {
		return err
	}
	keys, err := d.book.VerifierKeys(ctx)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content string
	}{{demoBundle, string(content)}, {demoKeys, strings.Join(keyTexts(keys), "\n") + "\n"}} {
		err := logbook.WriteFile(d.file(f.name), func(w io.Writer) error {
			_, err := io.WriteString(w, f.content)
			return err
		})
		if err != nil {
			return writeProblem(d.file(f.name), err)
		}
		d.p.line("  %s", visible(d.file(f.name)))
	}
	return d.say(ctx, []string{"verify", "--bundle", d.file(demoBundle), "--rerun", "--key", d.file(demoKeys)})
}
