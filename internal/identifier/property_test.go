package identifier

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A bag is what the spellings of one identity are drawn from.
type bag struct {
	prefix, indicator, item string // of its GTIN
	serial, lot             string
	expiry                  string // YYMMDD or nothing
}

func drawBag(t *rapid.T) bag {
	prefix := rapid.StringMatching(`[0-9]{6,12}`).Draw(t, "prefix")
	item := rapid.StringMatching(`[0-9]{12}`).Draw(t, "item")[len(prefix):]
	value := rapid.StringOfN(rapid.SampledFrom([]rune(cset82)), 1, 20, -1)
	return bag{
		prefix, rapid.StringMatching(`[0-9]`).Draw(t, "indicator"), item, value.Draw(t, "serial"), value.Draw(t, "lot"),
		rapid.SampledFrom([]string{"", "270131", "280229", "990100"}).Draw(t, "expiry"),
	}
}

func (b bag) gtin() string {
	body := b.indicator + b.prefix + b.item
	check, _ := CheckDigit(body)
	return body + string(check)
}

// spelled are the ways to write the bag down.
func (b bag) spelled(t *rapid.T) []string {
	host := rapid.SampledFrom([]string{"https://id.gs1.org", "http://a.cn", "HTTPS://shop.example.com:8443/p/q"}).Draw(t, "host")
	link := host + "/01/" + b.gtin() + "/10/" + escape(b.lot) + "/21/" + escape(b.serial)
	elements := []Element{{"01", b.gtin()}, {"10", b.lot}, {"21", b.serial}}
	if b.expiry != "" {
		link, elements = link+"?17="+b.expiry, append(elements, Element{"17", b.expiry})
	}
	elements = rapid.Permutation(elements).Draw(t, "order")
	scanned, _ := Code{scheme: GS1, said: elements}.ElementString()
	return []string{
		link, bracketed(elements), strings.NewReplacer("(", "（", ")", "）").Replace(bracketed(elements)), "]d2" + scanned[1:], "]C1" + scanned, scanned,
		"urn:epc:id:sgtin:" + b.prefix + "." + b.indicator + b.item + "." + escapeURN(b.serial), wide(bracketed(elements)),
	}
}

// wide spells ASCII as an input method does that was left at full width.
func wide(text string) string {
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r - '!' + '！'
		}
		return r
	}, text)
}

func TestEverySpellingOfABagMeetsInOneNormalForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawBag(t)
		want := "https://id.gs1.org/01/" + b.gtin() + "/21/" + escape(b.serial)
		for _, spelling := range b.spelled(t) {
			codes, err := Parse(spelling)
			if isResident(b.serial) || isResident(b.lot) {
				continue
			}
			if err != nil || len(codes) != 1 || codes[0].Normal() != want {
				t.Fatalf("Parse(%q) = %v, %v, want %s", spelling, codes, err, want)
			}
			c := codes[0]
			if gtin, _ := c.GTIN(); gtin != b.gtin() {
				t.Errorf("%q: GTIN %s, want %s", spelling, gtin, b.gtin())
			}
			if serial, _ := c.Serial(); serial != b.serial {
				t.Errorf("%q: serial %q, want %q", spelling, serial, b.serial)
			}
			if urn, ok := c.URN(len(b.prefix)); !ok || !strings.HasSuffix(urn, ":"+b.prefix+"."+b.indicator+b.item+"."+escapeURN(b.serial)) {
				t.Errorf("%q: URN %q", spelling, urn)
			}
			if _, said := c.Lot(); said != (len(c.Broader()) == 2) {
				t.Errorf("%q: lot said %v, broader %v", spelling, said, c.Broader())
			}
		}
	})
}

func TestTwoBagsNeverMeet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawBag(t), drawBag(t)
		if rapid.Bool().Draw(t, "same product") {
			b.prefix, b.indicator, b.item = a.prefix, a.indicator, a.item
		}
		same := a.gtin() == b.gtin() && a.serial == b.serial
		x, errA := Parse(bracketed([]Element{{"01", a.gtin()}, {"21", a.serial}}))
		y, errB := Parse(bracketed([]Element{{"01", b.gtin()}, {"21", b.serial}}))
		if errA == nil && errB == nil && x[0].Equal(y[0]) != same {
			t.Errorf("%+v and %+v: %s and %s", a, b, x[0].Normal(), y[0].Normal())
		}
	})
}

