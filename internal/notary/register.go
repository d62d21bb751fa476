package notary

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
)

// An Entry is what the register reads of a record.
type Entry struct {
	Seq   uint64
	Event []byte // as stored
	Sig   []byte // as stored; nil where the record bears no signatures
}

// A Register knows whose key was valid when, what must be signed and what was: what records say of it, taken in their order. It holds
// something for each record that a policy is about, and nothing for others. Its fields are for reading.
type Register struct {
	Keys     map[string]*Key    // of people and devices, by id, revoked ones too
	Policies map[string]*Policy // in force, by type of event
	Duties   map[uint64]*Duty   // by record
	Gates    bool               // there was a policy with gate use
	Rotated  []uint64           // records in which keys of the ledger itself vouched for others
	// Check is [Public.Verify]. Who checks signatures ahead of the register may have it answered from what it found.
	Check func(p Public, message, sig []byte) error

	origin string
	older  []Older
	find   func(id string) (digest [sha256.Size]byte, ok bool)
	byID   map[string]*Duty // by event
	fixed  map[string]bool  // ids of key and policy events
}

// A Key is one that a record registered.
type Key struct {
	Public
	Holder, Role string
	Device       bool // not a person's: it counts for no policy
	Revoked      bool
	Since, Until uint64 // the records that registered it and revoked it
}

// NewRegister returns the register of an empty ledger of that origin. find gives the SHA-256 of the stored bytes of an earlier event, for
// signatures that are made later.
func NewRegister(origin string, find func(id string) ([sha256.Size]byte, bool)) *Register {
	return &Register{
		Keys: make(map[string]*Key), Policies: make(map[string]*Policy), Duties: make(map[uint64]*Duty),
		Check: Public.Verify, origin: origin, find: find, byID: make(map[string]*Duty), fixed: make(map[string]bool),
	}
}

// Carried says that the ledger succeeds another: records below kept were signed under that one's origin. Where that one succeeded a third,
// it is said next.
func (r *Register) Carried(origin string, kept uint64) {
	for _, newer := range r.older {
		kept = min(kept, newer.Kept)
	}
	r.older = append(r.older, Older{origin, kept})
}

// Concerns reports whether the register has to see a record of this type of event although it bears no signatures. It has to see each one
// whose event replaces another, too.
func (r *Register) Concerns(typ string) bool {
	return slices.Contains([]string{"key", "policy", "signature", "correction"}, typ) || r.Policies[typ] != nil
}

// Judge returns what is wrong with a record that is not in the register yet, as far as signatures go.
func (r *Register) Judge(e Entry) []Fault { return r.examine(e).faults }

// Add takes in the next record and returns what Judge would. A signature that does not verify counts for nothing, and a key, policy or
// signature event with a fault has no effect; only a revocation always has.
func (r *Register) Add(e Entry) []Fault {
	j := r.examine(e)
	id := j.event.text("id")
	if j.keys() {
		r.fixed[id] = true
	}
	if len(j.faults) == 0 || j.revokes() {
		j.take()
	}
	if j.duty != nil {
		r.byID[id], r.Duties[e.Seq] = j.duty, j.duty
	}
	return j.faults
}

// A judgement is the examination of one record.
type judgement struct {
	r       *Register
	entry   Entry
	event   object // nil where it cannot be read
	typ     string
	faults  []Fault
	valid   []signed        // signatures of people that hold
	holds   []string        // ids of the keys whose signatures hold, those of devices and of the ledger too
	brought map[string]*Key // by a key event, by id: what it registers, or the ledger's old key and its new one
	rotates [2][]LedgerKey  // the ledger's keys that a rotation retires, and those that take their place
	duty    *Duty
}

func (r *Register) examine(e Entry) *judgement {
	j := &judgement{r: r, entry: e}
	var err error
	if j.event, err = members(e.Event); err != nil {
		j.fault(Fault{Kind: BadForm, Note: err.Error()})
		return j
	}
	j.typ = j.event.text("type")
	j.bring()
	list, err := ParseSignatures(e.Sig)
	if err != nil {
		j.fault(Fault{Kind: BadForm, Note: err.Error()})
	}
	for _, s := range list {
		j.one(s)
	}
	target := j.event.text("replaces")
	switch j.typ {
	case "signature":
		j.later(list)
	case "key":
		j.key()
	case "correction":
		target = j.event.text("corrects")
	}
	if r.fixed[target] {
		j.fault(Fault{Kind: Unalterable})
	}
	j.policy()
	return j
}

func (j *judgement) fault(f Fault) {
	f.Seq = j.entry.Seq
	j.faults = append(j.faults, f)
}

func (j *judgement) keys() bool { return j.typ == "key" || j.typ == "policy" }

func (j *judgement) revokes() bool { return j.typ == "key" && j.event.text("action") == "revoke" }

