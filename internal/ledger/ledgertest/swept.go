package ledgertest

import (
	"context"
	"errors"
	"maps"
	"slices"

	"suyuan/internal/ledger"
)

// A Swept store is a [Loose] that can be swept. What it hands out it takes back as soon as it may: who keeps it has garbage.
type Swept struct{ *Loose }

var _ ledger.Sweeper = Swept{}

// Sweep implements ledger.Sweeper.
func (s Swept) Sweep(ctx context.Context, to ledger.Sweep) error {
	tiles := s.Tiles
	give := func(while func(ledger.Tile) bool) error {
		for len(tiles) > 0 && while(tiles[0]) {
			t := tiles[0]
			tiles = tiles[1:]
			t.Hashes = slices.Clone(t.Hashes)
			if err := to.Tile(t); err != nil {
				return err
			}
			clear(t.Hashes)
		}
		return nil
	}
	for i, seq := range slices.Sorted(maps.Keys(s.Records)) {
		n := uint64(i) / ledger.TileWidth
		err := errors.Join(ctx.Err(), give(func(t ledger.Tile) bool { return t.Level == 0 && t.Index <= n }))
		rec := slices.Clone(s.Records[seq])
		if err == nil {
			err = to.Record(seq, rec)
		}
		if err != nil {
			return err
		}
		clear(rec)
	}
	return give(func(ledger.Tile) bool { return true })
}
