package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/memstore"
	"suyuan/internal/recall"
)

// A Drill is how a rehearsal went.
type Drill struct {
	Timeline recall.Timeline
	Answer   *recall.Answer // of the newest trace; nil where the script traces nothing
	AsOf     recall.AsOf    // the copy at the end
	Result   recall.DrillResult
}

// A DrillError says which action of a script could not be carried out.
type DrillError struct {
	Action int // from 0
	Do     recall.Do
	Err    error
}

// Error names the action.
func (e *DrillError) Error() string {
	return fmt.Sprintf("actions[%d] (%s): %v", e.Action, e.Do, e.Err)
}

// Unwrap returns why.
func (e *DrillError) Unwrap() error { return e.Err }

// DrillRun rehearses a script on a copy of the ledger, under the script's own
// clock, and returns the time line. The copy has an origin of its own and lives
// in memory: a rehearsal leaves nothing behind and changes nothing. profile is
// nil for the one that the script names, if that is built in.
func (b *Book) DrillRun(ctx context.Context, script []byte, profile *recall.Profile) (*Drill, error) {
	s, err := recall.ParseScript(script)
	if err != nil {
		return nil, err
	}
	if profile == nil {
		builtIn, ok := recall.BuiltIn(s.Profile)
		if !ok {
			return nil, &UnknownProfileError{s.Profile}
		}
		profile = &builtIn
	}
	r := rehearsal{script: s}
	var asked *recall.Answer
	var copied recall.AsOf
	err = b.reading(ctx, func(source *ledger.Ledger) (err error) {
		if asked, err = b.asked(ctx, source, s); err != nil {
			return err
		}
		if err = b.catchUp(ctx, source); err != nil {
			return err
		}
		copied = b.state.name()
		r.ledger, err = copyOf(ctx, source, s.Case, ownRecords(b.state.graph, s.Case))
		return err
	})
	if err != nil {
		return nil, err
	}
	r.book = &Book{genesis: r.ledger.Genesis(), o: Options{By: s.By.ID(), Now: func() time.Time { return r.now }, ClockOK: true}}
	if err := errors.Join(r.run(ctx, *profile), r.ledger.Close()); err != nil {
		return nil, err
	}
	r.drill.Result = recall.RunResult(s, &r.drill.Timeline, r.drill.Answer)
	r.drill.Result.Copied, r.drill.Result.Scope = copied, asked
	return &r.drill, nil
}

// copyOf copies the records of a ledger, with their times, into a new one in
// memory. The origin depends on what is copied and for which case alone, so
// that the same drill gives the same bytes. The records without are left out.
func copyOf(ctx context.Context, source *ledger.Ledger, of event.Ref, without map[uint64]bool) (*ledger.Ledger, error) {
	head := source.Head()
	first, err := source.Record(ctx, 0)
	if err != nil {
		return nil, err
	}
	name := sha256.Sum256([]byte(head.Origin + "\n" + hex.EncodeToString(head.Root[:]) + "\n" + of.ID()))
	g := ledger.Genesis{
		Origin: "drill/" + hex.EncodeToString(name[:16]), Created: first.Genesis.Created, Strict: first.Genesis.Strict,
		CopyOf:   &ledger.CopyOf{Origin: head.Origin, Root: head.Root, Size: head.Size},
		Succeeds: first.Genesis.Succeeds, // what is lost is lost to the rehearsal too
	}
	store := memstore.New()
	if err := ledger.Create(ctx, store, g, first.By, first.Recorded); err != nil {
		return nil, err
	}
	l, err := ledger.Open(ctx, store)
	if err != nil {
		return nil, err
	}
	c := chain{next: 1, last: first.Leaf()}
	if err := copyRecords(ctx, l, source, &c, head, without); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// copyRecords appends the events of the records behind c up to the head; those
// recorded at one time go together. A record that was altered is copied by
// nobody.
func copyRecords(ctx context.Context, l, source *ledger.Ledger, c *chain, head ledger.Head, without map[uint64]bool) error {
	var entries []ledger.Entry
	var recorded time.Time
	flush := func() error {
		if len(entries) == 0 {
			return nil
		}
		_, err := l.Append(ctx, recorded, ledger.AppendOptions{ClockOK: true}, entries)
		entries = entries[:0]
		return err
	}
	// Signatures stay behind: they were made for the ledger, and its origin is in what was signed.
	for rec, err := range source.Records(ctx, c.next, head.Size) {
		if err == nil {
			err = c.follow(&rec)
		}
		if err != nil {
			return err
		}
		if without[rec.Seq] {
			continue
		}
		if len(entries) == stepEvents || !rec.Recorded.Equal(recorded) {
			if err := flush(); err != nil {
				return err
			}
		}
		recorded = rec.Recorded
		entries = append(entries, ledger.Entry{Event: rec.Event, By: rec.By, Source: rec.Source})
	}
	return errors.Join(flush(), c.end(head))
}

// A rehearsal is one run of a script.
type rehearsal struct {
	script *recall.Script
	ledger *ledger.Ledger
	book   *Book // on the copy
	now    time.Time
	drill  Drill
}

func (r *rehearsal) run(ctx context.Context, profile recall.Profile) error {
	if err := r.book.catchUp(ctx, r.ledger); err != nil {
		return err
	}
	r.drill.Timeline.Start = r.script.Start
	for i := range r.script.Actions {
		if err := r.act(ctx, i); err != nil {
			return &DrillError{i, r.script.Actions[i].Do, err}
		}
	}
	end := r.script.Clock(len(r.script.Actions) - 1)
	status, err := recall.CaseStatus(r.book.state.graph, r.script.Case, profile, r.drill.Answer, end)
	r.drill.Timeline.Case, r.drill.AsOf = status, r.book.state.name()
	return err
}

// act carries out one action.
func (r *rehearsal) act(ctx context.Context, i int) error {
	r.now = r.script.Clock(i).Std()
	before, state := r.drill.Answer, r.book.state
	if r.script.Actions[i].Do == recall.DoTrace {
		answer, err := recall.Trace(state.graph, state.name(), r.script.Query(i))
		if err != nil {
			return withNear(state.graph, err)
		}
		r.drill.Answer = answer
	}
	events, err := r.script.Step(i, state.graph, r.drill.Answer, before)
	if err != nil {
		return err
	}
	var seqs []uint64
	for _, e := range events {
		receipt, err := r.book.record(ctx, r.ledger, e, nil)
		if err != nil {
			return err
		}
		seqs = append(seqs, receipt.Seq)
	}
	r.drill.Timeline.Rows = append(r.drill.Timeline.Rows, r.script.Row(i, events, seqs, r.drill.Answer))
	return nil
}
