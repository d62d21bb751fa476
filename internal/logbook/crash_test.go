package logbook

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
)

// The test binary run again with childEnv set is a process that works on a
// ledger until it is killed.
const (
	childEnv  = "SUYUAN_LOGBOOK_CHILD"
	ledgerEnv = "SUYUAN_LOGBOOK_LEDGER"
	inputEnv  = "SUYUAN_LOGBOOK_INPUT"
)

// childStep is how many events one commit of a child's import takes: few, so
// that kills fall between many commits.
const childStep = 40

func child(what string) int {
	run := map[string]func(context.Context, *Book) error{"import": childImport, "record": childRecord}[what]
	o := options()
	o.Wait = 10 * time.Second
	b, err := Open(context.Background(), os.Getenv(ledgerEnv), o)
	if err == nil {
		_, err = fmt.Println("ready")
	}
	if err == nil {
		err = run(context.Background(), b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("done")
	return 0
}

// childImport imports and acknowledges every commit: the clock is read once for
// the check, and then before each commit, when the ones before it have
// returned.
func childImport(ctx context.Context, b *Book) error {
	b.step = childStep
	calls := 0
	b.o.Now = func() time.Time {
		if calls++; calls > 2 {
			fmt.Println("ack", childStep)
		}
		return clock()
	}
	_, err := b.Import(ctx, file(os.Getenv(inputEnv)), ImportOptions{})
	return err
}

// childRecord records the lines of the input one by one.
func childRecord(ctx context.Context, b *Book) error {
	f, err := os.Open(os.Getenv(inputEnv))
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		e, err := event.Parse(lines.Bytes())
		if err != nil {
			return err
		}
		r, err := b.Record(ctx, e, nil)
		if err != nil {
			return err
		}
		if !r.Known {
			fmt.Println("ack", 1)
		}
	}
	return f.Close()
}

// A victim is one child: what it acknowledged, and whether it ended by itself.
type victim struct {
	acknowledged int
	done         bool
}

// kill runs a child and kills it after a delay from its acknowledgement of that
// number; number 0 is that it has opened the ledger.
func kill(t *testing.T, what, ledger, input string, number int, after time.Duration) victim {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), childEnv+"="+what, ledgerEnv+"="+ledger, inputEnv+"="+input)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	v := listen(out, number, func() *time.Timer {
		return time.AfterFunc(after, func() {
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		})
	})
	err = cmd.Wait()
	if complaint.Len() > 0 || err == nil && !v.done { // a kill may come between the last word and the end
		t.Fatalf("%s: %v, done is %v: %s", what, err, v.done, complaint.String())
	}
	return v
}

// listen reads what a child says until it falls silent.
func listen(out io.Reader, number int, start func() *time.Timer) victim {
	var v victim
	var timer *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		word, count, _ := strings.Cut(lines.Text(), " ")
		if word == "done" {
			v.done = true
			continue
		}
		if n, err := strconv.Atoi(count); err == nil {
			v.acknowledged += n
		}
		if number == 0 {
			timer = start()
		}
		number--
	}
	if timer != nil {
		timer.Stop()
	}
	return v
}

// kills is how many children a normal run kills.
func kills() int {
	if testing.Short() {
		return 20
	}
	return 120
}

func TestNoKillLosesOrDoublesAnything(t *testing.T) {
	t.Parallel()
	const seed = 20260601
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	killed, rounds, midway, indexes, tails := 0, 0, 0, 0, 0
	for round := 0; killed < kills(); round++ {
		what, n := "import", 1500
		if round%2 == 1 {
			what, n = "record", 60
		}
		run := crashRun{what: what, events: n, ledger: newLedger(t), random: random}
		run.input = filepath.Join(t.TempDir(), "events.jsonl")
		if err := os.WriteFile(run.input, []byte(collections(0, n)), 0o600); err != nil {
			t.Fatal(err)
		}
		killed += run.untilDone(t, kills()-killed)
		midway += run.midway
		indexes += run.indexes
		tails += run.tails
		rounds++
	}
	t.Logf("%d killed on %d ledgers, %d of them after a commit, %d beside an index, %d beside packed events", killed, rounds, midway, indexes, tails)
	if midway == 0 || tails == 0 {
		t.Error("no kill fell between two commits, or no packed event was read: nothing was tested")
	}
}

// A crashRun is one ledger on which children work until all is recorded.
type crashRun struct {
	what          string
	events        int
	ledger, input string
	random        *rand.Rand
	recorded      int
	midway        int // kills after at least one commit of the child
	indexes       int // that were there after one
	tails         int // files of packed events that were read
}

// untilDone kills children, most of them early, until one ends by itself or
// enough were killed, and returns how many. Then it finishes the work.
func (c *crashRun) untilDone(t *testing.T, enough int) (killed int) {
	t.Helper()
	for killed < enough {
		after := time.Duration(c.random.ExpFloat64() * float64(40*time.Millisecond))
		before := c.recorded
		v := kill(t, c.what, c.ledger, c.input, c.random.IntN(4), after)
		c.check(t, v)
		if v.done {
			break
		}
		killed++
		if c.recorded > before {
			c.midway++
		}
	}
	b := openBook(t, c.ledger)
	r := must(t, b, file(c.input), ImportOptions{})
	if r.Known != c.recorded || r.Recorded != c.events-c.recorded || r.Size != uint64(c.events)+1 {
		t.Fatalf("%s: after %d killed and %d recorded, the rest: %+v", c.what, killed, c.recorded, r)
	}
	c.compare(t, b)
	return killed
}

// check looks at the ledger that a child left.
func (c *crashRun) check(t *testing.T, v victim) {
	t.Helper()
	report, err := Verify(t.Context(), c.ledger, VerifyOptions{Wait: time.Second})
	if err != nil || !report.OK {
		t.Fatalf("%s: verify: %+v, %v", c.what, report, err)
	}
	recorded := int(report.Size) - 1
	if recorded < c.recorded+v.acknowledged || v.done && recorded != c.events {
		t.Fatalf("%s: %d records after %d, %d acknowledged, done is %v", c.what, recorded, c.recorded, v.acknowledged, v.done)
	}
	c.recorded = recorded
	c.compareTail(t)
	if err := checkIndex(c.ledger); err == nil {
		c.indexes++
	} else if !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s: a kill left a part of an index: %v", c.what, err)
	}
}

// compareTail holds what a book says that was opened beside packed events against
// the records alone.
func (c *crashRun) compareTail(t *testing.T) {
	t.Helper()
	said := func(noIndex bool) []string {
		o := options()
		o.NoIndex = noIndex
		b, err := Open(t.Context(), c.ledger, o)
		if err != nil {
			t.Fatal(err)
		}
		g, err := b.Graph(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b.tail.size > 0 {
			c.tails++
		}
		return told(g)
	}
	if !slices.Equal(said(false), said(true)) {
		t.Fatalf("%s: with %d records the packed events say something else", c.what, c.recorded)
	}
}

// compare checks that the ledger holds just the events of the input, in order.
func (c *crashRun) compare(t *testing.T, b *Book) {
	t.Helper()
	i := 0
	for row, err := range b.Log(t.Context(), Filter{Type: event.TypeCollection}) {
		if err != nil {
			t.Fatal(err)
		}
		if made := row.Event.Body.(*event.Collection).Outputs[0].Unit.ID(); made != fmt.Sprintf("U-%d", i) {
			t.Fatalf("event %d made %s", i, made)
		}
		i++
	}
	if i != c.events {
		t.Fatalf("%d events, want %d", i, c.events)
	}
}
