package interop

import (
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"

	"suyuan/internal/interchange/tiles"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// origin is that of the ledgers that ledgertest makes.
const origin = "example.org/ledger"

func TestMain(m *testing.M) {
	// Tessera tells its progress through klog, to stderr unless told otherwise.
	klog.InitFlags(nil)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	flag.Parse()
	os.Exit(m.Run())
}

// grown makes a ledger of so many records.
func grown(tb testing.TB, size int) *ledger.Ledger {
	tb.Helper()
	l := ledgertest.NewLedger(tb, memstore.New())
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	if size > 1 {
		if _, err := l.Append(tb.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(1, size)); err != nil {
			tb.Fatal(err)
		}
	}
	return l
}

// keys are a ledger's: the signers, and what verifies them, as text.
type keys struct {
	signers   []note.Signer
	verifiers []string
}

func newKeys(tb testing.TB) keys {
	tb.Helper()
	secret, public, err := note.GenerateKey(nil, origin)
	if err != nil {
		tb.Fatal(err)
	}
	ed, err := note.NewSigner(secret)
	if err != nil {
		tb.Fatal(err)
	}
	secret, second, err := fnote.GenerateMLDSAKey(origin)
	if err != nil {
		tb.Fatal(err)
	}
	ml, err := fnote.NewMLDSASigner(secret)
	if err != nil {
		tb.Fatal(err)
	}
	return keys{signers: []note.Signer{ed, ml}, verifiers: []string{public, second}}
}

// verifier is the Ed25519 key, which programs that know one key a log are given.
func (k keys) verifier(tb testing.TB) note.Verifier {
	tb.Helper()
	v, err := note.NewVerifier(k.verifiers[0])
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// checkpoint signs the checkpoint of a prefix of the ledger.
func (k keys) checkpoint(tb testing.TB, l *ledger.Ledger, size uint64) []byte {
	tb.Helper()
	head := ledger.Head{Origin: origin, Size: size, Root: rootAt(tb, l, size)}
	signed, err := note.Sign(&note.Note{Text: string(head.Checkpoint())}, k.signers...)
	if err != nil {
		tb.Fatal(err)
	}
	return signed
}

func rootAt(tb testing.TB, l *ledger.Ledger, size uint64) ledger.Hash {
	tb.Helper()
	root, err := l.RootAt(tb.Context(), size)
	if err != nil {
		tb.Fatal(err)
	}
	return root
}

// export writes the tiles of a prefix of the ledger and returns their folder.
func (k keys) export(tb testing.TB, l *ledger.Ledger, size uint64) string {
	tb.Helper()
	folder := filepath.Join(tb.TempDir(), "tiles")
	c := tiles.Checkpoint{Size: size, Root: rootAt(tb, l, size), Note: k.checkpoint(tb, l, size)}
	if err := tiles.Write(folder, c, contents(l.Records(tb.Context(), 0, size))); err != nil {
		tb.Fatal(err)
	}
	return folder
}

func contents(records iter.Seq2[ledger.Record, error]) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for rec, err := range records {
			if !yield(rec.Bytes, err) {
				return
			}
		}
	}
}
