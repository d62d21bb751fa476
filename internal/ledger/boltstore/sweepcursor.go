package boltstore

import (
	"bytes"
	"fmt"
	"io"
)

// A sweepCursor goes through a bucket from its first key to its last, once, and holds every page and key on its way against what bbolt relies
// on. What it returns is good until it is called again.
type sweepCursor struct {
	*pager
	file   io.ReaderAt // where leaf pages are read
	bucket []byte      // its name, nil for that of all buckets
	number bool        // its keys are numbers
	above  []branch    // those above the leaf, the root first
	leaf   page
	at     int    // the leaf's next element
	end    []byte // the leaf's keys are below it; nil where there is no bound
	last   []byte // the key before
	any    bool   // there was one

	window []byte // of file
	from   int64  // where it begins
}

// A branch is a page of references to others.
type branch struct {
	page
	next int    // the child to read next
	end  []byte // its keys are below it; nil where there is no bound
}

func newSweepCursor(p *pager, file io.ReaderAt, bucket []byte) *sweepCursor {
	number := bytes.Equal(bucket, bucketRecord) || bytes.Equal(bucket, bucketTile)
	return &sweepCursor{pager: p, file: file, bucket: bucket, number: number}
}

// all goes through a bucket for the sake of what it finds wrong.
func (c *sweepCursor) all(b bucketTree) error {
	if err := c.begin(b); err != nil {
		return err
	}
	for {
		if key, _, err := c.next(); key == nil {
			return err
		}
	}
}

// begin reads the first pages.
func (c *sweepCursor) begin(b bucketTree) error {
	if b.root != 0 {
		if err := c.mark(b.root); err != nil {
			return err
		}
		return c.down(b.root, nil, nil, nil)
	}
	if len(b.inline) < pageHeader || order.Uint16(b.inline[8:]) != flagLeaf {
		return fmt.Errorf("bucket %q, within a page, is no leaf", c.bucket)
	}
	c.leaf = page{flags: flagLeaf, count: int(order.Uint16(b.inline[10:])), body: b.inline[pageHeader:]}
	return c.elements()
}

// next returns the next key and its value; a nil key at the end.
func (c *sweepCursor) next() (key, value []byte, err error) {
	for c.at == c.leaf.count {
		more, err := c.forward()
		if !more || err != nil {
			return nil, nil, err
		}
	}
	body, at := c.leaf.body, c.at*elementSize
	e := body[at : at+elementSize]
	from := int64(at) + int64(order.Uint32(e[4:]))
	middle := from + int64(order.Uint32(e[8:]))
	to := middle + int64(order.Uint32(e[12:]))
	if from < int64(c.leaf.count)*elementSize || to > int64(len(body)) {
		return nil, nil, fmt.Errorf("page %d: element %d reaches outside", c.leaf.id, c.at)
	}
	key, value = body[from:middle:middle], body[middle:to:to]
	c.at++
	if err := c.judge(order.Uint32(e), key, value); err != nil {
		return nil, nil, err
	}
	return key, value, nil
}

// judge checks the order of keys, and that a key and its value are of this bucket.
func (c *sweepCursor) judge(flags uint32, key, value []byte) error {
	if c.any && bytes.Compare(c.last, key) >= 0 || c.end != nil && bytes.Compare(key, c.end) >= 0 {
		return fmt.Errorf("page %d: key %x is not in order", c.leaf.id, key)
	}
	c.last, c.any = append(c.last[:0], key...), true
	if c.number && len(key) == keyBytes && flags == 0 && len(value) <= maxValue {
		return nil
	}
	wanted := uint32(0)
	if c.bucket == nil {
		wanted = bucketEntry
	}
	if flags != wanted || c.bucket != nil && !isKey(c.bucket, key) || len(value) > maxValue {
		return fmt.Errorf("page %d: key %.40q, flags %d, %d bytes: no ledger has that in bucket %q", c.leaf.id, key, flags, len(value), c.bucket)
	}
	return nil
}

// forward goes to the next leaf.
func (c *sweepCursor) forward() (bool, error) {
	for len(c.above) > 0 {
		b := &c.above[len(c.above)-1]
		if b.next < b.count {
			return true, c.child(b)
		}
		c.above = c.above[:len(c.above)-1]
	}
	return false, nil
}

// child goes down into the next child of a branch page.
func (c *sweepCursor) child(b *branch) error {
	id, first, end, err := b.child(b.next)
	if err != nil {
		return err
	}
	if c.any && bytes.Compare(c.last, first) >= 0 || end != nil && bytes.Compare(first, end) >= 0 {
		return fmt.Errorf("page %d: reference %d is not in order", b.id, b.next)
	}
	b.next++
	return c.down(id, first, end, b)
}

