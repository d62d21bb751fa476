package logbook

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"suyuan/internal/event"
)

// end compares what the book that was open all the time says, and a new one, and
// one on a new index, with what the records say when they are read from nothing.
func (s *soak) end(ctx context.Context, r *resident) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	if err := sane(ctx, s.ledger(), s.checked, VerifyOptions{Trust: soakTrust(s.dir), Signatures: true}); err != nil {
		return fmt.Errorf("verify, with signatures: %w", err)
	}
	q := soakQuestions{Seed: s.random.Uint64(), Many: 200, Counts: s.counts, Size: s.checked}
	if q.Size > soakInMemory {
		q.Size, q.Counts = soakInMemory, s.early
	}
	want, err := s.answers(ctx, &q, true)
	if err != nil {
		return fmt.Errorf("from nothing: %w", err)
	}
	resident, err := r.answers(&q)
	if err != nil {
		return err
	}
	if err := sameAnswers("the book that was open all the time", resident, want); err != nil {
		return err
	}
	found, err := s.answers(ctx, &q, false)
	if err = errors.Join(err, sameAnswers("a new book", found, want)); err != nil {
		return err
	}
	return s.rebuilt(ctx, &q, want)
}

// rebuilt compares the answers of a book whose index was just made of all records;
// those about all that is recorded with those of the book that was there before.
func (s *soak) rebuilt(ctx context.Context, q *soakQuestions, want []string) error {
	all := soakQuestions{Seed: q.Seed + 1, Many: q.Many, Counts: s.counts, Size: s.checked}
	before, err := s.answers(ctx, &all, false)
	if err != nil {
		return err
	}
	b, err := Open(ctx, s.ledger(), s.part("").options())
	if err == nil {
		err = b.RebuildIndexes(ctx)
	}
	if err != nil {
		return err
	}
	after, err := s.answers(ctx, &all, false)
	if err = errors.Join(err, sameAnswers("a new index", after, before)); err != nil {
		return err
	}
	found, err := s.answers(ctx, q, false)
	return errors.Join(err, sameAnswers("a new index", found, want))
}

func (s *soak) answers(ctx context.Context, q *soakQuestions, fromNothing bool) ([]string, error) {
	o := s.part("").options()
	o.NoIndex = fromNothing
	b, err := Open(ctx, s.ledger(), o)
	if err != nil {
		return nil, err
	}
	return q.digests(ctx, b)
}

func sameAnswers(who string, got, want []string) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d answers, want %d", who, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			return fmt.Errorf("%s: answer %d differs", who, i)
		}
	}
	return nil
}

// A resident is the process that is never killed.
type resident struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said bytes.Buffer
	end  func() error // waits for it
}

func (s *soak) startResident(ctx context.Context) (*resident, error) {
	r := &resident{cmd: s.command(ctx, soakOrder{Role: "reside", Writer: soakResident, Seed: s.random.Uint64()})}
	r.cmd.Stderr = &r.said
	in, err := r.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.in, r.out = in, bufio.NewReader(out)
	r.end = sync.OnceValue(r.cmd.Wait)
	return r, r.cmd.Start()
}

func (r *resident) ask(q *soakQuestions, reply any) error {
	err := json.NewEncoder(r.in).Encode(q)
	if err == nil {
		err = json.NewDecoder(r.out).Decode(reply)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the resident: %w", err), r.stop())
	}
	return nil
}

func (r *resident) round() (s soakSample, err error) {
	err = r.ask(&soakQuestions{}, &s)
	return s, err
}

func (r *resident) answers(q *soakQuestions) (list []string, err error) {
	err = r.ask(q, &list)
	return list, err
}

// stop lets it end by itself.
func (r *resident) stop() error {
	_ = r.in.Close() // it may have ended before
	err := r.end()
	if err = errors.Join(err, complaint(&r.said)); err != nil {
		return fmt.Errorf("the resident: %w", err)
	}
	return nil
}

// complaint is what a process said that had nothing to say.
func complaint(said *bytes.Buffer) error {
	if said.Len() == 0 {
		return nil
	}
	return fmt.Errorf("it said: %s", said.Bytes())
}

func TestTheSoakNoticesWhatIsLostDoubledOrDamaged(t *testing.T) {
	t.Parallel()
	const sent = 200
	for name, c := range map[string]struct {
		do   func(ctx context.Context, s *soak, b *Book) error
		want bool
	}{
		"nothing":     {func(context.Context, *soak, *Book) error { return nil }, true},
		"one is lost": {func(_ context.Context, s *soak, _ *Book) error { return acknowledge(s.dir, 1, sent+1) }, false},
		"one is not next": {func(ctx context.Context, _ *soak, b *Book) error {
			e, err := soakEvent(1, sent+1)
			return errors.Join(err, recordOnly(ctx, b, e))
		}, false},
		"the next is": {func(ctx context.Context, _ *soak, b *Book) error {
			e, err := soakEvent(1, sent)
			return errors.Join(err, recordOnly(ctx, b, e))
		}, true},
		"a file is left": {func(_ context.Context, s *soak, _ *Book) error {
			return os.WriteFile(s.dir+"/left", nil, 0o600)
		}, false},
		"a leaving of a kill is": {func(_ context.Context, s *soak, _ *Book) error {
			return os.WriteFile(s.dir+"/.suyuan.db.1.new", nil, 0o600)
		}, true},
		"a backup is none": {func(_ context.Context, s *soak, _ *Book) error {
			return os.WriteFile(s.part("").backups()+"/1.db", []byte("none"), 0o600)
		}, false},
		"a byte is another": {func(_ context.Context, s *soak, _ *Book) error {
			content, err := os.ReadFile(s.ledger())
			if at := bytes.Index(content, []byte(strconv.Quote("F/A1-0-3"))); at >= 0 {
				content[at+3] ^= 1
			}
			return errors.Join(err, os.WriteFile(s.ledger(), content, 0o600))
		}, false},
	} {
		s := newSoak(t)
		p := s.part("write")
		b, err := p.open(t.Context())
		if err == nil {
			err = p.importing(t.Context(), b, 0, sent)
		}
		err = errors.Join(err, acknowledge(s.dir, 1, sent), c.do(t.Context(), s, b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.check(t.Context()); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func recordOnly(ctx context.Context, b *Book, e event.Event) error {
	_, err := b.Record(ctx, e, nil)
	return err
}
