package ledger_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// levelsSize is that of a ledger with a full tile of level 1, two full tiles of level 0 after it, and a tail.
const levelsSize = 65_536 + 2*256 + 2

// levels makes such a ledger: its store, and the slow reference.
func levels(t *testing.T) (*memstore.Store, *ledgertest.Reference) {
	t.Helper()
	s, ref := memstore.New(), new(ledgertest.Reference)
	l := ledgertest.NewLedger(t, s)
	defer mustClose(t, l)
	for at := 1; at < levelsSize; at += 30_000 {
		mustAppend(t, l, epoch, ledgertest.Entries(at, min(at+30_000, levelsSize))...)
	}
	for rec, err := range l.Records(t.Context(), 0, levelsSize) {
		if err != nil {
			t.Fatal(err)
		}
		ref.Add(t, rec.Bytes)
	}
	wantAsReference(t, l, ref) // with the roots of tiles remembered
	return s.Reopen(), ref
}

func TestRootsAndProofsOverSeveralLevelsOfTiles(t *testing.T) {
	t.Parallel()
	s, ref := levels(t)
	l := ledgertest.OpenLedger(t, s)
	defer mustClose(t, l)
	wantAsReference(t, l, ref) // with all tiles read from the store
	mustAppend(t, l, epoch, ledgertest.Entries(levelsSize, 65_536+4*256)...)
	for rec, err := range l.Records(t.Context(), levelsSize, 65_536+4*256) {
		if err != nil {
			t.Fatal(err)
		}
		ref.Add(t, rec.Bytes)
	}
	wantAsReference(t, l, ref)
	if got, want := l.Head().Root, ref.Root(t, 65_536+4*256); got != want {
		t.Errorf("grown on: root %x, want %x", got[:], want[:])
	}
}

// wantAsReference holds roots and proofs at the borders of tiles against those that tlog makes from all hashes.
func wantAsReference(t *testing.T, l *ledger.Ledger, ref *ledgertest.Reference) {
	t.Helper()
	for _, size := range []uint64{1, 2, 3, 255, 256, 257, 511, 512, 513, 40_000, 65_535, 65_536, 65_537, 65_792, 65_793, levelsSize - 2, levelsSize} {
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
}

func TestVerifyHoldsTilesOfUpperLevelsAgainstTheRecords(t *testing.T) {
	t.Parallel()
	s, ref := levels(t)
	if r := verify(t, s); !r.OK || r.Size != levelsSize || r.Root != ref.Root(t, levelsSize) {
		t.Errorf("a sound ledger: %+v", r)
	}
	var sound []ledger.Tile
	if err := s.ScanTiles(t.Context(), func(tile ledger.Tile) error {
		sound = append(sound, tile)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	above := slices.IndexFunc(sound, func(tile ledger.Tile) bool { return tile.Level == 1 })
	full := sound[above].Hashes
	altered := slices.Clone(full)
	altered[255*32] ^= 1
	for name, tiles := range map[string][]ledger.Tile{
		"a hash of it":        slices.Concat(sound[:above], []ledger.Tile{{Level: 1, Hashes: altered}}, sound[above+1:]),
		"the tile gone":       slices.Delete(slices.Clone(sound), above, above+1),
		"a second one":        append(slices.Clone(sound), ledger.Tile{Level: 1, Index: 1, Hashes: full}),
		"one of level 2":      append(slices.Clone(sound), ledger.Tile{Level: 2, Hashes: full}),
		"one of level 7":      append(slices.Clone(sound), ledger.Tile{Level: 7, Hashes: full}),
		"one more of level 0": append(slices.Clone(sound), ledger.Tile{Index: 258, Hashes: full}),
	} {
		if got := summary(verify(t, retiled{s, tiles})); got != "tile:-" {
			t.Errorf("%s: got %q, want a finding about tiles", name, got)
		}
	}
}

// retiled is a store that lists other tiles than it has.
type retiled struct {
	*memstore.Store
	tiles []ledger.Tile
}

func (r retiled) ScanTiles(_ context.Context, f func(ledger.Tile) error) error {
	for _, tile := range r.tiles {
		if err := f(tile); err != nil {
			return err
		}
	}
	return nil
}
