package notarytest

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/notary"
)

// Checkpoint returns the ledger as it is now, and the note that the keys in force signed.
func (l *Ledger) Checkpoint() (notary.Checkpoint, []byte) {
	root, err := tlog.TreeHash(int64(len(l.Records)), l)
	must(err)
	c := notary.Checkpoint{Origin: l.Origin, Size: uint64(len(l.Records)), Root: root}
	return c, Note(Text(c), l.Keys...)
}

// Text returns a checkpoint's text.
func Text(c notary.Checkpoint) []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// Proof returns the hashes that record n is in the tree.
func (l *Ledger) Proof(n int) []tlog.Hash {
	hashes, err := tlog.ProveRecord(int64(len(l.Records)), int64(n), l)
	must(err)
	return hashes
}

// A Bundle is one before it is sealed: tests change what they like in it.
type Bundle struct {
	Checkpoint notary.Checkpoint
	Whole      bool
	Files      []notary.File // without the manifest
	Signers    []LedgerKey   // of the manifest
}

// Part returns a bundle of the records with these numbers.
func (l *Ledger) Part(numbers ...int) *Bundle {
	var records, proofs, keys []byte
	for _, n := range numbers {
		records = append(append(records, l.Records[n]...), '\n')
		proofs = append(proofs, notary.ProofLine(uint64(n), l.Proof(n))...) //nolint:gosec // not negative
	}
	for _, k := range l.Keys {
		keys = append(keys, k.Public.String()+"\n"...)
	}
	c, text := l.Checkpoint()
	return &Bundle{c, false, []notary.File{
		{Name: "checkpoint", Content: text},
		{Name: "keys", Content: keys},
		{Name: "records.jsonl", Content: records},
		{Name: "proofs", Content: proofs},
		{Name: "report/answer.json", Content: []byte(`{"counts":{"patients":1}}` + "\n")},
		{Name: "CHECK.html", Content: []byte("<!doctype html>\n<title>check</title>\n")},
	}, l.Keys[:1]}
}

// All returns a whole bundle.
func (l *Ledger) All() *Bundle {
	numbers := make([]int, len(l.Records))
	for i := range numbers {
		numbers[i] = i
	}
	b := l.Part(numbers...)
	b.Whole, b.Files = true, append(b.Files[:3:3], b.Files[4:]...)
	return b
}

// File returns an entry to be changed.
func (b *Bundle) File(name string) *notary.File {
	for i := range b.Files {
		if b.Files[i].Name == name {
			return &b.Files[i]
		}
	}
	panic("no entry " + name)
}

// Seal signs the manifest and returns the bundle's bytes.
func (b *Bundle) Seal() []byte {
	manifest := Note(notary.Manifest(b.Checkpoint, b.Whole, b.Files), b.Signers...)
	return notary.Pack(append([]notary.File{{Name: "manifest", Content: manifest}}, b.Files...))
}
