package logbook

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
)

// An id that one of the two packages takes and the other does not is found only at the append, after earlier batches of
// the same import have been recorded.
func TestEventAndLedgerTakeTheSameIDs(t *testing.T) {
	t.Parallel()
	agree := func(s string) string {
		_, eventErr := event.ParseID(s)
		_, ledgerErr := ledger.ParseID(s)
		if (eventErr == nil) != (ledgerErr == nil) {
			t.Errorf("id %q: event says %v, ledger says %v", s, eventErr, ledgerErr)
		}
		if eventErr == nil {
			return "taken"
		}
		return "refused"
	}
	for s, want := range map[string]string{
		"00000000-0000-0000-0000-000000000000":  "refused",
		"00000000-0000-0000-0000-000000000001":  "taken",
		"ffffffff-ffff-ffff-ffff-ffffffffffff":  "taken",
		"019ca876-d980-8a3c-9d5e-0123456789ab":  "taken",
		"019CA876-D980-8A3C-9D5E-0123456789AB":  "refused",
		"019ca876d9808a3c9d5e0123456789ab":      "refused",
		"{019ca876-d980-8a3c-9d5e-0123456789ab": "refused",
		"019ca876-d980-8a3c-9d5e-0123456789a":   "refused",
		"019ca876-d980-8a3c-9d5e-0123456789ab ": "refused",
		"":                                      "refused",
	} {
		if got := agree(s); got != want {
			t.Errorf("id %q: %s, want %s", s, got, want)
		}
	}
	mostlyUUID := rapid.StringMatching(`[0f]{8}-[0-9a-f]{4}-0[0-9a-f]{3}-[0-9a-fA-Fg]{4}-0{11}[01]`)
	drawn := rapid.OneOf(mostlyUUID, rapid.StringMatching(`[0-]{36}`), rapid.StringN(0, 40, 40))
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn.Draw(rt, "id")
		agree(s)
		agree(strings.ToLower(s))
	})
}
