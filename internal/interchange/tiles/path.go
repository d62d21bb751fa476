package tiles

import "fmt"

// tilePath returns the path of a tile below the folder. It is not that of tlog.Tile.Path, which names the height too.
func tilePath(level int, index, w uint64) string {
	return fmt.Sprintf("tile/%d/%s", level, indexPath(index, w))
}

// entriesPath returns the path of a bundle of records below the folder.
func entriesPath(index, w uint64) string { return "tile/entries/" + indexPath(index, w) }

// indexPath spells an index in groups of three digits, so that no folder gets too full, and the width where the tile is not
// full: 1234067 is x001/x234/067.
func indexPath(index, w uint64) string {
	path := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	if w < width {
		path += fmt.Sprintf(".p/%d", w)
	}
	return path
}
