package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"suyuan/internal/ledger"
)

const (
	someID   = "0195503e-6000-8000-8000-00000000002a"
	recordOK = `{"by":"x","event":{"id":"` + someID + `"},"prev":"%064x","recorded":"2026-03-01T08:00:00.123Z","seq":7,"v":1}`
)

func TestParseRecordTakesARecordApart(t *testing.T) {
	t.Parallel()
	text := strings.Replace(fmt.Sprintf(recordOK, 0xAB), `"v"`, `"sig":[{"key":"k"}],"source":{"line":3,"name":"批次.jsonl","sha256":"`+strings.Repeat("0f", 32)+`"},"v"`, 1)
	rec, err := ledger.ParseRecord([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if rec.Seq != 7 || rec.By != "x" || rec.ID.String() != someID || rec.Prev[31] != 0xAB || string(rec.Sig) != `[{"key":"k"}]` ||
		string(rec.Event) != `{"id":"`+someID+`"}` || *rec.Source != (ledger.Source{Name: "批次.jsonl", Line: 3, SHA256: strings.Repeat("0f", 32)}) ||
		!rec.Recorded.Equal(time.Date(2026, 3, 1, 8, 0, 0, 123e6, time.UTC)) || string(rec.Bytes) != text {
		t.Errorf("%+v", rec)
	}
}

func TestParseRecordRefusesWhatTheFormatDoesNotAllow(t *testing.T) {
	t.Parallel()
	sound := fmt.Sprintf(recordOK, 1)
	if _, err := ledger.ParseRecord([]byte(sound)); err != nil {
		t.Fatal(err)
	}
	for _, swap := range [][2]string{
		{`"by":"x",`, ``},
		{`"by":"x"`, `"by":""`},
		{`"by":"x"`, `"by":7`},
		{`"by":"x"`, `"by":"` + strings.Repeat("x", 201) + `"`},
		{`"event":{"id":"` + someID + `"},`, ``},
		{`"event":{"id":"` + someID + `"}`, `"event":[]`},
		{`"id":"` + someID + `"`, ``},
		{someID, strings.ToUpper(someID)},
		{someID, strings.Replace(someID, "-", "0", 1)},
		{`"event"`, `"evenu"`},
		{`"prev":"0`, `"prev":"`},
		{`"prev":"0`, `"prev":"A`},
		{`"prev":"`, `"prev":"0`},
		{`.123Z`, `Z`},
		{`.123Z`, `.123+00:00`},
		{`.123Z`, `.1234Z`},
		{`2026-03-01`, `2026-02-29`},
		{`2026-03-01`, `2026-13-01`},
		{`2026-03-01`, `1969-03-01`},
		{`T08:`, `T24:`},
		{`:00.123`, `:60.123`},
		{`"seq":7`, `"seq":-7`},
		{`"seq":7`, `"seq":"7"`},
		{`"seq":7`, `"seq":0`},
		{`"seq":7,`, ``},
		{`"seq":7`, `"seq":7,"sig":{}`},
		{`"seq":7`, `"seq":7,"source":{}`},
		{`"seq":7`, `"seq":7,"source":{"line":0,"name":"a","sha256":"` + strings.Repeat("0", 64) + `"}`},
		{`"seq":7`, `"seq":7,"source":{"line":1,"name":"","sha256":"` + strings.Repeat("0", 64) + `"}`},
		{`"seq":7`, `"seq":7,"source":{"line":1,"name":"a","sha256":"` + strings.Repeat("0", 63) + `"}`},
		{`"seq":7`, `"seq":7,"source":{"line":1,"name":"a","sha256":"` + strings.Repeat("0", 64) + `","x":1}`},
		{`"seq":7`, `"seq":7,"t":1`},
		{`,"v":1`, ``},
		{`"v":1}`, `"v":1} `},
		{`"v":1}`, `"v":1,"w":2}`},
		{`{"by"`, `{ "by"`},
		{`"event":{`, `"genesis":{"created":"2026-03-01T08:00:00.123Z","origin":"a"},"event":{`},
		{`"event":{"id":"` + someID + `"}`, `"genesis":{"created":"2026-03-01T08:00:00.123Z","origin":"a"}`},
	} {
		text := strings.Replace(sound, swap[0], swap[1], 1)
		if text == sound {
			t.Fatalf("%q is not there", swap[0])
		}
		if rec, err := ledger.ParseRecord([]byte(text)); err == nil {
			t.Errorf("%s: parsed as %+v", text, rec)
		}
	}
}

func TestARecordHasALongestLength(t *testing.T) {
	t.Parallel()
	pad := func(n int) []byte {
		text := fmt.Sprintf(recordOK, 1)
		return []byte(strings.Replace(text, `"id":`, `"a":"`+strings.Repeat("x", n-len(text)-7)+`","id":`, 1))
	}
	for n, want := range map[int]bool{ledger.MaxRecord: true, ledger.MaxRecord + 1: false} {
		b := pad(n)
		if _, err := ledger.ParseRecord(b); len(b) != n || (err == nil) != want {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
}

func TestAnUnknownVersionIsRefusedByNumber(t *testing.T) {
	t.Parallel()
	for _, more := range []string{`"v":2`, `"v":2,"w":{"new":[]}`} {
		text := strings.Replace(fmt.Sprintf(recordOK, 1), `"v":1`, more, 1)
		_, err := ledger.ParseRecord([]byte(text))
		if !errors.Is(err, ledger.ErrVersion) || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("%s: %v, want ErrVersion with the number", more, err)
		}
	}
	if _, err := ledger.ParseRecord([]byte(`{"v":2`)); errors.Is(err, ledger.ErrVersion) {
		t.Errorf("broken JSON: %v", err)
	}
}

func TestParseIDAcceptsOneSpelling(t *testing.T) {
	t.Parallel()
	id, err := ledger.ParseID(someID)
	if err != nil || id.String() != someID {
		t.Errorf("%v, %v", id, err)
	}
	for _, s := range []string{
		"", strings.ToUpper(someID), "{" + someID + "}", "urn:uuid:" + someID, strings.ReplaceAll(someID, "-", ""),
		someID + "0", "0195503e-6000-8000-8000-0000000000-2", "0195503--6000-8000-8000-00000000002a", "0195503e_6000-8000-8000-00000000002a", "0195503g-6000-8000-8000-00000000002a", "00000000-0000-0000-0000-000000000000",
	} {
		if _, err := ledger.ParseID(s); err == nil {
			t.Errorf("%q: accepted", s)
		}
	}
}

func TestACheckpointIsReadInItsOneSpelling(t *testing.T) {
	t.Parallel()
	want := ledger.Head{Origin: "example.org/x", Size: 41, Root: ledger.Hash{1, 2, 3}}
	text := string(want.Checkpoint())
	if text != "example.org/x\n41\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" {
		t.Errorf("checkpoint %q", text)
	}
	if got, err := ledger.ParseCheckpoint([]byte(text)); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "example.org/x\n41\n", "\n41" + text[16:], strings.Replace(text, "\n41", "\n041", 1), strings.Replace(text, "\n41", "\n-1", 1),
		strings.Replace(text, "=", "", 1), strings.Replace(text, "AQID", "AQI", 1), text + "more\n", text[:len(text)-1], strings.Replace(text, "/x", "/x y", 1),
	} {
		if got, err := ledger.ParseCheckpoint([]byte(bad)); err == nil {
			t.Errorf("%q: read as %+v", bad, got)
		}
	}
}
