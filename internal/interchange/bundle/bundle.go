package bundle

import (
	"bytes"
	_ "embed" // the page
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/notary"
)

//go:embed CHECK.html
var page []byte

// A Record is one that goes into a bundle.
type Record struct {
	Seq   uint64
	Bytes []byte      // as stored, without line end
	Proof []tlog.Hash // that it is in the checkpoint's tree; not read for a whole bundle
}

// A Content is what goes into a bundle.
type Content struct {
	Checkpoint []byte             // the signed note that the proofs are to
	Keys       []notary.LedgerKey // that signed it
	Whole      bool               // Records are all up to the checkpoint's size
	Records    []Record           // in order
	Reports    []notary.File      // of names like report/answer.json
}

// Write returns the bytes of a bundle. sign returns a text as a note that the ledger's Ed25519 key signed, and no other. What was written is
// checked with the content's keys: where it does not hold, the error wraps a [notary.Step].
func Write(c Content, sign func(text []byte) (note []byte, err error)) ([]byte, error) {
	at, err := notary.OpenCheckpoint(c.Checkpoint, c.Keys)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	files := c.files()
	manifest, err := sign(notary.Manifest(at, c.Whole, files))
	if err != nil {
		return nil, fmt.Errorf("sign the manifest of a bundle: %w", err)
	}
	all := append([]notary.File{{Name: "manifest", Content: manifest}}, files...)
	if err := fits(all); err != nil {
		return nil, err
	}
	content := notary.Pack(all)
	if _, err := notary.CheckBundle(content, c.Keys); err != nil {
		return nil, fmt.Errorf("the bundle that was written does not hold: %w", err)
	}
	return content, nil
}

// fits keeps lengths within what the container can say.
func fits(files []notary.File) error {
	size := 0
	for _, f := range files {
		size += len(f.Content)
	}
	if size > notary.MaxBundle || len(files) > notary.MaxFiles {
		return fmt.Errorf("a bundle of %d bytes in %d entries, want at most %d in %d: ask for less, or export tiles",
			size, len(files), notary.MaxBundle, notary.MaxFiles)
	}
	return nil
}

// files returns the entries that the manifest names, in their order.
func (c *Content) files() []notary.File {
	var keys, records, proofs bytes.Buffer
	for _, k := range c.Keys {
		fmt.Fprintln(&keys, k)
	}
	for _, r := range c.Records {
		records.Write(append(r.Bytes[:len(r.Bytes):len(r.Bytes)], '\n'))
		proofs.Write(notary.ProofLine(r.Seq, r.Proof))
	}
	files := []notary.File{
		{Name: "checkpoint", Content: c.Checkpoint},
		{Name: "keys", Content: keys.Bytes()},
		{Name: "records.jsonl", Content: records.Bytes()},
	}
	if !c.Whole {
		files = append(files, notary.File{Name: "proofs", Content: proofs.Bytes()})
	}
	files = append(files, c.Reports...)
	return append(files, notary.File{Name: "CHECK.html", Content: page})
}
