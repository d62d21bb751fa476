package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"suyuan/internal/ledger/ledgertest/strace"
)

// An operation is one row of the table: a command line, what stands there before, and what may stand there afterwards.
type operation struct {
	name    string
	args    []string // $DIR is the folder
	ledgers []string // files that have to verify, where they are there
	prepare func(*testing.T, *faultRig)
	effect  func(*testing.T, *faultRig) int // how much of what the command makes is there
	// steps are what effect may say: first of nothing, last of all of it; what lies between may be there after a kill or
	// exit code 7, and at no other time.
	steps []int
	again exit // how the same command line ends once all of it is there
}

func (o *operation) line(r *faultRig) []string {
	args := slices.Clone(o.args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "$DIR", r.dir)
	}
	return args
}

// operations is the table. A command that writes is one row.
func operations() []operation {
	return []operation{
		{
			name: "init", args: []string{"init", "--origin", "fault.example"}, ledgers: []string{"a.db"},
			prepare: func(*testing.T, *faultRig) {},
			effect:  beyond(0), steps: []int{0, 1}, again: exitFailed,
		},
		{
			name: "record", args: []string{"record", "receipt", "--time", "2025-03-01T08:00:00Z", "--site", "F", "--lot", "L-1", "--product", "albumin"},
			ledgers: []string{"a.db"},
			prepare: prepareInit,
			effect:  beyond(1), steps: []int{0, 1},
		},
		{
			name: "import", args: []string{"import", "$DIR/events.jsonl"}, ledgers: []string{"a.db"},
			prepare: prepareImport,
			effect:  beyond(1), steps: []int{0, 25, 30},
		},
		{
			name: "case hold", args: []string{"--json", "case", "hold", "C-1", "--grade", "probable", "--time", "2025-03-06T08:00:00Z"}, ledgers: []string{"a.db"},
			prepare: prepareHold, effect: beyond(heldFrom), steps: []int{0, heldParts},
		},
		{
			name: "checkpoint", args: []string{"checkpoint"}, ledgers: []string{"a.db"},
			prepare: prepareRecord,
			effect:  func(t *testing.T, r *faultRig) int { t.Helper(); return r.signed(t, 2) }, steps: []int{0, 1, 2},
		},
		{
			name: "backup", args: []string{"backup", "$DIR/copy.db"}, ledgers: []string{"a.db", "copy.db"},
			prepare: prepareRecord, effect: standing("copy.db"), steps: []int{0, 1}, again: exitFailed,
		},
		{
			name: "restore", args: []string{"restore", "$DIR/copy.db"}, ledgers: []string{"a.db", "copy.db"},
			prepare: prepareRestore,
			effect:  standing("a.db"), steps: []int{0, 1}, again: exitFailed,
		},
		{
			name: "restore from an export", args: []string{"restore", "--from", "$DIR/a.jsonl"}, ledgers: []string{"a.db"},
			prepare: prepareRestoreFrom,
			effect:  standing("a.db"), steps: []int{0, 1}, again: exitFailed,
		},
	}
}

// largeEvent is an event of 42,000 bytes: 25 of them are what one commit of an import takes.
func largeEvent(n int) string {
	parts := make([]string, 21)
	for i := range parts {
		parts[i] = fmt.Sprintf(`"x:p%02d":"%s"`, i, strings.Repeat(string(rune('a'+i)), 1983))
	}
	return fmt.Sprintf(`{"type":"receipt","time":"2025-03-01T08:00:00Z","site":"F","lot":"L-%d","product":"medium","ext":{%s}}`, n, strings.Join(parts, ","))
}

// The case has so many units that one hold does not take them all.
const (
	heldFrom  = 9
	heldParts = 2
)

func prepareInit(t *testing.T, r *faultRig) {
	t.Helper()
	r.must(t, "init", "--origin", "fault.example")
}

func prepareImport(t *testing.T, r *faultRig) {
	t.Helper()
	prepareInit(t, r)
	var file strings.Builder
	for n := range 30 {
		file.WriteString(largeEvent(n) + "\n")
	}
	r.write(t, "events.jsonl", file.String())
}

func prepareRestore(t *testing.T, r *faultRig) {
	t.Helper()
	prepareRecord(t, r)
	r.must(t, "backup", r.path("copy.db"))
	r.remove(t, "a.db", "a.db.ids")
}

func prepareRestoreFrom(t *testing.T, r *faultRig) {
	t.Helper()
	prepareRecord(t, r)
	r.write(t, "a.jsonl", r.must(t, "export", "--format", "jsonl"))
	r.remove(t, "a.db", "a.db.ids")
}

func prepareRecord(t *testing.T, r *faultRig) {
	t.Helper()
	prepareInit(t, r)
	r.must(t, "record", "receipt", "--time", "2025-03-01T08:00:00Z", "--site", "F", "--lot", "L-1", "--product", "albumin")
}

