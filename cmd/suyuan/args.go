package main

import (
	"slices"
	"strings"
)

// An invocation is a command line taken apart: flags may stand before or after arguments, and those of the program before the
// command too.
type invocation struct {
	path    []*command // the command and, under it, its subcommand; empty where none was named
	globals []string
	flags   []string
	args    []string
	help    bool
}

// ordered puts the parts where the flag parser of package cli finds them.
func (v *invocation) ordered() []string {
	list := append([]string{"suyuan"}, v.globals...)
	for _, c := range v.path {
		list = append(list, c.name)
	}
	list = append(list, v.flags...)
	return append(append(list, "--"), v.args...)
}

// command returns the innermost command that was named, nil for none.
func (v *invocation) command() *command {
	if len(v.path) == 0 {
		return nil
	}
	return v.path[len(v.path)-1]
}

// parseArgs takes a command line apart and refuses what the tree does not know.
func parseArgs(tree []*command, args []string) (*invocation, error) {
	v := &invocation{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			v.args = append(v.args, args[i+1:]...)
			return v, v.checkFlags()
		case arg == "-h" || arg == "--help":
			v.help = true
		case len(arg) > 1 && arg[0] == '-':
			used, err := v.flag(args[i:])
			if err != nil {
				return v, err
			}
			i += used
		default:
			if err := v.word(tree, arg); err != nil {
				return v, err
			}
		}
	}
	return v, v.checkFlags()
}

// word takes the name of a command or, after it, an argument.
func (v *invocation) word(tree []*command, arg string) error {
	c := v.command()
	if c != nil {
		tree = c.subs
	}
	if len(tree) == 0 || len(v.args) > 0 {
		v.args = append(v.args, arg)
		return nil
	}
	i := slices.IndexFunc(tree, func(c *command) bool { return c.name == arg })
	switch {
	case i >= 0:
		v.path = append(v.path, tree[i])
	default:
		return unknownCommand(c, tree, arg)
	}
	return nil
}

func unknownCommand(c *command, tree []*command, arg string) error {
	var names []string
	for _, sub := range tree {
		if !sub.hidden {
			names = append(names, sub.name)
		}
	}
	d := data{"Name": arg, "Near": nearest(arg, names), "Command": "suyuan"}
	if c != nil {
		d["Command"] = "suyuan " + c.name
	}
	if d["Near"] == "" {
		return usage("command", d)
	}
	return usage("command-near", d)
}

// flag takes one flag off the front of args and reports how many further arguments were its value.
func (v *invocation) flag(args []string) (int, error) {
	name, _, inline := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
	f, global := v.lookup(name)
	if f == nil || strings.HasPrefix(args[0], "---") {
		return 0, v.unknownFlag(args[0], name)
	}
	taken := args[:1]
	if f.takes != "" && !inline {
		if len(args) < 2 || v.isFlag(args[1]) {
			return 0, usage("flag-value", data{"Flag": f.spelled(), "Takes": f.takes})
		}
		taken = []string{args[0] + "=" + args[1]}
	}
	if global {
		v.globals = append(v.globals, taken...)
	} else {
		v.flags = append(v.flags, taken...)
	}
	if f.takes != "" && !inline {
		return 1, nil
	}
	return 0, nil
}

// isFlag reports whether a value is rather the next flag: who means the text writes --flag=--text.
func (v *invocation) isFlag(arg string) bool {
	if !strings.HasPrefix(arg, "--") || arg == "--" {
		return arg == "--"
	}
	name, _, _ := strings.Cut(arg[2:], "=")
	f, _ := v.lookup(name)
	return f != nil
}

// lookup finds a flag of the program or of the command. Before its subcommand is named, those of all of them will do: a flag
// may stand before the argument that names it.
func (v *invocation) lookup(name string) (f *flagSpec, global bool) {
	if f := findFlag(globalFlags(), name); f != nil {
		return f, true
	}
	c := v.command()
	if c == nil {
		return nil, false
	}
	if f := findFlag(c.flags, name); f != nil {
		return f, false
	}
	for _, sub := range c.subs {
		if f := findFlag(sub.flags, name); f != nil {
			return f, false
		}
	}
	return nil, false
}

// checkFlags refuses flags that the command named in the end does not have.
func (v *invocation) checkFlags() error {
	for _, arg := range v.flags {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if c := v.command(); c == nil || findFlag(c.flags, name) == nil {
			return v.unknownFlag(arg, name)
		}
	}
	return nil
}

func (v *invocation) unknownFlag(spelled, name string) error {
	spelled, _, _ = strings.Cut(spelled, "=")
	var names []string
	for _, f := range globalFlags() {
		names = append(names, f.name)
	}
	d := data{"Flag": spelled, "Command": "suyuan"}
	if c := v.command(); c != nil {
		d["Command"] = v.title()
		for _, f := range c.flags {
			names = append(names, f.name)
		}
	}
	if n := nearest(name, names); n != "" {
		d["Near"] = "--" + n
		return usage("flag-near", d)
	}
	return usage("flag", d)
}

// title is the command as it was called, "suyuan record receipt".
func (v *invocation) title() string {
	words := []string{"suyuan"}
	for _, c := range v.path {
		words = append(words, c.name)
	}
	return strings.Join(words, " ")
}

func findFlag(flags []flagSpec, name string) *flagSpec {
	for i := range flags {
		if flags[i].name == name || slices.Contains(flags[i].aliases, name) {
			return &flags[i]
		}
	}
	return nil
}

// nearest returns the name that s was most likely meant to be, nothing where none is near.
func nearest(s string, names []string) string {
	best, least := "", 1+len(s)/3
	for _, name := range names {
		if d := distance(s, name); d <= least && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// distance is Levenshtein's, over bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// cutFlag parts --name=value; a flag without a value has an empty one.
func cutFlag(arg string) (name, value string) {
	name, value, _ = strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return name, value
}
