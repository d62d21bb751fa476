package main

import (
	"strings"

	"suyuan/internal/i18n"
	"suyuan/internal/identifier"
	"suyuan/internal/logbook"
)

// candidateJSON is a thing that an ambiguous code can mean.
type candidateJSON struct {
	Product *string `json:"product"`
	Ref     string  `json:"ref"`
	Site    *string `json:"site"`
	State   *string `json:"state"`
}

// ambiguous lists what a code can mean, each candidate in a line of its own.
func ambiguous(e *logbook.AmbiguousCodeError) *problem {
	p := fail(exitFailed, "error.ambiguous", data{"Code": e.Code, "N": e.Total, "Cut": e.Cut, "Member": e.Member})
	p.ref, p.path = e.Code, e.Member
	for i := range e.Candidates {
		c := &e.Candidates[i]
		p.candidates = append(p.candidates, candidateJSON{
			Ref: c.Ref.String(), Site: optional(c.Site.String()), State: optional(c.State.String()), Product: optional(c.Product),
		})
	}
	p.hints = func(t *i18n.Texts) []string {
		list := []string{t.Text("hint.error.ambiguous")}
		for i := range e.Candidates {
			list = append(list, candidateLine(t, &e.Candidates[i]))
		}
		if more := e.Total - len(e.Candidates); more > 0 {
			list = append(list, t.Text("error.candidates-more", data{"N": more, "Cut": e.Cut}))
		}
		return append(list, readingHints(t, &e.Reading)...)
	}
	return p
}

func candidateLine(t *i18n.Texts, c *logbook.Candidate) string {
	d := data{"Ref": c.Ref, "Site": c.Site.String(), "Product": c.Product, "State": ""}
	if s := c.State.String(); s != "" {
		d["State"] = t.Or("state."+s, s)
	}
	return t.Text("error.candidate", d)
}

// readingHints say as what a text was read, or why it is not the code that it claims to be.
func readingHints(t *i18n.Texts, r *logbook.Reading) []string {
	if e := r.Wrong; e != nil {
		if e.Problem == identifier.ProblemEmpty {
			return nil
		}
		return []string{codeWrong(t, r.Text, e)}
	}
	if len(r.Codes) == 0 {
		return nil
	}
	names := make([]string, len(r.Codes))
	for i := range r.Codes {
		c := &r.Codes[i]
		names[i] = t.Text("code.reading", data{"Names": t.Text("code.names." + nameOfNames(c.Names())), "Scheme": t.Text("code.scheme." + c.Scheme().String()), "Code": c.String()})
	}
	return []string{t.Text("code.read", data{"Readings": strings.Join(names, t.Text("code.or"))})}
}

func nameOfNames(n identifier.Names) string {
	if n == identifier.Unsaid {
		return "unsaid"
	}
	return n.String()
}

// codeWrong says what is wrong with a text that claims to be a code.
func codeWrong(t *i18n.Texts, text string, e *identifier.Error) string {
	d := data{"Column": e.Column(text), "Part": e.Part, "Found": e.Found, "Want": e.Want, "Scheme": ""}
	if e.Scheme != 0 {
		d["Scheme"] = t.Text("code.scheme." + e.Scheme.String())
	}
	return t.Text("code.wrong", data{"Where": t.Text("code.where", d), "What": t.Text("code.problem."+string(e.Problem), d)})
}

// unknownCode says how what nothing carries was read, and what is near.
func unknownCode(e *logbook.UnknownThingError) *problem {
	p := unknownThing(e.Text, e.Near)
	near := p.hints
	p.hints = func(t *i18n.Texts) []string { return append(readingHints(t, &e.Reading), near(t)...) }
	return p
}
