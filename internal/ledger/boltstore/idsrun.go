package boltstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"sort"

	"suyuan/internal/ledger"
)

// The form of a run (docs/format.md section 6).
const (
	blockBytes   = 4096
	entryBytes   = 16 + 6
	blockEntries = (blockBytes - crc32.Size) / entryBytes
	sumBytes     = crc32.Size

	filterLine = 64 // bytes: what one id sets and asks for lies in one line of the cache
	filterBits = 10 // for an id
	filterSet  = 6  // bits that an id sets

	// So many look-ups in one run are worth the reading of its filter.
	askedOften = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// An idEntry says in which record an id stands.
type idEntry struct {
	id  ledger.ID
	seq uint64
}

func (e idEntry) compare(o idEntry) int {
	a, b := binary.BigEndian.Uint64(e.id[:]), binary.BigEndian.Uint64(o.id[:])
	if a == b {
		a, b = binary.BigEndian.Uint64(e.id[8:]), binary.BigEndian.Uint64(o.id[8:])
	}
	return cmp.Compare(a, b)
}

// A runRef is what the directory says about a run: its own number, which no other run of the file ever had, where it begins, and how many
// ids it holds.
type runRef struct {
	number uint64
	offset int64
	count  int64
}

// A run is ids in order, in a file.
type run struct {
	runRef
	file   io.ReaderAt
	asked  int
	fences []ledger.ID // the first id of each block; nil until much is asked
	filter []byte
	block  []byte
}

func (r *runRef) blocks() int64 { return (r.count + blockEntries - 1) / blockEntries }

// tail is what follows the blocks: the fences, the filter, a checksum.
func (r *runRef) tail() int64 { return r.blocks()*16 + filterSize(r.count) + sumBytes }

// end is where the run's last page ends.
func (r *runRef) end() int64 {
	tail := (r.tail() + blockBytes - 1) / blockBytes * blockBytes
	return r.offset + r.blocks()*blockBytes + tail
}

func filterSize(count int64) int64 {
	return (count*filterBits + 8*filterLine - 1) / (8 * filterLine) * filterLine
}

// sum is the checksum of a block, or of the tail as the block behind the last. It says where the block belongs, so that one
// of a run that stood there before is not taken for it.
func (r *runRef) sum(block int64, b []byte) uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:], r.number)
	binary.BigEndian.PutUint64(place[8:], uint64(block)) //nolint:gosec // not negative
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, b)
}

func (r *run) broken(block int64) error {
	return fmt.Errorf("%w: block %d of run %d", errBrokenIndex, block, r.number)
}

// read reads a block and returns how many entries it has.
func (r *run) read(block int64) (int, error) {
	if r.block == nil {
		r.block = make([]byte, blockBytes)
	}
	if _, err := r.file.ReadAt(r.block, r.offset+block*blockBytes); err != nil {
		return 0, fmt.Errorf("%w: %w", errBrokenIndex, err)
	}
	if !r.sound(block, r.block) {
		return 0, r.broken(block)
	}
	return int(min(blockEntries, r.count-block*blockEntries)), nil
}

// sound says whether b has its checksum at its end.
func (r *runRef) sound(block int64, b []byte) bool {
	at := len(b) - sumBytes
	return binary.BigEndian.Uint32(b[at:]) == r.sum(block, b[:at])
}

func entryAt(block []byte, i int) idEntry {
	b := block[i*entryBytes:]
	return idEntry{ledger.ID(b), uint64(binary.BigEndian.Uint16(b[16:]))<<32 | uint64(binary.BigEndian.Uint32(b[18:]))}
}

func appendEntry(dst []byte, e idEntry) []byte {
	dst = append(dst, e.id[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(e.seq>>32)) //nolint:gosec // a ledger has fewer than 2^48 records
	return binary.BigEndian.AppendUint32(dst, uint32(e.seq))    //nolint:gosec // the lower half
}

// lookup finds an id.
func (r *run) lookup(id ledger.ID) (seq uint64, ok bool, err error) {
	if r.fences == nil {
		if r.asked++; r.asked > askedOften {
			if err := r.readTail(); err != nil {
				return 0, false, err
			}
		}
	}
	block, err := r.blockOf(id)
	if err != nil || block < 0 {
		return 0, false, err
	}
	n, err := r.read(block)
	if err != nil {
		return 0, false, err
	}
	i := sort.Search(n, func(i int) bool {
		return bytes.Compare(r.block[i*entryBytes:i*entryBytes+len(id)], id[:]) >= 0
	})
	if i == n || ledger.ID(r.block[i*entryBytes:]) != id {
		return 0, false, nil
	}
	return entryAt(r.block, i).seq, true, nil
}

// blockOf returns the block in which an id stands if it is there, -1 where it cannot be.
func (r *run) blockOf(id ledger.ID) (int64, error) {
	if r.fences != nil {
		if !mayHold(r.filter, id) {
			return -1, nil
		}
		return int64(sort.Search(len(r.fences), func(i int) bool { return bytes.Compare(r.fences[i][:], id[:]) > 0 })) - 1, nil
	}
	from, to := int64(0), r.blocks() // the first block that begins after id
	for from < to {
		at := (from + to) / 2
		if _, err := r.read(at); err != nil {
			return 0, err
		}
		if bytes.Compare(r.block[:len(id)], id[:]) > 0 {
			to = at
		} else {
			from = at + 1
		}
	}
	return from - 1, nil
}

// readTail reads what makes many look-ups cheap.
func (r *run) readTail() error {
	b := make([]byte, r.tail())
	if _, err := r.file.ReadAt(b, r.offset+r.blocks()*blockBytes); err != nil {
		return fmt.Errorf("%w: %w", errBrokenIndex, err)
	}
	if !r.sound(r.blocks(), b) {
		return r.broken(r.blocks())
	}
	r.fences = make([]ledger.ID, r.blocks())
	for i := range r.fences {
		r.fences[i] = ledger.ID(b[16*i:])
	}
	r.filter = b[16*len(r.fences) : len(b)-sumBytes]
	return nil
}

// place returns an id's line in a filter and a number from which its bits are taken. Ids may all begin or end alike: all of it is
// stirred in.
func place(filter []byte, id ledger.ID) (line []byte, bits uint64) {
	h := binary.BigEndian.Uint64(id[:])*0x9e3779b97f4a7c15 ^ binary.BigEndian.Uint64(id[8:])
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	h ^= h >> 32
	lines := uint64(len(filter) / filterLine)
	at := (h >> 32) * lines >> 32 * filterLine
	return filter[at : at+filterLine : at+filterLine], h * 0xff51afd7ed558ccd >> 10
}

func note(filter []byte, id ledger.ID) {
	line, bits := place(filter, id)
	for range filterSet {
		line[bits>>3&63] |= 1 << (bits & 7)
		bits >>= 9
	}
}

func mayHold(filter []byte, id ledger.ID) bool {
	line, bits := place(filter, id)
	for range filterSet {
		if line[bits>>3&63]&(1<<(bits&7)) == 0 {
			return false
		}
		bits >>= 9
	}
	return true
}
