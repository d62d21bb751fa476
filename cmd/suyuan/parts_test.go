package main

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPartsAreCutAtCommasOutsideQuotes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]part{
		"U1":                       {{"", "U1"}},
		"U1,role=dose":             {{"", "U1"}, {"role", "dose"}},
		"unit=U1,expires=now":      {{"unit", "U1"}, {"expires", "now"}},
		`reason="a, b",rules=x`:    {{"reason", "a, b"}, {"rules", "x"}},
		`reason="say ""no"""`:      {{"reason", `say "no"`}},
		`"U,1",role=dose`:          {{"", "U,1"}, {"role", "dose"}},
		"unit=A=B":                 {{"unit", "A=B"}},
		"for_patient=":             {{"for_patient", ""}},
		"LC-H1/BATH-1,position=3":  {{"", "LC-H1/BATH-1"}, {"position", "3"}},
		"unit=U1,codes==G1,codes=": {{"unit", "U1"}, {"codes", "=G1"}, {"codes", ""}},
	} {
		got, err := cutParts(in)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"unit=U1,dose", `unit="U1`, `unit="U1"x`, "unit=U1,", `a=b,"c"`} {
		if got, err := cutParts(in); err == nil {
			t.Errorf("%q: %v, want an error", in, got)
		}
	}
}

func TestQuotedValuesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		other := rapid.StringMatching(`[a-z0-9]{1,5}`).Draw(t, "other")
		in := `note="` + strings.ReplaceAll(value, `"`, `""`) + `",unit=` + other
		want := []part{{"note", value}, {"unit", other}}
		if got, err := cutParts(in); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q: %q, %v, want %q", in, got, err, want)
		}
	})
}

func FuzzCutParts(f *testing.F) {
	for _, s := range []string{"U1", "unit=U1,role=dose", `reason="a, ""b""",rules=x`, `"`, ",", "=", `a="b"c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := cutParts(s)
		if err == nil && len(parts) == 0 {
			t.Errorf("%q: no parts and no error", s)
		}
	})
}

func FuzzArguments(f *testing.F) {
	f.Add("trace lot:L --grade possible --json")
	f.Add("--ledger a.db record --unit U store -- --x")
	f.Add("record inventory --unit= -h")
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, " ")
		v, err := parseArgs(commands(), args)
		if err != nil {
			return
		}
		n := len(v.globals) + len(v.flags) + len(v.args) + len(v.path)
		if n > len(args) {
			t.Errorf("%q became %d parts", line, n)
		}
	})
}

func TestTextIsFilledByWordsAndNoWordIsCut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-z单元]{1,30}`)).Draw(t, "words")
		width := rapid.IntRange(5, 40).Draw(t, "width")
		lines := fill(words, width)
		if got := strings.Fields(strings.Join(lines, " ")); !slices.Equal(got, words) {
			t.Fatalf("words %q became %q", words, got)
		}
		for _, line := range lines {
			if columns(line) > width && strings.Contains(line, " ") {
				t.Fatalf("%q has %d columns, want %d", line, columns(line), width)
			}
		}
	})
}

func TestChineseBreaksAnywhereButBeforeClosingMarks(t *testing.T) {
	t.Parallel()
	got := wrap("只追溯直接接触，共用设备未追溯。abc def", 10)
	want := []string{"只追溯直接", "接触，共用", "设备未追", "溯。abc", "def"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
