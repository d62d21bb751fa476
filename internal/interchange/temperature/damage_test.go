package temperature_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"suyuan/internal/interchange/temperature"
)

// examples are a file of each maker, and one as a workbook, with their profiles.
func examples(t *testing.T) map[string]example {
	t.Helper()
	list := make(map[string]example)
	for _, name := range []string{"polarlog", "kaltwacht", "bingxin"} {
		file, err := os.ReadFile(filepath.Join("testdata", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join("testdata", name+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		list[name] = example{file, profile(t, string(text))}
	}
	book := excelize.NewFile()
	for i, row := range [][]any{{"Time", "Temp"}, {"2026-03-01 08:00", -151.25}, {"2026-03-01 08:05", -152.5}, {"2026-03-01 08:10", -12.75}} {
		if err := book.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	list["workbook"] = example{b.Bytes(), profile(t, "time = \"YYYY-MM-DD HH:mm\"\nzone = \"UTC\"\nunit = \"C\"\n[columns]\ntime = \"Time\"\ntemperature = \"Temp\"\n")}
	return list
}

type example struct {
	file    []byte
	profile *temperature.Profile
}

// A file that was cut shows readings that the whole one shows, or is an error: no cut makes another temperature of -151.2, as -15. That some are not there,
// the times of the journey tell.
func TestACutFileShowsNoReadingThatTheWholeOneDoesNot(t *testing.T) {
	t.Parallel()
	for name, x := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, err := read(x.profile, x.file)
			if err != nil {
				t.Fatal(err)
			}
			fewer := 0
			for n := range x.file {
				log, err := read(x.profile, x.file[:n])
				if err != nil {
					continue
				}
				fewer++
				for _, r := range log.Readings {
					if !slices.Contains(whole.Readings, r) {
						t.Fatalf("cut after %d of %d bytes (%q) it shows %v", n, len(x.file), last(x.file[:n]), shown([]temperature.Reading{r}))
					}
				}
			}
			if name != "workbook" && fewer == 0 {
				t.Error("no cut was read: the test tests nothing")
			}
		})
	}
}

func last(b []byte) string {
	lines := strings.Split(string(b), "\n")
	return lines[len(lines)-1]
}

// A flipped bit is an error, or another file of a logger; nothing breaks, and no reading is out of what can be.
func TestAFlippedBitBreaksNothing(t *testing.T) {
	t.Parallel()
	for name, x := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := max(1, len(x.file)/1500)
			for i := 0; i < len(x.file); i += step {
				for _, bit := range []byte{1, 0x10, 0x80} {
					flipped := bytes.Clone(x.file)
					flipped[i] ^= bit
					log, err := read(x.profile, flipped)
					if err != nil {
						continue
					}
					for _, r := range log.Readings {
						if r.Milli < -273_150 || r.Milli > 150_000 {
							t.Fatalf("byte %d flipped by %#x: %v", i, bit, shown([]temperature.Reading{r}))
						}
					}
				}
			}
		})
	}
}
