package logbook

import (
	"context"
	"encoding/hex"

	"suyuan/internal/event"
	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/ledger"
)

// commit is the second pass: it records what the first one found to be new. It
// commits nothing that the first pass did not see: before each commit the
// digest of the file so far must be the same.
func (im *importing) commit(ctx context.Context, l *ledger.Ledger) error {
	for i, in := range im.inputs {
		if err := im.commitFile(ctx, l, int32(i), in); err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) commitFile(ctx context.Context, l *ledger.Ledger, file int32, in *input) error {
	steps := stepper{most: im.book.step}
	var entries []ledger.Entry
	source := hex.EncodeToString(in.sum[:])
	step := func(r *jsonl.Reader) error {
		if len(in.marks) == 0 || r.Sum() != in.marks[0] {
			return ErrChanged
		}
		in.marks = in.marks[1:]
		err := im.append(ctx, l, entries)
		entries = entries[:0]
		return err
	}
	return in.lines(ctx, func(r *jsonl.Reader, line jsonl.Line) error {
		im.tell(im.done+r.Read(), false)
		e, err := event.Parse(line.Bytes)
		if err != nil {
			return ErrChanged
		}
		e.Identify()
		at := position{file, int32(line.Number)} //nolint:gosec // as in the first pass
		if first, ok := im.fresh[e.ID]; !ok || first.position != at {
			return nil
		}
		entries = append(entries, ledger.Entry{
			Event: e.Bytes(), By: im.book.o.By, Sig: im.signed[e.ID], Source: &ledger.Source{Name: in.name, Line: line.Number, SHA256: source},
		})
		if !steps.full(r.Read()) {
			return nil
		}
		return step(r)
	}, func(r *jsonl.Reader) error {
		im.done += r.Read()
		im.tell(im.done, true)
		if len(in.marks) != 1 {
			return ErrChanged
		}
		return step(r)
	})
}

// append commits one step.
func (im *importing) append(ctx context.Context, l *ledger.Ledger, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	_, err := l.Append(ctx, im.book.o.Now(), ledger.AppendOptions{ClockOK: im.book.o.ClockOK}, entries)
	if err != nil {
		return im.book.appendError(err)
	}
	im.committed += len(entries)
	return nil
}
