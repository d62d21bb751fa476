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

// proofFiles are the ways in which ours comes to a .tlog-proof; each is a file that formats has to read.
var proofFiles = []struct {
	name string
	make func(p ledger.Proof, checkpoint []byte) []byte
}{
	{"as docs/trust.md, section 6, describes it", described},
}

// described writes the file by hand.
func described(p ledger.Proof, checkpoint []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "c2sp.org/tlog-proof@v1\nindex %d\n", p.Seq)
	for _, h := range p.Hashes {
		fmt.Fprintf(&b, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	b.WriteString("\n")
	b.Write(checkpoint)
	return []byte(b.String())
}

func TestOthersReadOurProofFilesAndAcceptThem(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 600), newKeys(t)
	v := k.verifier(t)
	for _, file := range proofFiles {
		for _, c := range []struct{ seq, size uint64 }{{0, 1}, {0, 600}, {255, 256}, {256, 257}, {599, 600}} {
			p, err := l.Prove(t.Context(), c.seq, c.size)
			if err != nil {
				t.Fatal(err)
			}
			b := file.make(p, k.checkpoint(t, l, c.size))
			leaf := realInclusion(t, l, c.seq, c.size).leaf
			if err := accepts(b, leaf, v); err != nil {
				t.Errorf("%s, record %d of %d: %v", file.name, c.seq, c.size, err)
			}
			if err := accepts(b, flipLeaf(leaf), v); err == nil {
				t.Errorf("%s, record %d of %d: another record is accepted", file.name, c.seq, c.size)
			}
			// Up to the first line of signature; what comes after, the checkpoint's own test tries.
			for at := range b[:bytes.LastIndex(b, []byte("\n\n"))] {
				if err := accepts(flipped(b, at), leaf, v); err == nil {
					t.Errorf("%s, record %d of %d, byte %d: accepted", file.name, c.seq, c.size, at)
				}
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
	c, _, _, err := flog.ParseCheckpoint(p.Checkpoint, origin, v)
	if err != nil {
		return err
	}
	hashes := make([][]byte, len(p.Hashes))
	for i := range p.Hashes {
		hashes[i] = p.Hashes[i][:]
	}
	return proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, c.Size, leaf[:], hashes, c.Hash)
}
