package notary

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
)

// A Record is what the notary reads of a stored record.
type Record struct {
	Seq    uint64
	Prev   string  // leaf hash of the record before, in hex
	Origin string  // of record 0
	Older  []Older // of record 0: whose place the ledger takes
	Event  []byte  // nil in record 0
	ID     string  // the event's
	Sig    []byte
	Leaf   tlog.Hash
}

// An Older is a ledger that another one succeeds after a loss: records below Kept were carried over from it.
type Older struct {
	Origin string
	Kept   uint64
}

// ParseRecord reads a record of format version 1, in canonical form.
func ParseRecord(b []byte) (Record, error) {
	o, err := parseObject(b)
	if err != nil {
		return Record{}, err
	}
	for name := range o {
		if !slices.Contains([]string{"by", "event", "genesis", "prev", "recorded", "seq", "sig", "source", "v"}, name) {
			return Record{}, fmt.Errorf("member %.40q is not one of a record of version 1", name)
		}
	}
	r := Record{Seq: get[uint64](o, "seq"), Prev: o.text("prev"), Event: o["event"], Sig: o["sig"], Leaf: tlog.RecordHash(b)}
	g, e := get[object](o, "genesis"), get[object](o, "event")
	first := r.Seq == 0 && g.text("origin") != "" && r.Event == nil && r.Sig == nil
	other := r.Seq != 0 && o["genesis"] == nil && e.text("id") != "" && e.text("type") != ""
	if string(o["v"]) != "1" || string(o["seq"]) != fmt.Sprint(r.Seq) || !first && !other {
		return r, errors.New("want v 1, seq and, in record 0, a genesis with origin, in others an event with id and type")
	}
	r.Origin, r.ID = g.text("origin"), e.text("id")
	for s := get[object](g, "succeeds"); s != nil; s = get[object](s, "succeeds") {
		r.Older = append(r.Older, Older{s.text("origin"), get[uint64](s, "kept")})
	}
	return r, nil
}

// An object is a JSON object by its members' exact names. Decoding into a struct would also take names in other letter cases.
type object map[string]json.RawMessage

// parseObject reads an object in canonical form (RFC 8785), so that no member stands twice and no two spellings mean the same.
func parseObject(b []byte) (object, error) {
	again, err := jcs.Transform(b)
	if err != nil || !bytes.Equal(again, b) {
		return nil, cmp.Or(err, errors.New("not in canonical form (RFC 8785)"))
	}
	return members(b)
}

// members takes apart an object whose bytes are part of a canonical text.
func members(b []byte) (o object, err error) {
	if json.Unmarshal(b, &o) != nil || o == nil {
		err = fmt.Errorf("found %.40q, want an object", b)
	}
	return o, err
}

// get returns the member name; the zero value where it is absent or of another kind.
func get[T any](o object, name string) T {
	var v, none T
	if json.Unmarshal(o[name], &v) != nil {
		return none
	}
	return v
}

func (o object) text(name string) string { return get[string](o, name) }

// decode64 reads base64 that comes back the same when written again: the standard decoder passes over line ends and spare bits.
func decode64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(b) != s {
		return nil, fmt.Errorf("found %.60q, want base64 with padding", s)
	}
	return b, nil
}
