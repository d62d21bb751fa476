package temperature_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
	"suyuan/internal/interchange/temperature"
)

func profile(tb testing.TB, text string) *temperature.Profile {
	tb.Helper()
	p, err := temperature.ParseProfile([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func read(p *temperature.Profile, file []byte) (*temperature.Log, error) {
	s, err := sheet.Open(bytes.NewReader(file), int64(len(file)), p.Sheet())
	if err != nil {
		return nil, err
	}
	return p.Read(s)
}

// shown writes readings as people would check them against the file.
func shown(readings []temperature.Reading) []string {
	var list []string
	for _, r := range readings {
		list = append(list, r.Time().Format(time.RFC3339)+" "+temperature.Degrees(int64(r.Milli)))
	}
	return list
}

func TestThreeMakersAreReadByTheirProfiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		serial        string
		readings      []string
		failed, twice int
		newest        bool
	}{
		"polarlog": {"PL-20417", []string{"2026-03-01T00:00:00Z 5", "2026-03-01T00:10:00Z 9", "2026-03-01T00:15:00Z 4"}, 1, 0, false},
		"kaltwacht": {"KW7", []string{
			"2026-10-24T23:30:00Z -154", "2026-10-25T00:00:00Z -153.25", "2026-10-25T00:30:00Z -152",
			"2026-10-25T01:00:00Z -150.5", "2026-10-25T01:30:00Z -149.9", "2026-10-25T02:00:00Z -151.2",
		}, 0, 4, true},
		"bingxin": {"BX-9", []string{"2026-03-01T00:00:00Z -195.8", "2026-03-01T00:30:00Z -195.75", "2026-03-01T01:30:00Z -150"}, 1, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, err := read(profile(t, fixture(t, name+".toml")), []byte(fixture(t, name+".csv")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.readings, shown(log.Readings)); diff != "" {
				t.Error(diff)
			}
			if log.Serial != want.serial || len(log.Failed) != want.failed || log.Twice != want.twice || log.Newest != want.newest || log.BackRows != 0 {
				t.Errorf("serial %q, %d failed, %d twice, newest first %v, %d back", log.Serial, len(log.Failed), log.Twice, log.Newest, log.BackRows)
			}
		})
	}
}

func fixture(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

const plainProfile = "zone = \"Europe/Berlin\"\nunit = \"C\"\nno_reading = [\"ERR\"]\n[columns]\ntime = \"t\"\ntemperature = \"c\"\n"

func TestWorkbooksAreReadAsCSVIs(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	style, err := book.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	for cell, value := range map[string]any{"A1": "t", "B1": "c", "A2": time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), "B2": -151.25, "A3": time.Date(2026, 3, 1, 8, 5, 0, 0, time.UTC), "B3": "ERR"} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellStyle("Sheet1", "A2", "A3", style); err != nil {
		t.Fatal(err)
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	log, err := read(profile(t, plainProfile), file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2026-03-01T07:00:00Z -151.25"}, shown(log.Readings)); diff != "" || len(log.Failed) != 1 {
		t.Error(diff, len(log.Failed))
	}
}

func TestAClockThatWasSetAndRowsThatStandTwiceAreSaid(t *testing.T) {
	t.Parallel()
	log, err := read(profile(t, plainProfile), []byte("t,c\n2026-03-01 08:00,5\n2026-03-01 08:10,6\n2026-03-01 08:05,9\n2026-03-01 08:10,6\n2026-03-01 08:10,7\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-03-01T07:00:00Z 5", "2026-03-01T07:05:00Z 9", "2026-03-01T07:10:00Z 6", "2026-03-01T07:10:00Z 7"}
	if diff := cmp.Diff(want, shown(log.Readings)); diff != "" {
		t.Error(diff)
	}
	if log.Repeated != 1 || log.BackRows != 1 || !cmp.Equal(log.Back, []int{4}) {
		t.Errorf("repeated %d, back %d %v", log.Repeated, log.BackRows, log.Back)
	}
}

func TestBadReadingsNameTheirCell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, place, want string }{
		"no number":      {"t,c\n2026-03-01 08:00,broken\n", `B2 "c"`, "no_reading"},
		"decimal comma":  {"t;c\n2026-03-01 08:00;5,1\n", `B2 "c"`, "decimal"},
		"too warm":       {"t,c\n2026-03-01 08:00,850\n", `B2 "c"`, "right unit"},
		"too cold":       {"t,c\n2026-03-01 08:00,-273.16\n", `B2 "c"`, "right unit"},
		"exponent":       {"t,c\n2026-03-01 08:00,1e2\n", `B2 "c"`, "a temperature"},
		"no such day":    {"t,c\n2026-02-30 08:00,5\n", `A2 "t"`, "a day and time"},
		"24:00":          {"t,c\n2026-03-01 24:00,5\n", `A2 "t"`, "a day and time"},
		"no time of day": {"t,c\n2026-03-01,5\n", `A2 "t"`, "time of day"},
		"clocks forward": {"t,c\n2026-03-29 02:30,5\n", `A2 "t"`, "set forward"},
		"clocks back":    {"t,c\n2026-10-25 02:30,5\n", `A2 "t"`, "set back"},
		"clock not set":  {"t,c\n1970-01-01 08:00,5\n", `A2 "t"`, "not set"},
		"no headings":    {"a,b\n2026-03-01 08:00,5\n", "line 2", "profile for this logger"},
		"no readings":    {"t,c\n", "line 1", "at least one"},
		"two sensors":    {"t,c,C\n2026-03-01 08:00,5,6\n", `C1 "C"`, "which sensor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(profile(t, plainProfile), []byte(c.file))
			var cell *table.CellError
			if !errors.As(err, &cell) || cell.Place() != c.place || !strings.Contains(cell.Want, c.want) {
				t.Errorf("got %v, want %s and %q", err, c.place, c.want)
			}
		})
	}
}

