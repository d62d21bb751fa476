package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Genesis is what record 0 fixes about a ledger.
type Genesis struct {
	Origin  string // names the ledger in checkpoints and proofs
	Created time.Time
	Strict  bool    // equipment, rooms, sites and operators must be registered
	CopyOf  *CopyOf // what the ledger was copied from, for drills; nil for a ledger of its own
	// Succeeds is what the ledger takes the place of after a loss; nil where nothing was lost.
	Succeeds *Succeeds
}

// A CopyOf names the prefix of a ledger that another one begins as a copy of.
type CopyOf struct {
	Origin string
	Root   Hash
	Size   uint64
}

func (g *Genesis) append(dst []byte) []byte {
	dst = append(dst, '{')
	if c := g.CopyOf; c != nil {
		dst = appendString(append(dst, `"copy_of":{"origin":`...), c.Origin)
		dst = appendHash(append(dst, `,"root":"`...), c.Root)
		dst = strconv.AppendUint(append(dst, `","size":`...), c.Size, 10)
		dst = append(dst, "},"...)
	}
	dst = appendTime(append(dst, `"created":"`...), g.Created)
	dst = appendString(append(dst, `","origin":`...), g.Origin)
	if g.Strict {
		dst = append(dst, `,"strict":true`...)
	}
	if g.Succeeds != nil {
		dst = g.Succeeds.append(append(dst, `,"succeeds":`...))
	}
	return append(dst, '}')
}

func (g *Genesis) check() error {
	if err := CheckOrigin(g.Origin); err != nil {
		return err
	}
	if err := checkTime("created", g.Created); err != nil {
		return err
	}
	if s := g.Succeeds; s != nil {
		if err := s.check(); err != nil {
			return err
		}
		if s.Origin == g.Origin {
			return fmt.Errorf("succeeds: the new ledger has the old one's origin %q, want another", s.Origin)
		}
	}
	c := g.CopyOf
	if c == nil {
		return nil
	}
	if c.Size < 1 || c.Size > maxSafeInteger {
		return fmt.Errorf("copy of size %d: want 1 or more", c.Size)
	}
	return CheckOrigin(c.Origin)
}

// CheckOrigin refuses what cannot name a ledger. It allows what can stand in the first line of a checkpoint and name a key of a signed note: those forbid white
// space and "+" (C2SP signed-note).
func CheckOrigin(origin string) error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == '+' }
	if origin == "" || len(origin) > maxOrigin || !utf8.ValidString(origin) || strings.ContainsFunc(origin, odd) {
		return fmt.Errorf("origin %q: want 1 to %d bytes without white space and \"+\"", origin, maxOrigin)
	}
	return nil
}

func checkTime(what string, t time.Time) error {
	if y := t.UTC().Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("%s %s: want a year from 1970 to 9999", what, t.UTC().Format(time.RFC3339))
	}
	return nil
}

func (s *scanner) genesis() (*Genesis, error) {
	at := s.i
	if s.peek() != '{' {
		return nil, s.unexpected("an object")
	}
	g := new(Genesis)
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "copy_of":
			g.CopyOf, err = s.copyOf()
		case "created":
			g.Created, err = s.time()
		case "origin":
			g.Origin, err = s.string()
		case "strict":
			g.Strict, err = true, s.literal("true")
		case "succeeds":
			g.Succeeds, err = s.succeeds()
		default:
			err = s.fail("unknown member %q of genesis", name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := g.check(); err != nil {
		return nil, &FormError{Offset: at, What: "genesis: " + err.Error()}
	}
	return g, nil
}

func (s *scanner) copyOf() (*CopyOf, error) {
	if s.peek() != '{' {
		return nil, s.unexpected("an object")
	}
	c, seen, at := new(CopyOf), 0, s.i
	err := s.object(func(name []byte) (err error) {
		seen++
		switch string(name) {
		case "origin":
			c.Origin, err = s.string()
		case "root":
			c.Root, err = s.hash()
		case "size":
			c.Size, err = s.count()
		default:
			err = s.fail("unknown member %q of copy_of", name)
		}
		return err
	})
	if err == nil && seen != 3 {
		err = &FormError{Offset: at, What: "copy_of: want origin, root and size"}
	}
	return c, err
}

func (s *scanner) string() (string, error) {
	raw, err := s.text()
	return unquote(raw), err
}
