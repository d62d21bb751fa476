package ledger

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/bits"
	"strconv"
	"time"

	clog "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/tlog"
)

// A Head says what a ledger holds: its size, the root of the tree over all records, and its last record.
type Head struct {
	Origin   string
	Size     uint64
	Root     Hash
	Last     Hash      // leaf hash of the last record, which the next one has as prev
	Recorded time.Time // of the last record
}

// Checkpoint returns the body of a C2SP tlog-checkpoint: origin, size, root in base64, a line each. It is unsigned.
func (h Head) Checkpoint() []byte {
	return clog.Checkpoint{Origin: h.Origin, Size: h.Size, Hash: h.Root[:]}.Marshal()
}

// ParseCheckpoint reads a checkpoint's body, without signatures and extension lines, in its one spelling. Last and
// Recorded, which a checkpoint does not hold, stay zero.
func ParseCheckpoint(b []byte) (Head, error) {
	var c clog.Checkpoint
	rest, err := c.Unmarshal(b)
	if err != nil {
		return Head{}, fmt.Errorf("checkpoint: %w", err)
	}
	h := Head{Origin: c.Origin, Size: c.Size}
	if len(rest) > 0 || copy(h.Root[:], c.Hash) != len(h.Root) || !bytes.Equal(h.Checkpoint(), b) {
		return Head{}, fmt.Errorf("checkpoint %q: want origin, decimal size and base64 root, a line each, and nothing else", b)
	}
	if err := CheckOrigin(h.Origin); err != nil {
		return Head{}, fmt.Errorf("checkpoint: %w", err)
	}
	return h, nil
}

// An edge is the right edge of a tree: the roots of the complete subtrees that it consists of, by level. It is all that
// is needed to add a record and to know the new root.
type edge struct {
	size uint64
	peak [64]Hash
}

// ReadHashes gives tlog the hashes of the edge, which are all that it asks for at the right end of a tree.
func (e *edge) ReadHashes(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		if e.size>>level&1 == 0 || unsigned(n)+1 != e.size>>level {
			return nil, fmt.Errorf("hash %d of level %d is not on the edge of a tree of size %d", n, level, e.size)
		}
		hashes[i] = e.peak[level]
	}
	return hashes, nil
}

// signed and unsigned translate for tlog, which counts in int64. Sizes and numbers are at most 2^53-1.
func signed(n uint64) int64   { return int64(n) }  //nolint:gosec // it fits, see above
func unsigned(n int64) uint64 { return uint64(n) } //nolint:gosec // it fits, see above

// add adds a leaf.
func (e *edge) add(leaf Hash) {
	var done [64]Hash
	e.grow(leaf, done[:0])
}

// grow adds a leaf and appends to done the hashes that it completes, from itself upwards. An append spends a tenth of its time here, which is why
// tlog is not asked.
func (e *edge) grow(leaf Hash, done []Hash) []Hash {
	var node [1 + 2*len(leaf)]byte // RFC 6962 2.1
	node[0] = 1
	done = append(done, leaf)
	level := 0
	for ; e.size>>level&1 == 1; level++ {
		copy(node[1:], e.peak[level][:])
		copy(node[1+len(leaf):], leaf[:])
		leaf = sha256.Sum256(node[:])
		done = append(done, leaf)
	}
	e.peak[level] = leaf
	e.size++
	return done
}

func (e *edge) root() (Hash, error) { return tlog.TreeHash(signed(e.size), e) }

// hashes returns the roots of the complete subtrees, from left to right.
func (e *edge) hashes() []Hash {
	var out []Hash
	for level := 63; level >= 0; level-- {
		if e.size>>level&1 == 1 {
			out = append(out, e.peak[level])
		}
	}
	return out
}

func newEdge(size uint64, hashes []Hash) (edge, bool) {
	e := edge{size: size}
	if bits.OnesCount64(size) != len(hashes) {
		return edge{}, false
	}
	for level := 63; level >= 0; level-- {
		if size>>level&1 == 1 {
			e.peak[level], hashes = hashes[0], hashes[1:]
		}
	}
	return e, true
}

// encodeHead returns what a store keeps as head: the head and the tree's edge, as canonical JSON.
func encodeHead(h Head, e *edge) []byte {
	dst := []byte(`{"edge":[`)
	for i, peak := range e.hashes() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendHash(append(dst, '"'), peak), '"')
	}
	dst = appendHash(append(dst, `],"last":"`...), h.Last)
	dst = appendString(append(dst, `","origin":`...), h.Origin)
	dst = appendTime(append(dst, `,"recorded":"`...), h.Recorded)
	dst = appendHash(append(dst, `","root":"`...), h.Root)
	dst = strconv.AppendUint(append(dst, `","size":`...), h.Size, 10)
	dst = append(dst, `,"v":`...)
	return append(strconv.AppendUint(dst, Version, 10), '}')
}

// parseHead reads a stored head, and refuses one whose edge does not give its root.
func parseHead(b []byte) (Head, edge, error) {
	p := headParser{scanner: scanner{b: b}, v: Version}
	if err := p.whole(); err != nil {
		return Head{}, edge{}, versionFirst(b, err)
	}
	e, ok := newEdge(p.head.Size, p.peaks)
	if !ok || p.head.Size == 0 {
		return Head{}, edge{}, fmt.Errorf("an edge of %d hashes does not fit size %d", len(p.peaks), p.head.Size)
	}
	root, err := e.root()
	if err != nil {
		return Head{}, edge{}, err
	}
	if root != p.head.Root {
		return Head{}, edge{}, fmt.Errorf("the edge gives root %x, the head says %x", root[:], p.head.Root[:])
	}
	// Whatever was left out, put in or spelled otherwise shows in the comparison.
	if again := encodeHead(p.head, &e); !bytes.Equal(again, b) {
		return Head{}, edge{}, versionFirst(b, fmt.Errorf("head %q: want %q", b, again))
	}
	return p.head, e, nil
}

type headParser struct {
	scanner
	head  Head
	peaks []Hash
	v     int64
}

func (p *headParser) whole() error {
	if p.peek() != '{' {
		return p.unexpected("a head")
	}
	if err := p.object(p.member); err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return err
	}
	return checkTime("recorded", p.head.Recorded)
}

func (p *headParser) member(name []byte) (err error) {
	switch string(name) {
	case "edge":
		err = p.edge()
	case "last":
		p.head.Last, err = p.hash()
	case "origin":
		p.head.Origin, err = p.string()
	case "recorded":
		p.head.Recorded, err = p.time()
	case "root":
		p.head.Root, err = p.hash()
	case "size":
		p.head.Size, err = p.count()
	case "v":
		p.v, err = p.integer()
	default:
		err = p.fail("unknown member %q of head", name)
	}
	return err
}

func (p *headParser) edge() error {
	if p.peek() != '[' {
		return p.unexpected("an array")
	}
	return p.array(func() error {
		h, err := p.hash()
		p.peaks = append(p.peaks, h)
		return err
	})
}
