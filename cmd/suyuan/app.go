package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
)

// A command is one row of the command tree. Its one-line use, its text and its flags' texts are messages; the examples are
// commands that work, with the exit codes that it can end with.
type command struct {
	name     string
	args     string // as shown in the help, "REF..."
	least    int    // arguments
	most     int    // arguments; any number where negative
	hidden   bool
	flags    []flagSpec
	examples []string
	exits    codes
	again    bool // run again with the same input, it records no event twice
	subs     []*command
	text     string // message id of its use and text, where that is not "command." + name
	act      func(ctx context.Context, p *program, in *input) error
}

// codes are the exit codes that a command can end with, and whether it leaves something behind.
type codes struct {
	list   []exit
	writes bool
}

// A flagSpec is one flag. Values are texts here and read by the command, so that what is wrong with one can be said in two
// languages.
type flagSpec struct {
	name    string
	aliases []string
	takes   string // what its value is, "TIME"; empty for a switch
	list    bool   // may be repeated
	must    bool   // the command cannot do without
	text    string // message id; "flag." + name where empty
	member  *event.Member
}

func (f *flagSpec) spelled() string {
	if len(f.name) == 1 {
		return "-" + f.name
	}
	return "--" + f.name
}

func globalFlags() []flagSpec {
	return []flagSpec{
		{name: "ledger", takes: "FILE"},
		{name: "json"},
		{name: "lang", takes: "zh|en"},
		{name: "as", takes: "OPERATOR"},
		{name: "wait", takes: "DURATION"},
	}
}

// An input is what a command was called with.
type input struct {
	ctx  *cli.Context
	args []string
}

func (in *input) text(flag string) string    { return in.ctx.String(flag) }
func (in *input) texts(flag string) []string { return in.ctx.StringSlice(flag) }
func (in *input) on(flag string) bool        { return in.ctx.Bool(flag) }
func (in *input) given(flag string) bool     { return in.ctx.IsSet(flag) }

// A program is one run: its streams, language and the flags that every command has.
type program struct {
	env      Env
	in       io.Reader
	out      *bufio.Writer
	err      io.Writer
	heard    bool // something was read from in, or another descriptor
	terminal bool // out is one
	width    int
	texts    *i18n.Texts
	lang     i18n.Lang // that --lang asks for, empty where it is not given
	writes   bool      // the command may have left something behind by the time that it ends
	again    bool      // and who runs it once more has nothing twice

	ledger string
	json   bool
	words  []string // of the command line, as typed
	as     string
	wait   time.Duration

	books       []*logbook.Book      // opened by this run
	doubts      bool                 // an index turned out to be damaged: the records are read instead
	unwatched   bool                 // no keys and no anchor: a ledger that is thrown away
	descriptors map[uint64]io.Reader // that passphrases were read from: each may have another line
	signings    []logbook.Signing    // what is recorded bears these signatures
}

func newProgram(env Env, in io.Reader, out *bufio.Writer, err io.Writer) *program {
	return &program{env: env, in: in, out: out, err: err, texts: i18n.New(i18n.FromEnvironment(env.Getenv))}
}

// dispatch finds the command and runs it.
func (p *program) dispatch(ctx context.Context, args []string) error {
	if err := p.early(args); err != nil {
		return err
	}
	tree := commands()
	v, err := parseArgs(tree, args)
	if err != nil && !v.help {
		return err
	}
	c := v.command()
	switch {
	case v.help:
		p.help(tree, v)
		return nil
	case c == nil && len(v.args) > 0:
		return unknownCommand(nil, tree, v.args[0])
	case c == nil:
		p.overview(p.err, tree)
		return fail(exitUsage, "usage.no-command", nil)
	case c.act == nil:
		return fail(exitUsage, "usage.subcommand", data{"Command": v.title()})
	case len(v.args) < c.least:
		return fail(exitUsage, "usage.too-few", data{"Command": v.title(), "Args": c.args})
	case c.most >= 0 && len(v.args) > c.most:
		return fail(exitUsage, "usage.too-many", data{"Command": v.title(), "Found": v.args[c.most]})
	}
	p.words = args
	p.writes = c.exits.writes
	p.again = c.again || !slices.Contains(c.exits.list, exitRefused)
	err = p.app(tree).RunContext(ctx, v.ordered())
	p.sayUnsealed()
	return err
}

