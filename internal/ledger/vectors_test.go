package ledger_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
)

// vectorFile holds a small tree with all its proofs, and each of them with a bit flipped, for every implementation to check itself by.
const vectorFile = "testdata/tree/vectors.json"

type vectors struct {
	Leaves      []digits
	Roots       []digits
	Inclusion   []inclusionVector
	Consistency []consistencyVector
}

type inclusionVector struct {
	Seq, Size  uint64
	Leaf, Root digits
	Hashes     []digits
	Valid      bool
}

type consistencyVector struct {
	Old, Size uint64
	OldRoot   digits `json:"old_root"`
	Root      digits
	Hashes    []digits
	Valid     bool
}

// digits are bytes in hexadecimal.
type digits []byte

func (d *digits) UnmarshalJSON(b []byte) (err error) {
	*d, err = hex.DecodeString(strings.Trim(string(b), `"`))
	return err
}

func hashes(list []digits) []ledger.Hash {
	out := make([]ledger.Hash, len(list))
	for i := range list {
		out[i] = ledger.Hash(list[i])
	}
	return out
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// published are the roots of the trees of 0 to 8 of these leaves, as every implementation of certificate transparency knows them.
var published = []string{
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestTheTreeOfTheVectorsIsTheOneThatEverybodyKnows(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	var leaves []ledger.Hash
	for _, data := range v.Leaves {
		leaves = append(leaves, tlog.RecordHash(data))
	}
	l := ledger.OfLeaves(nil)
	if _, err := l.Grow(t.Context(), leaves); err != nil {
		t.Fatal(err)
	}
	if len(v.Roots) != len(published) || len(leaves) != len(published)-1 {
		t.Fatalf("%d roots of %d leaves, want %d", len(v.Roots), len(leaves), len(published))
	}
	for size, want := range published {
		got, err := l.RootAt(t.Context(), uint64(size))
		if err != nil || hex.EncodeToString(got[:]) != want || hex.EncodeToString(v.Roots[size]) != want {
			t.Errorf("size %d: root %x, %v; the file says %x, want %s", size, got[:], err, v.Roots[size], want)
		}
	}
	for _, p := range v.Inclusion {
		got, err := l.Prove(t.Context(), p.Seq, p.Size)
		if err != nil || p.Valid && !slices.Equal(got.Hashes, hashes(p.Hashes)) {
			t.Errorf("record %d of %d: proof %x, %v; want %x", p.Seq, p.Size, got.Hashes, err, p.Hashes)
		}
	}
	for _, p := range v.Consistency {
		got, err := l.Extend(t.Context(), p.Old, p.Size)
		if err != nil || p.Valid && !slices.Equal(got, hashes(p.Hashes)) {
			t.Errorf("from %d to %d: proof %x, %v; want %x", p.Old, p.Size, got, err, p.Hashes)
		}
	}
}

func TestVectorsAreAcceptedAndTheirTwinsRefused(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	valid := 0
	for _, p := range v.Inclusion {
		proof := ledger.Proof{Seq: p.Seq, Size: p.Size, Hashes: hashes(p.Hashes)}
		if err := ledger.CheckInclusion(proof, ledger.Hash(p.Leaf), ledger.Hash(p.Root)); (err == nil) != p.Valid {
			t.Errorf("record %d of %d, valid %v: %v", p.Seq, p.Size, p.Valid, err)
		}
		if !p.Valid {
			continue
		}
		valid++
		eachFlip(p.Leaf, p.Root, proof.Hashes, func(leaf, root ledger.Hash, hashes []ledger.Hash) {
			if ledger.CheckInclusion(ledger.Proof{Seq: p.Seq, Size: p.Size, Hashes: hashes}, leaf, root) == nil {
				t.Errorf("record %d of %d: leaf %x, root %x, hashes %x are accepted", p.Seq, p.Size, leaf[:], root[:], hashes)
			}
		})
	}
	for _, p := range v.Consistency {
		if err := ledger.CheckConsistency(hashes(p.Hashes), p.Old, ledger.Hash(p.OldRoot), p.Size, ledger.Hash(p.Root)); (err == nil) != p.Valid {
			t.Errorf("from %d to %d, valid %v: %v", p.Old, p.Size, p.Valid, err)
		}
		if !p.Valid {
			continue
		}
		valid++
		eachFlip(p.OldRoot, p.Root, hashes(p.Hashes), func(old, root ledger.Hash, hashes []ledger.Hash) {
			if ledger.CheckConsistency(hashes, p.Old, old, p.Size, root) == nil {
				t.Errorf("from %d to %d: roots %x, %x, hashes %x are accepted", p.Old, p.Size, old[:], root[:], hashes)
			}
		})
	}
	if all := len(v.Inclusion) + len(v.Consistency); valid != 72 || all != 144 {
		t.Errorf("%d of %d vectors are valid, want 72 of 144", valid, all)
	}
}

// eachFlip calls f with one byte of two hashes or of a proof's changed, and with a hash of the proof too few or too many.
func eachFlip(low, root []byte, proof []ledger.Hash, f func(low, root ledger.Hash, proof []ledger.Hash)) {
	flip := func(h ledger.Hash, at int) ledger.Hash {
		h[at] ^= 0x40
		return h
	}
	for at := range len(ledger.Hash{}) {
		f(flip(ledger.Hash(low), at), ledger.Hash(root), proof)
		f(ledger.Hash(low), flip(ledger.Hash(root), at), proof)
		for i := range proof {
			bad := slices.Clone(proof)
			bad[i] = flip(bad[i], at)
			f(ledger.Hash(low), ledger.Hash(root), bad)
		}
	}
	f(ledger.Hash(low), ledger.Hash(root), append(slices.Clone(proof), ledger.Hash(root)))
	if len(proof) > 0 {
		f(ledger.Hash(low), ledger.Hash(root), proof[1:])
		f(ledger.Hash(low), ledger.Hash(root), proof[:len(proof)-1])
	}
}

func TestASecondImplementationAgreesWithTheVectors(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	content, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	check := func(content []byte) (string, error) {
		cmd := exec.CommandContext(t.Context(), python, "testdata/tree/check.py")
		cmd.Stdin = bytes.NewReader(content)
		out, err := cmd.Output()
		return string(out), err
	}
	if out, err := check(content); err != nil || out != "leaves 8, roots 9, inclusion 72, consistency 72\n" {
		t.Errorf("%q, %v", out, err)
	}
	for _, edit := range []struct{ from, to string }{
		{`"5dc9da79`, `"5dc9da78`},
		{`"leaf": "96a2`, `"leaf": "96a3`},
		{`"valid": true`, `"valid": false`},
		{`"valid": false`, `"valid": true`},
		{`"size": 7`, `"size": 6`},
		{`"2021"`, `"2020"`},
	} {
		bad := strings.Replace(string(content), edit.from, edit.to, 1)
		if out, err := check([]byte(bad)); err == nil || bad == string(content) {
			t.Errorf("%s for %s: %q, %v", edit.to, edit.from, out, err)
		}
	}
}
