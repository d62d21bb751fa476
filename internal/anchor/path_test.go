package anchor_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"suyuan/internal/anchor"
)

func TestAPathRemembersItsLedger(t *testing.T) {
	t.Parallel()
	f, dir := anchor.At(t.TempDir()), t.TempDir()
	odd := filepath.Join(dir, "账本 one\nline.db")
	for _, ledger := range []string{filepath.Join(dir, "suyuan.db"), odd} {
		if got, ok, err := f.Bound(ledger); ok || err != nil {
			t.Fatalf("before: %q, %v, %v", got, ok, err)
		}
		for range 2 {
			if err := f.Bind(ledger, origin); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok, err := f.Bound(filepath.Join(dir, "x", "..", filepath.Base(ledger))); got != origin || !ok || err != nil {
			t.Fatalf("after: %q, %v, %v", got, ok, err)
		}
	}
}

func TestAnotherLedgerAtAPathIsRefusedUntilItIsMeant(t *testing.T) {
	t.Parallel()
	f, ledger := anchor.At(t.TempDir()), filepath.Join(t.TempDir(), "suyuan.db")
	if err := f.Bind(ledger, origin); err != nil {
		t.Fatal(err)
	}
	var other *anchor.OtherLedgerError
	if err := f.Bind(ledger, "b.example"); !errors.Is(err, anchor.ErrOtherLedger) || !errors.As(err, &other) || other.Known != origin || other.Now != "b.example" {
		t.Errorf("bind: %v", err)
	}
	if err := f.Rebind(ledger, "c.example", "b.example"); !errors.Is(err, anchor.ErrOtherLedger) {
		t.Errorf("rebind from what is not known there: %v", err)
	}
	if got, _, err := f.Bound(ledger); got != origin || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := f.Rebind(ledger, origin, "b.example"); err != nil {
		t.Fatal(err)
	}
	if got, _, err := f.Bound(ledger); got != "b.example" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOneOfManyLedgersGetsAPath(t *testing.T) {
	t.Parallel()
	f, ledger := anchor.Own(filepath.Join(t.TempDir(), "anchor")), filepath.Join(t.TempDir(), "suyuan.db")
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			switch err := f.Bind(ledger, string(rune('a'+i))+".example"); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, anchor.ErrOtherLedger):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d won, want 1", won.Load())
	}
}

func TestWhatIsNoPathOrNoOriginIsRefused(t *testing.T) {
	t.Parallel()
	f := anchor.At(t.TempDir())
	if err := f.Bind("suyuan.db", origin); err == nil || !strings.Contains(err.Error(), "absolute") {
		t.Errorf("%v", err)
	}
	if _, _, err := f.Bound("suyuan.db"); err == nil {
		t.Error("a relative path has no ledger")
	}
	for _, bad := range []string{"", "a\nb"} {
		if err := f.Bind(filepath.Join(f.Dir(), "l.db"), bad); err == nil {
			t.Errorf("origin %q was bound", bad)
		}
	}
}

func TestAFlippedByteInAPathIsDamageOrAnotherOrigin(t *testing.T) {
	t.Parallel()
	f, ledger := anchor.At(t.TempDir()), filepath.Join(t.TempDir(), "suyuan.db")
	if err := f.Bind(ledger, origin); err != nil {
		t.Fatal(err)
	}
	list, err := filepath.Glob(filepath.Join(f.Dir(), "*.path"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	good, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1
		write(t, list[0], bad)
		got, ok, err := f.Bound(ledger)
		switch {
		case i < len(origin) && got != origin:
		case i >= len(origin) && errors.Is(err, anchor.ErrDamaged):
		default:
			t.Errorf("byte %d: %q, %v, %v", i, got, ok, err)
		}
	}
	for _, content := range []string{"", origin, "\n" + ledger + "\n", string(good) + "x"} {
		write(t, list[0], []byte(content))
		if _, _, err := f.Bound(ledger); !errors.Is(err, anchor.ErrDamaged) {
			t.Errorf("%q: %v", content, err)
		}
		if err := f.Bind(ledger, origin); !errors.Is(err, anchor.ErrDamaged) {
			t.Errorf("bind over %q: %v", content, err)
		}
	}
}
