package boltstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"suyuan/internal/ledger"
)

const (
	idsMagic    = "suyuan ids 2\n\x00\x00\x00"
	slots       = 2   // for the directory, which is written in turn
	mostRuns    = 100 // many more than ever stand: they are merged before
	mergeAt     = 3   // runs of a size that stand before the next one is merged with them
	growsBy     = 4   // a size is so many times the one below
	tooMuchFree = 10  // at most one part in so many of a file stays free when it is closed
)

// A directory says what an index of ids stands for and where its runs lie, the larger ones first.
type directory struct {
	generation uint64
	genesis    ledger.Hash // leaf hash of record 0
	size       uint64      // records that it stands for
	last       ledger.Hash // leaf hash of record size-1
	newest     uint64      // the greatest number that a run has had
	runs       []*run
}

func (d *directory) encode() []byte {
	b := append(make([]byte, 0, blockBytes), idsMagic...)
	b = binary.BigEndian.AppendUint64(b, d.generation)
	b = binary.BigEndian.AppendUint64(b, d.newest)
	b = append(b, d.genesis[:]...)
	b = binary.BigEndian.AppendUint64(b, d.size)
	b = append(b, d.last[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(d.runs)))
	for _, r := range d.runs {
		b = binary.BigEndian.AppendUint64(b, r.number)
		b = binary.BigEndian.AppendUint64(b, uint64(r.offset)) //nolint:gosec // not negative
		b = binary.BigEndian.AppendUint64(b, uint64(r.count))  //nolint:gosec // not negative
	}
	b = b[:blockBytes-sumBytes]
	return binary.BigEndian.AppendUint32(b, (&runRef{}).sum(0, b))
}

// readSlot reads one of the two pages; ok is false where it holds no directory.
func readSlot(f io.ReaderAt, slot int64, fileSize int64) (d directory, ok bool) {
	b := make([]byte, blockBytes)
	if _, err := f.ReadAt(b, slot*blockBytes); err != nil || !(&runRef{}).sound(0, b) {
		return directory{}, false
	}
	rest, ok := bytes.CutPrefix(b, []byte(idsMagic))
	if !ok {
		return directory{}, false
	}
	number := func() uint64 {
		n := binary.BigEndian.Uint64(rest)
		rest = rest[8:]
		return n
	}
	hash := func() (h ledger.Hash) {
		rest = rest[copy(h[:], rest):]
		return h
	}
	d.generation, d.newest = number(), number()
	d.genesis, d.size, d.last = hash(), number(), hash()
	n := number()
	if n > mostRuns {
		return directory{}, false
	}
	for range n {
		r := &run{file: f}
		r.number, r.offset, r.count = number(), int64(number()), int64(number()) //nolint:gosec // looked at next
		if r.count < 1 || r.offset < slots*blockBytes || r.count > fileSize || r.offset > fileSize || r.end() > fileSize {
			return directory{}, false
		}
		d.runs = append(d.runs, r)
	}
	return d, true
}

// An idsFile is the file of an index.
type idsFile struct {
	path     string
	file     *os.File
	readOnly bool
	directory
	rename func(from, to string) error // os.Rename; tests have one that fails, as where others have the file open
}

// openIDsFile opens the file of an index; errStaleIndex where it holds none.
func openIDsFile(path string, readOnly bool) (*idsFile, error) {
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	file, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	d, ok := newestDirectory(file, info.Size())
	if !ok {
		return nil, errors.Join(errStaleIndex, file.Close())
	}
	return &idsFile{path: path, file: file, readOnly: readOnly, directory: d, rename: os.Rename}, nil
}

func newestDirectory(f io.ReaderAt, fileSize int64) (newest directory, found bool) {
	for slot := range int64(slots) {
		if d, ok := readSlot(f, slot, fileSize); ok && (!found || d.generation > newest.generation) {
			newest, found = d, true
		}
	}
	return newest, found
}

