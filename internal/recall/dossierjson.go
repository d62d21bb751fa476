package recall

import (
	"io"

	"suyuan/internal/event"
)

// WriteJSON writes the dossier as one line of RFC 8785 JSON. Its member answer
// is what [Answer.WriteJSON] writes.
func (d *Dossier) WriteJSON(w io.Writer) error {
	j := &jsonWriter{w: w}
	d.write(j)
	return j.end()
}

func (d *Dossier) write(j *jsonWriter) {
	j.object(
		member{"answer", func() { d.Answer.write(j, false) }},
		member{"as_of", func() { j.asOf(d.AsOf) }},
		member{"balances", func() {
			list(j, d.Balances, func(j *jsonWriter, b **BalanceAnswer) { (*b).write(j) })
		}},
		member{"case", func() { d.writeCase(j) }},
		member{"change", func() { j.change(d.Change) }},
		member{"deviations", func() { list(j, d.Deviations, (*jsonWriter).departure) }},
		member{"exposure", func() { j.exposure(d.Exposure) }},
		member{"holds", func() { list(j, d.Holds, (*jsonWriter).holdRow) }},
		member{"milestones", func() {
			list(j, d.Case.Milestones, func(j *jsonWriter, m *Milestone) { j.milestone(m, d.Case.Now) })
		}},
		member{"patients", func() { list(j, d.Patients, (*jsonWriter).patient) }},
		member{"records", func() { list(j, d.Records, (*jsonWriter).citation) }},
		member{"scopes", func() { list(j, d.Scopes, (*jsonWriter).scoping) }},
		member{"sites", func() { list(j, d.Sites, (*jsonWriter).site) }},
		member{"sources", func() {
			if d.Sources == nil {
				j.raw("null")
				return
			}
			d.Sources.write(j)
		}},
		member{"steps", func() { list(j, d.Steps, (*jsonWriter).caseStep) }},
		member{"units", func() { list(j, d.Units, (*jsonWriter).unit) }},
	)
}

// A member is one member of an object.
type member struct {
	name  string
	write func()
}

// object writes members, which come in the order of their names.
func (j *jsonWriter) object(members ...member) {
	j.raw(`{`)
	for i, m := range members {
		j.comma(i)
		j.raw(`"` + m.name + `":`)
		m.write()
	}
	j.raw(`}`)
}

func (j *jsonWriter) refs(refs []event.Ref) {
	list(j, refs, func(j *jsonWriter, r *event.Ref) { j.ref(*r) })
}

// seq writes the number of a record, or null for none: record 0 holds no event.
func (j *jsonWriter) seq(n uint64) {
	if n == 0 {
		j.raw("null")
		return
	}
	j.num(n)
}

// said writes a text, or null for none.
func (j *jsonWriter) said(s string) {
	if s == "" {
		j.raw("null")
		return
	}
	j.str(s)
}

func (j *jsonWriter) count(n int) { j.num(uint64(max(n, 0))) }

func (d *Dossier) writeCase(j *jsonWriter) {
	c, l := d.Case, &d.Life
	j.object(
		member{"aware", func() { j.time(c.Aware) }},
		member{"class", func() { j.said(l.Class) }},
		member{"drill", func() { j.flag(c.Drill) }},
		member{"from", func() { j.time(l.From) }},
		member{"now", func() { j.time(c.Now) }},
		member{"opened", func() { j.time(c.Opened) }},
		member{"profile", func() { j.str(c.Profile.Name) }},
		member{"ref", func() { j.ref(c.Ref) }},
		member{"sources", func() { j.refs(l.Sources) }},
		member{"state", func() { j.str(string(l.State)) }},
		member{"to", func() { j.time(l.To) }},
		member{"trigger", func() { j.trigger(&d.Trigger) }},
		member{"urgent", func() { j.flag(l.Urgent()) }},
	)
}

// trigger writes a text, a list of event ids, or null.
func (j *jsonWriter) trigger(t *event.Trigger) {
	if len(t.Events) > 0 {
		list(j, t.Events, func(j *jsonWriter, id *event.ID) { j.str(string(*id)) })
		return
	}
	j.said(t.Text)
}

