package recall_test

import (
	"slices"
	"strings"
	"testing"

	"suyuan/internal/recall"
)

func TestALoggersFileThatCoversTheWayIsATemperature(t *testing.T) {
	t.Parallel()
	file := func(from, to, members string) string {
		return `{"type":"temperature","time":"14:00","shipment":"X","from":"2026-01-05T` + from + `:00+08:00","to":"2026-01-05T` + to + `:00+08:00","min":"2","max":"8","log_sha256":"` + strings.Repeat("0", 64) + `"` + members + `}`
	}
	for _, row := range []struct {
		name    string
		files   []string
		missing bool
	}{
		{"none", nil, true},
		{"the whole way", []string{file("11:00", "12:00", `,"interval":60`)}, false},
		{"but for less than an interval at both ends", []string{file("11:01", "11:59", `,"interval":60`)}, false},
		{"it ends too early", []string{file("11:01", "11:58", `,"interval":60`)}, true},
		{"it begins too late", []string{file("11:02", "12:00", `,"interval":60`)}, true},
		{"in two parts", []string{file("11:30", "12:00", `,"interval":60`), file("11:00", "11:29", `,"interval":60`)}, false},
		{"in two parts with a hole", []string{file("11:30", "12:00", `,"interval":60`), file("11:00", "11:27", `,"interval":60`)}, true},
		{"any interval, and not the whole way", []string{file("11:20", "11:59", "")}, true},
		{"any interval, and the whole way", []string{file("11:00", "12:00", "")}, false},
		{"another day", []string{file("08:00", "10:59", "")}, true},
		{"another logger", []string{file("11:00", "12:00", `,"doubts":["other_logger"]`)}, true},
		{"a week between readings, for ever", []string{file("11:00", "12:00", `,"interval":9007199254740991`)}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := answer(t, `
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"A"}]}
{"type":"shipment","time":"11:00","site":"S","shipment":"X","units":["A"],"to":"H"}
{"type":"arrival","time":"12:00","site":"H","shipment":"X","accepted":["A"]}
`+strings.Join(row.files, "\n"), "donor:D")
			if missing := slices.ContainsFunc(a.Missing, func(m recall.Missing) bool { return m.Code == recall.NoTemperature }); missing != row.missing {
				t.Errorf("missing: %v", a.Missing)
			}
		})
	}
}