// newIDsFile makes an empty index in place of what is there.
func newIDsFile(path string) (*idsFile, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	f := &idsFile{path: path, file: file, rename: os.Rename}
	// It is synced although it says nothing yet: what has been written to when an event is acknowledged is on the disk.
	_, err = file.WriteAt(f.encode(), 0)
	if err = errors.Join(err, file.Sync()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

func (f *idsFile) close() error { return f.file.Close() }

// lookup finds an id in the runs: of several records with it, the first.
func (d *directory) lookup(id ledger.ID) (seq uint64, ok bool, err error) {
	for _, r := range d.runs {
		at, found, err := r.lookup(id)
		if err != nil {
			return 0, false, err
		}
		if found && (!ok || at < seq) {
			seq, ok = at, true
		}
	}
	return seq, ok, nil
}

// sizeClass says how large a run is, in steps of growsBy.
func sizeClass(count int64) int {
	class := 0
	for count >= growsBy*flushAt {
		class, count = class+1, count/growsBy
	}
	return class
}

// add writes entries, which are in order, as a run or merged with others, and makes them and what next says the index's state.
func (f *idsFile) add(entries []idEntry, next directory) error {
	keep, total := len(f.runs), int64(len(entries))
	for {
		alike := keep
		for alike > 0 && sizeClass(f.runs[alike-1].count) <= sizeClass(total) {
			alike--
		}
		if keep-alike < mergeAt {
			break
		}
		for _, r := range f.runs[alike:keep] {
			total += r.count
		}
		keep = alike
	}
	if keep == 0 && len(f.runs) > 0 {
		if err := f.rewrite(entries, next); !errors.Is(err, errNotReplaced) {
			return err
		} // then the one run goes into this file, behind what it takes the place of
	}
	next.runs = slices.Clone(f.runs[:keep])
	if total > 0 {
		ref := runRef{number: f.number(), count: total}
		ref.offset = f.room(ref)
		r, err := writeRun(f.file, ref, entries, f.runs[keep:])
		if err != nil {
			return err
		}
		next.runs = append(next.runs, r)
	}
	return f.commit(next)
}

// number returns the number of another run. None is given twice, not even after one that was not finished.
func (f *idsFile) number() uint64 {
	f.newest++
	return f.newest
}

// room returns where a run fits: in the first gap between others, or behind them.
func (f *idsFile) room(ref runRef) int64 {
	taken := slices.Clone(f.runs)
	slices.SortFunc(taken, func(a, b *run) int { return cmp.Compare(a.offset, b.offset) })
	ref.offset = slots * blockBytes
	for _, r := range taken {
		if ref.end() <= r.offset {
			break
		}
		ref.offset = r.end()
	}
	return ref.offset
}

// commit makes next the directory, once what it names is on the disk.
func (f *idsFile) commit(next directory) error {
	next.generation, next.newest = f.generation+1, f.newest
	if err := f.file.Sync(); err != nil {
		return err
	}
	if _, err := f.file.WriteAt(next.encode(), int64(next.generation%slots)*blockBytes); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	f.directory = next
	return nil
}

// rewrite merges entries and all runs into one, in a new file that takes this one's place.
func (f *idsFile) rewrite(entries []idEntry, next directory) error {
	path := f.path + ".new"
	to, err := newIDsFile(path)
	if err != nil {
		return err
	}
	total := int64(len(entries))
	for _, r := range f.runs {
		total += r.count
	}
	to.generation, to.newest = f.generation, f.newest
	r, err := writeRun(to.file, runRef{number: to.number(), offset: slots * blockBytes, count: total}, entries, f.runs)
	if err == nil {
		next.runs = []*run{r}
		err = to.commit(next)
	}
	if err = errors.Join(err, to.close()); err == nil {
		return f.become(path, to.directory)
	}
	return errors.Join(err, os.Remove(path))
}

// errNotReplaced says that the file could not be given another's place, and is what it was.
var errNotReplaced = errors.New("the file cannot be replaced, as where somebody else has it open")

// become takes the file at path in place of this one: some systems rename nothing that is open, and nothing over what others have open. The error
// is then errNotReplaced.
func (f *idsFile) become(path string, d directory) error {
	if err := f.file.Close(); err != nil {
		return err
	}
	renamed := f.rename(path, f.path)
	if renamed == nil {
		f.directory = d
	} else {
		_ = os.Remove(path) // the next who writes one removes it else
	}
	again, err := os.OpenFile(f.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("index of ids: %w", err)
	}
	f.file = again
	for _, r := range f.runs {
		r.file = again
	}
	if renamed != nil {
		return fmt.Errorf("%w: %w", errNotReplaced, renamed)
	}
	return nil
}

// free returns how many bytes of the file no run needs.
func (f *idsFile) free() (free, all int64) {
	all = slots * blockBytes
	used := all
	for _, r := range f.runs {
		all = max(all, r.end())
		used += r.end() - r.offset
	}
	return all - used, all
}

// tidy gives back the space that merges have left, where it is much.
func (f *idsFile) tidy() error {
	if free, all := f.free(); free*tooMuchFree <= all {
		return nil
	}
	if err := f.rewrite(nil, f.directory); !errors.Is(err, errNotReplaced) {
		return err
	}
	return nil
}

// forget takes from the file what it says about itself, so that nobody uses it again. It still looks like an index.
func (f *idsFile) forget() error {
	_, err := f.file.WriteAt(make([]byte, slots*blockBytes-len(idsMagic)), int64(len(idsMagic)))
	return errors.Join(err, f.file.Sync())
}
