package recall

import (
	"suyuan/internal/genealogy"
)

// A flood is a search from up to 256 sources at once, each a bit: it tells for
// every node which of the sources reach it, as so many searches would that are
// made one by one, and no paths. Every bit comes to every node at its earliest
// time and goes on from there once; what comes to a node at one time goes on
// together. What a thing that remembers passes on later waits until then, and
// takes along all that has come by that time.
type flood struct {
	*atlas
	floor  genealogy.Grade
	starts []start
	bits   []sourceSet    // by start
	barred map[int32]bool // no walk enters these things
	weaker genealogy.Grade

	nodes  []wet
	pools  []*pool
	tides  []tide      // of the nodes of what remembers, by part of the crowd
	brims  []sourceSet // of the nodes of what remembers: what came at the beginning of the epoch
	waves  []wave      // those that are under way, by number
	free   []int32
	queue  ripples
	held   genealogy.Arc // of a crowd, as long as it is looked at
	window *start        // of the source that passes on, if it is one
}

// A wet is a node of a flood: what reached it.
type wet struct {
	stop, epoch int32 // -1 for a thing that has one epoch only
	start       int32 // -1 for what was reached
	tide        int32 // the first of its tides, plus 1
	brim        int32 // in the brims, of what remembers
	bits        sourceSet
	coming      int32 // a wave on its way here, plus 1
	since       genealogy.Moment
}

// A wave brings bits to a node at a moment; none: what begins there and then
// takes on what the node has.
type wave struct {
	bits sourceSet
	node int32
}

// A pool is what a flood knows of one thing that remembers.
type pool struct {
	cuts
	stop     int32
	crowd    []*genealogy.Crowd
	from, to int32
	slots    []int32 // nodes by epoch, plus 1
}

// A tide is how far a node has come through a part of its thing's crowd.
type tide struct {
	low  int32 // contacts before it have ended
	next int32 // contacts from it on have not begun
}

// run lets everything flow.
func (f *flood) run() {
	f.weaker, f.queue = noGrade, newRipples()
	f.bar(f.barred, true)
	f.begin()
	for !f.queue.empty() {
		at := f.queue.pop()
		w := f.waves[at.label]
		f.free = append(f.free, at.label)
		n := &f.nodes[w.node]
		if n.coming == at.label+1 {
			n.coming = 0
		}
		if w.bits.empty() {
			f.ebb(w.node, at.since)
			continue
		}
		if add := w.bits.without(&n.bits); !add.empty() {
			n.bits.add(&add)
			if n.epoch < 0 && !f.stops[n.stop].met {
				f.meetAhead(n.stop, f.queue.soon(), f.plain)
			}
			f.rise(w.node, at.since, &add)
		}
	}
}

// plain returns the stop that a wave comes to, if that does not remember.
func (f *flood) plain(wave int32) (stop int32, ok bool) {
	n := &f.nodes[f.waves[wave].node]
	return n.stop, n.epoch < 0
}

func (f *flood) begin() {
	for k := range f.starts {
		st := &f.starts[k]
		at, since := f.stop(st.thing), genealogy.NearEnd(st.since, f.backward)
		if !remembers(f.stops[at].kind) {
			f.send(f.node(at, -1, int32(k)), since, &f.bits[k])
			continue
		}
		p := f.pool(at)
		for _, epoch := range p.touched(st.touch, f.backward) {
			if !p.far(epoch).Before(since) {
				f.send(f.node(at, epoch, int32(k)), since.Later(p.near(epoch)), &f.bits[k])
			}
		}
	}
}

// node makes a node.
func (f *flood) node(stop, epoch, start int32) int32 {
	n := wet{stop: stop, epoch: epoch, start: start}
	if epoch >= 0 {
		p := f.pools[f.stops[stop].memory-1]
		n.tide = int32(len(f.tides)) + 1 //nolint:gosec // no more than epochs
		for range p.crowd {
			f.tides = append(f.tides, tide{next: -1})
		}
		n.brim = int32(len(f.brims)) //nolint:gosec // no more than epochs
		f.brims = append(f.brims, sourceSet{})
	}
	f.nodes = append(f.nodes, n)
	return int32(len(f.nodes)) - 1 //nolint:gosec // no more than nodes
}

