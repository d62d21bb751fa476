package recall

import (
	"io"
)

// WriteJSON writes the answer as contract section 5 says: one line of RFC 8785
// JSON. What was computed is written as decimal text: no float is in an answer.
func (a *SourceAnswer) WriteJSON(w io.Writer) error {
	j := &jsonWriter{w: w}
	a.write(j)
	return j.end()
}

// AppendJSON appends what WriteJSON writes, without the line's end.
func (a *SourceAnswer) AppendJSON(dst []byte) []byte { return appended(dst, a.write) }

func (a *SourceAnswer) write(j *jsonWriter) {
	j.raw(`{"as_of":`)
	j.asOf(a.AsOf)
	j.raw(`,"chains":`)
	list(j, a.Chains, (*jsonWriter).chain)
	j.raw(`,"common":`)
	list(j, a.Common, (*jsonWriter).common)
	j.raw(`,"excluded":`)
	list(j, a.Excluded, (*jsonWriter).excluded)
	j.raw(`,"missing":`)
	list(j, a.Missing, (*jsonWriter).missing)
	j.raw(`,"negatives":`)
	j.refs(a.Negatives)
	j.raw(`,"next_exposed":`)
	j.refs(a.NextExposed)
	j.raw(`,"positives":`)
	list(j, a.Positives, (*jsonWriter).positive)
	j.raw(`}`)
}

func (j *jsonWriter) chain(c *Chain) {
	j.raw(`{"candidates":`)
	list(j, c.Candidates, (*jsonWriter).candidate)
	j.raw(`,"from":`)
	j.ref(c.From)
	j.raw(`,"to":`)
	j.ref(c.To)
	j.raw(`}`)
}

func (j *jsonWriter) candidate(c *Candidate) {
	j.raw(`{"from":`)
	j.time(c.From)
	j.raw(`,"ref":`)
	j.ref(c.Ref)
	j.raw(`,"seq":`)
	j.seqs(c.Seq)
	j.raw(`,"to":`)
	j.time(c.To)
	j.raw(`,"via":"` + c.Via.String() + `"}`)
}

func (j *jsonWriter) common(c *Common) {
	j.raw(`{"explains":`)
	j.num(uint64(c.Explains)) //nolint:gosec // a count
	j.raw(`,"grade":"` + c.Grade.String() + `","negatives_reached":`)
	j.num(uint64(c.NegativesReached)) //nolint:gosec // a count
	j.raw(`,"of":`)
	j.num(uint64(c.Of)) //nolint:gosec // a count
	j.raw(`,"others_reached":`)
	if c.OthersReached < 0 {
		j.raw("null")
	} else {
		j.num(uint64(c.OthersReached))
	}
	j.raw(`,"p":"` + c.Table.Fisher() + `","ref":`)
	j.ref(c.Ref)
	j.raw(`,"relative_risk":`)
	if risk := c.Table.RelativeRisk(); risk == "" {
		j.raw("null")
	} else {
		j.str(risk)
	}
	j.raw(`,"table":`)
	j.numbers(number{"exposed_negative", c.Table.ExposedNegative}, number{"exposed_positive", c.Table.ExposedPositive},
		number{"unexposed_negative", c.Table.UnexposedNegative}, number{"unexposed_positive", c.Table.UnexposedPositive})
	j.raw(`}`)
}

func (j *jsonWriter) excluded(x *Excluded) {
	j.raw(`{"code":"` + string(x.Code) + `","ref":`)
	j.ref(x.Ref)
	j.raw(`,"seq":`)
	j.seqs(x.Seq)
	j.raw(`}`)
}

func (j *jsonWriter) positive(p *Positive) {
	j.raw(`{"from":`)
	j.time(p.From)
	j.raw(`,"negative":`)
	j.record(p.Negative)
	j.raw(`,"positive":`)
	j.record(p.Positive)
	j.raw(`,"ref":`)
	j.ref(p.Ref)
	j.raw(`,"to":`)
	j.time(p.To)
	j.raw(`}`)
}

// record writes the number of a record, or null.
func (j *jsonWriter) record(seq *uint64) {
	if seq == nil {
		j.raw("null")
		return
	}
	j.num(*seq)
}
