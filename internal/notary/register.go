package notary

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
)

// An Entry is what the register reads of a record.
type Entry struct {
	Seq   uint64
	Event []byte // as stored
	Sig   []byte // as stored; nil where the record bears no signatures
}

// A Register knows whose key was valid when, what must be signed and what was: what records say of it, taken in their order. It holds
// something for each record that a policy is about, and nothing for others.
type Register struct {
	origin   string
	older    string // the origin under which records below kept were signed: a successor carries them over
	kept     uint64
	find     func(id string) (event []byte, ok bool)
	keys     map[string]*keyState
	policies map[string]*policy // in force, by type of event
	duties   map[string]*duty   // by event id
	bySeq    map[uint64]*duty
	fixed    map[string]bool // ids of key and policy events
	gates    bool            // there was a policy with gate use
}

type keyState struct {
	Public
	holder, role string
	device       bool
	since, until uint64 // the records that registered and revoked it
	revoked      bool
}

// A duty is what a policy wants of one event.
type duty struct {
	seq    uint64
	policy *policy
	waived bool
	signed []signed
}

type signed struct{ holder, role, meaning string }

// NewRegister returns the register of an empty ledger of that origin. find gives the stored bytes of an earlier event, for signatures that
// are made later.
func NewRegister(origin string, find func(id string) ([]byte, bool)) *Register {
	return &Register{
		origin: origin, find: find, keys: make(map[string]*keyState), policies: make(map[string]*policy),
		duties: make(map[string]*duty), bySeq: make(map[uint64]*duty), fixed: make(map[string]bool),
	}
}

// Carried says that the ledger succeeds another: records below kept were signed under that one's origin.
func (r *Register) Carried(origin string, kept uint64) { r.older, r.kept = origin, kept }

// Origin returns the origin under which record seq is signed.
func (r *Register) Origin(seq uint64) string {
	if seq < r.kept {
		return r.older
	}
	return r.origin
}

// Concerns reports whether the register wants to see a record of this type of event that bears no signatures.
func (r *Register) Concerns(typ string) bool {
	return typ == "key" || typ == "policy" || typ == "signature" || r.policies[typ] != nil || len(r.fixed) > 0 && typ == "correction"
}

// Gates reports whether there ever was a policy that withholds units until they are signed for.
func (r *Register) Gates() bool { return r.gates }

// Judge returns what is wrong with a record that is not in the register yet, as far as signatures go.
func (r *Register) Judge(e Entry) []Fault {
	j := r.examine(e)
	return j.faults
}

// Add takes in the next record and returns what Judge would. A signature that does not verify counts for nothing, and a key or policy event
// with a fault has no effect; only a revocation always has.
func (r *Register) Add(e Entry) []Fault {
	j := r.examine(e)
	if j.event == nil {
		return j.faults
	}
	switch j.typ {
	case "key", "policy":
		r.fixed[j.event.text("id")] = true
		if len(j.faults) == 0 || j.typ == "key" && j.event.text("action") == "revoke" {
			j.take()
		}
	case "signature":
		if d := r.duties[j.event.text("signs")]; d != nil && j.digestFits {
			d.signed = append(d.signed, j.valid...)
		}
	}
	if j.duty != nil {
		r.duties[j.event.text("id")], r.bySeq[e.Seq] = j.duty, j.duty
	}
	return j.faults
}

// Withheld returns what record seq still lacks under a policy that keeps its units from being used.
func (r *Register) Withheld(seq uint64) []Fault {
	d := r.bySeq[seq]
	if d == nil || d.policy.gate != GateUse || d.waived {
		return nil
	}
	return d.lacks()
}

// Open returns what any record still lacks under its policy, whatever its gate, in order of records; waived ones aside.
func (r *Register) Open() []Fault {
	var list []Fault
	for _, d := range r.bySeq {
		if !d.waived {
			list = append(list, d.lacks()...)
		}
	}
	slices.SortStableFunc(list, func(a, b Fault) int { return int(int64(a.Seq) - int64(b.Seq)) }) //nolint:gosec // numbers of records
	return list
}

// A KeyEntry says what the register knows of a key.
type KeyEntry struct {
	Public       Public
	Holder, Role string
	Device       bool
	Since        uint64 // the record that registered it
	Revoked      bool
	Until        uint64 // the record that revoked it
}

// Keys returns all keys of people and devices, in order of registration.
func (r *Register) Keys() []KeyEntry {
	list := make([]KeyEntry, 0, len(r.keys))
	for _, k := range r.keys {
		list = append(list, KeyEntry{k.Public, k.holder, k.role, k.device, k.since, k.revoked, k.until})
	}
	slices.SortFunc(list, func(a, b KeyEntry) int { return int(int64(a.Since) - int64(b.Since)) }) //nolint:gosec // numbers of records
	return list
}

// A judgement is the examination of one record.
type judgement struct {
	r          *Register
	entry      Entry
	event      object // nil where it cannot be read
	typ        string
	faults     []Fault
	valid      []signed // signatures of people that hold
	holds      []string // ids of the keys whose signatures hold, those of devices and of the ledger too
	digestFits bool     // of a signature event: it names the digest of what it signs
	duty       *duty
}

func (r *Register) examine(e Entry) *judgement {
	j := &judgement{r: r, entry: e}
	var err error
	if j.event, err = members(e.Event); err != nil {
		return j.fault(Fault{Kind: BadForm, Note: err.Error()})
	}
	j.typ = j.event.text("type")
	list, err := ParseSignatures(e.Sig)
	if err != nil {
		j.fault(Fault{Kind: BadForm, Note: err.Error()})
	}
	if j.typ == "signature" {
		j.later(list)
	}
	for _, s := range list {
		j.one(s)
	}
	if j.typ == "key" {
		j.key()
	}
	j.unalterable()
	j.policy()
	return j
}

