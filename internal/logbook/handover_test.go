package logbook

import (
	"slices"
	"sync"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// ledgerKeys returns the verifier keys of one seed, Ed25519 first.
func ledgerKeys(seed string) []notary.LedgerKey {
	return []notary.LedgerKey{notarytest.Ed25519("l.example", seed).Public, notarytest.MLDSA("l.example", seed).Public}
}

func handing(seq uint64, from, to []notary.LedgerKey) handover {
	return handover{seq, &event.KeyRotation{Retires: texts(from), Keys: texts(to)}}
}

func TestAKeyHandsOverOnce(t *testing.T) {
	t.Parallel()
	first, second, thief := ledgerKeys("1"), ledgerKeys("2"), ledgerKeys("3")
	list := []handover{handing(3, first, second), handing(5, first, second), handing(7, first, thief)}
	for name, known := range map[string][]notary.LedgerKey{"the first": first, "the second": second} {
		l := lineageOf(known, list)
		for size, want := range map[uint64]string{3: first[0].String(), 4: second[0].String(), 6: second[0].String(), 9: second[0].String()} {
			if got := texts(l.at(size)); !slices.Contains(got, want) || slices.Contains(got, thief[0].String()) || len(got) != 2 {
				t.Errorf("who knows %s takes %.60q at size %d, want %.60q", name, got, size, want)
			}
		}
	}
}

func TestAHandoverIsByTheFirstKeyOfEachList(t *testing.T) {
	t.Parallel()
	ours, thief, next := ledgerKeys("1"), ledgerKeys("2"), ledgerKeys("3")
	mixed := []notary.LedgerKey{thief[0], ours[1]}
	for name, h := range map[string]handover{"retires": handing(3, mixed, next), "keys": handing(3, next, mixed)} {
		got := texts(lineageOf(ours, []handover{h}).ever())
		if slices.Contains(got, next[0].String()) || slices.Contains(got, thief[0].String()) {
			t.Errorf("%s names our second key behind a stranger's: %.60q are trusted", name, got)
		}
	}
}

func TestOfManyWhoRotateEachTakesOverFromTheLast(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	const many = 4
	var wait sync.WaitGroup
	for range many {
		wait.Add(1)
		go func() {
			defer wait.Done()
			o := s.o
			o.Wait = time.Minute
			b, err := Open(t.Context(), s.path, o)
			if err == nil {
				_, _, err = b.RotateKeys(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	v, err := Verify(t.Context(), s.path, VerifyOptions{Trust: s.o.Trust, Signatures: true})
	if err != nil || !v.OK || v.Sealed != many+1 {
		t.Errorf("sealed up to %d, %+v, %v", v.Sealed, v.Findings, err)
	}
}
