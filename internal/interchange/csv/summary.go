package csv

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A summary is what the table says of an event's content.
type summary struct{ what, why, old, new string }

// elsewhere are the members that have columns of their own.
var elsewhere = map[string]bool{
	"type": true, "time": true, "end": true, "id": true, "site": true, "note": true, "reason": true, "deviation": true,
}

// passing are the members that tell two versions of one fact apart without
// being part of it.
var passing = map[string]bool{"id": true, "replaces": true, "deviation": true, "note": true, "n": true}

type members map[string]json.RawMessage

func summarize(b, old []byte) (summary, error) {
	now, err := parse(b)
	if err != nil {
		return summary{}, err
	}
	s := summary{what: now.what(), why: now.why()}
	if old == nil {
		return s, nil
	}
	before, err := parse(old)
	if err != nil {
		return summary{}, err
	}
	if _, ok := now["corrects"]; ok {
		s.old = before.snippet(before.names())
		return s, nil
	}
	var changed []string
	for _, name := range union(before, now) {
		if !passing[name] && !bytes.Equal(before[name], now[name]) {
			changed = append(changed, name)
		}
	}
	s.old, s.new = before.snippet(changed), now.snippet(changed)
	return s, nil
}

func parse(b []byte) (members, error) {
	var m members
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("audit trail: %w", err)
	}
	return m, nil
}

func (m members) names() []string { return slices.Sorted(maps.Keys(m)) }

func union(a, b members) []string {
	all := append(a.names(), b.names()...)
	slices.Sort(all)
	return slices.Compact(all)
}

func (m members) what() string {
	var parts []string
	for _, name := range m.names() {
		if !elsewhere[name] {
			parts = append(parts, name+"="+plain(m[name]))
		}
	}
	return strings.Join(parts, "; ")
}

func (m members) why() string {
	var parts []string
	for _, name := range []string{"reason", "note", "deviation"} {
		if v, ok := m[name]; ok {
			parts = append(parts, name+": "+plain(v))
		}
	}
	return strings.Join(parts, "; ")
}

// snippet spells the named members that are there as a canonical JSON object.
func (m members) snippet(names []string) string {
	parts := make([]string, 0, len(names))
	for _, name := range names {
		if v, ok := m[name]; ok {
			parts = append(parts, fmt.Sprintf("%q:%s", name, v))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// plain spells a text without quotes and all else as it stands.
func plain(v json.RawMessage) string {
	var s string
	if len(v) > 0 && v[0] == '"' && json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}