func (j *judgement) fault(f Fault) *judgement {
	f.Seq = j.entry.Seq
	j.faults = append(j.faults, f)
	return j
}

// one judges one signature.
func (j *judgement) one(s Signature) {
	k := j.signer(s.Key)
	switch {
	case k == nil:
		j.fault(Fault{Kind: UnknownKey, Key: s.Key})
		return
	case k.revoked:
		j.fault(Fault{Kind: RevokedKey, Key: s.Key, By: k.until, HasBy: true})
		return
	}
	origin := j.r.Origin(j.entry.Seq)
	if err := k.Verify(Message(origin, j.entry.Event, s.Key, s.Meaning, s.Time), s.Sig); err != nil {
		j.fault(Fault{Kind: BadSignature, Key: s.Key})
		return
	}
	j.holds = append(j.holds, s.Key)
	if !k.device {
		j.valid = append(j.valid, signed{k.holder, k.role, s.Meaning})
	}
}

// signer returns the key that a signature names: one that an earlier record registered, or the one that this record brings, which proves by
// its signature that its owner has it.
func (j *judgement) signer(id string) *keyState {
	if k := j.r.keys[id]; k != nil {
		return k
	}
	if j.typ != "key" {
		return nil
	}
	switch j.event.text("action") {
	case "register":
		if p, err := ParsePublic(j.event.text("public")); err == nil && p.ID() == id {
			return &keyState{Public: p, device: true} // it speaks for itself alone: it has no role yet
		}
	case "rotate":
		for _, list := range []string{"retires", "keys"} {
			if k, err := firstEd25519(j.event.texts(list)); err == nil && k.ID() == id {
				return &keyState{Public: k.person, device: true}
			}
		}
	}
	return nil
}

// key judges what a key event says besides who signed it.
func (j *judgement) key() {
	switch j.event.text("action") {
	case "register":
		id := j.event.text("key")
		switch p, err := ParsePublic(j.event.text("public")); {
		case err != nil:
			j.fault(Fault{Kind: BadForm, Key: id, Note: err.Error()})
		case p.ID() != id:
			j.fault(Fault{Kind: BadForm, Key: id, Note: "key is not the SHA-256 of public"})
		case j.r.keys[id] != nil:
			j.fault(Fault{Kind: KeyTwice, Key: id, By: j.r.keys[id].since, HasBy: true})
		case !slices.Contains(j.holds, id):
			j.fault(Fault{Kind: NoPossession, Key: id})
		}
	case "revoke":
		if id := j.event.text("key"); j.r.keys[id] == nil {
			j.fault(Fault{Kind: UnknownKey, Key: id})
		}
	case "rotate":
		for _, list := range []string{"retires", "keys"} {
			k, err := firstEd25519(j.event.texts(list))
			if err != nil {
				j.fault(Fault{Kind: BadForm, Note: list + ": " + err.Error()})
			} else if !slices.Contains(j.holds, k.ID()) {
				j.fault(Fault{Kind: NoPossession, Key: k.ID()})
			}
		}
	}
}

func firstEd25519(texts []string) (LedgerKey, error) {
	for _, text := range texts {
		k, err := ParseLedgerKey(text)
		if err != nil {
			return k, err
		}
		if k.Ed25519() {
			return k, nil
		}
	}
	return LedgerKey{}, errors.New("no Ed25519 key among them")
}

// later judges a signature event, whose record's signatures are on the event that it names.
func (j *judgement) later(list []Signature) {
	target, ok := j.r.find(j.event.text("signs"))
	sum := sha256.Sum256(target)
	j.digestFits = ok && j.event.text("sha256") == hex.EncodeToString(sum[:])
	if given := j.event.text("sha256") != ""; !j.digestFits && (given || len(list) > 0) {
		j.fault(Fault{Kind: WrongDigest})
	}
	for _, s := range list {
		if s.Meaning != j.event.text("meaning") {
			j.fault(Fault{Kind: OtherMeaning, Key: s.Key})
		}
	}
}

// unalterable: what was said of keys and policies is corrected by nobody.
func (j *judgement) unalterable() {
	target := j.event.text("replaces")
	if j.typ == "correction" {
		target = j.event.text("corrects")
	}
	if j.r.fixed[target] {
		j.fault(Fault{Kind: Unalterable})
	}
}

// policy holds the record against the policy in force for its type. Anybody may revoke a key: the safe side.
func (j *judgement) policy() {
	p := j.r.policies[j.typ]
	revokes := j.typ == "key" && j.event.text("action") == "revoke"
	if p == nil || revokes {
		return
	}
	keys := j.typ == "key" || j.typ == "policy"
	j.duty = &duty{seq: j.entry.Seq, policy: p, signed: j.valid}
	j.duty.waived = !keys && slices.Contains(j.event.inside("deviation").texts("rules"), MissingSignature)
	if p.gate != GateEntry && !keys || j.duty.waived {
		return
	}
	for _, f := range j.duty.lacks() {
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
		p, err := ParsePublic(e.text("public"))
		if err == nil {
			r.keys[id] = &keyState{Public: p, holder: e.text("holder"), role: e.text("role"), device: e.text("use") != "person", since: j.entry.Seq}
		}
	case "revoke":
		if k := r.keys[id]; k != nil && !k.revoked {
			k.revoked, k.until = true, j.entry.Seq
		}
	case "set":
		p := parsePolicy(e, j.entry.Seq)
		r.policies[e.text("on")] = p
		r.gates = r.gates || p.gate == GateUse
	case "end":
		delete(r.policies, e.text("on"))
	}
}
