package ledger

import "context"

const (
	// TileHeight is the number of tree levels in a tile (C2SP tlog-tiles).
	TileHeight = 8
	// TileWidth is the number of hashes in a full tile; only full tiles are stored.
	TileWidth = 1 << TileHeight
	// TileBytes is the length of a stored tile.
	TileBytes = TileWidth * len(Hash{})
)

// A Tile is a full tile: the hashes of 256 neighbouring subtrees of 256^Level records each, Index counted from the left.
type Tile struct {
	Level  int
	Index  uint64
	Hashes []byte
}

// A Batch is what one append adds. IDs has one element per record, the zero ID for a record without event.
type Batch struct {
	At      uint64 // number of the first record, and size of the store before
	Records [][]byte
	IDs     []ID
	Tiles   []Tile // those that these records fill
	Head    []byte // takes the place of the head before
}

// A Note is a signed note about the first Size records, under a name.
type Note struct {
	Size uint64
	Text []byte
}

// A Store keeps records, numbered from 0 without gaps, full tiles, one head, and signed notes. It knows none of their
// meaning. There is one writer; any number of goroutines may read meanwhile. Package ledgertest is this contract's
// definition.
//
// Callers own the slices that they pass and may change them once the call has returned. Slices returned belong to the
// caller.
type Store interface {
	// Append adds a batch, all or nothing. Nil means that all of it is durable. An error that wraps ErrConflict means that
	// the store's size was not At or that a note or record was there before, and that nothing has changed; one that wraps
	// ErrReadOnly or ErrClosed also means that nothing has changed. Any other error means unknown: the batch may be there
	// or not after the store is opened again, but always whole, and until then every call returns an error that wraps
	// ErrPoisoned. Nothing that is stored is ever replaced but the head. Append does not check that ids are new.
	Append(ctx context.Context, b Batch) error
	// Head returns the number of records and the newest head; 0 and nil where nothing was ever appended.
	Head(ctx context.Context) (size uint64, head []byte, err error)
	// Record returns one record; an error that wraps ErrNoRecord where it is not there.
	Record(ctx context.Context, seq uint64) ([]byte, error)
	// Scan calls f with the records that are there and have from <= seq < to, in order, and ends with f's first error. It
	// holds nothing while f runs: f may call the store, append included. In a sound store there are no gaps and nothing
	// at or beyond the size; in a damaged one Scan gives what is there.
	Scan(ctx context.Context, from, to uint64, f func(seq uint64, rec []byte) error) error
	// Lookup returns the number of the record that was appended with id. An error is never "not there".
	Lookup(ctx context.Context, id ID) (seq uint64, ok bool, err error)
	// Tile returns the hashes of a full tile; an error that wraps ErrNoRecord where it is not there.
	Tile(ctx context.Context, level int, index uint64) ([]byte, error)
	// ScanTiles calls f with every tile that is there, by level, then index, and ends with f's first error.
	ScanTiles(ctx context.Context, f func(Tile) error) error
	// PutNote keeps a note, durable on return. A note that is there is never replaced: the same text again is no error,
	// another text at the same name and size is ErrConflict.
	PutNote(ctx context.Context, name string, n Note) error
	// Notes returns the notes under a name, by size.
	Notes(ctx context.Context, name string) ([]Note, error)
	// NewestNote returns the note of the greatest size under a name; ok says whether there is one.
	NewestNote(ctx context.Context, name string) (n Note, ok bool, err error)
	// ReadOnly says whether the store was opened for reading only.
	ReadOnly() bool
	// Close releases the store; every later call returns an error that wraps ErrClosed. A second Close does nothing.
	Close() error
}

// A Checker is a Store that can look for damage below its records. Check calls report for each piece of damage that it
// finds; its own error says that it could not look.
type Checker interface {
	Check(ctx context.Context, report func(what string)) error
}

// A Sweep takes what a store's Sweep reads. What a function is given is its own while it runs, and no longer. An error ends the sweep.
type Sweep struct {
	Record func(seq uint64, rec []byte) error // in order
	Tile   func(t Tile) error                 // by level, then index; one of level 0 before the records that fill it
}

// A Sweeper is a Store that can be read as a whole, once, in large pieces. Sweep hands out every record and every tile that it finds, and
// returns nil only where it has found everything that Check looks at in order, and ended at its end; which it can only say at the end.
// Otherwise the error says what was odd first, for who mends the store: it is no finding.
type Sweeper interface {
	Sweep(ctx context.Context, to Sweep) error
}
