package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/rules"
)

// must imports and fails on an error.
func must(tb testing.TB, b *Book, files []File, o ImportOptions) ImportResult {
	tb.Helper()
	r, err := b.Import(tb.Context(), files, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func size(tb testing.TB, b *Book) uint64 {
	tb.Helper()
	h, err := b.Head(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return h.Size
}

func TestImportRecordsEveryLineWithItsSource(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.step = 7
	path := writeFile(t, "\n"+collections(0, 50))
	if r := must(t, b, file(path), ImportOptions{}); r.Recorded != 50 || r.Known != 0 || r.Size != 51 || r.Late != 50 || len(r.Unregistered) != 3 {
		t.Errorf("got %+v", r)
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(read(t, path))))
	n := 0
	for row, err := range b.Log(t.Context(), Filter{Type: "collection"}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		s := row.Record.Source
		if row.Record.Seq != uint64(n) || s == nil || s.Name != "events.jsonl" || s.Line != n+1 || s.SHA256 != digest {
			t.Errorf("record %d: source %+v", row.Record.Seq, s)
		}
	}
	if n != 50 {
		t.Errorf("%d records", n)
	}
	if report, err := Verify(t.Context(), b.path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	path := writeFile(t, collections(0, 20))
	must(t, b, file(path), ImportOptions{})
	before := read(t, b.path)
	if r := must(t, b, file(path), ImportOptions{}); r.Recorded != 0 || r.Known != 20 || r.Size != 21 || r.Unregistered != nil {
		t.Errorf("got %+v", r)
	}
	if read(t, b.path) != before {
		t.Error("the ledger was written to")
	}
}

func TestADryRunSaysWhatWouldBeAndWritesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	path := writeFile(t, collections(0, 20))
	if r := must(t, b, file(path), ImportOptions{DryRun: true}); r.Recorded != 20 || r.Size != 21 {
		t.Errorf("got %+v", r)
	}
	if n := size(t, b); n != 1 {
		t.Errorf("size %d", n)
	}
	if r := must(t, b, file(path), ImportOptions{}); r.Recorded != 20 {
		t.Errorf("after it: %+v", r)
	}
}

func TestImportTakesFilesAsTheyComeFromEverySystem(t *testing.T) {
	t.Parallel()
	text := collections(0, 3)
	for name, content := range map[string]string{
		"carriage returns":  strings.ReplaceAll(text, "\n", "\r\n"),
		"byte order mark":   "\ufeff" + text,
		"both":              "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"blank lines":       "\n\r\n" + strings.ReplaceAll(text, "\n", "\n \t\n"),
		"no end":            strings.TrimSuffix(text, "\n"),
		"twice in the file": text + text,
	} {
		b := newBook(t)
		if r := must(t, b, stream(content), ImportOptions{}); r.Recorded != 3 || r.Size != 4 {
			t.Errorf("%s: got %+v", name, r)
		}
	}
	if r := must(t, newBook(t), stream(""), ImportOptions{}); r.Recorded != 0 || r.Size != 1 {
		t.Errorf("an empty file: got %+v", r)
	}
}

func TestRefusedLinesAreNamedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	good := collections(0, 3)
	ext := `{"type":"eligibility","time":"2026-01-01T00:00:00Z","donor":"D","result":"eligible","ext":{` + members(100_000) + `}}`
	for _, c := range []struct {
		name, text, member string
		line               int
		rule               rules.ID
	}{
		{"not JSON", good + "hello\n", "", 4, rules.Malformed},
		{"cut off", good + `{"type":"collection",`, "", 4, rules.Malformed},
		{"unknown member", "\n\n" + strings.Replace(good, `"donor"`, `"doner"`, 1), "doner", 3, rules.Malformed},
		{"deep in a list", strings.Replace(good, `"92.5"`, `92.5`, 1), "outputs[0].quantity", 1, rules.Malformed},
		{"no event", good + "[]\n", "", 4, rules.Malformed},
		{"a line of 100 MB", good + strings.Repeat(" ", 100<<20) + "\n", "", 4, rules.TooLarge},
		{"100,000 members in ext", good + ext + "\n", "", 4, rules.TooLarge},
		{"says who somebody is", good + strings.Replace(collections(3, 1), `"type"`, `"note":"ask someone@example.org","type"`, 1), "note", 4, rules.IdentifiesAPerson},
		{"a bidirectional override in an id", strings.Replace(good, `"U-1"`, "\"U\u202e1\"", 1), "outputs[0].unit", 2, rules.Malformed},
		{"a zero-width space in an id", strings.Replace(good, `"U-1"`, "\"U\u200b1\"", 1), "outputs[0].unit", 2, rules.Malformed},
		{"a terminal escape in a note", strings.Replace(good, `"type"`, `"note":"\u001b[31m","type"`, 1), "note", 1, rules.Malformed},
		{"a terminal escape as it is", strings.Replace(good, `"type"`, "\"note\":\"\x1b[31m\",\"type\"", 1), "note", 1, rules.Malformed},
		{"an id of zeros", good + strings.Replace(collections(3, 1), `{`, `{"id":"00000000-0000-0000-0000-000000000000",`, 1), "id", 4, rules.Malformed},
		{"not UTF-8", strings.Replace(good, `"U-2"`, "\"U\xff\"", 1), "outputs[0].unit", 3, rules.Malformed},
		{"a rule", good + `{"type":"store","time":"2026-02-01T00:00:00Z","site":"F","units":["U-9"],"equipment":"T"}` + "\n", "units[0]", 4, rules.UnknownThing},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBook(t)
			for _, o := range []ImportOptions{{DryRun: true}, {}} {
				_, err := b.Import(t.Context(), stream(c.text), o)
				r := refusedBy(t, err, c.rule)
				if r.File != "events.jsonl" || r.Line != c.line || r.Member != c.member {
					t.Errorf("named %q line %d member %q, want line %d member %q: %v", r.File, r.Line, r.Member, c.line, c.member, err)
				}
			}
			if n := size(t, b); n != 1 {
				t.Errorf("size %d", n)
			}
		})
	}
}

