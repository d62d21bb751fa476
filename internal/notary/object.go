package notary

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gowebpki/jcs"
)

// An object is a JSON object by its members' exact names. Decoding into a struct would also take names in other letter cases.
type object map[string]json.RawMessage

// parseObject reads an object in canonical form (RFC 8785), so that no member stands twice and no two spellings mean the same.
func parseObject(b []byte) (object, error) {
	again, err := jcs.Transform(b)
	if err != nil || !bytes.Equal(again, b) {
		return nil, errors.Join(errors.New("not JSON in canonical form (RFC 8785)"), err)
	}
	return members(b)
}

// members takes apart an object whose bytes are part of a canonical text.
func members(b []byte) (object, error) {
	var o object
	if err := json.Unmarshal(b, &o); err != nil || o == nil {
		return nil, fmt.Errorf("found %.40q, want an object", b)
	}
	return o, nil
}

// get returns the member name; the zero value where it is absent or of another kind.
func get[T any](o object, name string) T {
	var v, none T
	if json.Unmarshal(o[name], &v) != nil {
		return none
	}
	return v
}

func (o object) text(name string) string { return get[string](o, name) }

// decode64 reads base64 that comes back the same when written again: the standard decoder passes over line ends and spare bits.
func decode64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(b) != s {
		return nil, fmt.Errorf("found %.60q, want base64 with padding", s)
	}
	return b, nil
}
