package main

import (
	"context"
	"errors"
	"strings"

	"charm.land/huh/v2"

	"suyuan/internal/event"
)

// canAsk reports whether somebody sits before the program: only then does it ask, and never in the middle of a pipe.
func (p *program) canAsk() bool {
	return !p.json && p.env.IsTerminal(p.in) && p.env.IsTerminal(p.err)
}

// ask lets a form fill in what is missing. What it brings is judged like flags, once more, by buildEvent.
func (p *program) ask(ctx context.Context, missing []event.Member, given map[string][]string) error {
	texts := make([]string, len(missing))
	choices := make([][]string, len(missing))
	fields := make([]huh.Field, len(missing))
	for i, m := range missing {
		if m.Kind == event.MemberTime && m.Name == "time" {
			texts[i] = "now"
		}
		fields[i] = p.field(m, &texts[i], &choices[i])
	}
	p.heard = true
	form := huh.NewForm(huh.NewGroup(fields...)).WithInput(p.in).WithOutput(p.err).WithKeyMap(p.keys()).WithShowHelp(true)
	if err := form.RunWithContext(ctx); err != nil {
		if errors.Is(err, huh.ErrUserAborted) {
			return fail(exitInterrupted, "error.interrupted", nil)
		}
		return fail(exitFailed, "error.form", data{"Err": err.Error()})
	}
	for i, m := range missing {
		switch {
		case m.Kind == event.MemberChoices:
			given[m.Name] = choices[i]
		case many(m.Kind):
			given[m.Name] = strings.Fields(texts[i])
		default:
			given[m.Name] = []string{strings.TrimSpace(texts[i])}
		}
	}
	return nil
}

func (p *program) field(m event.Member, text *string, list *[]string) huh.Field {
	title := flagName(m)
	about := p.text("member."+m.Name) + memberHelp(&m)
	switch m.Kind {
	case event.MemberChoice:
		return huh.NewSelect[string]().Title(title).Description(about).Options(huh.NewOptions(m.Choices...)...).Value(text)
	case event.MemberChoices:
		return huh.NewMultiSelect[string]().Title(title).Description(about).Options(huh.NewOptions(m.Choices...)...).Value(list)
	case event.MemberFlag:
		return huh.NewSelect[string]().Title(title).Description(about).Options(huh.NewOptions("false", "true")...).Value(text)
	default:
		if many(m.Kind) {
			about += " " + p.text("form.list")
		}
		return huh.NewInput().Title(title).Description(about).Value(text).Validate(func(s string) error {
			if strings.TrimSpace(s) == "" && !m.MayBeEmpty {
				return errors.New(p.text("form.empty"))
			}
			return nil
		})
	}
}

// keys are the usual ones; what they do is said in the program's language.
func (p *program) keys() *huh.KeyMap {
	k := huh.NewDefaultKeyMap()
	for _, b := range []struct {
		help func(string, string)
		key  string
		id   string
	}{
		{k.Input.Next.SetHelp, "enter", "form.next"},
		{k.Input.Submit.SetHelp, "enter", "form.submit"},
		{k.Input.Prev.SetHelp, "shift+tab", "form.back"},
		{k.Select.Next.SetHelp, "enter", "form.next"},
		{k.Select.Submit.SetHelp, "enter", "form.submit"},
		{k.Select.Prev.SetHelp, "shift+tab", "form.back"},
		{k.Select.Up.SetHelp, "↑", "form.up"},
		{k.Select.Down.SetHelp, "↓", "form.down"},
		{k.Select.Filter.SetHelp, "/", "form.filter"},
		{k.MultiSelect.Next.SetHelp, "enter", "form.next"},
		{k.MultiSelect.Submit.SetHelp, "enter", "form.submit"},
		{k.MultiSelect.Prev.SetHelp, "shift+tab", "form.back"},
		{k.MultiSelect.Toggle.SetHelp, "x", "form.toggle"},
		{k.MultiSelect.Up.SetHelp, "↑", "form.up"},
		{k.MultiSelect.Down.SetHelp, "↓", "form.down"},
		{k.MultiSelect.Filter.SetHelp, "/", "form.filter"},
	} {
		b.help(b.key, p.text(b.id))
	}
	return k
}
