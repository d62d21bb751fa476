package ledger

import (
	"bytes"
	"context"
	"slices"
)

// checkTiles looks at the stored tiles from their side: those of the upper levels against the records, and all for being
// too many.
func (v *verifier) checkTiles(ctx context.Context) error {
	levels := [][]Hash{nil, v.roots}
	for len(levels[len(levels)-1]) >= TileWidth {
		levels = append(levels, rootsOf(levels[len(levels)-1]))
	}
	seen := make([]uint64, len(levels))
	err := v.store.ScanTiles(ctx, func(t Tile) error {
		switch full := v.headSize >> (TileHeight * min(t.Level+1, 7)); {
		case t.Index >= full || t.Level > 6:
			v.findings.add(CodeTile, NoSeq, "tile %d of level %d is there, %d records do not fill it", t.Index, t.Level, v.headSize)
		case t.Level > 0 && t.Level < len(levels):
			seen[t.Level]++
			v.compareTile(t, levels[t.Level])
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for level := 1; level < len(levels); level++ {
		if want := uint64(len(levels[level]) / TileWidth); seen[level] < want {
			v.findings.add(CodeTile, NoSeq, "%d tiles of level %d are there, want %d", seen[level], level, want)
		}
	}
	return nil
}

func (v *verifier) compareTile(t Tile, hashes []Hash) {
	first := t.Index * TileWidth
	if first+TileWidth > uint64(len(hashes)) {
		return // records are missing, and reported
	}
	if !bytes.Equal(t.Hashes, joinHashes(hashes[first:first+TileWidth])) {
		v.findings.add(CodeTile, NoSeq, "tile %d of level %d disagrees with the records", t.Index, t.Level)
	}
}

// rootsOf returns the roots of the full tiles that hashes fill.
func rootsOf(hashes []Hash) []Hash {
	var roots []Hash
	for full := range slices.Chunk(hashes, TileWidth) {
		if len(full) == TileWidth {
			roots = append(roots, tileRoot(joinHashes(full)))
		}
	}
	return roots
}

// checkIDs names the records whose id an earlier record has.
func (v *verifier) checkIDs(ctx context.Context) error {
	twice := v.ids.twice()
	if len(twice) == 0 {
		return nil
	}
	first := make(map[ID]uint64)
	return v.store.Scan(ctx, v.start, numbers, func(seq uint64, b []byte) error {
		rec, err := ParseRecord(b)
		sound := err == nil && rec.Seq == seq && rec.Event != nil
		if !sound || !twice[rec.ID.key()] {
			return ctx.Err()
		}
		if at, ok := first[rec.ID]; ok {
			v.findings.add(CodeDouble, seq, "record %d has its event id %s", at, rec.ID)
		} else {
			first[rec.ID] = seq
		}
		return nil
	})
}
