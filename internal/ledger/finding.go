package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// A Code says what is wrong. The set is closed; docs/format.md section 7 explains each.
type Code string

// The codes of findings.
const (
	CodeNotLedger Code = "not-a-ledger"    // the store holds no ledger, or nothing of it can be read
	CodeStore     Code = "store-damaged"   // the store's own structure is broken
	CodeHead      Code = "head-malformed"  // the head is not there, not canonical, or its edge does not give its root
	CodeVersion   Code = "unknown-version" // a record or the head is of a version that this program does not know
	CodeRecord    Code = "malformed"       // a record is not in canonical form, or lacks or adds a member
	CodeGenesis   Code = "genesis"         // record 0 and the head say different origins, or the genesis's time is odd
	CodeMissing   Code = "missing"         // a record is not there, though later ones are
	CodeCut       Code = "cut"             // the head says more records than there are
	CodeBeyond    Code = "beyond-head"     // there are records that the head does not count
	CodeSeq       Code = "wrong-seq"       // a record does not say the number under which it is kept
	CodeAltered   Code = "altered"         // a record's hash is not the one that the tree keeps, or the next one's prev
	CodePrev      Code = "broken-chain"    // prev is not the leaf hash of the record before
	CodeClock     Code = "clock-back"      // recorded is earlier than the record before says
	CodeDouble    Code = "double-id"       // an earlier record has the same event id
	CodeTile      Code = "tile"            // a stored tile disagrees with the records, is not there, or should not be
	CodeRoot      Code = "root"            // the records do not give the head's root
	CodeLast      Code = "last"            // the head's last leaf hash or time is not the last record's

	// What Verify cannot tell from the store alone; package logbook adds these.
	CodeCheckpoint Code = "checkpoint"   // a stored checkpoint is not signed by the ledger's key, or is not of these records
	CodeRolledBack Code = "rolled-back"  // the anchor knows more records
	CodeForked     Code = "forked"       // the anchor knows another history
	CodeOther      Code = "other-ledger" // another ledger was known at this path
	CodeAnchor     Code = "anchor"       // the anchor's own checkpoint is damaged, or not signed by the ledger's key
	CodeSignature  Code = "signature"    // a signature on a record does not hold, or is by a key that was not valid for it
	CodePolicy     Code = "policy"       // a record lacks signatures that its policy wanted on entry
	CodeOriginal   Code = "original"     // a file that a record names is not kept beside the ledger, or is not what the record says
)

// NoSeq is the number of a finding that is about no record.
const NoSeq = ^uint64(0)

// A Finding is one thing that is wrong. Seq is the record that it is about, NoSeq for none.
type Finding struct {
	Code Code
	Seq  uint64
	What string
}

// A Report is what Verify found. Size and Root are what the records themselves give, whatever the head says.
type Report struct {
	OK       bool
	Size     uint64 // how many records were read and judged
	Root     Hash   // of their tree; zero where they have gaps, and so no tree
	Findings []Finding
	Marks    []byte // what VerifyOptions.Mark said of each record; nil where it was not asked, or where the records have to be looked at one by one
}

// findings gathers findings. One cause can show in millions of records: of neighbours with one code, all after the first
// few become one finding.
type findings struct {
	list []Finding
	runs map[Code]*run
}

type run struct {
	next   uint64 // the record that would continue it
	length int
	at     int    // index of its last finding
	what   string // that finding's own text
}

// single returns how many neighbours with one code are named one by one.
func (c Code) single() int {
	switch c {
	case CodeSeq, CodeClock:
		return 1
	case CodeNotLedger, CodeStore, CodeHead, CodeVersion, CodeRecord, CodeGenesis, CodeMissing, CodeCut, CodeBeyond,
		CodeAltered, CodePrev, CodeDouble, CodeTile, CodeRoot, CodeLast,
		CodeCheckpoint, CodeRolledBack, CodeForked, CodeOther, CodeAnchor, CodeSignature, CodePolicy, CodeOriginal:
	}
	return 16
}

func (f *findings) add(code Code, seq uint64, format string, args ...any) {
	if f.runs == nil {
		f.runs = make(map[Code]*run)
	}
	r := f.runs[code]
	if r == nil || seq == NoSeq || r.next != seq {
		r = &run{}
		f.runs[code] = r
	}
	r.next = seq + 1
	if r.length++; r.length <= code.single() {
		r.at, r.what = len(f.list), fmt.Sprintf(format, args...)
		f.list = append(f.list, Finding{Code: code, Seq: seq, What: r.what})
		return
	}
	f.list[r.at].What = fmt.Sprintf("%s; and so on to record %d", r.what, seq)
}

// sorted returns the findings by record, those about no record last.
func (f *findings) sorted() []Finding {
	slices.SortStableFunc(f.list, func(a, b Finding) int { return cmp.Compare(a.Seq, b.Seq) })
	return f.list
}
