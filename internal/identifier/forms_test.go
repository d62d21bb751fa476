package identifier

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestBroaderFormsAreThoseOfAllReadingsAndNoKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"(01)09521141012345(10)26-0007(21)0007-1": {"https://id.gs1.org/01/09521141012345/10/26-0007", "https://id.gs1.org/01/09521141012345"},
		"=A99992112345600=<S1234V00":              {"isbt128:din:A999921123456"},
		"BAG-7":                                   nil,
		"(99)no code":                             nil,
	} {
		keys, broader := Forms(text)
		if !slices.Equal(broader, want) || !slices.Equal(keys, Keys(text)) {
			t.Errorf("%s: got %q and %q, want %q", text, keys, broader, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		keys, broader := Forms(text)
		if !slices.Equal(keys, Keys(text)) {
			t.Fatalf("%q: %q are not %q", text, keys, Keys(text))
		}
		for _, form := range broader {
			if slices.Contains(keys, form) {
				t.Fatalf("%q: %q is its own form", text, form)
			}
		}
	})
}

// Indexes are derived from forms: where one changes, they must not be believed.
func TestTheVersionOfFormsIsRaisedWhenAFormChanges(t *testing.T) {
	t.Parallel()
	const version, want = 1, "76ab90468742ace6"
	var all []byte
	for _, text := range []string{
		"(01)09521141012345(17)270313(10)26-0007(21)0007-1", "]d20109521141012345210007-1", "urn:epc:class:lgtin:9521141.001234.26-0007",
		"https://any.example/01/09521141012345/10/26-0007?17=270313", "09521141012345", "(414)0614141073467(254)0", "6901234567892", "106141412345678908",
		"=A99992112345600", "A9999 21 123456 3", "=A99992112345600=<S1234V00&+A9999000000", "A9999S1234A999921123456000000", "CHA9999 26 AB12CD", "=<S1234V00",
		"SEC: PL001499Z549917123456 A00T041600320171231", "8123 4567 8901 2345 6789", "86900000000001", "MA.156.M1.1", "ＬＣ－Ｈ１／ＢＡＧ７", "(21)no key", "text:09521141012345",
	} {
		keys, broader := Forms(text)
		all = fmt.Appendf(all, "%q %q %q\n", text, keys, broader)
	}
	sum := sha256.Sum256(all)
	if got := fmt.Sprintf("%x", sum[:8]); FormsVersion != version || got != want {
		t.Errorf("version %d, forms %s: raise the version, and note both here", FormsVersion, got)
	}
}
