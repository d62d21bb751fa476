package report

import (
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// LostText says which records are lost and what that means for whoever reads an answer.
func LostText(t *i18n.Texts, l recall.Lost) string {
	id := "lost.many"
	if l.From == l.To {
		id = "lost.one"
	}
	return t.Text(id, i18n.Data{"From": l.From, "To": l.To, "Origin": i18n.Visible(l.Origin)})
}

// lost leads a document about a ledger that lacks records.
func (v *view) lost(of *recall.AsOf) *Section {
	if !of.LacksRecords() {
		return nil
	}
	s := &Section{ID: "lost", Title: v.t.Text("lost.title"), Alarm: true}
	for _, l := range of.Lost {
		s.Text = append(s.Text, LostText(v.t, l))
	}
	return s
}

// lost says in both languages which records are lost.
func (w *bilingual) lost(of *recall.AsOf) []string {
	var list []string
	for _, l := range of.Lost {
		list = append(list, bothOf(LostText(w.zh, l), LostText(w.en, l)))
	}
	return list
}
