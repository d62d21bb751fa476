package keyring_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

const origin = "golden.example"

var then = time.Unix(1767225600, 0)

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func checkpoint(size uint64) notary.Checkpoint {
	c := notary.Checkpoint{Origin: origin, Size: size}
	for i := range c.Root {
		c.Root[i] = byte(255 - i)
	}
	return c
}

func made(t *testing.T) (keyring.Ledgers, *keyring.LedgerKeys) {
	t.Helper()
	l := keyring.LedgersIn(filepath.Join(t.TempDir(), "suyuan"))
	k, err := l.Make(origin)
	if err != nil {
		t.Fatal(err)
	}
	return l, k
}

func verifiers(k *keyring.LedgerKeys) string {
	var list []string
	for _, v := range k.Verifiers() {
		list = append(list, v.String())
	}
	return strings.Join(list, "\n")
}

func wantKeys(t *testing.T, what string, got, want *keyring.LedgerKeys, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if verifiers(got) != verifiers(want) {
		t.Fatalf("%s: got the keys %.40s…, want %.40s…", what, verifiers(got), verifiers(want))
	}
	if _, err := got.SignCheckpoint(checkpoint(3), then); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestALedgersKeysSignCheckpointsThatTheirVerifiersOpen(t *testing.T) {
	t.Parallel()
	l, k := made(t)
	loaded, err := l.Load(origin)
	wantKeys(t, "loaded", loaded, k, err)
	text, err := loaded.SignCheckpoint(checkpoint(1000), then)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte("— "+origin+" ")); n != 2 {
		t.Errorf("%d lines of signature, want 2", n)
	}
	for _, keys := range [][]notary.LedgerKey{k.Verifiers(), k.Verifiers()[:1], k.Verifiers()[1:]} {
		if c, err := notary.OpenCheckpoint(text, keys); err != nil || c != checkpoint(1000) {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if info, err := os.Stat(l.Path(origin)); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if got := loaded.String(); strings.Contains(got, "PRIVATE+KEY") {
		t.Errorf("it prints %s", got)
	}
}

// TestTheGoldenKeysAndCheckpointStayWhatTheyAre holds what other versions wrote: both keys are of the seed 00 01 … 1f.
func TestTheGoldenKeysAndCheckpointStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	l := keyring.LedgersIn(t.TempDir())
	if err := os.MkdirAll(filepath.Dir(l.Path(origin)), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, l.Path(origin), read(t, "testdata/golden.ledger"))
	k, err := l.Load(origin)
	if err != nil {
		t.Fatal(err)
	}
	golden := read(t, "testdata/golden.checkpoint")
	if c, err := notary.OpenCheckpoint(golden, k.Verifiers()); err != nil || c != checkpoint(1000) {
		t.Errorf("%+v, %v", c, err)
	}
	text, err := k.SignCheckpoint(checkpoint(1000), then)
	if err != nil {
		t.Fatal(err)
	}
	// Ed25519 gives the same signature for the same bytes; ML-DSA-44 draws, but its time stamp is ours.
	want, got := bytes.SplitAfter(golden, []byte("\n")), bytes.SplitAfter(text, []byte("\n"))
	if !bytes.Equal(bytes.Join(want[:5], nil), bytes.Join(got[:5], nil)) {
		t.Errorf("signed\n%s\nwant\n%s", bytes.Join(got[:5], nil), bytes.Join(want[:5], nil))
	}
	if n := len("— " + origin + " U+N1GQAAAABpVbkA"); !bytes.Equal(want[5][:n], got[5][:n]) {
		t.Errorf("signed %s, want %s", got[5][:n], want[5][:n])
	}
}

func TestAFlippedByteInALedgersKeysIsDamage(t *testing.T) {
	t.Parallel()
	l := keyring.LedgersIn(t.TempDir())
	if err := os.MkdirAll(filepath.Dir(l.Path(origin)), 0o700); err != nil {
		t.Fatal(err)
	}
	good := read(t, "testdata/golden.ledger")
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		write(t, l.Path(origin), bad)
		if k, err := l.Load(origin); !errors.Is(err, keyring.ErrDamaged) || !strings.Contains(err.Error(), l.Path(origin)) {
			t.Errorf("byte %d: %v, %v", i, k, err)
		}
	}
	for name, content := range map[string][]byte{
		"nothing": nil, "half": good[:len(good)/2], "without its end": good[:len(good)-1], "twice": append(bytes.Clone(good), good...),
		"with CRLF": bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), "another's": bytes.ReplaceAll(good, []byte(origin), []byte("silver.example")),
	} {
		write(t, l.Path(origin), content)
		if _, err := l.Load(origin); !errors.Is(err, keyring.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := l.Make(origin); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: made over: %v", name, err)
		}
		if !bytes.Equal(read(t, l.Path(origin)), content) {
			t.Errorf("%s: it was changed", name)
		}
	}
}

