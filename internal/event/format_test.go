package event_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
)

var update = flag.Bool("update", false, "write the members' tables of the format's page anew")

const (
	tablesBegin = "<!-- members: written by internal/event's test with -update -->\n"
	tablesEnd   = "<!-- end of members -->\n"
)

// formatPage returns the page of the format that has the section on events.
func formatPage(t *testing.T) (path, page string) {
	t.Helper()
	for _, path := range []string{"../../docs/format.md", "../../docs/format-events.part.md"} {
		if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(tablesBegin)) {
			return path, string(b)
		}
	}
	t.Fatalf("no page of the format has the line %q", tablesBegin)
	return "", ""
}

func TestFormatPageListsTheMembers(t *testing.T) {
	t.Parallel()
	path, page := formatPage(t)
	before, rest, _ := strings.Cut(page, tablesBegin)
	got, after, ok := strings.Cut(rest, tablesEnd)
	if !ok {
		t.Fatalf("%s has no line %q", path, tablesEnd)
	}
	want := memberTables()
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the tables of %s are stale: run go test ./internal/event -run %s -update", path, t.Name())
	}
	if err := os.WriteFile(path, []byte(before+tablesBegin+want+tablesEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// memberTables describes the vocabulary in Markdown.
func memberTables() string {
	var b strings.Builder
	_, common := split(event.Describe(event.TypeKey))
	table(&b, "every event", common)
	for _, typ := range event.Types() {
		actions := event.ActionsOf(typ)
		if actions == nil {
			own, _ := split(event.Describe(typ))
			table(&b, "`"+string(typ)+"`", own)
		}
		for _, action := range actions {
			own, _ := split(event.DescribeAction(typ, action))
			table(&b, "`"+string(typ)+"` with the action `"+action+"`", own)
		}
	}
	return b.String()
}

// split parts a type's own members from those of every event; of these, own
// keeps a site that this type must have.
func split(members []event.Member) (own, common []event.Member) {
	i := slices.IndexFunc(members, func(m event.Member) bool { return m.Name == "type" })
	own, common = slices.Clip(members[:i]), members[i:]
	for _, m := range common {
		if m.Must && m.Name == "site" {
			own = append(own, m)
		}
	}
	return own, common
}

func table(b *strings.Builder, title string, members []event.Member) {
	fmt.Fprintf(b, "\n#### %s\n\n| member | must | holds |\n| --- | --- | --- |\n", title)
	rows(b, "", members)
}

func rows(b *strings.Builder, path string, members []event.Member) {
	for _, m := range members {
		must := ""
		if m.Must {
			must = "yes"
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", path, m.Name, must, holds(m))
		below := path + m.Name + "."
		if m.Kind == event.MemberObjects {
			below = path + m.Name + "[]."
		}
		rows(b, below, m.Members)
	}
}

// holds says in words what a member holds.
func holds(m event.Member) string {
	empty := ""
	if m.MayBeEmpty {
		empty = ", may be empty"
	}
	words := map[event.MemberKind]string{
		event.MemberText: "text", event.MemberTexts: "list of different texts", event.MemberTime: "time",
		event.MemberUUID: "id of an event", event.MemberUUIDs: "list of different ids of events", event.MemberDecimal: "decimal",
		event.MemberCount: "integer from 1 on", event.MemberInteger: "integer from 0 on", event.MemberFlag: "`true` or `false`",
		event.MemberDigest: "SHA-256 as 64 hex digits", event.MemberPublic: "public key", event.MemberKeys: "list of one to four different verifier keys", event.MemberCodes: "object: reference → list of different codes",
		event.MemberValues: "object: name → decimal or text", event.MemberExt: "object: `prefix:name` → any value", event.MemberJSON: "any object",
		event.MemberTrigger: "text, or list of different ids of events", event.MemberObject: "object", event.MemberObjects: "list of objects",
		event.MemberID: "bare id: " + m.ThingKind.String(), event.MemberIDs: "list of different bare ids: " + m.ThingKind.String(),
		event.MemberThing: "reference" + kinds(m.Kinds), event.MemberThings: "list of different references" + kinds(m.Kinds),
		event.MemberChoice: choices(m.Choices), event.MemberChoices: fmt.Sprintf("list of at least %d different ones of %s", m.Least, choices(m.Choices)),
	}[m.Kind]
	if m.Bare {
		words = "list of objects, or of bare ids: " + m.Members[0].ThingKind.String()
	}
	if m.Scanned {
		empty += " ⚑"
	}
	return words + empty
}

func kinds(list []event.Kind) string {
	var names []string
	for _, k := range list {
		names = append(names, k.String())
	}
	if names == nil {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

func choices(list []string) string {
	if len(list) > 12 {
		return "a type of event"
	}
	return "`" + strings.Join(list, "`, `") + "`"
}

// block returns the fenced block that follows a marker on the page.
func block(t *testing.T, page, marker string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "<!-- "+marker+" -->\n")
	_, rest, fenced := strings.Cut(rest, "```")
	_, rest, _ = strings.Cut(rest, "\n")
	text, _, closed := strings.Cut(rest, "\n```")
	if !ok || !fenced || !closed {
		t.Fatalf("the page has no block after the marker %q", marker)
	}
	return text
}

func TestFormatPageWorksItsExampleOutRight(t *testing.T) {
	t.Parallel()
	_, page := formatPage(t)
	e, err := event.Parse([]byte(block(t, page, "example: as it came")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(e.Bytes()), block(t, page, "example: canonical bytes"); got != want {
		t.Errorf("canonical bytes %s, the page has %s", got, want)
	}
	sum := sha256.Sum256(e.Bytes())
	if got, want := hex.EncodeToString(sum[:]), block(t, page, "example: digest"); got != want {
		t.Errorf("digest %s, the page has %s", got, want)
	}
	e.Identify()
	if got, want := string(e.ID), block(t, page, "example: id"); got != want {
		t.Errorf("id %s, the page has %s", got, want)
	}
	if got, want := string(e.Bytes()), block(t, page, "example: as it is stored"); got != want {
		t.Errorf("stored bytes %s, the page has %s", got, want)
	}
}
