package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"suyuan/internal/i18n"
)

// runMan prints the man page, in roff.
func runMan(_ context.Context, p *program, _ *input) error {
	app := &cli.App{
		Name: "suyuan", Usage: p.text("help.about"), UsageText: "suyuan " + p.text("help.synopsis"), HideHelp: true, HideVersion: true,
		Description: p.text("doc.manual") + "\n\n" + manual(p.texts, commands(), "#"),
	}
	page, err := app.ToManWithSection(1)
	if err != nil {
		return err
	}
	p.line("%s", page)
	return nil
}

// manual is the reference of the command tree in Markdown; level begins its headings.
func manual(t *i18n.Texts, tree []*command, level string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", level, t.Text("help.globals"))
	b.WriteString(flagList(t, globalFlags()))
	fmt.Fprintf(&b, "%s %s\n\n%s\n\n", level, t.Text("help.exits"), t.Text("doc.exits"))
	for _, e := range []exit{exitDone, exitFailed, exitUsage, exitBroken, exitBadNews, exitRefused, exitBusy, exitCutShort, exitInterrupted} {
		fmt.Fprintf(&b, "- **%d** `%s`: %s\n", int(e), e.code(), t.Text(e.textID()))
	}
	fmt.Fprintf(&b, "\n%s\n\n", t.Text("doc.errors"))
	fmt.Fprintf(&b, "%s %s\n\n", level, t.Text("help.commands"))
	for _, c := range tree {
		if !c.hidden {
			commandManual(&b, t, c, "suyuan", level+"#")
		}
	}
	return b.String()
}

func commandManual(b *strings.Builder, t *i18n.Texts, c *command, above, level string) {
	title := above + " " + c.name
	fmt.Fprintf(b, "%s %s\n\n%s.\n\n", level, title, t.Text(c.textID()))
	fmt.Fprintf(b, "```\n%s\n```\n\n", strings.TrimSpace(title+" "+c.synopsis(t)))
	if about := c.textID() + ".about"; t.Has(about) {
		fmt.Fprintf(b, "%s\n\n", strings.ReplaceAll(t.Text(about), "\n", "\n\n"))
	}
	b.WriteString(flagList(t, c.flags))
	fmt.Fprintf(b, "%s:\n\n```\n%s\n```\n\n", t.Text("help.examples"), strings.Join(c.examples, "\n"))
	texts := make([]string, len(c.exits.list))
	for i, e := range c.exits.list {
		texts[i] = strconv.Itoa(int(e))
	}
	fmt.Fprintf(b, "%s: %s\n\n", t.Text("help.exits"), strings.Join(texts, ", "))
	for _, sub := range c.subs {
		commandManual(b, t, sub, title, level+"#")
	}
}

func flagList(t *i18n.Texts, flags []flagSpec) string {
	var b strings.Builder
	for i := range flags {
		fmt.Fprintf(&b, "- `%s`: %s\n", flags[i].usage(), flags[i].help(t))
	}
	if len(flags) > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}
