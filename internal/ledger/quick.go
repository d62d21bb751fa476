package ledger

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// A quick reader takes records of the usual shape apart, in a quarter of the time of the parser: what it meets is what it expects. It says yes only
// to what the parser accepts, with the same record, which a fuzz test holds it to. No means nothing: ask the parser. It is not bothered with escapes,
// names beyond ASCII, record 0, and all that is wrong.
type quick struct {
	b  []byte
	i  int
	by string // of the record before: nearly always the same
}

// quickDepth is how deep an event's values may lie: far less than the parser allows, and far more than there are.
const quickDepth = 12

// record reads a record of at most MaxRecord bytes.
func (q *quick) record(b []byte, rec *Record) bool {
	q.b, q.i = b, 0
	if !q.literal(`{"by":"`) {
		return false
	}
	by, _, ok := q.text()
	if !ok || len(by) == 0 || len(by) > maxBy || !q.literal(`,"event":{`) {
		return false
	}
	if string(by) != q.by {
		q.by = string(by)
	}
	rec.By = q.by
	start := q.i - 1
	if !q.object(0, rec) || rec.ID == (ID{}) {
		return false
	}
	rec.Event = b[start:q.i:q.i]
	return q.frame(rec) && q.rest(rec)
}

// frame reads what every record bears behind its event.
func (q *quick) frame(rec *Record) bool {
	const width = len(`,"prev":"","recorded":"","seq":`) + 2*len(Hash{}) + len(timeForm)
	if len(q.b)-q.i < width || !q.literal(`,"prev":"`) {
		return false
	}
	var ok bool
	if rec.Prev, ok = parseHash(q.b[q.i : q.i+2*len(Hash{})]); !ok {
		return false
	}
	q.i += 2 * len(Hash{})
	if !q.literal(`","recorded":"`) {
		return false
	}
	if rec.Recorded, ok = parseTime(q.b[q.i : q.i+len(timeForm)]); !ok {
		return false
	}
	q.i += len(timeForm)
	if !q.literal(`","seq":`) {
		return false
	}
	rec.Seq, ok = q.count()
	return ok && rec.Seq > 0
}

// rest reads what only some records bear, and the end.
func (q *quick) rest(rec *Record) bool {
	if q.literal(`,"sig":[`) {
		start := q.i - 1
		if !q.array(0) {
			return false
		}
		rec.Sig = q.b[start:q.i:q.i]
	}
	if q.literal(`,"source":{"line":`) {
		if rec.Source = q.source(); rec.Source == nil {
			return false
		}
	}
	return q.literal(`,"v":1}`) && q.i == len(q.b)
}

func (q *quick) source() *Source {
	line, ok := q.count()
	if !ok || line < 1 || !q.literal(`,"name":"`) {
		return nil
	}
	name, _, ok := q.text()
	if !ok || len(name) == 0 || len(name) > maxName || !q.literal(`,"sha256":"`) {
		return nil
	}
	digest, _, ok := q.text()
	if _, hex := parseHash(digest); !ok || !hex || !q.literal(`}`) {
		return nil
	}
	return &Source{Name: string(name), Line: int(line), SHA256: string(digest)} //nolint:gosec // at most 15 digits
}

func (q *quick) literal(s string) bool {
	if len(q.b)-q.i < len(s) || string(q.b[q.i:q.i+len(s)]) != s {
		return false
	}
	q.i += len(s)
	return true
}

func (q *quick) peek() byte {
	if q.i < len(q.b) {
		return q.b[q.i]
	}
	return 0
}

// count reads an integer from 0 on, of at most 15 digits.
func (q *quick) count() (n uint64, ok bool) {
	start := q.i
	for c := q.peek() - '0'; c <= 9; c = q.peek() - '0' {
		n = n*10 + uint64(c)
		if q.i++; q.i-start > 15 {
			return 0, false
		}
	}
	return n, q.i > start && (q.b[start] != '0' || q.i == start+1)
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// text reads a string from behind its first quote on, eight bytes at a time. ascii says that every byte of it is below 128.
func (q *quick) text() (text []byte, ascii, ok bool) {
	start, high := q.i, uint64(0)
	for ; q.i+8 <= len(q.b); q.i += 8 {
		x := binary.LittleEndian.Uint64(q.b[q.i:])
		quote, slash := x^'"'*ones, x^'\\'*ones
		// In each byte the highest bit is set where it is a quote, a backslash or a control character; only above the first such byte may others be.
		stop := ((quote-ones)&^quote | (slash-ones)&^slash | (x-' '*ones)&^x) & highs
		if stop == 0 {
			high |= x
			continue
		}
		n := bits.TrailingZeros64(stop) / 8
		high |= x & (1<<(8*n) - 1)
		q.i += n
		if q.b[q.i] != '"' {
			return nil, false, false
		}
		text, ascii = q.b[start:q.i], high&highs == 0
		q.i++
		return text, ascii, ascii || utf8.Valid(text)
	}
	return nil, false, false // a record does not end with a string
}

// value reads a value at some depth.
func (q *quick) value(depth int) bool {
	c := q.peek()
	q.i++
	switch c {
	case '"':
		_, _, ok := q.text()
		return ok
	case '{':
		return q.object(depth+1, nil)
	case '[':
		return q.array(depth + 1)
	case 't':
		q.i--
		return q.literal("true")
	case 'f':
		q.i--
		return q.literal("false")
	case 'n':
		q.i--
		return q.literal("null")
	case '-':
		n, ok := q.count()
		return ok && n > 0
	}
	q.i--
	_, ok := q.count()
	return ok
}

// array reads an array from behind its bracket on.
func (q *quick) array(depth int) bool {
	if depth > quickDepth {
		return false
	}
	if q.literal("]") {
		return true
	}
	for {
		if !q.value(depth) {
			return false
		}
		c := q.peek()
		q.i++
		if c != ',' {
			return c == ']'
		}
	}
}

// object reads an object from behind its brace on; where rec is not nil, it is an event, whose id and type are noted.
func (q *quick) object(depth int, rec *Record) bool {
	if depth > quickDepth {
		return false
	}
	if q.literal("}") {
		return true
	}
	for last := []byte(nil); ; {
		if !q.literal(`"`) {
			return false
		}
		name, ascii, ok := q.text()
		if !ok || !ascii || !q.literal(":") || !follows(last, name) {
			return false
		}
		last = name
		if rec == nil {
			ok = q.value(depth)
		} else {
			ok = q.member(name, rec)
		}
		if !ok {
			return false
		}
		c := q.peek()
		q.i++
		if c != ',' {
			return c == '}'
		}
	}
}

// follows says whether name may come after last in an object; nothing comes before the first.
func follows(last, name []byte) bool {
	if last == nil {
		return true
	}
	if len(last) > 0 && len(name) > 0 && last[0] != name[0] {
		return last[0] < name[0]
	}
	return bytes.Compare(last, name) < 0
}

// member reads a member's value of an event.
func (q *quick) member(name []byte, rec *Record) bool {
	id, typ := string(name) == "id", string(name) == "type"
	if !id && !typ {
		return q.value(0)
	}
	if !q.literal(`"`) {
		return false
	}
	text, _, ok := q.text()
	if typ {
		rec.Type = text
		return ok
	}
	rec.ID, id = parseID(text)
	return ok && id
}