// down reads a page whose keys are from first on and below end, and those below it on the left; parent is the branch page that leads to it.
func (c *sweepCursor) down(id uint64, first, end []byte, parent *branch) error {
	for {
		pg, err := c.load(id, parent)
		if err != nil {
			return err
		}
		if pg.flags == flagLeaf {
			c.leaf, c.end = pg, end
			return c.firstOf(first)
		}
		if pg.flags != flagBranch || pg.count == 0 || len(c.above) > maxLevels {
			return fmt.Errorf("page %d, %d levels deep: flags %#x and %d elements", id, len(c.above), pg.flags, pg.count)
		}
		pg.body = bytes.Clone(pg.body)
		c.above = append(c.above, branch{page: pg, end: end, next: 1})
		parent = &c.above[len(c.above)-1]
		if err := c.children(parent); err != nil {
			return err
		}
		var name []byte
		if id, name, end, err = parent.child(0); err != nil {
			return err
		}
		if first != nil && bytes.Compare(name, first) < 0 || end != nil && bytes.Compare(name, end) >= 0 {
			return fmt.Errorf("page %d: its first reference is not in order", pg.id)
		}
		first = name
	}
}

// child returns what element i of a branch page leads to, and between which keys those of that page are.
func (b *branch) child(i int) (id uint64, first, end []byte, err error) {
	if id, first, err = b.reference(i); err != nil || i+1 == b.count {
		return id, first, b.end, err
	}
	_, end, err = b.reference(i + 1)
	return id, first, end, err
}

// children notes that the children of a branch page are referred to.
func (c *sweepCursor) children(b *branch) error {
	for i := range b.count {
		id, _, err := b.reference(i)
		if err != nil {
			return err
		}
		if err := c.mark(id); err != nil {
			return err
		}
	}
	return nil
}

// firstOf begins a leaf page.
func (c *sweepCursor) firstOf(first []byte) error {
	if err := c.elements(); err != nil || c.leaf.count == 0 || first == nil {
		return err
	}
	e := c.leaf.body
	key, err := c.leaf.slice(0, order.Uint32(e[4:]), order.Uint32(e[8:]))
	if err == nil && bytes.Compare(key, first) < 0 {
		err = fmt.Errorf("page %d: its first key is not in order", c.leaf.id)
	}
	return err
}

// elements checks that a leaf has room for as many elements as it says.
func (c *sweepCursor) elements() error {
	if c.at = 0; c.leaf.count*elementSize > len(c.leaf.body) {
		return fmt.Errorf("page %d has no room for %d elements", c.leaf.id, c.leaf.count)
	}
	return nil
}

// load returns a page with its overflow. What lies near behind it and belongs to the same parent is read along.
func (c *sweepCursor) load(id uint64, parent *branch) (page, error) {
	head, err := c.bytes(id, 1, parent)
	if err != nil {
		return page{}, err
	}
	overflow := uint64(order.Uint32(head[12:]))
	if order.Uint64(head) != id || overflow >= c.meta.highWater-id || c.offset(overflow+1) > sweepPage {
		return page{}, fmt.Errorf("page %d says that it is page %d with %d pages of overflow", id, order.Uint64(head), overflow)
	}
	for i := range overflow {
		if err := c.mark(id + 1 + i); err != nil {
			return page{}, err
		}
	}
	whole, err := c.bytes(id, overflow+1, parent)
	if err != nil {
		return page{}, err
	}
	return page{id: id, flags: order.Uint16(whole[8:]), count: int(order.Uint16(whole[10:])), body: whole[pageHeader:]}, nil
}

// bytes returns those of n pages from id on.
func (c *sweepCursor) bytes(id, n uint64, parent *branch) ([]byte, error) {
	from, size := c.offset(id), c.offset(n)
	if at := from - c.from; at >= 0 && at+size <= int64(len(c.window)) {
		return c.window[at : at+size], nil
	}
	want := max(size, c.offset(c.near(id, parent)))
	if int64(cap(c.window)) < want {
		c.window = make([]byte, max(want, sweepRead))
	}
	c.window, c.from = c.window[:want], from
	if _, err := c.file.ReadAt(c.window, from); err != nil {
		c.window = c.window[:0]
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return c.window[:size], nil
}

// near returns how many pages from id on are worth reading at once: up to the last of the siblings that follow close behind each other.
func (c *sweepCursor) near(id uint64, parent *branch) uint64 {
	n := uint64(1)
	if parent == nil {
		return n
	}
	most := uint64(sweepRead) / uint64(c.meta.pageSize)
	for i := parent.next; i < parent.count; i++ {
		next, _, err := parent.reference(i)
		if err != nil || next < id+n || next-(id+n) > sweepGap || next >= id+most || next >= c.meta.highWater {
			break
		}
		n = next - id + 1
	}
	return n
}
