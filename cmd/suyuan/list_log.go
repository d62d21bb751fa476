package main

import (
	"context"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func logLists() []string { return []string{"records"} }

// listLog writes the records that a filter chooses as a list.
func (p *program) listLog(ctx context.Context, book *logbook.Book, f logbook.Filter, lo *listOut) error {
	of, err := p.asOf(ctx, book)
	if err != nil {
		return err
	}
	l := p.recordList("records", of.Size, book.Log(ctx, f))
	return p.writeLists(lo, p.lists(p.text("list.of.log"), &of, l))
}

// recordList lists records as far as the ledger goes that the facts speak of: others may write while it is read.
func (p *program) recordList(id string, size uint64, rows iter.Seq2[logbook.Row, error]) *report.List {
	return &report.List{
		ID: id, Title: p.text("list.title." + id),
		Columns: p.columns("seq#", "time", "end", "recorded", "by", "type", "fact", "list-things", "at-site", "why", "marks", "id"),
		Rows: func(yield func([]string, error) bool) {
			for row, err := range rows {
				switch {
				case err != nil:
					yield(nil, err)
					return
				case row.Record.Seq >= size:
				case !yield(p.recordCells(&row), nil):
					return
				}
			}
		},
	}
}

// recordCells are a record with all that it names, and what later ones say of it.
func (p *program) recordCells(row *logbook.Row) []string {
	r, e := &row.Record, &row.Event
	seq, recorded := strconv.FormatUint(r.Seq, 10), recordedText(r.Recorded)
	if g := r.Genesis; g != nil {
		return []string{seq, event.TimeOf(g.Created).String(), "", recorded, r.By, p.text("name.genesis"), "", g.Origin, "", "", "", ""}
	}
	const all = math.MaxInt32
	things := about(e, event.Ref{}, all)
	why := e.Note
	if e.Deviation != nil {
		why = strings.TrimSpace(why + " " + p.text("mark.deviation", data{"Rules": strings.Join(e.Deviation.Rules, ", ")}) + p.text("list.colon") + e.Deviation.Reason)
	}
	return []string{
		seq, e.Time.String(), e.End.String(), recorded, r.By, p.typeName(e.Type), p.fact(e), strings.Join(things, " "), e.Site.String(),
		why, p.rowMarks(row), string(e.ID),
	}
}

// rowMarks are what later records say of one, and that it came late.
func (p *program) rowMarks(row *logbook.Row) string {
	var marks []string
	if row.Struck {
		marks = append(marks, p.text("mark.struck", data{"By": row.StruckBy}))
	}
	if row.Late {
		marks = append(marks, p.text("mark.late"))
	}
	return strings.Join(marks, p.text("list.comma"))
}

// recordedText is when a record was written, as it is stored.
func recordedText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func indexLists() []string { return []string{"indexes"} }

func (p *program) listIndexes(ctx context.Context, book *logbook.Book, lo *listOut) error {
	of, err := p.asOf(ctx, book)
	if err != nil {
		return err
	}
	list, _, err := book.IndexStatus(ctx)
	if err != nil {
		return err
	}
	return p.writeLists(lo, p.lists(p.text("list.title.indexes"), &of, &report.List{
		ID: "indexes", Title: p.text("list.title.indexes"), Columns: p.columns("index", "index-records#", "bytes#", "index-state", "file"),
		Rows: report.Each(list, func(x *logbook.IndexStatus) []string {
			return []string{p.text("index.name." + x.Name), strconv.FormatUint(x.Size, 10), strconv.FormatInt(x.Bytes, 10), p.text("index.state." + string(x.State)), x.File}
		}),
	}))
}

func verifyLists() []string { return []string{"findings", "checked"} }

// verifyLists lists what is wrong with a ledger, and what was looked at: no findings say nothing alone.
func (p *program) verifyLists(v *logbook.Verification, signatures bool) *report.Lists {
	type pair struct{ id, value string }
	checked := []pair{
		{"file", p.ledger},
		{"sound", p.yesNo(v.OK)},
		{"size", strconv.FormatUint(v.Size, 10)},
		{"findings", strconv.Itoa(len(v.Findings))},
		{"since", strconv.FormatUint(v.Since, 10)},
		{"sealed", strconv.FormatUint(v.Sealed, 10)},
	}
	if signatures {
		checked = append(checked, pair{"signatures", strconv.Itoa(v.Signatures)}, pair{"open", strconv.Itoa(len(v.Open))})
	}
	return p.lists(p.text("list.of.verify"), &recall.AsOf{Size: v.Size, Root: hexOf(v.Root)},
		&report.List{
			ID: "findings", Title: p.text("list.title.findings"), Columns: p.columns("seq#", "code", "what"),
			Rows: report.Each(v.Findings, func(f *ledger.Finding) []string {
				seq := ""
				if f.Seq != ledger.NoSeq {
					seq = strconv.FormatUint(f.Seq, 10)
				}
				return []string{seq, string(f.Code), f.What}
			}),
		},
		&report.List{
			ID: "checked", Title: p.text("list.title.checked"), Columns: p.columns("what", "value"),
			Rows: report.Each(checked, func(c *pair) []string { return []string{p.text("list.checked." + c.id), c.value} }),
		})
}

func doctorLists() []string { return []string{"checks"} }

func (p *program) doctorLists(c *logbook.Checkup) *report.Lists {
	l := p.lists(p.text("list.title.checks"), &recall.AsOf{}, &report.List{
		ID: "checks", Title: p.text("list.title.checks"), Columns: p.columns("health", "what", "code", "says", "next-command"),
		Rows: report.Each(c.Checks, func(k *logbook.Check) []string {
			says, next := p.checkTexts(k)
			return []string{p.text("doctor.health." + string(k.Health)), p.text("doctor.what." + k.What), k.What + "." + k.Code, says, next}
		}),
	})
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.file"), Value: p.ledger})
	return l
}