// send lets bits come to a node at a moment, if nothing brings them before.
func (f *flood) send(node int32, since genealogy.Moment, sent *sourceSet) {
	n := &f.nodes[node]
	bits := sent.without(&n.bits)
	if n.coming > 0 && !since.Before(n.since) {
		w := &f.waves[n.coming-1]
		if since == n.since {
			w.bits.add(&bits)
			return
		}
		bits = bits.without(&w.bits)
	}
	if bits.empty() {
		return
	}
	k := f.wave(node, since, &bits)
	if n = &f.nodes[node]; n.coming == 0 || since.Before(n.since) {
		n.coming, n.since = k+1, since
	}
}

// wave puts a wave into the queue.
func (f *flood) wave(node int32, since genealogy.Moment, bits *sourceSet) int32 {
	var k int32
	if last := len(f.free) - 1; last >= 0 {
		k, f.free = f.free[last], f.free[:last]
	} else {
		k = int32(len(f.waves)) //nolint:gosec // as many as are under way
		f.waves = append(f.waves, wave{})
	}
	f.waves[k] = wave{*bits, node}
	f.queue.push(item{since: since, label: k})
	return k
}

// pool returns what is known of a thing that remembers.
func (f *flood) pool(at int32) *pool {
	if k := f.stops[at].memory; k > 0 {
		return f.pools[k-1]
	}
	thing := f.stops[at].thing
	p := &pool{stop: at, cuts: cutsOf(f.n.Cuts(thing, f.floor), f.backward)}
	var peers []genealogy.Arc
	p.crowd, peers = f.n.Crowds(thing, f.backward)
	p.slots = make([]int32, p.count())
	if f.floor < genealogy.Possible && len(p.cuts) != len(f.n.Cuts(thing, genealogy.Possible)) {
		f.weaker = min(f.weaker, genealogy.Possible)
	}
	f.pools = append(f.pools, p)
	f.stops[at].memory = int32(len(f.pools)) //nolint:gosec // no more than things
	p.from, p.to = f.peers(peers)
	return p
}

// rise lets bits that a node has from a moment on go on by the contacts that have
// begun, and has it wait for the others.
func (f *flood) rise(node int32, since genealogy.Moment, add *sourceSet) {
	n := f.nodes[node]
	f.window = nil
	if n.start >= 0 {
		f.window = &f.starts[n.start]
	}
	if n.epoch < 0 {
		from, to := f.row(n.stop)
		for i := from; i < to; i++ {
			f.flow(&n, &f.arcs[i], since, add)
		}
		return
	}
	p := f.pools[f.stops[n.stop].memory-1]
	for i := p.from; i < p.to; i++ {
		f.flow(&n, &f.arcs[i], since, add)
	}
	for part, crowd := range p.crowd {
		t := &f.tides[int(n.tide)-1+part]
		t.low = crowd.Next(t.low, since)
		if t.next < 0 {
			t.next = crowd.After(since)
			f.await(node, &n, p, crowd, t.next)
		}
		low, next := t.low, t.next
		for i := low; i < next; i = crowd.Next(i+1, since) {
			if crowd.At(i, &f.held) && !f.held.Far.Before(since) {
				f.flowHeld(&n, since, add)
			}
		}
	}
}

// await has a node wait for the next of its contacts to begin.
func (f *flood) await(node int32, n *wet, p *pool, crowd *genealogy.Crowd, next int32) {
	if next >= crowd.Len() {
		return
	}
	crowd.At(next, &f.held)
	if !p.far(n.epoch).Before(f.held.Near) {
		f.wave(node, f.held.Near, new(sourceSet))
	}
}

