package logbook

import (
	"context"

	"suyuan/internal/ledger"
)

// anchorLine compares the ledger with its anchor (docs/trust.md section 5).
func (d *doctor) anchorLine(ctx context.Context, l *ledger.Ledger) error {
	if d.trust == nil {
		d.say(HealthWarning, "anchor", "no-home", nil)
		return nil
	}
	b := &Book{path: d.path, o: Options{Trust: d.trust}, genesis: l.Genesis()}
	stands, err := b.standing(ctx, l)
	if err != nil {
		return err
	}
	facts := map[string]any{"folder": stands.Folder, "size": stands.Size, "anchor": stands.Anchor.Size, "known": stands.Known, "err": ""}
	if stands.Err != nil {
		facts["err"] = stands.Err.Error()
	}
	health := HealthOK
	switch stands.State {
	case RolledBack, Forked, OtherLedger, AnchorUnreadable:
		health = HealthBad
	case AnchorNone, AnchorAbsent:
		health = HealthWarning
	case AnchorAgrees:
	}
	d.say(health, "anchor", string(stands.State), facts)
	return nil
}
