package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Verify reads and hashes every stored byte again and reports all that is wrong. It trusts nothing: records are held
// against the tree's tiles, the next record's prev and the head, and what most of these agree on is taken for what was
// written; so a single altered byte is reported once, by the record that it is in.
//
// progress, which may be nil, is called now and then with the number of records done and the number expected. The error
// says that Verify could not do its work, as when ctx is cancelled; damage is never an error.
func Verify(ctx context.Context, s Store, progress func(done, total uint64)) (Report, error) {
	return VerifyWith(ctx, s, VerifyOptions{Progress: progress})
}

// VerifyOptions are what else a run of Verify can be asked for.
type VerifyOptions struct {
	Progress func(done, total uint64) // as for Verify; may be nil. The count may begin anew once
	Mark     func(rec *Record) byte   // says what a record is to the caller, of several at the same time; may be nil. The record is its own while it runs
}

// VerifyWith is [Verify] with options. A store that can be swept costs about 1 µs of processor time for a record of 500 bytes where it is sound,
// and that much up to the first damage, and then six times as much again, where it is not.
func VerifyWith(ctx context.Context, s Store, o VerifyOptions) (Report, error) {
	if o.Progress == nil {
		o.Progress = func(uint64, uint64) {}
	}
	report, sound, err := sweep(ctx, s, o)
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	if sound {
		return report, nil
	}
	return verifyAgain(ctx, s, o)
}

// verifyAgain looks for all that is wrong, in a store of any kind.
func verifyAgain(ctx context.Context, s Store, o VerifyOptions) (Report, error) {
	v := &verifier{store: s, progress: o.Progress}
	steps := []func(context.Context) error{v.checkStore, v.checkHead, v.checkRecords, v.checkNumbers, v.checkTiles, v.checkIDs}
	for _, step := range steps {
		if err := v.tolerate(ctx, step(ctx)); err != nil {
			return Report{}, fmt.Errorf("verify: %w", err)
		}
	}
	return v.report(), nil
}

// A verifier holds what one run of Verify has seen so far.
type verifier struct {
	store    Store
	progress func(done, total uint64)
	findings findings

	headSize uint64 // what the store says
	headOK   bool   // head could be read
	head     Head

	start    uint64 // the first record to look at
	next     uint64 // the number that the next record should have
	count    uint64 // records seen
	surplus  uint64 // records seen that the head does not count
	beyond   uint64 // number of the first of these
	unread   bool   // reading the records broke off
	held     *item  // the last record, which the next one has yet to speak about
	before   *item  // the record before held
	tiles    []*tileState
	expected forest // of the hashes that were written, as far as they can be told
	actual   forest // of the hashes of what is there
	roots    []Hash // of the full tiles of level 0, as expected
	rootSeen bool   // the tree at the head's size was compared with the head's root
	ids      idSet
}

// tolerate turns a store's inability to read into a finding; what is left is a reason to give up.
func (v *verifier) tolerate(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrClosed), errors.Is(err, ErrBusy), errors.Is(err, ErrPoisoned):
		return err
	}
	v.findings.add(CodeStore, NoSeq, "%v", err)
	return nil
}

func (v *verifier) checkStore(ctx context.Context) error {
	checker, ok := v.store.(Checker)
	if !ok {
		return nil
	}
	return checker.Check(ctx, func(what string) { v.findings.add(CodeStore, NoSeq, "%s", what) })
}

func (v *verifier) checkHead(ctx context.Context) error {
	size, blob, err := v.store.Head(ctx)
	if err != nil {
		return err
	}
	v.headSize = size
	if size == 0 && blob == nil {
		v.findings.add(CodeNotLedger, NoSeq, "the store holds no head")
		return nil
	}
	head, _, err := parseHead(blob)
	switch {
	case errors.Is(err, ErrVersion):
		v.findings.add(CodeVersion, NoSeq, "%v", err)
	case err != nil:
		v.findings.add(CodeHead, NoSeq, "%v", err)
	case head.Size != size:
		v.findings.add(CodeHead, NoSeq, "the head says %d records, the store says %d", head.Size, size)
	default:
		v.head, v.headOK = head, true
	}
	return nil
}

