package recall

import (
	"io"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Brief is the search of a trace alone: what is reached, how surely, since when
// and by what, as the whole answer says it. Nothing else was looked at: no record
// was read for what it lacks, nothing is cleared, and how a unit stands is not
// known. So it says of nothing that it does not name that it is safe.
type Brief struct {
	AsOf    AsOf
	Query   Query // in normal form, as in [Answer]
	Reached *Reached
	// UnknownTypes are the records in force of types that a later vocabulary
	// added: what they say was not followed.
	UnknownTypes []uint64

	vias genealogy.ViaSet
}

// BriefOf answers a query by the search alone.
func BriefOf(g *genealogy.Graph, asOf AsOf, q Query) (*Brief, error) {
	a, err := begin(g, asOf, q)
	if err != nil {
		return nil, err
	}
	b := &Brief{AsOf: asOf, Query: a.Query, Reached: a.reach(), vias: a.vias}
	for _, e := range g.UnknownTypes() {
		if !e.Struck() {
			b.UnknownTypes = append(b.UnknownTypes, e.Seq)
		}
	}
	return b, nil
}

// leftOut are the members of the whole answer that a brief one has not.
func leftOut() []string {
	return []string{"balance", "cleared", "corrected", "counts", "counts_by_grade", "deviations", "missing"}
}

// WriteJSON writes what was reached as one line of RFC 8785 JSON, its things
// streamed. The object says of itself that it is brief, and what it leaves out.
func (b *Brief) WriteJSON(w io.Writer) error {
	j := &jsonWriter{w: w}
	b.write(j)
	return j.end()
}

// AppendJSON appends what WriteJSON writes, without the line's end.
func (b *Brief) AppendJSON(dst []byte) []byte { return appended(dst, b.write) }

func (b *Brief) write(j *jsonWriter) {
	j.raw(`{"as_of":`)
	j.asOf(b.AsOf)
	j.raw(`,"brief":true,"left_out":`)
	list(j, leftOut(), func(j *jsonWriter, s *string) { j.str(*s) })
	j.raw(`,"query":`)
	j.query(&b.Query, false)
	j.raw(`,"things":[`)
	n := 0
	for ref, t := range b.Reached.Sorted() {
		j.comma(n)
		n++
		j.reached(b.Query.Backward, ref, &t)
	}
	j.raw(`],"unknown_types":`)
	j.seqs(b.UnknownTypes)
	j.raw(`}`)
}

// reached writes one thing that was reached; a source was reached by nothing.
func (j *jsonWriter) reached(backward bool, ref event.Ref, t *ReachedThing) {
	source := t.Via == genealogy.ViaNone
	j.raw(`{"by":`)
	if source {
		j.raw(`null`)
	} else {
		j.ref(t.Parent())
	}
	j.raw(`,"grade":`)
	j.str(t.Grade.String())
	j.raw(`,"ref":`)
	j.ref(ref)
	if backward {
		j.raw(`,"until":`)
	} else {
		j.raw(`,"since":`)
	}
	j.time(t.Since)
	j.raw(`,"via":`)
	if source {
		j.raw(`null`)
	} else {
		j.str(t.Via.String())
	}
	j.raw(`}`)
}
