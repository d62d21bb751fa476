package identifier

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// normals are the normal forms of all readings.
func normals(t *testing.T, text string) []string {
	t.Helper()
	codes, err := Parse(text)
	if err != nil {
		t.Errorf("Parse(%q): %v", text, err)
	}
	var list []string
	for _, c := range codes {
		list = append(list, c.Normal())
	}
	return list
}

func TestOneBagHasOneNormalFormHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"https://id.gs1.org/01/10614141073464/21/2017": {
			"urn:epc:id:sgtin:0614141.107346.2017", "URN:EPC:id:SGTIN:0614141.107346.2017", "urn：epc：id：sgtin：0614141。107346。2017",
			"https://id.gs1.org/01/10614141073464/21/2017", "HTTP://shop.example.cn:8080/p/q/01/10614141073464/10/L1/21/2017?17=270101&utm=x#top",
			"https://a.cn/gtin/10614141073464/lot/L1/ser/2017", "(01)10614141073464(21)2017", "(01) 10614141073464 (10) L1 (21) 2017", "(01) 1 06 14141 07346 4\n(21) 2017", "(21)2017(17)270101(01)10614141073464",
			"［01］10614141073464［21］2017", "【01】10614141073464【21】2017", "（０１）１０６１４１４１０７３４６４（２１）２０１７", "]d2011061414107346410L1\x1d212017\x1d", "]C10110614141073464212017",
			"\x1d01106141410734642120" + "17", "\ufeff(01)10614141073464(21)2017\r\n", "(01)10614141073464(22)V2(21)2017", "(01)10614141073464(21)2017(414)9521141100004",
		},
		"https://id.gs1.org/01/04012345123456/10/Lot987": {"urn:epc:class:lgtin:4012345.012345.Lot987", "(01)04012345123456(10)Lot987", "https://x.cn/01/4012345123456/10/Lot987"},
		"https://id.gs1.org/01/12345678901231/21/a%2Fb%25": {
			"urn:epc:id:sgtin:234567.1890123.a%2Fb%25", "urn:epc:id:sgtin:234567.1890123.a/b%", "https://x.cn/01/12345678901231/21/a%2fb%25", "(01)12345678901231(21)a/b%",
		},
		"https://id.gs1.org/01/12345678901231/21/A%2810%29B":   {`(01)12345678901231(21)A\(10)B`, "]d2011234567890123121A(10)B"},
		"https://id.gs1.org/414/0614141073467/254/1234":        {"urn:epc:id:sgln:0614141.07346.1234", "(414)0614141073467(254)1234"},
		"https://id.gs1.org/414/0614141073467":                 {"urn:epc:id:sgln:0614141.07346.0", "(414)0614141073467", "(414)0614141073467(254)0"},
		"https://id.gs1.org/00/040123450000001112":             {"urn:epc:id:sscc:4012345.0000000111", "(00)040123450000001112", "]C100040123450000001112"},
		"https://id.gs1.org/8018/123456789012345675":           {"urn:epc:id:gsrn:1234567890.1234567", "(8018)123456789012345675"},
		"https://id.gs1.org/8004/9520614141234567":             {"https://e.cn/8004/9520614141234567?01=09520123456788", "(8004)9520614141234567(01)09520123456788", "(01)09520123456788(8004)9520614141234567"},
		"isbt128:din:A999921123456":                            {"=A99992112345600", "=A999921123456", "=A99992112345663", "A9999 21 123456", "a9999 21 123456 3", "A999921123456", "A9999211234563", "A999921123456073", "Ａ９９９９ ２１ １２３４５６", "]C0=A99992112345601"},
		"isbt128:din:W000009123456":                            {"W0000 09 123456 G"},
		"isbt128:din:690123456789" + "2":                       {"=690123456789200"},
		"isbt128:mpho:00000S1234A999921123456000000":           {"=A99992112345600=<S1234V00", "=<S1234400=A99992112345600", "=A99992112345600\r\n=<S1234V00", "A9999 21 123456 S1234V00", "a9999 21 123456 3 S1234V00", "00000S1234A999921123456000000", "=+03000=A99992112345600=<S1234V00&>0273652359"},
		"isbt128:mpho:00000E0398A999921123456A00000":           {"=A99992112345600=<E0398VA0", "00000E0398A999921123456A00000"},
		"isbt128:mpho:A9999S1234A999921123456000002":           {"=A99992112345600=<S1234V99=,000002&+A9999ABC123", "A9999S1234A999921123456000002"},
		"isbt128:mpho:A9997T0123A999917123456000007":           {"=/A9997AB3456T0123=A99991712345600=,000007"},
		"isbt128:product:S1234":                                {"=<S1234V00", "=<S1234400"},
		"isbt128:ppic:A9997AB3456T0123":                        {"=/A9997AB3456T0123"},
		"isbt128:coi:CHA999926AB12CD":                          {"&/CHA999926AB12CD", "CHA999926AB12CD", "CHA9999 26 AB12CD D", "cha9999 26 ab12cd"},
		"sec:PL001499Z549917123456A00T0416003":                 {"SEC: PL001499Z549917123456 A00T041600320171231", "SEC PL001499Z549917123456 A00T041600320171231", "PL001499Z549917123456A00T041600320171231", "PL001499Z549917123456 A00T041600300000000", "&,4PL001499Z549917123456A00T041600320181231", "sec:PL001499Z549917123456\nA00T041600320171231"},
		"sec:PL001499Z549917123456":                            {"SEC: PL001499Z549917123456"},
		"cn-trace:81234567890123456789":                        {"81234567890123456789", "8123 4567 8901 2345 6789", "８１２３４５６７８９０１２３４５６７８９"},
		"ma:156.M0.100001":                                     {"MA.156.M0.100001"},
		"text:LC-H1/BAG 7":                                     {" LC-H1/BAG 7 ", "ＬＣ－Ｈ１／ＢＡＧ\u30007", "LC–H1/BAG 7", "LC−H1/BAG 7", "LC‐H1/BAG\u16807", "LC-\u200bH1/BAG 7"},
		"text:https://hospital.example/obj/17":                 {"https://hospital.example/obj/17"},
		"text:urn:epc:id:gid:952056.2718.1414":                 {"urn:epc:id:gid:952056.2718.1414"},
		"text:urn:uuid:0190f3c0-7e1a-7cc2-98a1-13812345678a":   {"urn:uuid:0190f3c0-7e1a-7cc2-98a1-13812345678a"},
		"text:https://a.cn/docs/00/intro":                      {"https://a.cn/docs/00/intro"},
		"https://id.gs1.org/8017/123456789012345675/8019/12":   {"(8017)123456789012345675(8019)12"},
		"https://id.gs1.org/8010/0614141123ABC/8011/123456789": {"urn:epc:id:cpi:0614141.123ABC.123456789"},
		"https://id.gs1.org/8006/123456789012315678/21/1111":   {"urn:epc:id:itip:234567.1890123.56.78.1111", "(8006)123456789012315678(21)1111"},
		"https://id.gs1.org/253/1234567890128ABC":              {"urn:epc:id:gdti:1234567890.12.ABC", "(253)1234567890128ABC"},
		"https://id.gs1.org/01/09521141012345/235/TPX":         {"(01)09521141012345(235)TPX"},
		"https://id.gs1.org/01/00000012345670":                 {"(01)00000012345670", "]E412345670", "]E00000012345670", "urn:epc:idpat:sgtin:000001.0234567.*"},
		"https://id.gs1.org/8004/9520614141234567" + "8":       {"(8004)95206141412345678(7040)1ABC", "https://a.cn/8004/95206141412345678/7040/1ABC"},
		"https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K":    {"(8013)1987654Ad4X4bL5ttr2310c2K"},
		"https://id.gs1.org/01/09521141012345/22/2A":           {"(01)09521141012345(22)2A"},
		"https://id.gs1.org/01/09521141012345/21/A": {
			"(00)123456789012345675(01)09521141012345(21)A", "(8004)9520614141234567(01)09521141012345(21)A", "https://a.cn/01/09521141012345/10/00/21/A",
		},
		"https://id.gs1.org/00/123456789012345675":        {"(00)123456789012345675(02)09520123456788(37)25(10)A", "https://a.cn/00/123456789012345675?02=9520123456788&37=25", "(01)09521141012345(00)123456789012345675"},
		"https://id.gs1.org/8006/123456789012315678/21/7": {"(8006)123456789012315678(10)A(21)7"},
		"isbt128:mpho:00000X0123A999921123456A00000":      {"=A99992112345600=<X0123VA0"},
		"isbt128:mpho:00000X1123A999921123456000000":      {"=A99992112345600=<X1123000"},
		"isbt128:mpho:00000P1123A999921123456A00000":      {"=A99992112345600=<P1123VA0"},
		"isbt128:din:A999922012346":                       {"A99992201234696", "=A99992201234696=&X1"},
		"https://id.gs1.org/01/10614141073464/21/0":       {"urn:epc:id:sgtin:0614141.107346.0", "(01)10614141073464(21)0"},
		"text:A1 S1234V00":                                {"A1 S1234V00"},
		"text:A12345":                                     {"A12345"},
		"text:https://a.cn/01/09521141012345<":            {"https://a.cn/01/09521141012345<"},
		"isbt128:din:A999921123457":                       {"=A9999211234576A", "=A99992112345700"},
		"https://id.gs1.org/402/12345678901234560":        {"urn:epc:id:gsin:123456.7890123456", "(402)12345678901234560"},
		"https://id.gs1.org/8003/012345678901284ABC":      {"urn:epc:id:grai:1234567890.12.4ABC", "]C1\x1d8003012345678901284ABC"},
		"https://id.gs1.org/415/9521141100004/8020/REF1":  {"(415)9521141100004(8020)REF1", "(8020)REF1(415)9521141100004"},
		"isbt128:coi:CHA999926123456":                     {"&/CHA999926123456"},
		"isbt128:din:CHA9999261234":                       {"=CHA999926123456"},
	} {
		for _, spelling := range append(spellings, want) {
			if got := normals(t, spelling); !slices.Equal(got, []string{want}) {
				t.Errorf("Parse(%q): normal forms %q, want %q", spelling, got, want)
			}
		}
	}
}

