package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/notary"
)

// This file is for the events that joined since the index was written, which lie
// packed beside the ledger so that whoever opens it next need not parse their
// records: F.events (docs/genealogy.md). It is read and written while the ledger
// is held. Whatever is wrong with it, the records are read instead.

// Variables for the tests alone, which pack a few records.
var (
	// tailAt is how many records must have joined for packed events to be used:
	// fewer are read in a twentieth of a second, and each is held against the next.
	tailAt uint64 = 4096
	// tailStep is how many are packed at a time, at least.
	tailStep uint64 = 256
)

// tailWaste is how many bytes of events that the index has may lie there.
const tailWaste = 1 << 20

const (
	tailMagic = "suyuan events 1\n"
	tailHead  = len(tailMagic) + sha256.Size
	// frameHead is what stands before the events of a frame: how many bytes they
	// are, a checksum of all that follows it, of which records they are, the leaf
	// hash of the record before these, and of the last of them.
	frameHead = 4 + 4 + 8 + 8 + 2*sha256.Size
	frameMost = 1 << 27
)

// A tailFrame is one frame: the events of the records from one up to another.
type tailFrame struct {
	off          int64
	from, to     uint64
	before, last ledger.Hash
	bytes        int64
	body         []byte // nil until it is read
}

// A tailEnd is where the file ends, and what the next frame goes on from.
type tailEnd struct {
	file   os.FileInfo // nil where the book does not know
	off    int64
	useful int64  // where what the index does not have begins
	begin  uint64 // the first record
	base
}

// TailPath returns where the packed events of the ledger at path lie, beside the
// file that a symbolic link leads to.
func TailPath(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	return boltstore.EventsPath(path)
}

// tailBegin returns the first bytes of the file. One of another vocabulary or form
// is begun anew.
func tailBegin() []byte {
	version := event.PackVersion()
	form := sha256.Sum256(append(version[:], genealogy.FrameForm...))
	return append([]byte(tailMagic), form[:]...)
}

// checkTail refuses what is no file of packed events, and is to be left alone.
func checkTail(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &ForeignError{path}
	case info.Size() == 0:
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	begin := make([]byte, min(info.Size(), int64(len(tailMagic))))
	if _, err := io.ReadFull(f, begin); err != nil || string(begin) != tailMagic[:len(begin)] {
		return &ForeignError{path}
	}
	return nil
}

// readFrames reads the frames from an offset on that follow each other without a
// gap, up to the first that is not what was written. It keeps their events where
// that is asked for.
func readFrames(r io.ReaderAt, size, off int64, keep bool) []tailFrame {
	var list []tailFrame
	for off+int64(frameHead) <= size {
		var head [frameHead]byte
		if _, err := r.ReadAt(head[:], off); err != nil {
			break
		}
		f := tailFrame{off: off, bytes: int64(frameHead) + int64(binary.LittleEndian.Uint32(head[:]))}
		f.from, f.to = binary.LittleEndian.Uint64(head[8:]), binary.LittleEndian.Uint64(head[16:])
		copy(f.before[:], head[24:])
		copy(f.last[:], head[24+sha256.Size:])
		if f.bytes > min(size-off, frameMost) || f.from >= f.to {
			break
		}
		if k := len(list) - 1; k >= 0 && (list[k].to != f.from || list[k].last != f.before) {
			break
		}
		if !f.read(r) {
			break
		}
		if !keep {
			f.body = nil
		}
		list = append(list, f)
		off += f.bytes
	}
	return list
}

// read reads the events and reports whether the frame is what was written.
func (f *tailFrame) read(r io.ReaderAt) bool {
	b := make([]byte, f.bytes)
	if _, err := r.ReadAt(b, f.off); err != nil {
		return false
	}
	f.body = b[frameHead:]
	if crc32.Checksum(b[8:], castagnoli) != binary.LittleEndian.Uint32(b[4:]) {
		f.body = nil
	}
	return f.body != nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// append packs a frame.
func (f *tailFrame) append(dst []byte) []byte {
	begin := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(f.body))) //nolint:gosec // no frame is that long
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint64(dst, f.from)
	dst = binary.LittleEndian.AppendUint64(dst, f.to)
	dst = append(append(dst, f.before[:]...), f.last[:]...)
	dst = append(dst, f.body...)
	binary.LittleEndian.PutUint32(dst[begin+4:], crc32.Checksum(dst[begin+8:], castagnoli))
	return dst
}

