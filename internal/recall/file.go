package recall

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"suyuan/internal/event"
)

// A FileError says why bytes are no drill script or profile.
type FileError struct {
	Path  string // the member, as in actions[3].at; empty for the file as a whole
	Found string
	Want  string
}

// Error returns one line: the member, what was found and what was wanted.
func (e *FileError) Error() string {
	where := e.Path
	if where == "" {
		where = "file"
	}
	return fmt.Sprintf("%s: found %s, want %s", where, e.Found, e.Want)
}

// quote spells a text from outside for a message, cut where it is long.
func quote(s string) string {
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}

// MaxFile is how many bytes a drill script or profile has at most.
const MaxFile = 4 << 20

const maxDepth = 16

// A fileNode is a JSON value with its bytes.
type fileNode struct {
	raw     []byte
	kind    string // object, list, text, number, true, false, null
	text    string
	members []fileMember
	items   []fileNode
}

type fileMember struct {
	name string
	node fileNode
}

// parseFile reads one JSON value strictly: UTF-8, no member twice, nothing
// behind it.
func parseFile(b []byte) (*fileNode, error) {
	if len(b) > MaxFile {
		return nil, &FileError{"", strconv.Itoa(len(b)) + " bytes", "at most " + strconv.Itoa(MaxFile)}
	}
	if !utf8.Valid(b) {
		return nil, &FileError{"", "bytes that are not UTF-8", "text in UTF-8"}
	}
	s := fileScanner{in: b, dec: json.NewDecoder(bytes.NewReader(b))}
	s.dec.UseNumber()
	n, err := s.value("", 0)
	if err != nil {
		return nil, err
	}
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &FileError{"", "more behind the object", "one object"}
	}
	return &n, nil
}

type fileScanner struct {
	in  []byte
	dec *json.Decoder
}

func (s *fileScanner) value(path string, depth int) (fileNode, error) {
	from := s.dec.InputOffset()
	tok, err := s.dec.Token()
	if err != nil {
		return fileNode{}, &FileError{path, "no JSON: " + err.Error(), "one JSON object"}
	}
	if depth > maxDepth {
		return fileNode{}, &FileError{path, "more than " + strconv.Itoa(maxDepth) + " levels", "fewer"}
	}
	n, err := s.token(tok, path, depth)
	if err != nil {
		return fileNode{}, err
	}
	n.raw = bytes.TrimLeft(s.in[from:s.dec.InputOffset()], " \t\r\n:,")
	return n, nil
}

func (s *fileScanner) token(tok json.Token, path string, depth int) (fileNode, error) {
	switch v := tok.(type) {
	case json.Delim:
		if v == '{' {
			return s.object(path, depth)
		}
		return s.list(path, depth)
	case string:
		if strings.ContainsRune(v, utf8.RuneError) {
			return fileNode{}, &FileError{path, "a character that is none", "text in UTF-8"}
		}
		return fileNode{kind: "text", text: v}, nil
	case json.Number:
		return fileNode{kind: "number", text: v.String()}, nil
	case bool:
		return fileNode{kind: strconv.FormatBool(v)}, nil
	default:
		return fileNode{kind: "null"}, nil
	}
}

func (s *fileScanner) object(path string, depth int) (fileNode, error) {
	n := fileNode{kind: "object"}
	had := make(map[string]bool)
	for s.dec.More() {
		tok, err := s.dec.Token()
		if err != nil {
			return n, &FileError{path, "no JSON: " + err.Error(), "a member"}
		}
		name, _ := tok.(string)
		at := memberPath(path, name)
		if had[name] {
			return n, &FileError{at, "the member twice", "it once"}
		}
		had[name] = true
		v, err := s.value(at, depth+1)
		if err != nil {
			return n, err
		}
		n.members = append(n.members, fileMember{name, v})
	}
	return n, s.close(path)
}

func (s *fileScanner) list(path string, depth int) (fileNode, error) {
	n := fileNode{kind: "list"}
	for s.dec.More() {
		v, err := s.value(path+"["+strconv.Itoa(len(n.items))+"]", depth+1)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, v)
	}
	return n, s.close(path)
}

func (s *fileScanner) close(path string) error {
	if _, err := s.dec.Token(); err != nil {
		return &FileError{path, "no JSON: " + err.Error(), "its end"}
	}
	return nil
}

