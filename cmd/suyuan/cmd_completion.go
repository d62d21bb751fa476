package main

import (
	"context"
	"embed"
	"slices"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

//go:embed completion
var scripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish", "pwsh", "powershell"} }

// runCompletion prints the script for a shell.
func runCompletion(_ context.Context, p *program, in *input) error {
	name := "suyuan." + in.args[0]
	switch in.args[0] {
	case "bash", "zsh", "fish":
	case "pwsh", "powershell":
		name = "suyuan.ps1"
	default:
		return usage("shell", data{"Found": in.args[0], "Want": strings.Join(shells(), ", ")})
	}
	script, err := scripts.ReadFile("completion/" + name)
	if err != nil {
		return err
	}
	_, err = p.out.Write(script)
	return err
}

// completionTime is how long a shell may be kept waiting; who typed a tab would rather have nothing.
const completionTime = 700 * time.Millisecond

// runComplete prints what could stand in place of the last word, one a line. Where it cannot tell, it prints nothing.
func runComplete(ctx context.Context, p *program, in *input) error {
	if len(in.args) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	c := completer{p: p, ctx: ctx, word: in.args[len(in.args)-1]}
	before := in.args[:len(in.args)-1]
	c.v, _ = parseArgs(commands(), before) // what cannot be parsed yet is being typed
	for _, candidate := range c.candidates(before) {
		if strings.HasPrefix(candidate, c.word) && plainWord(candidate) {
			p.line("%s", candidate)
		}
	}
	return nil
}

type completer struct {
	p    *program
	ctx  context.Context
	v    *invocation
	word string
}

func (c *completer) candidates(before []string) []string {
	if f := c.open(before); f != nil {
		return c.values(f)
	}
	if strings.HasPrefix(c.word, "-") {
		return c.flags()
	}
	tree := commands()
	if cmd := c.v.command(); cmd != nil {
		switch {
		case len(cmd.subs) > 0:
			tree = cmd.subs
		case strings.Contains(cmd.args, "REF"):
			return c.refs(event.KindNone)
		case cmd.args == "CASE":
			return c.refs(event.KindCase)
		case cmd.args == "SHELL":
			return shells()
		default:
			return nil
		}
	}
	var names []string
	for _, cmd := range tree {
		if !cmd.hidden {
			names = append(names, cmd.name)
		}
	}
	return names
}

// open returns the flag whose value the word is.
func (c *completer) open(before []string) *flagSpec {
	if len(before) == 0 {
		return nil
	}
	last := before[len(before)-1]
	if !strings.HasPrefix(last, "-") || strings.Contains(last, "=") {
		return nil
	}
	f, _ := c.v.lookup(strings.TrimLeft(last, "-"))
	if f == nil || f.takes == "" {
		return nil
	}
	return f
}

func (c *completer) flags() []string {
	list := globalFlags()
	if cmd := c.v.command(); cmd != nil {
		list = append(list, cmd.flags...)
	}
	names := []string{"--help"}
	for i := range list {
		names = append(names, list[i].spelled())
	}
	return names
}

func (c *completer) values(f *flagSpec) []string {
	switch {
	case f.member != nil && len(f.member.Choices) > 0:
		return f.member.Choices
	case f.member != nil && f.member.ThingKind != event.KindNone:
		return c.refs(f.member.ThingKind)
	case f.member != nil && strings.HasPrefix(f.takes, "KIND:ID"):
		return c.refs(event.KindNone)
	case f.takes == "REF":
		return c.refs(event.KindNone)
	case f.takes == "SITE":
		return c.refs(event.KindSite)
	case f.takes == "UNIT":
		return c.refs(event.KindUnit)
	case f.takes == "NAME|FILE":
		return recall.ProfileNames()
	case f.takes == "ID|SEQ":
		return nil
	case strings.Contains(f.takes, "|"):
		return strings.Split(f.takes, "|")
	case f.takes == "GRADE":
		return gradeNames()
	case f.takes == "VIA":
		return viaNames()
	case f.takes == "TYPE":
		return typeNames()
	default:
		return nil
	}
}

func gradeNames() []string {
	var names []string
	for _, g := range genealogy.Grades() {
		names = append(names, g.String())
	}
	return names
}

func viaNames() []string {
	var names []string
	for _, v := range genealogy.Vias() {
		names = append(names, v.String())
	}
	return names
}

// refs returns things of the ledger: bare ids of one kind, or references of all kinds.
func (c *completer) refs(kind event.Kind) []string {
	const most = 200
	for _, g := range c.v.globals {
		if name, value := cutFlag(g); name == "ledger" {
			c.p.ledger = value
		}
	}
	book, err := logbook.Open(c.ctx, c.p.ledger, logbook.Options{Now: c.p.env.Now, Wait: completionTime / 4})
	if err != nil {
		return nil
	}
	graph, err := book.Graph(c.ctx)
	if err != nil {
		return nil
	}
	var list []string
	for _, r := range graph.Things() {
		s := r.String()
		if kind != event.KindNone {
			s = r.ID()
		}
		if (kind == event.KindNone || r.Kind() == kind) && strings.HasPrefix(s, c.word) {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return list[:min(len(list), most)]
}

// plainWord reports whether no shell would see more in s than its characters.
func plainWord(s string) bool {
	return !strings.ContainsAny(s, " \t\n\r\"'`$&|;<>()[]{}*?!#~\\^") && visible(s) == s
}