// believed returns those of the frames that are of the ledger's first size
// records: the last of them has the hash that the ledger has for its last record,
// and so all records before are the same, since each names the one before it.
func believed(ctx context.Context, l *ledger.Ledger, list []tailFrame, size uint64) ([]tailFrame, error) {
	var failed error
	n := sort.Search(len(list), func(i int) bool {
		if list[i].to > size || failed != nil {
			return true
		}
		last, err := leafBefore(ctx, l, list[i].to)
		failed = errors.Join(failed, err)
		return last != list[i].last
	})
	return list[:n], failed
}

// leafBefore returns the leaf hash of the last of the first size records, as the
// record after it says, or the head.
func leafBefore(ctx context.Context, l *ledger.Ledger, size uint64) (ledger.Hash, error) {
	if head := l.Head(); size == head.Size {
		return head.Last, nil
	}
	rec, err := l.Record(ctx, size)
	return rec.Prev, err
}

// takeTail takes in what the packed events say of the records up to a size that
// the state does not know. Where they turn out to be of no use then, the state is
// of none either, and sound is false.
func (b *Book) takeTail(ctx context.Context, l *ledger.Ledger, s *state, size uint64) (sound bool, err error) {
	if !b.indexes() || size < s.head.Size+tailAt || checkTail(TailPath(b.path)) != nil {
		return true, nil
	}
	f, err := os.Open(TailPath(b.path))
	if err != nil {
		return true, nil
	}
	defer func() { _ = f.Close() }() // it was only read
	list, err := believed(ctx, l, tailFrames(f, true), size)
	if err != nil || len(list) == 0 {
		return true, err
	}
	if info, err := f.Stat(); err == nil && size == l.Head().Size {
		b.tail = endOfFrames(info, list, s)
	}
	if last := list[len(list)-1]; list[0].from > s.head.Size || last.to <= s.head.Size {
		return true, nil
	}
	if entries, things, err := genealogy.FrameNext(list[len(list)-1].body); err == nil {
		s.graph.RoomFor(entries, things)
	}
	for i := range list {
		if f := &list[i]; f.to > s.head.Size {
			if err := s.takeFrame(f); err != nil {
				b.removeTail()
				return false, nil
			}
		}
	}
	genesis := l.Genesis()
	s.lost = lostBefore(&genesis)
	s.spilled = s.graph.Len() // where they were held once, they can be held again
	s.head, err = headAt(ctx, l, list[len(list)-1].to)
	return true, err
}

// tailFrames is readFrames of an open file from its beginning.
func tailFrames(f *os.File, keep bool) []tailFrame {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	begin := make([]byte, tailHead)
	if _, err := f.ReadAt(begin, 0); err != nil || string(begin) != string(tailBegin()) {
		return nil
	}
	return readFrames(f, info.Size(), int64(tailHead), keep)
}

// takeFrame takes in those events of a frame that the state does not have.
func (s *state) takeFrame(f *tailFrame) error {
	return s.graph.AddFrame(f.body, s.head.Size, func(seq uint64, t event.Type, e *event.Event) {
		switch {
		case e != nil:
			s.signed(e, notary.Entry{Seq: seq})
		case s.policed[t]:
			s.concerned = append(s.concerned, seq)
		}
	})
}

// endOfFrames returns where frames end, of which the last has been read, and what
// of them the state's index does not have.
func endOfFrames(info os.FileInfo, list []tailFrame, s *state) tailEnd {
	last := &list[len(list)-1]
	entries, _, err := genealogy.FrameNext(last.body)
	if err != nil {
		return tailEnd{}
	}
	useful := sort.Search(len(list), func(i int) bool { return list[i].to > s.base.size })
	end := tailEnd{file: info, off: last.off + last.bytes, begin: list[0].from, base: base{last.to, last.last, entries}}
	if end.useful = end.off; useful < len(list) {
		end.useful = list[useful].off
	}
	return end
}
