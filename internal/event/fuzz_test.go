package event_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/gowebpki/jcs"

	"suyuan/internal/event"
)

func addGolden(f *testing.F) {
	f.Helper()
	for _, b := range golden(f) {
		f.Add(b)
	}
	for _, s := range []string{
		store(`"note":"\ud83e\udded \u00e9 \/ \" \n"`), store(`"ext":{"a:b":{"\uff21":1,"\ud83e\udded":2,"z":[[],{}]}}`), store(`"n":0`),
		store(`"codes":{"unit:🧫":["x"],"unit:\uff21":["y"]}`), "{", "[1,2", `{"type":"store","type":"store"}`, "\ufeff{}", "{}\x00",
	} {
		f.Add([]byte(s))
	}
}

// FuzzParse holds both laws: what was written reads back the same, and what
// was read from canonical bytes writes the same. No input makes it panic.
func FuzzParse(f *testing.F) {
	addGolden(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := event.Parse(b)
		stored, storedErr := event.ParseStored(b)
		if err != nil {
			return
		}
		written := e.Bytes()
		again, err := event.Parse(written)
		if err != nil || !bytes.Equal(again.Bytes(), written) || sameEvent(e, again) != "" {
			t.Fatalf("%q was read, written as %q, and read otherwise: %v", b, written, err)
		}
		if storedErr != nil || len(stored.Unread) > 0 || sameEvent(e, stored) != "" {
			t.Fatalf("%q: ParseStored read it otherwise: %v", b, storedErr)
		}
		if len(written) > event.MaxEvent || len(written) > len(b) {
			t.Fatalf("%d bytes were written as %d", len(b), len(written))
		}
	})
}

// FuzzCanonical holds that our canonical form is RFC 8785's, by another
// implementation of it.
func FuzzCanonical(f *testing.F) {
	addGolden(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := event.Parse(b)
		if err != nil || respelt(t, b) {
			return
		}
		want, err := jcs.Transform(b)
		if got := e.Bytes(); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("canonical form of %q:\n got %s\nwant %s (%v)", b, got, want, err)
		}
	})
}

// respelt reports whether some text in b may be a time that is stored in
// another spelling.
func respelt(t *testing.T, b []byte) bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("encoding/json refuses %q: %v", b, err)
	}
	return anyText(v, func(s string) bool {
		at, err := event.ParseTime(s)
		return err == nil && at.String() != s
	})
}

func anyText(v any, is func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return anyText(e, is) })
	case map[string]any:
		for _, e := range v {
			if anyText(e, is) {
				return true
			}
		}
	}
	return false
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"unit:U1", "aliquot:L/A", "aliquot:L", "product:P", ":", "unit:", "https://x", "unit:a:b", "unit:\u202e", "donor:批/7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := event.ParseRef(s)
		if err != nil {
			if !r.IsZero() {
				t.Fatalf("ParseRef(%q) = %v beside the error %v", s, r, err)
			}
			return
		}
		if again, err := event.NewRef(r.Kind(), r.ID()); r.String() != s || again != r || err != nil {
			t.Fatalf("ParseRef(%q) = %v, NewRef = %v, %v", s, r, again, err)
		}
		if lot := r.Lot(); (lot.Kind() == event.KindLot) != (r.Kind() == event.KindAliquot) {
			t.Fatalf("lot of %v is %v", r, lot)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026-03-01T08:00:00.5+08:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59", "2026-02-29T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T08:00:60Z", "2026-03-01T08:00:00-00:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := event.ParseTime(s)
		std, stdErr := parseStd(s)
		if (err == nil) != (stdErr == nil) {
			t.Fatalf("ParseTime(%q): %v; the standard library: %v", s, err, stdErr)
		}
		if err != nil {
			return
		}
		again, err := event.ParseTime(at.String())
		if err != nil || again != at || event.TimeOf(at.Std()) != at || len(at.String()) > len(s) {
			t.Fatalf("ParseTime(%q) = %v, which reads as %v, %v", s, at, again, err)
		}
		if !at.Std().Equal(std) || at.UnixMilli() != std.UnixMilli() {
			t.Fatalf("ParseTime(%q) = %v, want %v", s, at.Std(), std)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "-0.0", "92.5", "-150", "01", "1.", ".5", "1e3", "00", "-", "+1", "1.50"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, errA := event.ParseDecimal(a)
		y, errB := event.ParseDecimal(b)
		if (errA == nil) != decimalPattern.MatchString(a) {
			t.Fatalf("ParseDecimal(%q): %v", a, errA)
		}
		if errA != nil || errB != nil || len(a) > 1000 || len(b) > 1000 {
			return
		}
		if got, want := x.Compare(y), compareBig(t, a, b); got != want || y.Compare(x) != -want {
			t.Fatalf("%q.Compare(%q) = %d, %d the other way, want %d", a, b, got, y.Compare(x), want)
		}
	})
}

// FuzzPrivacy holds that no message repeats what could tell who somebody is.
func FuzzPrivacy(f *testing.F) {
	for _, s := range []string{"note", "type", "13812345678", "patient", "x\":{\"", "[1,", "\\u0031"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		const mobile = "13812345678"
		for _, in := range []string{before + mobile + after, `{"` + before + mobile + after + `":1}`, store(`"note":"` + before + mobile + after + `"`), store(`"` + before + `":"` + mobile + `"` + after)} {
			_, err := event.Parse([]byte(in))
			if err != nil && bytes.Contains([]byte(err.Error()), []byte(mobile)) && standsAlone(in, mobile) {
				t.Fatalf("the refusal of %q repeats the number: %v", in, err)
			}
		}
	})
}
