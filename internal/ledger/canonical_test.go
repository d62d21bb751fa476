package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"suyuan/internal/ledger"
)

func TestCanonicalFormIsRecognised(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`{}`, `[]`, `""`, `0`, `-1`, `9007199254740991`, `-9007199254740991`, `true`, `false`, `null`,
		`{"":1,"a":2,"aa":3,"b":[{"c":"d"},[]]}`, `"é中\u001f\b\t\n\f\r\"\\/` + "\x7f\u2028" + `"`,
		`{"\u0001":1,"\n":2," ":3}`,
		`{"😀":1,"` + "\uFB33" + `":2}`, // U+1F600 is D83D DE00 in UTF-16, before U+FB33
		strings.Repeat("[", 32) + strings.Repeat("]", 32),
	} {
		if err := ledger.CheckCanonical([]byte(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestWhatIsNotCanonicalIsNamedByItsByte(t *testing.T) {
	t.Parallel()
	for s, offset := range map[string]int{
		``: 0, ` {}`: 0, `{} `: 2, `{ }`: 1, `[1, 2]`: 3, `{"a" :1}`: 4, `{"a": 1}`: 5, `[1,]`: 3, `{"a":1,}`: 7, `[`: 1, `{"a"`: 4, `"a`: 2,
		`{"b":1,"a":2}`: 7, `{"a":1,"a":2}`: 7, `{"` + "\uFB33" + `":1,"😀":2}`: 9, `{"\u0041":1}`: 2, `"\/"`: 1, `"\u000a"`: 1, `"\u001F"`: 1, `"\u00"`: 1, `"\x"`: 1,
		`1.0`: 1, `1e3`: 1, `01`: 0, `-0`: 0, `-`: 1, `+1`: 0, `9007199254740992`: 0, `-9007199254740992`: 0, `99999999999999999999999`: 0,
		"\"\xff\"": 1, "\"\xed\xa0\x80\"": 1, "\"\x1f\"": 1, `tru`: 0, `nul`: 0, `{1:2}`: 1, `"a"b`: 3,
		strings.Repeat("[", 33) + strings.Repeat("]", 33): 32,
	} {
		err := ledger.CheckCanonical([]byte(s))
		if form := (*ledger.FormError)(nil); !errors.As(err, &form) || form.Offset != offset {
			t.Errorf("%s: %v, want byte %d", s, err, offset)
		}
	}
}

// ours says whether a JSON text keeps the ledger's rule for numbers, and its depth.
func ours(b []byte) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return true
		}
		switch v := token.(type) {
		case json.Delim:
			if depth += 1 - 2*int(v>>1&1); depth > 32 {
				return false
			}
		case json.Number:
			if n, err := v.Int64(); err != nil || n > 1<<53-1 || n < -(1<<53-1) || v == "-0" {
				return false
			}
		}
	}
}

// wantOracle holds CheckCanonical against gowebpki/jcs: b is canonical if canonicalising changes nothing.
func wantOracle(t interface{ Errorf(string, ...any) }, b []byte) {
	got := ledger.CheckCanonical(b)
	again, err := jcs.Transform(b)
	want := err == nil && bytes.Equal(again, b) && utf8.Valid(b)
	if ours(b) && (got == nil) != want {
		t.Errorf("%q: %v; the oracle says %v, %q", b, got, err, again)
	}
	if !ours(b) && got == nil {
		t.Errorf("%q is accepted, with numbers or a depth that are not ours", b)
	}
}

func TestCheckCanonicalAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, err := json.Marshal(value(3).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		wantOracle(t, b)
		if b, err = jcs.Transform(b); err != nil {
			t.Fatal(err)
		}
		wantOracle(t, b)
		if err := ledger.CheckCanonical(b); err != nil {
			t.Errorf("%q: %v", b, err)
		}
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		wantOracle(t, b)
	})
}

func value(depth int) *rapid.Generator[any] {
	text := rapid.StringOf(rapid.RuneFrom([]rune("ab\"\\\b\n\x01\x1f\x7f é中\u2028\uFB33\uFFFD😀")))
	leaf := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), text.AsAny(), rapid.Int64Range(-(1<<53 - 1), 1<<53-1).AsAny(),
	}
	if depth > 0 {
		leaf = append(leaf, rapid.SliceOfN(value(depth-1), 0, 4).AsAny(), rapid.MapOfN(text, value(depth-1), 0, 4).AsAny())
	}
	return rapid.OneOf(leaf...)
}

func FuzzCheckCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2,"é\n"],"b":null}`, `{"😀":1,"` + "\uFB33" + `":2}`, `[1.0,1e3,-0,9007199254740993]`, `"\ud83d\ude00\u0007"`, `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.Count(b, []byte("[")) > 500 || bytes.Count(b, []byte("{")) > 500 {
			return // the oracle has a limit of its own
		}
		wantOracle(t, b)
	})
}

func FuzzParseRecord(f *testing.F) {
	s := storeOf(f, 3)
	for seq := range uint64(3) {
		rec, err := s.Record(f.Context(), seq)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(rec)
	}
	id := `"0195503e-6000-8000-8000-000000000001"`
	f.Add(fmt.Appendf(nil, `{"by":"x","event":{"id":%s},"prev":"%064x","recorded":"2026-03-01T08:00:00.123Z","seq":7,"sig":[1],"source":{"line":3,"name":"a","sha256":"%064x"},"v":1}`, id, 1, 2))
	f.Add(fmt.Appendf(nil, `{"genesis":{"copy_of":{"origin":"a","root":"%064x","size":1},"created":"2026-03-01T08:00:00.123Z","origin":"b","strict":true},"prev":"%064x","recorded":"2026-03-01T08:00:00.123Z","seq":0,"v":1}`, 0, 0))
	f.Add([]byte(succeedsRecord()))
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, err := ledger.ParseRecord(b)
		if err != nil {
			return
		}
		if err := ledger.CheckCanonical(b); err != nil {
			t.Errorf("%q was parsed: %v", b, err)
		}
		if again := ledger.AppendRecord(nil, rec); !bytes.Equal(again, b) {
			t.Errorf("%q was parsed as %q", b, again)
		}
	})
}
