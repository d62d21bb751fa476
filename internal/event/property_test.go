package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

// sameEvent compares events member by member; nil and empty lists differ.
func sameEvent(a, b event.Event) string {
	return cmp.Diff(a, b, cmp.Comparer(func(a, b event.Ref) bool { return a == b }), cmp.Comparer(func(a, b event.Time) bool { return a == b }))
}

func TestParseReadsBackWhatBytesWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		b := e.Bytes()
		for _, parse := range []func([]byte) (event.Event, error){event.Parse, event.ParseStored} {
			got, err := parse(b)
			if err != nil {
				t.Fatalf("%s: %v", b, err)
			}
			if diff := sameEvent(e, got); diff != "" {
				t.Fatalf("%s: read back otherwise (-written +read):\n%s", b, diff)
			}
		}
	})
}

func TestAReaderKeepsNothingOfTheEventBefore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var r event.Reader
		for i, e := range rapid.SliceOfN(eventtest.Gen(), 1, 5).Draw(t, "events") {
			b := e.Bytes()
			if i%2 == 1 { // what breaks off in the middle leaves its memory behind
				cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
				if _, err := r.ParseStored(b[:cut]); err == nil {
					t.Fatalf("%s: read", b[:cut])
				}
				if _, err := r.ParseStored(bytes.Replace(b, []byte(`"time":"`), []byte(`"time":"x`), 1)); err == nil {
					t.Fatalf("%s: read with a broken time", b)
				}
			}
			got, err := r.ParseStored(b)
			if err != nil || sameEvent(e, got) != "" {
				t.Fatalf("%s: read otherwise: %v", b, err)
			}
		}
	})
}

func TestBytesAreCanonical(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		got := e.Append([]byte("before "))
		want, err := jcs.Transform(e.Bytes())
		if err != nil || string(got) != "before "+string(want) {
			t.Fatalf("Append:\n got %s\nwant before %s (%v)", got, want, err)
		}
	})
}

func TestParseTakesAnySpellingOfOneEventAsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		b := e.Bytes()
		other := respell(t, b)
		got, err := event.Parse(other)
		if err != nil || !bytes.Equal(got.Bytes(), b) {
			t.Fatalf("%s: got %s, %v, want %s", other, got.Bytes(), err, b)
		}
		want := e
		want.Identify()
		if got.Identify(); got.ID != want.ID {
			t.Fatalf("%s: id %q, want %q", other, got.ID, want.ID)
		}
	})
}

// respell writes JSON again with members in random order, with white space,
// and with characters escaped.
func respell(t *rapid.T, b []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewSource(rapid.Int64().Draw(t, "spelling")))
	var out strings.Builder
	spell(&out, rnd, v)
	return []byte(out.String())
}

func spell(out *strings.Builder, rnd *rand.Rand, v any) {
	gap := func() {
		out.WriteString(strings.Repeat([]string{"", " ", "\n", "\t", "\r\n"}[rnd.Intn(5)], rnd.Intn(3)))
	}
	gap()
	defer gap()
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for i, name := range names {
			out.WriteByte("{,"[min(i, 1)])
			gap()
			spellText(out, rnd, name)
			gap()
			out.WriteByte(':')
			spell(out, rnd, v[name])
		}
		out.WriteString("{}"[min(len(names), 1):])
	case []any:
		for i, e := range v {
			out.WriteByte("[,"[min(i, 1)])
			spell(out, rnd, e)
		}
		out.WriteString("[]"[min(len(v), 1):])
	case string:
		spellText(out, rnd, v)
	case json.Number:
		out.WriteString(v.String())
	default:
		fmt.Fprint(out, v)
	}
}

