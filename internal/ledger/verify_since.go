package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// VerifySince is [Verify] of what came after somebody vouched for the first size records, whose tree had root then: size is 1 or more, and who calls has
// checked whose word that is. Records before the tile of the last of them are not read, nor are the pages and tiles that hold them: what is there now may
// be damaged. All later ones are, and held against the tree that goes on from root. Two ids are compared only where both are of later records.
//
// It returns false where the store's tree does not have that root at that size, as far as can be told from it: then Verify has to look at
// everything. The report's size and root are those of all records. The cost is that of the later records, and of one read for each 65,536 earlier
// ones.
func VerifySince(ctx context.Context, s Store, size uint64, root Hash, progress func(done, total uint64)) (Report, bool, error) {
	v := &verifier{store: s, progress: progress}
	if v.progress == nil {
		v.progress = func(uint64, uint64) {}
	}
	if err := v.checkHead(ctx); err != nil || !v.headOK || size < 1 || size > v.headSize {
		return Report{}, false, ctx.Err()
	}
	if ok, err := v.begin(ctx, size, root); !ok {
		return Report{}, false, err
	}
	for _, step := range []func(context.Context) error{v.checkRecords, v.checkNumbers, v.checkUpperTiles, v.checkIDs} {
		if err := v.tolerate(ctx, step(ctx)); err != nil {
			return Report{}, false, fmt.Errorf("verify: %w", err)
		}
	}
	return v.report(), true, nil
}

// begin has the verifier start at the tile of record size-1, with what the tree keeps of the tiles before it.
func (v *verifier) begin(ctx context.Context, size uint64, root Hash) (bool, error) {
	full := (size - 1) / TileWidth
	roots, err := v.rootsBefore(ctx, full)
	if err != nil {
		return false, ctx.Err()
	}
	for _, hash := range roots {
		v.expected.addTile(hash)
	}
	v.actual = v.expected
	v.roots, v.start, v.next, v.count = roots, full*TileWidth, full*TileWidth, full*TileWidth
	var tail []Hash
	err = v.store.Scan(ctx, v.start, size, func(_ uint64, rec []byte) error {
		tail = append(tail, Record{Bytes: rec}.Leaf())
		return ctx.Err()
	})
	if err != nil || uint64(len(tail)) != size-v.start {
		return false, ctx.Err()
	}
	before := v.expected
	if len(tail) == TileWidth {
		before.addTile(tileRoot(joinHashes(tail)))
		tail = nil
	}
	was, err := before.root(tail)
	return err == nil && !before.broken && was == root, ctx.Err()
}

// rootsBefore returns the roots of the first tiles of level 0, from those of level 1 where they are full.
func (v *verifier) rootsBefore(ctx context.Context, full uint64) ([]Hash, error) {
	tiles := &tileRoots{store: v.store, cache: new(rootCache)}
	var roots []Hash
	for uint64(len(roots)) < full {
		at := uint64(len(roots))
		if full-at < TileWidth {
			root, err := tiles.get(ctx, 0, at)
			if err != nil {
				return nil, err
			}
			roots = append(roots, root)
			continue
		}
		b, err := tiles.tile(ctx, 1, at/TileWidth)
		if err != nil {
			return nil, err
		}
		for ; len(b) > 0; b = b[len(Hash{}):] {
			roots = append(roots, Hash(b))
		}
	}
	return roots, nil
}

// checkUpperTiles holds the tiles of the upper levels against the roots below them, and looks for one too many on each level. Unlike checkTiles it does not
// go through all that there are.
func (v *verifier) checkUpperTiles(ctx context.Context) error {
	hashes := v.roots
	for level := 1; len(hashes) >= TileWidth; level++ {
		for index := range uint64(len(hashes) / TileWidth) {
			b, err := v.store.Tile(ctx, level, index)
			if err != nil && !errors.Is(err, ErrNoRecord) {
				return err
			}
			if err != nil || !bytes.Equal(b, joinHashes(hashes[index*TileWidth:][:TileWidth])) {
				v.findings.add(CodeTile, NoSeq, "tile %d of level %d disagrees with the records", index, level)
			}
		}
		hashes = rootsOf(hashes)
	}
	for level := range 7 {
		index := v.headSize >> (TileHeight * (level + 1))
		switch _, err := v.store.Tile(ctx, level, index); {
		case err == nil:
			v.findings.add(CodeTile, NoSeq, "tile %d of level %d is there, %d records do not fill it", index, level, v.headSize)
		case !errors.Is(err, ErrNoRecord):
			return err
		}
	}
	return nil
}
