package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

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
	step := func(sum [sha256.Size]byte) error {
		if len(in.marks) == 0 || sum != in.marks[0] {
			return ErrChanged
		}
		in.marks = in.marks[1:]
		err := im.append(ctx, l, entries)
		entries = entries[:0]
		return err
	}
	return in.lines(ctx, decodeAgain, func(at jsonl.At, d *decoded) error {
		im.tell(im.done+at.Read, false)
		if d.err != nil {
			return ErrChanged
		}
		id := d.event.ID
		here := position{file, int32(at.Number)} //nolint:gosec // as in the first pass
		if first, ok := im.fresh[id]; !ok || first.position != here {
			return nil
		}
		entries = append(entries, ledger.Entry{
			Event: d.content, By: im.book.o.By, Sig: im.signed[id], Source: &ledger.Source{Name: in.name, Line: at.Number, SHA256: source},
		})
		if !steps.full(at.Read) {
			return nil
		}
		return step(at.Sum)
	}, func(r *jsonl.Reader) error {
		im.done += r.Read()
		im.tell(im.done, true)
		if len(in.marks) != 1 {
			return ErrChanged
		}
		return step(r.Sum())
	})
}

// append commits one step.
func (im *importing) append(ctx context.Context, l *ledger.Ledger, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	receipts, err := l.Append(ctx, im.book.o.Now(), ledger.AppendOptions{ClockOK: im.book.o.ClockOK}, entries)
	if err != nil {
		return im.book.appendError(err)
	}
	im.recorded(receipts, l.Head().Recorded)
	im.committed += len(entries)
	return nil
}

// recorded lets the state that judged the events know when they were recorded.
// Where they do not have the numbers that they were judged under, whatever that
// comes from, it is not used again.
func (im *importing) recorded(receipts []ledger.Receipt, at time.Time) {
	for i := range receipts {
		if receipts[i].Known || receipts[i].Seq != im.base+uint64(im.committed+i) { //nolint:gosec // a count
			im.state = nil
		}
	}
	if im.state != nil {
		from := im.before + im.committed
		im.state.graph.SetRecorded(from, from+len(receipts), event.TimeOf(at))
	}
}

// adopt makes the state that judged the events the book's, now that the ledger
// holds what they were judged as: to read all of it again would make the same.
// The register saw signatures before their records were there; it is made anew
// when somebody asks for it.
func (im *importing) adopt(head ledger.Head) {
	s := im.state
	if s == nil || im.committed != len(im.lines) || head.Size != im.base+uint64(im.committed) || s.graph.Len() != im.before+im.committed { //nolint:gosec // a count
		return
	}
	s.fresh, s.register, s.head = nil, nil, head
	im.fresh, im.signed = nil, nil // an index may be written next, which needs the memory
	im.book.state = s
}