func prepareHold(t *testing.T, r *faultRig) {
	t.Helper()
	var file strings.Builder
	file.WriteString(`{"type":"receipt","time":"2025-03-01T08:00:00Z","site":"F","lot":"ALB-1","product":"albumin"}` + "\n")
	for batch := range 5 {
		var units []string
		for n := range 200 {
			units = append(units, fmt.Sprintf(`{"unit":"DOSE-OF-BATCH-%03d-WITH-A-LONG-NUMBER-%03d"}`, batch, n))
		}
		fmt.Fprintf(&file, `{"type":"manufacture","time":"2025-03-02T08:00:00Z","site":"F","step":"fill","batch":"B-%d","materials":[{"lot":"ALB-1"}],"outputs":[%s]}`+"\n", batch, strings.Join(units, ","))
	}
	r.write(t, "events.jsonl", file.String())
	r.must(t, "init", "--origin", "fault.example")
	r.must(t, "import", r.path("events.jsonl"))
	r.must(t, "case", "open", "C-1", "--source", "lot:ALB-1", "--time", "2025-03-03T08:00:00Z")
	r.must(t, "case", "scope", "C-1", "--time", "2025-03-04T08:00:00Z")
}

// beyond counts the records after the first ones.
func beyond(first int) func(*testing.T, *faultRig) int {
	return func(t *testing.T, r *faultRig) int {
		t.Helper()
		return r.records(t) - first
	}
}

// TestFaultsAtEveryCallLoseNothingAcknowledged makes each call of each operation fail, with EIO and with ENOSPC, once and from
// then on, and kills the program there: the ledger verifies, the exit code says what is in it, and the same command goes on.
// SUYUAN_FAULTS=all tries all of them, otherwise some.
func TestFaultsAtEveryCallLoseNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred runs of the real program take a minute")
	}
	if err := strace.Usable(t.Context()); err != nil {
		t.Skip(err)
	}
	program := filepath.Join(t.TempDir(), "suyuan")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is shipped: a loader of libraries would take faults for itself
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var mu sync.Mutex
	total := tally{exits: make(map[string]int)}
	t.Run("each", func(t *testing.T) {
		for _, o := range operations() {
			t.Run(o.name, func(t *testing.T) {
				t.Parallel()
				got := o.endure(t, newFaultRig(t, program, &o))
				t.Logf("%s: %v", o.name, got)
				mu.Lock()
				defer mu.Unlock()
				total.join(got)
			})
		}
	})
	t.Logf("%d operations: %v", len(operations()), total)
}

// A tally counts what was tried.
type tally struct {
	calls   int
	planned int // faults, each at a call
	fired   int // those that fell on a call of the kind
	hit     int // those that fell on that call
	runs    int
	wrong   int
	exits   map[string]int
}

func (a *tally) add(got ran) {
	a.runs++
	if got.killed {
		a.exits["killed"]++
	} else {
		a.exits[got.exit.code()]++
	}
}

func (a *tally) join(b tally) {
	a.calls, a.planned, a.fired, a.hit, a.runs = a.calls+b.calls, a.planned+b.planned, a.fired+b.fired, a.hit+b.hit, a.runs+b.runs
	for name, n := range b.exits {
		a.exits[name] += n
	}
}

func (a tally) String() string {
	var ends []string
	for _, name := range slices.Sorted(maps.Keys(a.exits)) {
		ends = append(ends, fmt.Sprintf("%s %d", name, a.exits[name]))
	}
	return fmt.Sprintf("%d calls, %d faults planned, %d fell, %d of them on the very call that was meant, in %d runs, which ended: %s",
		a.calls, a.planned, a.fired, a.hit, a.runs, strings.Join(ends, ", "))
}

// most is how many faults of one row a usual run tries.
const most = 40

// A shot is a fault and the call at which it is aimed.
type shot struct {
	call  locatedCall
	fault fault
}

// shots returns what is tried: every fault at every call where SUYUAN_FAULTS=all; otherwise at the calls that change something,
// and of the others at one in fifteen, evenly thinned out.
func shots(calls []locatedCall) []shot {
	all := os.Getenv("SUYUAN_FAULTS") == "all"
	var list []shot
	for i, c := range calls {
		for j, f := range faults() {
			if all || c.changes || (i+j)%15 == 0 {
				list = append(list, shot{c, f})
			}
		}
	}
	if all || len(list) <= most {
		return list
	}
	few := make([]shot, most)
	for i := range few {
		few[i] = list[i*len(list)/most]
	}
	return few
}

// tries is how often a fault is aimed at a call: it misses where the program's threads were other ones than in the first run.
const tries = 4

// endure tries the faults of one row.
func (o *operation) endure(t *testing.T, r *faultRig) tally {
	t.Helper()
	calls := r.locate(o.undisturbed(t, r))
	count := tally{calls: len(calls), exits: make(map[string]int)}
	for _, s := range shots(calls) {
		o.aim(t, r, &s.call, s.fault, &count)
		if count.wrong > enough {
			t.Fatal("and maybe more")
		}
	}
	if count.fired*10 < count.planned*9 {
		t.Errorf("%d of %d faults fell", count.fired, count.planned)
	}
	return count
}

