package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"

	"suyuan/internal/ledger"
)

// bbolt trusts its pages: a damaged reference makes it read outside of its mapping, or walk in circles until the stack
// ends, which no caller can recover from. So pages are walked here first, by plain reads, before bbolt follows any.
// The layout is bbolt's, version 2; it has not changed since 2014.

const (
	magic       = 0xED0CDAED
	boltVersion = 2

	pageHeader  = 16
	elementSize = 16
	metaLen     = 64

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10
	bucketEntry  = 0x01

	noFreelist = ^uint64(0)
	maxPages   = 1 << 38
	maxLevels  = 64
)

// bbolt writes in the order of the machine that it runs on.
var order = binary.NativeEndian

var (
	errNotBolt  = errors.New("not a bbolt file")
	errCutShort = errors.New("the file is cut short, as after a copy that was broken off")
)

// A meta is one of the two pages from which bbolt starts.
type meta struct {
	pageSize                        uint32
	root, freelist, highWater, txid uint64
}

// A pager reads a bbolt file's pages without mapping them.
type pager struct {
	file io.ReaderAt
	size int64
	meta meta
	seen []uint64 // bit set: pages that something refers to
	full bool     // read leaf pages too
}

// newPager reads the meta page that bbolt will start from.
func newPager(file io.ReaderAt, size int64) (*pager, error) {
	p := &pager{file: file, size: size}
	if !p.readMeta() {
		return nil, fmt.Errorf("%w: it has no valid first page", errNotBolt)
	}
	m := &p.meta
	if want := p.offset(m.highWater); m.highWater > maxPages || size < want {
		return nil, fmt.Errorf("%w: it has %d bytes, want at least %d", errCutShort, size, want)
	}
	p.seen = make([]uint64, m.highWater/64+1)
	return p, nil
}

// readMeta finds the valid meta page with the highest transaction. The second one stands at the second page, whose
// place depends on the page size, which only a meta page tells: so all are tried, as bbolt does.
func (p *pager) readMeta() bool {
	found := p.tryMeta(0)
	if found {
		p.tryMeta(int64(p.meta.pageSize))
		return true
	}
	for shift := range 15 {
		found = found || p.tryMeta(1024<<shift)
	}
	return found
}

func (p *pager) tryMeta(at int64) bool {
	var b [pageHeader + metaLen]byte
	if _, err := p.file.ReadAt(b[:], at); err != nil {
		return false
	}
	f := b[pageHeader:]
	sum := fnv.New64a()
	sum.Write(f[:56]) //nolint:gosec // a hash never fails
	if order.Uint32(f) != magic || order.Uint32(f[4:]) != boltVersion || order.Uint64(f[56:]) != sum.Sum64() {
		return false
	}
	m := meta{
		pageSize: order.Uint32(f[8:]), root: order.Uint64(f[16:]), freelist: order.Uint64(f[32:]),
		highWater: order.Uint64(f[40:]), txid: order.Uint64(f[48:]),
	}
	if m.pageSize < 1024 || m.pageSize > 1<<24 || m.pageSize&(m.pageSize-1) != 0 {
		return false
	}
	if p.meta.pageSize == 0 || m.txid > p.meta.txid {
		p.meta = m
	}
	return true
}

// offset returns where a page begins. Page numbers are checked against the file's size first.
func (p *pager) offset(id uint64) int64 {
	return int64(id) * int64(p.meta.pageSize) //nolint:gosec // at most 2^38 pages of 2^24 bytes
}

// A page is a page with its overflow.
type page struct {
	id    uint64
	flags uint16
	count int
	body  []byte // after the header
}

// read reads a page with its overflow. Most pages have none, and take one call of the system and b, of a page's size.
func (p *pager) read(id uint64, b []byte) (page, error) {
	at := p.offset(id)
	if _, err := p.file.ReadAt(b, at); err != nil {
		return page{}, fmt.Errorf("page %d: %w", id, err)
	}
	pg := page{id: id, flags: order.Uint16(b[8:]), count: int(order.Uint16(b[10:]))}
	overflow := uint64(order.Uint32(b[12:]))
	if order.Uint64(b) != id {
		return page{}, fmt.Errorf("page %d says that it is page %d", id, order.Uint64(b))
	}
	if overflow >= p.meta.highWater-id {
		return page{}, fmt.Errorf("page %d has %d pages of overflow, the file has %d pages", id, overflow, p.meta.highWater)
	}
	for i := range overflow {
		if err := p.mark(id + 1 + i); err != nil {
			return page{}, err
		}
	}
	if pg.body = b[pageHeader:]; overflow > 0 {
		pg.body = make([]byte, p.offset(overflow+1)-pageHeader)
		if _, err := p.file.ReadAt(pg.body, at+pageHeader); err != nil {
			return page{}, fmt.Errorf("page %d: %w", id, err)
		}
	}
	return pg, nil
}

