package event_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

// Keys of no use: what SSH's wire form holds is spelt out.
var (
	point    = strings.Repeat("\x07", 32)
	plainKey = "ed25519 " + b64(point)
	sshKey   = "ssh-ed25519 " + b64("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"+point)
	tokenKey = "sk-ssh-ed25519@openssh.com " + b64("\x00\x00\x00\x1ask-ssh-ed25519@openssh.com\x00\x00\x00\x20"+point+"\x00\x00\x00\x04ssh:")
	verifier = "example.org/suyuan+0a1b2c3d+" + b64("\x01"+point)
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func registration(line string) string { return registrationAs(event.PublicKeyID(line), line) }

func registrationAs(id, line string) string {
	return with("key", `"action":"register","holder":"O","use":"person","key":"`+id+`","public":"`+line+`"`)
}

func rotation(keys, retires string) string {
	return with("key", `"action":"rotate","keys":[`+keys+`],"retires":[`+retires+`]`)
}

func policy(members string) string {
	return with("policy", `"action":"set","on":"release","gate":"entry"`+members)
}

func TestParseReadsKeysOfAllTypes(t *testing.T) {
	t.Parallel()
	for _, line := range []string{plainKey, sshKey, tokenKey} {
		e, b := body[*event.Key](t, registration(line))
		if b.Register == nil || b.Register.Public != line || b.Register.Holder != ref(t, "operator:O") || b.Revoke != nil || b.Rotate != nil {
			t.Errorf("%s was read as %+v", e.Bytes(), b)
		}
	}
}

// Base64 can hold any digits: a key that looks like a mobile number is a key.
func TestKeysAreNotScannedForWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	key := "AAAA" + mobile + strings.Repeat("A", 28)
	for _, in := range []string{registration("ed25519 " + key + "="), rotation(`"`+verifier+`"`, `"a+0a1b2c3d+`+key+`="`)} {
		if _, err := event.Parse([]byte(in)); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestParseRefusesWhatIsNoPublicKey(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	var cases []refusal
	for name, c := range map[string]struct{ line, said string }{
		"no base64":                   {"ed25519", "TYPE BASE64"},
		"empty base64":                {"ed25519 ", "32 bytes"},
		"a comment":                   {sshKey + " work", "without a comment"},
		"two spaces":                  {"ed25519  " + b64(point), "TYPE BASE64"},
		"a tab":                       {`ed25519\t` + b64(point), "TYPE BASE64"},
		"a line end":                  {plainKey + `\n`, "TYPE BASE64"},
		"another type":                {"ssh-rsa " + b64(point), "one of ed25519, ssh-ed25519"},
		"a type in upper case":        {"ED25519 " + b64(point), "ed25519"},
		"no padding":                  {strings.TrimRight(plainKey, "="), "padding"},
		"base64 of URLs":              {"ed25519 " + strings.ReplaceAll(b64(strings.Repeat("\xff", 32)), "/", "_"), "standard base64"},
		"bits that say nothing":       {strings.Replace(plainKey, "c=", "d=", 1), "canonical"},
		"31 bytes":                    {"ed25519 " + b64(point[1:]), "32 bytes"},
		"33 bytes":                    {"ed25519 " + b64(point+"x"), "32 bytes"},
		"bare bytes as of SSH":        {"ssh-ed25519 " + b64(point), "wire form"},
		"the wire form of a token":    {"ssh-ed25519 " + strings.Fields(tokenKey)[1], "its own type: ssh-ed25519"},
		"a length beyond the end":     {"ssh-ed25519 " + b64("\xff\xff\xff\xffssh-ed25519"), "wire form"},
		"a wire form that breaks off": {"ssh-ed25519 " + b64("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00"), "32 bytes of public key"},
		"a key of 31 bytes":           {"ssh-ed25519 " + b64("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x1f"+point[1:]), "32 bytes of public key"},
		"more behind the key":         {"ssh-ed25519 " + b64("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"+point+"x"), "nothing behind"},
		"a token without application": {"sk-ssh-ed25519@openssh.com " + b64("\x00\x00\x00\x1ask-ssh-ed25519@openssh.com\x00\x00\x00\x20"+point), "application"},
		"2001 characters":             {"ed25519 " + strings.Repeat("A", 1993), "at most 2000"},
	} {
		// What the JSON says, and so what the id is of, has its escapes undone.
		line := strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(c.line)
		cases = append(cases, refusal{name, registrationAs(event.PublicKeyID(line), c.line), m, "public", c.said})
	}
	checkRefusals(t, cases)
}

func TestParseRefusesKeyEventsThatSayTwoThingsOrNone(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	v := func(n string) string { return `"` + strings.Replace(verifier, "0a1b", n, 1) + `"` }
	checkRefusals(t, []refusal{
		{"id of another key", registrationAs(event.PublicKeyID(sshKey), plainKey), m, "key", event.PublicKeyID(plainKey)},
		{"id in upper case", registrationAs(strings.ToUpper(event.PublicKeyID(plainKey)), plainKey), m, "key", "lower case"},
		{"unknown action", with("key", `"action":"add"`), m, "action", "one of register, revoke, rotate"},
		{"register of nothing", with("key", `"action":"register"`), m, "key", "this member"},
		{"member of another action", strings.Replace(registration(plainKey), `"use"`, `"reason":"r","use"`, 1), m, "reason", "does not have"},
		{"holder of another kind", strings.Replace(registration(plainKey), `"O"`, `"operator:O"`, 1), m, "holder", "without"},
		{"holder that is an address", strings.Replace(registration(plainKey), `"O"`, `"ann@example.org"`, 1), event.RuleIdentifies, "holder", "e-mail"},
		{"role that is an address", strings.Replace(registration(plainKey), `"use"`, `"role":"ann@example.org","use"`, 1), event.RuleIdentifies, "role", "e-mail"},
		{"another use", strings.Replace(registration(plainKey), `"person"`, `"people"`, 1), m, "use", "one of person, device"},
		{"revocation without a reason", with("key", `"action":"revoke","key":"`+event.PublicKeyID(plainKey)+`"`), m, "reason", "this member"},
		{"rotation to nothing", rotation("", v("0000")), m, "keys", "an empty list"},
		{"rotation of five", rotation(v("0000")+","+v("0001")+","+v("0002")+","+v("0003")+","+v("0004"), v("0005")), m, "keys", "at most 4"},
		{"verifier key twice", rotation(v("0000")+","+v("0000"), v("0005")), m, "keys[1]", "different"},
		{"verifier key on both sides", rotation(v("0000"), v("0001")+","+v("0000")), m, "retires[1]", "one of the two"},
		{"verifier key without a name", rotation(`"+0a1b2c3d+AQ=="`, v("0000")), m, "keys[0]", "NAME+HASH+BASE64"},
		{"verifier key with white space", rotation(`"a b+0a1b2c3d+AQc="`, v("0000")), m, "keys[0]", "NAME+HASH+BASE64"},
		{"hash in upper case", rotation(v("0A1B"), v("0000")), m, "keys[0]", "lower case"},
		{"hash of seven digits", rotation(v("0a1"), v("0000")), m, "keys[0]", "8 hex digits"},
		{"verifier key of nothing", rotation(`"a+0a1b2c3d+AQ=="`, v("0000")), m, "keys[0]", "an algorithm and a key"},
		{"verifier key not canonical", rotation(`"a+0a1b2c3d+AQd="`, v("0000")), m, "keys[0]", "canonical"},
	})
}

func TestParseRefusesPoliciesThatWantNothing(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	const need = `{"meaning":"approved","role":"QA"}`
	checkRefusals(t, []refusal{
		{"no needs", policy(""), m, "needs", "this member"},
		{"empty needs", policy(`,"needs":[]`), m, "needs", "an empty list"},
		{"need without a meaning", policy(`,"needs":[{"role":"QA"}]`), m, "needs[0].meaning", "this member"},
		{"unknown meaning", policy(`,"needs":[{"meaning":"aproved"}]`), m, "needs[0].meaning", `"approved" is near`},
		{"count of 0", policy(`,"needs":[{"meaning":"approved","count":0}]`), m, "needs[0].count", "from 1 on"},
		{"need twice", policy(`,"needs":[` + need + `,{"count":2,"meaning":"approved","role":"QA"}]`), m, "needs[1]", "or a count"},
		{"nobody", policy(`,"people":0,"needs":[` + need + `]`), m, "people", "from 1 on"},
		{"unknown gate", strings.Replace(policy(`,"needs":[`+need+`]`), `"entry"`, `"exit"`, 1), m, "gate", "one of entry, use, none"},
		{"unknown type", strings.Replace(policy(`,"needs":[`+need+`]`), `"release"`, `"relaese"`, 1), m, "on", `"release" is near`},
		{"unknown type to end", with("policy", `"action":"end","on":"beam"`), m, "on", "one of register"},
		{"end with needs", with("policy", `"action":"end","on":"release","needs":[`+need+`]`), m, "needs", "does not have"},
		{"digest of what is signed", with("signature", `"signs":"`+oneID+`","meaning":"approved","sha256":"ab"`), m, "sha256", "64 hex digits"},
	})
	if _, b := body[*event.Policy](t, policy(`,"needs":[`+need+`,{"meaning":"approved"},{"meaning":"witnessed","role":"QA"}]`)); len(b.Set.Needs) != 3 {
		t.Errorf("different needs were read as %+v", b.Set)
	}
}

// What a program wrote while the types were reserved, and what a later one
// will, is read back byte for byte and does nothing.
func TestStoredReaderKeepsKeyAndPolicyEventsOfOtherVocabularies(t *testing.T) {
	t.Parallel()
	for in, unread := range map[string][]string{
		`{"action":"any text at all","time":"2026-03-01T08:00:00Z","type":"key"}`:                 nil,
		`{"action":"register","time":"2026-03-01T08:00:00Z","type":"key"}`:                        nil,
		`{"action":"revoke","time":"2026-03-01T08:00:00Z","type":"key"}`:                          nil,
		`{"action":"rotate","time":"2026-03-01T08:00:00Z","type":"key"}`:                          nil,
		`{"action":"set","time":"2026-03-01T08:00:00Z","type":"policy"}`:                          nil,
		`{"action":"end","time":"2026-03-01T08:00:00Z","type":"policy"}`:                          nil,
		`{"action":"suspend","key":"ab","time":"2026-03-01T08:00:00Z","type":"key"}`:              {"key"},
		`{"action":"weigh","on":"release","time":"2026-03-01T08:00:00Z","type":"policy","way":1}`: {"on", "way"},
	} {
		e, err := event.ParseStored([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if !slices.Equal(e.Unread, unread) {
			t.Errorf("%s: Unread = %q, want %q", in, e.Unread, unread)
		}
		if unread == nil && string(e.Bytes()) != in {
			t.Errorf("%s: Bytes = %s", in, e.Bytes())
		}
		k, p := new(event.Key), new(event.Policy)
		switch b := e.Body.(type) {
		case *event.Key:
			k = b
		case *event.Policy:
			p = b
		}
		if k.Register != nil || k.Revoke != nil || k.Rotate != nil || p.Set != nil || p.End != nil {
			t.Errorf("%s does something: %+v %+v", in, k, p)
		}
		if _, err := event.Parse([]byte(in)); err == nil {
			t.Errorf("%s was accepted from outside", in)
		}
	}
}

func TestStoredReaderKeepsAPolicyOnATypeOfALaterVocabulary(t *testing.T) {
	t.Parallel()
	const in = `{"action":"set","gate":"use","needs":[{"meaning":"approved"}],"on":"irradiation","time":"2026-03-01T08:00:00Z","type":"policy"}`
	e, err := event.ParseStored([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := e.Body.(*event.Policy); !ok || b.Set == nil || b.Set.On != "irradiation" || string(e.Bytes()) != in {
		t.Errorf("%s was read as %s", in, e.Bytes())
	}
}

func TestStoredReaderWantsAllMembersWhereOneIsThere(t *testing.T) {
	t.Parallel()
	for in, path := range map[string]string{
		with("key", `"action":"revoke","key":"`+event.PublicKeyID(plainKey)+`"`): "reason",
		with("key", `"action":"rotate","keys":["`+verifier+`"]`):                 "retires",
		with("policy", `"action":"set","on":"release"`):                          "needs",
		registrationAs(event.PublicKeyID(sshKey), plainKey):                      "key",
	} {
		_, err := event.ParseStored([]byte(in))
		if refused := new(event.Error); !errors.As(err, &refused) || refused.Path != path {
			t.Errorf("ParseStored(%s) = %v, want a refusal at %q", in, err, path)
		}
	}
}

func TestValidateRefusesMembersOfAnotherActionOfKeysAndPolicies(t *testing.T) {
	t.Parallel()
	revoke := &event.KeyRevocation{Key: event.PublicKeyID(plainKey), Reason: "r"}
	end := &event.PolicyEnding{On: event.TypeRelease}
	terms := &event.PolicyTerms{On: event.TypeRelease, Needs: []event.PolicyNeed{{Meaning: "approved"}}, Gate: event.GateUse}
	for typ, bodies := range map[event.Type][]event.Body{
		event.TypeKey:    {&event.Key{}, &event.Key{Action: event.KeyRegister}, &event.Key{Action: event.KeyRegister, Revoke: revoke}, &event.Key{Action: event.KeyRevoke, Revoke: revoke, Rotate: &event.KeyRotation{}}},
		event.TypePolicy: {&event.Policy{}, &event.Policy{Action: event.PolicySet}, &event.Policy{Action: event.PolicySet, End: end}, &event.Policy{Action: event.PolicyEnd, End: end, Set: terms}},
	} {
		for _, b := range bodies {
			e := built(t)
			e.Type, e.Body = typ, b
			if refused := new(event.Error); !errors.As(e.Validate(), &refused) {
				t.Errorf("Validate accepted %s", e.Bytes())
			}
		}
	}
	e := built(t)
	if e.Type, e.Body = event.TypePolicy, (&event.Policy{Action: event.PolicySet, Set: terms}); e.Validate() != nil {
		t.Errorf("Validate: %v", e.Validate())
	}
}

func TestTypesWithActionsAreDescribedByAction(t *testing.T) {
	t.Parallel()
	for _, typ := range event.Types() {
		for _, action := range event.ActionsOf(typ) {
			if len(event.DescribeAction(typ, action)) <= len(event.Describe(typ)) {
				t.Errorf("%s %s has no members of its own", typ, action)
			}
		}
	}
	if got := event.ActionsOf(event.TypeStore); got != nil || event.ActionsOf("beam") != nil || event.DescribeAction("beam", "x") != nil {
		t.Errorf("a type without actions has %q", got)
	}
}

// A flipped byte of a key is another key, or none.
func TestAKeyWithAFlippedByteIsRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := eventtest.PublicKey().Draw(t, "public")
		in := []byte(registration(line))
		at := bytes.Index(in, []byte(line)) + rapid.IntRange(0, len(line)-1).Draw(t, "at")
		in[at] ^= 1 << rapid.IntRange(0, 6).Draw(t, "bit")
		if e, err := event.Parse(in); err == nil {
			t.Fatalf("%s was read as %s", in, e.Bytes())
		}
	})
}

// FuzzPublicKey holds that what is taken as a public key is one line in its one
// spelling.
func FuzzPublicKey(f *testing.F) {
	for _, s := range []string{plainKey, sshKey, tokenKey, "ed25519 ", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", sshKey + " work", verifier} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := string(event.AppendString(nil, strings.ToValidUTF8(s, " ")))
		_, err := event.Parse([]byte(with("key", `"action":"register","holder":"O","use":"device","key":"`+event.PublicKeyID(s)+`","public":`+quoted)))
		if err != nil {
			return
		}
		kind, text, _ := strings.Cut(s, " ")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || kind+" "+base64.StdEncoding.EncodeToString(key) != s || strings.ContainsAny(s, "\r\n\t") || len(key) < 32 {
			t.Fatalf("%q was taken as a public key", s)
		}
		if kind != "ed25519" && !bytes.HasPrefix(key[4:], []byte(kind)) {
			t.Fatalf("%q does not begin with its own type", s)
		}
	})
}

// FuzzVerifierKey holds the same of verifier keys.
func FuzzVerifierKey(f *testing.F) {
	for _, s := range []string{verifier, "a+00000000+AQc=", "a+00000000+AQ==", "+00000000+AQc=", "a+0000000G+AQc=", plainKey} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := string(event.AppendString(nil, strings.ToValidUTF8(s, " ")))
		e, err := event.Parse([]byte(rotation(quoted, `"other+00000000+AQc="`)))
		if err != nil {
			return
		}
		parts := strings.SplitN(s, "+", 3)
		if b, ok := e.Body.(*event.Key); !ok || b.Rotate.Keys[0] != s || len(parts) != 3 || len(parts[1]) != 8 || strings.ContainsAny(s, " \n\t") {
			t.Fatalf("%q was taken as a verifier key", s)
		}
	})
}
