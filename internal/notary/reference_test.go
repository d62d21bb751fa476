package notary_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

// A slowRegister is docs/trust.md sections 2 and 3, sentence by sentence: it keeps all records and looks through them again for each question.
type slowRegister struct {
	origin  string
	records []slowRecord
}

type slowRecord struct {
	seq     uint64
	event   map[string]any
	bytes   []byte
	sigs    []slowSig
	faulty  bool // it has no effect
	signers []slowSigner
}

type slowSig struct{ Key, Meaning, Time, Sig string }

// A slowSigner is a person who has signed: what counts for a policy.
type slowSigner struct{ holder, role, meaning string }

func (s *slowRegister) text(e map[string]any, name string) string { t, _ := e[name].(string); return t }

// validKey returns the record that registered a key, where it is valid for record n: registered before, and not revoked before.
func (s *slowRegister) validKey(id string, n uint64) (key *slowRecord, revoked bool) {
	for i := range s.records {
		r := &s.records[i]
		if r.seq >= n || s.text(r.event, "type") != "key" || s.text(r.event, "key") != id {
			continue
		}
		switch {
		case s.text(r.event, "action") == "register" && !r.faulty:
			key = r
		case s.text(r.event, "action") == "revoke" && key != nil:
			return key, true
		}
	}
	return key, false
}

// inForce returns the newest policy before record n for a type.
func (s *slowRegister) inForce(typ string, n uint64) *slowRecord {
	var p *slowRecord
	for i := range s.records {
		r := &s.records[i]
		if r.seq >= n || r.faulty || s.text(r.event, "type") != "policy" || s.text(r.event, "on") != typ {
			continue
		}
		if p = r; s.text(r.event, "action") == "end" {
			p = nil
		}
	}
	return p
}

// met says whether people have signed what a policy needs.
func (s *slowRegister) met(policy *slowRecord, signers []slowSigner) bool {
	some, people := map[string]bool{}, 1.0
	if n, ok := policy.event["people"].(float64); ok {
		people = n
	}
	for _, n := range policy.event["needs"].([]any) {
		need := n.(map[string]any)
		count, holders := 1.0, map[string]bool{}
		if c, ok := need["count"].(float64); ok {
			count = c
		}
		for _, p := range signers {
			if p.meaning == s.text(need, "meaning") && (need["role"] == nil || s.text(need, "role") == p.role) {
				holders[p.holder], some[p.holder] = true, true
			}
		}
		if float64(len(holders)) < count {
			return false
		}
	}
	return float64(len(some)) >= people
}

// add judges a record and returns the kinds of what is wrong with it.
func (s *slowRegister) add(seq uint64, event []byte, sig []byte) []string {
	r := slowRecord{seq: seq, bytes: event}
	must(json.Unmarshal(event, &r.event))
	if len(sig) > 0 {
		must(json.Unmarshal(sig, &r.sigs))
	}
	var faults []string
	typ, action := s.text(r.event, "type"), s.text(r.event, "action")
	possessed := false
	for _, sg := range r.sigs {
		key, revoked := s.validKey(sg.Key, seq)
		own := key == nil && typ == "key" && action == "register" && s.text(r.event, "key") == sg.Key
		switch {
		case key == nil && !own:
			faults = append(faults, "unknown-key")
		case revoked:
			faults = append(faults, "revoked-key")
		case !s.verifies(sg, key, &r):
			faults = append(faults, "not-verified")
		case own:
			possessed = true
		default:
			if s.text(key.event, "key") == s.text(r.event, "key") && action == "register" {
				possessed = true
			}
			if s.text(key.event, "use") == "person" {
				r.signers = append(r.signers, slowSigner{s.text(key.event, "holder"), s.text(key.event, "role"), sg.Meaning})
			}
		}
	}
	switch typ {
	case "key":
		known, _ := s.validKey(s.text(r.event, "key"), seq)
		if action == "register" && known != nil {
			faults = append(faults, "key-twice")
		}
		if action == "register" && !possessed {
			faults = append(faults, "no-possession")
		}
		if action == "revoke" && known == nil {
			faults = append(faults, "unknown-key")
		}
	case "signature":
		faults = append(faults, s.later(&r)...)
	}
	for _, before := range s.records {
		target := s.text(r.event, "replaces")
		if typ == "correction" {
			target = s.text(r.event, "corrects")
		}
		kind := s.text(before.event, "type")
		if (kind == "key" || kind == "policy") && s.text(before.event, "id") == target {
			faults = append(faults, "unalterable")
		}
	}
	if p := s.inForce(typ, seq); p != nil && (typ != "key" || action != "revoke") && !s.met(p, r.signers) {
		switch keys := typ == "key" || typ == "policy"; {
		case keys:
			faults = append(faults, "unauthorized")
		case s.text(p.event, "gate") == "entry" && !s.waived(&r):
			faults = append(faults, "missing-signatures")
		}
	}
	r.faulty = len(faults) > 0
	s.records = append(s.records, r)
	return faults
}

