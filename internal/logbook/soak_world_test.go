package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// What the writers of the soak record: event n of writer w is a function of w and
// n and of nothing else, so that whoever starts after a kill goes on where the
// one before stopped, and what the ledger holds can be told from what was sent.
//
// A block is eight patients from their cells to their follow-ups, step by step.
// Machines and tanks are those of all writers, and are cleaned when a block begins:
// traces cross from writer to writer and stay small in a ledger of any size.
const (
	soakPatients = 8
	soakSteps    = 11
	soakBlock    = soakPatients * soakSteps
	soakMachines = 64
	soakTanks    = 16
)

// A soakPlace is where an event of a writer stands.
type soakPlace struct {
	writer, block, step, patient int
}

func soakPlaceOf(writer, n int) soakPlace {
	rest := n % soakBlock
	return soakPlace{writer, n / soakBlock, rest / soakPatients, rest % soakPatients}
}

// at is a quarter of an hour a block, a minute a step.
func (p soakPlace) at() string {
	second := p.block*900 + p.step*60 + p.patient
	return time.Date(2000, 1, 1, 0, 0, second, 0, time.UTC).Format(time.RFC3339)
}

func (p soakPlace) of(letter string) string {
	return fmt.Sprintf("F/%s%d-%d-%d", letter, p.writer, p.block, p.patient)
}

// lot is the block's.
func (p soakPlace) lot() string     { return fmt.Sprintf("L%d-%d", p.writer, p.block) }
func (p soakPlace) machine() string { return fmt.Sprintf("F/M-%d", p.block%soakMachines) }
func (p soakPlace) tank() string    { return fmt.Sprintf("F/T-%d", p.block%soakTanks) }
func (p soakPlace) room() string    { return fmt.Sprintf("F/R-%d", p.block%soakMachines) }

// failed is one batch in 37 that is not sterile.
func (p soakPlace) failed() bool { return (p.block*soakPatients+p.patient)%37 == 5 }

// soakEvent returns event n of a writer, with its id.
func soakEvent(writer, n int) (event.Event, error) {
	p := soakPlaceOf(writer, n)
	var body string
	switch {
	case p.step == 0:
		body = p.beginning()
	case p.failed() && p.step >= 4:
		body = p.failing()
	case p.step == soakSteps-1:
		return p.correcting(n)
	default:
		body = p.treating()
	}
	return p.event(body)
}

func (p soakPlace) event(body string) (event.Event, error) {
	e, err := event.Parse(fmt.Appendf(nil, `{"time":%q,"site":"F","operators":["F/OP-%d"],%s}`, p.at(), p.writer, body))
	if err != nil {
		return e, fmt.Errorf("%+v: %w", p, err)
	}
	e.Identify()
	return e, nil
}

// beginning is the eight events with which a block begins.
func (p soakPlace) beginning() string {
	switch p.patient {
	case 0:
		return fmt.Sprintf(`"type":"receipt","lot":%q,"product":"MEDIUM","quantity":"500","uom":"mL"`, p.lot())
	case 1:
		return fmt.Sprintf(`"type":"register","subject":"equipment:%s","class":"bioreactor","at":"F"`, p.machine())
	case 2:
		return fmt.Sprintf(`"type":"register","subject":"equipment:%s","class":"tank","at":"F"`, p.tank())
	case 3:
		return fmt.Sprintf(`"type":"register","subject":"room:%s","at":"F"`, p.room())
	case 4:
		return fmt.Sprintf(`"type":"register","subject":"operator:F/OP-%d"`, p.writer)
	case 5:
		return fmt.Sprintf(`"type":"cleaning","equipment":%q,"verified":true`, p.machine())
	case 6:
		return fmt.Sprintf(`"type":"cleaning","equipment":%q,"verified":true`, p.tank())
	default:
		return fmt.Sprintf(`"type":"environment","room":%q,"class":"microbial","result":"in_limit"`, p.room())
	}
}

// treating is what happens to a patient's cells when nothing goes wrong, and until
// it does.
func (p soakPlace) treating() string {
	x, y := p.of("X"), p.of("Y")
	switch p.step {
	case 1:
		return fmt.Sprintf(`"type":"collection","donor":%q,"outputs":[{"unit":%q,"quantity":"80.5","uom":"mL"}],"room":%q`, p.of("D"), p.of("A"), p.room())
	case 2:
		return fmt.Sprintf(`"type":"manufacture","step":"expand","inputs":[%q],"batch":%q,"materials":[{"lot":%q}],"equipment":[{"equipment":%q}],"outputs":[{"unit":%q,"role":"dose"},{"unit":%q,"role":"dose"}]`,
			p.of("A"), p.of("B"), p.lot(), p.machine(), x, y)
	case 3:
		result := "negative"
		if p.failed() {
			result = "positive"
		}
		return fmt.Sprintf(`"type":"test","subject":"batch:%s","assay":"sterility","sampled":%q,"result":%q`, p.of("B"), p.at(), result)
	case 4:
		return fmt.Sprintf(`"type":"release","batch":%q,"decision":"released","signed_by":["F/OP-%d"]`, p.of("B"), p.writer)
	case 5, 6:
		return fmt.Sprintf(`"type":%q,"units":[%q,%q],"equipment":%q`, map[int]string{5: "store", 6: "retrieve"}[p.step], x, y, p.tank())
	case 7:
		return fmt.Sprintf(`"type":"infusion","unit":%q,"patient":%q,"checks":["name","number"]`, x, p.of("P"))
	case 8:
		return fmt.Sprintf(`"type":"disposal","units":[%q],"method":"expired"`, y)
	default:
		return fmt.Sprintf(`"type":"followup","patient":%q,"unit":%q,"outcome":"no reaction"`, p.of("P"), x)
	}
}

