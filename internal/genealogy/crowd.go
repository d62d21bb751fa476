package genealogy

import (
	"encoding/binary"
	"slices"
	"sort"

	"suyuan/internal/event"
)

// A Crowd is what a thing that remembers has of contacts with things that do
// not, in one direction: a tank of thirty years has a million of them, and a
// trace wants those of a week. They stand in the order in which [Network.Out]
// and [Network.In] list them.
type Crowd struct {
	n        *Network
	backward bool
	list     []int32  // where they are in memory
	reach    []int64  // of each block of them, how far it reaches
	stored   *crowded // where they are in a snapshot
}

// crowdBlock is how many contacts say together how far they reach.
const crowdBlock = 64

// Crowds returns the contacts by which a thing that remembers passes on (or,
// backward, takes on) to or from things that do not, in one or two parts, and
// the others, in no order.
func (n *Network) Crowds(i int32, backward bool) (parts []*Crowd, peers []Arc) {
	cache := n.outCrowds
	if backward {
		cache = n.inCrowds
	}
	if c, ok := cache[i]; ok {
		return c.parts, c.peers
	}
	var c crowds
	if i < n.g.elder {
		stored := n.g.snap.crowd(i, backward)
		if stored.n > 0 {
			c.parts = append(c.parts, &Crowd{n: n, backward: backward, stored: &stored})
		}
		for _, k := range stored.peers.appendContacts(nil) {
			if !n.g.order.gone(&k) {
				c.peers = appendArc(c.peers, &k, backward)
			}
		}
		c.parts = append(c.parts, n.derivedCrowd(i, backward)...)
	}
	newer := &Crowd{n: n, backward: backward}
	for _, k := range n.g.newer(i, backward) {
		if contact := n.Contact(k); n.meets(contact, backward) {
			c.peers = appendArc(c.peers, contact, backward)
		} else {
			newer.list = append(newer.list, k)
		}
	}
	if len(newer.list) > 0 {
		newer.measure()
		c.parts = append(c.parts, newer)
	}
	cache[i] = c
	return c.parts, c.peers
}

// derivedCrowd is the crowd of an operator, which is not stored.
func (n *Network) derivedCrowd(i int32, backward bool) []*Crowd {
	if n.lean || n.g.kindOf(i) != event.KindOperator {
		return nil
	}
	order := compareOutwards
	if backward {
		order = compareInwards
	}
	list := n.derived(i, backward)
	if len(list) == 0 {
		return nil
	}
	sortContacts(list, order)
	c := &Crowd{n: n, backward: backward}
	for k := range list {
		c.list = append(c.list, n.keep(list[k]))
	}
	c.measure()
	return []*Crowd{c}
}

func appendArc(list []Arc, c *Contact, backward bool) []Arc {
	list = append(list, Arc{})
	list[len(list)-1].set(c, backward)
	return list
}

type crowds struct {
	parts []*Crowd
	peers []Arc
}

// meets reports whether a contact of a thing that remembers is with another
// such thing. Only what is declared can be: in all else a unit takes part, or what
// a unit was made from or given to, and the other's kind need not be looked up.
func (n *Network) meets(c *Contact, backward bool) bool {
	return (c.Via == ViaContact || c.Via == ViaSame) && n.Remembers(peerOf(c, backward))
}

// Len returns the number of contacts.
func (c *Crowd) Len() int32 {
	if c.stored != nil {
		return c.stored.n
	}
	return int32(len(c.list)) //nolint:gosec // numbers of contacts are of that size
}

// Next returns the first place from k on that can hold a contact which does not
// end before a moment.
func (c *Crowd) Next(k int32, since Moment) int32 {
	if since == Always {
		return k
	}
	sec := since.sec
	if c.backward {
		sec = -sec
	}
	for k < c.Len() && c.over(k/crowdBlock, sec) {
		k = (k/crowdBlock + 1) * crowdBlock
	}
	return min(k, c.Len())
}

// After returns the first place of a contact that begins after a moment.
func (c *Crowd) After(since Moment) int32 {
	return int32(sort.Search(int(c.Len()), func(k int) bool { //nolint:gosec // a place
		return since.Before(c.near(int32(k))) //nolint:gosec // a place
	}))
}