// members returns n members of ext.
func members(n int) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `"x:%d":1`, i)
	}
	return s.String()
}

func TestALineOfALaterFileStopsAllOfThem(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	files := []File{
		{Name: "a.jsonl", Stream: strings.NewReader(collections(0, 3))},
		{Name: "b.jsonl", Stream: strings.NewReader(collections(3, 1) + strings.Replace(collections(1, 1), "mL", "g", 1))},
	}
	_, err := b.Import(t.Context(), files, ImportOptions{})
	r := refusedBy(t, err, rules.MadeTwice)
	if r.File != "b.jsonl" || r.Line != 2 || r.SaidBy == nil || *r.SaidBy != (Position{"a.jsonl", 2}) {
		t.Errorf("got %+v, said by %+v", r, r.SaidBy)
	}
	if n := size(t, b); n != 1 {
		t.Errorf("size %d", n)
	}
}

func TestLaterLinesStandOnEarlierOnes(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	files := []File{
		{Name: "a.jsonl", Stream: strings.NewReader(collections(0, 1))},
		{Name: "b.jsonl", Stream: strings.NewReader(`{"type":"store","time":"2026-02-01T00:00:00Z","site":"F","units":["U-0"],"equipment":"T"}`)},
	}
	if r := must(t, b, files, ImportOptions{}); r.Recorded != 2 {
		t.Errorf("got %+v", r)
	}
}

func TestARegistrationFurtherDownMendsAFirstMention(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	text := collections(0, 1) + `{"type":"register","time":"2026-01-01T00:00:00Z","subject":"room:F/R-1"}` + "\n"
	var told []string
	for _, n := range must(t, b, stream(text), ImportOptions{}).Unregistered {
		told = append(told, n.Ref.String())
	}
	if got := strings.Join(told, " "); got != "operator:F/OP-7 site:F" && got != "site:F operator:F/OP-7" {
		t.Errorf("told of %s", got)
	}
}

// rooms returns n events, each in a room that no other names.
func rooms(n int) string {
	var s strings.Builder
	for i, line := range strings.SplitAfter(collections(0, n), "\n") {
		s.WriteString(strings.Replace(line, "F/R-1", fmt.Sprintf("F/R-%d", i), 1))
	}
	return s.String()
}

