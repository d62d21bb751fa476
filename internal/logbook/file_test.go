package logbook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

func TestWhatIsNoLedgerIsSaidToBeNone(t *testing.T) {
	t.Parallel()
	sound := newBook(t)
	must(t, sound, stream(collections(0, 2000)), ImportOptions{})
	whole := read(t, sound.path)
	for name, c := range map[string]struct {
		content string
		want    error
		exit    Exit
	}{
		"text":      {"hello", ledger.ErrNotLedger, Failed},
		"empty":     {"", ledger.ErrNotLedger, Failed},
		"an index":  {read(t, boltstore.IndexPath(sound.path)), ledger.ErrNotLedger, Failed},
		"half of a": {whole[:len(whole)/2], ledger.ErrDamaged, Unverified},
	} {
		path := filepath.Join(t.TempDir(), "suyuan.db")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path, options())
		if !errors.Is(err, c.want) || Code(err) != c.exit {
			t.Errorf("%s: open: got %v, exit %d", name, err, Code(err))
		}
		if _, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); Code(err) != c.exit {
			t.Errorf("%s: verify: got %v, exit %d", name, err, Code(err))
		}
		if read(t, path) != c.content {
			t.Errorf("%s: it was written to", name)
		}
	}
	if _, err := Open(t.Context(), t.TempDir(), options()); !errors.Is(err, ledger.ErrNotLedger) {
		t.Errorf("a folder: got %v", err)
	}
	if _, err := Open(t.Context(), os.DevNull, options()); !errors.Is(err, ledger.ErrNotLedger) {
		t.Errorf("a device: got %v", err)
	}
}

func TestALedgerBehindASymbolicLinkIsOpened(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	record(t, openBook(t, link), collected)
	if n := size(t, openBook(t, path)); n != 2 {
		t.Errorf("size %d", n)
	}
}

func TestVerifyFindsAFlippedByteAndTheTwinNone(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 20)), ImportOptions{})
	if report, err := Verify(t.Context(), b.path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK || report.Size != 21 {
		t.Fatalf("sound: %+v, %v", report, err)
	}
	content := []byte(read(t, b.path))
	at := strings.Index(string(content), `"unit":"U-7"`)
	content[at+len(`"unit":"U-`)] = '8'
	if err := os.WriteFile(b.path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Verify(t.Context(), b.path, VerifyOptions{Wait: options().Wait})
	if err != nil || report.OK || len(report.Findings) == 0 || report.Findings[0].Seq != 8 {
		t.Errorf("flipped: %+v, %v", report, err)
	}
}

func TestTheIndexMayBeGoneOldBrokenOrAnothers(t *testing.T) {
	t.Parallel()
	other := newBook(t)
	record(t, other, strings.Replace(collected, "U-1", "U-9", 1))
	for name, content := range map[string]func(old string) string{
		"of an older state":      func(old string) string { return old },
		"of another ledger":      func(string) string { return read(t, boltstore.IndexPath(other.path)) },
		"broken":                 func(string) string { return "no index" },
		"empty":                  func(string) string { return "" },
		"the ledger's own bytes": func(string) string { return read(t, other.path) },
		"gone":                   nil,
	} {
		b := newBook(t)
		record(t, b, collected)
		old := read(t, boltstore.IndexPath(b.path))
		second := strings.Replace(collected, "U-1", "U-2", 1)
		r := record(t, b, second)
		if content == nil {
			if err := os.Remove(boltstore.IndexPath(b.path)); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(boltstore.IndexPath(b.path), []byte(content(old)), 0o600); err != nil {
			t.Fatal(err)
		}
		again := openBook(t, b.path)
		if got := record(t, again, second); !got.Known || got.Seq != r.Seq {
			t.Errorf("%s: the same event again: %+v", name, got)
		}
		if got := record(t, again, strings.Replace(collected, "U-1", "U-3", 1)); got.Known || got.Seq != 3 {
			t.Errorf("%s: another event: %+v", name, got)
		}
		if report, err := Verify(t.Context(), b.path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK {
			t.Errorf("%s: verify: %+v, %v", name, report, err)
		}
	}
}

func TestAReadOnlyFileIsReadAndNotWritten(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write to everything")
	}
	path := newLedger(t)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	b := openBook(t, path)
	if n := size(t, b); n != 1 {
		t.Errorf("size %d", n)
	}
	if _, err := b.Record(t.Context(), parse(t, collected), nil); Code(err) != Failed {
		t.Errorf("record: got %v, exit %d", err, Code(err))
	}
}

func TestTwoImportsAtOnceComeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	var wg sync.WaitGroup
	results := make([]ImportResult, 4)
	for i := range results {
		o := options()
		o.Wait = time.Minute
		b, err := Open(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		b.step = 10
		wg.Go(func() {
			r, err := b.Import(t.Context(), stream(collections(25*(i/2), 100)), ImportOptions{})
			if err != nil {
				t.Error(err)
			}
			results[i] = r
		})
	}
	wg.Wait()
	recorded, known := 0, 0
	for _, r := range results {
		recorded += r.Recorded
		known += r.Known
	}
	if n := size(t, openBook(t, path)); n != 126 || recorded != 125 || known != 275 {
		t.Errorf("size %d, %d recorded, %d known", n, recorded, known)
	}
}

func TestReadersAndWritersShareALedger(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	var wg sync.WaitGroup
	for i := range 4 {
		o := options()
		o.Wait = time.Minute
		b, err := Open(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for k := range 10 {
				text := strings.TrimSpace(collections(100*i+k, 1))
				if _, err := b.Record(t.Context(), parse(t, text), nil); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			reader, err := Open(t.Context(), path, o)
			if err != nil {
				t.Error(err)
				return
			}
			last := uint64(0)
			for range 20 {
				g, err := reader.Graph(t.Context())
				if err != nil || uint64(g.Len())+1 < last {
					t.Errorf("%d events after %d, %v", g.Len(), last-1, err)
					return
				}
				last = uint64(g.Len()) + 1
			}
		})
	}
	wg.Wait()
	if report, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); err != nil || !report.OK || report.Size != 41 {
		t.Errorf("verify: %+v, %v", report, err)
	}
}
