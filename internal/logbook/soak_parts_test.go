package logbook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger/boltstore"
)

// soakEnv holds the order of a process of the soak, as JSON.
const soakEnv = "SUYUAN_LOGBOOK_SOAK"

// The writers are numbered from 1. The last is the process that is never killed.
const (
	soakWriters  = 3
	soakResident = soakWriters
)

// A soakOrder says what one process of the soak is to do.
type soakOrder struct {
	Dir    string
	Role   string
	Writer int
	Seed   uint64
	Long   bool // the thresholds and sizes are those of a run of an hour
}

// A soakPart is one process of the soak.
type soakPart struct {
	soakOrder
	random *rand.Rand
}

func soakRoles() map[string]func(*soakPart, context.Context) error {
	return map[string]func(*soakPart, context.Context) error{
		"write": (*soakPart).write, "read": (*soakPart).read, "verify": (*soakPart).verify, "backup": (*soakPart).backup,
		"index": (*soakPart).index, "doubt": (*soakPart).doubt, "reside": (*soakPart).reside,
	}
}

// soakChild is the main function of a process of the soak.
func soakChild(order string) int {
	var p soakPart
	if err := json.Unmarshal([]byte(order), &p.soakOrder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	p.random = rand.New(rand.NewPCG(p.Seed, 1))
	p.thresholds()
	if err := soakRoles()[p.Role](&p, context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "%s %d: %v\n", p.Role, p.Writer, err)
		return 1
	}
	return 0
}

// thresholds has indexes written often, and by every process at other sizes. The
// resident's heap must not grow with the ledger by design: it writes an index
// whenever so many have joined, whatever that costs.
func (p *soakPart) thresholds() {
	at, spill := []int{50, 500, 2000}, []int{200, 5000}
	if p.Long {
		at, spill = []int{2000, indexAt, indexAt}, []int{indexAt, spillAt}
	}
	indexAt, spillAt = at[p.random.IntN(len(at))], spill[p.random.IntN(len(spill))]
	indexPart = []int{2, 4, 16}[p.random.IntN(3)]
	if !p.Long {
		tailAt, tailStep = []uint64{10, 100}[p.random.IntN(2)], []uint64{3, 50}[p.random.IntN(2)]
	}
	if p.random.IntN(2) == 0 {
		checkWhole = 0
	}
	if p.Role == "reside" {
		indexAt, indexPart = at[2], 1<<40
	}
}

func (p *soakPart) ledger() string { return filepath.Join(p.Dir, "suyuan.db") }

func (p *soakPart) options() Options {
	o := Options{Now: time.Now, By: fmt.Sprintf("F/OP-%d", p.Writer), Wait: time.Hour}
	o.Trust = soakTrust(p.Dir)
	return o
}

func soakTrust(dir string) *Trust {
	home := filepath.Join(dir, "home")
	return &Trust{Keys: keyring.LedgersIn(home), Anchor: anchor.Own(filepath.Join(home, "anchor"))}
}

func (p *soakPart) open(ctx context.Context) (*Book, error) {
	return Open(ctx, p.ledger(), p.options())
}

// acksOf is where a writer says which events it knows to be recorded: the file's
// last whole line is how many of its events.
func acksOf(dir string, writer int) string { return filepath.Join(dir, fmt.Sprintf("acks-%d", writer)) }

func acknowledge(dir string, writer, n int) error {
	f, err := os.OpenFile(acksOf(dir, writer), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, n)
	return errors.Join(err, f.Close())
}

func acknowledged(dir string, writer int) (int, error) {
	f, err := os.Open(acksOf(dir, writer))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	end := make([]byte, min(info.Size(), 64))
	if _, err := f.ReadAt(end, info.Size()-int64(len(end))); err != nil {
		return 0, err
	}
	lines := strings.Split(string(end), "\n")
	if len(lines) < 2 {
		return 0, nil
	}
	return strconv.Atoi(lines[len(lines)-2])
}

// write records events, some one by one and most in imports, and now and then
// what must be known or refused.
func (p *soakPart) write(ctx context.Context) error {
	n, err := acknowledged(p.Dir, p.Writer)
	if err != nil {
		return err
	}
	b, err := p.open(ctx)
	for batch := 0; err == nil && batch < 12; batch++ {
		switch p.random.IntN(8) {
		case 0:
			b, err = p.open(ctx)
		case 1:
			err = p.again(ctx, b, n)
		case 2:
			err = p.conflict(ctx, b, n)
		}
		if err == nil {
			n, err = p.send(ctx, b, n)
		}
	}
	return err
}

// send records the next events and acknowledges them.
func (p *soakPart) send(ctx context.Context, b *Book, n int) (int, error) {
	mean := 60.0
	if p.Long {
		mean = 1500
	}
	size := 1 + int(p.random.ExpFloat64()*mean)
	if size < 20 {
		size = 1 + size/5
		for i := range size {
			e, err := soakEvent(p.Writer, n+i)
			if err != nil {
				return n, err
			}
			err = withIDs(func() (err error) {
				_, err = b.Record(ctx, e, nil)
				return err
			})
			if err != nil {
				return n, fmt.Errorf("event %d: %w", n+i, err)
			}
		}
		return n + size, acknowledge(p.Dir, p.Writer, n+size)
	}
	if err := withIDs(func() error { return p.importing(ctx, b, n, size) }); err != nil {
		return n, fmt.Errorf("import of events %d to %d: %w", n, n+size-1, err)
	}
	return n + size, acknowledge(p.Dir, p.Writer, n+size)
}

