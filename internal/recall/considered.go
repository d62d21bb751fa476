package recall

import (
	"slices"

	"suyuan/internal/event"
)

// resultInfected is the screening result that makes a patient a positive.
const resultInfected = "infected"

// consider ranks what can have caused the positives of a case: what was reached
// and tested positive, and the patients who were given something and found
// infected. Without any there is nothing to rank.
func (d *Dossier) consider() error {
	positives := d.positives()
	if len(positives) == 0 {
		return nil
	}
	var err error
	d.Sources, err = Sources(d.g, d.AsOf, SourceQuery{Positives: positives, At: d.Answer.Query.At})
	return err
}

func (d *Dossier) positives() []event.Ref {
	var list []event.Ref
	for f := range evidenceOf(d.g).all() {
		if f.positive && d.Answer.has(f.subject) {
			list = append(list, f.subject)
		}
	}
	for i := range d.Patients {
		if p := &d.Patients[i]; p.Screen.Result == resultInfected && len(p.Doses) > 0 {
			list = append(list, p.Ref)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return slices.Compact(list)
}

// sources notes the records by which sources were considered.
func (c citing) sources(a *SourceAnswer) {
	if a == nil {
		return
	}
	for i := range a.Positives {
		for _, seq := range []*uint64{a.Positives[i].Negative, a.Positives[i].Positive} {
			if seq != nil {
				c.note(*seq)
			}
		}
	}
	for i := range a.Chains {
		for k := range a.Chains[i].Candidates {
			c.note(a.Chains[i].Candidates[k].Seq...)
		}
	}
	for i := range a.Excluded {
		c.note(a.Excluded[i].Seq...)
	}
	for i := range a.Missing {
		c.note(a.Missing[i].Seq...)
	}
}
