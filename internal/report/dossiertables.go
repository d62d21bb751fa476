package report

import (
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// patients lists every patient with what was given, the screening and the walk that proves it.
func (v *dossier) patients() *Section {
	s := &Section{ID: "patients", Title: v.t.Text("report.patients"), Heads: v.heads("patient", "grade", "given-what", "screening", "path")}
	for i := range v.d.Patients {
		p := &v.d.Patients[i]
		s.row(v.fresh(p.Ref.ID(), p.New), v.grade(p.Grade), v.doses(p.Doses), v.screening(p), Path(v.d.Answer, &p.Thing))
	}
	return v.orNone(s)
}

// fresh marks what the newest scope does not have.
func (v *dossier) fresh(id string, fresh bool) string {
	if fresh {
		return id + " " + v.t.Text("dossier.new")
	}
	return id
}

func (v *dossier) doses(list []recall.Dose) string {
	words := make([]string, len(list))
	for i, d := range list {
		words[i] = v.listed(d.Unit.ID(), d.Site.ID(), v.clock(d.Time)+" "+record(d.Seq))
	}
	return dash(strings.Join(words, "; "))
}

func (v *dossier) screening(p *recall.DossierPatient) string {
	if p.Screen.Result == "" {
		return v.t.Text("dossier.not-screened")
	}
	return v.t.Or("word."+p.Screen.Result, p.Screen.Result) + v.t.Text("list.comma") + v.clock(p.Screen.At) + " " + record(p.Screen.Seq)
}

// units lists every unit with its state, its place and the walk that proves it.
func (v *dossier) units() *Section {
	s := &Section{ID: "units", Title: v.t.Text("dossier.units"), Heads: v.heads("unit", "state", "site", "held", "grade", "tests", "path")}
	for i := range v.d.Units {
		u := &v.d.Units[i]
		s.row(v.fresh(u.Ref.ID(), u.New), v.unitState(u), place(&u.Thing), v.held(u), v.grade(u.Grade), dash(records(u.Tests)), Path(v.d.Answer, &u.Thing))
		if u.Open && !u.Held {
			s.Alarm = true
		}
	}
	return v.orNone(s)
}

func (v *dossier) unitState(u *recall.DossierUnit) string {
	state := v.t.Text("state.none")
	if u.State != genealogy.NoState {
		state = v.t.Text("state." + u.State.String())
	}
	if u.Seq > 0 {
		state += " " + record(u.Seq)
	}
	if !u.Allocated.IsZero() {
		state += v.t.Text("list.comma") + v.t.Text("head.booked") + " " + i18n.Visible(u.Allocated.ID())
	}
	return state
}

func (v *dossier) held(u *recall.DossierUnit) string {
	switch {
	case u.Held:
		return v.t.Text("report.yes")
	case u.Open:
		return v.t.Text("report.no")
	default:
		return nothing
	}
}

// sites lists whom to call, what each has, and how far its notice is.
func (v *dossier) sites() *Section {
	s := &Section{ID: "sites", Title: v.t.Text("report.sites"), Heads: v.heads("site", "name", "accepted", "here", "held", "given", "notice", "answer")}
	s.Numeric = []bool{false, false, true, true, true, true}
	for i := range v.d.Sites {
		row := &v.d.Sites[i]
		s.row(row.Site.ID(), v.listed(row.Name, row.Region, row.Contact), strconv.Itoa(row.Accepted), strconv.Itoa(row.Here), strconv.Itoa(row.OnHold),
			strconv.Itoa(row.Infused), done(row.Stand.NoticeSeq, v.clock(row.Stand.Notified)), done(row.Stand.AckSeq, v.clock(row.Stand.Acknowledged)))
	}
	return v.orNone(s)
}

// done says when a thing was done, and by which record.
func done(seq uint64, at string) string {
	if seq == 0 {
		return nothing
	}
	return at + " " + record(seq)
}

func (v *dossier) others() *Section {
	s := &Section{ID: "others", Title: v.t.Text("dossier.others"), Heads: v.heads("thing", "grade", "since", "path")}
	for i := range v.d.Others {
		o := &v.d.Others[i]
		s.row(o.Ref.String(), v.grade(o.Grade), v.clock(o.Since), Path(v.d.Answer, o))
	}
	return v.orNone(s)
}

// balances has a column for all that was reached and one for each source; few of them to a table.
func (v *dossier) balances() []*Section {
	const columns = 5
	names, list := []string{v.t.Text("dossier.reached")}, []*recall.Balance{&v.d.Answer.Balance}
	for _, b := range v.d.Balances {
		names, list = append(names, i18n.Visible(b.Ref.String())), append(list, &b.Balance)
	}
	var sections []*Section
	for i := 0; i < len(list); i += columns {
		end := min(i+columns, len(list))
		s := v.balance(names[i:end], list[i:end])
		if i > 0 {
			s.ID += "-" + strconv.Itoa(i/columns+1)
		}
		sections = append(sections, s)
	}
	return sections
}

func (v *dossier) balance(names []string, list []*recall.Balance) *Section {
	s := &Section{ID: "balance", Title: v.t.Text("dossier.balance"), Heads: append(v.heads("what"), names...)}
	s.Numeric = numbersFrom(1, len(s.Heads))
	for _, line := range balanceLines() {
		row := []string{v.t.Text(line.id)}
		for _, b := range list {
			row = append(row, strconv.Itoa(line.of(b)))
			s.Alarm = s.Alarm || b.Unaccounted > 0
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

type balanceLine struct {
	id string
	of func(*recall.Balance) int
}

func balanceLines() []balanceLine {
	return []balanceLine{
		{"dossier.balance.made", func(b *recall.Balance) int { return b.Made }},
		{"balance.infused", func(b *recall.Balance) int { return b.Infused }},
		{"balance.in_stock", func(b *recall.Balance) int { return b.InStock }},
		{"balance.in_transit", func(b *recall.Balance) int { return b.InTransit }},
		{"balance.destroyed", func(b *recall.Balance) int { return b.Destroyed }},
		{"balance.returned", func(b *recall.Balance) int { return b.Returned }},
		{"balance.lost", func(b *recall.Balance) int { return b.Lost }},
		{"balance.expired", func(b *recall.Balance) int { return b.Expired }},
		{"balance.tested", func(b *recall.Balance) int { return b.Tested }},
		{"balance.unaccounted", func(b *recall.Balance) int { return b.Unaccounted }},
		{"dossier.balance.samples", func(b *recall.Balance) int { return b.Samples }},
	}
}

// change lists what has joined or left since the newest scope; that wants a new one.
func (v *dossier) change() *Section {
	if v.changed() == 0 {
		return nil
	}
	s := &Section{ID: "change", Title: v.t.Text("dossier.change"), Alarm: true, Heads: v.heads("thing", "what", "grade", "why", "records")}
	add := func(list []recall.Change, what string) {
		for i := range list {
			c := &list[i]
			why := make([]string, len(c.Codes))
			for k, code := range c.Codes {
				why[k] = v.t.Or("change."+string(code), string(code))
			}
			s.row(c.Ref.String(), v.t.Text(what), v.grade(c.Grade), dash(strings.Join(why, v.t.Text("list.comma"))), dash(v.proofs(c.Seq)))
		}
	}
	add(v.d.Change.Added, "dossier.joined")
	add(v.d.Change.Removed, "dossier.left-scope")
	return v.orNone(s)
}

// scopes is the history of the numbers: the first ones are always too small.
func (v *dossier) scopes() *Section {
	s := &Section{ID: "scopes", Title: v.t.Text("dossier.scopes"), Heads: v.heads("records", "time", "size", "patients", "units", "sites", "added", "removed", "digest")}
	s.Numeric = []bool{false, false, true, true, true, true, true, true}
	number := func(n *int64) string {
		if n == nil {
			return nothing
		}
		return strconv.FormatInt(*n, 10)
	}
	for i := range v.d.Scopes {
		row := &v.d.Scopes[i]
		s.row(record(row.Seq), v.clock(row.Time), strconv.FormatUint(row.Size, 10), strconv.Itoa(row.Counts.Patients), strconv.Itoa(row.Counts.Units),
			strconv.Itoa(row.Counts.Sites), number(row.Added), number(row.Removed), row.SHA256)
	}
	return v.orNone(s)
}

func (v *dossier) deviations() *Section {
	s := &Section{ID: "deviations", Title: v.t.Text("dossier.deviations"), Heads: v.heads("records", "rules", "why", "approved")}
	for i := range v.d.Deviations {
		x := &v.d.Deviations[i]
		reason := x.Reason
		if x.Happened {
			reason += " " + v.t.Text("dossier.happened")
		}
		names := make([]string, len(x.ApprovedBy))
		for k, r := range x.ApprovedBy {
			names[k] = r.ID()
		}
		s.row(record(x.Seq), strings.Join(x.Rules, ", "), reason, v.listed(names...))
	}
	return v.orNone(s)
}

func (v *dossier) corrections() *Section {
	s := &Section{ID: "corrected", Title: v.t.Text("dossier.corrected"), Heads: v.heads("records", "what")}
	for _, c := range v.d.Answer.Corrected {
		s.row(record(c.Seq), v.t.Text("mark.struck", i18n.Data{"By": c.By}))
	}
	return v.orNone(s)
}

// records lists what the dossier cites. With the leaf hash anybody who has an export can tell that it is the same record.
func (v *dossier) records() *Section {
	s := &Section{ID: "records", Title: v.t.Text("dossier.records"), Heads: v.heads("records", "type", "time", "recorded", "by", "leaf")}
	for i := range v.d.Records {
		r := &v.d.Records[i]
		marks := []string{record(r.Seq)}
		if r.Late {
			marks = append(marks, v.t.Text("mark.late"))
		}
		if r.StruckBy > 0 {
			marks = append(marks, v.t.Text("mark.struck", i18n.Data{"By": r.StruckBy}))
		}
		s.row(strings.Join(marks, " "), v.t.Or("name."+string(r.Type), string(r.Type)), v.clock(r.Time), v.clock(r.Recorded), r.By, r.Leaf)
	}
	s = v.orNone(s)
	s.Text = slices.Concat(s.Text, []string{v.t.Text("dossier.records-key")})
	return s
}