// importing imports events from a file or from something that cannot be read twice.
func (p *soakPart) importing(ctx context.Context, b *Book, n, size int) error {
	lines, err := soakLines(p.Writer, n, size)
	if err != nil {
		return err
	}
	f := File{Name: "events.jsonl", Stream: bytes.NewReader(lines)}
	if p.random.IntN(2) == 0 {
		f = File{Path: filepath.Join(p.Dir, fmt.Sprintf("batch-%d.jsonl", p.Writer))}
		if err := os.WriteFile(f.Path, lines, 0o600); err != nil {
			return err
		}
	}
	r, err := b.Import(ctx, []File{f}, ImportOptions{})
	if err == nil && r.Recorded+r.Known != size {
		err = fmt.Errorf("%+v", r)
	}
	return err
}

// withIDs does what writes once more where the index of ids was spoilt: that is an
// error by design (docs/decisions/0110), after which the index is made again.
func withIDs(f func() error) error {
	err := f()
	if err != nil && strings.Contains(err.Error(), "the index of ids is wrong") {
		err = f()
	}
	return err
}

// again records an event that was acknowledged: it must be known.
func (p *soakPart) again(ctx context.Context, b *Book, n int) error {
	if n == 0 {
		return nil
	}
	i := p.random.IntN(n)
	e, err := soakEvent(p.Writer, i)
	if err != nil {
		return err
	}
	err = withIDs(func() error {
		r, err := b.Record(ctx, e, nil)
		if err == nil && !r.Known {
			err = fmt.Errorf("it was acknowledged, and is recorded again as %d", r.Seq)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("event %d again: %w", i, err)
	}
	return nil
}

// conflict records something else by the id of an event that was acknowledged.
func (p *soakPart) conflict(ctx context.Context, b *Book, n int) error {
	if n == 0 {
		return nil
	}
	i := p.random.IntN(n)
	e, err := soakEvent(p.Writer, i)
	if err != nil {
		return err
	}
	e.Note = "something else"
	var refused *Refusal
	err = withIDs(func() error {
		_, err := b.Record(ctx, e, nil)
		return err
	})
	if !errors.As(err, &refused) {
		return fmt.Errorf("event %d with other content: want a refusal, got %w", i, err)
	}
	return nil
}

// any draws a writer of whom something is recorded, and says how much.
func (p *soakPart) any() (writer, n int, err error) {
	writer = 1 + p.random.IntN(soakWriters)
	n, err = acknowledged(p.Dir, writer)
	return writer, n, err
}

// read asks new books a few questions each.
func (p *soakPart) read(ctx context.Context) error {
	for range 8 {
		b, err := p.open(ctx)
		for range 1 + p.random.IntN(6) {
			if err == nil {
				err = p.ask(ctx, b)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *soakPart) ask(ctx context.Context, b *Book) error {
	writer, n, err := p.any()
	if err != nil || n == 0 {
		return err
	}
	switch p.random.IntN(4) {
	case 0:
		return p.look(ctx, b, writer, n)
	default:
		_, err := soakAsk(ctx, b, p.random, writer, n, 0)
		return err
	}
}

// look shows a thing, its records and the newest ones.
func (p *soakPart) look(ctx context.Context, b *Book, writer, n int) error {
	r, _, err := soakThing(p.random, writer, n)
	if err != nil {
		return err
	}
	thing, err := b.Show(ctx, r, event.Time{})
	if err != nil {
		return fmt.Errorf("show %s: %w", r, err)
	}
	if len(thing.History) == 0 {
		return fmt.Errorf("show %s: it has no history", r)
	}
	for _, f := range []Filter{{Limit: 20}, {Ref: r}} {
		rows := 0
		for _, err := range b.Log(ctx, f) {
			if err != nil {
				return fmt.Errorf("log %+v: %w", f, err)
			}
			rows++
		}
		if rows == 0 {
			return fmt.Errorf("log %+v: nothing", f)
		}
	}
	row, err := b.ShowSeq(ctx, thing.History[0].Record.Seq)
	if err == nil && row.Event.ID != thing.History[0].Event.ID {
		err = fmt.Errorf("record %d is %s and %s", row.Record.Seq, row.Event.ID, thing.History[0].Event.ID)
	}
	return err
}

// least is how many records there are at least.
func (p *soakPart) least() (uint64, error) {
	all := 1
	for writer := 1; writer <= soakWriters; writer++ {
		n, err := acknowledged(p.Dir, writer)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return uint64(all), nil
}

// verify verifies everything, or what came since a checkpoint.
func (p *soakPart) verify(ctx context.Context) error {
	least, err := p.least()
	if err != nil {
		return err
	}
	o := VerifyOptions{Wait: time.Hour, Trust: soakTrust(p.Dir), Signatures: p.random.IntN(4) == 0}
	if p.random.IntN(2) == 0 {
		o.Since = 1 + p.random.Uint64N(least)
	}
	return sane(ctx, p.ledger(), least, o)
}

// sane verifies a ledger that must have so many records.
func sane(ctx context.Context, path string, least uint64, o VerifyOptions) error {
	v, err := Verify(ctx, path, o)
	if err != nil {
		return err
	}
	if !v.OK || v.Size < least {
		return fmt.Errorf("%d records, want %d at least, since %d: %+v", v.Size, least, v.Since, v.Findings)
	}
	return nil
}

func (p *soakPart) backups() string { return filepath.Join(p.Dir, "backups") }

// backup makes a copy and verifies it. A copy of a process that was killed stays
// for the shepherd.
func (p *soakPart) backup(ctx context.Context) error {
	least, err := p.least()
	if err != nil {
		return err
	}
	to := filepath.Join(p.backups(), fmt.Sprintf("%016x.db", p.Seed))
	if _, err := Copy(ctx, p.ledger(), to, MakeOptions{Wait: time.Hour}); err != nil {
		return err
	}
	if err := sane(ctx, to, least, VerifyOptions{}); err != nil {
		return err
	}
	return os.Remove(to)
}

// index makes the indexes anew and looks at them.
func (p *soakPart) index(ctx context.Context) error {
	b, err := p.open(ctx)
	if err != nil {
		return err
	}
	if err := b.RebuildIndexes(ctx); err != nil {
		return err
	}
	list, _, err := b.IndexStatus(ctx)
	for _, x := range list {
		// Whoever still stood on a spoilt one may have thrown the new one away.
		if !x.Sound && x.State != boltstore.IndexAbsent && x.Name != IndexEvents { // who packs may have been killed
			err = errors.Join(err, fmt.Errorf("after a rebuild: %+v", x))
		}
	}
	return err
}

// doubt asks the same of a book with an index and of one that reads the records.
func (p *soakPart) doubt(ctx context.Context) error {
	const most = 100_000
	writer, n, err := p.any()
	if err != nil || n == 0 {
		return err
	}
	with, err := p.open(ctx)
	if err != nil {
		return err
	}
	o := p.options()
	o.NoIndex = true
	without, err := Open(ctx, p.ledger(), o)
	if err != nil {
		return err
	}
	head, err := without.Head(ctx)
	if err != nil {
		return err
	}
	size := head.Size
	if size > most { // what the writer has made is not in it, and both must say so
		size = 1 + p.random.Uint64N(most)
	}
	seed := p.random.Uint64()
	ask := func(b *Book) string {
		answer, err := soakAsk(ctx, b, rand.New(rand.NewPCG(seed, 2)), writer, n, size)
		return fmt.Sprint(answer, err)
	}
	for ; seed%4 != 0; seed++ {
		if a, b := ask(with), ask(without); a != b {
			return fmt.Errorf("as of %d, writer %d, %d events: with the index\n%s\nwithout\n%s", size, writer, n, a, b)
		}
	}
	return nil
}

// reside keeps one book for the whole time. Each line of its input is a round of
// imports and questions, which ends with a sample; or names a seed, for answers.
func (p *soakPart) reside(ctx context.Context) error {
	b, err := p.open(ctx)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	for round := 0; lines.Scan(); round++ {
		var q soakQuestions
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return err
		}
		var reply any
		if q.Many > 0 {
			reply, err = q.digests(ctx, b)
		} else {
			reply, err = p.round(ctx, b, round%4 == 3)
		}
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(reply)
		}
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	return lines.Err()
}

// round is a little of everything on a book that was open before.
func (p *soakPart) round(ctx context.Context, b *Book, rest bool) (soakSample, error) {
	n, err := acknowledged(p.Dir, p.Writer)
	if err == nil {
		_, err = p.send(ctx, b, n)
	}
	for range 5 {
		if err == nil {
			err = p.ask(ctx, b)
		}
	}
	if err == nil && rest {
		err = b.Close()
	}
	if err != nil {
		return soakSample{}, err
	}
	s := takeSample()
	s.Rest = rest
	return s, nil
}

// soakQuestions are questions that several books are asked.
type soakQuestions struct {
	Seed   uint64
	Many   int
	Counts [soakWriters + 1]int // events of each writer
	Size   uint64
}

// answers asks them.
func (q *soakQuestions) answers(ctx context.Context, b *Book) (list []string, err error) {
	random := rand.New(rand.NewPCG(q.Seed, 3))
	for range q.Many {
		writer := 1 + random.IntN(soakWriters)
		if q.Counts[writer] == 0 {
			continue
		}
		answer, err := soakAsk(ctx, b, random, writer, q.Counts[writer], q.Size)
		if err != nil {
			return nil, err
		}
		list = append(list, answer)
	}
	return list, nil
}

func (q *soakQuestions) digests(ctx context.Context, b *Book) ([]string, error) {
	list, err := q.answers(ctx, b)
	for i := range list {
		list[i] = digestOf(list[i])
	}
	return list, err
}

func digestOf(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
