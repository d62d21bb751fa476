package notary_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

// A forgery is a record that somebody who can write into a ledger adds to it.
type forgery struct {
	want string
	do   func(l *nt.Ledger)
}

// onPeople are whole bundles of ledgers that record what nobody signed so.
func onPeople() map[string]attack {
	all := map[string]attack{}
	for _, some := range []map[string]forgery{onSignatures(), onKeys(), onPolicies(), onLaterSignatures()} {
		for name, f := range some {
			l := releases("lab.example/a")
			trusted := l.Trusted()
			f.do(l)
			all["forged: "+name] = attack{l.All().Seal(), trusted, f.want}
		}
	}
	for name, f := range onSuccessors() {
		old := releases("lab.example/old")
		l := old.Succeed("lab.example/a", len(old.Records), len(old.Records))
		f.do(l)
		all["forged in a successor: "+name] = attack{l.All().Seal(), l.Trusted(), f.want}
	}
	return all
}

// signedAs adds a store event with one signature that change has altered.
func signedAs(change func(l *nt.Ledger, event []byte, s *notary.Signature)) func(*nt.Ledger) {
	return func(l *nt.Ledger) {
		alice, _, _ := people()
		event := l.Event("store", nt.Members{"units": []string{"U-2"}})
		list := l.Sign(event, by(alice, "performed"))
		change(l, event, &list[0])
		l.AddSigned(event, list)
	}
}

func onSignatures() map[string]forgery {
	alice, bob, carol := people()
	replay := func(origin string, event []byte) []byte {
		return alice.Sign(notary.Message(origin, event, alice.Public.ID(), "performed", "2026-03-01T16:00:00+08:00"))
	}
	sigs := func(change func(string) string) func(*nt.Ledger) {
		return func(l *nt.Ledger) {
			event := l.Event("store", nil)
			sig := notary.AppendSignatures(nil, l.Sign(event, by(alice, "performed"), by(bob, "witnessed")))
			l.Add("store", nil)
			n := len(l.Records) - 1
			record := strings.Replace(string(l.Records[n]), `,"v":1}`, `,"sig":`+change(string(sig))+`,"v":1}`, 1)
			*l = *again(l, n, []byte(record))
		}
	}
	return map[string]forgery{
		"all three types, as they must be": {"ok", func(l *nt.Ledger) {
			l.Add("store", nil, by(alice, "performed"), by(bob, "witnessed"), by(carol, "reviewed"), by(alice, "approved"))
		}},
		"the list as it must be":              {"ok", sigs(func(s string) string { return s })},
		"an empty list":                       {"signature", sigs(func(string) string { return "[]" })},
		"an object for the list":              {"signature", sigs(func(string) string { return "{}" })},
		"a member more":                       {"signature", sigs(func(s string) string { return strings.Replace(s, `"sig":`, `"role":"qp","sig":`, 1) })},
		"a member less":                       {"signature", sigs(func(s string) string { return strings.Replace(s, `"meaning":"performed",`, ``, 1) })},
		"a member in other letters":           {"signature", sigs(func(s string) string { return strings.Replace(s, `"key":`, `"Key":`, 1) })},
		"a key in upper case":                 {"signature", sigs(func(s string) string { return s[:8] + strings.ToUpper(s[8:72]) + s[72:] })},
		"a meaning outside the list":          {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Meaning = "seen" })},
		"a time that is none":                 {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Time = "2026-03-01" })},
		"another meaning":                     {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Meaning = "approved" })},
		"another time":                        {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Time = "2026-03-01T15:00:00+08:00" })},
		"another key":                         {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Key = bob.Public.ID() })},
		"a key that nobody registered":        {"signature", func(l *nt.Ledger) { l.Add("store", nil, by(nt.Plain("mallory"), "performed")) }},
		"a flipped bit":                       {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Sig = flipped(s.Sig, 10, 3) })},
		"a signature cut short":               {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Sig = s.Sig[:63] })},
		"an empty signature":                  {"signature", signedAs(func(_ *nt.Ledger, _ []byte, s *notary.Signature) { s.Sig = nil })},
		"replayed from a drill's copy":        {"signature", signedAs(func(_ *nt.Ledger, e []byte, s *notary.Signature) { s.Sig = replay("drill.lab.example/a", e) })},
		"replayed from another event":         {"signature", signedAs(func(l *nt.Ledger, _ []byte, s *notary.Signature) { s.Sig = replay(l.Origin, l.Event("store", nil)) })},
		"the same key and meaning twice":      {"signature", func(l *nt.Ledger) { l.Add("store", nil, by(alice, "performed"), by(alice, "performed")) }},
		"more signatures than a record bears": {"signature", func(l *nt.Ledger) { l.AddSigned(l.Event("store", nil), many(l, notary.MaxSignatures+1)) }},
		"an SSH key's signature as plain one": {"signature", func(l *nt.Ledger) {
			event := l.Event("store", nil)
			list := l.Sign(event, by(bob, "performed"))
			list[0].Sig = nt.Plain("bob").Sign(notary.Message(l.Origin, event, bob.Public.ID(), "performed", list[0].Time))
			l.AddSigned(event, list)
		}},
		"a hardware key that nobody touched": {"signature", func(l *nt.Ledger) { l.Add("store", nil, by(nt.Token("carol", 0), "performed")) }},
		"a hardware key with other flags":    {"ok", func(l *nt.Ledger) { l.Add("store", nil, by(nt.Token("carol", 5), "performed")) }},
		"a touch that was written in": {"signature", func(l *nt.Ledger) {
			event := l.Event("store", nil)
			list := l.Sign(event, by(nt.Token("carol", 0), "performed"))
			list[0].Sig[len(list[0].Sig)-5] = 1
			l.AddSigned(event, list)
		}},
	}
}