func memberPath(object, name string) string {
	for _, r := range name {
		if r != '_' && (r < 'a' || r > 'z') {
			name = quote(name)
			break
		}
	}
	if object == "" {
		return name
	}
	return object + "." + name
}

// A fileReader reads values out of nodes; it keeps the first error and then
// returns zero values.
type fileReader struct{ err error }

func (r *fileReader) fail(path, found, want string) {
	if r.err == nil {
		r.err = &FileError{path, found, want}
	}
}

// shown says what a node is, for a message.
func shown(n *fileNode) string {
	switch {
	case n == nil:
		return "nothing"
	case n.kind == "text":
		return quote(n.text)
	case n.kind == "number":
		return n.text
	case n.kind == "object", n.kind == "list":
		return "a " + strings.Replace(n.kind, "object", "JSON object", 1)
	default:
		return n.kind
	}
}

// object returns the members of an object, none of which may be unknown.
func (r *fileReader) object(n *fileNode, path string, names ...string) map[string]*fileNode {
	if n == nil || n.kind != "object" {
		r.fail(path, shown(n), "an object")
		return nil
	}
	found := make(map[string]*fileNode, len(n.members))
	for i := range n.members {
		m := &n.members[i]
		if !slices.Contains(names, m.name) {
			r.fail(memberPath(path, m.name), "an unknown member", "one of "+strings.Join(names, ", "))
			return nil
		}
		found[m.name] = &m.node
	}
	return found
}

// text returns a text that must be there and say something.
func (r *fileReader) text(n *fileNode, path string) string {
	if n == nil || n.kind != "text" || n.text == "" {
		r.fail(path, shown(n), "a text")
		return ""
	}
	return n.text
}

// maybe returns a text, or nothing where the member is absent.
func (r *fileReader) maybe(n *fileNode, path string) string {
	if n == nil {
		return ""
	}
	return r.text(n, path)
}

func (r *fileReader) list(n *fileNode, path string) []fileNode {
	if n == nil || n.kind != "list" {
		r.fail(path, shown(n), "a list")
		return nil
	}
	return n.items
}

const maxSpan = 10 * 366 * 24 * time.Hour

// span returns a time span as in 1h30m: whole seconds, from least on.
func (r *fileReader) span(n *fileNode, least time.Duration, path string) time.Duration {
	want := "a time span such as \"1h30m\", in whole seconds, from " + least.String() + " to ten years"
	d, err := time.ParseDuration(r.text(n, path))
	if err != nil || d < least || d > maxSpan || d%time.Second != 0 {
		r.fail(path, shown(n), want)
		return 0
	}
	return d
}

func (r *fileReader) choice(n *fileNode, path string, set ...string) string {
	s := r.text(n, path)
	if !slices.Contains(set, s) {
		r.fail(path, shown(n), "one of "+strings.Join(set, ", "))
		return ""
	}
	return s
}

// thing returns a reference, kind:id.
func (r *fileReader) thing(n *fileNode, path string) event.Ref {
	ref, err := event.ParseRef(r.text(n, path))
	if err != nil {
		r.fail(path, shown(n), "a reference such as lot:L1 ("+err.Error()+")")
	}
	return ref
}

// id returns the thing of kind k with a bare id.
func (r *fileReader) id(n *fileNode, k event.Kind, path string) event.Ref {
	ref, err := event.NewRef(k, r.text(n, path))
	if err != nil {
		r.fail(path, shown(n), "the id of a "+k.String()+" ("+err.Error()+")")
	}
	return ref
}

func (r *fileReader) things(n *fileNode, path string) []event.Ref {
	items := r.list(n, path)
	list := make([]event.Ref, len(items))
	for i := range items {
		list[i] = r.thing(&items[i], path+"["+strconv.Itoa(i)+"]")
	}
	if len(items) == 0 {
		r.fail(path, "an empty list", "at least one reference")
	}
	return list
}

func (r *fileReader) ids(n *fileNode, k event.Kind, path string) []event.Ref {
	items := r.list(n, path)
	list := make([]event.Ref, len(items))
	for i := range items {
		list[i] = r.id(&items[i], k, path+"["+strconv.Itoa(i)+"]")
	}
	return list
}

// time returns a time, or none where the member is absent.
func (r *fileReader) time(n *fileNode, path string) event.Time {
	if n == nil {
		return event.Time{}
	}
	t, err := event.ParseTime(r.text(n, path))
	if err != nil {
		r.fail(path, shown(n), "a time such as 2026-03-03T16:10:00+08:00")
	}
	return t
}
