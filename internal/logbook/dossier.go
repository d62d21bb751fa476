package logbook

import (
	"context"
	"encoding/hex"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// Dossier puts everything about a case together, as the ledger is now. The
// milestones are judged at now, which is the ledger's clock where it is zero;
// states of units at the same time where it was given, and else at the time of
// the latest event, as in a trace. profile is nil for the case's own.
func (b *Book) Dossier(ctx context.Context, c event.Ref, profile *recall.Profile, now event.Time) (*recall.Dossier, error) {
	return b.dossier(ctx, c, profile, now, now)
}

// dossier judges milestones at one time and states of units at another.
func (b *Book) dossier(ctx context.Context, c event.Ref, profile *recall.Profile, now, at event.Time) (*recall.Dossier, error) {
	return ask(b, func() (*recall.Dossier, error) { return b.dossierOnce(ctx, c, profile, now, at) })
}

func (b *Book) dossierOnce(ctx context.Context, c event.Ref, profile *recall.Profile, now, at event.Time) (*recall.Dossier, error) {
	status, s, err := b.caseStatus(ctx, c, profile, now)
	if err != nil {
		return nil, err
	}
	a, err := recall.Trace(s.graph, s.name(), recall.DossierQuery(s.graph, status, at))
	if err != nil {
		return nil, withNear(s.graph, err)
	}
	d, err := recall.DossierOf(s.graph, status, a)
	if err != nil {
		return nil, err
	}
	return d, b.cite(ctx, s, d)
}

// cite reads the records that a dossier names.
func (b *Book) cite(ctx context.Context, s *state, d *recall.Dossier) error {
	for row, err := range b.rows(ctx, s, d.Cited()) {
		if err != nil {
			return err
		}
		leaf := row.Record.Leaf()
		d.Records = append(d.Records, recall.Citation{
			Seq: row.Record.Seq, Type: row.Event.Type, Time: row.Event.Time, Recorded: event.TimeOf(row.Record.Recorded),
			By: row.Record.By, Late: row.Late, StruckBy: row.StruckBy, Note: row.Event.Note, Leaf: hex.EncodeToString(leaf[:]),
		})
	}
	return nil
}