// many are distinct by key, and none of them has to verify.
func many(l *nt.Ledger, n int) []notary.Signature {
	alice, _, _ := people()
	one := l.Sign(l.Event("store", nil), by(alice, "performed"))[0]
	var list []notary.Signature
	for i := range n {
		s := one
		sum := sha256.Sum256([]byte{byte(i)})
		s.Key = hex.EncodeToString(sum[:])
		list = append(list, s)
	}
	return list
}

// again is l with other bytes for record n, its last.
func again(l *nt.Ledger, n int, record []byte) *nt.Ledger {
	out := nt.New(l.Origin, nil)
	for _, b := range l.Records[1:n] {
		out.Store(b)
	}
	out.Store(record)
	return out
}

func onKeys() map[string]forgery {
	alice, bob, _ := people()
	dave := nt.Plain("dave")
	register := func(k nt.Key, m nt.Members, s ...nt.Signing) func(*nt.Ledger) {
		return func(l *nt.Ledger) {
			all := nt.Members{"action": "register", "key": k.Public.ID(), "public": k.Public.String(), "holder": "OP-4", "use": "person"}
			for name, value := range m {
				all[name] = value
			}
			l.Add("key", all, s...)
		}
	}
	revoke := func(l *nt.Ledger, k nt.Key, s ...nt.Signing) {
		l.Add("key", nt.Members{"action": "revoke", "key": k.Public.ID(), "reason": "lost", "since": "2020-01-01T00:00:00Z"}, s...)
	}
	sameKey := nt.SSH("alice") // what alice has in a file, held by an agent
	return map[string]forgery{
		"a key, as it must be":                    {"ok", register(dave, nil, by(dave, "approved"))},
		"a key that does not sign":                {"signature", register(dave, nil)},
		"a key that another one signs":            {"signature", register(dave, nil, by(alice, "approved"))},
		"a key under another id":                  {"signature", register(dave, nt.Members{"key": bob.Public.ID()}, by(dave, "approved"))},
		"a key in other spelling":                 {"signature", register(dave, nt.Members{"public": dave.Public.String() + "\n"}, by(dave, "approved"))},
		"a key without a holder":                  {"signature", register(dave, nt.Members{"holder": ""}, by(dave, "approved"))},
		"a key twice":                             {"signature", register(alice, nil, by(alice, "approved"))},
		"a key twice, of another type":            {"signature", register(sameKey, nil, by(sameKey, "approved"))},
		"a key that signs before it is there":     {"signature", func(l *nt.Ledger) { l.Add("store", nil, by(dave, "performed")); l.Register(dave, "OP-4", "") }},
		"a key that signs once it is there":       {"ok", func(l *nt.Ledger) { l.Register(dave, "OP-4", ""); l.Add("store", nil, by(dave, "performed")) }},
		"a revoked key, whatever time it says":    {"signature", func(l *nt.Ledger) { revoke(l, alice); l.Add("store", nil, by(alice, "performed")) }},
		"a key that is revoked afterwards":        {"ok", func(l *nt.Ledger) { l.Add("store", nil, by(alice, "performed")); revoke(l, alice) }},
		"a key that signs its own revocation":     {"ok", func(l *nt.Ledger) { revoke(l, alice, by(alice, "approved")) }},
		"a revocation of a key that is not there": {"signature", func(l *nt.Ledger) { revoke(l, dave) }},
		"a revocation twice":                      {"ok", func(l *nt.Ledger) { revoke(l, alice); revoke(l, alice) }},
		"a revoked key that is registered again":  {"signature", func(l *nt.Ledger) { revoke(l, alice); register(alice, nil, by(alice, "approved"))(l) }},
		"a revoked key, again under another type": {"signature", func(l *nt.Ledger) { revoke(l, alice); register(sameKey, nil, by(sameKey, "approved"))(l) }},
		"a key event that is corrected":           {"signature", func(l *nt.Ledger) { l.Add("correction", nt.Members{"corrects": nt.ID(2), "reason": "no"}) }},
		"a policy event that is corrected":        {"signature", func(l *nt.Ledger) { l.Add("correction", nt.Members{"corrects": nt.ID(4), "reason": "no"}) }},
		"a release that is corrected":             {"ok", func(l *nt.Ledger) { l.Add("correction", nt.Members{"corrects": nt.ID(6), "reason": "no"}) }},
		"a key event that is replaced":            {"signature", func(l *nt.Ledger) { l.Add("store", nt.Members{"replaces": nt.ID(2)}) }},
		"a revocation that is replaced": {"signature", func(l *nt.Ledger) {
			revoke(l, alice)
			l.Add("key", nt.Members{"replaces": nt.ID(10), "action": "revoke", "key": bob.Public.ID()})
		}},
		"a rotation with a key that is none": {"signature", func(l *nt.Ledger) {
			m := nt.Rotation(l.Keys, []nt.LedgerKey{nt.Ed25519(l.Origin, "second")})
			m["keys"] = append(m["keys"].([]string), "no key")
			event := l.Event("key", m)
			l.AddSigned(event, l.SignRotation(event, l.Keys[0], nt.Ed25519(l.Origin, "second")))
		}},
		"a rotation with ML-DSA first": {"signature", func(l *nt.Ledger) {
			event := l.Event("key", nt.Rotation(l.Keys, []nt.LedgerKey{nt.MLDSA(l.Origin, "x"), nt.Ed25519(l.Origin, "second")}))
			l.AddSigned(event, l.SignRotation(event, l.Keys[0], nt.Ed25519(l.Origin, "second")))
		}},
		"a rotation to nothing": {"signature", func(l *nt.Ledger) {
			event := l.Event("key", nt.Rotation(l.Keys, nil))
			l.AddSigned(event, l.SignRotation(event, l.Keys[0]))
		}},
	}
}

