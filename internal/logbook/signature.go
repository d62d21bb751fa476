package logbook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/rules"
)

// A Signing is a signature that everything a book records is to bear.
type Signing struct {
	Signer  keyring.Signer
	Meaning string // one of notary.Meanings

	ledger *keyring.LedgerKeys // in place of a signer: the ledger itself, for a rotation of its keys
}

// names returns the key and the meaning that stand in the signature.
func (s *Signing) names() (key, meaning string) {
	if s.ledger != nil {
		return s.ledger.Verifiers()[0].ID(), "approved"
	}
	return s.Signer.Public().ID(), s.Meaning
}

func (s *Signing) sign(origin string, content []byte, at string) (notary.Signature, error) {
	if s.ledger != nil {
		return s.ledger.SignRotation(content, at)
	}
	id := s.Signer.Public().ID()
	sig, err := s.Signer.Sign(notary.Message(origin, content, id, s.Meaning, at))
	if err != nil {
		return notary.Signature{}, &SigningError{id, err}
	}
	return notary.Signature{Key: id, Meaning: s.Meaning, Time: at, Sig: sig}, nil
}

// A SigningError says which key could not sign.
type SigningError struct {
	Key string
	Err error
}

// Error names the key.
func (e *SigningError) Error() string { return fmt.Sprintf("sign with key %.16s…: %v", e.Key, e.Err) }

// Unwrap returns why.
func (e *SigningError) Unwrap() error { return e.Err }

// An UnsignedError says that an event stands in the ledger already, without a
// signature that it was to be recorded with. A later one can be made.
type UnsignedError struct {
	Seq          uint64
	Key, Meaning string
}

// Error names the record and what it does not bear.
func (e *UnsignedError) Error() string {
	return fmt.Sprintf("record %d holds the event already, without the signature by key %.16s… as %q", e.Seq, e.Key, e.Meaning)
}

// bears says whether a record has the signatures that the book gives: nobody
// must take for signed what is not.
func (b *Book) bears(rec *ledger.Record) error {
	if len(b.o.Sign) == 0 {
		return nil
	}
	list, err := notary.ParseSignatures(rec.Sig)
	if err != nil {
		return &DamageError{rec.Seq, err.Error()}
	}
	for i := range b.o.Sign {
		key, meaning := b.o.Sign[i].names()
		if !slices.ContainsFunc(list, func(s notary.Signature) bool { return s.Key == key && s.Meaning == meaning }) {
			return &UnsignedError{rec.Seq, key, meaning}
		}
	}
	return nil
}

