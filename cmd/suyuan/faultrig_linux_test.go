package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest/strace"
	"suyuan/internal/notary"
)

// faultCalls are the calls that reach files and can fail.
func faultCalls() []string {
	return append([]string{
		"openat", "read", "pread64", "close", "flock", "fcntl", "fstat", "newfstatat", "statfs", "getdents64",
	}, changing()...)
}

// changing are those of them that leave something on the disk or make it durable.
func changing() []string {
	return []string{
		"write", "pwrite64", "fdatasync", "fsync", "ftruncate", "fallocate", "copy_file_range", "sendfile",
		"renameat", "renameat2", "linkat", "unlinkat", "mkdirat", "fchmodat", "fchmod",
	}
}

// A fault is one way in which a call does not do what it was called for.
type fault struct {
	name   string
	inject string // for strace, with the number of the call to come
	kills  bool
}

func faults() []fault {
	return []fault{
		{name: "EIO", inject: "error=EIO:when=%d"},
		{name: "EIO from then on", inject: "error=EIO:when=%d+"},
		{name: "ENOSPC", inject: "error=ENOSPC:when=%d"},
		{name: "ENOSPC from then on", inject: "error=ENOSPC:when=%d+"},
		{name: "SIGKILL", inject: "signal=SIGKILL:when=%d", kills: true},
	}
}

// A faultRig runs the real program on one row of the table, each time in the same folder, made anew from the same state.
type faultRig struct {
	program string
	before  string // the state to begin with
	dir     string // where the program works
	log     string // of strace
	rng     *rand.Rand
}

// newFaultRig makes the state to begin with.
func newFaultRig(t *testing.T, program string, o *operation) *faultRig {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &faultRig{
		program: program, before: filepath.Join(top, "before"), dir: filepath.Join(top, "work"), log: filepath.Join(top, "strace"),
		rng: rand.New(rand.NewPCG(4, 85)),
	}
	for _, dir := range []string{r.before, r.dir} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o.prepare(t, r)
	if err := os.Remove(r.before); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(r.dir, r.before); err != nil {
		t.Fatal(err)
	}
	return r
}

// path is a file of the folder. Names are given in full, so that strace sees one spelling of each.
func (r *faultRig) path(name string) string { return filepath.Join(r.dir, name) }

// env is all that the program knows of the world. GOMAXPROCS and GOGC keep its goroutines on few threads: strace counts the
// calls of each thread by themselves.
func (r *faultRig) env() []string {
	return []string{
		"SUYUAN_LEDGER=" + r.path("a.db"), "SUYUAN_AS=F/QP-1", "HOME=" + r.dir, "SUYUAN_HOME=" + r.path("home"), "LC_ALL=C", "TZ=UTC", "PATH=",
		"GOMAXPROCS=2", "GOGC=off", "GODEBUG=asyncpreemptoff=1",
	}
}

// same runs a command line in this process: it is the same program without its main.
func (r *faultRig) same(ctx context.Context, args ...string) (code exit, out, talk string) {
	env := Env{
		Getenv: func(name string) string {
			for _, s := range r.env() {
				if value, ok := strings.CutPrefix(s, name+"="); ok {
					return value
				}
			}
			return ""
		},
		Now:        time.Now,
		IsTerminal: func(any) bool { return false },
		Width:      func(any) int { return 0 },
	}
	var stdout, stderr strings.Builder
	code = exit(run(ctx, env, args, strings.NewReader(""), &stdout, &stderr))
	return code, stdout.String(), stderr.String()
}

// must runs a command line that has to end with 0, and returns its stdout.
func (r *faultRig) must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, talk := r.same(t.Context(), args...)
	if code != exitDone {
		t.Fatalf("suyuan %s: exit %d\n%s%s", strings.Join(args, " "), code, out, talk)
	}
	return out
}