func (j *jsonWriter) change(c *ScopeChange) {
	if c == nil {
		j.raw("null")
		return
	}
	one := func(j *jsonWriter, c *Change) {
		j.object(
			member{"codes", func() { list(j, c.Codes, func(j *jsonWriter, s *ChangeCode) { j.str(string(*s)) }) }},
			member{"grade", func() { j.str(c.Grade.String()) }},
			member{"ref", func() { j.ref(c.Ref) }},
			member{"seq", func() { j.seqs(c.Seq) }},
		)
	}
	j.object(
		member{"added", func() { list(j, c.Added, one) }},
		member{"removed", func() { list(j, c.Removed, one) }},
	)
}

func (j *jsonWriter) departure(d *Departure) {
	j.object(
		member{"approved_by", func() { list(j, d.ApprovedBy, func(j *jsonWriter, r *event.Ref) { j.id(*r) }) }},
		member{"happened", func() { j.flag(d.Happened) }},
		member{"reason", func() { j.str(d.Reason) }},
		member{"rules", func() { list(j, d.Rules, func(j *jsonWriter, s *string) { j.str(*s) }) }},
		member{"seq", func() { j.num(d.Seq) }},
	)
}

func (j *jsonWriter) exposure(x *Exposure) {
	j.object(
		member{"edges", func() { list(j, x.Edges, (*jsonWriter).edge) }},
		member{"nodes", func() { list(j, x.Nodes, (*jsonWriter).node) }},
	)
}

func (j *jsonWriter) edge(e *Edge) {
	j.object(
		member{"from", func() { j.count(e.From) }},
		member{"grade", func() { j.str(e.Grade.String()) }},
		member{"seq", func() { j.seqs(e.Seq) }},
		member{"things", func() { j.count(e.Things) }},
		member{"to", func() { j.count(e.To) }},
		member{"via", func() { j.str(e.Via.String()) }},
	)
}

func (j *jsonWriter) node(n *Node) {
	j.object(
		member{"aside", func() { j.flag(n.Aside) }},
		member{"grade", func() { j.str(n.Grade.String()) }},
		member{"kind", func() { j.str(n.Kind.String()) }},
		member{"on_hold", func() { j.flag(n.OnHold) }},
		member{"product", func() { j.said(n.Product) }},
		member{"site", func() { j.id(n.Site) }},
		member{"source", func() { j.flag(n.Source) }},
		member{"state", func() { j.str(n.State.String()) }},
		member{"things", func() { j.refs(n.Things) }},
	)
}

func (j *jsonWriter) holdRow(h *HoldRow) {
	j.object(
		member{"aside", func() { j.count(h.Aside) }},
		member{"grade", func() { j.str(h.Grade.String()) }},
		member{"held", func() { j.count(h.Held) }},
		member{"left", func() { j.count(h.Left) }},
		member{"open", func() { j.count(h.Open) }},
	)
}

func (j *jsonWriter) milestone(m *Milestone, now event.Time) {
	j.object(
		member{"bad", func() { j.refs(m.Bad) }},
		member{"due", func() { j.time(m.Due) }},
		member{"goal", func() { j.str(string(m.Goal)) }},
		member{"lacking", func() { j.refs(m.Lacking) }},
		member{"met_at", func() { j.time(m.MetAt) }},
		member{"missed", func() { j.flag(m.Missed(now)) }},
		member{"seq", func() { j.seq(m.Seq) }},
		member{"still", func() { j.flag(m.Still) }},
	)
}

func (j *jsonWriter) patient(p *DossierPatient) {
	j.object(
		member{"doses", func() { list(j, p.Doses, (*jsonWriter).dose) }},
		member{"grade", func() { j.str(p.Grade.String()) }},
		member{"new", func() { j.flag(p.New) }},
		member{"ref", func() { j.ref(p.Ref) }},
		member{"screening", func() {
			j.object(
				member{"at", func() { j.time(p.Screen.At) }},
				member{"result", func() { j.said(p.Screen.Result) }},
				member{"seq", func() { j.seq(p.Screen.Seq) }},
			)
		}},
	)
}

