package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Dossier is everything about a case at one size of the ledger: how it
// stands, what it reached, and the records that say so. Who and what is
// affected comes from the newest scope's question asked again of all records;
// the milestones are judged against the newest scope as it was recorded.
type Dossier struct {
	AsOf    AsOf
	Case    *Case
	Life    CaseLife
	Trigger event.Trigger // of the newest opening that names one
	Begun   []Beginning   // the records that Trigger names
	Steps   []CaseStep    // the case's records in force, in order
	Scopes  []Scoping     // those of them that traced
	Answer  *Answer
	// Change is what is reached now and was not by the newest scope, and the
	// other way round; nil where nothing was scoped yet.
	Change *ScopeChange

	Patients   []DossierPatient // in the answer's order
	Units      []DossierUnit    // in the answer's order
	Others     []Thing          // donors, batches, lots and whatever else was reached
	Sites      []DossierSite    // in order of id
	Holds      []HoldRow        // by grade, cumulative
	Exposure   *Exposure
	Sources    *SourceAnswer    // what can have caused the case's positives; nil where there is none
	Balances   []*BalanceAnswer // of the sources that units are made from or with
	Deviations []Departure      // sorted by seq
	Records    []Citation       // those that Cited names, as the caller reads them; sorted by seq

	g *genealogy.Graph
}

// A CaseStep is one record of a case.
type CaseStep struct {
	Seq      uint64
	Time     event.Time
	Recorded event.Time
	Late     bool
	By       string // who entered it
	Site     event.Ref
	Body     *event.Case
}

// A DossierPatient is an affected patient and how far the screening is.
type DossierPatient struct {
	PatientRow
	Screen PatientStand
	New    bool // not in the newest scope
}

// A DossierUnit is an affected unit. Held counts the holds of a drill's own
// case too, which never bite.
type DossierUnit struct {
	Thing
	Path []Step
	Open bool   // not used yet: it can be held
	Held bool   // and is
	Seq  uint64 // the record that put it into its state; 0 where none did
	New  bool   // not in the newest scope
}

// A DossierSite is a site concerned, what it has and how far its notice is.
type DossierSite struct {
	SiteRow
	Stand SiteStand
}

// A HoldRow says how many affected units are not used yet at one floor of
// certainty, and how many of these are on hold. Samples, retained units and
// waste are counted too, and once more on their own.
type HoldRow struct {
	Grade            genealogy.Grade
	Open, Held, Left int
	Aside            int // of Open
}

// A Departure is a record that waives rules, and why.
type Departure struct {
	Seq        uint64
	Rules      []string
	Reason     string
	Happened   bool
	ApprovedBy []event.Ref
}

// DossierQuery returns what a dossier asks of all records: the query of the
// case's newest scope, or else what the case was opened on, as of a time.
func DossierQuery(g *genealogy.Graph, c *Case, at event.Time) Query {
	if c.Scope != nil {
		q := c.Scope.Query.Again()
		q.At = at
		return q
	}
	life := LifeOf(g, c.Ref, c.Now)
	q := life.Query().Again()
	q.At = at
	return q
}

// DossierOf puts a case and the answer to its [DossierQuery] together.
func DossierOf(g *genealogy.Graph, c *Case, a *Answer) (*Dossier, error) {
	d := &Dossier{AsOf: a.AsOf, Case: c, Life: LifeOf(g, c.Ref, c.Now), Answer: a, Exposure: a.Exposure(), g: g}
	steps := caseSteps(g, c.Ref, c.Now)
	for _, s := range steps {
		d.Steps = append(d.Steps, newCaseStep(s))
		if s.body.Scope != nil {
			d.Scopes = append(d.Scopes, newScoping(s))
		}
		if o := s.body.Open; o != nil && (o.Trigger.Text != "" || len(o.Trigger.Events) > 0) {
			d.Trigger = o.Trigger
		}
	}
	var err error
	if c.Scope != nil {
		if d.Change, err = ChangeOf(a, c.Scope); err != nil {
			return nil, err
		}
	}
	d.Begun = d.begun()
	d.people(steps)
	d.stock(steps)
	d.depart()
	if err := d.consider(); err != nil {
		return nil, err
	}
	d.Balances, err = balances(g, a)
	return d, err
}

func newCaseStep(s caseStep) CaseStep {
	e := s.entry
	return CaseStep{
		Seq: e.Seq, Time: e.Event.Time, Recorded: e.Recorded, Late: e.Late(), By: e.By, Site: e.Event.Site, Body: s.body,
	}
}