// near returns when the contact at a place begins.
func (c *Crowd) near(k int32) Moment {
	var a Arc
	if c.stored != nil {
		c.stored.arc(k, &a)
	} else {
		a.set(c.n.Contact(c.list[k]), c.backward)
	}
	return a.Near
}

// over reports whether all contacts of a block end before a second.
func (c *Crowd) over(block int32, sec int64) bool {
	reach := int64(0)
	if c.stored != nil {
		reach = c.stored.reach(block)
	} else {
		reach = c.reach[block]
	}
	if c.backward {
		return reach > sec
	}
	return reach < sec
}

// At puts the contact at a place into a; false where later records took it away.
func (c *Crowd) At(k int32, a *Arc) bool {
	if c.stored == nil {
		a.set(c.n.Contact(c.list[k]), c.backward)
		return true
	}
	c.stored.arc(k, a)
	return !c.n.g.order.spoils() || !c.n.g.order.goneArc(a)
}

// measure finds how far each block reaches.
func (c *Crowd) measure() {
	for k, number := range c.list {
		c.reach = reaching(c.reach, k, reachOf(c.n.Contact(number), c.backward), c.backward)
	}
}

// always and never are the seconds of an open end.
const (
	always = 0
	never  = 1<<40 - 1
)

// reachOf returns the second in which a contact ends in the order of the walk.
func reachOf(c *Contact, backward bool) int64 {
	end, open := c.To, int64(never)
	if backward {
		end, open = c.From, always
	}
	if end.IsZero() {
		return open
	}
	sec, _, _ := end.Parts()
	return sec
}

// reaching notes that the k-th contact of a crowd reaches that far.
func reaching(list []int64, k int, sec int64, backward bool) []int64 {
	if k%crowdBlock == 0 {
		return append(list, sec)
	}
	last := len(list) - 1
	if backward {
		list[last] = min(list[last], sec)
	} else {
		list[last] = max(list[last], sec)
	}
	return list
}

// crowded is a crowd as a snapshot has it: how far each block reaches, then
// cells of one size, then the intervals that do not fit into one.
type crowded struct {
	section
	thing    int32
	backward bool
	n        int32
	off      int64 // of the blocks' reach
	peers    cells
	block    int32  // whose contacts were read last,
	held     []byte // and these
}

const crowdCell = 22

func (c *crowded) reach(block int32) int64 {
	return u40(c.at(c.off+5*int64(block), 5))
}

// cell returns the bytes of a contact. Those of its block stand in one piece.
func (c *crowded) cell(k int32) []byte {
	if block := k / crowdBlock; c.held == nil || c.block != block {
		first := block * crowdBlock
		c.block, c.held = block, c.at(c.cellsAt()+crowdCell*int64(first), crowdCell*int(min(crowdBlock, c.n-first)))
	}
	return c.held[crowdCell*(k%crowdBlock):][:crowdCell]
}

func (c *crowded) cellsAt() int64 { return c.off + 5*blocksOf(int(c.n)) }

// interval returns the interval of a cell that has it elsewhere.
func (c *crowded) interval(at int64) (from, to event.Time) {
	p := packed{c.from(c.cellsAt()+crowdCell*int64(c.n)+at, 64)}
	return p.time(), p.time()
}

func (c *crowded) contact(k int32) Contact {
	b := c.cell(k)
	peer := int32(binary.LittleEndian.Uint32(b))                                                          //nolint:gosec // as written
	contact := Contact{Source: c.thing, Target: c.thing, Entry: int32(binary.LittleEndian.Uint32(b[4:]))} //nolint:gosec // as written
	if c.backward {
		contact.Source = peer
	} else {
		contact.Target = peer
	}
	contact.Via, contact.Grade = Via(b[8]&15), Grade(b[8]>>4&3)
	form := b[8] >> 6
	from, to := u40(b[12:]), u40(b[17:])
	if form == formFull {
		contact.From, contact.To = c.interval(from)
		return contact
	}
	offset := int16(binary.LittleEndian.Uint16(b[10:])) //nolint:gosec // as written
	contact.From = event.TimeFrom(from, 0, offset)
	switch form {
	case formInstant:
		contact.To = contact.From
	case formSpan:
		contact.To = event.TimeFrom(to, 0, offset)
	}
	return contact
}