// enough is after how many bad runs a row is given up.
const enough = 20

// undisturbed is the run that says which calls there are. strace counts the calls of each thread by themselves, and Go moves its
// work between threads as it likes: of several runs the one with the fewest threads is what most others are like.
func (o *operation) undisturbed(t *testing.T, r *faultRig) []strace.Call {
	t.Helper()
	var best ran
	fewest := 0
	for range 12 {
		got := r.run(t, strace.Options{}, o.line(r)...)
		if wrong := o.judge(t, r, got); len(wrong) > 0 || got.exit != exitDone {
			t.Fatalf("without a fault: exit %d, %q: %s", got.exit, wrong, got.talk)
		}
		threads := make(map[int]bool)
		for _, c := range r.locate(got.calls) {
			threads[c.Thread] = true
		}
		if fewest == 0 || len(threads) < fewest {
			best, fewest = got, len(threads)
		}
		if fewest == 1 {
			break
		}
	}
	return best.calls
}

// aim runs the command with a fault until it falls on the call that was meant, and judges every run.
func (o *operation) aim(t *testing.T, r *faultRig, c *locatedCall, f fault, count *tally) {
	t.Helper()
	count.planned++
	fired := false
	for try := range tries {
		at := *c
		if try > tries/2 { // the calls of the thread are spread over several
			at.when = 1 + r.rng.IntN(c.when)
		}
		got := r.run(t, at.options(f), o.line(r)...)
		fell, ok := r.struck(f, c.name, got.calls)
		if strings.Contains(got.talk, "cannot open standard fds") {
			continue // the fault fell on Go's own start, before the program's
		}
		fired = fired || ok
		count.add(got)
		if wrong := o.judge(t, r, got); len(wrong) > 0 {
			count.wrong++
			t.Errorf("%s at %v (meant %v): %s\nexit %d: %s", f.name, fell, c.target, strings.Join(wrong, "\n"), got.exit, got.talk)
		}
		if fell == c.target {
			count.hit++
			break
		}
	}
	if fired {
		count.fired++
	}
}

// judge returns what does not hold after a run.
func (o *operation) judge(t *testing.T, r *faultRig, got ran) (wrong []string) {
	t.Helper()
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, word := range []string{"panic:", "goroutine ", "fatal error"} {
		if strings.Contains(got.talk, word) {
			complain("the program fell over")
		}
	}
	if !got.killed && !slices.Contains(o.exits(t), got.exit) {
		complain("exit %d is not one that the command is documented to end with", got.exit)
	}
	o.verify(t, r, complain)
	there := o.effect(t, r)
	if !o.allows(got, there) {
		complain("exit %d, killed %v, and there is %d of %v", got.exit, got.killed, there, o.steps)
	}
	if !got.killed && got.exit == exitDone && !strings.Contains(got.talk, "no checkpoint") {
		for _, page := range r.unsynced(got.calls) {
			complain("acknowledged, and %s may not be on the disk", page)
		}
	}
	o.goOn(t, r, there, complain)
	return wrong
}

// exits are those that the command tree gives for the command line.
func (o *operation) exits(t *testing.T) []exit {
	t.Helper()
	tree := commands()
	var found *command
	for _, word := range o.args {
		if strings.HasPrefix(word, "--") && found == nil {
			continue
		}
		i := slices.IndexFunc(tree, func(c *command) bool { return c.name == word })
		if i < 0 {
			break
		}
		found, tree = tree[i], tree[i].subs
	}
	if found == nil {
		t.Fatalf("no command %q", o.args)
	}
	return found.exits.list
}

func (o *operation) verify(t *testing.T, r *faultRig, complain func(string, ...any)) {
	t.Helper()
	for _, name := range o.ledgers {
		if !r.exists(name) {
			continue
		}
		if code, out, talk := r.same(t.Context(), "verify", "--ledger", r.path(name)); code != exitDone {
			complain("verify of %s: exit %d\n%s%s", name, code, out, talk)
		}
	}
}

// allows says whether the way in which a run ended goes with what is there.
func (o *operation) allows(got ran, there int) bool {
	whole := o.steps[len(o.steps)-1]
	switch {
	case got.killed, got.exit == exitCutShort:
		return slices.Contains(o.steps, there)
	case got.exit == exitDone, got.exit == exitBadNews:
		return there == whole
	default:
		return there == o.steps[0]
	}
}

// goOn runs the same command line again, undisturbed: what is missing is then there, once.
func (o *operation) goOn(t *testing.T, r *faultRig, there int, complain func(string, ...any)) {
	t.Helper()
	want, whole := exitDone, o.steps[len(o.steps)-1]
	if there == whole {
		want = o.again
	}
	code, out, talk := r.same(t.Context(), o.line(r)...)
	if code != want {
		complain("again: exit %d, want %d\n%s%s", code, want, out, talk)
	}
	o.verify(t, r, complain)
	if now := o.effect(t, r); now != whole {
		complain("again: there is %d, want %d", now, whole)
	}
}
