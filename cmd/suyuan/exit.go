package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"suyuan/internal/i18n"
)

// An exit is an exit code. The set is closed; scripts rely on it.
type exit int

const (
	exitDone        exit = 0
	exitFailed      exit = 1   // nothing was written
	exitUsage       exit = 2   // nothing was done
	exitBroken      exit = 3   // the ledger does not verify
	exitBadNews     exit = 4   // done, and the answer is bad news
	exitRefused     exit = 5   // by a rule; nothing was written
	exitBusy        exit = 6   // try again
	exitCutShort    exit = 7   // outcome unknown or cut short: run it again
	exitInterrupted exit = 130 // 128 + SIGINT, as shells count
)

// code names an exit in the JSON of errors.
func (e exit) code() string {
	switch e {
	case exitDone:
		return "done"
	case exitFailed:
		return "failed"
	case exitUsage:
		return "usage"
	case exitBroken:
		return "broken"
	case exitBadNews:
		return "bad-news"
	case exitRefused:
		return "refused"
	case exitBusy:
		return "busy"
	case exitCutShort:
		return "cut-short"
	case exitInterrupted:
		return "interrupted"
	}
	return "failed"
}

// An answer is an exit code other than 0 of a command that worked: its text is on stdout already.
type answer exit

func (a answer) Error() string { return fmt.Sprintf("the answer is exit code %d", int(a)) }

type data = i18n.Data

// A problem is why a command failed: a text of the message files, so that it can be said in both languages, with the facts for
// programs beside it. The hint is the text "hint." + id, where there is one.
type problem struct {
	exit exit
	id   string
	data any
	rule string
	ref  string
	seq  *uint64
	file string
	line int
	path string // member of the event
	// candidates are what an ambiguous code can mean.
	candidates []candidateJSON
	// hints say what to do next, instead of the text "hint." + id.
	hints func(*i18n.Texts) []string
}

func (e *problem) Error() string { return e.id }

func fail(code exit, id string, d data) *problem {
	if d == nil {
		return &problem{exit: code, id: id}
	}
	return &problem{exit: code, id: id, data: d}
}

func usage(id string, d data) *problem { return fail(exitUsage, "usage."+id, d) }

// message says the problem in one line.
func (e *problem) message(t *i18n.Texts) string {
	where := ""
	switch {
	case e.file != "" && e.line == 0: // the file as a whole
		where = e.file + ": "
	case e.file != "":
		where = t.Text("error.where", data{"File": e.file, "Line": e.line}) + " "
	}
	return visible(where + oneLine(e.say(t, e.id)))
}

func (e *problem) hint(t *i18n.Texts) []string {
	var list []string
	if e.hints != nil {
		list = e.hints(t)
	} else if id := "hint." + e.id; t.Has(id) {
		list = []string{e.say(t, id)}
	}
	for i := range list {
		list[i] = visible(oneLine(list[i]))
	}
	return list
}

// spoken are the facts of a text in which some are words of the language.
type spoken func(*i18n.Texts) any

func (e *problem) say(t *i18n.Texts, id string) string {
	if e.data == nil {
		return t.Text(id)
	}
	if words, ok := e.data.(spoken); ok {
		return t.Text(id, words(t))
	}
	return t.Text(id, e.data)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// finish reports how a run ended and returns its exit code.
func (p *program) finish(ctx context.Context, err error) exit {
	var ans answer
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &ans):
		return exit(ans)
	}
	e := p.problemOf(ctx, err)
	if p.json {
		p.finishJSON(e)
		return e.exit
	}
	p.say(e.message(p.texts))
	for _, h := range e.hint(p.texts) {
		if e.id == "error.unknown-thing" {
			p.hintNear(h)
		} else {
			p.hint(h)
		}
	}
	return e.exit
}

// failureJSON is the last line on stderr under --json; members that do not apply are null.
// candidates are there only where a code can mean several things.
type failureJSON struct {
	Candidates []candidateJSON `json:"candidates,omitempty"`
	Code       string          `json:"code"`
	File       *string         `json:"file"`
	Hint       *string         `json:"hint"`
	Line       *int            `json:"line"`
	Message    string          `json:"message"`
	Ref        *string         `json:"ref"`
	Rule       *string         `json:"rule"`
	Seq        *uint64         `json:"seq"`
}

func (p *program) finishJSON(e *problem) {
	english := i18n.New(i18n.English)
	f := failureJSON{Code: e.exit.code(), Message: e.message(english), Seq: e.seq, Candidates: e.candidates}
	f.File, f.Ref, f.Rule = optional(e.file), optional(e.ref), optional(e.rule)
	f.Hint = optional(strings.Join(e.hint(english), "; "))
	if e.line > 0 {
		f.Line = &e.line
	}
	put(p.err, "%s\n", jsonLine(map[string]any{"error": f}))
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// jsonLine writes v as RFC 8785 would: v holds maps and structs whose members stand in order, strings and whole numbers.
func jsonLine(v any) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("encode an answer of ours: %v", err))
	}
	// encoding/json escapes these two for JavaScript's sake; RFC 8785 does not.
	return []byte(unescapeSeparators(strings.TrimSuffix(b.String(), "\n")))
}

// unescapeSeparators undoes \u2028 and \u2029, and leaves a backslash that is itself escaped alone.
func unescapeSeparators(s string) string {
	if !strings.Contains(s, `\u202`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		switch {
		case strings.HasPrefix(s[i:], `\u2028`):
			b.WriteRune('\u2028')
			i += 5
		case strings.HasPrefix(s[i:], `\u2029`):
			b.WriteRune('\u2029')
			i += 5
		default:
			b.WriteString(s[i : i+2])
			i++
		}
	}
	return b.String()
}
