package tiles

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8 // levels of the tree in a tile
	width  = 1 << height
)

// A tree writes records and the tiles over them into a folder, as they come. Of each level it holds the one tile that is not
// full yet: at the end these are the partial tiles, and the right edge of the tree.
type tree struct {
	folder string
	size   uint64 // how many records there will be
	done   uint64 // how many there were
	edge   [][]byte
	bundle *bundle // nil between two bundles
}

// add writes a record and the tiles that it fills.
func (t *tree) add(record []byte) (err error) {
	if t.done == t.size {
		return fmt.Errorf("record %d: the checkpoint is of %d records", t.done, t.size)
	}
	if t.bundle == nil {
		index := t.done / width
		path := entriesPath(index, min(width, t.size-index*width))
		if t.bundle, err = newBundle(filepath.Join(t.folder, path)); err != nil {
			return err
		}
	}
	if err := t.bundle.add(record); err != nil {
		return fmt.Errorf("record %d: %w", t.done, err)
	}
	t.done++
	if t.done%width == 0 || t.done == t.size {
		err := t.bundle.close()
		t.bundle = nil
		if err != nil {
			return err
		}
	}
	return t.push(0, tlog.RecordHash(record))
}

// push adds a hash to the tile of a level, and the root of a tile that it fills to the level above.
func (t *tree) push(level int, h tlog.Hash) error {
	if level == len(t.edge) {
		t.edge = append(t.edge, nil)
	}
	t.edge[level] = append(t.edge[level], h[:]...)
	full := t.edge[level]
	if len(full) < width*tlog.HashSize {
		return nil
	}
	if err := t.write(level); err != nil {
		return err
	}
	t.edge[level] = full[:0]
	return t.push(level+1, rootOf(full))
}

// write makes the file of a level's tile.
func (t *tree) write(level int) error {
	path := tilePath(level, (t.done-1)>>(height*(level+1)), uint64(len(t.edge[level])/tlog.HashSize))
	return writeFile(filepath.Join(t.folder, path), t.edge[level])
}

// finish writes the partial tiles and returns the root.
func (t *tree) finish() (tlog.Hash, error) {
	if t.done != t.size {
		return tlog.Hash{}, fmt.Errorf("%d records: the checkpoint is of %d", t.done, t.size)
	}
	for level := range t.edge {
		if len(t.edge[level]) == 0 {
			continue // an empty tile is no tile
		}
		if err := t.write(level); err != nil {
			return tlog.Hash{}, err
		}
	}
	return tlog.TreeHash(int64(t.size), tlog.HashReaderFunc(t.hashes)) //nolint:gosec // a checkpoint's size fits
}

// hashes gives tlog what the root is made of: whole subtrees at the right edge, each of which lies in a partial tile.
func (t *tree) hashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(height, index)
		if tile.L >= len(t.edge) {
			return nil, fmt.Errorf("hash %d of a tree of %d levels of tiles", index, len(t.edge))
		}
		var err error
		if hashes[i], err = tlog.HashFromTile(tile, t.edge[tile.L], index); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// rootOf returns the root of a full tile.
func rootOf(tile []byte) tlog.Hash {
	var level [width]tlog.Hash
	for i := range level {
		level[i] = tlog.Hash(tile[i*tlog.HashSize:])
	}
	for n := width / 2; n > 0; n /= 2 {
		for i := range n {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// A bundle is a file of records being written, each behind its length.
type bundle struct {
	file *os.File
	buf  *bufio.Writer
}

func newBundle(path string) (*bundle, error) {
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	return &bundle{file: f, buf: bufio.NewWriter(f)}, nil
}

func (b *bundle) add(record []byte) error {
	if len(record) > math.MaxUint16 {
		return fmt.Errorf("%d bytes, a bundle takes %d", len(record), math.MaxUint16)
	}
	head := binary.BigEndian.AppendUint16(nil, uint16(len(record))) //nolint:gosec // it fits, see above
	if _, err := b.buf.Write(head); err != nil {
		return err
	}
	_, err := b.buf.Write(record)
	return err
}

func (b *bundle) close() error {
	return errors.Join(b.buf.Flush(), b.file.Sync(), b.file.Close())
}
