package logbook

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/ledger"
)

// A code is read back however it is written down, and one flipped bit of the root, or another size, is another code.
func TestShortCodesAreReadBackAndTellStatesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var root ledger.Hash
		copy(root[:], rapid.SliceOfN(rapid.Byte(), len(root), len(root)).Draw(t, "root"))
		size := rapid.Uint64Range(1, 1<<40).Draw(t, "size")
		code := ShortCodeOf(size, root)
		for _, spelled := range []string{string(code), strings.ReplaceAll(string(code), " ", "-"), " " + strings.ReplaceAll(string(code), ":", ",") + "\n"} {
			n, again, ok := ParseShortCode(spelled)
			if !ok || n != size || again != code {
				t.Fatalf("%q is read as %d, %q, %v", spelled, n, again, ok)
			}
		}
		bit := rapid.IntRange(0, codeGroups*groupBytes*8-1).Draw(t, "bit")
		flipped := root
		flipped[bit/8] ^= 1 << (bit % 8)
		if ShortCodeOf(size, flipped) == code || ShortCodeOf(size+1, root) == code {
			t.Fatalf("another state has the code %q too", code)
		}
	})
	for _, bad := range []string{"", "7", "7: 1 2 3 4 5 6", "0: 00000 00000 00000 00000 00000 00000", "7: 00000 00000 00000 00000 00000", "7: 00000 00000 00000 00000 00000 00000 00000"} {
		if _, _, ok := ParseShortCode(bad); ok {
			t.Errorf("%q is read as a code", bad)
		}
	}
}
