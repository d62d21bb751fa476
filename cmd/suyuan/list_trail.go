package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// trailLists are the audit trail as a list: one row for each record, with who, what, when it happened and when it was recorded, why, and
// what was there before. They say less than the records themselves, and cannot be read back.
func (p *program) trailLists(title string, of *recall.AsOf, rows iter.Seq2[logbook.TrailRow, error]) *report.Lists {
	return p.lists(title, of, &report.List{
		ID: "trail", Title: p.text("list.title.trail"),
		Columns: p.columns("seq#", "recorded", "by", "time", "end", "type", "list-things", "at-site", "done-by", "what", "why", "replaces#", "old", "new", "marks", "id", "source", "line#", "leaf"),
		Rows: func(yield func([]string, error) bool) {
			for row, err := range rows {
				if err == nil && row.Record.Seq >= of.Size { // recorded since
					continue
				}
				var cells []string
				if err == nil {
					cells, err = p.trailCells(&row)
				}
				if !yield(cells, err) || err != nil {
					return
				}
			}
		},
	})
}

func (p *program) trailCells(row *logbook.TrailRow) ([]string, error) {
	r, e := &row.Record, &row.Event
	s, err := p.summary(row)
	if err != nil {
		return nil, fmt.Errorf("record %d: %w", r.Seq, err)
	}
	replaces, source, line := "", "", ""
	if row.Old != nil {
		replaces = strconv.FormatUint(row.Old.Seq, 10)
	}
	if r.Source != nil {
		source, line = r.Source.Name, strconv.Itoa(r.Source.Line)
	}
	kind := p.text("name.genesis")
	if r.Genesis == nil {
		kind = p.typeName(e.Type)
	}
	things, people := namedBy(e)
	return []string{
		strconv.FormatUint(r.Seq, 10), recordedText(r.Recorded), r.By, e.Time.String(), e.End.String(), kind, things, e.Site.String(), people,
		s.what, s.why, replaces, s.old, s.new, p.rowMarks(&row.Row), string(e.ID), source, line, hexOf(r.Leaf()),
	}, nil
}

// namedBy lists what an event names besides places, each once and in its order, and apart from that its people on duty.
func namedBy(e *event.Event) (things, people string) {
	var refs, operators []event.Ref
	if e.Body == nil && e.Type == "" {
		return "", "" // record 0
	}
	for _, r := range e.Refs {
		switch k := r.Kind(); {
		case k == event.KindOperator && !slices.Contains(operators, r):
			operators = append(operators, r)
		case k != event.KindOperator && k != event.KindSite && !slices.Contains(refs, r):
			refs = append(refs, r)
		}
	}
	return refWords(refs), refWords(operators)
}

// A summary is what the trail says of an event's content, in words.
type summary struct{ what, why, old, new string }

// elsewhere are the members that have columns of their own.
var elsewhere = map[string]bool{
	"type": true, "time": true, "end": true, "id": true, "site": true, "operators": true, "note": true, "reason": true, "deviation": true, "replaces": true,
}

// passing are the members that tell two versions of one fact apart without being part of it.
var passing = map[string]bool{"id": true, "replaces": true, "deviation": true, "n": true}

type eventMembers map[string]json.RawMessage

func (p *program) summary(row *logbook.TrailRow) (summary, error) {
	t := row.Event.Type
	now, err := membersIn(row.Record.Event)
	if row.Record.Genesis != nil {
		now, err = membersIn(row.Record.Bytes)
		if err == nil {
			now, err = membersIn(now["genesis"])
		}
	}
	if err != nil {
		return summary{}, err
	}
	s := summary{what: p.memberWords(t, now, now.names(func(name string) bool { return !elsewhere[name] }))}
	s.why = p.memberWords(t, now, now.names(func(name string) bool { return name == "reason" || name == "note" || name == "deviation" }))
	if row.Old == nil {
		return s, nil
	}
	before, err := membersIn(row.Old.Event)
	if err != nil {
		return summary{}, err
	}
	was := event.Type(stringOf(before["type"]))
	if _, ok := now["corrects"]; ok {
		s.old, s.new = p.memberWords(was, before, before.names(func(string) bool { return true })), p.text("list.no-longer")
		return s, nil
	}
	changed := before.changed(now)
	s.old, s.new = p.memberWords(was, before, changed), p.memberWords(t, now, changed)
	return s, nil
}

func membersIn(b []byte) (eventMembers, error) {
	var m eventMembers
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("stored event: %w", err)
	}
	return m, nil
}

func (m eventMembers) names(keep func(string) bool) []string {
	names := slices.Sorted(maps.Keys(m))
	return slices.DeleteFunc(names, func(name string) bool { return !keep(name) })
}

// changed are the members that differ in two versions of one fact.
func (m eventMembers) changed(now eventMembers) []string {
	names := slices.Concat(slices.Collect(maps.Keys(m)), slices.Collect(maps.Keys(now)))
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return passing[name] || bytes.Equal(m[name], now[name]) })
}

// memberWords says some members of an event under their names; one that is not there is a dash.
func (p *program) memberWords(t event.Type, m eventMembers, names []string) string {
	words := make([]string, len(names))
	for i, name := range names {
		value := "–"
		if v, ok := m[name]; ok {
			value = p.inWords(name, v)
		}
		words[i] = p.labelOf(t, name) + p.text("list.colon") + value
	}
	return strings.Join(words, p.text("list.semicolon"))
}

func (p *program) labelOf(t event.Type, name string) string {
	if t == "" && name == "origin" { // of record 0
		return p.text("list.fact.origin")
	}
	return p.texts.Or("label."+textName(t, name), name)
}

// inWords says a value: words of closed sets in the language, lists and objects spelt out, all else as stored.
func (p *program) inWords(name string, v json.RawMessage) string {
	var list []json.RawMessage
	if v[0] == '[' && json.Unmarshal(v, &list) == nil {
		words := make([]string, len(list))
		for i := range list {
			words[i] = p.inWords(name, list[i])
		}
		return strings.Join(words, p.text("list.comma"))
	}
	var parts eventMembers
	if v[0] == '{' && json.Unmarshal(v, &parts) == nil {
		names := slices.Sorted(maps.Keys(parts))
		words := make([]string, len(names))
		for i, part := range names {
			words[i] = p.texts.Or("label."+part, part) + " " + p.inWords(part, parts[part])
		}
		return "(" + strings.Join(words, p.text("list.comma")) + ")"
	}
	if s := stringOf(v); name == "reason" { // of a correction it is one of a few words, of all else whatever somebody wrote
		return p.word(s)
	} else if s != "" {
		return p.said(name, s)
	}
	return p.texts.Or("word."+string(v), string(v)) // a number, or true or false
}

// stringOf is a text, empty where a value is none.
func stringOf(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}