// mark notes a reference to a page: there must be one at most.
func (p *pager) mark(id uint64) error {
	if id < 2 || id >= p.meta.highWater || p.seen[id/64]>>(id%64)&1 == 1 {
		return p.badReference(id)
	}
	p.seen[id/64] |= 1 << (id % 64)
	return nil
}

// badReference stands apart so that mark is inlined: a ledger of nine million records has a million and a half pages to mark at each opening.
func (p *pager) badReference(id uint64) error {
	if id < 2 || id >= p.meta.highWater {
		return fmt.Errorf("a reference to page %d, the file has %d pages", id, p.meta.highWater)
	}
	return fmt.Errorf("page %d is referred to twice", id)
}

// check walks the pages: all, if full is set, otherwise those that lead to others, which are one in some hundreds.
func (p *pager) check(full bool) error {
	p.full = full
	if err := p.tree(p.meta.root, p.buckets); err != nil {
		return err
	}
	if err := p.freelist(); err != nil {
		return err
	}
	if !full {
		return nil
	}
	return p.allSeen()
}

// allSeen checks that something refers to every page.
func (p *pager) allSeen() error {
	for id := uint64(2); id < p.meta.highWater; id++ {
		if p.seen[id/64]>>(id%64)&1 == 0 {
			return fmt.Errorf("page %d is neither used nor free", id)
		}
	}
	return nil
}

// tree walks one bucket's pages. A nil visit means that leaf pages hold nothing that leads on.
func (p *pager) tree(root uint64, visit func(page, int) error) error {
	if err := p.mark(root); err != nil {
		return err
	}
	w := walk{pager: p, visit: visit}
	return w.page(root, 0, nil)
}

// A walk is one way through a bucket.
type walk struct {
	*pager
	visit  func(pg page, i int) error
	last   []byte   // the key before
	rooms  [][]byte // by depth: a page is needed until all below it are walked
	leaves int      // depth of the leaves, where a quick walk has come to one; all of a bucket's are as deep
}

func (w *walk) page(id uint64, depth int, first []byte) error {
	if depth > maxLevels {
		return fmt.Errorf("page %d is %d levels deep", id, depth)
	}
	if depth == len(w.rooms) {
		w.rooms = append(w.rooms, make([]byte, w.meta.pageSize))
	}
	pg, err := w.read(id, w.rooms[depth])
	if err != nil {
		return err
	}
	switch pg.flags {
	case flagLeaf:
		err := w.leaf(pg, first)
		w.last = slices.Clone(w.last)
		return err
	case flagBranch:
		return w.branch(pg, depth)
	}
	return fmt.Errorf("page %d has flags %#x, want a branch or a leaf", id, pg.flags)
}

func (w *walk) branch(pg page, depth int) error {
	if pg.count == 0 {
		return fmt.Errorf("branch page %d is empty", pg.id)
	}
	// Where leaves lead to nothing, a quick walk takes the first leaf's word for it that all at its depth are leaves: one that leads on is a branch
	// page that something else refers to as well, or one that is free, and either is noticed by its second reference.
	quick := !w.full && w.visit == nil
	for i := range pg.count {
		child, name, err := pg.reference(i)
		if err != nil {
			return err
		}
		if err := w.mark(child); err != nil {
			return fmt.Errorf("page %d: %w", pg.id, err)
		}
		if quick && w.leaves == 0 && w.isLeaf(child) {
			w.leaves = depth + 1
		}
		if quick && w.leaves == depth+1 {
			continue
		}
		if err := w.page(child, depth+1, name); err != nil {
			return err
		}
	}
	return nil
}

// isLeaf reports whether a page says that it is a leaf, and the one that it should be.
func (w *walk) isLeaf(id uint64) bool {
	var h [pageHeader]byte
	_, err := w.file.ReadAt(h[:], w.offset(id))
	return err == nil && order.Uint16(h[8:]) == flagLeaf && order.Uint64(h[:]) == id
}

