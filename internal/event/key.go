package event

// A KeyAction is what a key event does.
type KeyAction string

// The actions of docs/trust.md section 2.
const (
	KeyRegister KeyAction = "register"
	KeyRevoke   KeyAction = "revoke"
	KeyRotate   KeyAction = "rotate"
)

var keyActions = []string{"register", "revoke", "rotate"}

// Who uses a key. A policy counts people only.
const (
	UsePerson = "person"
	UseDevice = "device"
)

// Key says from which record on a key is somebody's, or is nobody's any more.
// The part that Action names is there, and no other. A stored event can be
// from before these members were in the vocabulary, or have an action of a
// later one: it has no part, and does nothing.
type Key struct {
	Action   KeyAction
	Register *KeyRegistration
	Revoke   *KeyRevocation
	Rotate   *KeyRotation
}

// KeyRegistration makes a key the holder's.
type KeyRegistration struct {
	Key    string // its id: the SHA-256 of Public
	Public string // the line TYPE BASE64
	Holder Ref
	Use    string // UsePerson or UseDevice
	Role   string // what a policy may ask for; empty where it has none
}

// KeyRevocation ends a key.
type KeyRevocation struct {
	Key    string
	Reason string
	Since  Time // when it is thought to have been lost: shown, and decides nothing
}

// KeyRotation puts keys of the ledger itself in the place of others.
type KeyRotation struct {
	Keys    []string // verifier keys, NAME+HASH+BASE64
	Retires []string
}

func (b *Key) members(v visitor) {
	v.word("action", (*string)(&b.Action), keyActions)
	switch b.Action {
	case KeyRegister:
		joined(v, "key", &b.Register, (*KeyRegistration).members)
	case KeyRevoke:
		joined(v, "key", &b.Revoke, (*KeyRevocation).members)
	case KeyRotate:
		joined(v, "keys", &b.Rotate, (*KeyRotation).members)
	}
}

func (r *KeyRegistration) members(v visitor) {
	v.digest("key", &r.Key, must)
	v.public("public", &r.Public)
	v.id("holder", KindOperator, &r.Holder, must)
	v.choice("use", &r.Use, []string{UsePerson, UseDevice}, must)
	v.text("role", &r.Role, may)
}

func (r *KeyRevocation) members(v visitor) {
	v.digest("key", &r.Key, must)
	v.text("reason", &r.Reason, must)
	v.time("since", &r.Since, may)
}

func (r *KeyRotation) members(v visitor) {
	v.verifiers("keys", &r.Keys)
	v.verifiers("retires", &r.Retires)
}

func (b *Key) check(*Common) error {
	switch {
	case b.Register != nil:
		if id := PublicKeyID(b.Register.Public); b.Register.Key != id {
			return malformed("key", quote(b.Register.Key), "the SHA-256 of public, "+id)
		}
	case b.Rotate != nil:
		both := append(append(make([]string, 0, 2*maxVerifiers), b.Rotate.Keys...), b.Rotate.Retires...)
		if i := repeated(both); i >= 0 {
			return malformed(element("retires", i-len(b.Rotate.Keys)), "what is also in keys", "one of the two")
		}
	}
	return nil
}

func (b *Key) sayable() error {
	bare := Key{Action: b.Action}
	switch b.Action {
	case KeyRegister:
		bare.Register = b.Register
	case KeyRevoke:
		bare.Revoke = b.Revoke
	case KeyRotate:
		bare.Rotate = b.Rotate
	}
	return onlyOf(string(b.Action), bare == *b)
}
