package ledger

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxCheckpoint is the longest text of a checkpoint, signatures included, that a genesis carries.
const maxCheckpoint = 16 << 10

// A Succeeds says which ledger a new one takes the place of after a loss (docs/trust.md section 8): its records 1 to Kept-1 are
// carried over, and those from Kept to Size-1 are declared lost.
type Succeeds struct {
	Checkpoint []byte // the old ledger's last signed checkpoint; nil where there is none
	Kept       uint64 // records of the old ledger that are there, record 0 included
	Origin     string
	Root       Hash      // over the kept records, as they were
	Size       uint64    // of the old ledger, as far as anything says
	Succeeds   *Succeeds // what the old ledger's own genesis said; nil where it took nobody's place
}

// Lost reports whether records were lost between Kept and Size.
func (s *Succeeds) Lost() bool { return s != nil && s.Size > s.Kept }

func (s *Succeeds) append(dst []byte) []byte {
	dst = append(dst, '{')
	if s.Checkpoint != nil {
		dst = append(appendString(append(dst, `"checkpoint":`...), string(s.Checkpoint)), ',')
	}
	dst = strconv.AppendUint(append(dst, `"kept":`...), s.Kept, 10)
	dst = appendString(append(dst, `,"origin":`...), s.Origin)
	dst = appendHash(append(dst, `,"root":"`...), s.Root)
	dst = strconv.AppendUint(append(dst, `","size":`...), s.Size, 10)
	if s.Succeeds != nil {
		dst = s.Succeeds.append(append(dst, `,"succeeds":`...))
	}
	return append(dst, '}')
}

// check says what keeps s from standing in a genesis. What a checkpoint says has to agree with it; whether its signatures do is
// for who knows the keys.
func (s *Succeeds) check() error {
	switch {
	case s.Kept < 1 || s.Kept > maxSafeInteger:
		return fmt.Errorf("succeeds: %d records kept: want 1 or more", s.Kept)
	case s.Size < s.Kept || s.Size > maxSafeInteger:
		return fmt.Errorf("succeeds: size %d: want no less than the %d records kept", s.Size, s.Kept)
	}
	if err := CheckOrigin(s.Origin); err != nil {
		return fmt.Errorf("succeeds: %w", err)
	}
	if s.Checkpoint != nil {
		head, err := ParseSignedCheckpoint(s.Checkpoint)
		switch {
		case err != nil:
			return fmt.Errorf("succeeds: %w", err)
		case head.Origin != s.Origin:
			return fmt.Errorf("succeeds: a checkpoint of %q, want one of %q", head.Origin, s.Origin)
		case head.Size > s.Size:
			return fmt.Errorf("succeeds: size %d, the checkpoint says %d", s.Size, head.Size)
		}
	}
	if s.Succeeds != nil {
		return s.Succeeds.check()
	}
	return nil
}

// ParseSignedCheckpoint reads the body of a checkpoint in a signed note (C2SP signed-note): at most 16 KiB of UTF-8 without control
// characters but line ends, the body, an empty line, and lines of signatures, at least one. It reads no signature.
func ParseSignedCheckpoint(text []byte) (Head, error) {
	control := func(r rune) bool { return r < ' ' && r != '\n' }
	switch {
	case len(text) > maxCheckpoint:
		return Head{}, fmt.Errorf("a checkpoint of %d bytes, want at most %d", len(text), maxCheckpoint)
	case !utf8.Valid(text) || bytes.ContainsFunc(text, control):
		return Head{}, fmt.Errorf("checkpoint: want UTF-8 without control characters")
	}
	body, signatures, found := strings.Cut(string(text), "\n\n")
	if !found || !strings.HasSuffix(signatures, "\n") {
		return Head{}, fmt.Errorf("checkpoint: want an empty line and lines of signatures behind the body")
	}
	for line := range strings.Lines(signatures) {
		if !strings.HasPrefix(line, "\u2014 ") {
			return Head{}, fmt.Errorf("checkpoint: %q is no line of a signature", strings.TrimSuffix(line, "\n"))
		}
	}
	return ParseCheckpoint([]byte(body + "\n"))
}

func (s *scanner) succeeds() (*Succeeds, error) {
	if s.peek() != '{' {
		return nil, s.unexpected("an object")
	}
	out, seen, at := new(Succeeds), 0, s.i
	err := s.object(func(name []byte) (err error) {
		seen++
		switch string(name) {
		case "checkpoint":
			var text string
			text, err = s.string()
			out.Checkpoint = []byte(text)
			seen--
		case "kept":
			out.Kept, err = s.count()
		case "origin":
			out.Origin, err = s.string()
		case "root":
			out.Root, err = s.hash()
		case "size":
			out.Size, err = s.count()
		case "succeeds":
			out.Succeeds, err = s.succeeds()
			seen--
		default:
			err = s.fail("unknown member %q of succeeds", name)
		}
		return err
	})
	if err == nil && seen != 4 {
		err = &FormError{Offset: at, What: "succeeds: want kept, origin, root and size"}
	}
	return out, err
}
