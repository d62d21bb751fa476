package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/ledger"
	"suyuan/internal/rules"
)

// A step is what one commit takes: so many events, or so many bytes of input.
const (
	stepEvents = 1000
	stepBytes  = 1 << 20
)

// A stepper finds the ends of steps, the same ones in both passes.
type stepper struct {
	most   int // events
	events int
	start  int64
}

// full counts an event that is to be recorded and reports whether the step is
// full with it; read is how far the input was read.
func (s *stepper) full(read int64) bool {
	if s.events++; s.events < s.most && read-s.start < stepBytes {
		return false
	}
	s.events, s.start = 0, read
	return true
}

// check is the first pass: it judges every event by what the ledger would say
// with those before it. The state that it does so with runs ahead of the ledger,
// and is the book's again once all that it has is recorded.
func (im *importing) check(ctx context.Context, l *ledger.Ledger) error {
	defer func() { im.state, im.book.state = im.book.state, nil }()
	if err := im.book.catchUpToJudge(ctx, l); err != nil {
		return err
	}
	im.base, im.now, im.before = l.Head().Size, im.book.o.Now(), im.book.state.graph.Len()
	im.book.state.fresh = func(id event.ID) ([sha256.Size]byte, bool) {
		first := im.first(id)
		if first == nil {
			return [sha256.Size]byte{}, false
		}
		return first.digest, true
	}
	for i, in := range im.inputs {
		if err := im.checkFile(ctx, l, i, in); err != nil {
			return err
		}
	}
	named, err := im.notices(ctx)
	im.result.Unregistered = named
	if err != nil {
		return err
	}
	return im.tellLeftOut()
}

func (im *importing) checkFile(ctx context.Context, l *ledger.Ledger, file int, in *input) error {
	steps := stepper{most: im.book.step}
	tell := im.reporter(in)
	err := in.lines(ctx, decode, func(at jsonl.At, d *decoded) error {
		known := im.result.Known
		fresh, err := im.judge(ctx, l, position{int32(file), int32(in.row(at.Number))}, d) //nolint:gosec // more lines than 2^31 do not fit in the graph
		err = tell(at.Number, &d.event, im.result.Known > known, err)
		im.book.spill(ctx, im.book.state)
		if fresh && steps.full(at.Read) {
			in.marks = append(in.marks, mark{at.Sum, at.Read, len(im.fresh)})
		}
		im.tell(im.done+at.Read, false)
		return err
	}, func(r *jsonl.Reader) error {
		if err := tell(0, nil, false, nil); err != nil {
			return err
		}
		in.sum = r.Sum()
		in.marks = append(in.marks, mark{in.sum, r.Read(), len(im.fresh)})
		im.done += r.Read()
		im.tell(im.done, true)
		return nil
	})
	return err
}

