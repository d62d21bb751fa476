package ledger

import "errors"

// A tileState is a tile of level 0 while its records are judged.
type tileState struct {
	index  uint64
	want   [TileWidth]Hash // the hashes that were written
	known  [TileWidth]bool
	actual [TileWidth]Hash
	n      int  // records there
	root   Hash // of actual, where all are there
	wrong  bool // the stored tile was reported
}

// judge takes the next records in.
func (v *verifier) judge(j *job) {
	t := &tileState{index: j.index, root: j.root}
	if j.tile != nil {
		for i := range t.want {
			t.want[i], t.known[i] = Hash(j.tile[i*len(Hash{}):]), true
		}
	} else if (j.index+1)*TileWidth <= v.headSize {
		t.wrong = true
		v.findings.add(CodeTile, NoSeq, "tile %d of level 0 is not there or cannot be read", j.index)
	}
	v.tiles = append(v.tiles, t)
	for _, it := range j.items {
		i := it.seq % TileWidth
		t.actual[i] = it.leaf
		t.n++
		if !t.known[i] {
			t.want[i], t.known[i] = it.leaf, true
		}
		v.take(it)
	}
	// The last record of a tile is settled by the first of the next, or by the second where there is doubt.
	for len(v.tiles) > 2 || len(v.tiles) > 1 && len(j.items) > 2 {
		v.finishTile()
	}
	v.progress(v.count, max(v.headSize, v.count))
}

// take looks at a record by itself, and settles what the record before it is worth.
func (v *verifier) take(it *item) {
	v.count++
	if it.seq >= v.headSize {
		if v.surplus++; v.surplus == 1 {
			v.beyond = it.seq
		}
	}
	if it.seq > v.next {
		v.settle(v.held, nil)
		v.missing(it.seq)
		v.held, v.before = nil, nil
		v.expected.broken = v.expected.broken || !it.hasTree
	}
	v.next = it.seq + 1
	switch {
	case errors.Is(it.err, ErrVersion):
		v.distrust(it)
		v.findings.add(CodeVersion, it.seq, "%v", it.err)
	case it.err != nil:
		v.distrust(it)
		v.findings.add(CodeRecord, it.seq, "%v", it.err)
	case it.rec.Seq != it.seq:
		v.distrust(it)
		v.findings.add(CodeSeq, it.seq, "it says seq %d", it.rec.Seq)
	default:
		v.ids.add(it.rec.ID)
	}
	if g := it.rec.Genesis; !it.bad && g != nil && v.headOK && g.Origin != v.head.Origin {
		v.findings.add(CodeGenesis, it.seq, "it says origin %q, the head %q", g.Origin, v.head.Origin)
	}
	if v.held != nil {
		v.settle(v.held, it)
	}
	v.before, v.held = v.held, it
}

// missing reports the gap before record to, as far as the head counts.
func (v *verifier) missing(to uint64) {
	if v.headSize > 0 {
		to = min(to, v.headSize)
	}
	if v.next < to {
		v.findings.add(CodeMissing, v.next, "records %d to %d are not there", v.next, to-1)
	}
}

// speaks says whether what a record says about the one before it can be trusted.
func (it *item) speaks() bool {
	return it != nil && !it.bad && (!it.hasTree || it.leaf == it.tree)
}

// settle judges record a, now that the next one is known; next is nil where there is none to ask.
func (v *verifier) settle(a, next *item) {
	if a == nil {
		return
	}
	differs := next.speaks() && a.leaf != next.rec.Prev
	switch {
	case a.bad:
	case v.putIn(a, next):
		v.altered(a, "it stands between two records that were neighbours")
	case a.hasTree && a.leaf != a.tree && next.speaks() && !differs:
		v.wrongTile(a)
	case a.hasTree && a.leaf != a.tree:
		v.altered(a, "its hash is %x, the tree keeps %x", a.leaf[:], a.tree[:])
	case a.doubt:
		v.resolve(a, next, differs)
	case differs && next.hasTree:
		v.brokenChain(a, next)
	case differs:
		next.doubt = true
	case next.speaks() && next.rec.Recorded.Before(a.rec.Recorded):
		v.findings.add(CodeClock, next.seq, "recorded %s, record %d says %s", appendTime(nil, next.rec.Recorded), a.seq, appendTime(nil, a.rec.Recorded))
	}
	if a.bad && !a.hasTree && next.speaks() {
		v.expect(a.seq, next.rec.Prev)
	}
}

// putIn says whether a was put in between two records: the next one bears a's number and names the one before a.
func (v *verifier) putIn(a, next *item) bool {
	return next != nil && next.err == nil && next.rec.Seq == a.seq && next.seq != a.seq && next.leaf != a.leaf &&
		v.before != nil && v.before.seq+1 == a.seq && next.rec.Prev == v.before.leaf
}

// resolve judges a record whose prev does not fit the record before it, with no tile to ask about it. If the record after
// it does not fit either, it is the one that was altered; if it does, the one before was, or the chain never fitted.
func (v *verifier) resolve(a, next *item, differs bool) {
	switch b := v.before; {
	case differs:
		v.altered(a, "its prev does not fit record %d, nor its hash the prev of record %d", a.seq-1, next.seq)
		v.expect(a.seq, next.rec.Prev)
	case b.hasTree:
		v.brokenChain(b, a)
	default:
		v.altered(b, "its hash is %x, record %d says %x", b.leaf[:], a.seq, a.rec.Prev[:])
		v.expect(b.seq, a.rec.Prev)
	}
}

