package main

import (
	"bytes"
	stdcsv "encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"suyuan/internal/report/csv"
)

// Both forms of every list are read back: they must have the same cells, and neither may hold a formula.
func TestBothFormsOfAListHaveTheSameCells(t *testing.T) {
	t.Parallel()
	c := &console{in: strings.NewReader(""), vars: map[string]string{"SUYUAN_AS": "LC-ADM/OP-1", "SUYUAN_HOME": t.TempDir()}}
	dir := t.TempDir()
	name := filepath.Join(dir, "l.db")
	c.want(t, 0, "--ledger", name, "init", "--origin", "lists.example")
	c.want(t, 0, "--ledger", name, "import", filepath.Join("..", "..", "examples", "lecheng", "events.jsonl"))
	c.want(t, 0, "--ledger", name, "record", "followup", "--time", "now", "--patient", "LC-H1/P-01", "--note", "=HYPERLINK(\"x\")\u202e", "--code", "patient:LC-H1/P-01==A99992600000100")
	for _, lang := range []string{"en", "zh"} {
		for _, ask := range []struct {
			words string
			code  int
			lists []string
		}{
			{"log", 0, logLists()},
			{"show batch:MSC-26-02", 0, thingLists()},
			{"show --seq 470", 0, recordLists()},
			{"trace batch:MSC-26-02", 0, traceLists()},
			{"trace patient:LC-H1/P-01 --backward", 0, traceLists()},
			{"trace batch:MSC-26-02 --brief", 0, briefLists()},
			{"trace patient:LC-H1/P-01 --backward --brief", 0, briefLists()},
			{"trace batch:MSC-26-02 --what-if", 0, whatIfLists()},
			{"source", 0, sourceLists()},
			{"doctor", 0, doctorLists()},
			{"balance batch:MSC-26-02", 0, balanceLists()},
			{"case list", 0, caseLists()},
			{"case status CASE-2026-01", 4, caseStatusLists()},
			{"case suggest", 4, suggestLists()},
			{"drill list", 0, drillLists()},
			{"key list", 0, keyLists()},
			{"policy list", 0, policyLists()},
			{"verify", 0, verifyLists()},
			{"index status", 0, indexLists()},
			{"certificate batch:MSC-26-02", 4, certificateLists()},
			{"papers shipment:SHP-2601", 4, papersLists()},
			{"pending --at 2026-02-10T00:00:00+01:00", 0, pendingLists()},
			{"export", 0, []string{"trail"}},
		} {
			words := append([]string{"--ledger", name, "--lang", lang}, strings.Fields(ask.words)...)
			book := filepath.Join(dir, lang+strings.ReplaceAll(ask.words, "/", "-")+".xlsx")
			c.want(t, ask.code, append(slices.Clone(words), "--format", "xlsx", "-o", book)...)
			sheets := sheetsOf(t, book)
			if len(sheets) != len(ask.lists)+1 {
				t.Fatalf("%s: %d sheets for %v", ask.words, len(sheets), ask.lists)
			}
			for i, id := range ask.lists {
				one := append(slices.Clone(words), "--format", "csv")
				if len(ask.lists) > 1 {
					one = append(one, "--table", id)
				}
				c.want(t, ask.code, one...)
				inCSV, inBook := plainCells(t, c.out.Bytes()), sheets[i+1]
				if ask.words == "doctor" { // the room on a disk that others use too changes from one call to the next
					inCSV, inBook = withoutDigits(inCSV), withoutDigits(inBook)
				}
				if diff := cmp.Diff(inCSV, inBook); diff != "" {
					t.Errorf("%s, %s, %s: CSV and workbook differ:\n%s", lang, ask.words, id, diff)
				}
			}
		}
	}
}

func withoutDigits(rows [][]string) [][]string {
	for _, row := range rows {
		for k := range row {
			row[k] = strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return -1
				}
				return r
			}, row[k])
		}
	}
	return rows
}

// sheetsOf reads the sheets of a workbook, rows filled up to the width of their head. Nothing in it computes.
func sheetsOf(t *testing.T, name string) [][][]string {
	t.Helper()
	f, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var sheets [][][]string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			for len(rows[i]) < len(rows[0]) {
				rows[i] = append(rows[i], "")
			}
			for k := range rows[i] {
				cell, err := excelize.CoordinatesToCellName(k+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					t.Errorf("%s of %s computes %q, %v", cell, sheet, formula, err)
				}
			}
		}
		sheets = append(sheets, rows)
	}
	return sheets
}

func plainCells(t *testing.T, b []byte) [][]string {
	t.Helper()
	rows, err := stdcsv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for k, cell := range rows[i] {
			if strings.IndexAny(cell, "=+-@") == 0 && strings.Trim(cell, "-0123456789") != "" {
				t.Errorf("%q runs", cell)
			}
			rows[i][k] = csv.Plain(cell)
		}
	}
	return rows
}
