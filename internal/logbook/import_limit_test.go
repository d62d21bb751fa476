package logbook

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
)

// What takes most room in a record is what its form has to escape.
func TestTheLargestEventFitsInARecordWithTheLongestFrame(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	o := options()
	o.By = strings.Repeat(`"`, event.MaxID)
	b, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	var ext []string
	for i := range 24 {
		ext = append(ext, fmt.Sprintf(`"x:%02d":"%s"`, i, strings.Repeat("x", 2000)))
	}
	form := `{"donor":"D","ext":{` + strings.Join(ext, ",") + `},"id":"018f0000-0000-8000-8000-000000000001","note":"%s","result":"eligible","time":"2026-01-01T00:00:00Z","type":"eligibility"}`
	text := fmt.Sprintf(form, strings.Repeat("x", event.MaxEvent-len(form)+len("%s")))
	e := parse(t, text)
	if n := len(e.Bytes()); n != event.MaxEvent {
		t.Fatalf("an event of %d bytes", n)
	}
	files := []File{{Name: strings.Repeat(`"`, maxName), Stream: strings.NewReader(collections(0, 3) + text)}}
	if r := must(t, b, files, ImportOptions{}); r.Recorded != 4 {
		t.Errorf("got %+v", r)
	}
}

func TestWhatTheLedgerWouldRefuseIsRefusedBeforehand(t *testing.T) {
	t.Parallel()
	e := parse(t, collected)
	e.Identify()
	if err := appendable(&e, e.Bytes()); err != nil {
		t.Errorf("a good event: %v", err)
	}
	if err := appendable(&e, append(e.Bytes(), ' ')); err == nil {
		t.Error("bytes that are not canonical were taken")
	}
	e.ID = "00000000-0000-0000-0000-000000000000"
	if err := appendable(&e, e.Bytes()); err == nil {
		t.Error("an id of zeros was taken")
	}
}
