package notary

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Step is a part of the check. As an error it says at which one a bundle was refused.
type Step string //nolint:errname // what an auditor asks for

// Error names the step.
func (s Step) Error() string { return string(s) }

// The steps, in their order.
//
//nolint:errname // named for what is checked
const (
	StepContainer  Step = "container"  // the zip, and the names and order of its entries
	StepManifest   Step = "manifest"   // signed by the ledger
	StepAltered    Step = "altered"    // an entry is not the one that the manifest names
	StepCheckpoint Step = "checkpoint" // signed by the ledger, of the manifest's origin and size
	StepRecord     Step = "record"     // form, number and chain
	StepProof      Step = "proof"      // each record is in the tree
	StepSignature  Step = "signature"  // of people and devices
	StepPolicy     Step = "policy"     // those with gate entry
)

// A Bundle is what a bundle holds, once it was checked.
type Bundle struct {
	Checkpoint Checkpoint
	Whole      bool   // it holds every record up to the checkpoint's size
	Files      []File // manifest, checkpoint, keys, records.jsonl; proofs, where it is no whole one; reports; CHECK.html
	Records    []Record
	Signer     string    // of the manifest: name and hash of the ledger's key
	Signatures int       // of people and devices, all of which hold
	Register   *Register // after the last record
	trusted    ledgerKeys
}

// manifestForm is the head of a manifest. No origin holds white space, so its first line is no checkpoint's.
var manifestForm = regexp.MustCompile(`^suyuan/v1 bundle\n(\S+)\nsize ([0-9]{1,16}) (part|whole)\n`)

// Manifest returns the text that the ledger signs for a bundle of these entries, itself aside.
func Manifest(c Checkpoint, whole bool, files []File) []byte {
	kind := map[bool]string{true: "whole", false: "part"}[whole]
	b := fmt.Appendf(nil, "suyuan/v1 bundle\n%s\nsize %d %s\n", c.Origin, c.Size, kind)
	for _, f := range files {
		b = append(b, f.line()...)
	}
	return b
}

func (f File) line() string {
	return fmt.Sprintf("%x %d %s\n", sha256.Sum256(f.Content), len(f.Content), f.Name)
}

// ProofLine returns the line of proofs for one record.
func ProofLine(seq uint64, hashes []tlog.Hash) []byte {
	b := strconv.AppendUint(nil, seq, 10)
	for _, h := range hashes {
		b = append(b, " "+h.String()...)
	}
	return append(b, '\n')
}

// CheckBundle checks a bundle against verifier keys of its ledger, of which one of Ed25519 is enough. The error wraps the [Step] that
// failed first, and names the record. The cost is linear in the size of the bundle, which it holds in memory.
func CheckBundle(content []byte, trusted []LedgerKey) (*Bundle, error) {
	files, err := Unpack(content)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", StepContainer, err)
	}
	b := &Bundle{Files: files, trusted: trusted}
	failed := b.read()
	b.successors()
	for _, step := range []func() error{b.manifest, b.checkpoint, func() error { return failed }, b.chain, b.inTree, b.signatures} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// read reads the records, up to the first that has not the form of one.
func (b *Bundle) read() error {
	for line := range bytes.Lines(b.Files[3].Content) {
		r, err := ParseRecord(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			return fmt.Errorf("%w: line %d: %w", StepRecord, len(b.Records)+1, err)
		}
		b.Records = append(b.Records, r)
	}
	return nil
}

// successors follows the rotations that records tell of: a trusted key vouches, by its signature, for those that take its place, and nothing
// else is trusted from then on.
func (b *Bundle) successors() {
	none := func(string) (sum [sha256.Size]byte, ok bool) { return sum, ok }
	for _, r := range b.Records[min(1, len(b.Records)):] {
		j := NewRegister(b.Records[0].Origin, none).examine(Entry{r.Seq, r.Event, r.Sig})
		old := append(j.rotates[0], LedgerKey{})[0].ID()
		trusted := slices.ContainsFunc(b.trusted, func(k LedgerKey) bool { return k.ID() == old })
		if trusted && j.brought[old] != nil && slices.Contains(j.holds, old) {
			b.trusted = j.rotates[1]
		}
	}
}