func TestWhatIsAmbiguousHasAllItsReadings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"6901234567892":        {"https://id.gs1.org/01/06901234567892", "https://id.gs1.org/414/6901234567892", "https://id.gs1.org/417/6901234567892", "text:6901234567892"},
		"12345670":             {"https://id.gs1.org/01/00000012345670", "text:12345670"},
		"69012 34 567892":      {"isbt128:din:6901234567892", "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/414/6901234567892", "https://id.gs1.org/417/6901234567892"},
		"12345671":             {"text:12345671"},
		"123456789012345675":   {"https://id.gs1.org/00/123456789012345675", "https://id.gs1.org/8018/123456789012345675", "https://id.gs1.org/8017/123456789012345675", "text:123456789012345675"},
		"B12342112345601":      {"isbt128:din:B123421123456", "text:B12342112345601"},
		"B12342112345600":      {"isbt128:din:B123421123456"},
		"SEC room 5":           {"text:SEC room 5"},
		"86901890000654":       {"cn-drug:86901890000654", "https://id.gs1.org/01/86901890000654", "text:86901890000654"},
		"00006141411234567890": {"cn-trace:00006141411234567890", "https://id.gs1.org/00/006141411234567890"},
		"CHA999926123456":      {"isbt128:coi:CHA999926123456", "isbt128:din:CHA9999261234"},
		"0109521141012345" + "22V" + "10L" + "17270131": {
			"https://id.gs1.org/01/09521141012345/22/V10L17270131", "https://id.gs1.org/01/09521141012345/10/L17270131", "https://id.gs1.org/01/09521141012345/22/V10L",
			"https://id.gs1.org/01/09521141012345/10/L", "text:010952114101234522V10L17270131",
		},
		"]C10109521141012345" + "10L-7210007": {"https://id.gs1.org/01/09521141012345/10/L-7210007"},
		"0109521141012345172703131026-07":     {"https://id.gs1.org/01/09521141012345/10/26-07", "text:0109521141012345172703131026-07"},
		"010952114101234510L-7210007": {
			"https://id.gs1.org/01/09521141012345/10/L-7210007", "https://id.gs1.org/01/09521141012345/21/0007", "text:010952114101234510L-7210007",
		},
		"010952114101234521S717270131" + "10L9": {
			"https://id.gs1.org/01/09521141012345/21/S71727013110L9", "https://id.gs1.org/01/09521141012345/21/S7", "https://id.gs1.org/01/09521141012345/21/S717270131",
			"text:010952114101234521S71727013110L9",
		},
		"0109521141012346172703131026-07":                                       {"text:0109521141012346172703131026-07"},
		"=A99992112345600=<T0416003&,4PL001499A999921123456A00T041600320181231": {"isbt128:mpho:00000T0416A999921123456003000", "sec:PL001499A999921123456A00T0416003"},
		"800495206141412": {"text:800495206141412"},
	} {
		if got := normals(t, text); !slices.Equal(got, want) {
			t.Errorf("Parse(%q): normal forms %q, want %q", text, got, want)
		}
	}
}

