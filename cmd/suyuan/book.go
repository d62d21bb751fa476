package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// open opens the ledger; it never makes one.
func (p *program) open(ctx context.Context, clockOK bool) (*logbook.Book, error) {
	return p.opened(ctx, logbook.Options{By: p.as, ClockOK: clockOK, Sign: p.signings})
}

// reader opens the ledger for an answer: nobody enters anything.
func (p *program) reader(ctx context.Context) (*logbook.Book, error) {
	book, err := p.opened(ctx, logbook.Options{})
	if err == nil {
		p.sayStanding(book) // who records is refused, and told so then
	}
	return book, err
}

func (p *program) opened(ctx context.Context, o logbook.Options) (*logbook.Book, error) {
	o.Now, o.Wait, o.Trust, o.NoIndex = p.env.Now, p.wait, p.trust(), p.doubts
	book, err := logbook.Open(ctx, p.ledger, o)
	if err != nil {
		return nil, err
	}
	p.books = append(p.books, book)
	return book, nil
}

// resolve turns what the user wrote or scanned into things of the ledger.
func (p *program) resolve(ctx context.Context, book *logbook.Book, texts []string) ([]event.Ref, error) {
	return p.resolveAt(ctx, book, texts, 0)
}

// resolveAt is resolve by what the first size records say; size 0 means all.
func (p *program) resolveAt(ctx context.Context, book *logbook.Book, texts []string, size uint64) ([]event.Ref, error) {
	refs := make([]event.Ref, len(texts))
	for i, text := range texts {
		r, err := book.ResolveAt(ctx, text, size)
		if err != nil {
			return nil, err
		}
		refs[i] = r
	}
	return refs, nil
}

// bookProblem says what an error of the application is to people and programs.
func (p *program) bookProblem(err error) *problem {
	e := describeError(err)
	e.exit = exit(logbook.Code(err))
	if e.id == "error.unknown-outcome" {
		e = p.mayRepeat(e)
	}
	if e.file == "" {
		var in *logbook.InputError
		if errors.As(err, &in) && in.Line > 0 {
			e.file, e.line = in.File, in.Line
		}
		if errors.As(err, &in) && e.rule == string(rules.Malformed) && e.id == "rule.malformed.invalid" && e.path == "" {
			e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.malformed-file")} }
		}
	}
	if e.data == nil {
		e.data = data{"File": p.ledger, "Err": err.Error()}
	}
	return e
}

func describeError(err error) *problem {
	if e := cmp.Or(trustProblem(err), sheetProblem(err), loggerProblem(err)); e != nil {
		return e
	}
	var (
		cut       *logbook.CutShortError
		unknown   *logbook.OutcomeUnknownError
		refused   *logbook.Refusal
		malformed *event.Error
		thing     *logbook.UnknownThingError
		code      *logbook.AmbiguousCodeError
		input     *logbook.InputError
		query     *recall.UnknownThingError
		gone      *recall.GoneError
		kind      *recall.BalanceKindError
		beyond    *logbook.BeyondError
		state     *recall.CaseStateError
		profile   *logbook.UnknownProfileError
		foreign   *logbook.ForeignError
	)
	switch {
	case errors.As(err, &foreign):
		return fail(exitFailed, "error.index-foreign", data{"File": foreign.Path})
	case errors.As(err, &cut):
		return fail(exitCutShort, "error.cut-short", data{"Recorded": cut.Recorded, "Size": cut.Size, "Err": cut.Err.Error()})
	case errors.As(err, &unknown):
		return fail(exitCutShort, "error.unknown-outcome", data{"Err": unknown.Err.Error()})
	case errors.As(err, &refused):
		return refusalProblem(refused)
	case errors.As(err, &malformed):
		return violationProblem(rules.Refused(malformed), nil)
	case errors.As(err, &thing):
		return unknownCode(thing)
	case errors.As(err, &query):
		return unknownThing(query.Ref.String(), nil)
	case errors.As(err, &gone):
		return goneProblem(gone)
	case errors.As(err, &kind):
		return fail(exitFailed, "error.kind", data{"Ref": kind.Ref})
	case errors.As(err, &code):
		return ambiguous(code)
	case errors.As(err, &beyond):
		return beyondProblem(beyond)
	case errors.As(err, &state):
		return caseProblem(state)
	case errors.As(err, &profile):
		return fail(exitFailed, "error.case-profile", data{"Name": profile.Name, "Names": strings.Join(recall.ProfileNames(), ", ")})
	case errors.As(err, &input):
		e := fail(exitFailed, "error.input", data{"File": input.File, "Err": bare(input.Err)})
		if errors.Is(err, fs.ErrNotExist) {
			e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.error.file")} }
		}
		return e
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return fail(k.exit, k.id, nil)
		}
	}
	return fail(exitFailed, "error.other", data{"Err": err.Error()})
}

