package logbook

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"
	"time"

	"suyuan/internal/i18n"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// found is what a doctor says of one thing: its code, or "" where nothing is said.
func found(c *Checkup, what string) (codes []string, worst Health) {
	worst = HealthOK
	for i := range c.Checks {
		if k := &c.Checks[i]; k.What == what {
			codes = append(codes, k.Code)
			if k.Health != HealthOK && worst != HealthBad {
				worst = k.Health
			}
		}
	}
	return codes, worst
}

func checkup(t *testing.T, path string, now time.Time) *Checkup {
	t.Helper()
	c, err := Doctor(t.Context(), path, now, 10*time.Millisecond, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantCheck(t *testing.T, c *Checkup, what, code string, health Health) {
	t.Helper()
	if codes, worst := found(c, what); !slices.Contains(codes, code) || worst != health {
		t.Errorf("%s: %q, %s; want %q, %s", what, codes, worst, code, health)
	}
}

func TestADoctorFindsNothingWrongWithASoundLedger(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 1200)), ImportOptions{})
	before := read(t, b.path)
	c := checkup(t, b.path, testNow.Add(time.Hour))
	wantCheck(t, c, "file", "there", HealthOK)
	wantCheck(t, c, "head", "sound", HealthOK)
	wantCheck(t, c, "index", "current", HealthOK)
	wantCheck(t, c, "leftovers", "none", HealthOK)
	wantCheck(t, c, "checkpoint", "none", HealthWarning)
	if c.Worst() == HealthBad || c.Err != nil {
		t.Errorf("%s: %v", c.Worst(), c.Err)
	}
	if read(t, b.path) != before {
		t.Error("looking changed the ledger")
	}
}

func TestADoctorSaysWhatItCanOfWhatIsNoSoundLedger(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	whole := read(t, b.path)
	for name, tt := range map[string]struct {
		content    *string
		what, code string
		err        error
	}{
		"none":        {nil, "file", "absent", ErrNoLedger},
		"text":        {ptr("hello"), "ledger", "not-ledger", ledger.ErrNotLedger},
		"cut short":   {ptr(whole[:len(whole)/4]), "ledger", "unsound", ledger.ErrDamaged},
		"a lost head": {ptr(read(t, flipped(t, b.path, `"origin":"test.example/ledger","recorded"`))), "ledger", "unsound", ledger.ErrDamaged},
	} {
		path := filepath.Join(t.TempDir(), "suyuan.db")
		if tt.content != nil {
			if err := os.WriteFile(path, []byte(*tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := checkup(t, path, testNow)
		wantCheck(t, c, tt.what, tt.code, HealthBad)
		if codes, _ := found(c, "disk"); len(codes) == 0 || !errors.Is(c.Err, tt.err) || c.Worst() != HealthBad {
			t.Errorf("%s: %v, %s; and the disk: %q", name, c.Err, c.Worst(), codes)
		}
	}
	c := checkup(t, t.TempDir(), testNow)
	wantCheck(t, c, "file", "no-file", HealthBad)
}

func ptr(s string) *string { return &s }

func TestADoctorNamesWhoKeepsOthersOut(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := checkup(t, path, testNow)
	wantCheck(t, c, "ledger", "busy", HealthWarning)
	if !errors.Is(c.Err, ErrBusy) || c.Worst() != HealthWarning {
		t.Errorf("%v, %s", c.Err, c.Worst())
	}
	if runtime.GOOS == "linux" {
		wantCheck(t, c, "lock", "writing", HealthWarning)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestADoctorSeesClockRightsAndLeftovers(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	wantCheck(t, checkup(t, path, testNow.Add(-time.Hour)), "head", "clock-behind", HealthWarning)
	wantCheck(t, checkup(t, path, testNow.AddDate(2, 0, 0)), "head", "clock-ahead", HealthWarning)
	left := filepath.Join(filepath.Dir(path), ".suyuan.db.123.new")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := checkup(t, path, testNow)
	wantCheck(t, c, "leftovers", "some", HealthWarning)
	if err := os.Mkdir(boltstore.IndexPath(path), 0o700); err != nil {
		t.Fatal(err)
	}
	wantCheck(t, checkup(t, path, testNow), "index", "foreign", HealthBad)
	if runtime.GOOS == "windows" {
		return
	}
	if err := errors.Join(os.Chmod(path, 0o644), os.Chmod(filepath.Dir(path), 0o777)); err != nil {
		t.Fatal(err)
	}
	c = checkup(t, path, testNow)
	wantCheck(t, c, "rights", "file-seen", HealthWarning)
	wantCheck(t, c, "rights", "folder-open", HealthWarning)
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	wantCheck(t, checkup(t, path, testNow), "rights", "file-open", HealthBad)
}

func TestADoctorHoldsCheckpointsAgainstTheLedger(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	put := func(size uint64) {
		t.Helper()
		s, err := boltstore.Open(t.Context(), b.path, boltstore.Options{})
		if err == nil {
			err = errors.Join(s.PutNote(t.Context(), ledger.NoteCheckpoint, ledger.Note{Size: size, Text: []byte("signed")}), s.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	put(1)
	wantCheck(t, checkup(t, b.path, testNow), "checkpoint", "old", HealthWarning)
	put(301)
	wantCheck(t, checkup(t, b.path, testNow), "checkpoint", "recent", HealthOK)
	put(400)
	wantCheck(t, checkup(t, b.path, testNow), "checkpoint", "beyond", HealthBad)
}

func TestWhateverADoctorSaysHasATextInBothLanguages(t *testing.T) {
	t.Parallel()
	source := read(t, "doctor.go")
	said := regexp.MustCompile(`d\.say\([^,]+, "([a-z]+)", "([a-z0-9-]+)"`).FindAllStringSubmatch(source, -1)
	for _, state := range []boltstore.IndexState{boltstore.IndexAbsent, boltstore.IndexBehind, boltstore.IndexCurrent, boltstore.IndexForeign, boltstore.IndexStale} {
		said = append(said, []string{"", "index", string(state)})
	}
	for _, code := range []string{"unsound", "version", "not-ledger"} {
		said = append(said, []string{"", "ledger", code})
	}
	for _, code := range []string{"reading", "writing"} {
		said = append(said, []string{"", "lock", code})
	}
	for _, what := range []string{"disk", "lock"} {
		said = append(said, []string{"", what, "unknown"})
	}
	if len(said) < 40 {
		t.Fatalf("only %d of them were found", len(said))
	}
	for _, lang := range i18n.Langs() {
		texts := i18n.New(lang)
		for _, m := range said {
			if id := "doctor." + m[1] + "." + m[2]; !texts.Has(id) || !texts.Has("doctor.what."+m[1]) {
				t.Errorf("%s lacks %s", lang, id)
			}
		}
	}
}
