package notary

import (
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

	origin string
	older  string // the origin under which records below kept were signed: a successor carries them over
	kept   uint64
	find   func(id string) (digest [sha256.Size]byte, ok bool)
	byID   map[string]*Duty // by event
	fixed  map[string]bool  // ids of key and policy events
}

// A Key is one that a record registered.
type Key struct {
	Public
	Holder, Role string
	Device       bool   // not a person's: it counts for no policy
	Since        uint64 // the record that registered it
	Revoked      bool
	Until        uint64 // the record that revoked it
}

// NewRegister returns the register of an empty ledger of that origin. find gives the SHA-256 of the stored bytes of an earlier event, for
// signatures that are made later.
func NewRegister(origin string, find func(id string) ([sha256.Size]byte, bool)) *Register {
	return &Register{
		Keys: make(map[string]*Key), Policies: make(map[string]*Policy), Duties: make(map[uint64]*Duty),
		origin: origin, find: find, byID: make(map[string]*Duty), fixed: make(map[string]bool),
	}
}

// Carried says that the ledger succeeds another: records below kept were signed under that one's origin.
func (r *Register) Carried(origin string, kept uint64) { r.older, r.kept = origin, kept }

// Concerns reports whether the register has to see a record of this type of event although it bears no signatures.
func (r *Register) Concerns(typ string) bool {
	return typ == "key" || typ == "policy" || typ == "signature" || r.Policies[typ] != nil
}

// Judge returns what is wrong with a record that is not in the register yet, as far as signatures go.
func (r *Register) Judge(e Entry) []Fault { return r.examine(e).faults }

// Add takes in the next record and returns what Judge would. A signature that does not verify counts for nothing, and a key or policy event
// with a fault has no effect; only a revocation always has.
func (r *Register) Add(e Entry) []Fault {
	j := r.examine(e)
	if j.event == nil {
		return j.faults
	}
	id := j.event.text("id")
	switch j.typ {
	case "key", "policy":
		r.fixed[id] = true
		if len(j.faults) == 0 || j.revokes() {
			j.take()
		}
	case "signature":
		if d := r.byID[j.event.text("signs")]; d != nil && j.digestFits {
			d.signed = append(d.signed, j.valid...)
		}
	}
	if j.duty != nil {
		r.byID[id], r.Duties[e.Seq] = j.duty, j.duty
	}
	return j.faults
}

// A judgement is the examination of one record.
type judgement struct {
	r          *Register
	entry      Entry
	event      object // nil where it cannot be read
	typ        string
	faults     []Fault
	valid      []signed        // signatures of people that hold
	holds      []string        // ids of the keys whose signatures hold, those of devices and of the ledger too
	brought    map[string]*Key // by a key event
	digestFits bool            // of a signature event: it names the digest of what it signs
	duty       *Duty
}

