package notary

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gowebpki/jcs"
)

// An object is a JSON object by its members' exact names. Decoding into a struct would also take names in other letter cases.
type object map[string]json.RawMessage

// parseObject reads an object in canonical form (RFC 8785), so that no member stands twice and no two spellings mean the same.
func parseObject(b []byte) (object, error) {
	again, err := jcs.Transform(b)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if !bytes.Equal(again, b) {
		return nil, fmt.Errorf("not in canonical form (RFC 8785)")
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

// text returns the member name, a string; the empty text where it is absent or no string.
func (o object) text(name string) string {
	var s string
	if json.Unmarshal(o[name], &s) != nil {
		return ""
	}
	return s
}

// texts returns the member name, a list of strings.
func (o object) texts(name string) []string {
	var list []string
	if json.Unmarshal(o[name], &list) != nil {
		return nil
	}
	return list
}

// number returns the member name, an integer from 0 on.
func (o object) number(name string) (uint64, bool) {
	n, err := strconv.ParseUint(string(o[name]), 10, 53)
	return n, err == nil
}

// inside returns the member name, an object; an empty one where it is absent.
func (o object) inside(name string) object {
	in, err := members(o[name])
	if err != nil {
		return object{}
	}
	return in
}

// decode64 reads base64 that comes back the same when written again: the standard decoder passes over line ends and spare bits.
func decode64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(b) != s {
		return nil, fmt.Errorf("found %.60q, want base64 with padding", s)
	}
	return b, nil
}

func isDigest(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}