// failing is what happens after a positive test.
func (p soakPlace) failing() string {
	switch p.step {
	case 4:
		return fmt.Sprintf(`"type":"release","batch":%q,"decision":"rejected","signed_by":["F/OP-%d"]`, p.of("B"), p.writer)
	case 5:
		return fmt.Sprintf(`"type":"disposal","units":[%q,%q],"method":"destroyed"`, p.of("X"), p.of("Y"))
	default:
		return fmt.Sprintf(`"type":"eligibility","donor":%q,"result":"not_eligible","basis":"look %d"`, p.of("D"), p.step)
	}
}

// correcting strikes the follow-up of every other patient, and speaks of the donor
// of the rest.
func (p soakPlace) correcting(n int) (event.Event, error) {
	if p.patient%2 == 1 {
		return p.event(fmt.Sprintf(`"type":"eligibility","donor":%q,"result":"eligible"`, p.of("D")))
	}
	e, err := soakEvent(p.writer, n-soakPatients)
	if err != nil {
		return e, err
	}
	return p.event(fmt.Sprintf(`"type":"correction","corrects":%q,"reason":"incorrect_data"`, e.ID))
}

// soakThing draws a thing that the first n events of a writer are about, n > 0.
func soakThing(random *rand.Rand, writer, n int) (event.Ref, soakPlace, error) {
	p := soakPlaceOf(writer, random.IntN(n))
	kind, id := event.KindLot, p.lot() // the first that a block names
	made := map[string]int{"D": 1, "A": 1, "B": 2, "X": 2, "Y": 2}
	kinds := map[string]event.Kind{"D": event.KindDonor, "A": event.KindUnit, "B": event.KindBatch, "X": event.KindUnit, "Y": event.KindUnit}
	letter := []string{"D", "A", "B", "X", "Y", "lot"}[random.IntN(6)]
	if step, ok := made[letter]; ok && p.step >= step {
		kind, id = kinds[letter], p.of(letter)
	}
	r, err := event.NewRef(kind, id)
	return r, p, err
}

// soakAsk asks a book one of the questions, about something that the first n
// events of a writer have made, as of the first size records, and returns the
// answer's bytes. An answer that does not know the thing is an error.
func soakAsk(ctx context.Context, b *Book, random *rand.Rand, writer, n int, size uint64) (string, error) {
	r, p, err := soakThing(random, writer, n)
	if err != nil {
		return "", err
	}
	at, err := event.ParseTime(p.at())
	if err != nil {
		return "", err
	}
	what := random.IntN(6)
	if what == 5 {
		if p.step <= 7 || p.failed() {
			what = 4 // nobody was given anything that can have made him ill
		} else if r, err = event.NewRef(event.KindPatient, p.of("P")); err != nil {
			return "", err
		}
	}
	answer, err := soakAnswer(ctx, b, what, r, at, size)
	if err != nil {
		return "", fmt.Errorf("question %d about %s: %w", what, r, err)
	}
	return fmt.Sprintf("question %d about %s: %s", what, r, answer), nil
}

func soakAnswer(ctx context.Context, b *Book, what int, r event.Ref, at event.Time, size uint64) (string, error) {
	switch what {
	case 0, 1, 2:
		q := recall.NewQuery(r)
		q.At = at
		if q.Backward = what == 1; what == 2 {
			q.From, q.To = at, at.Add(time.Hour)
		}
		a, err := b.Trace(ctx, q, size)
		if err != nil {
			return "", err
		}
		return jsonOf(func(w io.Writer) error { return a.WriteJSON(w, false) })
	case 3:
		a, err := b.Balance(ctx, r, at, size)
		if err != nil {
			var kind *recall.BalanceKindError
			if errors.As(err, &kind) {
				return err.Error(), nil
			}
			return "", err
		}
		return string(a.AppendJSON(nil)), nil
	case 4:
		s, err := soakStatus(ctx, b, r, at, size)
		if b.Distrust(err) {
			s, err = soakStatus(ctx, b, r, at, size)
		}
		return s, err
	default:
		a, err := b.Sources(ctx, recall.SourceQuery{Positives: []event.Ref{r}}, size)
		if err != nil {
			return "", err
		}
		return string(a.AppendJSON(nil)), nil
	}
}

// soakStatus says what holds of a thing.
func soakStatus(ctx context.Context, b *Book, r event.Ref, at event.Time, size uint64) (s string, err error) {
	g, of, err := b.AsOf(ctx, size)
	if err != nil {
		return "", err
	}
	err = Sound(func() error {
		if !g.Known(r) {
			return fmt.Errorf("%s is not known", r)
		}
		status := g.Status(r, at)
		if status.Entry != nil {
			s = fmt.Sprint(status.Entry.Seq, " ")
		}
		status.Entry = nil
		s += fmt.Sprint(of.Size, of.Root, status, g.SameAs(r))
		for _, h := range g.HoldsOn(r, at) {
			s += fmt.Sprint(" held by ", h.Entry.Seq, h.On)
		}
		return nil
	})
	return s, err
}

// soakLines returns events of a writer as an import takes them.
func soakLines(writer, from, n int) ([]byte, error) {
	var b bytes.Buffer
	for i := from; i < from+n; i++ {
		e, err := soakEvent(writer, i)
		if err != nil {
			return nil, err
		}
		b.Write(e.Bytes())
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}
