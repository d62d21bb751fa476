package identifier

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write generated files anew")

const dictionary = "testdata/gs1-syntax-dictionary/gs1-syntax-dictionary.txt"

// TestTableIsTheDictionarys makes aitable.go out of the dictionary and compares
// it with what is there; with -update it writes it.
func TestTableIsTheDictionarys(t *testing.T) {
	t.Parallel()
	lines := dictionaryLines(t)
	var b bytes.Buffer
	b.WriteString("// Code generated from the GS1 Barcode Syntax Dictionary by go generate; DO NOT EDIT.\n//\n" +
		"// Copyright (c) 2020-2021 BWIPP project, 2020-2021 Zint Project, 2021-2025 GS1 AISBL. Licensed under the Apache\n" +
		"// License, Version 2.0: testdata/gs1-syntax-dictionary/LICENSE.\n\npackage identifier\n\nvar table = []entry{\n")
	for _, line := range lines {
		b.WriteString(line.goCode(t))
	}
	b.WriteString("}\n")
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("aitable.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("aitable.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("aitable.go is not what the dictionary says: run go generate in this folder")
	}
	if len(lines) < 200 {
		t.Errorf("found %d lines in the dictionary, want more than 200", len(lines))
	}
}

// dictionaryLine is one line of the dictionary, in its words.
type dictionaryLine struct {
	first, last, flags, title string
	components, attributes    []string
}

func dictionaryLines(t *testing.T) []dictionaryLine {
	t.Helper()
	b, err := os.ReadFile(dictionary)
	if err != nil {
		t.Fatal(err)
	}
	var lines []dictionaryLine
	for text := range strings.Lines(string(b)) {
		data, title, _ := strings.Cut(text, "#")
		fields := strings.Fields(data)
		if len(fields) == 0 {
			continue
		}
		line := dictionaryLine{title: strings.TrimSpace(title)}
		line.first, line.last, _ = strings.Cut(fields[0], "-")
		if line.last == "" {
			line.last = line.first
		}
		fields = fields[1:]
		if strings.Trim(fields[0], "*?") == "" {
			line.flags, fields = fields[0], fields[1:]
		}
		for _, f := range fields {
			if len(line.attributes) == 0 && componentPattern.MatchString(f) {
				line.components = append(line.components, f)
			} else {
				line.attributes = append(line.attributes, f)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

var componentPattern = regexp.MustCompile(`^(\[?)([NXYZ])(\.\.)?([0-9]+)(\]?)((?:,[a-z0-9]+)*)$`)

// goCode spells the line as an element of the table.
func (l dictionaryLine) goCode(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "{first: %q, last: %q, ", l.first, l.last)
	if strings.Contains(l.flags, "*") {
		b.WriteString("fixed: true, ")
	}
	if strings.Contains(l.flags, "?") {
		b.WriteString("attribute: true, ")
	}
	b.WriteString("parts: []component{")
	for i, c := range l.components {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(componentCode(t, c))
	}
	b.WriteString("}, ")
	var requires, excludes []string
	for _, a := range l.attributes {
		name, value, _ := strings.Cut(a, "=")
		switch name {
		case "req":
			requires = append(requires, strings.Split(value, ",")...)
		case "ex":
			excludes = append(excludes, strings.Split(value, ",")...)
		case "dlpkey":
			b.WriteString("key: true, ")
			if value != "" {
				b.WriteString("qualifiers: [][]string{")
				for sequence := range strings.SplitSeq(value, "|") {
					b.WriteString("{" + quotedList(strings.Split(sequence, ",")) + "},")
				}
				b.WriteString("}, ")
			}
		default:
			t.Fatalf("(%s): attribute %q is not known", l.first, a)
		}
	}
	if len(requires) > 0 {
		b.WriteString("requires: []string{" + quotedList(requires) + "}, ")
	}
	if len(excludes) > 0 {
		b.WriteString("excludes: []string{" + quotedList(excludes) + "}, ")
	}
	fmt.Fprintf(&b, "title: %q},\n", l.title)
	return b.String()
}

func componentCode(t *testing.T, text string) string {
	t.Helper()
	m := componentPattern.FindStringSubmatch(text)
	longest, err := strconv.Atoi(m[4])
	if err != nil {
		t.Fatal(err)
	}
	shortest := longest
	if m[3] != "" {
		shortest = 1
	}
	code := fmt.Sprintf("{set: '%s', min: %d, max: %d", m[2], shortest, longest)
	if m[1] != "" {
		code += ", optional: true"
	}
	if m[6] != "" {
		code += ", rules: []string{" + quotedList(strings.Split(m[6][1:], ",")) + "}"
	}
	return code + "}"
}

func quotedList(list []string) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = strconv.Quote(s)
	}
	return strings.Join(texts, ", ")
}

func TestEveryRuleOfTheDictionaryIsAppliedOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, e := range table {
		for _, c := range e.parts {
			for _, r := range c.rules {
				seen[r] = true
				if (rules[r] != nil) == slices.Contains(unchecked(), r) {
					t.Errorf("(%s): rule %q is applied %v and said to be unchecked %v", e.first, r, rules[r] != nil, slices.Contains(unchecked(), r))
				}
			}
		}
	}
	for r := range rules {
		if !seen[r] {
			t.Errorf("rule %q is applied and the dictionary has none", r)
		}
	}
	for _, r := range unchecked() {
		if !seen[r] {
			t.Errorf("rule %q is said to be unchecked and the dictionary has none", r)
		}
	}
}

func TestNoApplicationIdentifierBeginsAnother(t *testing.T) {
	t.Parallel()
	if len(entries) < 500 {
		t.Fatalf("the table has %d application identifiers, want more than 500", len(entries))
	}
	for ai := range entries {
		for n := 2; n < len(ai); n++ {
			if entries[ai[:n]] != nil {
				t.Errorf("(%s) begins (%s): element strings would have two readings", ai[:n], ai)
			}
		}
	}
}

func TestOnlyTheLastComponentIsOfVariableLength(t *testing.T) {
	t.Parallel()
	for _, e := range table {
		for i, c := range e.parts {
			if c.min != c.max && i < len(e.parts)-1 {
				t.Errorf("(%s): component %d has %d to %d characters and is not the last", e.first, i, c.min, c.max)
			}
			if e.fixed && (c.min != c.max || c.optional) {
				t.Errorf("(%s) is said to be of fixed length and has a component of %d to %d", e.first, c.min, c.max)
			}
		}
	}
}