func TestOfManyUnregisteredThingsTheFirstAreToldWithWhatMayBeMeant(t *testing.T) {
	t.Parallel()
	list := must(t, newBook(t), stream(rooms(500)), ImportOptions{}).Unregistered
	if len(list) != 502 { // 500 rooms, a site and an operator
		t.Fatalf("%d notices", len(list))
	}
	near := 0
	for i, n := range list {
		if len(n.Near) > 0 {
			near++
		}
		if len(n.Near) > 0 && i >= MostNear {
			t.Errorf("notice %d has near ids: %v", i, n.Near)
		}
	}
	if want := MostNear - 2; near != want {
		t.Errorf("%d have near ids, want %d", near, want)
	}
}

func TestAnImportIsCancelledBetweenItsLastLineAndItsNotices(t *testing.T) {
	t.Parallel()
	for _, dry := range []bool{false, true} {
		b := newBook(t)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := b.Import(ctx, stream(rooms(50)), ImportOptions{DryRun: dry, Progress: func(int64, int64) { cancel() }})
		if Code(err) != Interrupted || size(t, b) != 1 {
			t.Errorf("dry %v: got %v", dry, err)
		}
		cancel()
	}
}

func TestTheSameIDWithOtherContentNamesTheFirstLine(t *testing.T) {
	t.Parallel()
	const id = `"id":"018f0000-0000-8000-8000-000000000001",`
	one := `{` + id + `"type":"eligibility","time":"2026-01-01T00:00:00Z","donor":"D","result":"eligible"}` + "\n"
	other := strings.Replace(one, "not_eligible", "eligible", 1)
	other = strings.Replace(other, `"D"`, `"E"`, 1)
	b := newBook(t)
	_, err := b.Import(t.Context(), stream(collections(0, 2)+one+one+other), ImportOptions{})
	r := refusedBy(t, err, rules.IDConflict)
	if r.Line != 5 || r.Member != "id" || r.SaidBy == nil || r.SaidBy.Line != 3 || r.Violations[0].HasSeq {
		t.Errorf("in the file: %+v, said by %+v", r, r.SaidBy)
	}
	if r := must(t, b, stream(one), ImportOptions{}); r.Recorded != 1 {
		t.Errorf("got %+v", r)
	}
	_, err = b.Import(t.Context(), stream(collections(0, 2)+other), ImportOptions{})
	r = refusedBy(t, err, rules.IDConflict)
	if r.Line != 3 || r.SaidBy != nil || r.Violations[0].Seq != 1 {
		t.Errorf("in the ledger: %+v", r.Violations[0])
	}
}

func TestRecordsAreNotTakenForEvents(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 2)), ImportOptions{})
	var out bytes.Buffer
	if err := b.Export(t.Context(), &out, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err := newBook(t).Import(t.Context(), stream(out.String()), ImportOptions{})
	r := refusedBy(t, err, rules.Malformed)
	if r.Line != 1 || !strings.Contains(r.Violations[0].Found, "record") || !strings.Contains(r.Violations[0].Want, "event") {
		t.Errorf("got %+v", r.Violations[0])
	}
}

