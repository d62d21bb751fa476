package main

import (
	"context"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// suggestCommand is case suggest.
func suggestCommand() *command {
	return &command{
		name: "suggest", act: runCaseSuggest, text: "command.case-suggest",
		flags:    append([]flagSpec{{name: "at", takes: "TIME", text: "flag.suggest-at"}}, listFlags(suggestLists())...),
		examples: []string{"suyuan case suggest", "suyuan case suggest --json"},
		exits:    reading(exitBadNews),
	}
}

// runCaseSuggest lists what should be opened. That patients were given what turned out contaminated is bad news.
func runCaseSuggest(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, suggestLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	list, of, err := book.Suggest(ctx, at)
	if err != nil {
		return err
	}
	lines := make([]string, len(list))
	bad := false
	for i := range list {
		lines[i] = nextOf(&list[i])
		bad = bad || list[i].BadNews()
	}
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.suggestLists(list, lines, &of)); err != nil {
			return err
		}
	case p.json:
		p.write(string(recall.AppendSuggestions(nil, of, list, lines)))
	default:
		p.printLost(of.Lost)
		p.printSuggestions(list, lines)
	}
	if bad {
		return answer(exitBadNews)
	}
	return nil
}

// nextOf is the command that opens the case, as a shell takes it, or that scopes the one that is open on it.
func nextOf(s *recall.Suggestion) string {
	if !s.Case.IsZero() {
		return "suyuan case scope " + quoted(s.Case.ID())
	}
	id := "CASE-" + day(s.Time) + "-" + strconv.FormatUint(s.Seq[0], 10)
	words := []string{"suyuan", "case", "open", id}
	for _, r := range s.Sources {
		words = append(words, "--source", quoted(r.String()))
	}
	if !s.From.IsZero() {
		words = append(words, "--from", s.From.String())
	}
	if !s.To.IsZero() {
		words = append(words, "--to", s.To.String())
	}
	return strings.Join(append(words, "--trigger", string(s.ID)), " ")
}

// quoted is a word as a POSIX shell reads it.
func quoted(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=+@,", r)
	}
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (p *program) printSuggestions(list []recall.Suggestion, lines []string) {
	if len(list) == 0 {
		p.line("%s", p.text("suggest.none"))
		return
	}
	p.line("%s", p.bold(p.text("suggest.title", data{"N": len(list)})))
	for i := range list {
		p.line("")
		p.printSuggestion(&list[i])
		if c := list[i].Case; !c.IsZero() {
			p.line("  %s", visible(p.text("suggest.within", data{"Case": c.ID()})))
		}
		p.line("  %s", visible(lines[i]))
	}
}

func (p *program) printSuggestion(s *recall.Suggestion) {
	head := p.text("suggest.reason."+string(s.Reason), data{
		"Subject": s.Subject, "Sources": joinRefs(s.Sources), "Organism": s.Organism, "Rules": strings.Join(s.Rules, ", "),
		"Time": clock(s.Time), "Seq": s.Seq[0], "N": len(s.Seq),
	})
	if s.BadNews() {
		p.styledParagraph(head, p.alarm)
	} else {
		p.paragraph(head)
	}
	if !s.From.IsZero() || !s.To.IsZero() || s.Reason == recall.EnvironmentExcess {
		p.line("  %s", p.text("suggest.marked", data{"From": clock(s.From), "To": clock(s.To)}))
	}
	if len(s.Infused) == 0 {
		return
	}
	p.line("  %s", p.text("suggest.infused", data{"Units": len(s.Infused), "Patients": len(s.Patients)}))
	g := grid{heads: []string{p.text("head.unit"), p.text("suggest.patient"), p.text("head.time")}}
	for _, v := range s.Infused {
		g.add(visible(v.Unit.ID()), visible(v.Patient.ID()), p.given(v.Time, v.Seq))
	}
	p.write(g.render(4, p.width, p.bold))
}

func (p *program) given(t event.Time, seq uint64) string {
	return clock(t) + " (" + strconv.FormatUint(seq, 10) + ")"
}