func (j *jsonWriter) dose(d *Dose) {
	j.object(
		member{"product", func() { j.said(d.Product) }},
		member{"seq", func() { j.num(d.Seq) }},
		member{"site", func() { j.id(d.Site) }},
		member{"time", func() { j.time(d.Time) }},
		member{"unit", func() { j.ref(d.Unit) }},
	)
}

func (j *jsonWriter) citation(c *Citation) {
	j.object(
		member{"by", func() { j.str(c.By) }},
		member{"late", func() { j.flag(c.Late) }},
		member{"leaf", func() { j.str(c.Leaf) }},
		member{"note", func() { j.said(c.Note) }},
		member{"recorded", func() { j.time(c.Recorded) }},
		member{"seq", func() { j.num(c.Seq) }},
		member{"struck_by", func() { j.seq(c.StruckBy) }},
		member{"time", func() { j.time(c.Time) }},
		member{"type", func() { j.str(string(c.Type)) }},
	)
}

func (j *jsonWriter) scoping(s *Scoping) {
	number := func(n *int64) func() {
		return func() {
			if n == nil || *n < 0 {
				j.raw("null")
				return
			}
			j.num(uint64(*n))
		}
	}
	j.object(
		member{"added", number(s.Added)},
		member{"counts", func() { j.counts(&s.Counts) }},
		member{"query", func() { j.raw(string(s.Query)) }},
		member{"removed", number(s.Removed)},
		member{"root", func() { j.str(s.Root) }},
		member{"seq", func() { j.num(s.Seq) }},
		member{"sha256", func() { j.str(s.SHA256) }},
		member{"size", func() { j.num(s.Size) }},
		member{"time", func() { j.time(s.Time) }},
	)
}

func (j *jsonWriter) site(s *DossierSite) {
	j.object(
		member{"accepted", func() { j.count(s.Accepted) }},
		member{"acknowledged", func() { j.time(s.Stand.Acknowledged) }},
		member{"acknowledged_seq", func() { j.seq(s.Stand.AckSeq) }},
		member{"contact", func() { j.said(s.Contact) }},
		member{"found", func() { j.found(s.Stand.Found) }},
		member{"here", func() { j.count(s.Here) }},
		member{"infused", func() { j.count(s.Infused) }},
		member{"name", func() { j.said(s.Name) }},
		member{"notified", func() { j.time(s.Stand.Notified) }},
		member{"notified_seq", func() { j.seq(s.Stand.NoticeSeq) }},
		member{"on_hold", func() { j.count(s.OnHold) }},
		member{"region", func() { j.said(s.Region) }},
		member{"site", func() { j.id(s.Site) }},
	)
}

// found writes how a site's answer stands against the ledger, or null where
// there is none.
func (j *jsonWriter) found(r *Reconciliation) {
	if r == nil {
		j.raw("null")
		return
	}
	j.object(
		member{"matching", func() { j.refs(r.Matching) }},
		member{"missing", func() { j.refs(r.Missing) }},
		member{"unexpected", func() { list(j, r.Unexpected, func(j *jsonWriter, f *Found) { j.ref(f.Unit) }) }},
	)
}

func (j *jsonWriter) caseStep(s *CaseStep) {
	j.object(
		member{"action", func() { j.str(string(s.Body.Action)) }},
		member{"by", func() { j.str(s.By) }},
		member{"late", func() { j.flag(s.Late) }},
		member{"recorded", func() { j.time(s.Recorded) }},
		member{"seq", func() { j.num(s.Seq) }},
		member{"site", func() { j.id(s.Site) }},
		member{"time", func() { j.time(s.Time) }},
	)
}

// unit writes what the answer does not say of a unit.
func (j *jsonWriter) unit(u *DossierUnit) {
	j.object(
		member{"grade", func() { j.str(u.Grade.String()) }},
		member{"held", func() { j.flag(u.Held) }},
		member{"new", func() { j.flag(u.New) }},
		member{"open", func() { j.flag(u.Open) }},
		member{"ref", func() { j.ref(u.Ref) }},
		member{"seq", func() { j.seq(u.Seq) }},
	)
}