func (b *Bundle) manifest() error {
	n, err := note.Open(b.Files[0].Content, b.trusted)
	if err != nil {
		return fmt.Errorf("%w: %w", StepManifest, err)
	}
	head, sig := manifestForm.FindStringSubmatch(n.Text), n.Sigs[0]
	_, err = decode64(sig.Base64)
	alone := fmt.Sprintf("%s\n\u2014 %s %s\n", n.Text, sig.Name, sig.Base64) == string(b.Files[0].Content)
	if head == nil || head[1] != sig.Name || err != nil || !alone {
		return fmt.Errorf("%w: found %.200q, want a manifest with one signature, by its origin", StepManifest, n.Text)
	}
	size, _ := strconv.ParseUint(head[2], 10, 64)
	b.Checkpoint, b.Whole, b.Signer = Checkpoint{Origin: head[1], Size: size}, head[3] == "whole", fmt.Sprintf("%s+%08x", sig.Name, sig.Hash)
	rest := strings.TrimPrefix(n.Text, string(Manifest(b.Checkpoint, b.Whole, nil)))
	for _, f := range b.Files[1:] {
		after, ok := strings.CutPrefix(rest, f.line())
		if rest = after; !ok {
			return fmt.Errorf("%w: %s is not the one that the ledger signed", StepAltered, f.Name)
		}
	}
	if rest != "" {
		return fmt.Errorf("%w: the ledger signed more: %.200q", StepAltered, rest)
	}
	return nil
}

func (b *Bundle) checkpoint() error {
	c, err := OpenCheckpoint(b.Files[1].Content, b.trusted)
	if m := b.Checkpoint; err == nil && (c.Origin != m.Origin || c.Size != m.Size) {
		err = fmt.Errorf("it is of %q at size %d, the manifest of %q at size %d", c.Origin, c.Size, m.Origin, m.Size)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", StepCheckpoint, err)
	}
	b.Checkpoint = c
	return nil
}

// chain checks that the records are of this ledger and in order, and each neighbour's hash.
func (b *Bundle) chain() error {
	list, size := b.Records, b.Checkpoint.Size
	if len(list) == 0 || list[0].Origin != b.Checkpoint.Origin || !bytes.HasSuffix(b.Files[3].Content, []byte("\n")) {
		return fmt.Errorf("%w: record 0 of %q, or the last line end, is not there", StepRecord, b.Checkpoint.Origin)
	}
	for i, r := range list[1:] {
		switch before := list[i]; {
		case r.Seq <= before.Seq || r.Seq >= size:
			return fmt.Errorf("%w: record %d: it stands after record %d, at size %d", StepRecord, r.Seq, before.Seq, size)
		case r.Seq == before.Seq+1 && r.Prev != fmt.Sprintf("%x", before.Leaf[:]):
			return fmt.Errorf("%w: record %d: prev is not the hash of the record before", StepRecord, r.Seq)
		}
	}
	if b.Whole && uint64(len(list)) != size {
		return fmt.Errorf("%w: found %d records, want all %d", StepRecord, len(list), size)
	}
	return nil
}

// inTree checks that every record is in the tree that the checkpoint names: by its proof, or in a whole bundle by making the tree again.
func (b *Bundle) inTree() error {
	if proofs := b.Files[4].Name == "proofs"; proofs == b.Whole {
		return fmt.Errorf("%w: want proofs in a part, and none in a whole bundle", StepProof)
	} else if b.Whole {
		return b.wholeTree()
	}
	lines := strings.SplitAfter(string(b.Files[4].Content), "\n")
	if len(lines) != len(b.Records)+1 || lines[len(b.Records)] != "" {
		return fmt.Errorf("%w: found %d lines of proofs, want %d", StepProof, len(lines)-1, len(b.Records))
	}
	for i, r := range b.Records {
		var hashes []tlog.Hash
		for _, text := range strings.Fields(lines[i]) {
			if h, err := tlog.ParseHash(text); err == nil {
				hashes = append(hashes, h)
			}
		}
		err := tlog.CheckRecord(hashes, int64(b.Checkpoint.Size), b.Checkpoint.Root, int64(r.Seq), r.Leaf) //nolint:gosec // below 2^53
		if err != nil || string(ProofLine(r.Seq, hashes)) != lines[i] {
			return fmt.Errorf("%w: record %d: %.60q is no proof of it", StepProof, r.Seq, lines[i])
		}
	}
	return nil
}

// wholeTree joins the roots of complete subtrees, as each leaf completes some, and in the end those that are left (RFC 6962 section 2.1).
func (b *Bundle) wholeTree() error {
	var roots []tlog.Hash
	join := func() {
		last := len(roots) - 1
		roots = append(roots[:last-1], tlog.NodeHash(roots[last-1], roots[last]))
	}
	for i, r := range b.Records {
		roots = append(roots, r.Leaf)
		for ; i&1 == 1; i >>= 1 {
			join()
		}
	}
	for len(roots) > 1 {
		join()
	}
	if roots[0] != b.Checkpoint.Root {
		return fmt.Errorf("%w: the records give root %x, the checkpoint says %x", StepProof, roots[0][:], b.Checkpoint.Root[:])
	}
	return nil
}