func (s *slowRegister) waived(r *slowRecord) bool {
	d, _ := r.event["deviation"].(map[string]any)
	rules, _ := d["rules"].([]any)
	return slices.Contains(rules, any("missing-signature"))
}

func (s *slowRegister) later(r *slowRecord) (faults []string) {
	want := ""
	for _, before := range s.records {
		if s.text(before.event, "id") == s.text(r.event, "signs") {
			sum := sha256.Sum256(before.bytes)
			want = hex.EncodeToString(sum[:])
		}
	}
	given := s.text(r.event, "sha256")
	if (len(r.sigs) > 0 || given != "") && (given != want || want == "") {
		faults = append(faults, "wrong-digest")
	}
	for _, sg := range r.sigs {
		if sg.Meaning != s.text(r.event, "meaning") {
			faults = append(faults, "other-meaning")
		}
	}
	return faults
}

func (s *slowRegister) verifies(sg slowSig, key *slowRecord, r *slowRecord) bool {
	public := s.text(r.event, "public")
	if key != nil {
		public = s.text(key.event, "public")
	}
	p, err := notary.ParsePublic(public)
	must(err)
	message := "suyuan/v1 signature\n" + s.origin + "\n" + string(nt.JCS(nt.Members{"event": json.RawMessage(r.bytes), "key": sg.Key, "meaning": sg.Meaning, "time": sg.Time}))
	raw, err := base64decode(sg.Sig)
	must(err)
	return p.Verify([]byte(message), raw) == nil
}

// open returns the numbers of records whose policy is not met yet, later signatures counted.
func (s *slowRegister) open() []uint64 {
	var list []uint64
	for i := range s.records {
		r := &s.records[i]
		typ := s.text(r.event, "type")
		p := s.inForce(typ, r.seq)
		if p == nil || typ == "key" && s.text(r.event, "action") == "revoke" || s.waived(r) && typ != "key" && typ != "policy" {
			continue
		}
		signers := slices.Clone(r.signers)
		for _, after := range s.records {
			if s.text(after.event, "type") == "signature" && !after.faulty && s.text(after.event, "signs") == s.text(r.event, "id") {
				signers = append(signers, after.signers...)
			}
		}
		if !s.met(p, signers) {
			list = append(list, r.seq)
		}
	}
	return list
}

