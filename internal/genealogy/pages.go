package genealogy

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"sync/atomic"
)

// blockSize is how many bytes of a snapshot one checksum is of: what a cold
// trace touches is checked and nothing else.
const blockSize = 4096

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A DamageError says that a snapshot is not what was written. It is what the
// methods of a graph that stands on one panic with where they find damage: the
// snapshot is to be thrown away, and made again from the ledger.
type DamageError struct{ What string }

// Error says what was found.
func (e *DamageError) Error() string {
	return "the genealogy's snapshot is damaged: " + e.What
}

func damaged(format string, args ...any) {
	panic(&DamageError{fmt.Sprintf(format, args...)})
}

// pages are the bytes of a snapshot. Every block is checked when it is read for
// the first time.
type pages struct {
	all    []byte // where the file is mapped
	file   io.ReaderAt
	size   int64
	sums   []byte          // by block
	seen   []atomic.Uint64 // blocks that were checked, where the file is mapped
	mu     sync.Mutex
	blocks map[int64][]byte // guarded by mu; what was read of a file that is not mapped
}

// keptBlocks is how many blocks of a file that is not mapped are kept in memory.
const keptBlocks = 8192

// at returns n bytes. They must not be changed.
func (p *pages) at(off int64, n int) []byte {
	if n == 0 {
		return nil
	}
	if off < 0 || n < 0 || off+int64(n) > p.size {
		damaged("bytes %d to %d of %d are wanted", off, off+int64(n), p.size)
	}
	first, last := off/blockSize, (off+int64(n)-1)/blockSize
	if p.all == nil {
		return p.read(off, n, first, last)
	}
	for b := first; b <= last; b++ {
		if bit := uint64(1) << (b % 64); p.seen[b/64].Load()&bit == 0 {
			p.check(b, p.all[b*blockSize:min((b+1)*blockSize, p.size)])
			p.seen[b/64].Or(bit)
		}
	}
	return p.all[off : off+int64(n)]
}

func (p *pages) check(b int64, block []byte) {
	if crc32.Checksum(block, castagnoli) != binary.LittleEndian.Uint32(p.sums[4*b:]) {
		damaged("the block at byte %d has another checksum than was written", b*blockSize)
	}
}

func (p *pages) read(off int64, n int, first, last int64) []byte {
	if first == last {
		return p.block(first)[off-first*blockSize:][:n]
	}
	out := make([]byte, 0, n)
	for b := first; b <= last; b++ {
		block := p.block(b)
		if b == first {
			block = block[off-b*blockSize:]
		}
		out = append(out, block[:min(len(block), n-len(out))]...)
	}
	return out
}

// block returns one block of a file that is not mapped.
func (p *pages) block(b int64) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if block, ok := p.blocks[b]; ok {
		return block
	}
	block := make([]byte, min(blockSize, p.size-b*blockSize))
	if _, err := p.file.ReadAt(block, b*blockSize); err != nil {
		damaged("the block at byte %d cannot be read: %v", b*blockSize, err)
	}
	p.check(b, block)
	if len(p.blocks) >= keptBlocks {
		clear(p.blocks)
	}
	p.blocks[b] = block
	return block
}

// A section is a part of a snapshot.
type section struct {
	*pages
	off, len int64
}

func (s section) at(off int64, n int) []byte {
	if off < 0 || off+int64(n) > s.len {
		damaged("bytes %d to %d of a section of %d are wanted", off, off+int64(n), s.len)
	}
	return s.pages.at(s.off+off, n)
}

// near is at, sooner where all bytes are of one block that was checked before: what
// walks read is short, and most of it near to what they have read.
func (s *section) near(off int64, n int) []byte {
	if s.all == nil || off < 0 || n < 0 || off+int64(n) > s.len {
		return s.at(off, n)
	}
	from := s.off + off
	b := from / blockSize
	if from%blockSize > blockSize-int64(n) || s.seen[b/64].Load()&(1<<(b%64)) == 0 {
		return s.at(off, n)
	}
	return s.all[from : from+int64(n)]
}

// from returns up to n bytes from off on.
func (s section) from(off int64, n int) []byte {
	return s.at(off, int(min(int64(n), s.len-off)))
}

func (s section) u32(i int64) uint32 { return binary.LittleEndian.Uint32(s.at(4*i, 4)) }

func (s section) u64(i int64) uint64 { return binary.LittleEndian.Uint64(s.at(8*i, 8)) }

// uintAt reads a varint, and says how many bytes it takes.
func (s section) uintAt(off int64) (uint64, int) {
	v, n := binary.Uvarint(s.from(off, binary.MaxVarintLen64))
	if n <= 0 {
		damaged("a number is cut short")
	}
	return v, n
}

// u40 returns a number of five bytes.
func (s section) u40(i int64) int64 { return u40(s.at(5*i, 5)) }

func u40(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) | int64(b[4])<<32 }

func appendU40(dst []byte, v int64) []byte {
	return append(binary.LittleEndian.AppendUint32(dst, uint32(v)), byte(v>>32)) //nolint:gosec // five bytes are what is wanted
}

// blockWriter writes what pages read, and keeps the checksums.
type blockWriter struct {
	w    io.Writer
	off  int64
	sum  uint32
	sums []byte
	err  error
}

func (w *blockWriter) Write(b []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	for rest := b; len(rest) > 0; {
		n := min(len(rest), int(blockSize-w.off%blockSize))
		w.sum = crc32.Update(w.sum, castagnoli, rest[:n])
		w.off += int64(n)
		if w.off%blockSize == 0 {
			w.seal()
		}
		rest = rest[n:]
	}
	_, w.err = w.w.Write(b)
	return len(b), w.err
}

func (w *blockWriter) seal() {
	w.sums = binary.LittleEndian.AppendUint32(w.sums, w.sum)
	w.sum = 0
}