func TestDifferentThingsHaveDifferentNormalForms(t *testing.T) {
	t.Parallel()
	seen := make(map[string]string)
	for _, text := range []string{
		"(01)09521141012345", "(01)09521141012345(10)A", "(01)09521141012345(10)a", "(01)09521141012345(21)A", "(01)09521141012345(21)0A", "(01)09521141012345(22)A", "(01)09521141012352(21)A",
		"(01)09521141012345(235)A", "(414)9521141100004", "(417)9521141100004", "(414)9521141100004(254)1", "(414)9521141100004(254)01", "(8017)123456789012345675", "(8018)123456789012345675",
		"(00)123456789012345675", "(8004)123456789012345675", "(01)09521141012345(21)A/B", "(01)09521141012345(21)A%2FB", "=A999921123456", "=A99992112345600=<S1234V00", "=A99992112345600=<S1234VA0",
		"=A99992112345600=<S1234VAa", "=A99992112345600=<S1234VAb", "=A99992112345600=<S1235V00", "=A99992112345700=<S1234V00", "=A99992112345600=<T1234003", "=A99992112345600=<T1234103",
		"=A99992112345600=<S1234V99=,000001", "=A99992112345600=<S1234V99=,000001&+A9999000000", "SEC:PL001499A999921123456", "PL001499A999921123456A00S123400120271231", "PL001499A999921123456A00S123400220271231",
		"text:A999921123456", "text:=A999921123456", "81234567890123456789", "text:81234567890123456789", "MA.1.2", "text:MA.1.2", "a", "A", "A ", "=<S1234V00", "CHA999926AB12CD",
	} {
		n := normals(t, text)
		if len(n) == 0 {
			continue
		}
		if other, twice := seen[n[0]]; twice && strings.TrimSpace(text) != other {
			t.Errorf("%q and %q have one normal form %s", text, other, n[0])
		}
		seen[n[0]] = strings.TrimSpace(text)
	}
}

func TestWhatIsWrongIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		problem Problem
		scheme  Scheme
		offset  int
	}{
		"":                                   {ProblemEmpty, 0, 0},
		" \t\u3000":                          {ProblemEmpty, 0, 0},
		"]d2":                                {ProblemEmpty, 0, 3},
		"text:":                              {ProblemEmpty, Text, 5},
		strings.Repeat("x", MaxInput+1):      {ProblemTooLong, 0, MaxInput},
		"ab\xff":                             {ProblemText, 0, 2},
		"a\x00b":                             {ProblemText, Text, 1},
		"(01)0952114101234":                  {ProblemLength, GS1, 17},
		"(01)095211410123456":                {ProblemLength, GS1, 18},
		"(01)0952114101234A":                 {ProblemCharacter, GS1, 17},
		"(01)09521141012345(21)A B":          {ProblemCharacter, GS1, 23},
		"(01)09521141012345(21)溯":            {ProblemCharacter, GS1, 22},
		"(01)09521141012345(17)271301(21)A":  {ProblemDate, GS1, 24},
		"(01)09521141012345(17)270230":       {ProblemDate, GS1, 26},
		"(01)09521141012345(7003)2702282460": {ProblemDate, GS1, 30},
		"(01)09521141012345(4321)2":          {ProblemValue, GS1, 24},
		"(7006)270100(01)09521141012345":     {ProblemDate, GS1, 10},
		"]d20109521141012345" + "10123456789012345678901": {ProblemLength, GS1, 41},
		"https://a.cn/8004/9520614141234567?21=A":         {ProblemShape, GS1, 35},
		"urn:epc:id:giai:1234567890123.1":                 {ProblemLength, GS1, 16},
		"=A999921123456003X":                              {ProblemLength, ISBT128, 17},
		"=A999921123456?":                                 {ProblemCharacter, ISBT128, 14},
		"urn:epc:id:sgtin:0614141.1073A6.1":               {ProblemLength, GS1, 25},
		"=0999921123456":                                  {ProblemCharacter, ISBT128, 1},
		"=+01000=A99992112345600=<S1234V00":               {ProblemIncomplete, ISBT128, 2},
		"=A99992112345600=>027000":                        {ProblemDate, ISBT128, 18},
		"=A99992112345600=>027366":                        {ProblemDate, ISBT128, 18},
		"=A99992112345600&>0273652360":                    {ProblemDate, ISBT128, 18},
		"=A99992112345600&>0273652400":                    {ProblemDate, ISBT128, 18},
		"MA.溯":                                            {ProblemCharacter, MA, 3},
		"(89)1":                                           {ProblemUnknown, GS1, 0},
		"]d289ABC":                                        {ProblemUnknown, GS1, 3},
		"(01)09521141012345(10)A(10)A":                    {ProblemRepeated, GS1, 27},
		"(01)09521141012345(21)A(235)B":                   {ProblemExcluded, GS1, 28},
		"(10)ABC":                                         {ProblemNoKey, GS1, 0},
		"(01)":                                            {ProblemLength, GS1, 4},
		"https://id.gs1.org/x/y":                          {ProblemNoKey, GS1, 19},
		"https://a.cn/01/09521141012345/21/A/10/B":        {ProblemShape, GS1, 36},
		"https://a.cn/01/09521141012345?10=A":             {ProblemShape, GS1, 31},
		"https://a.cn/01/09521141012345/21/%2":            {ProblemEscape, GS1, 34},
		"https://a.cn/01/09521141012345?89=A":             {ProblemUnknown, GS1, 31},
		"urn:epc:id:sgtin:0614141.107346":                 {ProblemShape, GS1, 31},
		"urn:epc:id:sgtin:06141.41107346.1":               {ProblemLength, GS1, 17},
		"urn:epc:id:sgtin:0614141.10734.1":                {ProblemLength, GS1, 25},
		"urn:epc:idpat:sgtin:0614141.*.*":                 {ProblemPattern, GS1, 20},
		"urn:epc:idpat:sscc:0614141.*":                    {ProblemPattern, GS1, 19},
		"=A9999211234560":                                 {ProblemCheck, ISBT128, 14},
		"=O999921123456":                                  {ProblemCharacter, ISBT128, 1},
		"=A99A921123456":                                  {ProblemCharacter, ISBT128, 4},
		"=A99992112345":                                   {ProblemLength, ISBT128, 13},
		"=A999921123456O0":                                {ProblemCharacter, ISBT128, 14},
		"=A99992112345600=A99992112345700":                {ProblemRepeated, ISBT128, 16},
		"=A99992112345600=<S1234V99":                      {ProblemIncomplete, ISBT128, 24},
		"A9999 21 123456 S1234V99":                        {ProblemIncomplete, ISBT128, 0},
		"=/A9997AB3456T0123=A99991712345600":              {ProblemIncomplete, ISBT128, 34},
		"=+03000=A99992112345600=<S1234V00":               {ProblemIncomplete, ISBT128, 2},
		"=A99992112345600&>0273662359":                    {ProblemDate, ISBT128, 18},
		"&>0273652359":                                    {ProblemNoKey, ISBT128, 0},
		"=":                                               {ProblemLength, ISBT128, 1},
		"isbt128:xyz:1":                                   {ProblemShape, ISBT128, 8},
		"SEC: PL001499Z549917123456 A00T0416003":          {"", 0, 0},
		"SEC: PL001499Z549917123456 X00T0416003":          {ProblemCharacter, SEC, 27},
		"PL001499Z549917123456 A00T041600320171331":       {"", 0, 0}, // not marked: text
		"SEC:PL001499Z549917123456A00T041600320171331":    {ProblemDate, SEC, 36},
		"MA.":                    {ProblemLength, MA, 3},
		"MA.1 2":                 {ProblemCharacter, MA, 4},
		"cn-trace:123":           {ProblemLength, DrugTrace, 12},
		"cn-drug:96901890000654": {ProblemCharacter, DrugCode, 8},
	} {
		codes, err := Parse(text)
		if want.problem == "" {
			if err != nil {
				t.Errorf("Parse(%.60q): %v, want it read", text, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%.60q) = %v, want %s", text, codes, want.problem)
			continue
		}
		if e.Problem != want.problem || e.Scheme != want.scheme || e.Offset != want.offset {
			t.Errorf("Parse(%.60q): %v (%s), want %s of %s at byte %d", text, e, e.Scheme, want.problem, want.scheme, want.offset)
		}
		if !slices.Contains(Problems(), e.Problem) {
			t.Errorf("Parse(%.60q): problem %q is not in the list", text, e.Problem)
		}
	}
}

