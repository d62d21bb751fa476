package notary

import (
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Record is what the notary reads of a stored record.
type Record struct {
	Seq    uint64
	Prev   string // leaf hash of the record before, in hex
	Origin string // of record 0
	Older  string // of record 0 of a successor: the origin of the ledger before
	Kept   uint64 // and how many of its records were carried over
	Event  []byte // nil in record 0
	ID     string // the event's
	Sig    []byte
	Leaf   tlog.Hash
}

// ParseRecord reads a record of format version 1, in canonical form.
func ParseRecord(b []byte) (Record, error) {
	o, err := parseObject(b)
	if err != nil {
		return Record{}, err
	}
	for name := range o {
		switch name {
		case "by", "event", "genesis", "prev", "recorded", "seq", "sig", "source", "v":
		default:
			return Record{}, fmt.Errorf("member %q is not one of a record", name)
		}
	}
	if v := get[int](o, "v"); v != 1 {
		return Record{}, fmt.Errorf("v is %.20q, this program knows version 1", o["v"])
	}
	r := Record{Seq: get[uint64](o, "seq"), Prev: o.text("prev"), Sig: o["sig"], Leaf: tlog.RecordHash(b)}
	if o["seq"] == nil || (r.Seq == 0) != (o["genesis"] != nil) || (r.Seq == 0) == (o["event"] != nil) {
		return r, errors.New("want a genesis in record 0, and an event in every other one")
	}
	g, e := get[object](o, "genesis"), get[object](o, "event")
	r.Origin, r.Older, r.Kept = g.text("origin"), get[object](g, "succeeds").text("origin"), get[uint64](get[object](g, "succeeds"), "kept")
	r.Event, r.ID = o["event"], e.text("id")
	if r.Seq == 0 && r.Origin == "" || r.Seq > 0 && (r.ID == "" || e.text("type") == "") {
		return r, errors.New("its genesis has no origin, or its event no id or type")
	}
	return r, nil
}

// follows reports whether r names the record before it.
func (r *Record) follows(before *Record) bool { return r.Prev == hex.EncodeToString(before.Leaf[:]) }