func TestDonationsAndProductsMeetHoweverTheyAreScanned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		din := rapid.StringMatching(`[A-NP-Z][0-9]{4}[0-9]{2}[0-9]{6}`).Draw(t, "number")
		check, _ := CheckCharacter(din)
		flags := string([]byte{digits[6+strings.IndexByte(alphabet37, check)/10], digits[strings.IndexByte(alphabet37, check)%10]})
		for _, spelling := range []string{
			"=" + din + "00", "=" + din + flags, din, din + string(check), din + flags + string(check), strings.ToLower(din), wide(din),
			din[:5] + " " + din[5:7] + " " + din[7:] + " " + string(check),
		} {
			codes, err := Parse(spelling)
			if err != nil || !slices.ContainsFunc(codes, func(c Code) bool { return c.Normal() == "isbt128:din:"+din }) {
				t.Errorf("Parse(%q) = %v, %v, want the donation %s", spelling, codes, err, din)
			}
		}
		pdc := rapid.StringMatching(`[EFHSP][0-9]{4}`).Draw(t, "product")
		division := rapid.StringMatching(`[A-Z0-8][a-z0-8]`).Draw(t, "division")
		kind := rapid.StringMatching(`[A-Za-z0-9]`).Draw(t, "collection type")
		want := "isbt128:mpho:00000" + pdc + din + division + "0000"
		for _, spelling := range []string{"=" + din + "00=<" + pdc + kind + division, "=+02000=<" + pdc + kind + division + "=" + din + flags, din + " " + pdc + kind + division} {
			codes, err := Parse(spelling)
			if err != nil || codes[0].Normal() != want {
				t.Errorf("Parse(%q) = %v, %v, want %s", spelling, codes, err, want)
			}
		}
	})
}

func TestTheCenturyOfATwoDigitYearIsTheNearest(t *testing.T) {
	t.Parallel()
	// GS1 General Specifications section 7.12, worked for 2026.
	for yy, want := range map[int]int{0: 2000, 26: 2026, 27: 2027, 76: 2076, 77: 1977, 99: 1999} {
		if got := inCentury(yy, 2026); got != want {
			t.Errorf("%02d in 2026 is %d, want %d", yy, got, want)
		}
	}
	if got := inCentury(10, 2061); got != 2110 {
		t.Errorf("10 in 2061 is %d, want 2110: 51 years before is out of reach", got)
	}
	if got := inCentury(26, 2076); got != 2126 {
		t.Errorf("26 in 2076 is %d, want 2126: 50 years before is out of reach", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		yy, year := rapid.IntRange(0, 99).Draw(t, "yy"), rapid.IntRange(1970, 2200).Draw(t, "year")
		if got := inCentury(yy, year); got%100 != yy || got < year-49 || got > year+50 {
			t.Errorf("%02d in %d is %d", yy, year, got)
		}
	})
}

func TestExpiryIsReadAsEachSchemeWritesIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"(01)09521141012345(17)270200":                   "2027-02-28",
		"(01)09521141012345(17)280200":                   "2028-02-29",
		"(01)09521141012345(17)771231":                   "1977-12-31",
		"(01)09521141012345(17)270313(7003)2703122330":   "2027-03-12T23:30",
		"=A99992112345600=<S1234V00&>0273652359":         "2027-12-31T23:59",
		"=A99992112345600=<S1234V00=>028060":             "2028-02-29",
		"=A99991712345600=<S1234V00=>998001":             "1998-01-01",
		"SEC: PL001499Z549917123456 A00T041600320171231": "2017-12-31",
		"SEC: PL001499Z549917123456 A00T041600300000000": "",
		"(01)09521141012345":                             "",
		"81234567890123456789":                           "",
	} {
		codes, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		d, ok := codes[0].Expiry(2026)
		if ok != (want != "") || ok && d.String() != want {
			t.Errorf("%q expires %v (%v), want %q", text, d, ok, want)
		}
	}
}

func TestLotsLoseTheirPaddingInISBT128Only(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"=A99992112345600&,10000000000005434RZ": "5434RZ", "(01)09521141012345(10)007": "007"} {
		codes, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		if lot, _ := codes[0].Lot(); lot != want {
			t.Errorf("%q: lot %q, want %q", text, lot, want)
		}
	}
}