func TestPlacesAreThoseOfTheTextAsItCameIn(t *testing.T) {
	t.Parallel()
	const text = "\ufeff（０１）０９５２１１４１０１２３４６" // a full-width character has three bytes, the byte order mark too
	_, err := Parse(text)
	var e *Error
	if !errors.As(err, &e) || e.Offset != 3+17*3 || e.Column(text) != 19 {
		t.Fatalf("%v: want byte 54, character 19", err)
	}
	if got := text[e.Offset:]; got != "６" {
		t.Errorf("at the place stands %q, want the check digit", got)
	}
}

// The search for lost separators must not take more than a moment, whatever
// the text: it stops at two, and at the length that a label can have.
func TestHostileElementStringsAreReadInAMoment(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0109521141012345" + strings.Repeat("10", 50), "0109521141012345" + strings.Repeat("10", 2000), "00123456789012345675" + strings.Repeat("10A\x1d", 900)} {
		begun := time.Now()
		_, err := Parse(text)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("Parse(%.30q…) took %v (%v)", text, took, err)
		}
	}
}

func TestWhatGoesWithAnAttributeIsNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"(10)A": "a key of GS1, such as 01, 02, 03, 8006, 8026", "(410)9521141100004": "a key of GS1"} {
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) || e.Problem != ProblemNoKey || e.Want != want {
			t.Errorf("Parse(%q): %v, want %q", text, err, want)
		}
	}
}