// known are the errors that need no more words than their own.
var known = []struct {
	err  error
	exit exit
	id   string
}{
	{logbook.ErrNoLedger, exitFailed, "error.no-ledger"},
	{logbook.ErrExists, exitFailed, "error.exists"},
	{logbook.ErrGrown, exitBusy, "error.grown"},
	{logbook.ErrBusy, exitBusy, "error.busy"},
	{context.Canceled, exitInterrupted, "error.interrupted"},
	{fs.ErrPermission, exitFailed, "error.ledger"},
	{ledger.ErrNotLedger, exitFailed, "error.not-ledger"},
	{ledger.ErrVersion, exitFailed, "error.version"},
	{ledger.ErrDamaged, exitBroken, "error.damaged"},
}

func unknownThing(text string, near []event.Ref) *problem {
	e := fail(exitFailed, "error.unknown-thing", data{"Ref": text, "Near": joinRefs(near)})
	e.ref = text
	e.hints = func(t *i18n.Texts) []string {
		var list []string
		seq := strings.TrimPrefix(text, "#")
		if _, err := strconv.ParseUint(seq, 10, 64); err == nil {
			list = append(list, t.Text("error.near-record", data{"Seq": seq}))
		}
		if len(near) > 0 {
			list = append(list, t.Text("error.near", e.data))
		}
		return list
	}
	return e
}

// beyondProblem names the record or size that is not there, and those that are.
func beyondProblem(b *logbook.BeyondError) *problem {
	d := data{"Asked": b.Asked, "Size": b.Size, "Last": b.Size - 1}
	if !b.Record {
		return fail(exitFailed, "error.no-size", d)
	}
	e := fail(exitFailed, "error.no-record", d)
	e.seq = &b.Asked
	return e
}

func refusalProblem(r *logbook.Refusal) *problem {
	e := violationProblem(r.Violations[0], r.Violations[1:])
	e.file, e.line = r.File, r.Line
	if r.SaidBy != nil {
		hints := e.hints
		e.hints = func(t *i18n.Texts) []string {
			return append([]string{t.Text("error.said-by", data{"File": r.SaidBy.File, "Line": r.SaidBy.Line})}, hints(t)...)
		}
	}
	return e
}

// otherRules are the violations of other rules than the one that is told.
func otherRules(told rules.ID, others []rules.Violation) []rules.Violation {
	return slices.DeleteFunc(slices.Clone(others), func(o rules.Violation) bool { return o.Rule == told })
}

// violationProblem tells the first rule broken; the others stand in a hint, so that they can be mended in one go.
func violationProblem(v rules.Violation, others []rules.Violation) *problem {
	e := &problem{exit: exitRefused, id: "rule." + v.Message(), data: &v, rule: string(v.Rule), ref: v.Ref.String(), path: v.Path}
	if v.HasSeq {
		e.seq = &v.Seq
	}
	if named := nameOf(&v); named != "" {
		e.data = spoken(func(t *i18n.Texts) any {
			said := v
			said.Name = t.Or(named, v.Name)
			return &said
		})
	}
	e.hints = func(t *i18n.Texts) []string {
		var list []string
		if id := "hint." + v.Message(); t.Has(id) {
			list = append(list, t.Text(id, &v))
		}
		if v.Rule == rules.CaseOpen && len(others) > 0 {
			list = append(list, t.Text("case.unmet", data{"Names": goalNames(t, others)}))
		} else if more := otherRules(v.Rule, others); len(more) > 0 {
			list = append(list, t.Text("error.others", data{"Rules": ruleNames(more)}))
		}
		for i := range others {
			if o := &others[i]; o.Rule == rules.MissingSignature && v.Rule == o.Rule {
				list = append(list, t.Text("rule."+o.Message(), o))
			}
		}
		return append(list, assaysToo(t, others)...)
	}
	return e
}

// assaysToo says what else is missing or out of a specification: a laboratory is asked once for all of it.
func assaysToo(t *i18n.Texts, others []rules.Violation) []string {
	const most = 40
	var list []string
	for i := range others {
		if o := &others[i]; o.Rule == rules.Specification {
			list = append(list, t.Text("rule."+o.Message(), o))
		}
	}
	if more := len(list) - most; more > 0 {
		list = append(list[:most], t.Text("pending.more", data{"N": more}))
	}
	return list
}

// nameOf is the text of a violation's name where that is a word of a closed set: a milestone, or what a signature means.
func nameOf(v *rules.Violation) string {
	switch {
	case v.Rule == rules.CaseOpen && v.Variant == rules.Unmet:
		return "goal." + v.Name
	case v.Variant == rules.PolicyUnmet, v.Variant == rules.Unsigned, v.Variant == rules.Withheld:
		return "word." + v.Name
	default:
		return ""
	}
}

func ruleNames(list []rules.Violation) string {
	var names []string
	for _, v := range list {
		if n := string(v.Rule); len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// goneProblem says that there is nothing left to ask about, and where to look.
func goneProblem(gone *recall.GoneError) *problem {
	if !gone.Opening {
		return sourceGone(gone.Ref)
	}
	e := fail(exitFailed, "error.opening-gone", data{"Ref": gone.Ref})
	e.ref = gone.Ref.String()
	return e
}