// early sets language and form of output before anything can be said, a mistake in the rest of the command line included.
func (p *program) early(args []string) error {
	lang := ""
	for i, arg := range args {
		if arg == "--" {
			break
		}
		switch name, value := cutFlag(arg); {
		case !strings.HasPrefix(arg, "-"):
		case name == "json":
			p.json = value == "" || value == "true"
		case name == "lang" && strings.Contains(arg, "="):
			lang = value
		case name == "lang" && i+1 < len(args):
			lang = args[i+1]
		}
	}
	if lang == "" {
		return nil
	}
	l, ok := i18n.Parse(lang)
	if !ok {
		return usage("lang", data{"Found": lang})
	}
	p.texts, p.lang = i18n.New(l), l
	return nil
}

// app is the tree as package cli runs it. Help, completion and complaints are ours: cli prints them to the wrong stream or ends
// the process itself.
func (p *program) app(tree []*command) *cli.App {
	return &cli.App{
		Name:                      "suyuan",
		Flags:                     cliFlags(globalFlags()),
		Commands:                  p.cliCommands("suyuan", tree),
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              onUsageError,
		Before:                    p.common,
		Writer:                    io.Discard,
		ErrWriter:                 io.Discard,
	}
}

func onUsageError(_ *cli.Context, err error, _ bool) error {
	return usage("flags", data{"Err": err.Error()})
}

// common reads the flags that every command has.
func (p *program) common(c *cli.Context) error {
	p.ledger = first(c.String("ledger"), p.env.Getenv("SUYUAN_LEDGER"), "suyuan.db")
	p.as = first(c.String("as"), p.env.Getenv("SUYUAN_AS"))
	p.wait = 5 * time.Second
	if s := c.String("wait"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 {
			return usage("wait", data{"Found": s})
		}
		p.wait = d
	}
	return nil
}

// cliCommands are the commands of a tree below what is typed before their names.
func (p *program) cliCommands(before string, tree []*command) []*cli.Command {
	list := make([]*cli.Command, len(tree))
	for i, c := range tree {
		list[i] = &cli.Command{
			Name:         c.name,
			Flags:        cliFlags(c.flags),
			Subcommands:  p.cliCommands(before+" "+c.name, c.subs),
			HideHelp:     true,
			OnUsageError: onUsageError,
			Action: func(ctx *cli.Context) error {
				in := &input{ctx, ctx.Args().Slice()}
				if err := c.wants(before, in); err != nil {
					return err
				}
				if err := p.readSignings(ctx.Context, in); err != nil {
					return err
				}
				return c.act(ctx.Context, p, in)
			},
		}
	}
	return list
}

// wants says which flags are lacking that the command cannot do without. Those of members are not among them: a form asks for these, or the
// event says what it lacks.
func (c *command) wants(before string, in *input) error {
	var lacking []string
	for _, f := range c.flags {
		if f.must && f.member == nil && !in.given(f.name) {
			lacking = append(lacking, "--"+f.name)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return usage("missing", data{"Command": before + " " + c.name, "Flags": strings.Join(lacking, ", ")})
}

func cliFlags(specs []flagSpec) []cli.Flag {
	flags := make([]cli.Flag, len(specs))
	for i, f := range specs {
		switch {
		case f.takes == "":
			flags[i] = &cli.BoolFlag{Name: f.name, Aliases: f.aliases}
		case f.list:
			flags[i] = &cli.StringSliceFlag{Name: f.name, Aliases: f.aliases, KeepSpace: true}
		default:
			flags[i] = &cli.StringFlag{Name: f.name, Aliases: f.aliases}
		}
	}
	return flags
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// problemOf finds or makes the problem that err is about.
func (p *program) problemOf(ctx context.Context, err error) *problem {
	var part *logbook.UnfinishedError
	if errors.As(err, &part) {
		e := *p.problemOf(ctx, part.Err)
		first := e
		e.exit = exitCutShort
		e.hints = func(t *i18n.Texts) []string { return append(first.hint(t), t.Text("hint.unfinished")) }
		return &e
	}
	var e *problem
	if errors.As(err, &e) {
		return e
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) && logbook.Code(err) != logbook.Unfinished {
		return fail(exitInterrupted, "error.interrupted", nil)
	}
	return p.bookProblem(err)
}
