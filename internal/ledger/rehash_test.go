package ledger_test

import (
	"bytes"
	"errors"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

func TestRehashAcceptsEveryPrefixThatTheTreeHas(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 7, 255, 256, 257, 600} {
		l := ledgerOf(t, size)
		for _, from := range []int{0, 1, 2, 3, 255, 256, 257, 511, 512, size - 1, size} {
			if from > size || from < 0 {
				continue
			}
			root := ledger.Hash{}
			if from > 0 {
				var err error
				if root, err = l.RootAt(t.Context(), uint64(from)); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Rehash(t.Context(), uint64(from), root); err != nil {
				t.Errorf("size %d from %d: %v", size, from, err)
			}
			if from == 0 {
				continue
			}
			root[0] ^= 1
			if err := l.Rehash(t.Context(), uint64(from), root); !errors.Is(err, ledger.ErrDamaged) {
				t.Errorf("size %d from %d with a flipped root: %v, want ErrDamaged", size, from, err)
			}
		}
		if err := l.Rehash(t.Context(), uint64(size)+1, ledger.Hash{}); !errors.Is(err, ledger.ErrNoRecord) {
			t.Errorf("size %d, beyond the end: %v, want ErrNoRecord", size, err)
		}
	}
}

func TestRehashFindsARecordThatChangedSinceItWasAppended(t *testing.T) {
	t.Parallel()
	const size = 300
	store := memstore.New()
	whole := ledgerIn(t, store, size)
	sound := ledgertest.Loosen(t, store)
	mustClose(t, whole)
	for seq := uint64(1); seq < size-size%ledger.TileWidth; seq++ {
		// It still reads as a record. Opening reads the first, and those after the last full tile.
		altered := sound.Clone()
		altered.Records[seq] = bytes.Replace(altered.Records[seq], []byte(`"by":"LC-H1/OP-7"`), []byte(`"by":"LC-H1/OP-8"`), 1)
		l, err := ledger.Open(t.Context(), altered)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Rehash(t.Context(), 0, ledger.Hash{}); !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("record %d altered: %v, want ErrDamaged", seq, err)
		}
		mustClose(t, l)
	}
}

func ledgerOf(t *testing.T, size int) *ledger.Ledger {
	t.Helper()
	l := ledgerIn(t, memstore.New(), size)
	t.Cleanup(func() { mustClose(t, l) })
	return l
}

func ledgerIn(t *testing.T, s ledger.Store, size int) *ledger.Ledger {
	t.Helper()
	l := ledgertest.NewLedger(t, s)
	var entries []ledger.Entry
	for n := 1; n < size; n++ {
		entries = append(entries, entry(n))
	}
	mustAppend(t, l, epoch, entries...)
	return l
}
