// Package ask opens a snapshot of a genealogy as the product opens the one beside a ledger, and asks it. It links nothing but what an
// answer needs, so that a process that asks is as large as the product's own part of it.
package ask

import (
	"errors"
	"fmt"
	"io"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/mapped"
	"suyuan/internal/recall"
)

// An Index is an open snapshot.
type Index struct {
	Graph *genealogy.Graph
	file  *mapped.File
}

// Open opens a snapshot. A small one is compared with its checksums as a whole, as the product does it.
func Open(path string) (*Index, error) {
	f, err := mapped.Open(path)
	if err != nil {
		return nil, err
	}
	snap, err := genealogy.OpenSnapshot(f.Bytes, f.Reader, f.Size, genealogy.CheckedWhole)
	x := &Index{file: f}
	if err == nil {
		x.Graph, err = snap.On()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	x.Graph.Contacts()
	return x, nil
}

// Close lets go of the file: nothing may ask the graph any more.
func (x *Index) Close() error {
	x.Graph = nil
	return x.file.Close()
}

// AsOf is what answers say they are as of: no ledger stands behind them.
func AsOf() recall.AsOf { return recall.AsOf{Origin: "bench"} }

// Refs parses references.
func Refs(texts []string) ([]event.Ref, error) {
	var list []event.Ref
	for _, text := range texts {
		r, err := event.ParseRef(text)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Trace writes the answer to a query as JSON.
func (x *Index) Trace(q recall.Query, out io.Writer) error {
	a, err := recall.Trace(x.Graph, AsOf(), q)
	if err != nil {
		return err
	}
	return a.WriteJSON(out, false)
}

// Brief writes what the search alone finds as JSON.
func (x *Index) Brief(q recall.Query, out io.Writer) error {
	b, err := recall.BriefOf(x.Graph, AsOf(), q)
	if err != nil {
		return err
	}
	return b.WriteJSON(out)
}

// Sources writes the ranking of sources as JSON.
func (x *Index) Sources(q recall.SourceQuery, out io.Writer) error {
	a, err := recall.Sources(x.Graph, AsOf(), q)
	if err != nil {
		return err
	}
	return a.WriteJSON(out)
}
