package main

import (
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// lostJSON is a range of records that a ledger declares lost (docs/trust.md section 8). It stands in answers of such ledgers alone.
type lostJSON struct {
	From   uint64 `json:"from"`
	Origin string `json:"origin"`
	To     uint64 `json:"to"`
}

func lostAnswer(lost []recall.Lost) []lostJSON {
	var list []lostJSON
	for _, l := range lost {
		list = append(list, lostJSON{From: l.From, Origin: l.Origin, To: l.To})
	}
	return list
}

// printLost leads an answer of a ledger that lacks records: that something is not in it says less than it seems.
func (p *program) printLost(lost []recall.Lost) {
	for _, l := range lost {
		p.styledParagraph(report.LostText(p.texts, l), p.alarm)
	}
}

// noMissing is the text for an answer that lacks nothing that the records themselves would show.
func noMissing(of *recall.AsOf) string {
	if of.LacksRecords() {
		return "lost.no-other"
	}
	return "trace.no-missing"
}