func TestKeysThatOthersMayReadOrThatAreNotThereAreRefused(t *testing.T) {
	t.Parallel()
	l, _ := made(t)
	if _, err := l.Load("another.example"); !errors.Is(err, keyring.ErrNoLedgerKeys) || !strings.Contains(err.Error(), "another.example") {
		t.Errorf("%v", err)
	}
	if _, _, err := keyring.LedgersIn(filepath.Join(t.TempDir(), "none")).Stage(origin); !errors.Is(err, keyring.ErrNoLedgerKeys) {
		t.Errorf("stage: %v", err)
	}
	for _, bad := range []string{"", "with space", "with+plus"} {
		if _, err := l.Make(bad); err == nil {
			t.Errorf("origin %q has keys", bad)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(l.Path(origin), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Load(origin); !errors.Is(err, keyring.ErrTooOpen) {
		t.Errorf("%v", err)
	}
}

func TestKeysSignForTheirOriginAndForNothingElse(t *testing.T) {
	t.Parallel()
	_, k := made(t)
	other := checkpoint(1)
	other.Origin = "other.example"
	if _, err := k.SignCheckpoint(other, then); err == nil {
		t.Error("another origin was signed")
	}
	if _, err := k.SignCheckpoint(checkpoint(1), time.Unix(0, 0)); err == nil {
		t.Error("a checkpoint without time was signed")
	}
	if _, err := k.SignNote(origin + "\n7\n" + checkpoint(7).Root.String() + "\n"); err == nil {
		t.Error("a checkpoint was signed as a note")
	}
	manifest := "suyuan/v1 bundle\n" + origin + "\nsize 7 whole\n"
	text, err := k.SignNote(manifest)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(text, note.VerifierList(k.Verifiers()[0], k.Verifiers()[1]))
	if err != nil || n.Text != manifest || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestARotationIsSignedByTheEd25519Key(t *testing.T) {
	t.Parallel()
	_, k := made(t)
	event, at := []byte(`{"action":"rotate","type":"key"}`), "2026-03-05T16:00:00+08:00"
	s, err := k.SignRotation(event, at)
	if err != nil {
		t.Fatal(err)
	}
	key := k.Verifiers()[0]
	if s.Key != key.ID() || s.Meaning != "approved" || s.Time != at {
		t.Errorf("%+v", s)
	}
	m := notary.Message(origin, event, s.Key, s.Meaning, s.Time)
	if !key.Verify(m, s.Sig) || key.Verify(append(m, ' '), s.Sig) {
		t.Error("it does not verify, or verifies for anything")
	}
}

// TestARotationThatIsCutShortAnywhereGoesOn goes through every point at which the process can end: the folder is as it was left, and what
// the records say is or is not there.
func TestARotationThatIsCutShortAnywhereGoesOn(t *testing.T) {
	t.Parallel()
	l, first := made(t)
	settle := func(what string, inForce, want *keyring.LedgerKeys) {
		t.Helper()
		var list []notary.LedgerKey
		if inForce != nil {
			list = inForce.Verifiers()
		}
		for range 2 {
			got, err := l.Settle(origin, list)
			wantKeys(t, what, got, want, err)
		}
	}
	settle("before any rotation", nil, first)

	current, next, err := l.Stage(origin)
	wantKeys(t, "staged: old", current, first, err)
	settle("cut short before the record", nil, first)
	_, again, err := l.Stage(origin)
	wantKeys(t, "staged again", again, next, err)
	if loaded, err := l.Load(origin); err != nil || verifiers(loaded) != verifiers(first) {
		t.Fatalf("the old ones are gone: %v", err)
	}
	write(t, filepath.Join(filepath.Dir(l.Path(origin)), "."+filepath.Base(l.StagedPath(origin))+".1.new"), []byte("half"))
	settle("cut short after the record", next, next)
	if _, err := os.Lstat(l.StagedPath(origin)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is staged still: %v", err)
	}

	_, third, err := l.Stage(origin)
	wantKeys(t, "a second rotation", third, third, err)
	if verifiers(third) == verifiers(next) || verifiers(next) == verifiers(first) {
		t.Fatal("the keys are not new")
	}
	settle("the second before its record", next, next)
	if _, err := l.Settle(origin, first.Verifiers()); !errors.Is(err, keyring.ErrNotInForce) {
		t.Errorf("by records from before the first rotation: %v", err)
	}
	if _, err := l.Settle(origin, third.Verifiers()[:1]); !errors.Is(err, keyring.ErrNotInForce) {
		t.Errorf("by half of the keys: %v", err)
	}
	settle("the second after its record", third, third)
}

func TestADamagedStagedFileLosesNothing(t *testing.T) {
	t.Parallel()
	l, first := made(t)
	_, next, err := l.Stage(origin)
	if err != nil {
		t.Fatal(err)
	}
	write(t, l.StagedPath(origin), read(t, l.StagedPath(origin))[:100])
	if _, _, err := l.Stage(origin); !errors.Is(err, keyring.ErrDamaged) || !strings.Contains(err.Error(), l.StagedPath(origin)) {
		t.Errorf("stage: %v", err)
	}
	if _, err := l.Settle(origin, next.Verifiers()); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("settle: %v", err)
	}
	got, err := l.Settle(origin, first.Verifiers())
	wantKeys(t, "the old ones", got, first, err)
}

func TestManyWhoRotateAtOnceStageTheSameKeys(t *testing.T) {
	t.Parallel()
	l := keyring.LedgersIn(filepath.Join(t.TempDir(), "suyuan"))
	var mu sync.Mutex
	var wg sync.WaitGroup
	count := func(times int, f func() string) map[string]int {
		seen := make(map[string]int)
		for range times {
			wg.Go(func() {
				s := f()
				mu.Lock()
				defer mu.Unlock()
				seen[s]++
			})
		}
		wg.Wait()
		return seen
	}
	made := count(8, func() string {
		switch _, err := l.Make(origin); {
		case err == nil:
			return "made"
		case errors.Is(err, fs.ErrExist):
			return "there"
		default:
			return err.Error()
		}
	})
	if made["made"] != 1 || made["there"] != 7 {
		t.Errorf("%v", made)
	}
	staged := count(8, func() string {
		_, next, err := l.Stage(origin)
		if err != nil {
			return err.Error()
		}
		return verifiers(next)
	})
	if len(staged) != 1 {
		t.Fatalf("%d different outcomes: %v", len(staged), staged)
	}
	_, next, err := l.Stage(origin)
	if err != nil {
		t.Fatal(err)
	}
	settled := count(8, func() string {
		k, err := l.Settle(origin, next.Verifiers())
		if err != nil {
			return err.Error()
		}
		return verifiers(k)
	})
	if settled[verifiers(next)] != 8 {
		t.Errorf("%v", settled)
	}
}

func FuzzLedgerKeysAreWhatTheyAreWrittenAs(f *testing.F) {
	golden, err := os.ReadFile("testdata/golden.ledger")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add([]byte("suyuan/v1 ledger-keys\n\n\n\n\n\n"))
	f.Add(golden[:200])
	f.Fuzz(func(t *testing.T, content []byte) {
		l := keyring.LedgersIn(t.TempDir())
		if err := os.MkdirAll(filepath.Dir(l.Path(origin)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, l.Path(origin), content)
		if k, err := l.Load(origin); err == nil && (k.Origin() != origin || !bytes.HasSuffix(content, []byte(verifiers(k)+"\n"))) {
			t.Errorf("%q loads as %s", content, k)
		}
	})
}
