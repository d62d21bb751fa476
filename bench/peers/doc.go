// Package peers holds the stores that the ledger is measured beside, one file each, all made durable before they acknowledge: what
// takes an append has it on the disk when it returns.
//
// How each is set up follows what its own documentation says about durability; where a default would make a peer slow for no reason
// that matters here, it is tuned, and the file says how.
package peers

import (
	"context"
	"errors"
	"iter"
)

// A Log keeps records in order.
type Log interface {
	// Append keeps one record and returns when it is durable. Many goroutines may call it at once.
	Append(ctx context.Context, record []byte) error
	// Load keeps many records the fastest way there is, and returns when all are durable.
	Load(ctx context.Context, records iter.Seq[[]byte]) error
	Close() error
}

// An Edge is a contact for stores that know no events: class of things in the top byte of their numbers.
type Edge struct {
	Source, Target int64
	Grade          int64
	From, To       int64
	Entry          int64
}

// A Graph keeps contacts and finds what can be reached over those that are confirmed.
type Graph interface {
	// LoadGraph keeps the edges, indexed both ways.
	LoadGraph(ctx context.Context, edges iter.Seq[Edge]) error
	// Reach returns how many things with numbers of at least low and below high can be reached from a thing.
	Reach(ctx context.Context, from, low, high int64) (int, error)
	Close() error
}

// errClosed is returned by appends to a log that was closed.
var errClosed = errors.New("append to a closed log")
