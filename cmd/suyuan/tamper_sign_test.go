package main

import (
	"encoding/base64"
	"strings"

	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// onSignatures are the attacks on what people signed, by somebody who has the ledger's key and its anchor as well: so nothing but the signatures
// themselves can tell.
func onSignatures() []attack {
	on := func(what, codes string, change func(v *victim, list []members) []members) attack {
		return attack{what: what, codes: codes, do: func(v *victim) {
			v.resigned(func(list []members) []members { return change(v, list) })
		}, blind: codes == ""}
	}
	sig := func(what string, change func(v *victim, s members)) attack {
		return on(what, "policy signature", func(v *victim, list []members) []members {
			change(v, list[seqReleased].sig(0))
			return list
		})
	}
	return []attack{
		on("the signatures of a release are stripped", "policy", func(_ *victim, list []members) []members {
			delete(list[seqReleased], "sig")
			return list
		}),
		on("one of two signatures of a release is stripped", "policy", func(_ *victim, list []members) []members {
			list[seqReleased]["sig"] = list[seqReleased]["sig"].([]any)[:1]
			return list
		}),
		on("a later signature is stripped, where no policy wants it", "", func(_ *victim, list []members) []members { return list[:seqLater] }),
		sig("a signature is forged", func(_ *victim, s members) { s["sig"] = base64.StdEncoding.EncodeToString(make([]byte, 64)) }),
		sig("a signature's meaning is changed", func(_ *victim, s members) { s["meaning"] = "approved" }),
		sig("a signature's time is changed", func(_ *victim, s members) { s["time"] = "2026-03-05T08:00:01Z" }),
		sig("a signature is given to another key", func(v *victim, s members) { s["key"] = v.bob.Public.ID() }),
		sig("a signature by a key that nobody registered", func(v *victim, s members) {
			s["key"], s["sig"] = v.sign(notarytest.Plain("mallory"), victimOrigin, v.raw()[seqReleased], s)
		}),
		sig("a signature that was made in another ledger", func(v *victim, s members) {
			s["key"], s["sig"] = v.sign(v.alice, "another.example", v.raw()[seqReleased], s)
		}),
		sig("a signature that was made in a drill's copy", func(v *victim, s members) {
			s["key"], s["sig"] = v.sign(v.alice, "drill/0123456789abcdef", v.raw()[seqReleased], s)
		}),
		on("a signature of an SSH key in another namespace (made for git, say)", "policy signature", func(v *victim, list []members) []members {
			s := list[seqReleased].sig(1)
			s["sig"] = v.sshSigned("git", v.raw()[seqReleased], s)
			return list
		}),
		on("a signature is moved to another record", "signature", func(_ *victim, list []members) []members {
			list[seqInfused]["sig"] = list[seqReleased]["sig"]
			return list
		}),
		on("the signed event is edited", "policy signature", func(_ *victim, list []members) []members {
			list[seqReleased].event()["signed_by"] = []string{"S/OP-8"}
			return list
		}),
		on("the event that a later signature is on is edited", "signature", func(_ *victim, list []members) []members {
			list[seqMake].event()["step"] = "harvest"
			return list
		}),
		on("a key revoked before is made to sign: the revocation stands before the release", "policy signature", func(v *victim, list []members) []members {
			return append(list[:seqReleased:seqReleased], append([]members{v.revocation("2026-03-05T07:00:00Z")}, list[seqReleased:]...)...)
		}),
		on("a key is registered without its own signature", "signature", func(v *victim, list []members) []members {
			return append(list[:seqBob:seqBob], append([]members{v.registered(notarytest.Plain("mallory"))}, list[seqBob:]...)...)
		}),
		on("a key is registered past the policy on keys", "signature", func(v *victim, list []members) []members {
			mallory := notarytest.Plain("mallory")
			return append(list, v.registered(mallory, mallory))
		}),
		on("a rotation of the ledger's keys that only the old one signed", "signature", func(v *victim, list []members) []members {
			young, _ := v.otherKeys()
			return append(list[:seqKeys:seqKeys], append([]members{
				v.rotation(keyTexts(v.trusted), keyTexts(young.Verifiers()), v.keys().SignRotation),
			}, list[seqKeys:]...)...)
		}),
		on("a rotation of the ledger's keys that only the new one signed", "signature", func(v *victim, list []members) []members {
			young, _ := v.otherKeys()
			return append(list[:seqKeys:seqKeys], append([]members{
				v.rotation(keyTexts(v.trusted), keyTexts(young.Verifiers()), young.SignRotation),
			}, list[seqKeys:]...)...)
		}),
		on("the policy on releases is corrected away", "signature", func(v *victim, list []members) []members {
			e := canonical(members{
				"corrects": list[seqRelease].event()["id"], "id": "019c9f00-0000-8000-8000-000000000004", "reason": "incorrect_data",
				"time": "2026-03-05T08:00:00Z", "type": "correction",
			})
			return append(list, v.unrecorded(e, nil))
		}),
	}
}

// sign signs the event of a record as s says it is signed, under an origin, and returns key and signature.
func (v *victim) sign(k notarytest.Key, origin string, record []byte, s members) (id, sig string) {
	r, err := notary.ParseRecord(record)
	v.must(err)
	id = k.Public.ID()
	return id, base64.StdEncoding.EncodeToString(k.Sign(notary.Message(origin, r.Event, id, s["meaning"].(string), s["time"].(string))))
}

// sshSigned signs as bob does, in another namespace.
func (v *victim) sshSigned(namespace string, record []byte, s members) string {
	r, err := notary.ParseRecord(record)
	v.must(err)
	sig, err := sshSigned(namespace, notary.Message(victimOrigin, r.Event, s["key"].(string), s["meaning"].(string), s["time"].(string)))
	v.must(err)
	return base64.StdEncoding.EncodeToString(sig)
}

// revocation is one of alice's key.
func (v *victim) revocation(at string) members {
	return v.unrecorded(canonical(members{
		"action": "revoke", "id": "019c9f00-0000-8000-8000-000000000003", "key": v.alice.Public.ID(), "reason": "lost", "time": at, "type": "key",
	}), nil)
}

// registered is a registration of a key that these sign.
func (v *victim) registered(k notarytest.Key, by ...notarytest.Key) members {
	s := v.registration(k, "S/OP-6", "quality")
	m := parsed([]byte(strings.ReplaceAll(s.event, "'", `"`)))
	m["id"] = "019c9f00-0000-8000-8000-000000000005"
	e := canonical(m)
	var list []notary.Signature
	for _, b := range by {
		sig := notary.Signature{Key: b.Public.ID(), Meaning: "performed", Time: "2026-03-01T08:00:00Z"}
		sig.Sig = b.Sign(notary.Message(victimOrigin, e, sig.Key, sig.Meaning, sig.Time))
		list = append(list, sig)
	}
	return v.unrecorded(e, list)
}
