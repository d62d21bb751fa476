package notary

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
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
		sep := ","
		if i == 0 {
			sep = "["
		}
		dst = append(dst, sep+`{"key":"`+s.Key+`","meaning":"`+s.Meaning+`","sig":"`+base64.StdEncoding.EncodeToString(s.Sig)+`","time":"`+s.Time+`"}`...)
	}
	if len(list) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

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
		o, err := members(raw[i])
		if err != nil {
			return nil, fmt.Errorf("sig[%d]: %w", i, err)
		}
		s := Signature{Key: o.text("key"), Meaning: o.text("meaning"), Time: o.text("time")}
		if s.Sig, err = decode64(o.text("sig")); err != nil {
			return nil, fmt.Errorf("sig[%d].sig: %w", i, err)
		}
		if err := s.check(); err != nil || len(o) != 4 {
			return nil, fmt.Errorf("sig[%d]: want key, meaning, sig and time, and no more: %w", i, err)
		}
		for _, before := range list[:i] {
			if before.Key == s.Key && before.Meaning == s.Meaning {
				return nil, fmt.Errorf("sig[%d]: key %.16s… signs %q twice", i, s.Key, s.Meaning)
			}
		}
		list[i] = s
	}
	return list, nil
}

var timeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$`)

// check says what keeps the texts from standing in a message as they are.
func (s *Signature) check() error {
	switch _, err := time.Parse(time.RFC3339Nano, s.Time); {
	case !isDigest(s.Key):
		return fmt.Errorf("key %q: want 64 lower-case hex digits", s.Key)
	case !slices.Contains(Meanings(), s.Meaning):
		return fmt.Errorf("meaning %q: want one of %s", s.Meaning, strings.Join(Meanings(), ", "))
	case !timeForm.MatchString(s.Time) || err != nil:
		return fmt.Errorf("time %q: want a time as events have it", s.Time)
	}
	return nil
}
