package ledger_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/ledger"
)

// signed is a checkpoint with a line of signature, as far as this package reads it.
func signed(origin string, size uint64) string {
	return string(ledger.Head{Origin: origin, Size: size}.Checkpoint()) + "\n\u2014 " + origin + " AAAAAAAA\n"
}

// succeedsOK is record 0 of a ledger that takes another one's place, as it is stored.
const succeedsOK = `{"genesis":{"created":"2026-03-01T08:00:00.123Z","origin":"b","strict":true,"succeeds":` +
	`{"checkpoint":"a\n9\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— a AAAAAAAA\n","kept":7,"origin":"a","root":"%064x","size":9,` +
	`"succeeds":{"kept":2,"origin":"z","root":"%064x","size":2}}},"prev":"%064x","recorded":"2026-03-01T08:00:00.123Z","seq":0,"v":1}`

func succeedsRecord() string { return fmt.Sprintf(succeedsOK, 0xAB, 0xCD, 0) }

func TestASuccessorsGenesisIsReadAndWrittenByteForByte(t *testing.T) {
	t.Parallel()
	text := succeedsRecord()
	rec, err := ledger.ParseRecord([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := &ledger.Succeeds{
		Checkpoint: []byte(signed("a", 9)), Kept: 7, Origin: "a", Root: ledger.Hash{31: 0xAB}, Size: 9,
		Succeeds: &ledger.Succeeds{Kept: 2, Origin: "z", Root: ledger.Hash{31: 0xCD}, Size: 2},
	}
	if diff := cmp.Diff(want, rec.Genesis.Succeeds); diff != "" {
		t.Errorf("succeeds (-want +got):\n%s", diff)
	}
	if again := string(ledger.AppendRecord(nil, rec)); again != text {
		t.Errorf("written again\n%s\nwant\n%s", again, text)
	}
	if s := rec.Genesis.Succeeds; !s.Lost() || s.Succeeds.Lost() || (*ledger.Succeeds)(nil).Lost() {
		t.Error("records 7 and 8 are lost, and no others")
	}
}

func TestASuccessorsGenesisThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, swap := range [][2]string{
		{`"kept":7`, `"kept":0`},
		{`"kept":7`, `"kept":10`},
		{`"kept":7`, `"kept":"7"`},
		{`"kept":7,`, ``},
		{`"kept":7,"origin":"a"`, `"origin":"a","kept":7`},
		{`"kept":7`, `"kept":7,"lost":2`},
		{`"origin":"a"`, `"origin":"a b"`},
		{`"origin":"a"`, `"origin":"c"`},
		{`"origin":"a",`, ``},
		{`"root":"0`, `"root":"A`},
		{`"size":9`, `"size":8`},
		{`"size":9`, `"size":9007199254740992`},
		{`,"size":9`, ``},
		{`"origin":"b"`, `"origin":"a"`},
		{`a\n9\nAAA`, `a\n9\nAA`},
		{`a\n9\n`, `c\n9\n`},
		{`a\n9\n`, `a\n10\n`},
		{`a\n9\n`, `a\n09\n`},
		{`=\n\n`, `=\nmore\n\n`},
		{`=\n\n`, `=\n`},
		{`=\n\n`, "=\\n\\n\\u0007"},
		{`— a`, `- a`},
		{`AAAAAAAA\n"`, `AAAAAAAA"`},
		{`AAAAAAAA\n"`, `AAAAAAAA\n\n"`},
		{`"checkpoint":"a`, `"checkpoint":"`},
		{`AAAAAAAA\n"`, `AAAAAAAA\n` + strings.Repeat(`— b BBBB\n`, 1700) + `"`},
		{`"succeeds":{"kept":2`, `"succeeds":{"kept":3`},
		{`"succeeds":{"kept":2`, `"succeeds":{"checkpoint":"","kept":2`},
	} {
		text := strings.Replace(succeedsRecord(), swap[0], swap[1], 1)
		if text == succeedsRecord() {
			t.Fatalf("%q is not there", swap[0])
		}
		if rec, err := ledger.ParseRecord([]byte(text)); err == nil {
			t.Errorf("%.300s: parsed as %+v", text, rec.Genesis.Succeeds)
		}
	}
}

func TestAnySuccessorsGenesisComesBack(t *testing.T) {
	t.Parallel()
	origin := rapid.StringMatching(`[a-z"\\é中][a-z0-9./é"\\]{0,20}`)
	size := rapid.Uint64Range(1, 1<<53-1)
	rapid.Check(t, func(t *rapid.T) {
		var succeeds *ledger.Succeeds
		for range rapid.IntRange(1, 4).Draw(t, "successions") {
			s := &ledger.Succeeds{Origin: origin.Draw(t, "origin"), Kept: size.Draw(t, "kept"), Succeeds: succeeds}
			s.Size = rapid.Uint64Range(s.Kept, 1<<53-1).Draw(t, "size")
			copy(s.Root[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root"))
			if rapid.Bool().Draw(t, "signed") {
				s.Checkpoint = []byte(signed(s.Origin, rapid.Uint64Range(0, s.Size).Draw(t, "checkpoint")))
			}
			succeeds = s
		}
		g := &ledger.Genesis{Origin: succeeds.Origin + "/2", Created: epoch, Strict: rapid.Bool().Draw(t, "strict"), Succeeds: succeeds}
		text := ledger.AppendRecord(nil, ledger.Record{Recorded: epoch.Add(time.Minute), Genesis: g})
		rec, err := ledger.ParseRecord(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(g, rec.Genesis); diff != "" {
			t.Errorf("genesis (-want +got):\n%s", diff)
		}
	})
}

func FuzzParseSignedCheckpoint(f *testing.F) {
	f.Add([]byte(signed("a", 9)))
	f.Add([]byte(signed("例.org/乐城", 0) + "\u2014 b BBBB\n"))
	f.Add([]byte("a\n9\n\n\n\u2014 a AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		head, err := ledger.ParseSignedCheckpoint(b)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(b, append(head.Checkpoint(), '\n')) {
			t.Errorf("%q was read as %+v", b, head)
		}
		s := &ledger.Succeeds{Checkpoint: b, Kept: max(1, head.Size), Origin: head.Origin, Size: max(1, head.Size)}
		text := ledger.AppendRecord(nil, ledger.Record{Recorded: epoch, Genesis: &ledger.Genesis{Origin: head.Origin + "/2", Created: epoch, Succeeds: s}})
		if rec, err := ledger.ParseRecord(text); len(head.Origin) < 199 && (err != nil || !bytes.Equal(rec.Genesis.Succeeds.Checkpoint, b)) {
			t.Errorf("%q does not come back out of a record: %v", b, err)
		}
	})
}
