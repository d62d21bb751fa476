package logbook

import (
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
)

// takes says whether the two packages take an id. One that event takes and ledger does not is found only at the append,
// after earlier batches of the same import have been recorded.
func takes(s string) (inEvent, inLedger bool) {
	_, eventErr := event.ParseID(s)
	_, ledgerErr := ledger.ParseID(s)
	return eventErr == nil, ledgerErr == nil
}

func TestEventAndLedgerTakeTheSameIDs(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"00000000-0000-0000-0000-000000000000":  false,
		"00000000-0000-0000-0000-000000000001":  true,
		"ffffffff-ffff-ffff-ffff-ffffffffffff":  true,
		"019ca876-d980-8a3c-9d5e-0123456789ab":  true,
		"019CA876-D980-8A3C-9D5E-0123456789AB":  false,
		"019ca876d9808a3c9d5e0123456789ab":      false,
		"{019ca876-d980-8a3c-9d5e-0123456789ab": false,
		"019ca876-d980-8a3c-9d5e-0123456789a":   false,
		"019ca876-d980-8a3c-9d5e-0123456789ab ": false,
		"":                                      false,
	} {
		if inEvent, inLedger := takes(s); inEvent != want || inLedger != want {
			t.Errorf("id %q: event takes it: %v, ledger takes it: %v; want %v", s, inEvent, inLedger, want)
		}
	}
}

func TestEventAndLedgerAgreeOnWhateverMayBeAnID(t *testing.T) {
	t.Parallel()
	mostlyID := rapid.StringMatching(`0{8}-0{4}-0[0-9a-f]{3}-[0-9a-fA-Fg]{4}-0{11}[01]`)
	drawn := rapid.OneOf(mostlyID, rapid.StringMatching(`0{8}-0{4}-0{4}-0{4}-0{11}[0f]`), rapid.StringMatching(`[0-]{36}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := drawn.Draw(t, "id")
		if inEvent, inLedger := takes(s); inEvent != inLedger {
			t.Errorf("id %q: event takes it: %v, ledger takes it: %v", s, inEvent, inLedger)
		}
	})
}
