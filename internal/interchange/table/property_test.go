package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"suyuan/internal/interchange/sheet"
)

// all returns what a profile makes of a file: each event's bytes, or why it is none.
func all(t failer, p *Profile, file []byte) (list []string) {
	t.Helper()
	table, err := sheet.Open(bytes.NewReader(file), int64(len(file)), p.Sheet())
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range p.Events(table) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Err != nil:
			list = append(list, e.Err.Found+" "+e.Err.Want)
		default:
			list = append(list, string(e.Event.Bytes()))
		}
	}
	return list
}

// What stands in the rows is what the events say, written straight from what was drawn; and a file of all rows as rejected says the same again.
func TestRowsSayWhatWasMeantAndRejectedRowsSayItAgain(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"utf-8", "gb18030"} {
		p, err := ParseProfile([]byte("encoding = \"" + encoding + "\"\n" + collection))
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			var file bytes.Buffer
			file.WriteString("供者,袋号,体积,采集时间\n")
			var want []string
			for i := range rapid.IntRange(1, 8).Draw(t, "rows") {
				at := time.Unix(rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "time"), 0).In(time.FixedZone("", 8*3600)).Truncate(time.Minute)
				donor := rapid.StringMatching(`[A-Z]{1,3}-[0-9]{1,5}`).Draw(t, "donor")
				volume := rapid.StringMatching(`(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?`).Draw(t, "volume")
				unit := fmt.Sprintf("C-%d", i)
				if rapid.Bool().Draw(t, "bad") {
					unit = "C 1" // white space, which no id has
				}
				form := rapid.SampledFrom([]string{"2006-01-02 15:04", "2006/1/2 15:04", "2006-01-02T15:04:05"}).Draw(t, "form")
				fmt.Fprintf(&file, "%s,%s,%s,%s\n", donor, unit, volume, at.Format(form))
				want = append(want, fmt.Sprintf(`{"donor":%q,"outputs":[{"quantity":%q,"role":"collection","unit":%q}],"site":"LC-H1","time":%q,"type":"collection"}`,
					donor, volume, unit, at.Format("2006-01-02T15:04:05Z07:00")))
			}
			text := file.String()
			if encoding == "gb18030" {
				encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
				if err != nil {
					t.Fatal(err)
				}
				text = encoded
			}
			got := all(t, p, []byte(text))
			for i := range want {
				if strings.Contains(want[i], "C 1") != !strings.HasPrefix(got[i], "{") || strings.HasPrefix(got[i], "{") && got[i] != want[i] {
					t.Fatalf("row %d: got %s, want %s", i+2, got[i], want[i])
				}
			}
			_, left := leftOut(t, p, []byte(text))
			if again := all(t, p, left); !slices.Equal(again, got) {
				t.Fatalf("rejected rows say %q, want %q", again, got)
			}
		})
	}
}
