package logbook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/ledger"
)

// commit is the second pass: it records what the first one found to be new. It
// commits nothing that the first pass did not see: before each commit the
// digest of the file so far must be the same.
func (im *importing) commit(ctx context.Context, l *ledger.Ledger) error {
	prepared := im.prepareIndex()
	defer prepared()
	events := im.shelf.reader()
	for i, in := range im.inputs {
		var err error
		if im.shelf.lost {
			err = im.commitAgain(ctx, l, int32(i), in)
		} else {
			err = im.commitFile(ctx, l, in, events)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// commitFile records what the shelf has of a file.
func (im *importing) commitFile(ctx context.Context, l *ledger.Ledger, in *input, events *shelfReader) (err error) {
	f, err := os.Open(in.path)
	if err != nil {
		return &InputError{File: in.name, Err: reason(err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, digest, read := bufio.NewReaderSize(f, 1<<16), sha256.New(), int64(0)
	source := &ledger.Source{Name: in.name, SHA256: in.digest()}
	for i := range in.marks {
		m := &in.marks[i]
		if _, err := io.CopyN(digest, r, m.read-read); err != nil && !errors.Is(err, io.EOF) {
			return reasonIn(in.name, err)
		}
		read = m.read
		if err := im.unchanged(ctx, in, m, digest.Sum(nil), r); err != nil {
			return err
		}
		entries, err := im.entries(m.fresh, source, events)
		if err == nil {
			err = im.append(ctx, l, entries)
		}
		if err != nil {
			return in.at(0, err)
		}
		im.tell(im.done+read, false)
	}
	im.done += read
	im.tell(im.done, true)
	return nil
}

// unchanged holds the file up to a mark, and whether it ends there, against what
// the first pass read.
func (im *importing) unchanged(ctx context.Context, in *input, m *mark, sum []byte, r *bufio.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	last := m == &in.marks[len(in.marks)-1]
	if _, err := r.Peek(1); last && err == nil || !bytes.Equal(sum, m.sum[:]) {
		return &InputError{File: in.name, Err: ErrChanged}
	}
	return nil
}

// entries returns those that are to be recorded next, up to a number.
func (im *importing) entries(to int, source *ledger.Source, events *shelfReader) ([]ledger.Entry, error) {
	list := make([]ledger.Entry, to-im.committed)
	sources := make([]ledger.Source, len(list))
	for i := range list {
		k := im.committed + i
		content, err := events.next(&im.fresh[k].digest)
		if err != nil {
			return nil, &WriteError{im.book.path, err}
		}
		sources[i] = *source
		sources[i].Line = int(im.fresh[k].line)
		list[i] = ledger.Entry{Event: content, By: im.book.o.By, Sig: im.signed[k], Source: &sources[i]}
	}
	return list, nil
}

// commitAgain is commitFile where there is no shelf: it decodes the file again.
func (im *importing) commitAgain(ctx context.Context, l *ledger.Ledger, file int32, in *input) error {
	steps := stepper{most: im.book.step}
	var entries []ledger.Entry
	source := in.digest()
	step := func(sum [sha256.Size]byte) error {
		if len(in.marks) == 0 || sum != in.marks[0].sum {
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
		here := position{file, int32(in.row(at.Number))} //nolint:gosec // as in the first pass
		k := im.committed + len(entries)
		if k >= len(im.fresh) || im.fresh[k].position != here {
			return nil
		}
		content, err := im.asMeant(k, d)
		if err != nil {
			return err
		}
		entries = append(entries, ledger.Entry{
			Event: content, By: im.book.o.By, Sig: im.signed[k], Source: &ledger.Source{Name: in.name, Line: in.row(at.Number), SHA256: source},
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

// asMeant returns the bytes of an event that was decoded again, with codes replaced
// as the first pass did.
func (im *importing) asMeant(k int, d *decoded) ([]byte, error) {
	meant := im.meant[k]
	if len(meant) == 0 {
		return d.content, nil
	}
	e, err := meaning(&d.event, d.derived, meant)
	if err != nil {
		return nil, ErrChanged
	}
	return e.Bytes(), nil
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
	if im.state != nil {
		im.book.keepTail(ctx, l, im.state, im.before+im.committed, im.recordedAt)
	}
	return nil
}

// recorded notes when the events of a step were recorded.
// Where they do not have the numbers that they were judged under, whatever that
// comes from, it is not used again.
func (im *importing) recorded(receipts []ledger.Receipt, at time.Time) {
	for i := range receipts {
		if receipts[i].Known || receipts[i].Seq != im.base+uint64(im.committed+i) { //nolint:gosec // a count
			im.state = nil
		}
	}
	im.times = append(im.times, event.TimeOf(at))
	im.ends = append(im.ends, im.before+im.committed+len(receipts))
}

// recordedAt returns when an event of the state was recorded.
func (im *importing) recordedAt(n int, known event.Time) event.Time {
	if n < im.before {
		return known
	}
	step, _ := slices.BinarySearch(im.ends, n+1)
	return im.times[step]
}

// prepareIndex makes most of what the index will be while events are committed:
// the one waits for the disk, the other keeps a core busy. What it returns waits
// for that.
func (im *importing) prepareIndex() (wait func()) {
	if !im.book.indexes() || !im.state.due() {
		return func() {}
	}
	g := im.state.graph
	var making sync.WaitGroup
	var failed error
	making.Go(func() {
		failed = sound(func() error {
			g.PrepareSnapshot()
			return nil
		})
	})
	return func() {
		making.Wait()
		if failed != nil { // the index that was before is damaged, which whoever asks next finds too
			im.state = nil
		}
	}
}

// adopt makes the state that judged the events the book's, now that the ledger
// holds what they were judged as: to read all of it again would make the same.
// The register saw signatures before their records were there; it is made anew
// when somebody asks for it.
func (im *importing) adopt(head ledger.Head) {
	s := im.state
	if s == nil || im.committed != len(im.fresh) || head.Size != im.base+uint64(im.committed) || s.graph.Len() != im.before+im.committed { //nolint:gosec // a count
		return
	}
	from := im.before
	for i, at := range im.times {
		s.graph.SetRecorded(from, im.ends[i], at)
		from = im.ends[i]
	}
	s.fresh, s.register, s.head = nil, nil, head
	im.fresh, im.signed = nil, nil // an index may be written next, which needs the memory
	im.book.state = s
}
