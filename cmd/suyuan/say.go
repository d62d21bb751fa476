package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"suyuan/internal/i18n"
)

// visible is text from outside as it may be shown.
func visible(s string) string { return i18n.Visible(s) }

// put writes to a stream. Stdout remembers what went wrong until it is flushed at the end of the run; when stderr cannot be
// written there is nobody left to tell.
func put(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// say writes one line of talk to stderr.
func (p *program) say(text string) {
	p.flush()
	put(p.err, "suyuan: %s\n", text)
}

// flush lets results come before the talk that follows them; that they cannot be written is said at the end.
func (p *program) flush() { _ = p.out.Flush() }

// hint writes what to do next to stderr.
func (p *program) hint(text string) { put(p.err, "hint: %s\n", text) }

// hintNear is a hint that lists ids, each of them whole.
func (p *program) hintNear(text string) {
	p.hint(strings.Join(fill(strings.Fields(text), p.width-len("hint: ")), "\n      "))
}

// line writes one line of the result.
func (p *program) line(format string, args ...any) {
	put(p.out, format+"\n", args...)
}

// paragraph writes a text in lines that fit.
func (p *program) paragraph(text string) {
	p.styledParagraph(text, func(line string) string { return line })
}

// styledParagraph sets each line off by itself, so that none holds half of a mark.
func (p *program) styledParagraph(text string, style func(string) string) {
	for _, line := range wrap(visible(text), p.width) {
		p.line("%s", style(line))
	}
}

// text is the message id, for the result.
func (p *program) text(id string, d ...any) string { return p.texts.Text(id, d...) }

// answerJSON writes the result as one line.
func (p *program) answerJSON(v any) { put(p.out, "%s\n", jsonLine(v)) }

// bold sets a heading off on a terminal that shows it, and leaves it alone everywhere else.
func (p *program) bold(s string) string {
	if !p.terminal || p.env.Getenv("NO_COLOR") != "" || p.env.Getenv("TERM") == "dumb" || s == "" {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// alarm sets bad news off like bold, and red.
func (p *program) alarm(s string) string {
	b := p.bold(s)
	if b == s {
		return s
	}
	return "\x1b[1;31m" + s + "\x1b[0m"
}

// now is the clock as events are told it: whole seconds, with the offset of the place.
func (p *program) now() time.Time { return p.env.Now().Truncate(time.Second) }

// columns counts the columns that s takes on a terminal. Characters of ambiguous width count one, in every locale alike.
func columns(s string) int {
	return (&runewidth.Condition{}).StringWidth(s)
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// fill lays words out in lines of at most width columns. A word is never cut: one that is longer has a line of its own.
func fill(words []string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, w := range words {
		n := columns(w)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+w, used+n
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// wrap lays a text out like fill. Chinese has no blanks between words: there every character may end a line, but no closing
// mark begins one.
func wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, w := range breakable(s) {
		n := columns(strings.TrimRight(w, " "))
		if used > 0 && used+n > width {
			lines, line, used = append(lines, strings.TrimRight(line, " ")), "", 0
		}
		line, used = line+w, used+columns(w)
	}
	if line != "" {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// breakable cuts a text behind blanks and around wide characters.
func breakable(s string) []string {
	var parts []string
	part := ""
	runes := []rune(s)
	for i, r := range runes {
		part += string(r)
		if i+1 == len(runes) {
			break
		}
		next := runes[i+1]
		wide := (&runewidth.Condition{}).RuneWidth(r) == 2 || (&runewidth.Condition{}).RuneWidth(next) == 2
		if (r == ' ' || wide) && !closes(next) && !opens(r) && next != ' ' {
			parts, part = append(parts, part), ""
		}
	}
	return append(parts, part)
}

func closes(r rune) bool {
	return strings.ContainsRune("，。、；：？！）》」』”’)]},.;:?!%", r)
}

func opens(r rune) bool { return strings.ContainsRune("（《「『“‘([{", r) }
