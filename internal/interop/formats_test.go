package interop

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	flog "github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	fproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// theirVerifiers reads verifier keys as formats does.
func theirVerifiers(t *testing.T, k keys) []note.Verifier {
	t.Helper()
	ed, err := fnote.NewVerifier(k.verifiers[0])
	if err != nil {
		t.Fatal(err)
	}
	ml, err := fnote.NewMLDSAVerifier(k.verifiers[1])
	if err != nil {
		t.Fatal(err)
	}
	return []note.Verifier{ed, ml}
}

func TestOthersReadOurCheckpointAsWeDo(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 300), newKeys(t)
	v := theirVerifiers(t, k)
	var ours []notary.LedgerKey
	for _, text := range k.verifiers {
		key, err := notary.ParseLedgerKey(text)
		if err != nil {
			t.Fatal(err)
		}
		ours = append(ours, key)
	}
	signed := k.checkpoint(t, l, 257)
	theirs, rest, n, err := flog.ParseCheckpoint(signed, origin, v[0], v[1])
	if err != nil || len(rest) > 0 || len(n.Sigs) != 2 {
		t.Fatalf("formats: %v, rest %q, note %+v", err, rest, n)
	}
	c, err := notary.OpenCheckpoint(signed, ours)
	if err != nil || c.Origin != theirs.Origin || c.Size != theirs.Size || !bytes.Equal(c.Root[:], theirs.Hash) || c.Size != 257 {
		t.Errorf("ours %+v, %v; theirs %+v", c, err, theirs)
	}
	// Who trusts one of the two keys reads the other's line as one by a key that is not known. Text cannot change unnoticed; a line of
	// signature can, where it is the other's.
	text := bytes.Index(signed, []byte("\n\n"))
	for i := range ours {
		for at := range signed {
			bad := flipped(signed, at)
			theirs, _, _, theirErr := flog.ParseCheckpoint(bad, origin, v[i])
			c, ourErr := notary.OpenCheckpoint(bad, ours[i:i+1])
			if (theirErr == nil) != (ourErr == nil) {
				t.Errorf("key %d, byte %d: ours %v, theirs %v", i, at, ourErr, theirErr)
			}
			if ourErr == nil && (at <= text || c.Size != 257 || !bytes.Equal(c.Root[:], theirs.Hash)) {
				t.Errorf("key %d, byte %d: read as %+v", i, at, c)
			}
		}
	}
}

func TestOthersReadOurProofFilesAndAcceptThem(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	v, head := p.verifier(t), p.head(t)
	for _, seq := range []uint64{0, 1, 255, 256, 511, head.Size - 1} {
		b, err := p.book.Prove(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		row, err := p.book.ShowSeq(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		leaf := row.Record.Leaf()
		if err := accepts(b, leaf, v); err != nil {
			t.Errorf("record %d: %v", seq, err)
		}
		if err := accepts(b, flipLeaf(leaf), v); err == nil {
			t.Errorf("record %d: another record is accepted", seq)
		}
		// Up to the first line of signature; what comes after, the checkpoint's own test tries.
		for at := range b[:bytes.LastIndex(b, []byte("\n\n"))] {
			if err := accepts(flipped(b, at), leaf, v); err == nil {
				t.Errorf("record %d, byte %d: accepted", seq, at)
			}
		}
	}
}

func flipLeaf(h ledger.Hash) ledger.Hash {
	h[7] ^= 1
	return h
}

// accepts reads a proof file and its checkpoint with formats, and checks the proof with merkle. Where formats writes it again, it is
// the same.
func accepts(file []byte, leaf ledger.Hash, v note.Verifier) error {
	var p fproof.TLogProof
	if err := p.Unmarshal(file); err != nil {
		return err
	}
	if again := p.Marshal(); !bytes.Equal(again, file) {
		return fmt.Errorf("written again it is %q, was %q", again, file)
	}
	c, _, _, err := flog.ParseCheckpoint(p.Checkpoint, v.Name(), v)
	if err != nil {
		return err
	}
	hashes := make([][]byte, len(p.Hashes))
	for i := range p.Hashes {
		hashes[i] = p.Hashes[i][:]
	}
	return proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, c.Size, leaf[:], hashes, c.Hash)
}

func TestMerkleAcceptsWhatAWitnessIsSent(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	v, head := p.verifier(t), p.head(t)
	now, err := p.book.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []uint64{1, 2, 255, 256, 257, 512, head.Size - 1, head.Size} {
		earlier, err := p.book.At(t.Context(), size)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.book.Since(t.Context(), earlier, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := extends(b, earlier, v); err != nil {
			t.Errorf("from %d: %v: %.200q", size, err, b)
		}
		// The proof's lines and the checkpoint's text; "old N" too, since N is the earlier size.
		for at := range b[:bytes.LastIndex(b, []byte("\n\n"))] {
			if err := extends(flipped(b, at), earlier, v); err == nil {
				t.Errorf("from %d, byte %d: accepted", size, at)
			}
		}
	}
}

// extends reads the body of an add-checkpoint request (c2sp.org/tlog-witness) as a witness that knows an earlier checkpoint does.
func extends(body []byte, earlier notary.Checkpoint, v note.Verifier) error {
	head, signed, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	if want := fmt.Sprintf("old %d", earlier.Size); !ok || lines[0] != want {
		return fmt.Errorf("begins with %q, want %q", lines[0], want)
	}
	var hashes [][]byte
	for _, line := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, h)
	}
	c, _, _, err := flog.ParseCheckpoint([]byte(signed), v.Name(), v)
	if err != nil {
		return err
	}
	return proof.VerifyConsistency(rfc6962.DefaultHasher, earlier.Size, c.Size, hashes, earlier.Root[:], c.Hash)
}
