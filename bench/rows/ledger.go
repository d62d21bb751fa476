package rows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/logbook"
)

// withoutIndex is below how many records the program leaves no index beside a ledger.
const withoutIndex = 20_000

// stocked is a ledger of a world.
type stocked struct {
	path    string
	rest    string // file of the events that are not in it yet; empty: it is whole
	records uint64
	bytes   int64  // of the records alone
	older   string // the index as it was before the rest; empty: there is none
	why     error  // there is no ledger that a kill left
}

// ledger returns the ledger of a world. One that a killed import left is gone on with.
func (s *Stock) ledger(ctx context.Context, size uint64) (*stocked, error) {
	l := s.ledgers[size]
	if l != nil && l.rest == "" {
		return l, nil
	}
	if l == nil {
		l = s.newLedger(size)
		file, _, err := s.worldFile(size)
		if err != nil {
			return nil, err
		}
		if _, err := s.imported(ctx, l.path, file); err != nil {
			return nil, err
		}
		l.rest = file
	} else if _, err := s.suyuan(ctx, l.path, "import", l.rest); err != nil {
		return nil, err
	}
	if err := errors.Join(s.settle(ctx, l), os.Remove(l.rest), os.RemoveAll(l.older)); err != nil {
		return nil, err
	}
	l.rest, l.older = "", ""
	return l, nil
}

func (s *Stock) newLedger(size uint64) *stocked {
	l := &stocked{path: filepath.Join(s.Dir, fmt.Sprintf("ledger-%d.db", size))}
	if s.ledgers == nil {
		s.ledgers = make(map[uint64]*stocked)
	}
	s.ledgers[size] = l
	return l
}

// settle leaves the ledger with the index that all questions start from, of all its records: none where it is small.
func (s *Stock) settle(ctx context.Context, l *stocked) error {
	if err := l.count(ctx); err != nil {
		return err
	}
	if l.records < withoutIndex {
		return os.RemoveAll(logbook.IndexPath(l.path))
	}
	behind, err := indexBehind(ctx, l.path)
	if err == nil && behind > 0 {
		_, err = s.suyuan(ctx, l.path, "index", "rebuild")
	}
	return err
}

// indexBehind returns how many of a ledger's records its index does not have.
func indexBehind(ctx context.Context, path string) (uint64, error) {
	book, err := logbook.Open(ctx, path, logbook.Options{Now: time.Now})
	if err != nil {
		return 0, err
	}
	list, size, err := book.IndexStatus(ctx)
	for _, x := range list {
		if x.Name == logbook.IndexGenealogy {
			size -= x.Size
		}
	}
	return size, errors.Join(err, book.Close())
}

// count counts the records, and adds up their own bytes.
func (l *stocked) count(ctx context.Context) (err error) {
	store, err := boltstore.Open(ctx, l.path, boltstore.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	opened, err := ledger.Open(ctx, store)
	if err != nil {
		return err
	}
	l.records, l.bytes = opened.Head().Size, 0
	for r, err := range opened.Records(ctx, 0, l.records) {
		if err != nil {
			return err
		}
		l.bytes += int64(len(r.Bytes))
	}
	return nil
}

// readGraph opens a ledger to the graph of all its records: by the index beside it, or of the records alone.
func readGraph(ctx context.Context, path string, noIndex bool) (*genealogy.Graph, error) {
	book, err := logbook.Open(ctx, path, logbook.Options{Now: time.Now, NoIndex: noIndex})
	if err != nil {
		return nil, err
	}
	g, err := book.Graph(ctx)
	return g, errors.Join(err, book.Close())
}
