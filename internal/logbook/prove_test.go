package logbook

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// grown makes a signed ledger and calls at for it at each of these sizes, once it has a checkpoint.
func grown(t *testing.T, sizes []uint64, at func(s *signedLedger)) {
	t.Helper()
	s := newSigned(t)
	for _, want := range sizes {
		if now := size(t, s.Book); now < want {
			must(t, s.Book, stream(collections(int(now), int(want-now))), ImportOptions{})
		}
		at(s)
	}
}

// checkProof is what a stranger does with a tlog-proof: libraries of others, and the verifier keys.
func checkProof(text []byte, keys []notary.LedgerKey, leaf tlog.Hash) (size int64, err error) {
	var p proof.TLogProof
	if err := p.Unmarshal(text); err != nil {
		return 0, err
	}
	verifier, err := note.NewVerifier(keys[0].String())
	if err != nil {
		return 0, err
	}
	n, err := note.Open(p.Checkpoint, note.VerifierList(verifier))
	if err != nil {
		return 0, err
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + strings.Join(strings.Split(n.Text, "\n")[1:], "\n")))
	if err != nil {
		return 0, err
	}
	var hashes tlog.RecordProof
	for _, h := range p.Hashes {
		hashes = append(hashes, h)
	}
	return tree.N, tlog.CheckRecord(hashes, tree.N, tree.Hash, int64(p.Index), leaf)
}

func (s *signedLedger) leaf(t *testing.T, seq uint64) (leaf tlog.Hash) {
	t.Helper()
	err := s.reading(t.Context(), func(l *ledger.Ledger) error {
		rec, err := l.Record(t.Context(), seq)
		leaf = tlog.RecordHash(rec.Bytes)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestAProofHoldsForAStranger(t *testing.T) {
	t.Parallel()
	grown(t, []uint64{1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 255, 256, 257, 300}, func(s *signedLedger) {
		size := size(t, s.Book)
		for _, seq := range []uint64{0, 1, 2, 3, 6, 7, 8, 200, 255, 256, size - 2, size - 1} {
			if seq >= size {
				continue
			}
			text, err := s.Prove(t.Context(), seq)
			if err != nil {
				t.Fatal(err)
			}
			leaf := s.leaf(t, seq)
			if n, err := checkProof(text, s.keys(t), leaf); err != nil || uint64(n) != size {
				t.Fatalf("record %d of %d: at size %d, %v", seq, size, n, err)
			}
			leaf[7] ^= 1
			if _, err := checkProof(text, s.keys(t), leaf); err == nil {
				t.Fatalf("record %d of %d: the proof holds for another record", seq, size)
			}
		}
	})
}

func TestAProofWithAFlippedBitDoesNotHold(t *testing.T) {
	t.Parallel()
	grown(t, []uint64{11}, func(s *signedLedger) {
		text, err := s.Prove(t.Context(), 6)
		if err != nil {
			t.Fatal(err)
		}
		leaf, keys := s.leaf(t, 6), s.keys(t)
		// The line of the ML-DSA-44 key is for those who know it: this stranger passes over it, and over what it holds.
		end := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n')
		for i := range text[:end] {
			flipped := bytes.Clone(text)
			flipped[i] ^= 1
			if _, err := checkProof(flipped, keys, leaf); err == nil && text[i+1] != '=' { // whose spare bits some libraries pass over
				t.Errorf("byte %d of %q is not noticed", i, text)
			}
		}
	})
}

func TestAProofIsToTheNewestCheckpointAndMakesOneWhereNoneCovers(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	must(t, s.Book, stream(collections(0, 9)), ImportOptions{})
	patients(t, s.Book, 0, 2)
	for _, tt := range []struct{ seq, size uint64 }{{4, 10}, {9, 10}, {10, 12}, {4, 12}} {
		text, err := s.Prove(t.Context(), tt.seq)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := checkProof(text, s.keys(t), s.leaf(t, tt.seq)); err != nil || uint64(n) != tt.size {
			t.Errorf("record %d: at size %d, want %d, %v", tt.seq, n, tt.size, err)
		}
	}
}

func TestNoProofOfWhatIsNotThereOrNotSigned(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	var beyond *BeyondError
	if _, err := s.Prove(t.Context(), 1); !errors.As(err, &beyond) || beyond.Asked != 1 || !beyond.Record {
		t.Errorf("got %v", err)
	}
	b := s.elsewhere(t, s.path)
	record(t, b, onePatient)
	if _, err := b.Prove(t.Context(), 0); err != nil {
		t.Errorf("of what is covered: %v", err)
	}
	if _, err := b.Prove(t.Context(), 1); !errors.Is(err, ErrUnsealed) {
		t.Errorf("of what is not covered: %v", err)
	}
	keepNote(t, s.Book, ledger.Note{Size: 2, Text: []byte("nonsense")})
	if _, err := b.Prove(t.Context(), 0); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("to a note that is none: %v", err)
	}
	other := newSigned(t)
	patients(t, other.Book, 0, 1)
	c, err := other.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	foreign := newSigned(t)
	record(t, foreign.elsewhere(t, foreign.path), onePatient)
	keepNote(t, foreign.Book, ledger.Note{Size: 2, Text: c.Note})
	if _, err := openBook(t, foreign.path).Prove(t.Context(), 0); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("to a checkpoint of another history: %v", err)
	}
	misplaced := newSigned(t)
	first := notes(t, misplaced.Book)[0]
	record(t, misplaced.elsewhere(t, misplaced.path), onePatient)
	keepNote(t, misplaced.Book, ledger.Note{Size: 2, Text: first.Text})
	if _, err := openBook(t, misplaced.path).Prove(t.Context(), 0); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("to a checkpoint that is kept for another size: %v", err)
	}
}

