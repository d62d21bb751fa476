package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"suyuan/internal/i18n"
)

// help writes the help that was asked for to stdout.
func (p *program) help(tree []*command, v *invocation) {
	if v.command() == nil {
		p.overview(p.out, tree)
		return
	}
	p.commandHelp(v.title(), v.command())
}

func runHelp(_ context.Context, p *program, in *input) error {
	tree := commands()
	v, err := parseArgs(tree, in.args)
	if err != nil {
		return err
	}
	if v.command() == nil && len(v.args) > 0 {
		return unknownCommand(nil, tree, v.args[0])
	}
	p.help(tree, v)
	return nil
}

// overview lists the commands.
func (p *program) overview(w io.Writer, tree []*command) {
	t := p.texts
	put(w, "suyuan - %s\n\n", t.Text("help.about"))
	put(w, "%s\n  suyuan %s\n", p.bold(t.Text("help.usage")), t.Text("help.synopsis"))
	g := grid{}
	for _, c := range tree {
		if !c.hidden {
			g.add(c.name, t.Text(c.textID()))
		}
	}
	put(w, "\n%s\n%s", p.bold(t.Text("help.commands")), p.wrapped(g))
	p.flagHelp(w, "help.globals", globalFlags())
	put(w, "\n%s\n", t.Text("help.more"))
}

// commandHelp writes the help of one command: what it does, flags, examples, exit codes.
func (p *program) commandHelp(title string, c *command) {
	t, w := p.texts, p.out
	put(w, "%s - %s\n\n", title, t.Text(c.textID()))
	put(w, "%s\n  %s\n", p.bold(t.Text("help.usage")), strings.TrimSpace(title+" "+c.synopsis(t)))
	if about := c.textID() + ".about"; t.Has(about) {
		for _, paragraph := range strings.Split(t.Text(about), "\n") {
			put(w, "\n%s\n", strings.Join(wrap(paragraph, p.width), "\n"))
		}
	}
	if len(c.subs) > 0 {
		g := grid{}
		for _, sub := range c.subs {
			g.add(sub.name, t.Text(sub.textID()))
		}
		put(w, "\n%s\n%s", p.bold(t.Text(c.subsTitle())), p.wrapped(g))
	}
	p.flagHelp(w, "help.flags", c.flags)
	p.flagHelp(w, "help.globals", globalFlags())
	put(w, "\n%s\n", p.bold(t.Text("help.examples")))
	for _, e := range c.examples {
		put(w, "  %s\n", e)
	}
	g := grid{}
	for _, e := range c.exits.list {
		g.add(strconv.Itoa(int(e)), t.Text(e.textID()))
	}
	put(w, "\n%s\n%s", p.bold(t.Text("help.exits")), p.wrapped(g))
}

func (c *command) textID() string {
	if c.text != "" {
		return c.text
	}
	return "command." + c.name
}

func (c *command) subsTitle() string {
	if c.name == "record" {
		return "help.types"
	}
	return "help.commands"
}

func (c *command) synopsis(t *i18n.Texts) string {
	flags := ""
	if len(c.flags) > 0 {
		flags = " [" + t.Text("help.flags-word") + "]"
	}
	return strings.TrimSpace(c.args + flags)
}

func (e exit) textID() string { return "exit." + strconv.Itoa(int(e)) }

func (p *program) flagHelp(w io.Writer, title string, flags []flagSpec) {
	if len(flags) == 0 {
		return
	}
	g := grid{}
	for i := range flags {
		g.add(flags[i].usage(), flags[i].help(p.texts))
	}
	put(w, "\n%s\n%s", p.bold(p.texts.Text(title)), p.wrapped(g))
}

// usage is the flag as it is written, "--unit ID".
func (f *flagSpec) usage() string {
	s := f.spelled()
	for _, a := range f.aliases {
		if !strings.HasPrefix(a, f.name) {
			s += ", --" + a
		}
	}
	if f.takes != "" {
		s += " " + f.takes
	}
	return s
}

func (f *flagSpec) textID() string {
	if f.text != "" {
		return f.text
	}
	return "flag." + f.name
}

func (f *flagSpec) help(t *i18n.Texts) string {
	text := t.Text(f.textID())
	if f.member != nil {
		text += memberHelp(f.member)
	}
	if f.must {
		text = t.Text("help.must") + " " + text
	}
	if f.list {
		text += " " + t.Text("help.repeat")
	}
	return text
}

// wrapped renders a grid whose last column is a text rather than ids.
func (p *program) wrapped(g grid) string {
	const indent, widest = 2, 26
	first := 0
	for _, row := range g.rows {
		if n := columns(row[0]); n <= widest {
			first = max(first, n)
		}
	}
	var b strings.Builder
	for _, row := range g.rows {
		lines := wrap(row[1], p.width-indent-first-2)
		head := padded(row[0], first)
		if columns(row[0]) > first {
			fmt.Fprintf(&b, "%*s%s\n", indent, "", row[0])
			head = strings.Repeat(" ", first)
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "%*s%s  %s\n", indent, "", head, line)
			head = strings.Repeat(" ", first)
		}
	}
	return b.String()
}
