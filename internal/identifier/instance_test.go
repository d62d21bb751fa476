package identifier

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestOnlyWhatCannotBeAnythingElseIsAnInstance(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"(01)09521141012345(17)270313(10)26-0007(21)0007-1": "https://id.gs1.org/01/09521141012345/21/0007-1",
		"（01）09521141012345（21）0007-1":                      "https://id.gs1.org/01/09521141012345/21/0007-1",
		"⑴":                                                 "",
		"]d20109521141012345210007-1":                       "https://id.gs1.org/01/09521141012345/21/0007-1",
		"https://x.example/01/09521141012345/21/0007-1":     "https://id.gs1.org/01/09521141012345/21/0007-1",
		"urn:epc:id:sgtin:9521141.001234.0007-1":            "https://id.gs1.org/01/09521141012345/21/0007-1",
		"(00)106141412345678908":                            "https://id.gs1.org/00/106141412345678908",
		"(01)09521141012345(10)26-0007":                     "https://id.gs1.org/01/09521141012345/10/26-0007",
		"(01)09521141012345":                                "", // a product
		"(414)0614141073467":                                "", // a place
		"https://hospital.example/bags/7":                   "",
		"(01)09521141012346(21)1":                           "", // wrong check digit
		"=A99992112345600=<S1234V00":                        "isbt128:mpho:00000S1234A999921123456000000",
		"A9999S1234A999921123456000000":                     "isbt128:mpho:A9999S1234A999921123456000000",
		"=A99992112345600":                                  "isbt128:din:A999921123456",
		"=A99992112345663":                                  "isbt128:din:A999921123456", // 63 is its check
		"isbt128:din:A999921123456":                         "isbt128:din:A999921123456",
		"=A99992112345601":                                  "", // the first container of a donation
		"=A99992112345600=>021365":                          "", // what expires then
		"A999921123456":                                     "", // a number of a hospital's own can look like this
		"PL001499Z549917123456A00T041600320171231":          "sec:PL001499Z549917123456A00T0416003",
		"SEC:PL001499Z549917123456":                         "sec:PL001499Z549917123456",
		"81234567890123456789":                              "", // digits
		"cn-trace:81234567890123456789":                     "cn-trace:81234567890123456789",
		"０９５２１１４１０１２３４５":                                    "",
		"010952114101234521LC0007":                          "", // it can be text
		"MA.156.M0.100001":                                  "",
		"text:BAG-7":                                        "",
		"A9999 21 123456 S1234V00":                          "", // blanks
		"U1":                                                "",
		"LOT-7":                                             "",
		"F:2026/17(B)":                                      "",
		"11010519491231002X":                                "",
	} {
		var forms []string
		for _, c := range Instances(text) {
			forms = append(forms, c.Normal())
		}
		if got := strings.Join(forms, " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// What is passed over without being read must be what reading would leave out, and
// whatever is an instance is one in its normal form, and is found by that.
func FuzzInstances(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(checkInstances)
}

func TestInstancesAreFoundByTheirNormalForms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom(seeds).Draw(rt, "seed")
		runes := []rune(text)
		for range rapid.IntRange(0, 3).Draw(rt, "changes") {
			if len(runes) > 0 {
				runes[rapid.IntRange(0, len(runes)-1).Draw(rt, "at")] = rapid.Rune().Draw(rt, "rune")
			}
		}
		checkInstances(t, string(runes))
	})
}

func checkInstances(t *testing.T, text string) {
	t.Helper()
	list := Instances(text)
	keys := Keys(text)
	for _, c := range list {
		n := c.Normal()
		again := Instances(n)
		if !slices.Contains(keys, n) || len(again) != 1 || again[0].Normal() != n {
			t.Fatalf("%q is %q, which is %v, and the keys are %q", text, n, again, keys)
		}
	}
	codes, err := Parse(text)
	if folded, _ := Fold(text); err != nil || canBeMarked(text) || all(folded, digits) || strings.ContainsAny(folded, " \t\r\n") {
		return
	}
	for _, c := range codes {
		if (c.names == Item || c.names == Lot) && !slices.ContainsFunc(codes, func(c Code) bool { return c.scheme == Text }) {
			t.Fatalf("%q is passed over, and is %v", text, c)
		}
	}
}

func BenchmarkPlainIDsAreNoInstances(b *testing.B) {
	for b.Loop() {
		if Instances("HZ2-F-2026-000123") != nil {
			b.Fatal("a plain id is a code")
		}
	}
}