// checkSince is what a witness does with the body of an add-checkpoint request.
func checkSince(body []byte, old notary.Checkpoint, keys []notary.LedgerKey) error {
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	if !ok {
		return errors.New("no empty line")
	}
	lines := strings.Split(head, "\n")
	if want := fmt.Sprintf("old %d", old.Size); lines[0] != want {
		return fmt.Errorf("found %q, want %q", lines[0], want)
	}
	var hashes tlog.TreeProof
	for _, line := range lines[1:] {
		b, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(b) != tlog.HashSize || base64.StdEncoding.EncodeToString(b) != line {
			return fmt.Errorf("%q is no hash", line)
		}
		hashes = append(hashes, tlog.Hash(b))
	}
	c, err := notary.OpenCheckpoint([]byte(checkpoint), keys)
	if err != nil || old.Size == 0 {
		return errors.Join(err, map[bool]error{true: errors.New("hashes from nothing")}[len(hashes) > 0 && old.Size == 0])
	}
	return tlog.CheckTree(hashes, int64(c.Size), c.Root, int64(old.Size), old.Root)
}

func TestAWitnessAcceptsWhatGoesOnFromAnyEarlierSize(t *testing.T) {
	t.Parallel()
	grown(t, []uint64{1, 2, 5, 8, 13, 256, 257, 300}, func(s *signedLedger) {
		c, err := s.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, old := range []uint64{0, 1, 2, 3, 4, 7, 8, 100, 255, 256, c.Size - 1, c.Size} {
			if old > c.Size {
				continue
			}
			earlier, err := s.At(t.Context(), old)
			if err != nil {
				t.Fatal(err)
			}
			body, err := s.Since(t.Context(), earlier, c)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkSince(body, earlier, s.keys(t)); err != nil {
				t.Fatalf("from %d to %d: %v", old, c.Size, err)
			}
			other := earlier
			other.Root[3] ^= 1
			if err := checkSince(body, other, s.keys(t)); err == nil && old > 0 {
				t.Fatalf("from %d to %d: it goes on from another root", old, c.Size)
			}
		}
	})
}

func TestARequestWithAFlippedBitIsNotAccepted(t *testing.T) {
	t.Parallel()
	grown(t, []uint64{11}, func(s *signedLedger) {
		c, err := s.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		earlier, err := s.At(t.Context(), 6)
		if err != nil {
			t.Fatal(err)
		}
		body, err := s.Since(t.Context(), earlier, c)
		if err != nil {
			t.Fatal(err)
		}
		// A flipped name or hash of a key makes its line one of an unknown key, and the other line still holds.
		keys, signatures := s.keys(t), bytes.Index(body, []byte("\u2014"))
		for i := range body[:signatures] {
			flipped := bytes.Clone(body)
			flipped[i] ^= 1
			if checkSince(flipped, earlier, keys) == nil {
				t.Errorf("byte %d of %q is not noticed", i, body[:signatures])
			}
		}
	})
}

func TestAnEarlierCheckpointOfAnotherHistoryIsSaid(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	must(t, s.Book, stream(collections(0, 4)), ImportOptions{})
	c, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	good, err := s.At(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	larger, otherRoot, otherOrigin := c.Checkpoint, good, good
	larger.Size++
	otherRoot.Root[0] ^= 1
	otherOrigin.Origin = "test.example/other"
	for _, tt := range []struct {
		earlier notary.Checkpoint
		says    string
	}{{larger, "of size 6, the ledger has 5 records"}, {otherRoot, "at size 3 the ledger has root"}, {otherOrigin, `is of "test.example/other"`}} {
		_, err := s.Since(t.Context(), tt.earlier, c)
		var earlier *EarlierError
		if !errors.As(err, &earlier) || !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("got %v, want %q", err, tt.says)
		}
	}
	var beyond *BeyondError
	if _, err := s.At(t.Context(), 6); !errors.As(err, &beyond) || beyond.Record {
		t.Errorf("got %v", err)
	}
}
