package logbook

import (
	"context"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/interchange/temperature"
	"suyuan/internal/ledger"
)

// doubts lists what is doubtful about the file. Another logger's ends it, unless it is to be recorded all the same.
func (l *logFile) doubts(ctx context.Context, led *ledger.Ledger) ([]string, error) {
	var list []string
	if slices.ContainsFunc(l.m.Gaps, func(g temperature.Gap) bool { return g.Edge }) {
		list = append(list, event.DoubtNotCovered)
	}
	want, err := l.expected(ctx, led)
	if err != nil {
		return nil, err
	}
	switch serial := folded(l.log.Serial); {
	case len(want) == 0:
		l.m.Unchecked = true
	case slices.ContainsFunc(want, func(s string) bool { return folded(s) == serial }):
	case !l.o.Doubtful:
		return nil, &LoggerError{Doubt: DoubtOtherLogger, Of: l.o.Of, Found: l.log.Serial, Want: strings.Join(want, ", ")}
	default:
		list = append(list, event.DoubtOtherLogger)
	}
	if l.log.BackRows > 0 {
		list = append(list, event.DoubtClockSet)
	}
	if l.log.Twice > 0 {
		list = append(list, event.DoubtClockTwice)
	}
	return list, nil
}

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// expected lists the serial numbers that the logger may have: the one that is asked for, or the codes that are registered for the equipment that was
// measured or that the shipment went in.
func (l *logFile) expected(ctx context.Context, led *ledger.Ledger) ([]string, error) {
	if l.o.Serial != "" {
		return []string{l.o.Serial}, nil
	}
	g := l.book.state.graph
	var list []string
	for _, r := range measuredIn(g, l.o.Of) {
		for _, m := range g.History(r) {
			e := g.Entry(m)
			if m.As != genealogy.AsRegistered || e.Struck() {
				continue
			}
			rec, err := led.Record(ctx, e.Seq)
			if err != nil {
				return nil, err
			}
			ev, err := event.ParseStored(rec.Event)
			if err != nil {
				return nil, err
			}
			for thing, codes := range codesOf(&ev) {
				if thing == r {
					list = append(list, codes...)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// measuredIn lists the equipment itself, or that which a shipment went in.
func measuredIn(g *genealogy.Graph, of event.Ref) []event.Ref {
	if of.Kind() == event.KindEquipment {
		return []event.Ref{of}
	}
	var list []event.Ref
	for _, m := range g.History(of) {
		e := g.Entry(m)
		if e.Struck() {
			continue
		}
		switch b := e.Event.Body.(type) {
		case *event.Shipment:
			list = append(list, b.Equipment)
		case *event.Handover:
			list = append(list, b.Equipment)
		}
	}
	return slices.DeleteFunc(list, event.Ref.IsZero)
}