func onPolicies() map[string]forgery {
	alice, bob, carol := people()
	dave := nt.Plain("dave")
	policy := func(m nt.Members, s ...nt.Signing) func(*nt.Ledger) {
		return func(l *nt.Ledger) { l.Add("policy", m, s...) }
	}
	qp := []nt.Members{{"meaning": "approved", "role": "qp"}}
	both := func(f ...func(*nt.Ledger)) func(*nt.Ledger) {
		return func(l *nt.Ledger) {
			for _, do := range f {
				do(l)
			}
		}
	}
	release := func(m nt.Members, s ...nt.Signing) func(*nt.Ledger) {
		return func(l *nt.Ledger) { l.Add("release", m, s...) }
	}
	waived := nt.Members{"deviation": nt.Members{"rules": []string{"missing-signature"}, "reason": "r"}}
	set := func(on, gate string, needs []nt.Members) nt.Members {
		return nt.Members{"action": "set", "on": on, "gate": gate, "needs": needs}
	}
	return map[string]forgery{
		"a release that two people sign":         {"ok", release(nil, by(alice, "released"), by(bob, "reviewed"))},
		"a release without signatures":           {"policy", release(nil)},
		"a release that one signs twice":         {"policy", release(nil, by(alice, "released"), by(alice, "reviewed"))},
		"a release by who has not the role":      {"policy", release(nil, by(bob, "released"), by(carol, "reviewed"))},
		"a release without the review":           {"policy", release(nil, by(alice, "released"), by(bob, "witnessed"))},
		"a release that was waived":              {"ok", release(waived)},
		"a release where another rule is waived": {"policy", release(nt.Members{"deviation": nt.Members{"rules": []string{"expired"}}})},
		"a release that a device reviews": {"policy", func(l *nt.Ledger) {
			l.Add("key", nt.Members{"action": "register", "key": dave.Public.ID(), "public": dave.Public.String(), "holder": "OP-4", "use": "device"}, by(dave, "approved"))
			l.Add("release", nil, by(alice, "released"), by(dave, "reviewed"))
		}},
		"two keys of one person": {"policy", func(l *nt.Ledger) {
			l.Register(dave, "OP-1", "")
			l.Add("release", nil, by(alice, "released"), by(dave, "reviewed"))
		}},
		"a missing and a bad signature":       {"signature", func(l *nt.Ledger) { l.Add("release", nil); l.Add("store", nil, by(dave, "performed")) }},
		"a release after the policy's end":    {"ok", both(policy(nt.Members{"action": "end", "on": "release"}), release(nil))},
		"a stricter policy":                   {"policy", both(policy(set("release", "entry", []nt.Members{{"meaning": "released", "count": 2}})), release(nil, by(alice, "released"), by(bob, "reviewed")))},
		"a policy that needs nothing":         {"policy", both(policy(nt.Members{"action": "set", "on": "store", "gate": "entry", "needs": []string{}}), func(l *nt.Ledger) { l.Add("store", nil, by(alice, "performed")) })},
		"a policy with a gate of no name":     {"policy", both(policy(set("store", "later", qp)), func(l *nt.Ledger) { l.Add("store", nil) })},
		"a policy with gate none":             {"ok", both(policy(set("store", "none", qp)), func(l *nt.Ledger) { l.Add("store", nil) })},
		"a count below one":                   {"policy", both(policy(set("store", "entry", []nt.Members{{"meaning": "approved", "count": -3}})), func(l *nt.Ledger) { l.Add("store", nil) })},
		"a key without what its policy wants": {"signature", both(policy(set("key", "none", qp)), func(l *nt.Ledger) { l.Register(dave, "OP-4", "") })},
		"a key with what its policy wants":    {"ok", both(policy(set("key", "use", qp)), func(l *nt.Ledger) { l.Register(dave, "OP-4", "", by(alice, "approved")) })},
		"a key whose policy is waived": {"signature", both(policy(set("key", "none", qp)), func(l *nt.Ledger) {
			l.Add("key", nt.Members{"action": "register", "key": dave.Public.ID(), "public": dave.Public.String(), "holder": "OP-4", "use": "person", "deviation": waived["deviation"]}, by(dave, "approved"))
		})},
		"a new key that authorizes itself":       {"signature", both(policy(set("key", "none", []nt.Members{{"meaning": "approved"}})), func(l *nt.Ledger) { l.Register(dave, "OP-4", "") })},
		"a revocation without what a key needs":  {"ok", both(policy(set("key", "entry", qp)), func(l *nt.Ledger) { l.Add("key", nt.Members{"action": "revoke", "key": bob.Public.ID()}) })},
		"the end of a policy on policies":        {"signature", both(policy(set("policy", "none", qp)), policy(nt.Members{"action": "end", "on": "policy"}))},
		"the signed end of a policy on policies": {"ok", both(policy(set("policy", "none", qp)), policy(nt.Members{"action": "end", "on": "policy"}, by(alice, "approved")))},
	}
}

