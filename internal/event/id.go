package event

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// An ID is the id of an event: a UUID of 36 characters in lower case, unique
// for ever. The empty ID is no id, and neither is the nil UUID (RFC 9562
// section 5.9), which stands for "none" and cannot be unique.
type ID string

const (
	wantUUID = "a UUID of 36 characters in lower case, not all zeros"
	nilUUID  = "00000000-0000-0000-0000-000000000000"
)

// ParseID reads the id of an event.
func ParseID(s string) (ID, error) {
	if !isUUID(s) {
		return "", fmt.Errorf("event id %s: want %s", quote(s), wantUUID)
	}
	return ID(s), nil
}

func isUUID(s string) bool {
	if len(s) != len(nilUUID) || s == nilUUID {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// isDigest reports whether s is a SHA-256 in lower-case hex.
func isDigest(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

// deriveID makes the id of an event from its time and its canonical bytes
// without id: a UUID of version 8 (RFC 9562 section 5.8) that sorts by time.
func deriveID(t Time, canonical []byte) ID {
	var u [16]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(u[:6], ms[2:])
	d := sha256.Sum256(canonical)
	copy(u[6:], d[:10])
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return unpackedID(u[:])
}
