package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
	"suyuan/internal/logbook"
)

// meantJSON says which thing a code in an event was taken for.
type meantJSON struct {
	Code string `json:"code"`
	Ref  string `json:"ref"`
}

func meantAnswer(list []logbook.Meant) []meantJSON {
	var answer []meantJSON
	for _, m := range list {
		answer = append(answer, meantJSON{m.Code.ID(), m.Ref.String()})
	}
	return answer
}

// codeNoticeJSON says what to look at of a code that was recorded.
type codeNoticeJSON struct {
	Code    string   `json:"code"`
	File    *string  `json:"file"`
	Line    *int     `json:"line"`
	Others  []string `json:"others"`
	Problem *string  `json:"problem"`
	Ref     string   `json:"ref"`
}

func codeNoticesAnswer(n *logbook.CodeNotices) []codeNoticeJSON {
	var answer []codeNoticeJSON
	for i := range n.List {
		c := &n.List[i]
		a := codeNoticeJSON{Code: c.Code, File: optional(c.File), Ref: c.Thing.String(), Others: []string{}}
		if c.Line > 0 {
			a.Line = &c.Line
		}
		for _, r := range c.Others {
			a.Others = append(a.Others, r.String())
		}
		if c.Wrong != nil {
			a.Problem = optional(string(c.Wrong.Problem))
		}
		answer = append(answer, a)
	}
	return answer
}

// sayMeant names the things that codes stood for.
func (p *program) sayMeant(list []logbook.Meant) {
	for _, m := range list {
		p.say(visible(p.text("notice.meant", data{"Code": m.Code.ID(), "Ref": m.Ref})))
	}
}

// sayCodes says what to look at of the codes that were recorded; of a great many, the first.
func (p *program) sayCodes(n *logbook.CodeNotices) {
	for i := range n.List {
		c := &n.List[i]
		where := ""
		if c.File != "" {
			where = p.text("error.where", data{"File": c.File, "Line": c.Line}) + " "
		}
		if len(c.Others) > 0 {
			p.say(visible(where + p.text("notice.code-shared", data{"Code": c.Code, "Ref": c.Thing, "Others": joinRefs(c.Others)})))
			p.hint(p.text("hint.notice.code-shared"))
		}
		if c.Wrong != nil {
			p.say(visible(where + p.text("notice.code-wrong", data{"Code": c.Code, "Ref": c.Thing, "What": codeWrong(p.texts, c.Code, c.Wrong)})))
		}
	}
	if more := n.N - len(n.List); more > 0 {
		p.say(p.texts.Count("notice.codes-more", more))
	}
}

// storable spells what a scanner sent so that an event can hold it as a code: the separators of an element string are control
// characters, and the same code in brackets does without. Any other text stays as it is, and is judged with the event.
func storable(text string) string {
	if !strings.ContainsRune(text, '\x1d') {
		return text
	}
	codes, err := identifier.Parse(text)
	if err != nil || len(codes) != 1 || event.CheckText(codes[0].String()) != nil {
		return text
	}
	return codes[0].String()
}

// storableID is storable for a code that stands in place of an id, which has no blanks either: the normal form has none.
func storableID(text string) string {
	if event.CheckID(text) == nil {
		return text
	}
	codes, err := identifier.Parse(text)
	if err != nil || len(codes) != 1 || codes[0].Scheme() == identifier.Text || event.CheckID(codes[0].Normal()) != nil {
		return text
	}
	return codes[0].Normal()
}

// storableRef is storableID behind the kind of a reference.
func storableRef(text string) string {
	kind, id, ok := strings.Cut(text, ":")
	if _, known := event.ParseKind(kind); !ok || !known {
		return text
	}
	return kind + ":" + storableID(id)
}

// storableAll spells the values of a member of a kind.
func storableAll(m event.Member, values []string) []string {
	var spell func(string) string
	switch {
	case m.Name == "codes" || m.Name == "codes_void":
		spell = storable
	case m.Kind == event.MemberID || m.Kind == event.MemberIDs:
		spell = storableID
	case m.Kind == event.MemberThing || m.Kind == event.MemberThings:
		spell = storableRef
	default:
		return values
	}
	list := make([]string, len(values))
	for i, s := range values {
		list[i] = spell(s)
	}
	return list
}

// nameKinds puts the kind before a code that stands barely where a reference does: that of the one thing that carries it. What
// is no code stays as it is, and is judged with the event.
func (p *program) nameKinds(ctx context.Context, members []event.Member, given map[string][]string) error {
	var book *logbook.Book
	for _, m := range members {
		if m.Kind != event.MemberThing && m.Kind != event.MemberThings || !slices.ContainsFunc(given[m.Name], isBare) {
			continue
		}
		var err error
		if book == nil {
			if book, err = p.opened(ctx, logbook.Options{}); err != nil {
				return err
			}
		}
		if given[m.Name], err = nameKindsOf(ctx, book, m, given[m.Name]); err != nil {
			return err
		}
	}
	return nil
}

// isBare reports whether a text has no kind in front.
func isBare(text string) bool {
	name, _, _ := strings.Cut(text, ":")
	_, known := event.ParseKind(name)
	return text != "" && !known
}

func nameKindsOf(ctx context.Context, book *logbook.Book, m event.Member, values []string) ([]string, error) {
	list := slices.Clone(values)
	for i, text := range list {
		if !isBare(text) {
			continue
		}
		var err error
		if list[i], err = nameKind(ctx, book, m, text); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func nameKind(ctx context.Context, book *logbook.Book, m event.Member, text string) (string, error) {
	kinds := m.Kinds
	if kinds == nil {
		kinds = event.Kinds()
	}
	id := storableID(text)
	kind, err := book.KindOf(ctx, id, kinds)
	if ambiguous := (*logbook.AmbiguousCodeError)(nil); errors.As(err, &ambiguous) {
		ambiguous.Member = m.Name
	}
	switch {
	case err != nil:
		return "", err
	case kind != event.KindNone:
		return kind.String() + ":" + id, nil
	}
	if codes, err := identifier.Parse(text); err == nil && codes[0].Scheme() == identifier.Text {
		return text, nil
	}
	_, err = book.Resolve(ctx, text) // which says how it was read
	return text, err
}
