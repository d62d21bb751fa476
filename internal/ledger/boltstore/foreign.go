package boltstore

import (
	"bytes"
	"context"

	bolt "go.etcd.io/bbolt"
)

// foreign reports what stands in a ledger file and is none of what docs/format.md section 5 lists. Reading passes over it;
// but a file that holds it was written to by something else.
func foreign(ctx context.Context, tx *bolt.Tx, report func(format string, args ...any)) error {
	return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		if !isBucket(name) {
			report("bucket %.40q is in the file, which no ledger has", name)
			return nil
		}
		if n := b.Sequence(); n != 0 {
			report("bucket %q counts to %d, want 0", name, n)
		}
		return b.ForEach(func(k, v []byte) error {
			switch {
			case v == nil:
				report("bucket %q holds a bucket %.40q", name, k)
			case !isKey(name, k):
				report("bucket %q holds the key %.40q, which no ledger has", name, k)
			}
			return ctx.Err()
		})
	})
}

func isBucket(name []byte) bool {
	switch string(name) {
	case string(bucketMeta), string(bucketRecord), string(bucketTile), string(bucketNote):
		return true
	}
	return false
}

// isKey says whether a key has the form of those in a bucket.
func isKey(bucket, k []byte) bool {
	switch string(bucket) {
	case string(bucketMeta):
		return bytes.Equal(k, keyFormat) || bytes.Equal(k, keySize) || bytes.Equal(k, keyHead)
	case string(bucketRecord), string(bucketTile):
		return len(k) == keyBytes
	case string(bucketNote):
		name := bytes.IndexByte(k, 0)
		return 1 <= name && name <= maxNoteName && len(k) == name+1+keyBytes
	}
	return false
}