func (v *verifier) checkRecords(ctx context.Context) error {
	err := v.readAll(ctx)
	if err != nil {
		if err := v.tolerate(ctx, err); err != nil {
			return err
		}
		v.unread = true
	}
	v.settleLast()
	for len(v.tiles) > 0 {
		v.finishTile()
	}
	if !v.unread && v.next < v.headSize {
		v.findings.add(CodeCut, v.next, "records %d to %d are not there, the head says %d records", v.next, v.headSize-1, v.headSize)
	}
	if v.surplus > 0 && v.headSize > 0 {
		v.findings.add(CodeBeyond, v.beyond, "%d records are there, up to record %d, and the head says %d records", v.surplus, v.next-1, v.headSize)
	}
	if v.headSize%TileWidth == 0 {
		v.compareRoot(nil)
	}
	return nil
}

// checkNumbers looks for records under numbers that a record cannot bear, because its seq could not be written. The last of
// all numbers is asked for by itself: a scan ends before it.
func (v *verifier) checkNumbers(ctx context.Context) error {
	if v.unread {
		return nil // and reported
	}
	var n, first uint64
	found := func(seq uint64) {
		if n++; n == 1 {
			first = seq
		}
	}
	err := v.store.Scan(ctx, numbers, all, func(seq uint64, _ []byte) error {
		found(seq)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	switch _, err := v.store.Record(ctx, all); {
	case err == nil:
		found(all)
	case !errors.Is(err, ErrNoRecord):
		return err
	}
	if n > 0 {
		v.findings.add(CodeBeyond, NoSeq, "%d records are kept under numbers that no record can bear, the first under %d", n, first)
	}
	return nil
}

// compareRoot compares the expected tree at the head's size with the head's root; tail holds the hashes after the last
// full tile.
func (v *verifier) compareRoot(tail []Hash) {
	if !v.headOK || v.rootSeen || v.expected.broken || v.expected.tiles.size != v.headSize/TileWidth {
		return
	}
	v.rootSeen = true
	root, err := v.expected.root(tail)
	if err != nil {
		v.findings.add(CodeRoot, NoSeq, "%v", err)
	} else if root != v.head.Root {
		v.findings.add(CodeRoot, NoSeq, "the records give root %x, the head says %x", root[:], v.head.Root[:])
	}
}

func (v *verifier) report() Report {
	r := Report{Findings: v.findings.sorted(), Size: v.count}
	r.OK = len(r.Findings) == 0
	if v.actual.size != v.count {
		return r
	}
	if root, err := v.actual.root(v.actual.tail); err == nil {
		r.Root = root
	}
	return r
}

// A forest is a tree being built from the roots of full tiles.
type forest struct {
	tiles  edge // of tile roots
	size   uint64
	tail   []Hash
	broken bool // a hash is not known, no root can be told from here on
}

func (f *forest) addTile(root Hash) {
	f.tiles.add(root)
	f.size += TileWidth
}

// root returns the root of the tree over the full tiles and the leaves after them.
func (f *forest) root(tail []Hash) (Hash, error) {
	var low edge
	for _, leaf := range tail {
		low.add(leaf)
	}
	whole := edge{size: f.tiles.size*TileWidth + low.size}
	copy(whole.peak[:], low.peak[:TileHeight])
	copy(whole.peak[TileHeight:], f.tiles.peak[:])
	return whole.root()
}

const (
	// numbers is how many numbers a record can bear: seq is written as an integer of the canonical form.
	numbers = maxSafeInteger + 1
	// all is where scans for what should not be there end: damage may lie far beyond the head.
	all = math.MaxUint64
)
