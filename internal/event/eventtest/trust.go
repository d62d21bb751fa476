package eventtest

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// PublicKey draws a public key of any type, as its line.
func PublicKey() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		kind := rapid.SampledFrom([]string{"ed25519", "ssh-ed25519", "sk-ssh-ed25519@openssh.com"}).Draw(t, "type of key")
		key := bytesOf(t, 32, 32)
		switch kind {
		case "ssh-ed25519":
			key = wire([]byte(kind), key)
		case "sk-ssh-ed25519@openssh.com":
			key = wire([]byte(kind), key, []byte("ssh:"))
		}
		return kind + " " + base64.StdEncoding.EncodeToString(key)
	})
}

// wire writes strings one after the other as SSH does (RFC 4251 section 5).
func wire(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p))) //nolint:gosec // parts of tens of bytes
		out = append(out, p...)
	}
	return out
}

func bytesOf(t *rapid.T, least, most int) []byte {
	return rapid.SliceOfN(rapid.Byte(), least, most).Draw(t, "bytes")
}

// verifiers draws verifier keys; those of two lists with different names differ.
func (d drawer) verifiers(name string) []string {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
		key := base64.StdEncoding.EncodeToString(bytesOf(t, 2, 40))
		return fmt.Sprintf("%s+%08x+%s", name, rapid.Uint32().Draw(t, "hash"), key)
	}), 1, 4, rapid.ID[string]).Draw(d.t, name)
}

// key draws a key event with this action.
func (d drawer) key(a event.KeyAction) *event.Key {
	b := &event.Key{Action: a}
	switch a {
	case event.KeyRegister:
		line := PublicKey().Draw(d.t, "public")
		b.Register = &event.KeyRegistration{
			Key: event.PublicKeyID(line), Public: line, Holder: d.ref(event.KindOperator),
			Use: d.choice(event.UsePerson, event.UseDevice), Role: d.text(),
		}
	case event.KeyRevoke:
		b.Revoke = &event.KeyRevocation{Key: d.digest(), Reason: d.must(), Since: d.optTime()}
	case event.KeyRotate:
		b.Rotate = &event.KeyRotation{Keys: d.verifiers("example.org/new"), Retires: d.verifiers("example.org/old")}
	}
	return b
}

// policy draws a policy event with this action.
func (d drawer) policy(a event.PolicyAction) *event.Policy {
	b := &event.Policy{Action: a}
	on := rapid.SampledFrom(event.Types()).Draw(d.t, "on")
	switch a {
	case event.PolicySet:
		b.Set = &event.PolicyTerms{
			On: on, Needs: d.needs(), People: maybe(d, rapid.Int64Range(1, 5), "people"),
			Gate: d.choice(event.GateEntry, event.GateUse, event.GateNone),
		}
	case event.PolicyEnd:
		b.End = &event.PolicyEnding{On: on}
	}
	return b
}

func (d drawer) needs() []event.PolicyNeed {
	var list []event.PolicyNeed
	meanings := rapid.SampledFrom([]string{"performed", "reviewed", "approved", "released", "rejected", "witnessed"})
	for _, m := range rapid.SliceOfNDistinct(meanings, 1, 3, rapid.ID[string]).Draw(d.t, "meanings") {
		list = append(list, event.PolicyNeed{Meaning: m, Role: d.text(), Count: maybe(d, rapid.Int64Range(1, 3), "count")})
	}
	return list
}