func (w *walk) leaf(pg page, first []byte) error {
	for i := range pg.count {
		e, err := pg.element(i)
		if err != nil {
			return err
		}
		key, err := pg.slice(i, order.Uint32(e[4:]), order.Uint32(e[8:]))
		if err != nil {
			return err
		}
		if _, err := pg.slice(i, order.Uint32(e[4:])+order.Uint32(e[8:]), order.Uint32(e[12:])); err != nil {
			return err
		}
		if i == 0 && first != nil && string(first) > string(key) || w.last != nil && string(w.last) >= string(key) {
			return fmt.Errorf("page %d: key %d is not in order", pg.id, i)
		}
		w.last = key
		if w.visit != nil {
			if err := w.visit(pg, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (pg *page) element(i int) ([]byte, error) {
	if (i+1)*elementSize > len(pg.body) {
		return nil, pg.short()
	}
	return pg.body[i*elementSize:], nil
}

// slice returns n bytes at an offset that counts from element i.
func (pg *page) slice(i int, at, n uint32) ([]byte, error) {
	from := int64(i)*elementSize + int64(at)
	if to := from + int64(n); to <= int64(len(pg.body)) && from >= int64(pg.count)*elementSize {
		return pg.body[from:to:to], nil
	}
	return nil, pg.outside(i)
}

func (pg *page) short() error {
	return fmt.Errorf("page %d has no room for %d elements", pg.id, pg.count)
}

func (pg *page) outside(i int) error {
	return fmt.Errorf("page %d: element %d reaches outside", pg.id, i)
}

// reference returns the page that element i of a branch page leads to, and the first key that may stand there.
func (pg *page) reference(i int) (id uint64, name []byte, err error) {
	e, err := pg.element(i)
	if err != nil {
		return 0, nil, err
	}
	name, err = pg.slice(i, order.Uint32(e), order.Uint32(e[4:]))
	return order.Uint64(e[8:]), name, err
}

// buckets walks the buckets that the root's leaf pages name.
func (p *pager) buckets(pg page, i int) error {
	e, err := pg.element(i)
	if err != nil {
		return err
	}
	value, err := pg.slice(i, order.Uint32(e[4:])+order.Uint32(e[8:]), order.Uint32(e[12:]))
	if err != nil {
		return err
	}
	if order.Uint32(e) != bucketEntry || len(value) < 16 {
		return fmt.Errorf("page %d: element %d is no bucket", pg.id, i)
	}
	if root := order.Uint64(value); root != 0 {
		return p.tree(root, nil)
	}
	return p.inline(value[16:])
}

// inline checks a bucket that is small enough to stand in its parent's page.
func (p *pager) inline(b []byte) error {
	if len(b) < pageHeader || order.Uint16(b[8:]) != flagLeaf {
		return errors.New("a bucket within a page is no leaf")
	}
	w := walk{pager: p}
	return w.leaf(page{flags: flagLeaf, count: int(order.Uint16(b[10:])), body: b[pageHeader:]}, nil)
}

// freelist checks that no page is both free and in use: bbolt would write over it.
func (p *pager) freelist() error {
	if p.meta.freelist == noFreelist {
		return nil
	}
	if err := p.mark(p.meta.freelist); err != nil {
		return err
	}
	pg, err := p.read(p.meta.freelist, make([]byte, p.meta.pageSize))
	if err != nil {
		return err
	}
	list, most := pg.body, pg.count
	if most == 0xFFFF { // more than fit the header's field: the first entry is their number
		n := order.Uint64(list)
		list, most = list[8:], int(min(n, maxPages))
	}
	if pg.flags != flagFreelist || most > len(list)/8 {
		return fmt.Errorf("page %d is no list of free pages", pg.id)
	}
	for i := range most {
		if err := p.mark(order.Uint64(list[8*i:])); err != nil {
			return fmt.Errorf("free pages: %w", err)
		}
	}
	return nil
}

// checkPages walks a file's pages; its error wraps ledger.ErrDamaged, unless it says that this is no bbolt file or that it
// could not be read.
func checkPages(file io.ReaderAt, size int64, full bool) error {
	in := &reader{from: file}
	p, err := newPager(in, size)
	if err == nil {
		err = p.check(full)
	}
	switch {
	case in.failed != nil:
		return in.failed
	case err == nil, errors.Is(err, errNotBolt):
		return err
	}
	return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
}

// A reader remembers the first error of the system: what a disk does not give is not therefore damaged.
type reader struct {
	from   io.ReaderAt
	failed error
}

func (r *reader) ReadAt(b []byte, at int64) (int, error) {
	n, err := r.from.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) && r.failed == nil {
		r.failed = err
	}
	return n, err
}
