package notary

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// The entries of a bundle that are no report, in their order.
const (
	EntryManifest   = "manifest"
	EntryCheckpoint = "checkpoint"
	EntryKeys       = "keys"
	EntryRecords    = "records.jsonl"
	EntryProofs     = "proofs"
)

const manifestTitle = "suyuan/v1 bundle" // no origin holds white space, so this is no checkpoint

// A Step is a part of the check, and with it the reason why a bundle is refused.
type Step string

// The steps, in their order.
const (
	StepContainer  Step = "container"  // the zip, and the form of its entries
	StepCheckpoint Step = "checkpoint" // signed by the ledger
	StepManifest   Step = "manifest"   // signed by the ledger, of the same origin
	StepAltered    Step = "altered"    // an entry is not the one that the manifest names
	StepRecord     Step = "record"     // form, number and chain
	StepProof      Step = "proof"      // each record is in the tree
	StepSignature  Step = "signature"  // of people
	StepPolicy     Step = "policy"     // whose gate is entry
)

// A Reason says why a bundle is refused.
type Reason struct { //nolint:errname // what an auditor asks for
	Step   Step
	Seq    uint64 // the record, where HasSeq
	HasSeq bool
	Err    error
}

// Error names the step and the record.
func (r *Reason) Error() string {
	if r.HasSeq {
		return fmt.Sprintf("%s: record %d: %v", r.Step, r.Seq, r.Err)
	}
	return fmt.Sprintf("%s: %v", r.Step, r.Err)
}

// Unwrap returns what was found.
func (r *Reason) Unwrap() error { return r.Err }

func because(s Step, format string, args ...any) *Reason {
	return &Reason{Step: s, Err: fmt.Errorf(format, args...)}
}

// A Bundle is what a bundle holds, once it was checked.
type Bundle struct {
	Checkpoint Checkpoint
	Whole      bool // it holds every record up to the checkpoint's size
	Files      []File
	Records    []Record
	Signatures int       // of people and devices, all of which hold
	Register   *Register // after the last record
}

// File returns the content of an entry.
func (b *Bundle) File(name string) ([]byte, bool) {
	for _, f := range b.Files {
		if f.Name == name {
			return f.Content, true
		}
	}
	return nil, false
}

// Manifest returns the text that the ledger signs for a bundle of these entries, itself aside.
func Manifest(c Checkpoint, whole bool, files []File) []byte {
	kind := "part"
	if whole {
		kind = "whole"
	}
	b := fmt.Appendf(nil, "%s\n%s\nsize %d %s\n", manifestTitle, c.Origin, c.Size, kind)
	for _, f := range files {
		b = fmt.Appendf(b, "%x %d %s\n", sha256.Sum256(f.Content), len(f.Content), f.Name)
	}
	return b
}

// ProofLine returns the line of proofs for one record.
func ProofLine(seq uint64, hashes []tlog.Hash) []byte {
	b := strconv.AppendUint(nil, seq, 10)
	for _, h := range hashes {
		b = append(append(b, ' '), base64.StdEncoding.EncodeToString(h[:])...)
	}
	return append(b, '\n')
}

// CheckBundle checks a bundle against verifier keys of its ledger, each given once, of which one is enough. The error is a *[Reason]: the first
// one found, in the order of the steps. The cost is linear in the size of the bundle, which it holds in memory.
func CheckBundle(content []byte, trusted []LedgerKey) (*Bundle, error) {
	files, err := Unpack(content)
	if err != nil {
		return nil, &Reason{Step: StepContainer, Err: err}
	}
	b := &Bundle{Files: files}
	failed := b.read()
	trusted = successors(b.Records, trusted)
	for _, step := range []func() *Reason{
		func() *Reason { return b.checkpoint(trusted) },
		func() *Reason { return b.manifest(trusted) },
		func() *Reason { return failed },
		b.chain, b.inTree, b.people,
	} {
		if r := step(); r != nil {
			return nil, r
		}
	}
	return b, nil
}

// read reads the records, up to the first that has not the form of one.
func (b *Bundle) read() *Reason {
	raw, _ := b.File(EntryRecords)
	for line := range bytes.Lines(raw) {
		r, err := ParseRecord(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			return because(StepRecord, "line %d of %s: %w", len(b.Records)+1, EntryRecords, err)
		}
		b.Records = append(b.Records, r)
	}
	return nil
}

// successors follows the rotations that records tell of: a trusted key vouches, by its signature, for those that take its place.
func successors(records []Record, trusted []LedgerKey) []LedgerKey {
	if len(records) == 0 {
		return trusted
	}
	for _, r := range records[1:] {
		e, err := members(r.Event)
		if err != nil || e.text("type") != "key" || e.text("action") != "rotate" {
			continue
		}
		old, err := firstEd25519(get[[]string](e, "retires"))
		known := slices.ContainsFunc(trusted, func(k LedgerKey) bool { return k.text == old.text })
		alone := NewRegister(records[0].Origin, nil)
		if err != nil || !known || len(alone.Judge(Entry{r.Seq, r.Event, r.Sig})) > 0 {
			continue
		}
		trusted = nil
		for _, text := range get[[]string](e, "keys") {
			if k, err := ParseLedgerKey(text); err == nil {
				trusted = append(trusted, k)
			}
		}
	}
	return trusted
}

