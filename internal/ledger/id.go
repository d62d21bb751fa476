package ledger

import (
	"encoding/hex"
	"fmt"
)

// An ID is the id of an event, an RFC 9562 UUID. The zero ID is no id.
type ID [16]byte

const idLen = 36

// idDigits is where the two digits of each byte stand, the hyphens between them left out.
var idDigits = [...]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// ParseID reads an id in its one accepted spelling: 36 characters, lower-case hexadecimal with four hyphens, not all zero.
func ParseID(s string) (ID, error) {
	id, ok := parseID(s)
	if !ok {
		return ID{}, fmt.Errorf("event id %q: want a lower-case UUID of 36 characters, not all zeros", s)
	}
	return id, nil
}

func parseID[T string | []byte](s T) (ID, bool) {
	var id ID
	if len(s) != idLen || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, false
	}
	for i, at := range idDigits {
		hi, lo := hexValue(s[at]), hexValue(s[at+1])
		if hi > 15 || lo > 15 {
			return ID{}, false
		}
		id[i] = hi<<4 | lo
	}
	return id, id != ID{}
}

// hexValue returns the value of a lower-case hexadecimal digit, and 255 for any other byte.
func hexValue(c byte) byte { return hexDigits[c] - 1 }

// hexDigits holds one more than the digit's value, so that zero is for all other bytes.
var hexDigits = [256]byte{
	'0': 1, '1': 2, '2': 3, '3': 4, '4': 5, '5': 6, '6': 7, '7': 8, '8': 9, '9': 10,
	'a': 11, 'b': 12, 'c': 13, 'd': 14, 'e': 15, 'f': 16,
}

// String returns the id as 36 lower-case characters.
func (id ID) String() string {
	b := make([]byte, 0, idLen)
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return string(b)
}

func appendHash(dst []byte, h Hash) []byte { return hex.AppendEncode(dst, h[:]) }

func parseHash[T string | []byte](s T) (Hash, bool) {
	var h Hash
	if len(s) != 2*len(h) {
		return Hash{}, false
	}
	for i := range h {
		hi, lo := hexValue(s[2*i]), hexValue(s[2*i+1])
		if hi > 15 || lo > 15 {
			return Hash{}, false
		}
		h[i] = hi<<4 | lo
	}
	return h, true
}
