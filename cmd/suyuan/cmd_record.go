package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

var errParts = errors.New("parts cannot be told apart")

// maxEventFile is how much of a file or of standard input is read for one event: more than any event with room for white space.
const maxEventFile = 4 << 20

// runRecordFile records the event of a JSON file.
func runRecordFile(ctx context.Context, p *program, in *input) error {
	name := in.text("file")
	if name == "" {
		return usage("record-what", nil)
	}
	if err := p.needOperator(); err != nil {
		return err
	}
	b, err := p.readEvent(ctx, name)
	if err != nil {
		return err
	}
	e, err := event.Parse(b)
	if err != nil {
		return &logbook.InputError{File: shown(name), Err: err}
	}
	return p.record(ctx, in, e)
}

func shown(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}

func (p *program) readEvent(ctx context.Context, name string) (b []byte, err error) {
	if name == "-" {
		p.heard = true
		b, err = readMost(p.in, maxEventFile)
	} else {
		b, err = readFile(ctx, name, maxEventFile)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fail(exitFailed, "error.file", data{"File": shown(name), "Err": bare(err)})
	}
	return b, nil
}

// bare is an error of the operating system without the name of the file, which the message has already.
func bare(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// runRecord records an event of type t from flags, and asks on a terminal for what is missing.
func runRecord(t event.Type) func(context.Context, *program, *input) error {
	return func(ctx context.Context, p *program, in *input) error {
		if err := p.needOperator(); err != nil {
			return err
		}
		given := make(map[string][]string)
		for _, m := range membersOf(t) {
			if values, ok := flagValues(in, m); ok {
				given[m.Name] = values
			}
		}
		// An action decides what else is missing, so that there may be a second form.
		for missing := missingMembers(t, given); len(missing) > 0; missing = missingMembers(t, given) {
			if !p.canAsk() {
				return missingProblem(t, missing)
			}
			if err := p.ask(ctx, missing, given); err != nil {
				return err
			}
		}
		if err := p.nameKinds(ctx, describedFor(t, given), given); err != nil {
			return err
		}
		e, err := p.buildEvent(t, given)
		if err != nil {
			return p.malformedFlags(err, t)
		}
		return p.record(ctx, in, e)
	}
}

// malformedFlags points to the flags of the type, where an event that they gave is malformed.
func (p *program) malformedFlags(err error, t event.Type) error {
	var malformed *event.Error
	if !errors.As(err, &malformed) {
		return err
	}
	e := p.bookProblem(err)
	e.hints = func(texts *i18n.Texts) []string { return []string{texts.Text("hint.malformed-flags", data{"Type": t})} }
	return e
}

func flagValues(in *input, m event.Member) ([]string, bool) {
	name := flagName(m)
	switch {
	case !in.given(name):
		return nil, false
	case many(m.Kind):
		return in.texts(name), true
	case m.Kind == event.MemberFlag:
		return []string{fmt.Sprint(in.on(name))}, true
	default:
		return []string{in.text(name)}, true
	}
}

// missingMembers are those that the type, and of a case the action, cannot do without.
func missingMembers(t event.Type, given map[string][]string) []event.Member {
	var missing []event.Member
	for _, m := range describedFor(t, given) {
		if _, ok := given[m.Name]; m.Must && !ok && m.Name != "type" {
			missing = append(missing, m)
		}
	}
	return missing
}

func describedFor(t event.Type, given map[string][]string) []event.Member {
	if action := given["action"]; len(action) == 1 {
		return event.DescribeAction(t, action[0])
	}
	return event.Describe(t)
}

func missingProblem(t event.Type, missing []event.Member) error {
	names := make([]string, len(missing))
	for i, m := range missing {
		names[i] = "--" + flagName(m)
	}
	id := "missing"
	if len(names) == 1 && names[0] == "--time" {
		id = "missing-time"
	}
	return usage(id, data{"Command": "suyuan record " + string(t), "Flags": strings.Join(names, ", ")})
}

// buildEvent makes the event that the values say.
func (p *program) buildEvent(t event.Type, given map[string][]string) (event.Event, error) {
	b := &builder{now: p.now()}
	object := map[string]any{"type": string(t)}
	members := describedFor(t, given)
	for _, m := range membersOf(t) {
		for _, d := range members {
			if d.Name == m.Name {
				m = d // an action decides what a member is: "to" of a case
			}
		}
		values, ok := given[m.Name]
		if !ok {
			continue
		}
		v, err := b.value(m, "--"+flagName(m), values)
		if err != nil {
			return event.Event{}, err
		}
		object[m.Name] = v
	}
	text, err := json.Marshal(object)
	if err != nil {
		return event.Event{}, fmt.Errorf("write the event: %w", err)
	}
	return event.Parse(text)
}

func (p *program) needOperator() error {
	if p.as == "" {
		return usage("as", nil)
	}
	return nil
}

// record puts the event into the ledger and says where it stands.
func (p *program) record(ctx context.Context, in *input, e event.Event) error {
	book, err := p.open(ctx, in.on("clock-ok"))
	if err != nil {
		return err
	}
	r, err := book.Record(ctx, e, nil)
	if err != nil {
		return err
	}
	return p.sayRecorded(r)
}

// sayRecorded says where an event stands.
func (p *program) sayRecorded(r logbook.Receipt) error {
	p.sayMeant(r.Meant)
	p.sayCodes(&r.Codes)
	p.sayNotices(r.Unregistered)
	if p.json {
		p.answerJSON(recordJSON(r))
		return nil
	}
	d := data{"Seq": r.Seq, "ID": string(r.ID), "Leaf": fmt.Sprintf("%x", r.Leaf[:])}
	id := "record.done"
	if r.Known {
		id = "record.known"
	}
	p.line("%s", p.text(id, d))
	p.line("  id   %s", d["ID"])
	p.line("  leaf %s", d["Leaf"])
	if r.Late {
		p.say(p.text("record.late", d))
	}
	return nil
}

// codes and meant are there only where there is something to say of codes.
type recorded struct {
	Codes        []codeNoticeJSON `json:"codes,omitempty"`
	ID           string           `json:"id"`
	Known        bool             `json:"known"`
	Late         bool             `json:"late"`
	Leaf         string           `json:"leaf"`
	Meant        []meantJSON      `json:"meant,omitempty"`
	Seq          uint64           `json:"seq"`
	Unregistered []string         `json:"unregistered"`
}

func recordJSON(r logbook.Receipt) recorded {
	answer := recorded{
		ID: string(r.ID), Known: r.Known, Late: r.Late, Leaf: hexOf(r.Leaf), Seq: r.Seq, Unregistered: []string{},
		Codes: codeNoticesAnswer(&r.Codes), Meant: meantAnswer(r.Meant),
	}
	for _, n := range r.Unregistered {
		answer.Unregistered = append(answer.Unregistered, n.Ref.String())
	}
	return answer
}

func hexOf(h ledger.Hash) string { return fmt.Sprintf("%x", h[:]) }

// sayNotices names what nothing registers, and what may have been meant; of a great many, the first.
func (p *program) sayNotices(notices []logbook.Notice) {
	for i, n := range notices {
		if i == logbook.MostNear {
			p.say(p.texts.Count("notice.more", len(notices)-i))
			return
		}
		p.say(visible(p.text("notice.unregistered", data{"Ref": n.Ref})))
		if len(n.Near) > 0 {
			p.hintNear(visible(p.text("notice.near", data{"Near": joinRefs(n.Near)})))
		} else {
			p.hint(visible(p.text("notice.register", data{"Ref": n.Ref})))
		}
	}
}

func joinRefs(refs []event.Ref) string {
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = r.String()
	}
	return strings.Join(names, ", ")
}