func (b *Bundle) checkpoint(trusted []LedgerKey) *Reason {
	text, _ := b.File(EntryCheckpoint)
	var err error
	if b.Checkpoint, err = OpenCheckpoint(text, trusted); err != nil {
		return &Reason{Step: StepCheckpoint, Err: err}
	}
	return nil
}

// manifest checks the ledger's signature over the digests of all entries, and then those.
func (b *Bundle) manifest(trusted []LedgerKey) *Reason {
	if b.Files[0].Name != EntryManifest {
		return because(StepContainer, "its first entry is %q, want %q", b.Files[0].Name, EntryManifest)
	}
	content := string(b.Files[0].Content)
	n, err := openNote(b.Files[0].Content, trusted)
	if err != nil {
		return &Reason{Step: StepManifest, Err: err}
	}
	sig := n.Sigs[0]
	_, err = decode64(sig.Base64)
	if err != nil || sig.Name != b.Checkpoint.Origin || content != fmt.Sprintf("%s\n— %s %s\n", n.Text, sig.Name, sig.Base64) {
		return because(StepManifest, "want one signature by %q, and nothing besides", b.Checkpoint.Origin)
	}
	b.Whole = strings.Contains(n.Text, " whole\n")
	want := string(Manifest(b.Checkpoint, b.Whole, b.Files[1:]))
	if n.Text == want {
		return nil
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(n.Text, line) {
			return because(StepAltered, "the bundle holds %q, and the ledger signed another one", line)
		}
	}
	return because(StepAltered, "the ledger signed other entries, or in another order")
}

// chain checks that the records are of this ledger and in order, and each neighbour's hash.
func (b *Bundle) chain() *Reason {
	list, size := b.Records, b.Checkpoint.Size
	if len(list) == 0 || list[0].Seq != 0 || list[0].Origin != b.Checkpoint.Origin {
		return because(StepRecord, "record 0 of %q is not there", b.Checkpoint.Origin)
	}
	for i := 1; i < len(list); i++ {
		r := &list[i]
		switch before := &list[i-1]; {
		case r.Seq <= before.Seq || r.Seq >= size:
			return &Reason{StepRecord, r.Seq, true, fmt.Errorf("it stands after record %d, at size %d", before.Seq, size)}
		case r.Seq == before.Seq+1 && !r.follows(before):
			return &Reason{StepRecord, r.Seq, true, errors.New("prev is not the hash of the record before")}
		}
	}
	if b.Whole && uint64(len(list)) != size {
		return because(StepRecord, "found %d records, want all %d", len(list), size)
	}
	return nil
}

// inTree checks that every record is in the tree that the checkpoint names: by its proof, or in a whole bundle by making the tree again.
func (b *Bundle) inTree() *Reason {
	if b.Whole {
		return b.wholeTree()
	}
	proofs, _ := b.File(EntryProofs)
	lines := strings.SplitAfter(string(proofs), "\n")
	if len(lines) != len(b.Records)+1 || lines[len(b.Records)] != "" {
		return because(StepProof, "found %d lines of proofs, want %d", len(lines)-1, len(b.Records))
	}
	for i, r := range b.Records {
		hashes, err := parseProof(lines[i], r.Seq)
		if err == nil {
			err = tlog.CheckRecord(hashes, int64(b.Checkpoint.Size), b.Checkpoint.Root, int64(r.Seq), r.Leaf) //nolint:gosec // below 2^53
		}
		if err != nil {
			return &Reason{StepProof, r.Seq, true, err}
		}
	}
	return nil
}

func parseProof(line string, seq uint64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for i, text := range strings.Fields(line) {
		h, err := tlog.ParseHash(text)
		if err == nil && i > 0 {
			hashes = append(hashes, h)
		}
	}
	if string(ProofLine(seq, hashes)) != line {
		return nil, fmt.Errorf("found %.60q, want its number and the hashes of its proof", line)
	}
	return hashes, nil
}

func (b *Bundle) wholeTree() *Reason {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		list := make([]tlog.Hash, len(at))
		for i, n := range at {
			list[i] = stored[n]
		}
		return list, nil
	})
	for i, r := range b.Records {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), r.Leaf, read)
		if err != nil {
			return &Reason{Step: StepProof, Err: err}
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(b.Records)), read)
	if err != nil || root != b.Checkpoint.Root {
		return because(StepProof, "the records give root %x, the checkpoint says %x", root[:], b.Checkpoint.Root[:])
	}
	return nil
}

// people checks each signature on a record, against the keys valid at it, and the policies in force.
func (b *Bundle) people() *Reason {
	digests := make(map[string][sha256.Size]byte)
	b.Register = NewRegister(b.Checkpoint.Origin, func(id string) ([sha256.Size]byte, bool) {
		sum, ok := digests[id]
		return sum, ok
	})
	if first := b.Records[0]; first.Older != "" {
		b.Register.Carried(first.Older, first.Kept)
	}
	for _, r := range b.Records[1:] {
		for _, f := range b.Register.Add(Entry{r.Seq, r.Event, r.Sig}) {
			step := StepSignature
			if f.Kind == Unsigned {
				step = StepPolicy
			}
			return &Reason{step, r.Seq, true, errors.New(f.String())}
		}
		b.Signatures += bytes.Count(r.Sig, []byte(`"sig":"`))
		digests[r.ID] = sha256.Sum256(r.Event)
	}
	return nil
}
