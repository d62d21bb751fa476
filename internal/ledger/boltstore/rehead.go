package boltstore

import (
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// rewriteHead writes the page from which bbolt starts once more, as it is, and syncs it. An earlier commit may have failed in its
// last sync: then the page can be read and is not on the disk, and no later sync writes it, since the system takes it for clean
// (Rebello and others, "Can applications recover from fsync failures?", ATC 2020). To say that its records are kept would be
// wrong; to build on it would be to write over pages that the head on the disk still needs.
//
// The head before it is left alone, so that there is one to fall back to if this write is torn.
func rewriteHead(db *bolt.DB, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	in := &reader{from: file}
	p, err := newPager(in, info.Size())
	if err != nil {
		return errors.Join(in.failed, explain(err))
	}
	head := make([]byte, p.meta.pageSize)
	at := p.offset(p.meta.txid % 2)
	if _, err := file.ReadAt(head, at); err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	if _, err := file.WriteAt(head, at); err != nil {
		return fmt.Errorf("write the head: %w", err)
	}
	if err := db.Sync(); err != nil {
		return fmt.Errorf("sync the head: %w", err)
	}
	return nil
}