// arc is contact as a walk takes it.
func (c *crowded) arc(k int32, a *Arc) {
	b := c.cell(k)
	a.Peer, a.Entry = int32(binary.LittleEndian.Uint32(b)), int32(binary.LittleEndian.Uint32(b[4:]))   //nolint:gosec // as written
	a.Via, a.Grade, a.zone = Via(b[8]&15), Grade(b[8]>>4&3), int16(binary.LittleEndian.Uint16(b[10:])) //nolint:gosec // as written
	from, to := u40(b[12:]), u40(b[17:])
	switch form := int(b[8] >> 6); form {
	case formFull:
		begin, end := c.interval(from)
		a.full(begin, end, c.backward)
	case formInstant:
		a.between(form, from, from, c.backward)
	default:
		a.between(form, from, to, c.backward)
	}
	if a.Via == ViaEquipment {
		a.zone = unknownZone
	}
}

func blocksOf(n int) int64 { return int64((n + crowdBlock - 1) / crowdBlock) }

// appendCrowd writes the contacts of a thing that remembers: the peers as a
// row, then the crowd.
func appendCrowd(dst []byte, n *Network, i int32, row []*Contact, backward bool) []byte {
	var peerRow, others []*Contact
	for _, c := range row {
		if n.meets(c, backward) {
			peerRow = append(peerRow, c)
		} else {
			others = append(others, c)
		}
	}
	slices.SortStableFunc(peerRow, compareTies)
	peers := appendCells(nil, i, peerRow, backward)
	dst = append(appendUint(dst, uint64(len(peers))), peers...)
	dst = appendUint(dst, uint64(len(others)))
	var reach []int64
	for k, c := range others {
		reach = reaching(reach, k, reachOf(c, backward), backward)
	}
	for _, sec := range reach {
		dst = appendU40(dst, sec)
	}
	var extra []byte
	for _, c := range others {
		dst, extra = appendCrowdCell(dst, extra, c, backward)
	}
	return append(dst, extra...)
}

func peerOf(c *Contact, backward bool) int32 {
	if backward {
		return c.Source
	}
	return c.Target
}

func appendCrowdCell(dst, extra []byte, c *Contact, backward bool) (cell, rest []byte) {
	form := formOf(c)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(peerOf(c, backward))) //nolint:gosec // not negative
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.Entry))             //nolint:gosec // not negative
	dst = append(dst, byte(c.Via)|byte(c.Grade)<<4|byte(form)<<6, 0)         //nolint:gosec // 4, 2 and 2 bits
	from, to, offset := int64(0), int64(0), int16(0)
	switch form {
	case formFull:
		from = int64(len(extra))
		extra = appendTime(appendTime(extra, c.From), c.To)
	case formSpan:
		to, _, _ = c.To.Parts()
		from, _, offset = c.From.Parts()
	default:
		from, _, offset = c.From.Parts()
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(offset))
	return appendU40(appendU40(dst, from), to), extra
}

// crowd returns the contacts of a thing that remembers in one direction.
func (s *Snapshot) crowd(i int32, backward bool) crowded {
	parts := s.parts(i)
	c := crowded{section: parts[partOut], thing: i, backward: backward}
	if backward {
		c.section = parts[partIn]
	}
	off := int64(0)
	length, k := c.uintAt(off)
	off += int64(k)
	c.peers = cellsOf(c.at(off, int(length)), i, backward) //nolint:gosec // as written
	off += int64(length)                                   //nolint:gosec // as written
	n, k := c.uintAt(off)
	c.n, c.off = int32(n), off+int64(k) //nolint:gosec // as written
	return c
}

// all returns all contacts of a stored crowd, its peers in their place.
func (c *crowded) all(order func(a, b *Contact) int) []Contact {
	ahead := c.peers.appendContacts(nil)
	list := make([]Contact, 0, int(c.n)+len(ahead))
	sortContacts(ahead, order)
	for k := range c.n {
		contact := c.contact(k)
		for len(ahead) > 0 && order(&ahead[0], &contact) < 0 {
			list, ahead = append(list, ahead[0]), ahead[1:]
		}
		list = append(list, contact)
	}
	return append(list, ahead...)
}