// bring notes the keys that a key event brings, or says are the ledger's so far. Each proves by its signature on the same record that its
// owner has it; it counts for no policy there.
func (j *judgement) bring() {
	var err error
	j.brought = make(map[string]*Key)
	switch j.typ + " " + j.event.text("action") {
	case "key register":
		k := &Key{Holder: j.event.text("holder"), Role: j.event.text("role"), Device: true, Since: j.entry.Seq}
		k.Public, err = ParsePublic(j.event.text("public"))
		if err == nil && (k.ID() != j.event.text("key") || k.Holder == "") {
			err = errors.New("want a holder, and as key the SHA-256 of public")
		}
		j.brought[k.ID()] = k
	case "key rotate":
		for i, name := range []string{"retires", "keys"} {
			for _, text := range get[[]string](j.event, name) {
				k, failed := ParseLedgerKey(text)
				j.rotates[i], err = append(j.rotates[i], k), cmp.Or(err, failed)
			}
			if len(j.rotates[i]) > 0 && j.rotates[i][0].Ed25519() {
				j.brought[j.rotates[i][0].ID()] = &Key{Public: j.rotates[i][0].Public, Device: true}
			} else {
				err = cmp.Or(err, errors.New("want an Ed25519 key first in "+name))
			}
		}
	}
	if err != nil {
		j.brought = nil
		j.fault(Fault{Kind: BadForm, Key: j.event.text("key"), Note: err.Error()})
	}
}

// one judges one signature, by a key that an earlier record registered or that this record brings.
func (j *judgement) one(s Signature) {
	k, origin := cmp.Or(j.r.Keys[s.Key], j.brought[s.Key]), j.r.origin
	for _, o := range j.r.older {
		if j.entry.Seq < o.Kept {
			origin = o.Origin
		}
	}
	switch {
	case k == nil:
		j.fault(Fault{Kind: UnknownKey, Key: s.Key})
	case k.Revoked:
		j.fault(Fault{Kind: RevokedKey, Key: s.Key, By: k.Until, HasBy: true})
	case j.r.Check(k.Public, Message(origin, j.entry.Event, s.Key, s.Meaning, s.Time), s.Sig) != nil:
		j.fault(Fault{Kind: BadSignature, Key: s.Key})
	default:
		j.holds = append(j.holds, s.Key)
		if !k.Device {
			j.valid = append(j.valid, signed{k.Holder, k.Role, s.Meaning})
		}
	}
}

// key judges what a key event says besides who signed it. One key has one registration, whichever way it is written.
func (j *judgement) key() {
	if id := j.event.text("key"); j.revokes() && j.r.Keys[id] == nil {
		j.fault(Fault{Kind: UnknownKey, Key: id})
	}
	for _, id := range slices.Sorted(maps.Keys(j.brought)) {
		if !slices.Contains(j.holds, id) {
			j.fault(Fault{Kind: NoPossession, Key: id})
		}
		for _, k := range j.r.Keys {
			if k.key == j.brought[id].key {
				j.fault(Fault{Kind: KeyTwice, Key: id, By: k.Since, HasBy: true})
			}
		}
	}
}

// later judges a signature event, whose record's signatures are on the event that it names.
func (j *judgement) later(list []Signature) {
	sum, ok := j.r.find(j.event.text("signs"))
	given := j.event.text("sha256")
	if (given != "" || len(list) > 0) && (!ok || given != hex.EncodeToString(sum[:])) {
		j.fault(Fault{Kind: WrongDigest})
	}
	for _, s := range list {
		if s.Meaning != j.event.text("meaning") {
			j.fault(Fault{Kind: OtherMeaning, Key: s.Key})
		}
	}
}

// policy holds the record against the policy in force for its type. Anybody may revoke a key: the safe side.
func (j *judgement) policy() {
	p := j.r.Policies[j.typ]
	if p == nil || j.revokes() {
		return
	}
	j.duty = &Duty{Seq: j.entry.Seq, Policy: p, signed: j.valid}
	j.duty.Waived = !j.keys() && slices.Contains(get[[]string](get[object](j.event, "deviation"), "rules"), MissingSignature)
	if p.Gate != GateEntry && !j.keys() || j.duty.Waived {
		return
	}
	for _, f := range j.duty.Lacks() {
		if j.keys() {
			f.Kind = Unauthorized
		}
		j.fault(f)
	}
}

// take lets a key, policy or signature event have its effect.
func (j *judgement) take() {
	e, r := j.event, j.r
	switch j.typ + " " + e.text("action") {
	case "key register":
		k := j.brought[e.text("key")]
		k.Device = e.text("use") != "person"
		r.Keys[e.text("key")] = k
	case "key revoke":
		if k := r.Keys[e.text("key")]; k != nil && !k.Revoked {
			k.Revoked, k.Until = true, j.entry.Seq
		}
	case "key rotate":
		r.Rotated = append(r.Rotated, j.entry.Seq)
	case "policy set":
		p := parsePolicy(e, j.entry.Seq)
		r.Policies[p.On] = p
		r.Gates = r.Gates || p.Gate == GateUse
	case "policy end":
		delete(r.Policies, e.text("on"))
	case "signature ":
		if d := r.byID[e.text("signs")]; d != nil {
			d.signed = append(d.signed, j.valid...)
		}
	}
}
