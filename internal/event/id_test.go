package event_test

import (
	"errors"
	"strings"
	"testing"

	"suyuan/internal/event"
)

func TestTheNilUUIDIsNoID(t *testing.T) {
	t.Parallel()
	const (
		none = "00000000-0000-0000-0000-000000000000"
		some = "00000000-0000-0000-0000-000000000001"
	)
	if _, err := event.ParseID(none); err == nil || !strings.Contains(err.Error(), "not all zeros") {
		t.Errorf("ParseID of the nil UUID: %v, want a refusal that says not all zeros", err)
	}
	if id, err := event.ParseID(some); err != nil || id != some {
		t.Errorf("ParseID of the UUID after it: %q, %v", id, err)
	}
	for member, body := range map[string]string{
		"id":       `{"type":"collection","time":"2026-03-01T08:00:00Z","donor":"D1","site":"H1","outputs":[{"unit":"U1"}],"id":"%"}`,
		"replaces": `{"type":"collection","time":"2026-03-01T08:00:00Z","donor":"D1","site":"H1","outputs":[{"unit":"U1"}],"replaces":"%"}`,
	} {
		if _, err := event.Parse([]byte(strings.Replace(body, "%", some, 1))); err != nil {
			t.Errorf("%s %s: %v", member, some, err)
		}
		_, err := event.Parse([]byte(strings.Replace(body, "%", none, 1)))
		if refused := (*event.Error)(nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), "not all zeros") {
			t.Errorf("%s of all zeros: %v, want a refusal that says so", member, err)
		}
	}
}
