package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// TestABriefListSaysWhichRecordsItCouldNotFollow of a later vocabulary: the first of them by number, and that there are more.
func TestABriefListSaysWhichRecordsItCouldNotFollow(t *testing.T) {
	t.Parallel()
	g := genealogy.New()
	tell := func(line string) {
		e, err := event.ParseStored([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Add(uint64(g.Len()+1), "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	id := func(n int) string { return fmt.Sprintf("00000000-0000-8000-8000-0000000000%02d", n) }
	tell(`{"donor":"D","id":"` + id(1) + `","outputs":[{"unit":"U"}],"site":"S","time":"2026-01-01T08:00:00Z","type":"collection"}`)
	for n := 2; n <= 10+someGaps; n++ {
		tell(`{"id":"` + id(n) + `","time":"2026-01-01T09:00:00Z","type":"teleport"}`)
	}
	donor, err := event.ParseRef("donor:D")
	if err != nil {
		t.Fatal(err)
	}
	b, err := recall.BriefOf(g, recall.AsOf{Origin: "later.example", Size: 8}, recall.NewQuery(donor))
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[i18n.Lang]string{
		i18n.English: "records of types that this program does not know, so what they say was not\nfollowed: 19 (#2 #3 #4 #5 #6 #7 #8 #9 #10 #11 …)\n",
		i18n.Chinese: "有 19 条记录的类型本程序不认识，其内容未追溯（#2 #3 #4 #5 #6 #7 #8 #9 #10 #11\n…）\n",
	} {
		var out bytes.Buffer
		p := newProgram(Env{Getenv: func(string) string { return "" }}, nil, bufio.NewWriter(&out), nil)
		p.texts, p.width = i18n.New(lang), 80
		printer := &briefPrinter{p: p, b: b}
		printer.print()
		p.flush()
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %s in\n%s", want, out.String())
		}
	}
}
