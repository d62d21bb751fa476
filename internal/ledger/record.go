package ledger

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// A Hash is a SHA-256 hash of the tree: of a record (a leaf) or of two hashes (a node).
type Hash = tlog.Hash

const (
	// Version is the version of records and heads that this package writes.
	Version = 1
	// MaxRecord is the longest record, in bytes.
	MaxRecord = 60 << 10

	maxBy     = 200 // contract 1: an id has at most 200 bytes
	maxOrigin = 200
	maxName   = 255 // what file systems allow
)

// A Source says where an imported event stood: the file's base name, the line, counted from 1, and the digest of the
// whole file, in lower-case hexadecimal.
type Source struct {
	Name   string
	Line   int
	SHA256 string
}

// An Entry is an event to be recorded.
type Entry struct {
	Event  []byte  // canonical JSON object with the event's id as member "id"
	By     string  // who enters it
	Source *Source // nil where it was not imported
	Sig    []byte  // canonical JSON array of signatures, or nil
}

// A Record is a stored record, taken apart. Its slices share memory with Bytes.
type Record struct {
	Seq      uint64
	By       string // empty in record 0 only
	Recorded time.Time
	Prev     Hash
	Genesis  *Genesis // of record 0, nil elsewhere
	Event    []byte   // nil in record 0
	ID       ID       // the event's; zero in record 0
	Type     []byte   // the event's member of that name, as it is spelled between the quotes; nil where it has none that is a string
	Source   *Source
	Sig      []byte
	Bytes    []byte
}

// Leaf returns the record's leaf hash: SHA-256 of a zero byte and the record's bytes (RFC 6962 2.1).
func (r Record) Leaf() Hash { return tlog.RecordHash(r.Bytes) }

// Time layout of "recorded" and "created": always three digits, always Z.
const timeForm = "2006-01-02T15:04:05.000Z"

func appendTime(dst []byte, t time.Time) []byte { return t.UTC().AppendFormat(dst, timeForm) }

// appendRecord appends a record's canonical bytes; every field must have been checked.
func appendRecord(dst []byte, r Record) []byte {
	dst = append(dst, '{')
	if r.By != "" {
		dst = append(appendString(append(dst, `"by":`...), r.By), ',')
	}
	if r.Genesis != nil {
		dst = r.Genesis.append(append(dst, `"genesis":`...))
	} else {
		dst = append(append(dst, `"event":`...), r.Event...)
	}
	dst = appendHash(append(dst, `,"prev":"`...), r.Prev)
	dst = appendTime(append(dst, `","recorded":"`...), r.Recorded)
	dst = strconv.AppendUint(append(dst, `","seq":`...), r.Seq, 10)
	if r.Sig != nil {
		dst = append(append(dst, `,"sig":`...), r.Sig...)
	}
	if r.Source != nil {
		dst = r.Source.append(append(dst, `,"source":`...))
	}
	dst = append(dst, `,"v":`...)
	return append(strconv.AppendUint(dst, Version, 10), '}')
}

func (s *Source) append(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"line":`...), int64(s.Line), 10)
	dst = appendString(append(dst, `,"name":`...), s.Name)
	dst = append(append(dst, `,"sha256":"`...), s.SHA256...)
	return append(dst, `"}`...)
}

func (s *Source) check() error {
	digest, err := hex.DecodeString(s.SHA256)
	switch {
	case s.Line < 1 || int64(s.Line) > maxSafeInteger:
		return fmt.Errorf("source line %d: want 1 or more", s.Line)
	case s.Name == "" || len(s.Name) > maxName || !utf8.ValidString(s.Name):
		return fmt.Errorf("source name %q: want 1 to %d bytes of UTF-8", s.Name, maxName)
	case err != nil || len(digest) != len(Hash{}) || hex.EncodeToString(digest) != s.SHA256:
		return fmt.Errorf("source sha256 %q: want 64 lower-case hexadecimal digits", s.SHA256)
	}
	return nil
}

func checkBy(by string) error {
	if by == "" || len(by) > maxBy || !utf8.ValidString(by) {
		return fmt.Errorf("by %q: want 1 to %d bytes of UTF-8", by, maxBy)
	}
	return nil
}

// check says what keeps an entry from becoming a record and returns its event's id.
func (e *Entry) check() (ID, error) {
	if err := checkBy(e.By); err != nil {
		return ID{}, err
	}
	if e.Source != nil {
		if err := e.Source.check(); err != nil {
			return ID{}, err
		}
	}
	if e.Sig != nil {
		s := scanner{b: e.Sig}
		if err := s.wholeArray(); err != nil {
			return ID{}, fmt.Errorf("signatures: %w", err)
		}
	}
	s := scanner{b: e.Event}
	id, _, err := s.event()
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return ID{}, fmt.Errorf("event: %w", err)
	}
	return id, nil
}

// event reads an event and returns its id and type.
func (s *scanner) event() (id ID, typ []byte, err error) {
	if s.peek() != '{' {
		return id, nil, s.unexpected("an object")
	}
	start := s.i
	err = s.object(func(name []byte) (err error) {
		if string(name) == "type" && s.peek() == '"' {
			typ, err = s.str()
			return err
		}
		if string(name) != "id" {
			return s.value()
		}
		at := s.i
		text, err := s.text()
		if err != nil {
			return err
		}
		var ok bool
		if id, ok = parseID(text); !ok {
			return &FormError{Offset: at, What: fmt.Sprintf("event id %q: want a lower-case UUID of 36 characters, not all zeros", text)}
		}
		return nil
	})
	if err == nil && id == (ID{}) {
		err = &FormError{Offset: start, What: "an event without id"}
	}
	return id, typ, err
}

// text reads a string and returns its spelling.
func (s *scanner) text() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpected("a string")
	}
	return s.str()
}

func (s *scanner) wholeArray() error {
	if s.peek() != '[' {
		return s.unexpected("an array")
	}
	if err := s.array(nil); err != nil {
		return err
	}
	return s.end()
}