// ebb lets what a node has go on by the contacts that begin at a moment.
func (f *flood) ebb(node int32, since genealogy.Moment) {
	n := f.nodes[node]
	f.window = nil
	if n.start >= 0 {
		f.window = &f.starts[n.start]
	}
	p := f.pools[f.stops[n.stop].memory-1]
	for part, crowd := range p.crowd {
		at := int(n.tide) - 1 + part
		next := f.tides[at].next
		if next < 0 || next >= crowd.Len() {
			continue
		}
		begun := next
		for ; next < crowd.Len(); next++ {
			there := crowd.At(next, &f.held)
			if since.Before(f.held.Near) {
				break
			}
			if there {
				f.flowHeld(&n, since, &n.bits)
			}
		}
		if f.tides[at].next = next; next > begun {
			f.await(node, &n, p, crowd, next)
		}
	}
}

// flowHeld takes bits over the contact of a crowd that is being looked at.
func (f *flood) flowHeld(n *wet, since genealogy.Moment, add *sourceSet) {
	if !f.vias.Has(f.held.Via) {
		return
	}
	if f.held.Grade <= f.floor {
		f.held.Peer = f.peer(f.held.Peer)
	}
	f.flow(n, &f.held, since, add)
}

// flow takes bits over a contact to every node that it leads to.
func (f *flood) flow(n *wet, c *genealogy.Arc, since genealogy.Moment, add *sourceSet) {
	if f.window != nil && !f.window.inWindow(c, f.backward) {
		return
	}
	if c.Grade > f.floor {
		f.weaker = min(f.weaker, c.Grade)
		return
	}
	target := &f.stops[c.Peer]
	if target.barred {
		return
	}
	p := passage{since: since, near: c.Near, far: c.Far, instant: c.Instant()}
	if n.epoch >= 0 {
		from := f.pools[f.stops[n.stop].memory-1]
		p.near, p.far = p.near.Later(from.near(n.epoch)), p.far.Sooner(from.far(n.epoch))
		if !p.lies(p.near, p.far) {
			return
		}
	}
	if p.since = p.since.Later(p.near); p.far.Before(p.since) {
		return
	}
	if remembers(target.kind) {
		f.enter(f.pool(c.Peer), &p, add)
		return
	}
	if target.label == 0 {
		target.label = f.node(c.Peer, -1, -1) + 1
	}
	f.send(target.label-1, p.since, add)
}

// enter takes bits to the epoch of the moment, two on a cut, and each later one
// that the contact lies in, at its beginning.
func (f *flood) enter(to *pool, p *passage, add *sourceSet) {
	k := to.at(p.since)
	f.enterEpoch(to, k, p, add)
	for k++; k < to.count() && (to.near(k) == p.since || to.near(k).Before(p.far)); k++ {
		if slot := to.slots[k]; slot == 0 || !f.brims[f.nodes[slot-1].brim].has(add) {
			f.enterEpoch(to, k, p, add)
		}
	}
}

func (f *flood) enterEpoch(to *pool, k int32, p *passage, add *sourceSet) {
	near := to.near(k)
	if !p.lies(p.near.Later(near), p.far.Sooner(to.far(k))) {
		return
	}
	if to.slots[k] == 0 {
		to.slots[k] = f.node(to.stop, k, -1) + 1
	}
	since := p.since.Later(near)
	f.send(to.slots[k]-1, since, add)
	if since == near {
		f.brims[f.nodes[to.slots[k]-1].brim].add(add)
	}
}

// forget makes the atlas ready for the next search.
func (f *flood) forget() {
	for k := range f.nodes {
		f.stops[f.nodes[k].stop].label = 0
	}
	for _, p := range f.pools {
		f.stops[p.stop].memory = 0
	}
	f.bar(f.barred, false)
	f.nodes, f.pools, f.tides, f.brims, f.waves, f.free, f.queue = nil, nil, nil, nil, nil, nil, ripples{}
}