// write makes a file of the folder.
func (r *faultRig) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(r.path(name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// remove takes files out of the folder.
func (r *faultRig) remove(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Remove(r.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func (r *faultRig) exists(name string) bool {
	_, err := os.Lstat(r.path(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// records counts the records of the ledger, 0 where there is none; none is there twice.
func (r *faultRig) records(t *testing.T) int {
	t.Helper()
	if !r.exists("a.db") {
		return 0
	}
	n := 0
	seen := make(map[string]bool)
	lines := bufio.NewScanner(strings.NewReader(r.must(t, "export", "--format", "jsonl")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		n++
		if id := eventID.FindString(lines.Text()); id != "" && seen[id] {
			t.Errorf("%s is recorded twice", id)
		} else {
			seen[id] = true
		}
	}
	return n
}

// signed says how far a checkpoint of a size has come: 1 where the anchor knows it, 2 where the ledger keeps it too.
func (r *faultRig) signed(t *testing.T, size uint64) int {
	t.Helper()
	n := 0
	anchors, err := filepath.Glob(r.path("home/anchor/*.checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range anchors {
		text, err := os.ReadFile(name)
		if c, readErr := notary.ReadCheckpoint(text); err == nil && readErr == nil && c.Size == size {
			n++
		}
	}
	s, err := boltstore.Open(t.Context(), r.path("a.db"), boltstore.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	note, ok, err := s.NewestNote(t.Context(), ledger.NoteCheckpoint)
	if ok && note.Size == size {
		n++
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}

// standing counts the files of these names.
func standing(names ...string) func(*testing.T, *faultRig) int {
	return func(_ *testing.T, r *faultRig) int {
		n := 0
		for _, name := range names {
			if r.exists(name) {
				n++
			}
		}
		return n
	}
}

var eventID = regexp.MustCompile(`"id":"[0-9a-f-]{36}"`)

// fresh puts the folder back into the state to begin with.
func (r *faultRig) fresh(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(r.dir); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", r.before, r.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// A ran is how a run under strace ended and what it called.
type ran struct {
	killed bool
	exit   exit
	talk   string
	calls  []strace.Call
}

// run runs the real program under strace in a fresh folder. Its streams are files of the folder.
func (r *faultRig) run(t *testing.T, o strace.Options, args ...string) ran {
	t.Helper()
	r.fresh(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	o.Calls = faultCalls()
	cmd := strace.Command(ctx, r.log, o, r.program, args...)
	cmd.Dir, cmd.Env = r.dir, r.env()
	out, err := os.Create(r.path("stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close() //nolint:errcheck // the program has written it
	talk, err := os.Create(r.path("stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close() //nolint:errcheck // the program has written it
	cmd.Stdout, cmd.Stderr = out, talk
	err = cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) || ctx.Err() != nil {
		t.Fatalf("suyuan %s: %v", strings.Join(args, " "), errors.Join(err, ctx.Err()))
	}
	said, err := os.ReadFile(r.path("stderr"))
	if err != nil {
		t.Fatal(err)
	}
	calls, err := strace.Read(r.log)
	if err != nil {
		t.Fatal(err)
	}
	code := cmd.ProcessState.ExitCode()
	return ran{killed: code < 0, exit: exit(code), talk: string(said), calls: calls}
}

// A target is a call of the undisturbed run, named by what is the same in every run.
type target struct {
	name string
	path string // of the first file that it is about, random parts taken out
	nth  int    // among the calls of that name and path
}

func (c target) String() string {
	return fmt.Sprintf("%s %s #%d", c.name, filepath.Base(c.path), c.nth)
}

// A locatedCall is a call, how the table names it, and how strace counts it.
type locatedCall struct {
	strace.Call
	target
	when    int  // among the calls of its thread and name, of its path where that is steady
	steady  bool // its path is the same in every run
	changes bool
}

var randomPart = regexp.MustCompile(`\.\d{4,}\.`)

// locate finds the calls that are about files of the folder.
func (r *faultRig) locate(calls []strace.Call) []locatedCall {
	var list []locatedCall
	nth := make(map[target]int)
	type counter struct {
		thread     int
		name, path string
	}
	when := make(map[counter]int)
	for _, c := range calls {
		all := counter{c.Thread, c.Name, ""}
		when[all]++
		paths := c.Paths()
		for _, p := range slices.Compact(slices.Sorted(slices.Values(paths))) {
			when[counter{c.Thread, c.Name, p}]++
		}
		if len(paths) == 0 || !strings.HasPrefix(paths[0]+"/", r.dir+"/") || c.Name == "fcntl" && strings.HasPrefix(filepath.Base(paths[0]), "std") {
			continue // not of the folder, or Go's runtime looking at the streams before the program begins
		}
		l := locatedCall{Call: c, target: target{name: c.Name, path: randomPart.ReplaceAllString(paths[0], ".*.")}, when: when[all]}
		if l.steady = l.path == paths[0]; l.steady {
			l.when = when[counter{c.Thread, c.Name, paths[0]}]
		}
		nth[l.target]++
		l.nth = nth[l.target]
		l.changes = slices.Contains(changing(), c.Name)
		list = append(list, l)
	}
	return list
}

// options say to strace where to strike.
func (c *locatedCall) options(f fault) strace.Options {
	o := strace.Options{Inject: c.name + ":" + fmt.Sprintf(f.inject, c.when)}
	if c.steady {
		o.Paths = []string{c.path}
	}
	return o
}

// struck returns the first call that the fault fell on, and whether there is one.
func (r *faultRig) struck(f fault, name string, calls []strace.Call) (target, bool) {
	for _, c := range r.locate(calls) {
		if c.name == name && (c.Injected || f.kills && !c.CameBack()) {
			return c.target, true
		}
	}
	return target{}, false
}

// unsynced returns the pages of the ledger's head that may be lost with the power although they can be read: those that no
// successful sync followed, and those whose sync failed and that were not written again. After a failed sync the system takes
// a page for clean that never reached the disk, so a second sync alone says nothing.
func (r *faultRig) unsynced(calls []strace.Call) []string {
	const heads = 2 * 4096
	written, lost := make(map[string]bool), make(map[string]bool)
	for _, c := range r.locate(calls) {
		switch c.name {
		case "pwrite64":
			numbers := c.Numbers()
			if at := numbers[len(numbers)-1]; at < heads && !c.Failed() {
				page := fmt.Sprintf("%s at %d", filepath.Base(c.path), at)
				written[page] = true
				delete(lost, page)
			}
		case "fdatasync", "fsync":
			for page := range written {
				if !strings.HasPrefix(page, filepath.Base(c.path)+" at ") {
					continue
				}
				delete(written, page)
				lost[page] = c.Failed()
			}
		}
	}
	maps.DeleteFunc(lost, func(_ string, l bool) bool { return !l })
	return append(slices.Sorted(maps.Keys(written)), slices.Sorted(maps.Keys(lost))...)
}

// TestAHeadWhoseSyncFailedIsNotTakenForKept is the twin of what the faults ask: the same writes, with and without what mends them.
func TestAHeadWhoseSyncFailedIsNotTakenForKept(t *testing.T) {
	t.Parallel()
	const (
		head   = "7 pwrite64(5</w/a.db>, \"\"..., 4096, 4096) = 4096\n"
		page   = "7 pwrite64(5</w/a.db>, \"\"..., 4096, 8192) = 4096\n"
		synced = "7 fdatasync(5</w/a.db>) = 0\n"
		failed = "7 fdatasync(5</w/a.db>) = -1 EIO (Input/output error) (INJECTED)\n"
	)
	for trace, want := range map[string]int{
		page + synced + head + synced:                             0,
		page + synced + head:                                      1,
		page + synced + head + failed:                             1,
		page + synced + head + failed + synced:                    1,
		page + synced + head + failed + head:                      1,
		page + synced + head + failed + head + synced:             0,
		page + failed:                                             0,
		page + synced + head + failed + page + synced + synced:    1,
		strings.ReplaceAll(page+synced+head+failed, "/w/", "/v/"): 0,
	} {
		calls, err := strace.Parse(trace)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&faultRig{dir: "/w"}).unsynced(calls); len(got) != want {
			t.Errorf("%v, want %d after\n%s", got, want, trace)
		}
	}
}
