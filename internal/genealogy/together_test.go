package genealogy_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"suyuan/internal/genealogy"
)

func TestTogetherRunsAllAndPanicsWhereItWasCalled(t *testing.T) {
	t.Parallel()
	for _, bad := range []int{0, 2} {
		var ran atomic.Int32
		list := slices.Repeat([]func(){func() { ran.Add(1) }}, 4)
		list[bad] = func() { panic(&genealogy.DamageError{What: "a block"}) }
		func() {
			defer func() {
				if d, ok := recover().(*genealogy.DamageError); !ok || d.What != "a block" {
					t.Errorf("function %d: recovered %v, want the damage", bad, d)
				}
			}()
			genealogy.Together(list...)
		}()
		if ran.Load() != 3 {
			t.Errorf("function %d panics: %d others ran, want 3", bad, ran.Load())
		}
	}
	genealogy.Together()
}
