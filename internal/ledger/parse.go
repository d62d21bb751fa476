package ledger

import (
	"fmt"
	"time"
)

// ParseRecord takes a record's bytes apart, in one pass and without copying them. It accepts exactly the bytes that the
// format allows: canonical form, known members, version 1, at most MaxRecord bytes. A record of another version is refused
// with an error that wraps ErrVersion and names the number; any other error is a *FormError.
func ParseRecord(b []byte) (Record, error) {
	rec := Record{Bytes: b}
	var q quick
	if len(b) <= MaxRecord && q.record(b, &rec) {
		return rec, nil
	}
	return parseSlowly(b)
}

// parseSlowly takes any record apart, and says what is wrong with it.
func parseSlowly(b []byte) (Record, error) {
	p := recordParser{scanner: scanner{b: b}}
	if len(b) > MaxRecord {
		return Record{}, p.fail("a record of %d bytes, want at most %d", len(b), MaxRecord)
	}
	if err := p.record(); err != nil {
		return Record{}, versionFirst(b, err)
	}
	p.rec.Bytes = b
	return p.rec, nil
}

// versionFirst prefers to say that a record is of another version: what else is odd about it may be right there.
func versionFirst(b []byte, err error) error {
	s := scanner{b: b}
	version := int64(Version)
	scanErr := s.value()
	if scanErr == nil && s.end() == nil && s.b[0] == '{' {
		s = scanner{b: b}
		scanErr = s.object(func(name []byte) error {
			if string(name) != "v" {
				return s.value()
			}
			n, err := s.integer()
			version = n
			return err
		})
	}
	if scanErr == nil && version != Version {
		return fmt.Errorf("record of version %d, want %d: %w", version, Version, ErrVersion)
	}
	return err
}

type recordParser struct {
	scanner
	rec  Record
	seen members
}

// members is the set of a record's members that were read.
type members uint16

const (
	hasBy members = 1 << iota
	hasEvent
	hasGenesis
	hasPrev
	hasRecorded
	hasSeq
	hasVersion

	mustHave = hasPrev | hasRecorded | hasSeq | hasVersion
)

func (p *recordParser) record() error {
	if p.peek() != '{' {
		return p.unexpected("a record")
	}
	if err := p.object(p.member); err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return err
	}
	p.i = 0
	return p.complete()
}

// complete checks what no member can say alone.
func (p *recordParser) complete() error {
	first := p.rec.Seq == 0
	switch {
	case p.seen&mustHave != mustHave:
		return p.fail("a record without prev, recorded, seq or v")
	case first != (p.seen&hasGenesis != 0):
		return p.fail("a genesis belongs in record 0 and nowhere else")
	case first == (p.seen&hasEvent != 0):
		return p.fail("an event belongs in every record but record 0")
	case !first && p.seen&hasBy == 0:
		return p.fail("a record without by")
	case first && (p.rec.Source != nil || p.rec.Sig != nil):
		return p.fail("record 0 has no source and no sig")
	case first && p.rec.Prev != Hash{}:
		return p.fail("record 0 with a prev that is not 64 zeros")
	}
	return nil
}

func (p *recordParser) member(name []byte) (err error) {
	switch string(name) {
	case "by":
		p.seen |= hasBy
		err = p.by()
	case "event":
		p.seen |= hasEvent
		start := p.i
		p.rec.ID, p.rec.Type, err = p.event()
		p.rec.Event = p.b[start:p.i:p.i]
	case "genesis":
		p.seen |= hasGenesis
		p.rec.Genesis, err = p.genesis()
	case "prev":
		p.seen |= hasPrev
		p.rec.Prev, err = p.hash()
	case "recorded":
		p.seen |= hasRecorded
		p.rec.Recorded, err = p.time()
	case "seq":
		p.seen |= hasSeq
		p.rec.Seq, err = p.count()
	case "sig":
		start := p.i
		if p.peek() != '[' {
			return p.unexpected("an array")
		}
		err = p.array(nil)
		p.rec.Sig = p.b[start:p.i:p.i]
	case "source":
		p.rec.Source, err = p.source()
	case "v":
		p.seen |= hasVersion
		err = p.version()
	default:
		return p.fail("unknown member %q", name)
	}
	return err
}

func (p *recordParser) by() error {
	at := p.i
	raw, err := p.text()
	if err != nil {
		return err
	}
	p.rec.By = unquote(raw)
	if err := checkBy(p.rec.By); err != nil {
		return &FormError{Offset: at, What: err.Error()}
	}
	return nil
}

func (p *recordParser) version() error {
	at := p.i
	n, err := p.integer()
	if err == nil && n != Version {
		err = &FormError{Offset: at, What: fmt.Sprintf("version %d, want %d", n, Version)}
	}
	return err
}

// hash reads a hash of 64 lower-case hexadecimal digits.
func (s *scanner) hash() (Hash, error) {
	at := s.i
	raw, err := s.text()
	if err != nil {
		return Hash{}, err
	}
	h, ok := parseHash(raw)
	if !ok {
		return Hash{}, &FormError{Offset: at, What: fmt.Sprintf("%q, want 64 lower-case hexadecimal digits", raw)}
	}
	return h, nil
}

func (s *scanner) time() (time.Time, error) {
	at := s.i
	raw, err := s.text()
	if err != nil {
		return time.Time{}, err
	}
	t, ok := parseTime(raw)
	if !ok {
		return time.Time{}, &FormError{Offset: at, What: fmt.Sprintf("time %q, want YYYY-MM-DDTHH:MM:SS.mmmZ", raw)}
	}
	return t, nil
}

// count reads an integer that is not negative.
func (s *scanner) count() (uint64, error) {
	at := s.i
	n, err := s.integer()
	if err == nil && n < 0 {
		err = &FormError{Offset: at, What: fmt.Sprintf("%d, want 0 or more", n)}
	}
	return uint64(max(n, 0)), err
}

func (s *scanner) source() (*Source, error) {
	at, seen := s.i, 0
	if s.peek() != '{' {
		return nil, s.unexpected("an object")
	}
	src := new(Source)
	err := s.object(func(name []byte) error {
		var raw []byte
		var err error
		seen++
		switch string(name) {
		case "line":
			var n int64
			n, err = s.integer()
			src.Line = int(n)
		case "name":
			raw, err = s.text()
			src.Name = unquote(raw)
		case "sha256":
			raw, err = s.text()
			src.SHA256 = string(raw)
		default:
			return s.fail("unknown member %q of source", name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := src.check(); err != nil || seen != 3 {
		return nil, &FormError{Offset: at, What: fmt.Sprintf("source: want line, name and sha256: %v", err)}
	}
	return src, nil
}
