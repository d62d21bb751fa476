package logbook

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// changing gives an input whose second reading is other than the first.
func changing(t *testing.T, b *Book, first, second string) (ImportResult, error) {
	t.Helper()
	path := writeFile(t, first)
	passes := 0
	changed := false
	return b.Import(t.Context(), file(path), ImportOptions{Progress: func(done, total int64) {
		if passes++; done >= total/2 && !changed {
			changed = true
			if err := os.WriteFile(path, []byte(second), 0o600); err != nil {
				t.Error(err)
			}
		}
	}})
}

func TestAFileThatChangesMeanwhileIsNotImportedUnchecked(t *testing.T) {
	t.Parallel()
	for _, twice := range []bool{false, true} {
		changesAreSeen(t, twice)
	}
}

func changesAreSeen(t *testing.T, twice bool) {
	t.Helper()
	text := collections(0, 50)
	for name, second := range map[string]string{
		"cut short":     collections(0, 25),
		"gone":          "",
		"longer":        text + collections(50, 1),
		"other content": strings.Replace(text, `"D-1"`, `"D-7"`, 1) + " ",
		"other order":   collections(25, 25) + collections(0, 25),
		"not JSON":      strings.Replace(text, `"U-30"`, `"U-30`, 1),
		"a blank line":  strings.Replace(text, "\n", "\n\n", 1),
	} {
		b := newBook(t)
		b.step, b.decodeTwice = 10, twice
		_, err := changing(t, b, text, second)
		if !errors.Is(err, ErrChanged) {
			t.Errorf("%s: got %v", name, err)
		}
		if text := err.Error(); strings.Contains(text, " line ") {
			t.Errorf("%s: a line is named, which says nothing: %s", name, text)
		}
		n := size(t, b) - 1
		var cut *CutShortError
		if n == 0 && Code(err) != Failed || n > 0 && (!errors.As(err, &cut) || uint64(cut.Recorded) != n || cut.Size != n+1) {
			t.Errorf("%s: %d events recorded, %v", name, n, err)
		}
		if r := must(t, b, stream(text), ImportOptions{}); r.Recorded != 50-int(n) || r.Known != int(n) {
			t.Errorf("%s: the same import again: %+v", name, r)
		}
	}
}

func TestACancelledImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	text := collections(0, 100)
	for _, steps := range []int{0, 1, 3, 100, 101, 103} {
		b := newBook(t)
		b.step, b.decodeTwice = 10, steps >= 100
		steps %= 100
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		now := b.o.Now
		b.o.Now = func() time.Time {
			if calls++; calls == steps+2 { // once for the check, then once a step
				cancel()
			}
			return now()
		}
		_, err := b.Import(ctx, stream(text), ImportOptions{})
		cancel()
		var cut *CutShortError
		if n := size(t, b) - 1; n != uint64(10*steps) || n > 0 && (!errors.As(err, &cut) || cut.Recorded != int(n)) || !errors.Is(err, context.Canceled) {
			t.Errorf("after %d steps: %d events recorded, %v", steps, n, err)
		}
		if want := Unfinished; steps > 0 && Code(err) != want || steps == 0 && Code(err) != Interrupted {
			t.Errorf("after %d steps: exit %d", steps, Code(err))
		}
		b.o.Now = now
		if r := must(t, b, stream(text), ImportOptions{}); r.Recorded != 100-10*steps || r.Known != 10*steps || r.Size != 101 {
			t.Errorf("after %d steps, again: %+v", steps, r)
		}
	}
}