// signatures judges each record against the keys valid at it, and the policies in force; what policies lack comes last.
func (b *Bundle) signatures() error {
	digests := make(map[string][sha256.Size]byte)
	b.Register = NewRegister(b.Checkpoint.Origin, func(id string) ([sha256.Size]byte, bool) {
		sum, ok := digests[id]
		return sum, ok
	})
	for _, o := range b.Records[0].Older {
		b.Register.Carried(o.Origin, o.Kept)
	}
	var lacks error
	for _, r := range b.Records[1:] {
		for _, f := range b.Register.Add(Entry{r.Seq, r.Event, r.Sig}) {
			if f.Kind != Unsigned {
				return fmt.Errorf("%w: record %d: %s", StepSignature, r.Seq, f)
			}
			lacks = cmp.Or(lacks, fmt.Errorf("%w: record %d: %s", StepPolicy, r.Seq, f))
		}
		b.Signatures += bytes.Count(r.Sig, []byte(`"sig":`))
		digests[r.ID] = sha256.Sum256(r.Event)
	}
	return lacks
}

// The greatest size of a bundle, in bytes, and number of its entries. A larger history is exported as tiles.
const (
	MaxBundle = 1 << 30
	MaxFiles  = 22
)

// A File is an entry of a bundle.
type File struct {
	Name    string
	Content []byte
}

// Pack writes the container of a bundle: a zip whose entries are stored as they are, in the order given, without comments and extra fields
// (APPNOTE.TXT 4.3). The same files give the same bytes, for ever: no library that may change writes the headers.
func Pack(files []File) []byte {
	var b, directory []byte
	u32 := binary.LittleEndian.AppendUint32
	for _, f := range files {
		// Version 1.0, no flags, stored, 1980-01-01; checksum; both lengths; that of the name, and none of an extra field.
		n := uint32(len(f.Content)) //nolint:gosec // at most MaxBundle
		fields := u32([]byte("\x0a\x00\x00\x00\x00\x00\x00\x00\x21\x00"), crc32.ChecksumIEEE(f.Content))
		fields = u32(u32(u32(fields, n), n), uint32(len(f.Name))) //nolint:gosec // see layout
		directory = append(append(directory, "PK\x01\x02\x0a\x00"...), fields...)
		directory = append(directory, make([]byte, 10)...)            // comment, disk, attributes
		directory = append(u32(directory, uint32(len(b))), f.Name...) //nolint:gosec // at most MaxBundle
		b = append(append(append(b, "PK\x03\x04"...), fields...), f.Name...)
		b = append(b, f.Content...)
	}
	n := uint32(len(files))                                                                                     //nolint:gosec // see layout
	end := u32(u32(u32([]byte("PK\x05\x06\x00\x00\x00\x00"), n|n<<16), uint32(len(directory))), uint32(len(b))) //nolint:gosec // at most MaxBundle
	return append(append(append(b, directory...), end...), 0, 0)
}

// layout is the names of a bundle's entries in their order, a line each. None leads out of a folder (zip slip), and none means different
// things on different systems.
var layout = regexp.MustCompile(`^manifest\ncheckpoint\nkeys\nrecords\.jsonl\n(proofs\n)?(report/[a-z0-9][a-z0-9.-]*\n)*CHECK\.html\n$`)

// Unpack reads a container. It takes nothing that Pack does not write: it reads the entries one after the other, as their headers claim, packs
// them again and compares every byte.
func Unpack(b []byte) (files []File, err error) {
	const header = 30
	var names string
	for rest := b; len(rest) >= header && bytes.HasPrefix(rest, []byte("PK\x03\x04")); {
		start := header + int(binary.LittleEndian.Uint16(rest[26:]))
		end, name := start+int(binary.LittleEndian.Uint32(rest[22:])), string(rest[header:min(start, len(rest))])
		if end > len(rest) || len(files) >= MaxFiles || strings.Contains("\n"+names, "\n"+name+"\n") {
			return nil, fmt.Errorf("it ends in the middle of an entry, has more than %d, or two of one name", MaxFiles)
		}
		files = append(files, File{name, rest[start:end:end]})
		names, rest = names+name+"\n", rest[end:]
	}
	switch {
	case len(b) > MaxBundle:
		return nil, fmt.Errorf("found %d bytes, want at most %d", len(b), MaxBundle)
	case !layout.MatchString(names):
		return nil, fmt.Errorf("its entries are %.300q, want those of a bundle in their order", names)
	case !bytes.Equal(Pack(files), b):
		return nil, errors.New("it holds bytes that no bundle has: it is cut, compressed or altered, or another program wrote it")
	}
	return files, nil
}
