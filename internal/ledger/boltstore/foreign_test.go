package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// spoil changes a ledger file as another program could, in a copy, and returns its path.
func spoil(tb testing.TB, whole []byte, change func(tx *bolt.Tx) error) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "suyuan.db")
	write(tb, path, whole)
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		tb.Fatal(err)
	}
	return path
}

func in(bucket string, f func(b *bolt.Bucket) error) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error { return f(tx.Bucket([]byte(bucket))) }
}

func putting(bucket, key, value string) func(tx *bolt.Tx) error {
	return in(bucket, func(b *bolt.Bucket) error { return b.Put([]byte(key), []byte(value)) })
}

func number(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

func TestVerifyNamesWhatIsNoPartOfALedger(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 20))
	for _, tt := range []struct {
		name   string
		change func(tx *bolt.Tx) error
		code   ledger.Code // none for a sound ledger
		what   string
	}{
		{"nothing", func(*bolt.Tx) error { return nil }, "", ""},
		{"a note", putting("note", "a witness\x00"+number(7), "signed"), "", ""},
		{"a foreign bucket", func(tx *bolt.Tx) error {
			_, err := tx.CreateBucket([]byte("theirs"))
			return err
		}, ledger.CodeStore, `"theirs"`},
		{"a bucket within a bucket", in("tile", func(b *bolt.Bucket) error {
			_, err := b.CreateBucket([]byte("theirs"))
			return err
		}), ledger.CodeStore, `"theirs"`},
		{"a sequence", in("record", func(b *bolt.Bucket) error { return b.SetSequence(7) }), ledger.CodeStore, "counts to 7"},
		{"a foreign key", putting("suyuan", "extra", "x"), ledger.CodeStore, `"extra"`},
		{"a record's key too short", putting("record", number(5)[:7], "x"), ledger.CodeStore, `bucket "record"`},
		{"a record's key too long, in their midst", putting("record", number(5)+"x", "x"), ledger.CodeStore, `bucket "record"`},
		{"a key after the last number", putting("record", number(math.MaxUint64)+"x", "x"), ledger.CodeStore, `bucket "record"`},
		{"a tile's key too long", putting("tile", number(0)+"x", "x"), ledger.CodeStore, `bucket "tile"`},
		{"a note without name", putting("note", "\x00"+number(7), "x"), ledger.CodeStore, `bucket "note"`},
		{"a note without size", putting("note", "a witness", "x"), ledger.CodeStore, `bucket "note"`},
		{"a note with half a size", putting("note", "a witness\x00seven", "x"), ledger.CodeStore, `bucket "note"`},
		{"a record under the last number", putting("record", number(math.MaxUint64), "x"), ledger.CodeBeyond, "18446744073709551615"},
		{"a tile too many", putting("tile", number(math.MaxUint64), "x"), ledger.CodeTile, "do not fill it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := verify(t, spoil(t, whole, tt.change))
			if tt.code == "" {
				if !r.OK {
					t.Errorf("findings %v, want none", r.Findings)
				}
				return
			}
			if len(r.Findings) != 1 || r.Findings[0].Code != tt.code || !strings.Contains(r.Findings[0].What, tt.what) || r.Size != 20 {
				t.Errorf("%d records, findings %v; want 20 and one %s about %s", r.Size, r.Findings, tt.code, tt.what)
			}
		})
	}
}

func TestVerifyCountsForeignKeysThatAreTooMany(t *testing.T) {
	t.Parallel()
	path := spoil(t, read(t, newFile(t, 3)), in("note", func(b *bolt.Bucket) error {
		var err error
		for i := range 50 {
			err = errors.Join(err, b.Put(fmt.Appendf(nil, "key %d", i), []byte("x")))
		}
		return err
	}))
	r := verify(t, path)
	if n := len(r.Findings); n != 17 || !strings.Contains(r.Findings[n-1].What, "34 more") {
		t.Errorf("findings %v, want 16 and the number of the others", r.Findings)
	}
}

// What the messages say is for who has to act on them: which record, and nothing of the program's insides.
func TestOpenSaysWhichRecordIsWrong(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 20))
	for _, tt := range []struct {
		name   string
		change func(b *bolt.Bucket) error
		want   string
		is     error
	}{
		{"a gap", func(b *bolt.Bucket) error { return b.Delete([]byte(number(7))) }, "record 7 is not there", ledger.ErrDamaged},
		{"two swapped", func(b *bolt.Bucket) error {
			x, y := bytes.Clone(b.Get([]byte(number(7)))), bytes.Clone(b.Get([]byte(number(8))))
			return errors.Join(b.Put([]byte(number(7)), y), b.Put([]byte(number(8)), x))
		}, "record 7 says seq 8", ledger.ErrDamaged},
		{"one that cannot be read", func(b *bolt.Bucket) error { return b.Put([]byte(number(7)), []byte("{x")) }, "record 7: ", ledger.ErrDamaged},
		{"one of another version", func(b *bolt.Bucket) error {
			rec := bytes.Clone(b.Get([]byte(number(7))))
			return b.Put([]byte(number(7)), bytes.Replace(rec, []byte(`,"v":1}`), []byte(`,"v":2}`), 1))
		}, "record 7: ", ledger.ErrVersion},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := boltstore.Open(t.Context(), spoil(t, whole, in("record", tt.change)), boltstore.Options{})
			if err == nil {
				t.Fatalf("opened: %v", s.Close())
			}
			if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "%!") {
				t.Errorf("%v, want %v that says %q", err, tt.is, tt.want)
			}
			if errors.Is(err, ledger.ErrVersion) && errors.Is(err, ledger.ErrDamaged) {
				t.Errorf("%v: another version is no damage", err)
			}
		})
	}
}

func TestAFileCutWithinItsFirstPagesIsCutShort(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 20))
	for _, n := range []int{100, 1024, 3000, 4095, 4096, 4097, 8191, 8192, 9000} {
		path := filepath.Join(t.TempDir(), "suyuan.db")
		write(t, path, whole[:n])
		for _, readOnly := range []bool{true, false} {
			s, err := boltstore.Open(t.Context(), path, boltstore.Options{ReadOnly: readOnly})
			if err == nil {
				t.Fatalf("%d bytes: opened: %v", n, s.Close())
			}
			if !errors.Is(err, ledger.ErrDamaged) || errors.Is(err, ledger.ErrNotLedger) || !strings.Contains(err.Error(), "cut short") {
				t.Errorf("%d bytes, read-only %v: %v, want ErrDamaged that says cut short", n, readOnly, err)
			}
		}
	}
}
