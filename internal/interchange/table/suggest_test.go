package table

import (
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
)

func suggested(t *testing.T, name, text string) *Suggestion {
	t.Helper()
	table, err := sheet.Open(strings.NewReader(text), int64(len(text)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Suggest(name, table, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASuggestionParsesAndReadsItsTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		typ    event.Type
		want   []string
		left   []string
		unsure []string
	}{
		"采集.csv": {
			"采集时间,供者编号,采集袋号,体积(mL),条码,床号\n2026-03-01 08:30,D-1,C-1,120,=A99992112345600,7\n", event.TypeCollection,
			[]string{`zone = "Asia/Shanghai" # a guess`, `"采集时间" = "time"`, `"供者编号" = "donor"`, `"采集袋号" = "outputs.unit"`, `"体积(mL)" = "outputs.quantity"`, `ignore = ["床号"]`, `# site = `},
			[]string{"床号"},
			nil,
		},
		"results.csv": {
			"Unit ID,Sampled,Report date,Assay,Result,Value\nU1,01.03.2026 08:00,03.03.2026,sterility,negative,0\n", event.TypeTest,
			[]string{`"Unit ID" = { to = "subject", kind = "unit" }`, `{ to = "sampled", time = "DD.MM.YYYY HH:mm" }`, `{ to = "time", time = "DD.MM.YYYY", day = "end" }`},
			nil, nil,
		},
		"生产.csv": {
			"工序,产品批号,时间,投入袋号,产出袋号,有效期至\n分装,B1,2026/3/2 9:00,C-1,U-1,2027-03-01\n", event.TypeManufacture,
			[]string{`group = ["工序", "产品批号", "时间"]`, `"有效期至" = { to = "outputs.expires", day = "end" }`},
			nil, nil,
		},
		"visits.csv": {
			"Patient id,Visit date,Outcome,Adverse event term\nP-1,2026-03-01 10:00,CR,\n", event.TypeFollowup,
			[]string{`# not sure:`, `"Adverse event term" = "reaction"`, `# zone = "…"`},
			nil,
			[]string{"Adverse event term"},
		},
		"a title above.csv": {
			"Stock of March\nCounted at,Tank,Unit\n2026-03-01 10:00,H1/TANK-1,U1\n", event.TypeInventory, []string{"header_row = 2"}, nil, nil,
		},
	} {
		s := suggested(t, name, c.text)
		if s.Type != c.typ || !slices.Equal(s.Left, c.left) || !slices.Equal(s.Unsure, c.unsure) {
			t.Errorf("%s: got %s, left %q, unsure %q", name, s.Type, s.Left, s.Unsure)
		}
		for _, want := range c.want {
			if !strings.Contains(s.Text, want) {
				t.Errorf("%s: no %s in\n%s", name, want, s.Text)
			}
		}
		profile := strings.NewReplacer("# site = \"…\"", "site = \"H1\"", "# step = \"…\"", "step = \"x\"", "# zone = \"…\"", "zone = \"Europe/Berlin\"").Replace(s.Text)
		for _, e := range events(t, profile, c.text) {
			if !strings.HasPrefix(e, "{") {
				t.Errorf("%s: %s", name, e)
			}
		}
	}
}

func TestHintsNameMembersThatThereAre(t *testing.T) {
	t.Parallel()
	for typ, list := range hints {
		for _, h := range slices.Concat(list, commonHints) {
			text := "type = \"" + string(typ) + "\"\n[columns]\n\"x\" = { to = \"" + h.to + "\""
			if h.more != "" {
				text += ", " + h.more
			}
			if _, err := ParseProfile([]byte(text + " }\n")); err != nil {
				t.Errorf("%s %s: %v", typ, h.to, err)
			}
		}
	}
}

func TestProfilesThatNeedNoFileParse(t *testing.T) {
	t.Parallel()
	for _, name := range BuiltIn() {
		text, ok := BuiltInText(name)
		if !ok {
			t.Fatalf("no profile %s", name)
		}
		if _, err := ParseProfile([]byte(text)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}