func onLaterSignatures() map[string]forgery {
	alice, bob, _ := people()
	later := func(m nt.Members, s ...nt.Signing) func(*nt.Ledger) {
		return func(l *nt.Ledger) {
			sum := sha256.Sum256(parsed(l.Records[7]).Event)
			all := nt.Members{"signs": nt.ID(7), "meaning": "reviewed", "sha256": hex.EncodeToString(sum[:])}
			for name, value := range m {
				all[name] = value
			}
			l.Add("signature", all, s...)
		}
	}
	return map[string]forgery{
		"a later signature":                                {"ok", later(nil, by(bob, "reviewed"))},
		"a later signature of another meaning":             {"signature", later(nil, by(bob, "reviewed"), by(alice, "approved"))},
		"a later signature with another digest":            {"signature", later(nt.Members{"sha256": strings.Repeat("0", 64)}, by(bob, "reviewed"))},
		"a later signature without digest":                 {"signature", later(nt.Members{"sha256": ""}, by(bob, "reviewed"))},
		"a later signature on another event":               {"signature", later(nt.Members{"signs": nt.ID(8)}, by(bob, "reviewed"))},
		"a later signature on nothing":                     {"signature", later(nt.Members{"signs": nt.ID(99)}, by(bob, "reviewed"))},
		"a signature event that nobody signs":              {"ok", later(nt.Members{"sha256": ""})},
		"a signature event that nobody signs, with digest": {"ok", later(nil)},
		"a wrong digest that nobody signs":                 {"signature", later(nt.Members{"sha256": strings.Repeat("0", 64)})},
		"a later signature on a refused entry": {"policy", func(l *nt.Ledger) {
			n := l.Add("release", nil, by(alice, "released"))
			l.Later(n, "reviewed", by(bob, "reviewed"))
		}},
	}
}

func onSuccessors() map[string]forgery {
	alice, bob, _ := people()
	return map[string]forgery{
		"a signature under the new origin": {"ok", func(l *nt.Ledger) { l.Add("store", nil, by(alice, "performed")) }},
		"a signature under the old origin": {"signature", signedAs(func(_ *nt.Ledger, e []byte, s *notary.Signature) {
			s.Sig = alice.Sign(notary.Message("lab.example/old", e, s.Key, s.Meaning, s.Time))
		})},
		"a key twice, once of them carried over": {"signature", func(l *nt.Ledger) { l.Register(bob, "OP-9", "") }},
		"a later signature on a carried event":   {"ok", func(l *nt.Ledger) { l.Later(6, "witnessed", by(bob, "witnessed")) }},
	}
}

func parsed(b []byte) notary.Record {
	r, err := notary.ParseRecord(b)
	if err != nil {
		panic(err)
	}
	return r
}
