package notary_test

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

func TestParseRecordReadsWhatTheNotaryNeeds(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	first := mustParse(t, l.Records[0])
	if first.Seq != 0 || first.Origin != "lab.example/a" || first.Event != nil || first.ID != "" || len(first.Older) != 0 || first.Leaf != tlog.RecordHash(l.Records[0]) {
		t.Errorf("record 0: %+v", first)
	}
	r := mustParse(t, l.Records[6])
	if r.Seq != 6 || r.ID != nt.ID(6) || r.Prev != hexOf(l, 6) || !strings.Contains(string(r.Event), `"type":"release"`) || !strings.HasPrefix(string(r.Sig), `[{"key":"`) || r.Leaf != tlog.RecordHash(l.Records[6]) {
		t.Errorf("record 6: %+v", r)
	}
	third := l.Succeed("lab.example/b", 8, 9).Succeed("lab.example/c", 7, 9)
	if older := mustParse(t, third.Records[0]).Older; len(older) != 2 || older[0] != (notary.Older{Origin: "lab.example/b", Kept: 7}) || older[1] != (notary.Older{Origin: "lab.example/a", Kept: 8}) {
		t.Errorf("succeeds: %+v", older)
	}
}

func TestParseRecordRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	const prev = `"prev":"0000000000000000000000000000000000000000000000000000000000000000"`
	first := `{"genesis":{"origin":"a"},` + prev + `,"recorded":"2026-03-01T08:00:00.000Z","seq":0,"v":1}`
	other := `{"by":"OP-1","event":{"id":"i","type":"store"},` + prev + `,"recorded":"2026-03-01T08:00:00.000Z","seq":1,"v":1}`
	for _, good := range []string{first, other} {
		if _, err := notary.ParseRecord([]byte(good)); err != nil {
			t.Fatalf("%s: %v", good, err)
		}
	}
	swap := func(from, old, with string) string {
		if !strings.Contains(from, old) {
			t.Fatalf("%s lacks %s", from, old)
		}
		return strings.Replace(from, old, with, 1)
	}
	for name, text := range map[string]string{
		"nothing": "", "a number": "1", "a list": "[]", "an empty object": "{}", "null": "null", "a line end": first + "\n",
		"a space": swap(first, ":0,", ": 0,"), "another order": swap(first, `"seq":0,"v":1`, `"v":1,"seq":0`), "a member twice": swap(first, `"v":1`, `"v":1,"v":1`),
		"an escape that is not needed": swap(other, "OP-1", `\u004fP-1`), "no UTF-8": swap(other, "OP-1", "\xff"), "half a character": swap(other, "OP-1", `\ud800`),
		"an unknown member": swap(first, `"v":1`, `"v":1,"w":1`), "a member in upper case": swap(other, `"by"`, `"BY"`),
		"version 2": swap(first, `"v":1`, `"v":2`), "version as text": swap(first, `"v":1`, `"v":"1"`), "no version": swap(first, `,"v":1`, ""),
		"no number": swap(first, `"seq":0,`, ""), "a number as text": swap(first, `"seq":0`, `"seq":"0"`), "a number below 0": swap(other, `"seq":1`, `"seq":-1`),
		"a fraction": swap(other, `"seq":1`, `"seq":1.5`), "null as number": swap(first, `"seq":0`, `"seq":null`), "a number past 64 bits": swap(other, `"seq":1`, `"seq":18446744073709552000`),
		"a genesis in record 1": swap(other, `"event"`, `"genesis"`), "an event in record 0": swap(first, `"genesis":{"origin":"a"}`, `"event":{"id":"i","type":"store"}`),
		"both in record 0": swap(first, `"genesis"`, `"event":{"id":"i","type":"store"},"genesis"`), "both in record 1": swap(other, `,"prev"`, `,"genesis":{"origin":"a"},"prev"`),
		"signatures on record 0": swap(first, `"v":1`, `"sig":[],"v":1`), "no origin": swap(first, `"origin":"a"`, ""), "an empty origin": swap(first, `"origin":"a"`, `"origin":""`),
		"an origin that is no text": swap(first, `"origin":"a"`, `"origin":1`), "no id": swap(other, `"id":"i",`, ""), "no type": swap(other, `,"type":"store"`, ""),
		"an event that is no object": swap(other, `{"id":"i","type":"store"}`, `"store"`), "a genesis that is no object": swap(first, `{"origin":"a"}`, `["origin"]`),
	} {
		if r, err := notary.ParseRecord([]byte(text)); err == nil {
			t.Errorf("%s: %s was taken for %+v", name, text, r)
		}
	}
	// A name in other letters is another name: what is read must not depend on it.
	r := mustParse(t, []byte(swap(other, `"id":"i",`, `"ID":"x","Id":"y","id":"i",`)))
	if r.ID != "i" {
		t.Errorf("id %q, want i", r.ID)
	}
}
