package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// pieceBlocks is how many blocks are read or written in one go.
const pieceBlocks = 64

// A source gives entries in order, and ok false after the last.
type source interface {
	next() (e idEntry, ok bool, err error)
}

// listed gives the entries of a list.
type listed struct{ entries []idEntry }

func (l *listed) next() (idEntry, bool, error) {
	if len(l.entries) == 0 {
		return idEntry{}, false, nil
	}
	e := l.entries[0]
	l.entries = l.entries[1:]
	return e, true, nil
}

// stored gives the entries of a run.
type stored struct {
	run  *run
	at   int64 // entry
	from int64 // block at which piece begins
	have []byte
}

func (s *stored) next() (idEntry, bool, error) {
	if s.at == s.run.count {
		return idEntry{}, false, nil
	}
	block := s.at / blockEntries
	if s.have == nil || block == s.from+int64(len(s.have)/blockBytes) {
		if err := s.read(block); err != nil {
			return idEntry{}, false, err
		}
	}
	e := entryAt(s.have[(block-s.from)*blockBytes:], int(s.at%blockEntries))
	s.at++
	return e, true, nil
}

func (s *stored) read(block int64) error {
	n := min(pieceBlocks, s.run.blocks()-block)
	if s.have == nil {
		s.have = make([]byte, n*blockBytes)
	}
	s.from, s.have = block, s.have[:n*blockBytes]
	if _, err := s.run.file.ReadAt(s.have, s.run.offset+block*blockBytes); err != nil {
		return fmt.Errorf("%w: %w", errBrokenIndex, err)
	}
	for i := range n {
		if !s.run.sound(block+i, s.have[i*blockBytes:(i+1)*blockBytes]) {
			return s.run.broken(block + i)
		}
	}
	return nil
}

// merged gives the entries of several sources in order, of those with one id that of the first record.
type merged struct {
	from  []source
	heads []idEntry
}

func merge(from []source) (*merged, error) {
	m := &merged{}
	for _, s := range from {
		e, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if ok {
			m.from, m.heads = append(m.from, s), append(m.heads, e)
		}
	}
	return m, nil
}

func (m *merged) next() (idEntry, bool, error) {
	if len(m.heads) == 0 {
		return idEntry{}, false, nil
	}
	least := m.heads[0]
	for _, e := range m.heads[1:] {
		if c := e.compare(least); c < 0 || c == 0 && e.seq < least.seq {
			least = e
		}
	}
	for i := 0; i < len(m.heads); {
		ended := false
		if m.heads[i].id == least.id {
			var err error
			if ended, err = m.advance(i); err != nil {
				return idEntry{}, false, err
			}
		}
		if !ended {
			i++
		}
	}
	return least, true, nil
}

// advance takes the next entry of source i, or the source away where it has ended.
func (m *merged) advance(i int) (ended bool, err error) {
	e, ok, err := m.from[i].next()
	if err != nil {
		return false, err
	}
	if !ok {
		m.from, m.heads = append(m.from[:i], m.from[i+1:]...), append(m.heads[:i], m.heads[i+1:]...)
		return true, nil
	}
	if e.compare(m.heads[i]) <= 0 {
		return false, fmt.Errorf("%w: ids are out of order", errBrokenIndex)
	}
	m.heads[i] = e
	return false, nil
}

// writeRun writes a run of what entries and runs hold together; ref.count is how many ids that are. It does not sync.
func writeRun(f *os.File, ref runRef, entries []idEntry, runs []*run) (*run, error) {
	from := []source{&listed{entries}}
	for _, r := range runs {
		from = append(from, &stored{run: r})
	}
	m, err := merge(from)
	if err != nil {
		return nil, err
	}
	w := runWriter{to: f, run: &run{runRef: ref, file: f}, filter: make([]byte, filterSize(ref.count))}
	count := int64(0)
	for e, ok, err := m.next(); ok || err != nil; e, ok, err = m.next() {
		if err = errors.Join(err, w.add(e)); err != nil {
			return nil, err
		}
		count++
	}
	if count < ref.count {
		// Some ids were in two of them, as happens where the ledger has one twice. The form depends on the number.
		ref.count = count
		return writeRun(f, ref, entries, runs)
	}
	return w.run, w.finish()
}

type runWriter struct {
	to      *os.File
	run     *run
	filter  []byte
	piece   []byte // whole blocks, and the one being filled
	filling int    // entries in that
	written int64  // blocks
}

func (w *runWriter) add(e idEntry) error {
	if w.filling == 0 {
		w.run.fences = append(w.run.fences, e.id)
	}
	note(w.filter, e.id)
	w.piece = appendEntry(w.piece, e)
	if w.filling++; w.filling < blockEntries {
		return nil
	}
	return w.closeBlock()
}

func (w *runWriter) closeBlock() error {
	block := len(w.piece) / blockBytes * blockBytes
	if w.filling > 0 {
		w.piece = append(w.piece, make([]byte, blockEntries*entryBytes-(len(w.piece)-block))...)
		w.piece = binary.BigEndian.AppendUint32(w.piece, w.run.sum(w.written+int64(block/blockBytes), w.piece[block:]))
		w.filling = 0
	}
	if len(w.piece) < pieceBlocks*blockBytes {
		return nil
	}
	return w.flush()
}

func (w *runWriter) flush() error {
	_, err := w.to.WriteAt(w.piece, w.run.offset+w.written*blockBytes)
	w.written += int64(len(w.piece) / blockBytes)
	w.piece = w.piece[:0]
	return err
}

func (w *runWriter) finish() error {
	if err := w.closeBlock(); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	r := w.run
	r.filter = w.filter
	tail := make([]byte, 0, r.tail())
	for i := range r.fences {
		tail = append(tail, r.fences[i][:]...)
	}
	tail = append(tail, r.filter...)
	tail = binary.BigEndian.AppendUint32(tail, r.sum(r.blocks(), tail))
	tail = append(tail, make([]byte, int(r.end()-r.offset-r.blocks()*blockBytes)-len(tail))...)
	_, err := w.to.WriteAt(tail, r.offset+r.blocks()*blockBytes)
	return err
}
