package identifier

import (
	"errors"
	"slices"
	"testing"
	"unicode/utf8"
)

// seeds are texts of every scheme, right and wrong.
var seeds = []string{
	"", " ", "(01)09521141012345(17)270313(10)26-0007(21)0007-1", "]d2\x1d0109521141012345172703131026-0007\x1d210007-1", "0109521141012345172703131026-0007",
	"urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:idpat:itip:943549030.3943.04.93.*", "urn:epc:class:lgtin:4012345.012345.Lot987", "urn:epc:id:sgln:437473647364..0",
	"https://x.cn/a/01/10614141073464/21/2017?17=270101#f", "https://id.gs1.org/8010/061414111111111111111-A%23%2F/8011/1234", "(01)12345678901231(21)A\\(10)B",
	"=A99992112345600", "A9999 21 123456 3", "A9999 21 123456 S1234V99 000001", "=+05000=Z54991712345600=%T300=<T0416003&>0183652359&,4PL001499Z549917123456A00T041600320181231",
	"A9999E0398A999921123456A00000", "&/CHA999926AB12CD", "CHA999926123456D", "=/A9997AB3456T0123=A99991712345600=,000007", "SEC: PL001499Z549917123456 A00T041600320171231",
	"81234567890123456789", "86901890000654", "6901234567892", "123456789012345675", "MA.156.M0.100001", "text:text:=A", "isbt128:product:S1234", "sec:PL001499Z549917123456",
	"（０１）０９５２１１４１０１２３４５", "。《》【】“”", "<\u0338", "e\u200b\u0301", "ﬁ①㎏", "\ufdfa", "11010519491231002X", "a\xffb", "]C0", "(8004)1234ABCDEF", "(01)12345678901231(21)*", "[01]09521141012345[10]A",
}

// checkCodes holds what is promised of every code that was read.
func checkCodes(t *testing.T, text string, codes []Code, err error) {
	t.Helper()
	if err != nil {
		checkError(t, text, err)
		return
	}
	for _, c := range codes {
		n := c.Normal()
		again, err := Parse(n)
		if err != nil || len(again) != 1 || again[0].Normal() != n || again[0].Names() != c.Names() {
			t.Fatalf("%q has the normal form %q, which reads as %v, %v", text, n, again, err)
		}
		shown, err := Parse(c.String())
		if err != nil || !slices.ContainsFunc(shown, c.Equal) {
			t.Fatalf("%q is shown as %q, which reads as %v, %v, want %q among it", text, c, shown, err, n)
		}
		if link, ok := c.Link(); ok {
			if again, err := ParseLink(link, 0); err != nil || !again.Equal(c) {
				t.Fatalf("%q has the link %q, which reads as %v, %v", text, link, again, err)
			}
		}
		for digits := 6; digits <= 12; digits++ {
			if urn, ok := c.URN(digits); ok {
				if again, err := ParseURN(urn); err != nil || !again.Equal(c) {
					t.Fatalf("%q has the URN %q, which reads as %v, %v", text, urn, again, err)
				}
			}
		}
		for _, b := range c.Broader() {
			if b.Equal(c) {
				t.Fatalf("%q is broader than itself", text)
			}
		}
		c.Expiry(2026)
		c.Lot()
		c.DIN()
	}
}

func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%q: %v is no *Error", text, err)
	}
	if !slices.Contains(Problems(), e.Problem) || e.Offset < 0 || e.Offset > len(text) || e.Column(text) < 1 || !utf8.ValidString(e.Error()) {
		t.Fatalf("%q: %+v", text, e)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := Parse(text)
		if err == nil && len(codes) == 0 {
			t.Fatalf("%q: neither codes nor an error", text)
		}
		checkCodes(t, text, codes, err)
		folded, err := Fold(text)
		if err != nil {
			return
		}
		if twice, err := Fold(folded); err != nil || twice != folded {
			t.Fatalf("%q folds to %q and that to %q, %v", text, folded, twice, err)
		}
		again, _ := Parse(folded)
		if !slices.EqualFunc(codes, again, Code.Equal) {
			t.Fatalf("%q reads as %v and folded as %v", text, codes, again)
		}
	})
}

// fuzzOne fuzzes a parser of one scheme.
func fuzzOne(f *testing.F, scheme Scheme, parse func(string) (Code, error)) {
	f.Helper()
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse(text)
		checkCodes(t, text, []Code{c}, err)
		if err == nil && c.Scheme() != scheme {
			t.Fatalf("%q is of %s, want %s", text, c.Scheme(), scheme)
		}
	})
}

func FuzzParseElementString(f *testing.F) { fuzzOne(f, GS1, ParseElementString) }

func FuzzParseURN(f *testing.F) { fuzzOne(f, GS1, ParseURN) }

func FuzzParseLink(f *testing.F) {
	fuzzOne(f, GS1, func(s string) (Code, error) {
		c, err := ParseLink(s, ShortGTINs|AlphaLabels)
		if strict, bad := ParseLink(s, 0); bad == nil && (err != nil || !strict.Equal(c)) {
			return c, errors.New("a strict link reads otherwise when read leniently")
		}
		return c, err
	})
}

func FuzzParseISBT(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := ParseISBT(text)
		checkCodes(t, text, codes, err)
	})
}

func FuzzParseDIN(f *testing.F) { fuzzOne(f, ISBT128, ParseDIN) }

func FuzzParseMPHO(f *testing.F) { fuzzOne(f, ISBT128, ParseMPHO) }

func FuzzParseCoI(f *testing.F) { fuzzOne(f, ISBT128, ParseCoI) }

func FuzzParseSEC(f *testing.F) { fuzzOne(f, SEC, ParseSEC) }

func FuzzParseDrugTrace(f *testing.F) { fuzzOne(f, DrugTrace, ParseDrugTrace) }

func FuzzParseDrugCode(f *testing.F) { fuzzOne(f, DrugCode, ParseDrugCode) }

func FuzzParseText(f *testing.F) { fuzzOne(f, Text, ParseText) }

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"(01)09521141012345(17)270313(10)26-0007(21)0007-1", "https://id.gs1.org/01/09521141012345/21/0007-1", "=A99992112345600=<S1234V00", "A9999 21 123456 3", "81234567890123456789", "LC-H1/BAG 7", "0109521141012345172703131026-0007210007-1"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
