package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// grow adds leaves to the view, root and size included, and returns the tiles that they fill. roots gives the root of a
// full tile; tiles of level 0 that are filled here are told to it first.
func (v *view) grow(ctx context.Context, roots *tileRoots, leaves []Hash) ([]Tile, error) {
	var tiles []Tile
	var done []Hash
	var err error
	for _, leaf := range leaves {
		done = v.edge.grow(leaf, done[:0])
		// Views share the array behind tail: a longer one is seen only by those made later.
		v.tail = append(v.tail, leaf)
		if len(v.tail) < TileWidth {
			continue
		}
		full := v.tail
		v.tail = nil
		for level := 0; ; level++ {
			tile := Tile{Level: level, Index: (v.edge.size - 1) >> (TileHeight * (level + 1)), Hashes: joinHashes(full)}
			tiles = append(tiles, tile)
			roots.put(tile.Level, tile.Index, done[TileHeight*(level+1)])
			if len(done) <= TileHeight*(level+2) {
				break
			}
			if full, err = roots.range256(ctx, level, tile.Index); err != nil {
				return nil, err
			}
		}
	}
	root, err := v.edge.root()
	v.head.Root, v.head.Size = root, v.edge.size
	return tiles, err
}

func joinHashes(hashes []Hash) []byte {
	b := make([]byte, 0, len(hashes)*len(Hash{}))
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}

// tileRoot returns the root of a full tile, which is a hash of the tile above.
func tileRoot(b []byte) Hash {
	var level [TileBytes]byte
	var node [1 + 2*sha256.Size]byte
	copy(level[:], b)
	node[0] = 1 // RFC 6962 2.1; by hand, since tlog.NodeHash copies and hashes piece by piece, at twice the cost
	for n := TileWidth / 2; n > 0; n /= 2 {
		for i := range n {
			copy(node[1:], level[2*i*sha256.Size:][:2*sha256.Size])
			sum := sha256.Sum256(node[:])
			copy(level[i*sha256.Size:], sum[:])
		}
	}
	return Hash(level[:])
}

type tileKey struct {
	level int
	index uint64
}

// A rootCache remembers the roots of full tiles: the tiles above that are not full yet consist of them.
type rootCache struct {
	mu   sync.Mutex
	root map[tileKey]Hash // guarded by mu
}

// tileRoots gives the roots of full tiles, from the cache or from the store.
type tileRoots struct {
	store Store
	cache *rootCache
}

func (r *tileRoots) put(level int, index uint64, root Hash) {
	if r == nil {
		return
	}
	r.cache.mu.Lock()
	defer r.cache.mu.Unlock()
	if r.cache.root == nil {
		r.cache.root = make(map[tileKey]Hash)
	}
	r.cache.root[tileKey{level, index}] = root
}

func (r *tileRoots) get(ctx context.Context, level int, index uint64) (Hash, error) {
	r.cache.mu.Lock()
	root, ok := r.cache.root[tileKey{level, index}]
	r.cache.mu.Unlock()
	if ok {
		return root, nil
	}
	b, err := r.tile(ctx, level, index)
	if err != nil {
		return Hash{}, err
	}
	root = tileRoot(b)
	r.put(level, index, root)
	return root, nil
}

func (r *tileRoots) tile(ctx context.Context, level int, index uint64) ([]byte, error) {
	b, err := r.store.Tile(ctx, level, index)
	if err != nil {
		return nil, fmt.Errorf("tile %d of level %d: %w", index, level, err)
	}
	if len(b) != TileBytes {
		return nil, damaged("tile %d of level %d has %d bytes, want %d", index, level, len(b), TileBytes)
	}
	return b, nil
}

// range256 returns the roots of the 256 tiles up to and including last; they fill a tile of the level above, from which
// their roots can be read from then on.
func (r *tileRoots) range256(ctx context.Context, level int, last uint64) ([]Hash, error) {
	roots := make([]Hash, TileWidth)
	for i := range roots {
		var err error
		if roots[i], err = r.get(ctx, level, last-TileWidth+1+uint64(i)); err != nil {
			return nil, err
		}
	}
	r.cache.mu.Lock()
	defer r.cache.mu.Unlock()
	for i := range roots {
		delete(r.cache.root, tileKey{level, last - TileWidth + 1 + uint64(i)})
	}
	return roots, nil
}

// hashes gives tlog every hash of the tree as of v.
func (l *Ledger) hashes(ctx context.Context, v *view) tlog.HashReader {
	roots := &tileRoots{store: l.store, cache: &l.roots}
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, index := range indexes {
			var err error
			if out[i], err = v.hash(ctx, roots, index); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

func (v *view) hash(ctx context.Context, roots *tileRoots, index int64) (Hash, error) {
	level, n := tlog.SplitStoredHashIndex(index)
	if v.edge.size>>level&1 == 1 && unsigned(n)+1 == v.edge.size>>level {
		return v.edge.peak[level], nil
	}
	tile := tlog.TileForIndex(TileHeight, index)
	above := TileHeight * (tile.L + 1)
	if unsigned(tile.N)+1 <= v.edge.size>>above {
		b, err := roots.tile(ctx, tile.L, unsigned(tile.N))
		if err != nil {
			return Hash{}, err
		}
		tile.W = TileWidth
		return tlog.HashFromTile(tile, b, index)
	}
	return v.partialHash(ctx, roots, tile, index)
}

// partialHash makes a hash of a tile that is not full from what the tile will consist of.
func (v *view) partialHash(ctx context.Context, roots *tileRoots, tile tlog.Tile, index int64) (Hash, error) {
	if tile.L == 0 {
		if len(v.tail) < tile.W {
			return Hash{}, damaged("tile %d of level 0 has %d hashes, want %d", tile.N, len(v.tail), tile.W)
		}
		return tlog.HashFromTile(tile, joinHashes(v.tail[:tile.W]), index)
	}
	level, n := tlog.SplitStoredHashIndex(index)
	width := uint64(1) << (level - TileHeight*tile.L)
	var sub edge
	for i := range width {
		root, err := roots.get(ctx, tile.L-1, unsigned(n)*width+i)
		if err != nil {
			return Hash{}, err
		}
		sub.add(root)
	}
	return sub.root()
}
