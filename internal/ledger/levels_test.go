package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// levelsSize is that of a ledger with two full tiles of level 1, two full tiles of level 0 after them, and a tail.
const levelsSize = 2*65_536 + 2*256 + 2

// tiled is a store that holds tiles and nothing else.
type tiled struct {
	ledger.Store
	tiles []ledger.Tile
	read  int // how many were asked for
}

func (s *tiled) Tile(_ context.Context, level int, index uint64) ([]byte, error) {
	s.read++
	for _, tile := range s.tiles {
		if tile.Level == level && tile.Index == index {
			return tile.Hashes, nil
		}
	}
	return nil, fmt.Errorf("tile %d of level %d: %w", index, level, ledger.ErrNoRecord)
}

func (s *tiled) ScanTiles(_ context.Context, f func(ledger.Tile) error) error {
	for _, tile := range s.tiles {
		if err := f(tile); err != nil {
			return err
		}
	}
	return nil
}

// levels makes such a tree, in steps that end within a tile, at its end and behind it, and the slow reference beside it; check
// is called after each step.
func levels(t *testing.T, check func(l *ledger.Ledger, ref *ledgertest.Reference, size uint64)) *tiled {
	t.Helper()
	s, ref := new(tiled), new(ledgertest.Reference)
	l := ledger.OfLeaves(s)
	size := uint64(0)
	for _, to := range []uint64{255, 256, 60_000, 65_536, 65_537, 65_792, 131_071, 131_073, levelsSize} {
		var leaves []ledger.Hash
		for ; size < to; size++ {
			record := fmt.Appendf(nil, "record %d", size)
			ref.Add(t, record)
			leaves = append(leaves, tlog.RecordHash(record))
		}
		tiles, err := l.Grow(t.Context(), leaves)
		if err != nil {
			t.Fatal(err)
		}
		s.tiles = append(s.tiles, tiles...)
		if check != nil {
			check(l, ref, size)
			l.Forget()
			check(l, ref, size)
		}
	}
	return s
}

func TestRootsAndProofsOverSeveralLevelsOfTiles(t *testing.T) {
	t.Parallel()
	s := levels(t, func(l *ledger.Ledger, ref *ledgertest.Reference, grown uint64) {
		if got, want := l.Head().Root, ref.Root(t, grown); l.Head().Size != grown || got != want {
			t.Errorf("grown to %d: size %d, root %x; want %x", grown, l.Head().Size, got[:], want[:])
		}
		for _, size := range []uint64{1, 2, 3, 255, 256, 257, 511, 513, 40_000, 65_535, 65_536, 65_537, 65_792, 65_793, 131_071, 131_072, 131_073, levelsSize - 2, levelsSize} {
			if size <= grown {
				wantAsReference(t, l, ref, size)
			}
		}
	})
	for _, tile := range s.tiles {
		if len(tile.Hashes) != ledger.TileBytes {
			t.Errorf("tile %d of level %d has %d bytes", tile.Index, tile.Level, len(tile.Hashes))
		}
	}
	if n := len(s.tiles); n != 514+2 {
		t.Errorf("%d tiles, want 514 of level 0 and 2 of level 1", n)
	}
}

