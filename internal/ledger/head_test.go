package ledger_test

import (
	"bytes"
	"testing"

	"suyuan/internal/ledger"
)

func FuzzParseHead(f *testing.F) {
	for _, size := range []int{1, 2, 3, 300} {
		_, head, err := storeOf(f, size).Head(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(head)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if again, err := ledger.ReencodeHead(b); err == nil && !bytes.Equal(again, b) {
			t.Errorf("%q was read as %q", b, again)
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add([]byte("example.org/x\n41\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	f.Add([]byte("example.org/x\n041\nAQID\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := ledger.ParseCheckpoint(b); err == nil && !bytes.Equal(h.Checkpoint(), b) {
			t.Errorf("%q was read as %+v", b, h)
		}
	})
}