func TestBroaderNamesGoFromTheNearest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"(01)09521141012345(10)L(21)S":                        {"lot https://id.gs1.org/01/09521141012345/10/L", "product https://id.gs1.org/01/09521141012345"},
		"(01)09521141012345(10)L":                             {"product https://id.gs1.org/01/09521141012345"},
		"(01)09521141012345":                                  nil,
		"(8003)012345678901284ABC":                            {"product https://id.gs1.org/8003/01234567890128"},
		"(8018)123456789012345675(8019)1":                     {"person https://id.gs1.org/8018/123456789012345675"},
		"=A99992112345600=<S1234V99=,000001&+A9999000000":     {"item isbt128:mpho:00000S1234A999921123456000001", "donation isbt128:din:A999921123456"},
		"=A99992112345600=<S1234V00":                          {"donation isbt128:din:A999921123456"},
		"=A99992112345600":                                    nil,
		"(00)123456789012345675(02)09520123456788(37)25(10)A": nil,
		"hello": nil,
	} {
		codes, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		var got []string
		for _, c := range codes[0].Broader() {
			got = append(got, c.Names().String()+" "+c.Normal())
			if again, err := Parse(c.Normal()); err != nil || !again[0].Equal(c) || again[0].Names() != c.Names() {
				t.Errorf("%s reads back as %v, %v", c.Normal(), again, err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: broader %q, want %q", text, got, want)
		}
	}
}

func TestSchemesBeginTheirNormalFormsAndNoneBeginsAnothers(t *testing.T) {
	t.Parallel()
	kinds := []string{"donor", "patient", "unit", "batch", "lot", "aliquot", "equipment", "room", "site", "operator", "shipment", "case"}
	for _, s := range Schemes() {
		for _, other := range Schemes() {
			if s != other && strings.HasPrefix(other.String()+":", s.String()+":") {
				t.Errorf("%s begins %s", s, other)
			}
		}
		if slices.Contains(kinds, s.String()) {
			t.Errorf("scheme %s has the name of a kind of thing: its codes would be taken for references", s)
		}
	}
}

func TestCodesSayWhatTheyName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Names{
		"(01)09521141012345(21)A": Item, "(01)09521141012345(235)A": Item, "(01)09521141012345(10)A": Lot, "(01)09521141012345": Product, "(01)09521141012345(22)A": Product,
		"(8006)123456789012315678(21)1": Item, "(8006)123456789012315678": Product, "(8010)0614141123ABC(8011)1": Item, "(8010)0614141123ABC": Product,
		"(8003)012345678901284": Item, "(8003)01234567890128": Product, "(8004)9520614141234567": Item, "(00)123456789012345675": Item,
		"(8013)1987654Ad4X4bL5ttr2310c2K": Product, "(414)9521141100004": Place, "(417)9521141100004": Party, "(8017)123456789012345675": Person, "(8018)123456789012345675": Person,
		"(401)12345678": Consignment, "(402)12345678901234560": Consignment, "(253)1234567890128": Document, "(255)1234567890128": Document, "(415)9521141100004(8020)R": Document,
		"=A99992112345600": Donation, "=A99992112345600=<S1234V00": Item, "=<S1234V00": Product, "&/CHA999926AB12CD": Treatment,
		"SEC: PL001499Z549917123456": Donation, "SEC: PL001499Z549917123456 A00T041600320171231": Item,
		"81234567890123456789": Item, "cn-drug:86901890000654": Product, "MA.1": Unsaid, "hello": Unsaid,
	} {
		codes, err := Parse(text)
		if err != nil || codes[0].Names() != want {
			t.Errorf("Parse(%q) = %v, %v, want it to name %s", text, codes, err, want)
		}
	}
	for n := Unsaid; n <= Document; n++ {
		if n.String() == "unknown" {
			t.Errorf("what code %d names has no word", n)
		}
	}
}

func TestPartsOfCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, gtin, serial, lot, din string }{
		{"(01)09521141012345(10)L(21)S", "09521141012345", "S", "L", ""},
		{"(01)09521141012345(235)T", "09521141012345", "T", "", ""},
		{"(8006)123456789012315678(21)1", "12345678901231", "1", "", ""},
		{"urn:epc:id:cpi:0614141.123ABC.77", "", "77", "", ""},
		{"(00)123456789012345675", "", "", "", ""},
		{"A9999 21 123456", "", "", "", "A999921123456"},
		{"=A99992112345600=<S1234V00&,10000000000005434RZ", "", "", "5434RZ", "A999921123456"},
		{"&/CHA999926AB12CD", "", "", "", ""},
		{"hello", "", "", "", ""},
	} {
		codes, err := Parse(c.text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", c.text, err)
		}
		for name, part := range map[string]struct {
			get  func() (string, bool)
			want string
		}{"GTIN": {codes[0].GTIN, c.gtin}, "serial": {codes[0].Serial, c.serial}, "lot": {codes[0].Lot, c.lot}, "DIN": {codes[0].DIN, c.din}} {
			if got, ok := part.get(); got != part.want || ok != (part.want != "") {
				t.Errorf("%q: %s %q (%v), want %q", c.text, name, got, ok, part.want)
			}
		}
	}
}
