// Package journal collects the events of an example in the order in which they were recorded and
// writes them as JSON Lines.
//
// It knows the outer shape of an event (a type, a time, members) and none of the product's packages,
// so that the example data stay an independent statement of what the contract asks for. Members are
// written in sorted order without white space; the same calls give the same bytes.
package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// A Fact is one event or a part of one: member names and what they hold.
type Fact map[string]any

// A Journal holds facts with the moment at which each was written down. The zero value is empty and ready.
type Journal struct {
	entries []entry
}

type entry struct {
	recorded time.Time
	fact     Fact
}

// Add notes that a fact of the given type happened at one time and was recorded at once.
// It returns the stored fact.
func (j *Journal) Add(kind string, at time.Time, members Fact) Fact {
	return j.AddLate(kind, at, at, members)
}

// AddSpan notes a fact that lasted from start to end and was recorded when it had ended.
func (j *Journal) AddSpan(kind string, start, end time.Time, members Fact) Fact {
	members["end"] = Stamp(end)
	return j.AddLate(kind, start, end, members)
}

// AddLate notes a fact that was recorded later than it happened.
func (j *Journal) AddLate(kind string, at, recorded time.Time, members Fact) Fact {
	members["type"] = kind
	members["time"] = Stamp(at)
	j.entries = append(j.entries, entry{recorded: recorded, fact: members})
	return members
}

// Facts returns the facts in order of recording; those of one moment stay in the order of their calls.
func (j *Journal) Facts() []Fact {
	sorted := slices.Clone(j.entries)
	slices.SortStableFunc(sorted, func(a, b entry) int {
		return cmp.Compare(a.recorded.UnixNano(), b.recorded.UnixNano())
	})
	facts := make([]Fact, len(sorted))
	for i, e := range sorted {
		facts[i] = e.fact
	}
	return facts
}

// Lines writes one fact a line, members sorted, characters outside ASCII as they are.
func Lines(facts []Fact) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for i, f := range facts {
		if err := enc.Encode(f); err != nil {
			return nil, fmt.Errorf("event %d of %d: %w", i+1, len(facts), err)
		}
	}
	return out.Bytes(), nil
}

// Indented writes one value for people to read: two spaces a level, members sorted.
func Indented(value any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return nil, fmt.Errorf("indent JSON: %w", err)
	}
	return out.Bytes(), nil
}

// Stamp spells a time as the contract does: seconds, then the offset it was noted with.
func Stamp(t time.Time) string {
	return t.Format("2006-01-02T15:04:05Z07:00")
}

// Offset is a zone by its hours east of Greenwich, so that no zone data are needed.
func Offset(hours int) *time.Location {
	return time.FixedZone("", hours*3600)
}

// On reads "2006-01-02 15:04" in a zone. It panics on anything else: the texts are the generator's own.
func On(zone *time.Location, text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		panic(fmt.Sprintf("time %q: want YYYY-MM-DD HH:MM", text))
	}
	return t
}
