package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What a small file could fill memory with is refused while it is read, whatever the list of its parts says.
func TestWhatAWorkbookCouldFillMemoryWithIsBounded(t *testing.T) {
	t.Parallel()
	sound := workbookOf(t, func(f *excelize.File) { must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"unit", "result"})) })
	part := func(name, content string) []byte {
		return rewritten(t, sound, func(n string, b []byte) []byte {
			if n == name {
				return []byte(content)
			}
			return b
		}, nil)
	}
	const sheet = "xl/worksheets/sheet1.xml"
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	for name, book := range map[string][]byte{
		"attributes without end":      part(sheet, `<worksheet><sheetData><row r="1"><c `+many(`a="" `, 300_000)+`/></row></sheetData></worksheet>`),
		"an attribute without end":    part(sheet, `<worksheet><sheetData><row r="`+many("1", 2<<20)+`"/></sheetData></worksheet>`),
		"a text without end":          part(sheet, `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>`+many("x", 2<<20)+`</t></is></c></row></sheetData></worksheet>`),
		"a text in pieces":            part(sheet, `<worksheet><sheetData><row r="1"><c t="inlineStr"><is>`+many("<r><t>"+many("x", 1000)+"</t></r>", 2000)+`</is></c></row></sheetData></worksheet>`),
		"a shared text in pieces":     part("xl/sharedStrings.xml", `<sst><si>`+many("<r><t>"+many("x", 1000)+"</t></r>", 2000)+`</si></sst>`),
		"a comment without end":       part(sheet, `<worksheet><!--`+many("x", 2<<20)+`--></worksheet>`),
		"elements within elements":    part(sheet, many("<a>", 100)),
		"styles without end":          part(stylesPart, `<styleSheet><cellXfs>`+many("<xf/>", maxStyles+1)+`</cellXfs></styleSheet>`),
		"hidden columns without end":  part(sheet, `<worksheet><cols>`+many(`<col min="1" max="1" hidden="1"/>`, MaxColumns+1)+`</cols><sheetData/></worksheet>`),
		"sheets without end":          part(workbookPart, `<workbook><sheets>`+many(`<sheet name="x"/>`, maxParts+1)+`</sheets></workbook>`),
		"relations without end":       part(relsPart, `<Relationships>`+manyRelations(maxParts+2)+`</Relationships>`),
		"a column that no sheet has":  part(sheet, `<worksheet><sheetData><row r="1"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>`),
		"a row of more cells than is": part(sheet, `<worksheet><sheetData><row r="1">`+many(`<c><v>1</v></c>`, MaxColumns+1)+`</row></sheetData></worksheet>`),
	} {
		list, err := read(book, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Problem != ProblemDamaged && e.Problem != ProblemColumns {
			t.Errorf("%s: %d rows, %v", name, len(list), err)
		}
	}
	if list, err := read(sound, Options{}); err != nil || len(list) != 1 {
		t.Errorf("a sound workbook: %q, %v", list, err)
	}
}

func manyRelations(n int) string {
	var b bytes.Buffer
	for i := range n {
		b.WriteString(`<Relationship Id="i` + itoa(int64(i)) + `" Target="t"/>`)
	}
	return b.String()
}
