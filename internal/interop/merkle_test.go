package interop

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// most is the largest size that ours counts to; merkle counts to 2^64-1.
const most = 1<<53 - 1

// An inclusion is a claim that a record is in a tree, and its proof.
type inclusion struct {
	seq, size  uint64
	leaf, root ledger.Hash
	hashes     []ledger.Hash
}

func (c *inclusion) ours() error {
	return ledger.CheckInclusion(ledger.Proof{Seq: c.seq, Size: c.size, Hashes: c.hashes}, c.leaf, c.root)
}

func (c *inclusion) theirs() error {
	return proof.VerifyInclusion(rfc6962.DefaultHasher, c.seq, c.size, c.leaf[:], raw(c.hashes), c.root[:])
}

// A consistency is a claim that a tree begins with another, and its proof.
type consistency struct {
	old, size     uint64
	oldRoot, root ledger.Hash
	hashes        []ledger.Hash
}

func (c *consistency) ours() error {
	return ledger.CheckConsistency(c.hashes, c.old, c.oldRoot, c.size, c.root)
}

func (c *consistency) theirs() error {
	return proof.VerifyConsistency(rfc6962.DefaultHasher, c.old, c.size, raw(c.hashes), c.oldRoot[:], c.root[:])
}

func raw(hashes []ledger.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

// agree holds the two answers against each other. What ours accepts, merkle must accept. What merkle accepts and ours does not is one
// of two things: a size that ours does not count to, or, in v0.0.2, any root at all after the empty tree.
func agree(t *testing.T, claim any, ours, theirs error, size uint64, fromNothing bool) {
	t.Helper()
	switch {
	case (ours == nil) == (theirs == nil):
	case ours == nil:
		t.Errorf("ours accepts and merkle does not: %v: %+v", theirs, claim)
	case size > most, fromNothing:
	default:
		t.Errorf("merkle accepts and ours does not: %v: %+v", ours, claim)
	}
}

// TestMerkleStillTakesAnyRootForAnExtensionOfNothing is here to fail when it no longer does: then fromNothing goes.
func TestMerkleStillTakesAnyRootForAnExtensionOfNothing(t *testing.T) {
	t.Parallel()
	c := consistency{size: 5, oldRoot: ledger.Hash{1}, root: ledger.Hash{2}}
	if err := c.theirs(); err != nil {
		t.Errorf("merkle now refuses it (%v): let agree allow it no more", err)
	}
	if err := c.ours(); err == nil {
		t.Error("ours accepts it")
	}
	if err := tlog.CheckTree(nil, 5, c.root, 0, c.oldRoot); err == nil {
		t.Error("tlog accepts it")
	}
}

// ledgerSize is that of the ledger that random proofs are of: four tiles and a piece, two levels of them.
const ledgerSize = 1100

func TestRootsAreThoseOfACompactRange(t *testing.T) {
	t.Parallel()
	l := grown(t, 66000)
	factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	theirs := factory.NewEmptyRange(0)
	for rec, err := range l.Records(t.Context(), 0, 66000) {
		if err != nil {
			t.Fatal(err)
		}
		if err := theirs.Append(rfc6962.DefaultHasher.HashLeaf(rec.Bytes), nil); err != nil {
			t.Fatal(err)
		}
		size := rec.Seq + 1
		if size > ledgerSize && size%997 > 1 && (size < 65530 || size > 65545) {
			continue
		}
		want, err := theirs.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := rootAt(t, l, size); got != ledger.Hash(want) {
			t.Errorf("size %d: root %x, want %x", size, got[:], want)
		}
	}
}

func TestProofsOfALargeLedgerAreAcceptedByMerkle(t *testing.T) {
	t.Parallel()
	l := grown(t, 66000)
	chance := rand.New(rand.NewPCG(4, 1))
	for range 500 {
		seq, size := chance.Uint64N(66000), 1+chance.Uint64N(66000)
		in, con := realInclusion(t, l, seq%size, size), realConsistency(t, l, 1+seq%size, size)
		if err := in.theirs(); err != nil {
			t.Errorf("record %d of %d: %v", in.seq, in.size, err)
		}
		if err := con.theirs(); err != nil {
			t.Errorf("from %d to %d: %v", con.old, con.size, err)
		}
		agree(t, in, in.ours(), in.theirs(), size, false)
		agree(t, con, con.ours(), con.theirs(), size, false)
	}
}

func TestProofsSoundAndMutatedAreJudgedAlike(t *testing.T) {
	t.Parallel()
	l := grown(t, ledgerSize)
	chance := rand.New(rand.NewPCG(4, 2))
	var accepted, refused [mutations]int
	for range 30_000 {
		a, b, op, at := chance.Uint64()>>chance.IntN(64), chance.Uint64()>>chance.IntN(64), uint8(chance.IntN(mutations)), uint8(chance.Uint32())
		for _, ok := range []bool{judgeInclusion(t, l, a, b, op, at), judgeConsistency(t, l, a, b, op, at)} {
			if ok {
				accepted[op]++
			} else {
				refused[op]++
			}
		}
	}
	for op := range mutations {
		if op == 0 && accepted[op] == 0 || op > 0 && refused[op] == 0 {
			t.Errorf("mutation %d: %d accepted, %d refused: this has tested nothing", op, accepted[op], refused[op])
		}
	}
	t.Logf("accepted %v, refused %v, by mutation", accepted, refused)
}

func FuzzInclusion(f *testing.F) {
	l := grown(f, ledgerSize)
	seed(f)
	f.Fuzz(func(t *testing.T, seq, size uint64, op, at uint8) { judgeInclusion(t, l, seq, size, op, at) })
}

func FuzzConsistency(f *testing.F) {
	l := grown(f, ledgerSize)
	seed(f)
	f.Fuzz(func(t *testing.T, old, size uint64, op, at uint8) { judgeConsistency(t, l, old, size, op, at) })
}

func seed(f *testing.F) {
	f.Helper()
	for op := range uint8(mutations) {
		f.Add(uint64(0), uint64(5), op, uint8(0))
		f.Add(uint64(255), uint64(256), op, uint8(1))
		f.Add(uint64(700), uint64(1100), op, uint8(2))
		f.Add(uint64(1<<52), uint64(most), op, uint8(3))
		f.Add(uint64(most), uint64(math.MaxUint64), op, uint8(4))
	}
}

// judgeInclusion makes a claim, changes it, and holds the answers against each other; it says whether ours accepts it. In the
// ledger's range the proof is the ledger's; beyond, it is made of any hashes and the root that merkle makes of them.
func judgeInclusion(t *testing.T, l *ledger.Ledger, seq, size uint64, op, at uint8) bool {
	t.Helper()
	var c inclusion
	if size <= ledgerSize {
		size = max(size, 1)
		c = realInclusion(t, l, seq%size, size)
	} else {
		c = anyInclusion(t, seq%size, size)
	}
	m := mutant{hashes: c.hashes, first: c.seq, size: c.size, low: c.leaf, root: c.root}
	m.mutate(op, at)
	c = inclusion{seq: m.first, size: m.size, leaf: m.low, root: m.root, hashes: m.hashes}
	ours := c.ours()
	agree(t, c, ours, c.theirs(), c.size, false)
	return ours == nil
}

// judgeConsistency does the same; beyond the ledger's range all records are alike, so that a tree of any size is at hand.
func judgeConsistency(t *testing.T, l *ledger.Ledger, old, size uint64, op, at uint8) bool {
	t.Helper()
	var c consistency
	if size = max(size, 1); size <= ledgerSize {
		c = realConsistency(t, l, 1+old%size, size)
	} else {
		size = min(size, most)
		c = alikeConsistency(t, 1+old%size, size)
	}
	m := mutant{hashes: c.hashes, first: c.old, size: c.size, low: c.oldRoot, root: c.root}
	m.mutate(op, at)
	c = consistency{old: m.first, size: m.size, oldRoot: m.low, root: m.root, hashes: m.hashes}
	ours := c.ours()
	agree(t, c, ours, c.theirs(), c.size, c.old == 0)
	return ours == nil
}

func realInclusion(t *testing.T, l *ledger.Ledger, seq, size uint64) inclusion {
	t.Helper()
	rec, err := l.Record(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Prove(t.Context(), seq, size)
	if err != nil {
		t.Fatal(err)
	}
	return inclusion{seq: seq, size: size, leaf: rec.Leaf(), root: rootAt(t, l, size), hashes: p.Hashes}
}

func realConsistency(t *testing.T, l *ledger.Ledger, old, size uint64) consistency {
	t.Helper()
	hashes, err := l.Extend(t.Context(), old, size)
	if err != nil {
		t.Fatal(err)
	}
	return consistency{old: old, size: size, oldRoot: rootAt(t, l, old), root: rootAt(t, l, size), hashes: hashes}
}

func anyInclusion(t *testing.T, seq, size uint64) inclusion {
	t.Helper()
	c := inclusion{seq: seq, size: size, leaf: ledger.Hash{0xee}}
	for n := range 128 {
		root, err := proof.RootFromInclusionProof(rfc6962.DefaultHasher, seq, size, c.leaf[:], raw(c.hashes))
		if err == nil {
			c.root = ledger.Hash(root)
			return c
		}
		c.hashes = append(c.hashes, tlog.RecordHash([]byte{byte(n)}))
	}
	t.Fatalf("record %d of %d: merkle takes no number of hashes", seq, size)
	return c
}

func alikeConsistency(t *testing.T, old, size uint64) consistency {
	t.Helper()
	a := ledgertest.NewAlike(tlog.RecordHash([]byte("alike")))
	c := consistency{old: old, size: size}
	var err error
	if c.hashes, err = tlog.ProveTree(int64(size), int64(old), a); err != nil {
		t.Fatal(err)
	}
	if c.oldRoot, err = tlog.TreeHash(int64(old), a); err != nil {
		t.Fatal(err)
	}
	if c.root, err = tlog.TreeHash(int64(size), a); err != nil {
		t.Fatal(err)
	}
	return c
}

// A mutant is a claim of either kind on its way to another: first is seq or old, low the leaf or the old root.
type mutant struct {
	first, size uint64
	low, root   ledger.Hash
	hashes      []ledger.Hash
}

// mutations is how many there are.
const mutations = 18

// mutate changes the claim in one of so many ways; 0 leaves it as it is.
func (m *mutant) mutate(op, at uint8) {
	i := 0
	if len(m.hashes) > 0 {
		i = int(at) % len(m.hashes)
	}
	m.hashes = slices.Clone(m.hashes)
	switch op % mutations {
	case 1:
		m.root[at%32] ^= 1 << (at % 8)
	case 2:
		m.low[at%32] ^= 1 << (at % 8)
	case 3:
		m.first++
	case 4:
		m.first--
	case 5:
		m.size++
	case 6:
		m.size--
	case 7:
		m.first, m.size = m.size, m.first
	case 8:
		m.size = 0
	case 9:
		m.first = 0
	case 10:
		m.size = math.MaxUint64
	case 11:
		m.hashes = append(m.hashes, ledger.Hash{})
	case 12:
		m.hashes = nil
	case 13:
		m.low, m.root = m.root, m.low
	case 14:
		m.first ^= 1 << (at % 64)
	default:
		m.mutateHash(op%mutations, i, at)
	}
}

func (m *mutant) mutateHash(op uint8, i int, at uint8) {
	if len(m.hashes) == 0 {
		return
	}
	switch op {
	case 15:
		m.hashes[i][at%32] ^= 1 << (at % 8)
	case 16:
		m.hashes = slices.Delete(m.hashes, i, i+1)
	case 17:
		j := (i + 1) % len(m.hashes)
		m.hashes[i], m.hashes[j] = m.hashes[j], m.hashes[i]
	}
}