// fresh returns what is reached now and was not by the newest scope.
func (d *Dossier) fresh() map[event.Ref]bool {
	set := make(map[event.Ref]bool)
	if d.Change != nil {
		for i := range d.Change.Added {
			set[d.Change.Added[i].Ref] = true
		}
	}
	return set
}

// people arranges the patients with their screening and the sites with their
// notices.
func (d *Dossier) people(steps []caseStep) {
	report, added := d.Answer.Report(), d.fresh()
	for _, row := range report.Patients {
		p := DossierPatient{PatientRow: row, Screen: PatientStand{Patient: row.Ref}, New: added[row.Ref]}
		for _, s := range steps {
			if b := s.body.Screen; b != nil && firstSame(d.g, b.Patient) == firstSame(d.g, row.Ref) {
				p.Screen.Result, p.Screen.At, p.Screen.Seq = b.Result, s.entry.Event.Time, s.entry.Seq
			}
		}
		d.Patients = append(d.Patients, p)
	}
	stands := make(map[event.Ref]SiteStand)
	for _, s := range d.Case.Sites {
		stands[s.Site] = s
	}
	for _, row := range report.Sites {
		site := DossierSite{SiteRow: row, Stand: SiteStand{Site: row.Site}}
		if s, ok := stands[row.Site]; ok {
			site.Stand = s
		}
		d.Sites = append(d.Sites, site)
	}
	d.Others = report.Others
}

// stock arranges the units, and counts what can be held.
func (d *Dossier) stock(steps []caseStep) {
	j := judge{g: d.g, n: d.g.Contacts(), c: d.Case, steps: steps}
	held := (&holding{j: &j}).cover(d.Answer.Query.At)
	added := d.fresh()
	d.Holds = make([]HoldRow, d.Answer.Query.Grade+1)
	for i := range d.Answer.Things {
		t := d.Answer.Things[i]
		if t.Ref.Kind() != event.KindUnit {
			continue
		}
		u := DossierUnit{Thing: t, Path: d.Answer.Path(&t), Open: t.present(), New: added[t.Ref]}
		u.Held = u.Open && held(t.Ref)
		if t.entry > 0 {
			u.Seq = d.g.Seq(t.last())
		}
		d.Units = append(d.Units, u)
		for g := t.Grade; g <= d.Answer.Query.Grade; g++ {
			d.Holds[g].count(&u)
		}
	}
	for g := range d.Holds {
		d.Holds[g].Grade = genealogy.Grade(g)
	}
}

func (h *HoldRow) count(u *DossierUnit) {
	if !u.Open {
		return
	}
	h.Open++
	if u.fate == aside {
		h.Aside++
	}
	if u.Held {
		h.Held++
	} else {
		h.Left++
	}
}

// balances accounts for what each source became, where units are made of it.
func balances(g *genealogy.Graph, a *Answer) ([]*BalanceAnswer, error) {
	var list []*BalanceAnswer
	for _, r := range a.Query.Sources {
		if Gone(g, r) {
			continue
		}
		switch r.Kind() {
		case event.KindDonor, event.KindLot, event.KindBatch, event.KindUnit:
			b, err := BalanceOf(g, a.AsOf, r, a.Query.At)
			if err != nil {
				return nil, err
			}
			list = append(list, b)
		default:
		}
	}
	return list, nil
}

// depart lists the deviations of what was reached and of the case itself.
func (d *Dossier) depart() {
	seqs := make([]uint64, 0, len(d.Answer.Deviations)+len(d.Steps))
	for _, v := range d.Answer.Deviations {
		seqs = append(seqs, v.Seq)
	}
	for i := range d.Steps {
		seqs = append(seqs, d.Steps[i].Seq)
	}
	slices.Sort(seqs)
	for _, seq := range slices.Compact(seqs) {
		e, ok := entryAt(d.g, seq)
		if !ok || e.Event.Deviation == nil {
			continue
		}
		d.Deviations = append(d.Deviations, departureOf(e))
	}
}

// departureOf returns the deviation that a record declares.
func departureOf(e *genealogy.Entry) Departure {
	v := e.Event.Deviation
	return Departure{Seq: e.Seq, Rules: v.Rules, Reason: v.Reason, Happened: v.Happened != nil && *v.Happened, ApprovedBy: v.ApprovedBy}
}
