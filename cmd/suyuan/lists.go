package main

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
	"suyuan/internal/report/csv"
	"suyuan/internal/report/xlsx"
)

// A listFormat is a form of lists for spreadsheet programs.
type listFormat string

// The forms of lists.
const (
	listCSV  listFormat = "csv"
	listXLSX listFormat = "xlsx"
)

// listFlags are the flags of a command whose answer can be had as lists of these names.
func listFlags(ids []string) []flagSpec {
	flags := []flagSpec{
		{name: "format", takes: string(listCSV) + "|" + string(listXLSX), text: "flag.list-format"},
		{name: "o", aliases: []string{"out"}, takes: "FILE", text: "flag.list-out"},
	}
	if len(ids) > 1 {
		flags = append(flags, flagSpec{name: "table", takes: strings.Join(ids, "|"), text: "flag.list-table"})
	}
	return flags
}

// A listOut says how lists are written: in which form, to which file, and which of them.
type listOut struct {
	format      listFormat
	file, table string
}

// stdout reports whether lists are not written to a file.
func (lo *listOut) stdout() bool { return lo.file == "" || lo.file == "-" }

// listOut reads the flags of lists; nil means that none are asked for. Flags named idle mean nothing to lists, which have every row.
func (p *program) listOut(in *input, ids []string, idle ...string) (*listOut, error) {
	lo := &listOut{format: listFormat(in.text("format")), file: in.text("o")}
	if len(ids) > 1 || in.given("table") {
		lo.table = in.text("table")
	}
	if lo.format == "" {
		for _, flag := range []string{"o", "table"} {
			if in.given(flag) {
				return nil, usage("list-without", data{"Flag": (&flagSpec{name: flag}).spelled()})
			}
		}
		return nil, nil //nolint:nilnil // no lists are asked for
	}
	for _, flag := range idle {
		if in.given(flag) {
			return nil, usage("list-idle", data{"Flag": "--" + flag})
		}
	}
	switch {
	case lo.format != listCSV && lo.format != listXLSX:
		return nil, usage("format", data{"Found": string(lo.format), "Want": string(listCSV) + ", " + string(listXLSX)})
	case p.json:
		return nil, usage("list-idle", data{"Flag": "--json"})
	case lo.format == listXLSX && lo.file == "":
		return nil, usage("export-binary", data{"Format": string(lo.format)})
	case lo.table != "" && !slices.Contains(ids, lo.table):
		return nil, usage("list-table", data{"Found": lo.table, "Want": strings.Join(ids, ", ")})
	}
	p.terminal = false // what sets a word off on a terminal has no place in a cell
	return lo, nil
}

// writeLists writes lists and says what was written, of what ledger, and what was not.
func (p *program) writeLists(lo *listOut, l *report.Lists) error {
	if lo.table != "" {
		l.Lists = []*report.List{l.Find(lo.table)}
	}
	others := l.IDs()[1:]
	var counts []xlsx.Count
	write := func(w io.Writer) (err error) {
		if lo.format == listXLSX {
			counts, err = xlsx.WriteLists(w, l)
			return err
		}
		c := xlsx.Count{List: l.Lists[0], Sheets: 1}
		// A table in a file is opened with a spreadsheet program, which knows UTF-8 by the mark.
		c.Rows, err = csv.Write(w, c.List, !lo.stdout())
		counts = []xlsx.Count{c}
		return err
	}
	err := error(nil)
	if lo.stdout() {
		err = write(p.out)
	} else {
		err = p.writeOut(lo.file, write)
	}
	if err != nil {
		return err
	}
	p.sayLists(counts, l)
	if lo.format == listCSV && len(others) > 0 {
		p.hint(p.text("list.others", data{"Table": counts[0].List.ID, "Others": strings.Join(others, ", ")}))
	}
	return nil
}

// sayLists says how much was written, and of what ledger.
func (p *program) sayLists(counts []xlsx.Count, l *report.Lists) {
	words := make([]string, len(counts))
	for i, c := range counts {
		words[i] = p.text("list.wrote", data{"Title": c.List.Title, "Rows": p.texts.Count("list.rows", c.Rows)})
		if c.Sheets > 1 {
			words[i] += p.text("list.on-sheets", data{"N": c.Sheets})
		}
	}
	p.say(visible(strings.Join(words, p.text("list.comma"))))
	for _, f := range l.Facts {
		if slices.Contains([]string{p.text("list.fact.ledger"), p.text("list.fact.lost")}, f.Name) {
			p.say(visible(f.Value))
		}
	}
}

// lists begins lists with the facts about them: what was asked, when, and of what ledger.
func (p *program) lists(title string, of *recall.AsOf, list ...*report.List) *report.Lists {
	words := make([]string, len(p.words))
	for i, w := range p.words {
		words[i] = quoted(w)
	}
	asked := event.TimeOf(p.now())
	l := &report.Lists{Lang: p.texts.Lang(), Title: title, Asked: asked, Lists: list}
	fact := func(id, value string) {
		l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact." + id), Value: value})
	}
	fact("command", "suyuan "+strings.Join(words, " "))
	fact("asked", asked.String())
	if of.Origin != "" {
		fact("ledger", p.text("list.as-of", data{"Origin": of.Origin, "Size": of.Size, "Root": of.Root}))
		fact("origin", of.Origin)
	}
	if of.Root != "" {
		fact("size", strconv.FormatUint(of.Size, 10))
		fact("root", of.Root)
	}
	for _, lost := range of.Lost {
		fact("lost", report.LostText(p.texts, lost))
	}
	return l
}

// columns are the columns of a list; a head that ends in # is of a column of numbers.
func (p *program) columns(ids ...string) []report.Column {
	list := make([]report.Column, len(ids))
	for i, id := range ids {
		bare, number := strings.CutSuffix(id, "#")
		list[i] = report.Column{Head: p.texts.Or("list.head."+bare, p.text("head."+bare)), Number: number}
	}
	return list
}

// asOf names the ledger as it is now.
func (p *program) asOf(ctx context.Context, book *logbook.Book) (recall.AsOf, error) {
	head, err := book.Head(ctx)
	return recall.AsOf{Origin: head.Origin, Size: head.Size, Root: hexOf(head.Root), Lost: book.Lost()}, err
}

// yesNo is a cell that says whether something is so.
func (p *program) yesNo(yes bool) string {
	if yes {
		return p.text("list.yes")
	}
	return p.text("list.no")
}

// seqText is a record's number, empty for none.
func seqText(seq *uint64) string {
	if seq == nil {
		return ""
	}
	return strconv.FormatUint(*seq, 10)
}

// numbers are records' numbers as they are written in a cell.
func numbers(list []uint64) string {
	words := make([]string, len(list))
	for i := range list {
		words[i] = strconv.FormatUint(list[i], 10)
	}
	return strings.Join(words, " ")
}

// refWords are things as they are written in a cell; no id holds a blank.
func refWords(refs []event.Ref) string { return strings.Join(refStrings(refs), " ") }