func (r *Register) examine(e Entry) *judgement {
	j := &judgement{r: r, entry: e}
	var err error
	if j.event, err = members(e.Event); err != nil {
		j.fault(Fault{Kind: BadForm, Note: err.Error()})
		return j
	}
	j.typ = j.event.text("type")
	if j.typ == "key" {
		j.bring()
	}
	list, err := ParseSignatures(e.Sig)
	if err != nil {
		j.fault(Fault{Kind: BadForm, Note: err.Error()})
	}
	for _, s := range list {
		j.one(s)
	}
	switch j.typ {
	case "signature":
		j.later(list)
	case "key":
		j.key()
	}
	target := j.event.text("replaces")
	if j.typ == "correction" {
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

func (j *judgement) revokes() bool { return j.typ == "key" && j.event.text("action") == "revoke" }

// one judges one signature.
func (j *judgement) one(s Signature) {
	k := j.signer(s.Key)
	origin := j.r.origin
	if j.entry.Seq < j.r.kept {
		origin = j.r.older
	}
	switch {
	case k == nil:
		j.fault(Fault{Kind: UnknownKey, Key: s.Key})
	case k.Revoked:
		j.fault(Fault{Kind: RevokedKey, Key: s.Key, By: k.Until, HasBy: true})
	case k.Verify(Message(origin, j.entry.Event, s.Key, s.Meaning, s.Time), s.Sig) != nil:
		j.fault(Fault{Kind: BadSignature, Key: s.Key})
	default:
		j.holds = append(j.holds, s.Key)
		if !k.Device {
			j.valid = append(j.valid, signed{k.Holder, k.Role, s.Meaning})
		}
	}
}

// signer returns the key that a signature names: one that an earlier record registered, or one that this record brings.
func (j *judgement) signer(id string) *Key {
	if k := j.r.Keys[id]; k != nil {
		return k
	}
	return j.brought[id]
}

// bring notes the keys that a key event brings, or says are the ledger's so far. Each proves by its signature on the same record that its
// owner has it, and has no role yet.
func (j *judgement) bring() {
	j.brought = make(map[string]*Key)
	switch j.event.text("action") {
	case "register":
		id := j.event.text("key")
		p, err := ParsePublic(j.event.text("public"))
		if err != nil || p.ID() != id {
			j.fault(Fault{Kind: BadForm, Key: id, Note: "key is not the SHA-256 of a public key"})
		} else {
			j.brought[id] = &Key{Public: p, Device: true}
		}
	case "rotate":
		for _, list := range []string{"retires", "keys"} {
			k, err := firstEd25519(get[[]string](j.event, list))
			if err != nil {
				j.fault(Fault{Kind: BadForm, Note: list + ": " + err.Error()})
			} else {
				j.brought[k.ID()] = &Key{Public: k.person, Device: true}
			}
		}
	}
}

func firstEd25519(texts []string) (LedgerKey, error) {
	for _, text := range texts {
		k, err := ParseLedgerKey(text)
		if err != nil || k.Ed25519() {
			return k, err
		}
	}
	return LedgerKey{}, errors.New("no Ed25519 key among them")
}

// key judges what a key event says besides who signed it.
func (j *judgement) key() {
	id := j.event.text("key")
	known := j.r.Keys[id]
	switch {
	case known != nil && j.event.text("action") == "register":
		j.fault(Fault{Kind: KeyTwice, Key: id, By: known.Since, HasBy: true})
	case known == nil && j.revokes():
		j.fault(Fault{Kind: UnknownKey, Key: id})
	}
	for _, id := range slices.Sorted(maps.Keys(j.brought)) {
		if !slices.Contains(j.holds, id) {
			j.fault(Fault{Kind: NoPossession, Key: id})
		}
	}
}

// later judges a signature event, whose record's signatures are on the event that it names.
func (j *judgement) later(list []Signature) {
	sum, ok := j.r.find(j.event.text("signs"))
	given := j.event.text("sha256")
	j.digestFits = ok && given == hex.EncodeToString(sum[:])
	if !j.digestFits && (given != "" || len(list) > 0) {
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
	keys := j.typ == "key" || j.typ == "policy"
	j.duty = &Duty{Seq: j.entry.Seq, Policy: p, signed: j.valid}
	j.duty.Waived = !keys && slices.Contains(get[[]string](get[object](j.event, "deviation"), "rules"), MissingSignature)
	if p.Gate != GateEntry && !keys || j.duty.Waived {
		return
	}
	for _, f := range j.duty.Lacks() {
		if keys {
			f.Kind = Unauthorized
		}
		j.fault(f)
	}
}

// take lets a key or policy event have its effect.
func (j *judgement) take() {
	e, r := j.event, j.r
	id := e.text("key")
	switch e.text("action") {
	case "register":
		if p, err := ParsePublic(e.text("public")); err == nil {
			r.Keys[id] = &Key{Public: p, Holder: e.text("holder"), Role: e.text("role"), Device: e.text("use") != "person", Since: j.entry.Seq}
		}
	case "revoke":
		if k := r.Keys[id]; k != nil && !k.Revoked {
			k.Revoked, k.Until = true, j.entry.Seq
		}
	case "rotate":
		r.Rotated = append(r.Rotated, j.entry.Seq)
	case "set":
		p := parsePolicy(e, j.entry.Seq)
		r.Policies[p.On] = p
		r.Gates = r.Gates || p.Gate == GateUse
	case "end":
		delete(r.Policies, e.text("on"))
	}
}