// sign returns the member sig of a record with this event; nil where nobody signs.
func (b *Book) sign(content []byte, now time.Time) ([]byte, error) {
	var list []notary.Signature
	at := event.TimeOf(now.UTC().Truncate(time.Millisecond)).String()
	for i := range b.o.Sign {
		s, err := b.o.Sign[i].sign(b.genesis.Origin, content, at)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return notary.AppendSignatures(nil, list), nil
}

// signedEntry is what the register is told of a record with this event.
func (b *Book) signedEntry(seq uint64, content []byte, now time.Time) (notary.Entry, error) {
	sig, err := b.sign(content, now)
	return notary.Entry{Seq: seq, Event: content, Sig: sig}, err
}

// newRegister makes the register of a ledger with this genesis.
func (s *state) newRegister(g *ledger.Genesis) *notary.Register {
	r := notary.NewRegister(g.Origin, s.digestOf)
	for before := g.Succeeds; before != nil; before = before.Succeeds {
		r.Carried(before.Origin, before.Kept)
	}
	return r
}

// digestOf returns the digest of the event with an id: of one that is being judged with others, or of one that is recorded.
func (s *state) digestOf(id string) ([sha256.Size]byte, bool) {
	if s.fresh != nil {
		if sum, ok := s.fresh(event.ID(id)); ok {
			return sum, true
		}
	}
	entry, ok := s.graph.ByID(event.ID(id))
	if !ok || s.ledger == nil {
		return [sha256.Size]byte{}, false
	}
	rec, err := s.ledger.Record(context.Background(), entry.Seq)
	if err != nil {
		return [sha256.Size]byte{}, false
	}
	return sha256.Sum256(rec.Event), true
}

// signed tells the register of a record, now or when it is asked for. One that
// is merely signed leaves no trace there.
func (s *state) signed(e *event.Event, entry notary.Entry) {
	if p, ok := e.Body.(*event.Policy); ok && p.Set != nil {
		s.policed[p.Set.On] = true
	}
	if !s.concerns(e) {
		return
	}
	s.concerned = append(s.concerned, entry.Seq)
	if s.register != nil {
		s.register.Add(entry)
	}
}

func (s *state) concerns(e *event.Event) bool {
	switch e.Type {
	case event.TypeKey, event.TypePolicy, event.TypeSignature, event.TypeCorrection:
		return true
	default:
		return e.Replaces != "" || s.policed[e.Type]
	}
}

// signatures is how the rules see the register: for the event that is judged, with its signatures.
type signatures struct {
	state *state
	entry notary.Entry
}

// Faults implements rules.Signatures.
func (s *signatures) Faults(e *event.Event) []rules.SignatureFault {
	r := s.state.register
	if s.entry.Sig == nil && e.Replaces == "" && !r.Concerns(string(e.Type)) {
		return nil
	}
	var list []rules.SignatureFault
	for _, f := range r.Judge(s.entry) {
		if f.Kind == notary.Unalterable {
			continue // the rules see for themselves what it corrects or replaces
		}
		fault := rules.SignatureFault{Variant: variants[f.Kind], Key: f.Key, Seq: f.By, HasSeq: f.HasBy, Found: f.Note, Need: needOf(f)}
		if f.Kind == notary.OtherMeaning {
			fault.Meaning = s.meaning(e, f.Key)
		}
		if later, ok := e.Body.(*event.Signature); ok && f.Kind == notary.WrongDigest {
			if sum, ok := s.state.digestOf(string(later.Signs)); ok {
				fault.Want = hex.EncodeToString(sum[:])
			}
		}
		list = append(list, fault)
	}
	return list
}

// meaning returns what the signature by a key says instead of what the event does.
func (s *signatures) meaning(e *event.Event, key string) string {
	list, _ := notary.ParseSignatures(s.entry.Sig) // that it can be read was judged
	for _, sig := range list {
		if later, ok := e.Body.(*event.Signature); ok && sig.Key == key && sig.Meaning != later.Meaning {
			return sig.Meaning
		}
	}
	return ""
}

// variants are the rules' names for what the notary finds.
var variants = map[notary.FaultKind]rules.Variant{
	notary.BadForm:      rules.BadForm,
	notary.BadSignature: rules.Unverified,
	notary.UnknownKey:   rules.UnknownKey,
	notary.RevokedKey:   rules.RevokedKey,
	notary.KeyTwice:     rules.KnownKey,
	notary.NoPossession: rules.NoPossession,
	notary.Unalterable:  rules.Unalterable,
	notary.Unauthorized: rules.PolicyUnmet,
	notary.WrongDigest:  rules.OtherEvent,
	notary.OtherMeaning: rules.OtherMeaning,
	notary.Unsigned:     rules.Unsigned,
}

func needOf(f notary.Fault) rules.SignatureNeed {
	return rules.SignatureNeed{Meaning: f.Need.Meaning, Role: f.Need.Role, Wanted: int64(f.Need.Count), Found: int64(f.Found)}
}

// Gates implements rules.Signatures.
func (s *signatures) Gates() bool { return s.state.register.Gates }

// Withheld implements rules.Signatures.
func (s *signatures) Withheld(seq uint64) []rules.SignatureNeed {
	d := s.state.register.Duties[seq]
	if d == nil || d.Policy.Gate != notary.GateUse || d.Waived {
		return nil
	}
	var list []rules.SignatureNeed
	for _, f := range d.Lacks() {
		list = append(list, needOf(f))
	}
	return list
}

// sortFaults puts them in order of records.
func sortFaults(list []notary.Fault) {
	slices.SortStableFunc(list, func(a, b notary.Fault) int { return cmp.Compare(a.Seq, b.Seq) })
}

// OpenDuties returns what records still lack under their policies, whatever the
// gate, in order of records; what a deviation waived is not among it.
func OpenDuties(r *notary.Register) []notary.Fault {
	var list []notary.Fault
	for _, d := range r.Duties {
		if !d.Waived {
			list = append(list, d.Lacks()...)
		}
	}
	sortFaults(list)
	return list
}
