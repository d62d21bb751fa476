package report

import (
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// found holds what the sites found against what the ledger expects there. A unit that nobody finds is bad news in a closed case
// too.
func (v *dossier) found() *Section {
	s := &Section{ID: "found", Title: v.t.Text("dossier.answers"), Heads: v.heads("site", "found-expected", "found-missing", "found-unexpected")}
	for i := range v.d.Case.Sites {
		site := &v.d.Case.Sites[i]
		f := site.Found
		if f == nil {
			continue
		}
		s.Alarm = s.Alarm || len(f.Missing) > 0
		s.row(site.Site.ID(), v.tally(f.Matching, v.some), v.tally(f.Missing, v.refs), v.tally(unexpected(f), v.refs))
	}
	if len(s.Rows) == 0 {
		return nil
	}
	if s.Alarm {
		s.Text = []string{v.t.Text("dossier.answers-missing")}
	}
	return s
}

// tally says how many things there are and which.
func (v *dossier) tally(refs []event.Ref, name func([]event.Ref) string) string {
	if len(refs) == 0 {
		return "0"
	}
	return strconv.Itoa(len(refs)) + v.t.Text("list.colon") + name(refs)
}

func unexpected(f *recall.Reconciliation) []event.Ref {
	list := make([]event.Ref, len(f.Unexpected))
	for i := range f.Unexpected {
		list[i] = f.Unexpected[i].Unit
	}
	return list
}