// lines runs decode over the lines of the input on all cores, and each over what
// it made of them, in order, then end; their errors get the file's name and the
// line.
func (in *input) lines(ctx context.Context, decode func([]byte) *decoded, each func(jsonl.At, *decoded) error, end func(*jsonl.Reader) error) (err error) {
	f, err := os.Open(in.path)
	if err != nil {
		return &InputError{File: in.name, Err: reason(err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := jsonl.NewReader(f, event.MaxInput)
	if line, err := jsonl.Each(ctx, r, decode, each); err != nil {
		return in.at(line, err)
	}
	return in.at(0, end(r))
}

// at says where in the input an error lies, if that is what it is about.
func (in *input) at(line int, err error) error {
	var refused *Refusal
	var written *WriteError
	var ambiguous *AmbiguousCodeError
	err, line = Refuse(err), in.row(line)
	switch {
	case errors.As(err, &written):
		return err
	case errors.As(err, &refused) && refused.Rule() != rules.Clock:
		refused.File, refused.Line = in.name, line
		return refused
	case errors.As(err, &ambiguous):
		return &InputError{File: in.name, Line: line, Err: err}
	case errors.Is(err, jsonl.ErrEncoding), errors.Is(err, ErrChanged):
		return &InputError{File: in.name, Err: err}
	default:
		return reasonIn(in.name, err)
	}
}

// reasonIn names the input in the errors of its file, and leaves others alone.
func reasonIn(name string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return &InputError{File: name, Err: p.Err}
	}
	return err
}

// A decoded line is its event, the event's canonical bytes and their digest, or
// why it is none.
type decoded struct {
	event   event.Event
	content []byte
	digest  [sha256.Size]byte
	err     error

	derived bool // the event's id was derived
	given   []givenCode
	forms   genealogy.Foreseen
}

// decode does what needs no more than the line.
func decode(line []byte) *decoded {
	d := decodeAgain(line)
	if d.err != nil {
		d.err = orRecord(line, d.err)
		return d
	}
	d.digest = sha256.Sum256(d.content)
	d.err = appendable(&d.event, d.content)
	d.given, d.forms = givenCodes(&d.event), genealogy.Foresee(&d.event)
	return d
}

// decodeAgain is decode of a line that was judged before.
func decodeAgain(line []byte) *decoded {
	d := new(decoded)
	if d.event, d.err = event.Parse(line); d.err == nil {
		d.derived = d.event.ID == ""
		d.content = d.event.Identified()
	}
	return d
}

// judge checks one line and adds its event to the state; fresh says that the
// event is to be recorded.
func (im *importing) judge(ctx context.Context, l *ledger.Ledger, at position, d *decoded) (fresh bool, err error) {
	if d.err != nil {
		return false, d.err
	}
	meant, err := im.understand(ctx, l, d)
	if err != nil {
		return false, err
	}
	e := &d.event
	known, err := im.known(ctx, l, d)
	if known {
		im.result.Known++
	}
	if known || err != nil {
		return false, err
	}
	seq := im.base + uint64(len(im.fresh))
	signed, err := im.book.signedEntry(seq, d.content, im.now)
	if err != nil {
		return false, err
	}
	if v := im.book.check(ctx, l, e, d.given, signed, im.now); len(v) > 0 {
		return false, im.refuse(v)
	}
	im.result.Codes.add(im.book.state.codeNotices(d.given), im.inputs[at.file].name, int(at.line))
	if len(meant) > 0 {
		im.meant[len(im.fresh)] = meant
	}
	if signed.Sig != nil {
		im.signed[len(im.fresh)] = signed.Sig
	}
	im.fresh = append(im.fresh, origin{at, d.digest})
	im.shelf.put(d.content)
	im.book.state.signed(e, signed)
	im.mention(e)
	now := event.TimeOf(im.now.UTC())
	if now.Sub(e.Time) > genealogy.LateAfter {
		im.result.Late++
	}
	im.book.state.graph.Foreseen(d.forms)
	return true, im.book.state.graph.Add(seq, im.book.o.By, now, lean(*e))
}

// appendable refuses what the ledger would refuse to append, so that this is
// found before the first commit and not in the middle. Size, source and operator
// need no look: an event of the greatest size fits in a record with any of them.
func appendable(e *event.Event, content []byte) error {
	if _, err := ledger.ParseID(string(e.ID)); err != nil {
		return &event.Error{
			Rule: event.RuleMalformed, Path: "id", Found: strconv.Quote(string(e.ID)), Want: "a lower-case UUID of 36 characters, not all zeros", Offset: -1,
		}
	}
	if err := ledger.CheckCanonical(content); err != nil {
		return &event.Error{Rule: event.RuleMalformed, Found: err.Error(), Want: "an event that the ledger can hold", Offset: -1}
	}
	return nil
}

// understand puts what codes in the event mean in their place.
func (im *importing) understand(ctx context.Context, l *ledger.Ledger, d *decoded) ([]Meant, error) {
	u, err := im.book.state.understand(&d.event, d.derived, func(e *event.Event) (bool, error) {
		entry, ok := im.book.state.graph.ByID(e.ID)
		switch {
		case !ok:
			return false, nil
		case entry.Seq < im.base:
			return recordedAs(ctx, l, entry.Seq, e)
		default:
			return im.fresh[entry.Seq-im.base].digest == sha256.Sum256(e.Bytes()), nil
		}
	})
	if err != nil || len(u.meant) == 0 {
		return nil, err
	}
	d.event, d.content = u.event, u.event.Bytes()
	d.digest = sha256.Sum256(d.content)
	d.given = givenCodes(&d.event)
	return u.meant, appendable(&d.event, d.content)
}

// known looks for the event in the ledger and in the input so far.
func (im *importing) known(ctx context.Context, l *ledger.Ledger, d *decoded) (bool, error) {
	entry, ok := im.book.state.graph.ByID(d.event.ID)
	switch {
	case !ok:
		return false, nil
	case entry.Seq < im.base:
		_, ok, err := im.book.known(ctx, l, &d.event, d.content)
		return ok, err
	case im.fresh[entry.Seq-im.base].digest == d.digest:
		return true, nil
	default:
		return false, im.refuse([]rules.Violation{conflict(d.event.ID, entry.Seq)})
	}
}

// first returns where in the input an event stands that is to be recorded.
func (im *importing) first(id event.ID) *origin {
	entry, ok := im.book.state.graph.ByID(id)
	if !ok || entry.Seq < im.base {
		return nil
	}
	return &im.fresh[entry.Seq-im.base]
}

// refuse makes a refusal in which records that are not there yet are named by
// their lines.
func (im *importing) refuse(v []rules.Violation) *Refusal {
	r := refusal(v)
	if first := v[0]; first.HasSeq && first.Seq >= im.base {
		at := im.fresh[first.Seq-im.base]
		r.SaidBy = &Position{im.inputs[at.file].name, int(at.line)}
	}
	if r.SaidBy != nil && r.Rule() == rules.IDConflict {
		v[0].Seq, v[0].HasSeq = 0, false // no record has the id yet
	}
	return r
}

// mention keeps what e is the first to name and wants registration. Whether it
// is registered is asked at the end: a later line may do it.
func (im *importing) mention(e *event.Event) {
	for r := range e.Named {
		switch r.Kind() {
		case event.KindEquipment, event.KindRoom, event.KindSite, event.KindOperator:
			if !im.book.state.graph.Known(r) && !im.met[r] {
				im.met[r] = true
				im.named = append(im.named, r)
			}
		default:
		}
	}
}

// orRecord says so where a line is not an event but a record that holds one.
func orRecord(line []byte, err error) error {
	record := bytes.HasPrefix(line, []byte(`{"by":`)) || bytes.HasPrefix(line, []byte(`{"event":`)) || bytes.HasPrefix(line, []byte(`{"genesis":`))
	if !record || !bytes.Contains(line, []byte(`"prev":"`)) {
		return err
	}
	return &event.Error{
		Rule: event.RuleMalformed, Found: "a record as a ledger exports it", Want: "an event: the record's member event alone", Offset: 0,
	}
}
