package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Proof shows that record Seq is in the tree over the first Size records (RFC 6962 2.1.1).
type Proof struct {
	Seq, Size uint64
	Hashes    []Hash // from the leaf upwards
}

// RootAt returns the root of the tree over the first size records.
func (l *Ledger) RootAt(ctx context.Context, size uint64) (Hash, error) {
	v, err := l.viewOf(size)
	if err != nil {
		return Hash{}, err
	}
	return tlog.TreeHash(signed(size), l.hashes(ctx, v))
}

// Prove returns a proof that record seq is in the tree over the first size records.
func (l *Ledger) Prove(ctx context.Context, seq, size uint64) (Proof, error) {
	v, err := l.viewOf(size)
	if err != nil {
		return Proof{}, err
	}
	if seq >= size {
		return Proof{}, fmt.Errorf("proof of record %d at size %d: %w", seq, size, ErrNoRecord)
	}
	hashes, err := tlog.ProveRecord(signed(size), signed(seq), l.hashes(ctx, v))
	if err != nil {
		return Proof{}, fmt.Errorf("proof of record %d at size %d: %w", seq, size, err)
	}
	return Proof{Seq: seq, Size: size, Hashes: hashes}, nil
}

func (l *Ledger) viewOf(size uint64) (*view, error) {
	if err := l.usable(); err != nil {
		return nil, err
	}
	v := l.view.Load()
	if size > v.head.Size {
		return nil, fmt.Errorf("size %d of %d: %w", size, v.head.Size, ErrNoRecord)
	}
	return v, nil
}

// CheckInclusion says whether p proves that the record with this leaf hash is in the tree with this root.
func CheckInclusion(p Proof, leaf, root Hash) error {
	if p.Size > maxSafeInteger || p.Seq >= p.Size {
		return fmt.Errorf("proof of record %d at size %d: want a record below the size", p.Seq, p.Size)
	}
	if err := tlog.CheckRecord(p.Hashes, signed(p.Size), root, signed(p.Seq), leaf); err != nil {
		return fmt.Errorf("proof of record %d at size %d: %w", p.Seq, p.Size, err)
	}
	return nil
}

// CheckConsistency says whether hashes, as Extend returns them, prove that the tree of size old with root oldRoot is a
// prefix of the tree of this size and root.
func CheckConsistency(hashes []Hash, old uint64, oldRoot Hash, size uint64, root Hash) error {
	if size > maxSafeInteger || old < 1 || old > size {
		return fmt.Errorf("proof from size %d to %d: want 1 or more, and no more than the later size", old, size)
	}
	if err := tlog.CheckTree(hashes, signed(size), root, signed(old), oldRoot); err != nil {
		return fmt.Errorf("proof from size %d to %d: %w", old, size, err)
	}
	return nil
}

// Extend returns the proof that the first old records are a prefix of the first size records (RFC 6962 2.1.2).
func (l *Ledger) Extend(ctx context.Context, old, size uint64) ([]Hash, error) {
	v, err := l.viewOf(size)
	if err != nil {
		return nil, err
	}
	if old < 1 || old > size {
		return nil, fmt.Errorf("proof from size %d to %d: want 1 or more, and no more than the later size", old, size)
	}
	return tlog.ProveTree(signed(size), signed(old), l.hashes(ctx, v))
}
