package logbook

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
)

// indexedCase is the ledger of suspected with an index, and the answers from its
// records.
func indexedCase(t *testing.T) (path string, want map[string]string) {
	t.Helper()
	onIndexes(t)
	b, _ := suspected(t)
	want = answers(t, b.path)
	if _, err := openBook(t, b.path).Graph(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := checkIndex(b.path); err != nil {
		t.Fatal(err)
	}
	return b.path, want
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryQuestionIsAnsweredTheSameFromAnIndex(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	wantAnswers(t, path, "sound", want, func(*Book) {})
	if err := checkIndex(path); err != nil {
		t.Error(err)
	}
}

func TestADamagedIndexIsThrownAwayAndMadeAgain(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	sound := []byte(read(t, IndexPath(path)))
	const block = 4096
	all := questions(t)
	names := slices.Sorted(maps.Keys(all))
	for at := 0; at < len(sound); at += block {
		flipped := append([]byte(nil), sound...)
		for i := at; i < min(at+block, len(sound)); i += block / 8 {
			flipped[i] ^= 0x10
		}
		for i := range 4 { // other ones of each block
			put(t, IndexPath(path), flipped)
			name := names[(at/block*4+i)%len(names)]
			b := openBook(t, path)
			if got, err := all[name](t.Context(), b); err != nil || got != want[name] {
				t.Errorf("block %d: %s: %v", at/block, name, err)
			}
			if b.doubted {
				t.Errorf("block %d: %s: the book makes no index any more", at/block, name)
			}
			if _, err := all["trail"](t.Context(), openBook(t, path)); err != nil { // asks of everything, and then it is made again
				t.Errorf("block %d: %s: %v", at/block, name, err)
			}
			if _, err := openBook(t, path).Graph(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(IndexPath(path)); err != nil {
				t.Errorf("block %d: %s: the index was not made again", at/block, name)
			}
		}
	}
}

func TestEveryQuestionSurvivesAnIndexThatIsCutWhileItIsMapped(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	sound := []byte(read(t, IndexPath(path)))
	wantAnswers(t, path, "cut", want, func(b *Book) {
		put(t, IndexPath(path), sound)
		if _, err := b.Graph(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(IndexPath(path), 0); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnIndexThatStandsForSomethingElseIsNotBelieved(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	own := read(t, IndexPath(path))
	other := func(change func(b *Book)) string {
		b, _ := suspected(t) // the same origin, other times of recording would do
		change(b)
		if _, err := openBook(t, b.path).Graph(t.Context()); err != nil {
			t.Fatal(err)
		}
		return read(t, IndexPath(b.path))
	}
	history := newBook(t)
	must(t, history, stream(collections(0, 20)), ImportOptions{})
	if _, err := history.Graph(t.Context()); err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string]string{
		"a longer history": other(func(b *Book) {
			must(t, b, stream(collections(900, 8)), ImportOptions{})
		}),
		"another history":   read(t, IndexPath(history.path)),
		"another version":   genealogy.SnapshotPrefix + "0" + own[len(genealogy.SnapshotPrefix)+1:],
		"cut short":         own[:len(own)/2],
		"with more behind":  own + own,
		"empty":             "",
		"the ledger itself": read(t, path),
	} {
		foreign := what == "the ledger itself"
		put(t, IndexPath(path), []byte(content))
		wantAnswers(t, path, what, want, func(*Book) {})
		switch err := checkIndex(path); {
		case foreign && read(t, IndexPath(path)) != content:
			t.Errorf("%s: a file that is no index was written over", what)
		case !foreign && err != nil:
			t.Errorf("%s: the index was not made again: %v", what, err)
		}
	}
}

func TestAFolderInTheIndexsPlaceIsLeftAlone(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	if err := errors.Join(os.Remove(IndexPath(path)), os.Mkdir(IndexPath(path), 0o700)); err != nil {
		t.Fatal(err)
	}
	wantAnswers(t, path, "a folder", want, func(*Book) {})
	if info, err := os.Stat(IndexPath(path)); err != nil || !info.IsDir() {
		t.Error("the folder is gone")
	}
	var foreign *ForeignError
	if err := checkOwn(IndexPath(path)); !errors.As(err, &foreign) || !strings.Contains(err.Error(), IndexPath(path)) {
		t.Errorf("got %v", err)
	}
}

func TestACancelledQuestionLeavesTheIndexAsItWas(t *testing.T) {
	t.Parallel()
	path, _ := indexedCase(t)
	b := openBook(t, path)
	must(t, b, stream(collections(900, 400)), ImportOptions{})
	s, err := b.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, IndexPath(path))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.writeIndex(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if read(t, IndexPath(path)) != before {
		t.Error("the index is another one")
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

// A changing store runs what is to happen right after something was committed.
type changingStore struct {
	ledger.Store
	after func()
}

func (s *changingStore) Append(ctx context.Context, b ledger.Batch) error {
	err := s.Store.Append(ctx, b)
	s.after()
	return err
}

func TestWhatIsRecordedIsRecordedOnceHoweverTheIndexIsDamaged(t *testing.T) {
	t.Parallel()
	path, _ := indexedCase(t)
	whole, index := []byte(read(t, path)), []byte(read(t, IndexPath(path)))
	works := map[string]struct {
		n  uint64
		do func(b *Book) error
	}{
		"record": {1, func(b *Book) error {
			r, err := b.Record(t.Context(), parse(t, collections(500, 1)), nil)
			if r.Known {
				t.Error("it is said to have been there")
			}
			return err
		}},
		"import": {12, func(b *Book) error {
			r, err := b.Import(t.Context(), stream(collections(500, 12)), ImportOptions{})
			if r.Recorded != 12 || r.Known != 0 {
				t.Errorf("%+v", r)
			}
			return err
		}},
		"step of a case": {2, func(b *Book) error {
			hold := func(thing string) event.Event {
				return step(t, "2026-03-03T18:00:00+08:00", &event.Case{Action: event.ActionHold, Things: []event.Ref{ref(t, thing)}})
			}
			list, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(d *CaseDesk) ([]event.Event, error) {
				_, err := d.Scope(t.Context())
				return []event.Event{hold("lot:HSA-25117"), hold("batch:MSC-26-02")}, err
			})
			if len(list) != 2 || list[0].Known || list[1].Known {
				t.Errorf("%+v", list)
			}
			return err
		}},
	}
	damages := map[string]func(b *Book){
		"before it is opened": func(*Book) {
			broken := append([]byte(nil), index...)
			for at := 0; at < len(index)-4096; at += 4096 { // each block, and not what stands at the end
				broken[at+99] ^= 1
			}
			put(t, IndexPath(path), broken)
		},
		"while it is mapped": func(b *Book) {
			if _, err := b.Graph(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(IndexPath(path), 0); err != nil {
				t.Fatal(err)
			}
		},
		"once it is committed": func(b *Book) {
			b.around = func(s ledger.Store) (ledger.Store, error) {
				return &changingStore{s, func() {
					if err := os.Truncate(IndexPath(path), 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
						t.Error(err)
					}
				}}, nil
			}
			if _, err := b.Graph(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, w := range works {
		for when, damage := range damages {
			put(t, path, whole)
			put(t, IndexPath(path), index)
			if err := os.Remove(path + ".ids"); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			b := openBook(t, path)
			before := size(t, b)
			damage(b)
			if err := w.do(b); err != nil {
				t.Errorf("%s, damaged %s: %v", name, when, err)
			}
			if now := size(t, b); now != before+w.n || !b.Recorded() {
				t.Errorf("%s, damaged %s: %d records after %d", name, when, now, before)
			}
			b.around = nil
			got, err := questions(t)["log"](t.Context(), b)
			if want := answers(t, path); err != nil || got != want["log"] {
				t.Errorf("%s, damaged %s: the log is another one: %v", name, when, err)
			}
			if report, err := Verify(t.Context(), path, VerifyOptions{}); err != nil || !report.OK {
				t.Errorf("%s, damaged %s: verify: %+v, %v", name, when, report, err)
			}
		}
	}
}

func TestNoLedgerIsMadeUnderTheNameOfAnIndexOfRecords(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	dir := t.TempDir()
	taken := IndexPath(filepath.Join(dir, "other.db"))
	export := filepath.Join(dir, "records.jsonl")
	if err := exportFile(t.Context(), b, export); err != nil {
		t.Fatal(err)
	}
	for what, makeLedger := range map[string]func() error{
		"init":    func() error { _, err := Init(t.Context(), taken, InitOptions{Now: clock}); return err },
		"copy":    func() error { _, err := Copy(t.Context(), b.path, taken, MakeOptions{}); return err },
		"restore": func() error { _, err := RestoreFrom(t.Context(), export, taken, MakeOptions{}); return err },
	} {
		if err := makeLedger(); err == nil || !strings.Contains(err.Error(), ".genealogy") {
			t.Errorf("%s: got %v", what, err)
		}
		if _, err := os.Lstat(taken); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnIndexThatWasThereBeforeItsLedgerIsNotBelieved(t *testing.T) {
	t.Parallel()
	path, _ := indexedCase(t)
	left := []byte(read(t, IndexPath(path)))
	old, export := openBook(t, newLedger(t)), filepath.Join(t.TempDir(), "records.jsonl")
	must(t, old, stream(story), ImportOptions{})
	if err := exportFile(t.Context(), old, export); err != nil {
		t.Fatal(err)
	}
	for what, makeLedger := range map[string]func(to string) error{
		"init": func(to string) error {
			_, err := Init(t.Context(), to, InitOptions{Origin: "test.example/ledger", By: "F/OP-1", Now: clock})
			return err
		},
		"copy":    func(to string) error { _, err := Copy(t.Context(), old.path, to, MakeOptions{}); return err },
		"restore": func(to string) error { _, err := RestoreFrom(t.Context(), export, to, MakeOptions{}); return err },
	} {
		to := filepath.Join(t.TempDir(), "suyuan.db")
		put(t, IndexPath(to), left)
		if err := makeLedger(to); err != nil {
			t.Fatal(err)
		}
		b := openBook(t, to)
		g, err := b.Graph(t.Context())
		if err != nil || uint64(g.Len())+1 != size(t, b) || g.Known(ref(t, "batch:MSC-26-02")) {
			t.Errorf("%s: the graph is of %d events: %v", what, g.Len(), err)
		}
	}
}

func TestAnIndexThatHadToWaitTakesItsPlace(t *testing.T) {
	t.Parallel()
	path, want := indexedCase(t)
	newest := read(t, IndexPath(path))
	old := newBook(t)
	must(t, old, stream(story), ImportOptions{})
	if _, err := old.Graph(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, IndexPath(path), []byte(read(t, IndexPath(old.path))))
	put(t, waiting(IndexPath(path)), []byte(newest))
	wantAnswers(t, path, "waiting", want, func(*Book) {})
	if _, err := os.Lstat(waiting(IndexPath(path))); !errors.Is(err, fs.ErrNotExist) || read(t, IndexPath(path)) != newest {
		t.Errorf("it waits for ever: %v", err)
	}
	put(t, waiting(IndexPath(path)), []byte("what somebody keeps there"))
	wantAnswers(t, path, "a foreign one", want, func(*Book) {})
	if read(t, IndexPath(path)) != newest || read(t, waiting(IndexPath(path))) != "what somebody keeps there" {
		t.Error("what is no index took its place, or was written over")
	}
}

func TestAStateStandsOnNoIndexThatSomebodyElseWroteMeanwhile(t *testing.T) {
	t.Parallel()
	path, _ := indexedCase(t)
	other := read(t, IndexPath(path))
	b := openBook(t, path)
	must(t, b, stream(collections(900, 8)), ImportOptions{})
	s, err := b.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(t, IndexPath(path), []byte(other)) // as if between the writing and the opening
	events := s.graph.Len()
	if err := s.standOn(path, []byte("that which was written")); err != nil || s.graph.Len() != events {
		t.Errorf("%d events after %d, %v", s.graph.Len(), events, err)
	}
}