func TestAFileOfTwoLoggersIsRefused(t *testing.T) {
	t.Parallel()
	_, err := read(profile(t, plainProfile+"serial = \"s\"\n"), []byte("t,c,s\n2026-03-01 08:00,5,A\n2026-03-01 08:05,5,B\n"))
	var cell *table.CellError
	if !errors.As(err, &cell) || cell.Place() != `C3 "s"` {
		t.Errorf("got %v", err)
	}
}

func TestBadProfilesAreRefusedByKey(t *testing.T) {
	t.Parallel()
	for change, key := range map[string]string{
		`unit = "C"|unit = ""`:                        "unit",
		`time = "t"|`:                                 "columns.time",
		`time = "t"|date = "t"`:                       "columns.time",
		`temperature = "c"|`:                          "columns.temperature",
		`unit = "C"|unit = "C"` + "\nheader_row = -1": "header_row",
		`unit = "C"|unit = "C"` + "\ndecimal = \";\"": "decimal",
		`Europe/Berlin|Europe/Nowhere`:                "zone",
		`unit = "C"|unit = "C"` + "\nunits = 1":       "units",
		`unit = "C"|unit = "C"` + "\nhidden = \"no\"": "hidden",
	} {
		from, to, _ := strings.Cut(change, "|")
		_, err := temperature.ParseProfile([]byte(strings.Replace(plainProfile, from, to, 1)))
		var bad *table.ProfileError
		if !errors.As(err, &bad) || bad.Key != key {
			t.Errorf("%s: got %v, want key %s", change, err, key)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"polarlog", "kaltwacht", "bingxin"} {
		f.Add(fixture(f, name+".toml"), []byte(fixture(f, name+".csv")))
	}
	f.Fuzz(func(t *testing.T, text string, file []byte) {
		p, err := temperature.ParseProfile([]byte(text))
		if err != nil {
			return
		}
		log, err := read(p, file)
		if err != nil {
			return
		}
		for i, r := range log.Readings {
			if i > 0 && r.At < log.Readings[i-1].At || r.Milli < -273_150 || r.Milli > 150_000 {
				t.Fatalf("reading %d of %v", i, log.Readings)
			}
		}
		temperature.Judge(log.Readings, temperature.Presets()[0].Limits, nil)
	})
}
