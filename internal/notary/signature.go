package notary

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Meanings returns what a signature can mean (21 CFR 11.50(a)(3)).
func Meanings() []string {
	return []string{"performed", "reviewed", "approved", "released", "rejected", "witnessed"}
}

// MaxSignatures is how many signatures one record can bear.
const MaxSignatures = 32

// A Signature is one element of a record's sig.
type Signature struct {
	Key     string // id of the key
	Meaning string
	Time    string // what the signer says; it decides nothing
	Sig     []byte
}

// Message returns the bytes that are signed: domain, origin, and the stored bytes of the event with key, meaning and time, in JCS.
func Message(origin string, event []byte, key, meaning, at string) []byte {
	b := []byte("suyuan/v1 signature\n" + origin + "\n" + `{"event":`)
	b = append(b, event...)
	return append(b, `,"key":"`+key+`","meaning":"`+meaning+`","time":"`+at+`"}`...)
}

// AppendSignatures appends what a record holds as sig; nothing where there are no signatures.
func AppendSignatures(dst []byte, list []Signature) []byte {
	for i, s := range list {
		dst = append(dst, "[,"[min(i, 1)])
		dst = append(dst, `{"key":"`+s.Key+`","meaning":"`+s.Meaning+`","sig":"`+base64.StdEncoding.EncodeToString(s.Sig)+`","time":"`+s.Time+`"}`...)
	}
	if len(list) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// sigForm is an element of sig, as it stands in a canonical record; its texts can stand in a message as they are.
var sigForm = regexp.MustCompile(`^\{"key":"([0-9a-f]{64})","meaning":"(` + strings.Join(Meanings(), "|") + `)","sig":"([A-Za-z0-9+/=]+)",` +
	`"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}))"\}$`)

// ParseSignatures reads the member sig of a record, whose bytes are canonical. Absent, there are none.
func ParseSignatures(b []byte) ([]Signature, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil || len(raw) == 0 || len(raw) > MaxSignatures {
		return nil, fmt.Errorf("sig: want a list of 1 to %d signatures", MaxSignatures)
	}
	list := make([]Signature, len(raw))
	for i := range raw {
		m := sigForm.FindSubmatch(raw[i])
		if m == nil {
			return nil, fmt.Errorf("sig[%d]: found %.40q, want key (64 hex digits), meaning (one of %s), sig (base64), time, and no more", i, raw[i], strings.Join(Meanings(), ", "))
		}
		sig, err := decode64(string(m[3]))
		if err != nil {
			return nil, fmt.Errorf("sig[%d]: %w", i, err)
		}
		list[i] = Signature{Key: string(m[1]), Meaning: string(m[2]), Time: string(m[4]), Sig: sig}
		for _, before := range list[:i] {
			if before.Key == list[i].Key && before.Meaning == list[i].Meaning {
				return nil, fmt.Errorf("sig[%d]: key %.16s… signs %q twice", i, before.Key, before.Meaning)
			}
		}
	}
	return list, nil
}
