package logbook

import (
	"context"
	"errors"
	"os"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
)

// keepState packs what the book's state knows of records that no index has. The
// ledger is held for writing, and what was recorded is: whatever happens here, the
// next who records goes on.
func (b *Book) keepState(ctx context.Context, l *ledger.Ledger) {
	if s := b.state; s != nil && s.head == l.Head() {
		b.keepTail(ctx, l, s, s.graph.Len(), nil)
	}
}

// keepTail is keepState for a state of which the ledger has that many events.
func (b *Book) keepTail(ctx context.Context, l *ledger.Ledger, s *state, events int, recorded func(int, event.Time) event.Time) {
	size := l.Head().Size
	if !b.indexes() || size < s.base.size+tailAt || b.tail.file != nil && size < b.tail.size+tailStep {
		return
	}
	if s.graph.Framable() > s.base.entries {
		return // the graph was let go into a file of its own
	}
	w := tailWriter{book: b, ledger: l, state: s, events: events, recorded: recorded}
	ctx = context.WithoutCancel(ctx)
	if err := sound(func() error { return w.write(ctx) }); err != nil {
		b.tail = tailEnd{} // what is damaged, whoever asks next finds
	}
}

// A tailWriter lets the file of packed events go on.
type tailWriter struct {
	book     *Book
	ledger   *ledger.Ledger
	state    *state
	events   int // that the ledger has
	recorded func(int, event.Time) event.Time
	file     *os.File
	end      tailEnd
}

func (w *tailWriter) write(ctx context.Context) (err error) {
	path := TailPath(w.book.path)
	if err := checkTail(path); err != nil {
		return err
	}
	if w.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.file.Close()) }()
	if err := w.find(ctx); err != nil {
		return err
	}
	if w.ledger.Head().Size < w.end.size+tailStep {
		w.book.tail = w.end
		return nil
	}
	before := w.end.off
	if err := w.frames(ctx); err != nil {
		return errors.Join(err, w.file.Truncate(before))
	}
	w.end.file, err = w.file.Stat()
	w.book.tail = w.end
	return err
}

// find finds the end of what is sound and of this ledger, and cuts off the rest.
func (w *tailWriter) find(ctx context.Context) error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	if w.end = w.book.tail; !w.end.is(info) {
		if err := w.look(ctx, info); err != nil {
			return err
		}
	}
	s := w.state
	waste := w.end.useful - int64(tailHead)
	if w.end.file == nil || w.end.begin > s.base.size || w.end.size < s.base.size || waste > max(tailWaste, w.end.off-w.end.useful) {
		return w.anew()
	}
	if w.end.off < info.Size() {
		return w.file.Truncate(w.end.off)
	}
	return nil
}

// is reports whether the file is as the book left it.
func (e *tailEnd) is(info os.FileInfo) bool {
	return e.grown(info) && info.Size() == e.off && info.ModTime().Equal(e.file.ModTime())
}

// grown reports whether the file is the one that the book left, and not shorter.
func (e *tailEnd) grown(info os.FileInfo) bool {
	return e.file != nil && os.SameFile(e.file, info) && info.Size() >= e.off
}

// look reads the file, which somebody else has written to: what was added to it, or
// all of it.
func (w *tailWriter) look(ctx context.Context, info os.FileInfo) error {
	head := w.ledger.Head()
	if known := w.end; known.grown(info) {
		list, err := believed(ctx, w.ledger, readFrames(w.file, info.Size(), known.off, false), head.Size)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 && list[0].from == known.size && list[0].before == known.last && list[n-1].read(w.file) {
			w.end = endOfFrames(info, list, w.state)
			w.end.begin, w.end.useful = known.begin, known.useful
			return nil
		}
	}
	w.end = tailEnd{}
	list, err := believed(ctx, w.ledger, tailFrames(w.file, false), head.Size)
	if n := len(list); err == nil && n > 0 && list[n-1].read(w.file) {
		w.end = endOfFrames(info, list, w.state)
	}
	return err
}

// anew begins the file again, behind the index.
func (w *tailWriter) anew() error {
	begin := tailBegin()
	w.end = tailEnd{off: int64(len(begin)), useful: int64(len(begin)), begin: w.state.base.size, base: w.state.base}
	err := w.file.Truncate(0)
	if err == nil {
		_, err = w.file.WriteAt(begin, 0)
	}
	return err
}

// frames packs all events up to the ledger's head.
func (w *tailWriter) frames(ctx context.Context) error {
	var b []byte
	for w.end.entries < w.events {
		to := min(w.end.entries+genealogy.FrameEvents, w.events)
		f := tailFrame{from: w.end.size, to: w.state.graph.SeqOf(to-1) + 1, before: w.end.last}
		var err error
		if f.last, err = leafBefore(ctx, w.ledger, f.to); err != nil {
			return err
		}
		f.body = w.state.graph.AppendFrame(nil, w.end.entries, to, w.recorded)
		b = f.append(b[:0])
		if _, err := w.file.WriteAt(b, w.end.off); err != nil {
			return err
		}
		w.end.off += int64(len(b))
		w.end.base = base{f.to, f.last, to}
	}
	return nil
}

// dropTail removes the file, if an index of so many records has all that is in it.
// The ledger need not be held: what somebody adds meanwhile is packed again by the
// next.
func (b *Book) dropTail(size uint64) {
	path := TailPath(b.path)
	if checkTail(path) != nil {
		return
	}
	f, err := os.Open(path)
	if err != nil {
		return
	}
	list := tailFrames(f, false)
	_ = f.Close() // it was only read
	if n := len(list); n == 0 || list[n-1].to <= size {
		b.removeTail()
	}
}

// removeTail removes the file, if it is one.
func (b *Book) removeTail() {
	b.tail = tailEnd{}
	if path := TailPath(b.path); checkTail(path) == nil {
		_ = os.Remove(path) // if not now, whoever records begins it anew
	}
}
