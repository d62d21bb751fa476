package logbook

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/interchange/temperature"
)

const (
	boxProfile = "time = \"YYYY-MM-DD HH:mm\"\nzone = \"UTC\"\nunit = \"C\"\n[columns]\ntime = \"Time\"\ntemperature = \"Temp\"\n"
	boxLog     = "Time,Temp\n2026-01-01 09:00,5\n2026-01-01 09:05,5\n"
)

func fridge(t *testing.T, b *Book) (File, TemperatureOptions) {
	t.Helper()
	record(t, b, `{"type":"register","time":"2026-01-01T08:00:00Z","subject":"equipment:FRIDGE"}`)
	path := filepath.Join(t.TempDir(), "box.csv")
	if err := os.WriteFile(path, []byte(boxLog), 0o600); err != nil {
		t.Fatal(err)
	}
	of, err := event.ParseRef("equipment:FRIDGE")
	if err != nil {
		t.Fatal(err)
	}
	low, high := int32(2000), int32(8000)
	return File{Path: path}, TemperatureOptions{Of: of, Profile: []byte(boxProfile), Limits: temperature.Limits{Low: &low, High: &high}}
}

func TestNoRecordLacksItsFileBecauseThatCouldNotBeKept(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	file, o := fridge(t, b)
	before := size(t, b)
	if err := os.WriteFile(b.path+originalsSuffix, nil, 0o600); err != nil { // no folder can be made there
		t.Fatal(err)
	}
	var failed *WriteError
	if _, err := b.RecordTemperature(t.Context(), file, o); !errors.As(err, &failed) {
		t.Fatalf("%v, want a *WriteError", err)
	}
	if now := size(t, b); now != before {
		t.Fatalf("%d records, %d before", now, before)
	}
	if err := os.Remove(b.path + originalsSuffix); err != nil {
		t.Fatal(err)
	}
	m, err := b.RecordTemperature(t.Context(), file, o)
	if err != nil || m.Receipt.Known || size(t, b) != before+1 {
		t.Fatalf("%+v, %v", m, err)
	}
	again, err := b.RecordTemperature(t.Context(), file, o)
	if err != nil || !again.Receipt.Known || again.Receipt.Seq != m.Receipt.Seq || size(t, b) != before+1 {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestAFileThatDoesNotShowWhatItsRecordSaysIsNoChart(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	file, o := fridge(t, b)
	m, err := b.RecordTemperature(t.Context(), file, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Relog(t.Context(), m.Receipt.Seq)
	if err != nil || len(r.Readings) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	body := *m.Body
	body.Max, body.Readings = "9", 3 // somebody says another thing of the same file
	other := event.Event{Common: event.Common{Type: event.TypeTemperature, Time: m.Event.Time}, Body: &body}
	receipt, err := b.Record(t.Context(), other, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wrong *InputError
	if _, err := b.Relog(t.Context(), receipt.Seq); !errors.As(err, &wrong) {
		t.Errorf("%v, want an *InputError", err)
	}
	body.Max, body.Readings, body.High = m.Body.Max, m.Body.Readings, "1000000" // and of what was allowed
	other = event.Event{Common: event.Common{Type: event.TypeTemperature, Time: m.Event.Time}, Body: &body}
	if receipt, err = b.Record(t.Context(), other, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Relog(t.Context(), receipt.Seq); !errors.As(err, &wrong) {
		t.Errorf("%v, want an *InputError", err)
	}
}
