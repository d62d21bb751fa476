package boltstore

import (
	"errors"
	"strings"
	"testing"

	"suyuan/internal/ledger"
)

func TestAPanicOnADamagedPageSpeaksOfTheFileFirst(t *testing.T) {
	t.Parallel()
	var none []int
	err := guard(func() error {
		none[len("page")]++ // as bbolt does, where a page says too much
		return nil
	})
	text := ledger.ErrDamaged.Error() + ": its page structure is damaged"
	if !errors.Is(err, ledger.ErrDamaged) || !strings.HasPrefix(err.Error(), text) || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("%v, want %q and then the detail", err, text)
	}
	if err := guard(func() error { return nil }); err != nil {
		t.Errorf("nothing wrong: %v", err)
	}
}