func TestOtherEncodingsAreSaidToBe(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\xfe{\x00}\x00", "\xfe\xff\x00{\x00}"} {
		_, err := newBook(t).Import(t.Context(), stream(text), ImportOptions{})
		var in *InputError
		if !errors.Is(err, jsonl.ErrEncoding) || !errors.As(err, &in) || in.File != "events.jsonl" || Code(err) != Failed {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	missing := filepath.Join(t.TempDir(), "missing.jsonl")
	for path, want := range map[string]error{t.TempDir(): ErrNotFile, os.DevNull: ErrNotFile, missing: fs.ErrNotExist} {
		_, err := b.Import(t.Context(), []File{{Path: path}}, ImportOptions{})
		var in *InputError
		if !errors.Is(err, want) || !errors.As(err, &in) || in.File != path || Code(err) != Failed {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
	if _, err := b.Import(t.Context(), stream(""), ImportOptions{Format: "xml"}); err == nil {
		t.Error("a format that nobody knows was imported")
	}
}

func TestAFileWhoseNameNoRecordMayHoldIsRefused(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]rules.ID{
		"13812345678.jsonl":         rules.IdentifiesAPerson,
		"11010519491231002X.jsonl":  rules.IdentifiesAPerson,
		"someone@example.org.jsonl": rules.IdentifiesAPerson,
		"cafe\u0301.jsonl":          rules.Malformed,
		"a\x1b[31m.jsonl":           rules.Malformed,
		strings.Repeat("x", 256):    rules.TooLarge,
	} {
		b := newBook(t)
		_, err := b.Import(t.Context(), []File{{Name: name, Stream: strings.NewReader(collections(0, 3))}}, ImportOptions{})
		r := refusedBy(t, err, want)
		if r.File != name || r.Line != 0 || r.Member != "source.name" || !strings.Contains(r.Violations[0].Want, "rename the file") {
			t.Errorf("%q: got %+v", name, r)
		}
		if n := size(t, b); n != 1 {
			t.Errorf("%q: size %d", name, n)
		}
	}
	for _, name := range []string{"caf\u00e9.jsonl", "三月 2026-03-01.jsonl", strings.Repeat("x", 255), ""} {
		if r := must(t, newBook(t), []File{{Name: name, Stream: strings.NewReader(collections(0, 3))}}, ImportOptions{}); r.Recorded != 3 {
			t.Errorf("%q: got %+v", name, r)
		}
	}
}

func TestASymbolicLinkIsFollowed(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	link := filepath.Join(t.TempDir(), "link.jsonl")
	if err := os.Symlink(writeFile(t, collections(0, 3)), link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if r := must(t, b, file(link), ImportOptions{}); r.Recorded != 3 {
		t.Errorf("got %+v", r)
	}
}

func TestACancelledCheckWritesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Import(ctx, []File{{Name: "x", Stream: &cancelling{strings.NewReader(collections(0, 3)), cancel}}}, ImportOptions{})
	if Code(err) != Interrupted || size(t, b) != 1 {
		t.Errorf("got %v", err)
	}
}

type cancelling struct {
	r      io.Reader
	cancel func()
}

func (c *cancelling) Read(p []byte) (int, error) {
	c.cancel()
	return c.r.Read(p)
}

func TestProgressGoesFromNothingToAll(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	path := writeFile(t, collections(0, 3000))
	var last, total int64
	must(t, b, file(path), ImportOptions{Progress: func(done, all int64) {
		if done < last || done > all || total != 0 && all != total {
			t.Errorf("%d of %d after %d of %d", done, all, last, total)
		}
		last, total = done, all
	}})
	if info, err := os.Stat(path); err != nil || last != total || total != 2*info.Size() {
		t.Errorf("ended at %d of %d, %v", last, total, err)
	}
}

func TestTheCopyOfAPipeIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	b := newBook(t)
	must(t, b, stream(collections(0, 3)), ImportOptions{})
	if _, err := b.Import(t.Context(), stream("nonsense"), ImportOptions{}); err == nil {
		t.Error("nonsense was imported")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "suyuan-import-*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestAnOperatorThatIsNoneIsToldByTheFlag(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	for by, want := range map[string]Exit{"a b": Usage, "me@example.com": Refused, "F/OP-1": Done} {
		_, err := Open(t.Context(), path, Options{Now: clock, By: by})
		if Code(err) != want || err != nil && !strings.Contains(err.Error(), "--as") {
			t.Errorf("%q: got %v, exit %d, want %d", by, err, Code(err), want)
		}
	}
}

func BenchmarkImport(b *testing.B) {
	path := writeFile(b, collections(0, 100_000))
	for b.Loop() {
		if r := must(b, newBook(b), file(path), ImportOptions{}); r.Recorded != 100_000 {
			b.Fatal(r)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(peak(b), "peak-MB")
}

// peak returns the most memory that the process ever had, where the system says
// so.
func peak(b *testing.B) float64 {
	b.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	_, rest, _ := strings.Cut(read(b, "/proc/self/status"), "VmHWM:")
	var kb float64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