// wantAsReference holds root and proofs at a size against those that tlog makes from all hashes.
func wantAsReference(t *testing.T, l *ledger.Ledger, ref *ledgertest.Reference, size uint64) {
	t.Helper()
	if got, err := l.RootAt(t.Context(), size); err != nil || got != ref.Root(t, size) {
		t.Errorf("size %d: root %x, %v; want %x", size, got[:], err, ref.Root(t, size))
	}
	for _, seq := range []uint64{0, size / 3, size &^ 255, size &^ 65_535, size - 1} {
		if seq >= size {
			continue
		}
		want, err := tlog.ProveRecord(int64(size), int64(seq), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := l.Prove(t.Context(), seq, size); err != nil || !slices.Equal(got.Hashes, want) {
			t.Errorf("record %d of %d: proof %x, %v; want %x", seq, size, got.Hashes, err, want)
		}
		wantTree, err := tlog.ProveTree(int64(size), int64(seq+1), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := l.Extend(t.Context(), seq+1, size); err != nil || !slices.Equal(got, wantTree) {
			t.Errorf("from %d to %d: proof %x, %v; want %x", seq+1, size, got, err, wantTree)
		}
	}
}

func TestVerifyHoldsTilesOfUpperLevelsAgainstTheRecords(t *testing.T) {
	t.Parallel()
	sound := levels(t, nil).tiles
	var roots []ledger.Hash
	for _, tile := range sound {
		if tile.Level == 0 {
			roots = append(roots, ledger.TileRoot(tile.Hashes))
		}
	}
	altered := func(level int, index uint64) func([]ledger.Tile) []ledger.Tile {
		return func(tiles []ledger.Tile) []ledger.Tile {
			i := at(tiles, level, index)
			tiles[i].Hashes = slices.Clone(tiles[i].Hashes)
			tiles[i].Hashes[255*32] ^= 1
			return tiles
		}
	}
	gone := func(level int, index uint64) func([]ledger.Tile) []ledger.Tile {
		return func(tiles []ledger.Tile) []ledger.Tile {
			i := at(tiles, level, index)
			return slices.Delete(tiles, i, i+1)
		}
	}
	extra := func(level int, index uint64) func([]ledger.Tile) []ledger.Tile {
		return func(tiles []ledger.Tile) []ledger.Tile {
			return append(tiles, ledger.Tile{Level: level, Index: index, Hashes: tiles[0].Hashes})
		}
	}
	for _, size := range []uint64{65_536, 65_537, 131_072, levelsSize} {
		whole := slices.DeleteFunc(slices.Clone(sound), func(tile ledger.Tile) bool {
			return tile.Index >= size>>(8*(tile.Level+1))
		})
		full := size / 65_536
		for _, c := range []struct {
			do   func([]ledger.Tile) []ledger.Tile
			want string
		}{
			{func(tiles []ledger.Tile) []ledger.Tile { return tiles }, ""},
			{altered(1, 0), "tile 0 of level 1 disagrees with the records"},
			{altered(1, full-1), fmt.Sprintf("tile %d of level 1 disagrees with the records", full-1)},
			{gone(1, 0), fmt.Sprintf("%d tiles of level 1 are there, want %d", full-1, full)},
			{gone(1, full-1), fmt.Sprintf("%d tiles of level 1 are there, want %d", full-1, full)},
			{extra(1, full), fmt.Sprintf("tile %d of level 1 is there, %d records do not fill it", full, size)},
			{extra(0, size/256), fmt.Sprintf("tile %d of level 0 is there, %d records do not fill it", size/256, size)},
			{extra(2, 0), fmt.Sprintf("tile 0 of level 2 is there, %d records do not fill it", size)},
			{extra(6, 0), fmt.Sprintf("tile 0 of level 6 is there, %d records do not fill it", size)},
			{extra(7, 0), fmt.Sprintf("tile 0 of level 7 is there, %d records do not fill it", size)},
		} {
			found, err := ledger.CheckTiles(t.Context(), &tiled{tiles: c.do(slices.Clone(whole))}, size, roots[:size/256])
			var got []string
			for _, f := range found {
				got = append(got, f.What)
			}
			if err != nil || strings.Join(got, "; ") != c.want {
				t.Errorf("size %d: found %q, %v; want %q", size, got, err, c.want)
			}
		}
	}
}

func TestVerifyPassesOverATileWhoseRecordsAreMissing(t *testing.T) {
	t.Parallel()
	s := &tiled{tiles: []ledger.Tile{{Level: 2, Hashes: make([]byte, ledger.TileBytes)}}}
	found, err := ledger.CheckTiles(t.Context(), s, 1<<24, make([]ledger.Hash, 3))
	if err != nil || len(found) > 0 {
		t.Errorf("found %v, %v; the records are reported by themselves", found, err)
	}
}

func at(tiles []ledger.Tile, level int, index uint64) int {
	return slices.IndexFunc(tiles, func(tile ledger.Tile) bool { return tile.Level == level && tile.Index == index })
}

func TestATileOfAnotherLengthIsDamage(t *testing.T) {
	t.Parallel()
	s := levels(t, nil)
	l := ledger.OfLeaves(s)
	if _, err := l.Grow(t.Context(), make([]ledger.Hash, 300)); err != nil {
		t.Fatal(err)
	}
	s.tiles[0].Hashes = s.tiles[0].Hashes[32:]
	if p, err := l.Prove(t.Context(), 7, 300); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("%v, %v; want ErrDamaged", p, err)
	}
}

func TestAnEdgeGrowsAsTheReferenceDoes(t *testing.T) {
	t.Parallel()
	var leaves []ledger.Hash
	for n := range 3000 {
		leaves = append(leaves, tlog.RecordHash(fmt.Appendf(nil, "record %d", n)))
	}
	if size, err := ledger.GrowBeside(leaves); size != 0 || err != nil {
		t.Errorf("at size %d they differ, %v", size, err)
	}
}

// The root of a tile is that which tlog makes of its hashes, and another where any of them is altered.
func TestTheRootOfATileIsThatOfItsHashes(t *testing.T) {
	t.Parallel()
	tile := make([]byte, ledger.TileBytes)
	for i := range tile {
		tile[i] = byte(i * 7)
	}
	level := make([]tlog.Hash, ledger.TileWidth)
	for i := range level {
		level[i] = tlog.Hash(tile[i*tlog.HashSize:])
	}
	for ; len(level) > 1; level = level[:len(level)/2] {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	want := level[0]
	if got := ledger.TileRoot(tile); got != want {
		t.Fatalf("root %x, want %x", got, want)
	}
	for _, at := range []int{0, 31, 32, len(tile) / 2, len(tile) - 1} {
		tile[at] ^= 1
		if ledger.TileRoot(tile) == want {
			t.Errorf("byte %d is altered, and the root is the same", at)
		}
		tile[at] ^= 1
	}
}
