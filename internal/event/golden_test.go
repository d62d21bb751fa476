package event_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"suyuan/internal/event"
)

const goldenDir = "testdata/golden/v1"

// golden returns the golden events by name.
func golden(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(goldenDir, "*.json"))
	if err != nil {
		tb.Fatal(err)
	}
	events := make(map[string][]byte, len(paths))
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		events[strings.TrimSuffix(filepath.Base(path), ".json")] = b
	}
	if len(events) < 2*len(event.Types()) {
		tb.Fatalf("%d golden events, want two or more of each of %d types", len(events), len(event.Types()))
	}
	return events
}

// derivedIDs returns the ids that the golden events have without their own.
func derivedIDs(t *testing.T) map[string]event.ID {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(goldenDir, "derived-ids.txt"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]event.ID{}
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		name, id, _ := strings.Cut(lines.Text(), " ")
		ids[name] = event.ID(id)
	}
	return ids
}

// reserved are the golden events of types that had no members of their own but
// an action of any text: a ledger may hold them, and nobody records them now.
var reserved = []string{"key-full", "key-minimal", "policy-full", "policy-minimal"}

func TestGoldenEventsKeepTheirBytesAndIDs(t *testing.T) {
	t.Parallel()
	ids := derivedIDs(t)
	for name, want := range golden(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for reader, parse := range map[string]func([]byte) (event.Event, error){"Parse": event.Parse, "ParseStored": event.ParseStored} {
				e, err := parse(want)
				if reader == "Parse" && slices.Contains(reserved, name) {
					if refused := new(event.Error); !errors.As(err, &refused) || refused.Path != "action" {
						t.Errorf("Parse: %v, want the action refused", err)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", reader, err)
				}
				if got := e.Bytes(); !bytes.Equal(got, want) {
					t.Errorf("%s, then Bytes:\n got %s\nwant %s", reader, got, want)
				}
				if typ, _, _ := strings.Cut(name, "-"); string(e.Type) != typ || len(e.Unread) > 0 {
					t.Errorf("%s: type %q, unread %q, want %q and nothing unread", reader, e.Type, e.Unread, typ)
				}
				e.ID = ""
				if e.Identify(); e.ID != ids[name] {
					t.Errorf("%s, then Identify: got %q, want %q", reader, e.ID, ids[name])
				}
			}
			if other, err := jcs.Transform(want); err != nil || !bytes.Equal(other, want) {
				t.Errorf("jcs.Transform: got %s, %v, want the same bytes", other, err)
			}
		})
	}
}

func TestGoldenEventsHaveEveryMember(t *testing.T) {
	t.Parallel()
	had := map[string]bool{}
	for _, b := range golden(t) {
		var v map[string]any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		kind, _ := v["type"].(string)
		if action, ok := v["action"].(string); ok && event.ActionsOf(event.Type(kind)) != nil {
			kind += " " + action
		}
		notePaths(had, kind, v)
	}
	for _, typ := range event.Types() {
		actions := event.ActionsOf(typ)
		if actions == nil {
			wantPaths(t, had, string(typ), event.Describe(typ))
		}
		for _, action := range actions {
			wantPaths(t, had, string(typ)+" "+action, event.DescribeAction(typ, action))
		}
	}
}

// notePaths notes the paths of all members of v, lists taken as their
// elements.
func notePaths(had map[string]bool, path string, v any) {
	had[path] = true
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			notePaths(had, path+"."+name, member)
		}
	case []any:
		for _, element := range v {
			notePaths(had, path, element)
		}
	}
}

func wantPaths(t *testing.T, had map[string]bool, path string, members []event.Member) {
	t.Helper()
	for _, m := range members {
		if !had[path+"."+m.Name] {
			t.Errorf("no golden event has %s.%s", path, m.Name)
		}
		wantPaths(t, had, path+"."+m.Name, m.Members)
	}
}

func TestStoredReaderKeepsAndNamesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const known = `{"equipment":"T","id":"019ca6b1-dc00-800b-8ca0-c311333c65b5","time":"2026-03-01T08:00:00Z","type":"store","units":["U1"]}`
	const later = `{"deviation":{"reason":"r","rules":["expired"],"severity":3},"equipment":"T","id":"019ca6b1-dc00-800b-8ca0-c311333c65b5","robot":{"a":[1]},"time":"2026-03-01T08:00:00Z","type":"store","units":["U1"]}`
	if _, err := event.Parse([]byte(later)); err == nil {
		t.Fatal("Parse accepted members that this vocabulary does not have")
	}
	e, err := event.ParseStored([]byte(later))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"deviation.severity", "robot"}; !cmp.Equal(slices.Sorted(slices.Values(e.Unread)), want) {
		t.Errorf("Unread = %q, want %q", e.Unread, want)
	}
	if e.Deviation = nil; string(e.Bytes()) != known {
		t.Errorf("Bytes = %s, want %s", e.Bytes(), known)
	}
}

func TestStoredReaderKeepsCommonMembersOfAnUnknownType(t *testing.T) {
	t.Parallel()
	b := []byte(`{"beam":"x-ray","note":"n","site":"F-1","time":"2026-03-01T08:00:00Z","type":"irradiation","units":["U1"]}`)
	e, err := event.ParseStored(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.Body.(*event.Unknown); !ok || e.Note != "n" || e.Site.String() != "site:F-1" || e.Type != "irradiation" {
		t.Errorf("ParseStored = %+v, want an unknown body beside the common members", e)
	}
	if want := []string{"beam", "units"}; !cmp.Equal(e.Unread, want) {
		t.Errorf("Unread = %q, want %q", e.Unread, want)
	}
	if _, err := event.Parse(b); err == nil {
		t.Error("Parse accepted a type that this vocabulary does not have")
	}
}

func TestStoredReaderDoesNotScanWhatWasScanned(t *testing.T) {
	t.Parallel()
	b := []byte(`{"equipment":"T","note":"13812345678","time":"2026-03-01T08:00:00Z","type":"store","units":["U1"]}`)
	if _, err := event.ParseStored(b); err != nil {
		t.Errorf("ParseStored: %v", err)
	}
	if _, err := event.Parse(b); err == nil {
		t.Error("Parse accepted a mobile number")
	}
}

func TestNewBodyKnowsEveryType(t *testing.T) {
	t.Parallel()
	bodies := map[reflect.Type]bool{}
	for _, typ := range event.Types() {
		bodies[reflect.TypeOf(event.NewBody(typ))] = true
		if len(event.Describe(typ)) < 13 {
			t.Errorf("Describe(%q) has %d members, want the 13 common ones and more", typ, len(event.Describe(typ)))
		}
	}
	if len(bodies) != len(event.Types()) || event.NewBody("stroe") != nil || event.Describe("stroe") != nil {
		t.Errorf("%d bodies of %d types", len(bodies), len(event.Types()))
	}
}
