package recall

import (
	"io"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// WriteJSON writes the answer as contract section 5 says: one line of RFC 8785
// JSON, its things streamed. A summary is everything but things and cleared.
func (a *Answer) WriteJSON(w io.Writer, summary bool) error {
	j := &jsonWriter{w: w}
	a.write(j, summary)
	return j.end()
}

// AppendJSON appends what WriteJSON writes, without the line's end.
func (a *Answer) AppendJSON(dst []byte, summary bool) []byte {
	return appended(dst, func(j *jsonWriter) { a.write(j, summary) })
}

func appended(dst []byte, write func(*jsonWriter)) []byte {
	j := &jsonWriter{buf: dst}
	write(j)
	return j.buf
}

func (a *Answer) write(j *jsonWriter, summary bool) {
	j.raw(`{"as_of":`)
	j.asOf(a.AsOf)
	j.raw(`,"balance":`)
	j.balance(&a.Balance)
	if !summary {
		j.raw(`,"cleared":`)
		list(j, a.Cleared, (*jsonWriter).cleared)
		if a.ClearedMore > 0 {
			j.raw(`,"cleared_more":`)
			j.num(uint64(a.ClearedMore))
		}
	}
	j.raw(`,"corrected":`)
	list(j, a.Corrected, (*jsonWriter).corrected)
	j.raw(`,"counts":`)
	j.counts(&a.Counts)
	j.raw(`,"counts_by_grade":{"confirmed":`)
	j.counts(&a.ByGrade[genealogy.Confirmed])
	j.raw(`,"possible":`)
	j.counts(&a.ByGrade[genealogy.Possible])
	j.raw(`,"probable":`)
	j.counts(&a.ByGrade[genealogy.Probable])
	j.raw(`},"deviations":`)
	list(j, a.Deviations, (*jsonWriter).deviation)
	j.raw(`,"missing":`)
	list(j, a.Missing, (*jsonWriter).missing)
	j.raw(`,"query":`)
	j.query(&a.Query, false)
	if !summary {
		j.raw(`,"things":[`)
		for i := range a.Things {
			j.comma(i)
			j.thing(a, &a.Things[i])
		}
		j.raw(`]`)
	}
	j.raw(`}`)
}

// AppendJSON appends the balance as contract section 5 says.
func (b *BalanceAnswer) AppendJSON(dst []byte) []byte { return appended(dst, b.write) }

func (b *BalanceAnswer) write(j *jsonWriter) {
	j.raw(`{"as_of":`)
	j.asOf(b.AsOf)
	j.raw(`,"balance":`)
	j.balance(&b.Balance)
	j.raw(`,"ref":`)
	j.ref(b.Ref)
	j.raw(`,"unaccounted":`)
	list(j, b.Unaccounted, func(j *jsonWriter, r *event.Ref) { j.ref(*r) })
	j.raw(`}`)
}

// jsonWriter writes canonical JSON; members are written in the order of their
// names. It keeps the first error of w.
type jsonWriter struct {
	w    io.Writer // nil: all stays in the buffer
	buf  []byte
	err  error
	path []Step // memory for one
}

// jsonBuffer is how much is written at once.
const jsonBuffer = 64 << 10

func (j *jsonWriter) raw(s string) {
	j.buf = append(j.buf, s...)
	if len(j.buf) >= jsonBuffer && j.w != nil {
		j.flush()
	}
}

func (j *jsonWriter) flush() {
	if j.err == nil {
		_, j.err = j.w.Write(j.buf)
	}
	j.buf = j.buf[:0]
}

// end ends the line, and writes what is left.
func (j *jsonWriter) end() error {
	j.raw("\n")
	j.flush()
	return j.err
}

func (j *jsonWriter) comma(i int) {
	if i > 0 {
		j.raw(",")
	}
}

func (j *jsonWriter) num(n uint64) { j.buf = strconv.AppendUint(j.buf, n, 10) }

func (j *jsonWriter) str(s string) { j.buf = event.AppendString(j.buf, s) }

func (j *jsonWriter) ref(r event.Ref) {
	if r.IsZero() {
		j.str("")
		return
	}
	kind := r.Kind().String()
	j.buf = append(append(append(j.buf, '"'), kind...), ':')
	id := len(j.buf)
	j.buf = event.AppendString(j.buf, r.ID())
	// The quote before the id goes: a kind is spelled without anything to escape.
	j.buf = j.buf[:id+copy(j.buf[id:], j.buf[id+1:])]
}

func (j *jsonWriter) flag(b bool) { j.raw(strconv.FormatBool(b)) }

// id writes a bare id, or null.
func (j *jsonWriter) id(r event.Ref) {
	if r.IsZero() {
		j.raw("null")
		return
	}
	j.str(r.ID())
}

// time writes a time, or null.
func (j *jsonWriter) time(t event.Time) {
	if t.IsZero() {
		j.raw("null")
		return
	}
	j.str(t.String())
}

func list[T any](j *jsonWriter, items []T, write func(*jsonWriter, *T)) {
	j.raw("[")
	for i := range items {
		j.comma(i)
		write(j, &items[i])
	}
	j.raw("]")
}

func (j *jsonWriter) seqs(seqs []uint64) {
	list(j, seqs, func(j *jsonWriter, n *uint64) { j.num(*n) })
}

func (j *jsonWriter) asOf(a AsOf) {
	j.raw(`{`)
	if a.LacksRecords() {
		j.raw(`"lost":`)
		list(j, a.Lost, (*jsonWriter).lost)
		j.raw(`,`)
	}
	j.raw(`"origin":`)
	j.str(a.Origin)
	j.raw(`,"root":`)
	j.str(a.Root)
	j.raw(`,"size":`)
	j.num(a.Size)
	j.raw(`}`)
}

func (j *jsonWriter) lost(l *Lost) {
	j.raw(`{"from":`)
	j.num(l.From)
	j.raw(`,"origin":`)
	j.str(l.Origin)
	j.raw(`,"to":`)
	j.num(l.To)
	j.raw(`}`)
}

// A number is one member of an object of numbers.
type number struct {
	name string
	n    int
}

func (j *jsonWriter) numbers(list ...number) {
	for i, m := range list {
		if i == 0 {
			j.raw(`{"`)
		} else {
			j.raw(`,"`)
		}
		j.raw(m.name)
		j.raw(`":`)
		j.num(uint64(max(m.n, 0)))
	}
	j.raw(`}`)
}

func (j *jsonWriter) balance(b *Balance) {
	j.numbers(number{"destroyed", b.Destroyed}, number{"expired", b.Expired}, number{"in_stock", b.InStock},
		number{"in_transit", b.InTransit}, number{"infused", b.Infused}, number{"lost", b.Lost}, number{"made", b.Made},
		number{"returned", b.Returned}, number{"samples", b.Samples}, number{"tested", b.Tested}, number{"unaccounted", b.Unaccounted})
}

func (j *jsonWriter) counts(c *Counts) {
	j.numbers(number{"allocated", c.Allocated}, number{"in_stock", c.InStock}, number{"in_transit", c.InTransit},
		number{"infused", c.Infused}, number{"on_hold", c.OnHold}, number{"patients", c.Patients}, number{"regions", c.Regions},
		number{"regions_used", c.RegionsUsed}, number{"samples", c.Samples}, number{"sites", c.Sites},
		number{"unaccounted", c.Unaccounted}, number{"units", c.Units})
}

// AppendJSON appends the counts as an answer shows them.
func (c *Counts) AppendJSON(dst []byte) []byte {
	return appended(dst, func(j *jsonWriter) { j.counts(c) })
}

// AppendJSON appends the query as an answer shows it; lists as they are.
func (q *Query) AppendJSON(dst []byte) []byte {
	return appended(dst, func(j *jsonWriter) { j.query(q, false) })
}

// appendStored appends the query as an event can hold it: no null and no empty
// list, so that what was not asked is left out.
func (q *Query) appendStored(dst []byte) []byte {
	return appended(dst, func(j *jsonWriter) { j.query(q, true) })
}

func (j *jsonWriter) query(q *Query, stored bool) {
	direction := "forward"
	if q.Backward {
		direction = "backward"
	}
	members := []struct {
		name  string
		said  bool
		write func()
	}{
		{"at", !q.At.IsZero(), func() { j.time(q.At) }},
		{"direction", true, func() { j.str(direction) }},
		{"from", !q.From.IsZero(), func() { j.time(q.From) }},
		{"grade", true, func() { j.str(q.Grade.String()) }},
		{"sources", true, func() { list(j, q.Sources, func(j *jsonWriter, r *event.Ref) { j.ref(*r) }) }},
		{"to", !q.To.IsZero(), func() { j.time(q.To) }},
		{"with", len(q.With) > 0, func() { list(j, q.With, (*jsonWriter).via) }},
		{"without", len(q.Without) > 0, func() { list(j, q.Without, (*jsonWriter).via) }},
	}
	n := 0
	j.raw(`{`)
	for _, m := range members {
		if stored && !m.said {
			continue
		}
		j.comma(n)
		n++
		j.raw(`"` + m.name + `":`)
		m.write()
	}
	j.raw(`}`)
}

func (j *jsonWriter) via(v *genealogy.Via) { j.str(v.String()) }

func (j *jsonWriter) cleared(c *Cleared) {
	j.raw(`{"by":`)
	j.ref(c.By)
	j.raw(`,"code":"` + string(c.Code) + `","ref":`)
	j.ref(c.Ref)
	j.raw(`,"seq":`)
	j.seqs(c.Seq)
	j.raw(`}`)
}

func (j *jsonWriter) corrected(c *Corrected) {
	j.raw(`{"by":`)
	j.num(c.By)
	j.raw(`,"seq":`)
	j.num(c.Seq)
	j.raw(`}`)
}

func (j *jsonWriter) deviation(d *Deviation) {
	j.raw(`{"rules":`)
	list(j, d.Rules, func(j *jsonWriter, s *string) { j.str(*s) })
	j.raw(`,"seq":`)
	j.num(d.Seq)
	j.raw(`}`)
}

func (j *jsonWriter) missing(m *Missing) {
	j.raw(`{"code":"` + string(m.Code) + `","from":`)
	j.time(m.From)
	j.raw(`,"ref":`)
	j.ref(m.Ref)
	j.raw(`,"seq":`)
	j.seqs(m.Seq)
	j.raw(`,"to":`)
	j.time(m.To)
	j.raw(`}`)
}

// thing writes one thing; "until" stands in place of "since" backward, which
// sorts behind all but nothing.
func (j *jsonWriter) thing(a *Answer, t *Thing) {
	unit := t.Ref.Kind() == event.KindUnit
	j.raw(`{`)
	if unit {
		j.raw(`"allocated":`)
		j.id(t.Allocated)
		j.raw(`,`)
	}
	j.raw(`"grade":"` + t.Grade.String() + `"`)
	if unit {
		j.raw(`,"on_hold":`)
		j.flag(t.OnHold)
	}
	j.raw(`,"path":`)
	j.path = a.appendPath(j.path[:0], t)
	list(j, j.path, (*jsonWriter).step)
	j.raw(`,"ref":`)
	j.ref(t.Ref)
	if !a.Query.Backward {
		j.raw(`,"since":`)
		j.time(t.Since)
	}
	if unit {
		j.raw(`,"site":`)
		j.id(t.Site)
	}
	j.raw(`,"state":"` + t.State.String() + `"`)
	if unit {
		j.raw(`,"tests":`)
		j.seqs(t.Tests)
	}
	if a.Query.Backward {
		j.raw(`,"until":`)
		j.time(t.Since)
	}
	j.raw(`}`)
}

func (j *jsonWriter) step(s *Step) {
	if s.Via == genealogy.ViaNone {
		j.raw(`{"ref":`)
		j.ref(s.Ref)
		j.raw(`}`)
		return
	}
	j.raw(`{"grade":"` + s.Grade.String() + `","ref":`)
	j.ref(s.Ref)
	j.raw(`,"seq":`)
	j.num(s.Seq)
	j.raw(`,"via":"` + s.Via.String() + `"}`)
}