func spellText(out *strings.Builder, rnd *rand.Rand, s string) {
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r < ' ' || r < 0x10000 && rnd.Intn(4) == 0:
			fmt.Fprintf(out, [...]string{`\u%04x`, `\u%04X`}[rnd.Intn(2)], r)
		case r >= 0x10000 && rnd.Intn(2) == 0:
			fmt.Fprintf(out, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}

func TestIdentifyTellsDifferentEventsApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := eventtest.Gen().Draw(t, "one"), eventtest.Gen().Draw(t, "other")
		a.ID, b.ID = "", ""
		alike := bytes.Equal(a.Bytes(), b.Bytes())
		a.Identify()
		b.Identify()
		if (a.ID == b.ID) != alike {
			t.Errorf("ids %q and %q of events that are alike: %v", a.ID, b.ID, alike)
		}
		if a.Time.UnixMilli() < b.Time.UnixMilli() && a.ID >= b.ID {
			t.Errorf("id %q of %v is not before %q of %v", a.ID, a.Time, b.ID, b.Time)
		}
		given := a.ID
		if a.Identify(); a.ID != given {
			t.Errorf("Identify changed the id %q to %q", given, a.ID)
		}
	})
}

func TestIdentifiedIsIdentifyAndBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		if rapid.Bool().Draw(t, "without id") {
			e.ID = ""
		}
		at := e
		got := at.Identified()
		e.Identify()
		if want := e.Bytes(); !bytes.Equal(got, want) || at.ID != e.ID {
			t.Fatalf("got %s %s\nwant %s %s", at.ID, got, e.ID, want)
		}
	})
}

func TestRefsYieldsWhatTheMembersName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		var v map[string]any
		if err := json.Unmarshal(e.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		action, _ := v["action"].(string)
		members := event.DescribeAction(e.Type, action)
		var got, want []string
		var refs, bare []event.Ref
		e.Refs(func(path string, r event.Ref) bool {
			got, refs = append(got, path+" "+r.String()), append(refs, r)
			return true
		})
		for r := range e.Named {
			bare = append(bare, r)
		}
		if !slices.Equal(refs, bare) {
			t.Fatalf("%s: Refs yields %v, Named %v", e.Bytes(), refs, bare)
		}
		namedBy(&want, "", members, v)
		slices.Sort(got)
		if slices.Sort(want); !cmp.Equal(got, want) {
			t.Fatalf("%s: Refs (-want +got):\n%s", e.Bytes(), cmp.Diff(want, got))
		}
	})
}

// namedBy is the slow reference of Refs: it reads the members' description
// beside plain JSON.
func namedBy(out *[]string, path string, members []event.Member, v map[string]any) {
	for _, m := range members {
		value, ok := v[m.Name]
		if !ok || value == "" {
			continue
		}
		at := path + m.Name
		switch m.Kind { //nolint:exhaustive // the others name nothing
		case event.MemberID:
			*out = append(*out, fmt.Sprintf("%s %v:%v", at, m.ThingKind, value))
		case event.MemberThing:
			*out = append(*out, fmt.Sprintf("%s %v", at, value))
		case event.MemberIDs, event.MemberThings:
			for i, e := range value.([]any) {
				if m.Kind == event.MemberIDs {
					e = m.ThingKind.String() + ":" + e.(string)
				}
				*out = append(*out, fmt.Sprintf("%s[%d] %v", at, i, e))
			}
		case event.MemberCodes:
			for ref := range value.(map[string]any) {
				*out = append(*out, fmt.Sprintf("%s[%q] %s", at, ref, ref))
			}
		case event.MemberText:
			if m.Name == "aliquot" {
				*out = append(*out, fmt.Sprintf("%s aliquot:%v/%v", at, v["lot"], value))
			}
		case event.MemberObject:
			namedBy(out, at+".", m.Members, value.(map[string]any))
		case event.MemberObjects:
			namedByElements(out, at, m, value.([]any))
		}
	}
}

func namedByElements(out *[]string, path string, m event.Member, list []any) {
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if bare, ok := e.(string); ok && m.Bare {
			*out = append(*out, fmt.Sprintf("%s %v:%s", at, m.Members[0].ThingKind, bare))
			continue
		}
		namedBy(out, at+".", m.Members, e.(map[string]any))
	}
}

func TestRefsStopsWhereItsCallerDoes(t *testing.T) {
	t.Parallel()
	e, err := event.Parse(golden(t)["manufacture-full"])
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range e.Refs {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("Refs yielded %d references, want 3 and no more", n)
	}
}