func (v *verifier) brokenChain(a, next *item) {
	v.findings.add(CodePrev, next.seq, "prev is %x, the hash of record %d is %x", next.rec.Prev[:], a.seq, a.leaf[:])
}

func (v *verifier) altered(a *item, format string, args ...any) {
	v.distrust(a)
	v.findings.add(CodeAltered, a.seq, format, args...)
}

// distrust takes a record for not what was written. What was is known from its tile, or may be told later.
func (v *verifier) distrust(a *item) {
	a.bad = true
	if t := v.state(a.seq); t != nil && !a.hasTree {
		t.known[a.seq%TileWidth] = false
	}
}

func (v *verifier) wrongTile(a *item) {
	v.expect(a.seq, a.leaf)
	t := v.state(a.seq)
	if t == nil || t.wrong {
		return
	}
	t.wrong = true
	v.findings.add(CodeTile, a.seq, "tile %d of level 0 keeps %x for it, its hash and record %d say %x", t.index, a.tree[:], a.seq+1, a.leaf[:])
}

func (v *verifier) state(seq uint64) *tileState {
	for _, t := range v.tiles {
		if t.index == seq/TileWidth {
			return t
		}
	}
	return nil
}

// expect notes which hash a record was written with.
func (v *verifier) expect(seq uint64, leaf Hash) {
	if t := v.state(seq); t != nil {
		t.want[seq%TileWidth], t.known[seq%TileWidth] = leaf, true
	}
}

// settleLast judges the last record, about which only tile and head can speak.
func (v *verifier) settleLast() {
	a := v.held
	if a == nil {
		return
	}
	if !v.headOK || v.next != v.headSize {
		v.settle(a, nil)
		return
	}
	if a.doubt && a.leaf == v.head.Last {
		v.settle(a, nil)
	}
	switch {
	case a.bad:
		if !a.hasTree {
			v.expect(a.seq, v.head.Last)
		}
	case a.hasTree && a.leaf != a.tree && a.leaf == v.head.Last:
		v.wrongTile(a)
	case a.hasTree && a.leaf != a.tree:
		v.altered(a, "its hash is %x, the tree keeps %x", a.leaf[:], a.tree[:])
	case a.leaf != v.head.Last && !a.hasTree && !v.rootFits(a.seq):
		v.altered(a, "its hash is %x, the head says %x", a.leaf[:], v.head.Last[:])
		v.expect(a.seq, v.head.Last)
	case a.leaf != v.head.Last:
		v.findings.add(CodeLast, a.seq, "the head's last hash is %x, the last record's %x", v.head.Last[:], a.leaf[:])
	case !a.rec.Recorded.Equal(v.head.Recorded):
		v.findings.add(CodeLast, a.seq, "the head says recorded %s, the last record %s", appendTime(nil, v.head.Recorded), appendTime(nil, a.rec.Recorded))
	}
}

// rootFits says whether the hashes expected so far, up to seq, give the head's root: then the head's last hash is what is
// wrong, not the record.
func (v *verifier) rootFits(seq uint64) bool {
	for len(v.tiles) > 1 {
		v.finishTile()
	}
	t, n := v.state(seq), seq%TileWidth+1
	root, err := v.expected.root(t.want[:n])
	return err == nil && t.knows(n) && !v.expected.broken && root == v.head.Root
}

// finishTile adds the oldest tile to the trees.
func (v *verifier) finishTile() {
	t := v.tiles[0]
	v.tiles = v.tiles[1:]
	if t.index != v.expected.tiles.size {
		v.expected.broken = true
	}
	if t.index == v.headSize/TileWidth && t.knows(v.headSize%TileWidth) {
		v.compareRoot(t.want[:v.headSize%TileWidth])
	}
	if !t.knows(TileWidth) {
		v.finishPartial(t)
		return
	}
	root := t.root
	if t.n < TileWidth || t.want != t.actual {
		root = tileRoot(joinHashes(t.want[:]))
	}
	v.roots = append(v.roots, root)
	v.expected.addTile(root)
	if t.n == TileWidth && v.actual.tail == nil && v.actual.size == t.index*TileWidth {
		v.actual.addTile(t.root)
	} else {
		v.finishPartial(t)
	}
}

// finishPartial adds the records of a tile that is not full to what is there, up to the first gap.
func (v *verifier) finishPartial(t *tileState) {
	if v.actual.tail != nil || v.actual.size != t.index*TileWidth {
		return
	}
	for _, leaf := range t.actual {
		if leaf == (Hash{}) {
			break
		}
		v.actual.tail = append(v.actual.tail, leaf)
	}
	v.actual.size += uint64(len(v.actual.tail))
}

// knows says whether the first n hashes are known.
func (t *tileState) knows(n uint64) bool {
	for _, known := range t.known[:n] {
		if !known {
			return false
		}
	}
	return true
}
