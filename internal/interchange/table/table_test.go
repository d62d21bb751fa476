package table

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/interchange/sheet"
)

// events returns what a profile makes of CSV: each event's canonical JSON without its id, or why it is none.
func events(t *testing.T, profile, text string) []string {
	t.Helper()
	p, err := ParseProfile([]byte(profile))
	if err != nil {
		t.Fatal(err)
	}
	table, err := sheet.Open(strings.NewReader(text), int64(len(text)), p.Sheet())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for e, err := range p.Events(table) {
		switch {
		case err != nil:
			return append(list, "table: "+err.Error())
		case e.Err != nil:
			list = append(list, e.Err.Error())
		default:
			before, id, _ := strings.Cut(string(e.Event.Identified()), `"id":"`)
			_, after, _ := strings.Cut(id, `",`)
			list = append(list, before+after)
		}
	}
	return list
}

const collection = `
type = "collection"
zone = "Asia/Shanghai"
[constants]
site = "LC-H1"
"outputs.role" = "collection"
[columns]
"采集时间" = "time"
"供者" = "donor"
"袋号" = "outputs.unit"
"体积" = { to = "outputs.quantity", optional = true }
"条码" = { to = "outputs.codes", split = ";", optional = true }
`

func TestRowsBecomeEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile, text string
		want          []string
	}{
		"a row, an event": {collection, "采集时间,供者,袋号,条码\n2026-03-01 08:30,D-1,ＬＣ－１,=A99992112345600;X1\n", []string{
			`{"donor":"D-1","outputs":[{"codes":["=A99992112345600","X1"],"role":"collection","unit":"LC-1"}],"site":"LC-H1","time":"2026-03-01T08:30:00+08:00","type":"collection"}`,
		}},
		"headings in any order, blank cells": {collection, "袋号,体积,供者,采集时间\nC-1,,D-1,2026/3/1 8:30\n\n", []string{
			`{"donor":"D-1","outputs":[{"role":"collection","unit":"C-1"}],"site":"LC-H1","time":"2026-03-01T08:30:00+08:00","type":"collection"}`,
		}},
		"a group of rows, and two items a row": {`
type = "manufacture"
zone = "+08:00"
group = ["批号", "步骤"]
[columns]
"批号" = "batch"
"步骤" = { to = "step", values = { "分装" = "fill", "冻存" = "freeze" } }
"时间" = "time"
"厂" = "site"
"投入" = "inputs.unit"
"产出" = "outputs.unit"
"留样" = "outputs[2].unit"
"活率" = "values.viability"
"试剂" = { to = "materials.lot", split = "、" }
`, "批号,步骤,时间,厂,投入,产出,留样,活率,试剂\nB1,分装,2026-03-02 10:00,F-1,C-1,U1,S1,92.10,\nB1,分装,,,C-1,U2,,,\nB2,分装,2026-03-03 10:00,F-1,C-2,U3,,,L-1\n", []string{
			`{"batch":"B1","inputs":[{"unit":"C-1"}],"outputs":[{"unit":"U1"},{"unit":"S1"},{"unit":"U2"}],"site":"F-1","step":"fill","time":"2026-03-02T10:00:00+08:00","type":"manufacture","values":{"viability":"92.10"}}`,
			`{"batch":"B2","inputs":[{"unit":"C-2"}],"materials":[{"lot":"L-1"}],"outputs":[{"unit":"U3"}],"site":"F-1","step":"fill","time":"2026-03-03T10:00:00+08:00","type":"manufacture"}`,
		}},
		"numbers, words, kinds, parts of times": {`
type = "test"
decimal = ","
[constants]
uom = "%"
[columns]
"Probe" = { to = "subject", kind = "unit" }
"Tag" = { to = "sampled", part = "date", time = "DD.MM.YYYY" }
"Uhr" = { to = "sampled", part = "clock", time = "HH:mm" }
"Zone" = { to = "sampled", part = "zone" }
"Befund" = { to = "time", day = "end", zone = "Europe/Berlin", time = "DD.MM.YYYY" }
"Ergebnis" = { to = "result", values = { "o.B." = "negative" } }
"Wert" = "value"
`, "Probe;Tag;Uhr;Zone;Befund;Ergebnis;Wert\nU1;01.03.2026;07:05;+02:00;02.03.2026;O. B.;−0,50 %\n", []string{
			`{"result":"negative","sampled":"2026-03-01T07:05:00+02:00","subject":"unit:U1","time":"2026-03-02T23:59:59+01:00","type":"test","uom":"%","value":"-0.50"}`,
		}},
		"codes of the thing of a member": {`
type = "infusion"
zone = "Asia/Shanghai"
[constants]
site = "H1"
checks = ["name", "wristband"]
[columns]
"t" = "time"
"袋" = "unit"
"码" = "codes.unit"
"病人" = "patient"
"全" = "complete"
`, "t,袋,码,病人,全\n2026-03-01 08:30,U1,=A99992112345600,P-1,是\n", []string{
			`{"checks":["name","wristband"],"codes":{"unit:U1":["=A99992112345600"]},"complete":true,"patient":"P-1","site":"H1","time":"2026-03-01T08:30:00+08:00","type":"infusion","unit":"U1"}`,
		}},
		"an inventory of a group": {`
type = "inventory"
zone = "Asia/Shanghai"
group = ["盘点时间"]
ignore = ["备注"]
[constants]
site = "H1"
[columns]
"盘点时间" = "time"
"袋号" = "units"
`, "盘点时间,袋号,备注\n2026-03-01 08:30,U1,x\n2026-03-01 08:30,U2,\n", []string{`{"site":"H1","time":"2026-03-01T08:30:00+08:00","type":"inventory","units":["U1","U2"]}`}},
	} {
		if got := events(t, c.profile, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

func TestWhatIsWrongNamesTheCell(t *testing.T) {
	t.Parallel()
	const head = "采集时间,供者,袋号,体积\n"
	for text, want := range map[string]string{
		head + "2026-11-31 08:30,D,U,\n":           `A2 "采集时间": found "2026-11-31 08:30"`,
		head + "2026-03-01 24:00,D,U,\n":           `A2 "采集时间"`,
		head + "2026-03-01 08:30:60,D,U,\n":        `A2 "采集时间"`,
		head + "2026-03-01,D,U,\n":                 `A2 "采集时间": found "2026-03-01", want a time of day too`,
		head + "01/02/2026 08:30,D,U,\n":           `A2 "采集时间"`,
		head + "1988-04-17 02:30,D,U,\n":           `clocks of Asia/Shanghai were set forward over it`,
		head + "1988-09-11 01:30,D,U,\n":           `which of 1988-09-11T01:30:00+09:00 and 1988-09-11T01:30:00+08:00`,
		head + "2026-03-01 08:30,,U,\n":            `line 2 donor`,
		head + "2026-03-01 08:30,D,,\n":            `line 2 outputs`,
		head + "2026-03-01 08:30,D,U 1,\n":         `C2 "袋号"`,
		head + "2026-03-01 08:30,D,U,\"1,5\"\n":    `D2 "体积": found "1,5", want a number with a point`,
		head + "2026-03-01 08:30,D,U,92 %\n":       `D2 "体积"`,
		head + "2026-03-01 08:30,D,U,<5\n":         `D2 "体积"`,
		head + "2026-03-01 08:30,13800138000,U\n":  `B2 "供者"`,
		head + "2026-03-01 08:30,D,8.43210E+19,\n": `C2 "袋号": found "8.43210E+19", want all digits`,
		head + "2026-03-01 08:30,D,=A1,\n":         `C2 "袋号": found "=A1"`,
		head + "2026-03-01 08:30,D,U,1,more\n":     `E2 "": found "more" in a column without a heading`,
		"采集时间,供者,袋号,温度\n":                          `table: D1 "温度": found a column that the profile does not name`,
		"采集时间,供者,袋号,供者\n":                          `table: D1 "供者": found a heading that B1 has`,
		"采集时间,供者\n":                                `table: line 1: found no column "袋号"`,
		"":                                         `table: line 1: found no row`,
	} {
		got := events(t, collection, text)
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestRowsOfAGroupStandTogetherAndAgree(t *testing.T) {
	t.Parallel()
	const profile = `
type = "manufacture"
zone = "Asia/Shanghai"
group = ["批号"]
[constants]
site = "F"
step = "fill"
[columns]
"批号" = "batch"
"时间" = "time"
"产出" = "outputs.unit"
`
	got := events(t, profile, "批号,时间,产出\nB1,2026-03-01 08:00,U1\nB1,2026-03-01 09:00,U2\nB2,2026-03-01 09:00,U3\nB1,2026-03-01 08:00,U4\n")
	if len(got) != 3 || !strings.Contains(got[0], `B3 "时间": found 2026-03-01T09:00:00+08:00, want 2026-03-01T08:00:00+08:00, as B2 says`) || !strings.Contains(got[2], "began at line 2") {
		t.Errorf("got %q", got)
	}
}

func TestBadProfilesAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                     `type: found ""`,
		"type = 1":             "line 1",
		"typ = \"test\"":       "line 1 typ: found a key that no profile has",
		"type = \"nonsense\"":  `found "nonsense"`,
		"type = \"test\"":      "columns: found none",
		"type = \"test\"\n[[[": "line 2",
		"type = \"test\"\n[columns]\na = \"nowhere\"":                                     `columns."a": found "nowhere", want a member of test`,
		"type = \"test\"\n[columns]\na = { to = \"value\", unit = \"x\" }":                `columns."a".unit`,
		"type = \"test\"\n[columns]\na = { to = \"value\", part = \"date\" }":             "want a member that is a time",
		"type = \"test\"\nzone = \"Mars\"\n[columns]\na = \"value\"":                      `zone: found "Mars"`,
		"type = \"test\"\ntime = \"yyyy\"\n[columns]\na = \"value\"":                      `time: found "yyyy"`,
		"type = \"test\"\ntime = \"YYYY-MM\"\n[columns]\na = \"value\"":                   `time: found "YYYY-MM"`,
		"type = \"test\"\nencoding = \"latin1\"\n[columns]\na = \"value\"":                `encoding: found "latin1"`,
		"type = \"test\"\nseparator = \"--\"\n[columns]\na = \"value\"":                   "separator",
		"type = \"test\"\ngroup = [\"b\"]\n[columns]\na = \"value\"":                      "group",
		"type = \"collection\"\n[columns]\na = \"outputs\"":                               `found "outputs"`,
		"type = \"collection\"\n[columns]\na = \"donor.x\"":                               `found "donor.x"`,
		"type = \"collection\"\n[columns]\na = \"codes.outputs\"":                         "codes. and a member that names one thing",
		"type = \"collection\"\n[constants]\nsite = 1.5\n[columns]\na = \"outputs.unit\"": "measured amounts are texts",
	} {
		_, err := ParseProfile([]byte(text))
		var e *ProfileError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	f.Add([]byte(collection))
	f.Add([]byte("type = \"test\"\ntime = [\"hh:mm A\", \"YYYY年M月D日\"]\n[columns]\na = { to = \"value\" }\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProfile(text)
		var e *ProfileError
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		if err != nil {
			return
		}
		table, err := sheet.Open(bytes.NewReader([]byte("a,b\n1,2026-01-01 00:00\n")), 23, p.Sheet())
		if err != nil {
			return
		}
		for _, err := range p.Events(table) {
			if err != nil {
				return
			}
		}
	})
}

func FuzzTimes(f *testing.F) {
	for _, form := range usualForms {
		f.Add(form, "2026-03-01 08:30")
	}
	f.Fuzz(func(t *testing.T, form, text string) {
		c, ok := parseForm(form)
		if !ok {
			return
		}
		m, ok := readTime(text, []clock{c})
		if !ok {
			return
		}
		again, ok := readTime(m.time.Format(c.layout), []clock{c})
		if !ok || !again.time.Equal(m.time) {
			t.Fatalf("form %q: %q is %v, and written again %v", form, text, m.time, again.time)
		}
	})
}
