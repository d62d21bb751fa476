package ledger

// A Code says what is wrong. The set is closed; docs/format.md section 7 explains each.
type Code string

// The codes of findings.
const (
	CodeNotLedger  Code = "not-a-ledger"    // the store holds no ledger, or nothing of it can be read
	CodeStore      Code = "store-damaged"   // the store's own structure is broken
	CodeHead       Code = "head-malformed"  // the head is not there, not canonical, or its edge does not give its root
	CodeVersion    Code = "unknown-version" // a record or the head is of a version that this program does not know
	CodeRecord     Code = "malformed"       // a record is not in canonical form, or lacks or adds a member
	CodeGenesis    Code = "genesis"         // record 0 and the head say different origins, or the genesis's time is odd
	CodeMissing    Code = "missing"         // a record is not there, though later ones are
	CodeCut        Code = "cut"             // the head says more records than there are
	CodeBeyond     Code = "beyond-head"     // there are records that the head does not count
	CodeSeq        Code = "wrong-seq"       // a record does not say the number under which it is kept
	CodeAltered    Code = "altered"         // a record's hash is not the one that the tree keeps, or the next one's prev
	CodePrev       Code = "broken-chain"    // prev is not the leaf hash of the record before
	CodeClock      Code = "clock-back"      // recorded is earlier than the record before says
	CodeDouble     Code = "double-id"       // an earlier record has the same event id
	CodeTile       Code = "tile"            // a stored tile disagrees with the records, is not there, or should not be
	CodeRoot       Code = "root"            // the records do not give the head's root
	CodeLast       Code = "last"            // the head's last leaf hash or time is not the last record's
)

// NoSeq is the number of a finding that is about no record.
const NoSeq = ^uint64(0)

// A Finding is one thing that is wrong. Seq is the record that it is about, NoSeq for none.
type Finding struct {
	Code Code
	Seq  uint64
	What string
}

// A Report is what Verify found. Size and Root are what the records themselves give.
type Report struct {
	OK       bool
	Size     uint64
	Root     Hash
	Findings []Finding
}