func TestCanonicalLinksHaveAllThatALinkCanSay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"(99)x(3103)000195(21)S/1(17)270131(10)L(01)09521141012345": "https://id.gs1.org/01/09521141012345/10/L/21/S%2F1?17=270131&3103=000195&99=x",
		"(01)09521141012345(235)T(10)L":                             "https://id.gs1.org/01/09521141012345/235/T?10=L",
		"(414)9521141100004(254)0":                                  "https://id.gs1.org/414/9521141100004",
		"(00)123456789012345675(7041)B":                             "https://id.gs1.org/00/123456789012345675", // not allowed in a link
		"(8004)9520614141234567(01)09521141012345":                  "https://id.gs1.org/8004/9520614141234567?01=09521141012345",
	} {
		c, err := ParseElementString(text)
		if got, ok := c.Link(); err != nil || !ok || got != want {
			t.Errorf("%s (%v): link %s, want %s", text, err, got, want)
		}
	}
	if c, err := ParseDIN("A999921123456"); err != nil {
		t.Error(err)
	} else if link, ok := c.Link(); ok {
		t.Errorf("a donation number has the link %s, want none", link)
	}
}

func TestLinksWithoutADomainAreNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https:///01/09521141012345", "https://01/09521141012345", "ftp://a.cn/01/09521141012345", "a.cn/01/09521141012345"} {
		if c, err := ParseLink(text, ShortGTINs|AlphaLabels); err == nil {
			t.Errorf("%s reads as %v, want it refused", text, c)
		}
	}
}

func TestWhatIsRefusedIsFoundByItsOwnSpelling(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"(01)09521141012346":                 {"text:(01)09521141012346"},
		"（01）09521141012346":                 {"text:(01)09521141012346"},
		"(01)09521141012345":                 {"https://id.gs1.org/01/09521141012345"},
		"P2026031500017":                     {"text:P2026031500017"},
		"12345670":                           {"https://id.gs1.org/01/00000012345670", "text:12345670"},
		"=A99992112345671":                   {"text:=A99992112345671"},
		"(8018)123456789012345675(7253)WANG": nil,
		"11010519491231002X":                 nil,
		"(01)0952114101234\x1d":              nil,
		"":                                   nil,
	} {
		if got := Keys(text); !slices.Equal(got, want) {
			t.Errorf("Keys(%q) = %q, want %q", text, got, want)
		}
	}
}
