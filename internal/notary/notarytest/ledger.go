package notarytest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/notary"
)

// Members are those of an event or of a genesis.
type Members map[string]any

// A Signing says who signs a record, and as what.
type Signing struct {
	By      Key
	Meaning string
}

// A Ledger is a small one in memory.
type Ledger struct {
	Origin  string
	Keys    []LedgerKey // in force, the Ed25519 one first
	Records [][]byte    // as stored

	signedAs string // another origin, for records that are carried over
	stored   []tlog.Hash
}

// New returns a ledger of its record 0 alone.
func New(origin string, genesis Members) *Ledger {
	l := &Ledger{Origin: origin, signedAs: origin, Keys: []LedgerKey{Ed25519(origin, origin), MLDSA(origin, origin)}}
	g := Members{"created": "2026-03-01T08:00:00Z", "origin": origin}
	for name, value := range genesis {
		g[name] = value
	}
	l.Store(l.record(g, nil))
	return l
}

// Trusted returns the verifier keys in force.
func (l *Ledger) Trusted() []notary.LedgerKey {
	var list []notary.LedgerKey
	for _, k := range l.Keys {
		list = append(list, k.Public)
	}
	return list
}

// JCS returns the canonical form.
func JCS(v any) []byte {
	b, err := json.Marshal(v)
	must(err)
	b, err = jcs.Transform(b)
	must(err)
	return b
}

// ID returns an event id that belongs to a number.
func ID(n int) string { return fmt.Sprintf("019c9f00-0000-8000-8000-%012d", n) }

// Event returns the bytes of the event that the next record would hold.
func (l *Ledger) Event(typ string, m Members) []byte {
	e := Members{"type": typ, "time": "2026-03-01T08:00:00Z", "id": ID(len(l.Records))}
	for name, value := range m {
		e[name] = value
	}
	return JCS(e)
}

// Add records an event that these sign, and returns its number.
func (l *Ledger) Add(typ string, m Members, signings ...Signing) int {
	event := l.Event(typ, m)
	return l.AddSigned(event, l.Sign(event, signings...))
}

// Sign returns the signatures of these on an event.
func (l *Ledger) Sign(event []byte, signings ...Signing) []notary.Signature {
	var list []notary.Signature
	for _, s := range signings {
		sig := notary.Signature{Key: s.By.Public.ID(), Meaning: s.Meaning, Time: "2026-03-01T16:00:00+08:00"}
		sig.Sig = s.By.Sign(notary.Message(l.signedAs, event, sig.Key, sig.Meaning, sig.Time))
		list = append(list, sig)
	}
	return list
}

// AddSigned records an event with signatures, whatever they are, and returns its number.
func (l *Ledger) AddSigned(event []byte, list []notary.Signature) int {
	return l.Store(l.record(nil, event, notary.AppendSignatures(nil, list)...))
}

func (l *Ledger) record(genesis Members, event []byte, sig ...byte) []byte {
	r := Members{"recorded": "2026-03-01T08:00:00.000Z", "seq": len(l.Records), "v": 1, "prev": strings.Repeat("0", 64)}
	if genesis != nil {
		r["genesis"] = genesis
	} else {
		leaf := tlog.RecordHash(l.Records[len(l.Records)-1])
		r["by"], r["event"], r["prev"] = "OP-1", json.RawMessage(event), hex.EncodeToString(leaf[:])
	}
	if len(sig) > 0 {
		r["sig"] = json.RawMessage(sig)
	}
	return JCS(r)
}

// Store appends the bytes of a record, whatever they are, and returns its number.
func (l *Ledger) Store(record []byte) int {
	n := len(l.Records)
	hashes, err := tlog.StoredHashes(int64(n), record, l)
	must(err)
	l.stored, l.Records = append(l.stored, hashes...), append(l.Records, record)
	return n
}

// ReadHashes implements tlog.HashReader.
func (l *Ledger) ReadHashes(at []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(at))
	for i, n := range at {
		list[i] = l.stored[n]
	}
	return list, nil
}

// Register records that a key is the holder's.
func (l *Ledger) Register(k Key, holder, role string, more ...Signing) int {
	m := Members{"action": "register", "key": k.Public.ID(), "public": k.Public.String(), "holder": holder, "use": "person"}
	if role != "" {
		m["role"] = role
	}
	return l.Add("key", m, append([]Signing{{k, "approved"}}, more...)...)
}

// Later records a signature event on the event of record n.
func (l *Ledger) Later(n int, meaning string, signings ...Signing) int {
	r, err := notary.ParseRecord(l.Records[n])
	must(err)
	sum := sha256.Sum256(r.Event)
	return l.Add("signature", Members{"signs": r.ID, "meaning": meaning, "sha256": hex.EncodeToString(sum[:])}, signings...)
}

// Rotate records that other keys take the place of those in force.
func (l *Ledger) Rotate(seed string, more ...Signing) int {
	young := []LedgerKey{Ed25519(l.Origin, seed), MLDSA(l.Origin, seed)}
	event := l.Event("key", Rotation(l.Keys, young))
	list := l.SignRotation(event, l.Keys[0], young[0])
	l.Keys = young
	return l.AddSigned(event, append(list, l.Sign(event, more...)...))
}

// Rotation returns the members of a rotation.
func Rotation(old, young []LedgerKey) Members {
	texts := func(keys []LedgerKey) (list []string) {
		for _, k := range keys {
			list = append(list, k.Public.String())
		}
		return list
	}
	return Members{"action": "rotate", "retires": texts(old), "keys": texts(young)}
}

// SignRotation returns the signatures of ledger keys on a rotation.
func (l *Ledger) SignRotation(event []byte, keys ...LedgerKey) []notary.Signature {
	var list []notary.Signature
	for _, k := range keys {
		s := notary.Signature{Key: k.Public.ID(), Meaning: "approved", Time: "2026-03-01T08:00:00Z"}
		sig, err := k.Sign(notary.Message(l.signedAs, event, s.Key, s.Meaning, s.Time))
		must(err)
		s.Sig = sig
		list = append(list, s)
	}
	return list
}

// Succeed returns a ledger that takes the place of l after a loss: it carries over the records below kept, and declares those up to size lost.
func (l *Ledger) Succeed(origin string, kept, size int) *Ledger {
	root, err := tlog.TreeHash(int64(kept), l)
	must(err)
	succeeds := Members{"kept": kept, "origin": l.Origin, "root": hex.EncodeToString(root[:]), "size": size}
	old, err := notary.ParseRecord(l.Records[0])
	must(err)
	if len(old.Older) > 0 {
		succeeds["succeeds"] = Members{"kept": old.Older[0].Kept, "origin": old.Older[0].Origin, "root": strings.Repeat("0", 64), "size": old.Older[0].Kept}
	}
	next := New(origin, Members{"succeeds": succeeds})
	for _, b := range l.Records[1:kept] {
		r, err := notary.ParseRecord(b)
		must(err)
		next.Store(next.record(nil, r.Event, r.Sig...))
	}
	return next
}