// history draws records of all kinds, right and wrong, around few keys, holders and events.
func history(t *rapid.T) *nt.Ledger {
	l := nt.New("lab.example/a", nil)
	keys := []nt.Key{nt.Plain("a"), nt.Plain("b"), nt.SSH("c"), nt.Token("d", 1)}
	key := func() nt.Key { return rapid.SampledFrom(keys).Draw(t, "key") }
	meaning := func() string { return rapid.SampledFrom([]string{"approved", "reviewed"}).Draw(t, "meaning") }
	gate := func() string { return rapid.SampledFrom([]string{"entry", "use", "none"}).Draw(t, "gate") }
	for range rapid.IntRange(4, 24).Draw(t, "records") {
		m, typ := nt.Members{}, rapid.SampledFrom([]string{"register", "register", "revoke", "set", "end", "store", "store", "release", "signature", "signature", "correction"}).Draw(t, "kind")
		var first []nt.Signing
		n := rapid.IntRange(0, len(l.Records)).Draw(t, "record")
		switch typ {
		case "register":
			k := key()
			typ, m = "key", nt.Members{
				"action": "register", "key": k.Public.ID(), "public": k.Public.String(), "use": rapid.SampledFrom([]string{"person", "person", "device"}).Draw(t, "use"),
				"holder": rapid.SampledFrom([]string{"OP-1", "OP-2"}).Draw(t, "holder"), "role": rapid.SampledFrom([]string{"qp", "op"}).Draw(t, "role"),
			}
			if rapid.IntRange(0, 9).Draw(t, "possession") > 0 {
				first = []nt.Signing{by(k, "performed")}
			}
		case "revoke":
			typ, m = "key", nt.Members{"action": "revoke", "key": key().Public.ID(), "reason": "lost"}
		case "set":
			need := nt.Members{"meaning": meaning()}
			if rapid.Bool().Draw(t, "with role") {
				need["role"] = "qp"
			}
			typ, m = "policy", nt.Members{
				"action": "set", "on": rapid.SampledFrom([]string{"store", "store", "release", "key", "policy", "signature"}).Draw(t, "on"), "gate": gate(),
				"needs": []nt.Members{need, {"meaning": meaning(), "count": rapid.IntRange(1, 2).Draw(t, "count")}}, "people": rapid.IntRange(1, 2).Draw(t, "people"),
			}
		case "end":
			typ, m = "policy", nt.Members{"action": "end", "on": rapid.SampledFrom([]string{"store", "release", "key"}).Draw(t, "on")}
		case "signature":
			m = nt.Members{"signs": nt.ID(n), "meaning": meaning()}
			if n > 0 && n < len(l.Records) && rapid.IntRange(0, 9).Draw(t, "digest") > 0 {
				sum := sha256.Sum256(parsed(l.Records[n]).Event)
				m["sha256"] = hex.EncodeToString(sum[:])
			}
		case "correction":
			m = nt.Members{"corrects": nt.ID(n), "reason": "wrong"}
		default:
			if rapid.IntRange(0, 5).Draw(t, "replaces") == 0 {
				m["replaces"] = nt.ID(n)
			}
			if rapid.IntRange(0, 3).Draw(t, "waived") == 0 {
				m["deviation"] = nt.Members{"rules": []string{"missing-signature"}}
			}
		}
		addSigned(t, l, typ, m, first, key)
	}
	return l
}

func addSigned(t *rapid.T, l *nt.Ledger, typ string, m nt.Members, signings []nt.Signing, key func() nt.Key) {
	met := map[string]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "signatures") {
		s := by(key(), rapid.SampledFrom([]string{"approved", "reviewed"}).Draw(t, "meant"))
		if typ == "signature" && rapid.IntRange(0, 4).Draw(t, "as the event") > 0 {
			s.Meaning = m["meaning"].(string)
		}
		if id := s.By.Public.ID() + s.Meaning; !met[id] {
			signings, met[id] = append(signings, s), true
		}
	}
	event := l.Event(typ, m)
	list := l.Sign(event, signings...)
	if len(list) > 0 && rapid.IntRange(0, 7).Draw(t, "broken") == 0 {
		list[0].Sig = flipped(list[0].Sig, len(list[0].Sig)-20, 1)
	}
	l.AddSigned(event, list)
}

func TestRegisterAgreesWithTheSlowReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := history(t)
		digests := map[string][sha256.Size]byte{}
		fast := notary.NewRegister(l.Origin, func(id string) ([sha256.Size]byte, bool) { sum, ok := digests[id]; return sum, ok })
		slow := &slowRegister{origin: l.Origin}
		for _, b := range l.Records[1:] {
			r := parsed(b)
			entry := notary.Entry{Seq: r.Seq, Event: r.Event, Sig: r.Sig}
			judged := fmt.Sprint(fast.Judge(entry))
			faults := fast.Add(entry)
			if fmt.Sprint(faults) != judged {
				t.Fatalf("record %d: Judge says %v, Add %v", r.Seq, judged, faults)
			}
			var got []string
			for _, f := range faults {
				if got = append(got, string(f.Kind)); f.Seq != r.Seq {
					t.Fatalf("record %d: fault of record %d", r.Seq, f.Seq)
				}
			}
			want := slow.add(r.Seq, r.Event, r.Sig)
			slices.Sort(got)
			slices.Sort(want)
			if got, want := slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
				t.Fatalf("record %d: found %q, the reference %q\n%s", r.Seq, got, want, b)
			}
			if fmt.Sprint(fast.Judge(notary.Entry{})) == "[]" {
				t.Fatal("a record without an event is judged right")
			}
			digests[r.ID] = sha256.Sum256(r.Event)
		}
		var open []uint64
		for seq, d := range fast.Duties {
			if !d.Waived && len(d.Lacks()) > 0 {
				open = append(open, seq)
			}
		}
		slices.Sort(open)
		if want := slow.open(); !slices.Equal(open, want) {
			t.Fatalf("open are %d, in the reference %d\n%s", open, want, strings.Join(strings.Split(string(slices.Concat(l.Records...)), "}{"), "}\n{"))
		}
	})
}
