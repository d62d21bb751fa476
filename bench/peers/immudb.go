package peers

import (
	"context"
	"encoding/binary"
	"io"
	"iter"
	"path/filepath"
	"sync/atomic"

	"github.com/codenotary/immudb/embedded/logger"
	"github.com/codenotary/immudb/embedded/store"

	"suyuan/internal/ledger"
)

// OpenImmudb opens immudb's embedded store, synced before it acknowledges (its default, every 20 ms). A record may be as long
// as one of ours: immudb's own limit is 4 kB, and an inventory of a large site is longer.
func OpenImmudb(dir string) (Log, error) {
	o := store.DefaultOptions().WithSynced(true).WithMaxConcurrency(clients + 10).WithMaxValueLen(ledger.MaxRecord).WithLogger(logger.NewSimpleLoggerWithLevel("bench", io.Discard, logger.LogError))
	s, err := store.Open(filepath.Join(dir, "immudb"), o)
	if err != nil {
		return nil, err
	}
	return &immudb{s: s}, nil
}

type immudb struct {
	s    *store.ImmuStore
	next atomic.Uint64
}

func (m *immudb) commit(ctx context.Context, records [][]byte) error {
	tx, err := m.s.NewWriteOnlyTx(ctx)
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := tx.Set(binary.BigEndian.AppendUint64(nil, m.next.Add(1)), nil, r); err != nil {
			return err
		}
	}
	_, err = tx.AsyncCommit(ctx)
	return err
}

// Append is one transaction per record.
func (m *immudb) Append(ctx context.Context, record []byte) error {
	return m.commit(ctx, [][]byte{record})
}

// Load takes 1,000 records per transaction.
func (m *immudb) Load(ctx context.Context, records iter.Seq[[]byte]) error {
	var group [][]byte
	for r := range records {
		if group = append(group, append([]byte(nil), r...)); len(group) == groupMost {
			if err := m.commit(ctx, group); err != nil {
				return err
			}
			group = group[:0]
		}
	}
	if len(group) == 0 {
		return nil
	}
	return m.commit(ctx, group)
}

// Close closes the store.
func (m *immudb) Close() error { return m.s.Close() }
