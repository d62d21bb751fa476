package event

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// residentNumber returns a number of GB 11643 with its right check character:
// the sum of the weights of the standard's table, not of the recursion.
func residentNumber(area, birth, order string) string {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	digits := area + birth + order
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return digits + string("10X98765432"[sum%11])
}

func TestIdentifierFindsDirectIdentifiers(t *testing.T) {
	t.Parallel()
	resident, withX := residentNumber("110105", "19491231", "002"), residentNumber("460200", "19880229", "123")
	if resident != "11010519491231002X" {
		t.Fatalf("resident number %s: want the standard's own example", resident)
	}
	for text, want := range map[string]string{
		resident:                  identifierResident,
		strings.ToLower(resident): identifierResident,
		withX:                     identifierResident,
		"患者" + resident + "入院":    identifierResident,
		"110105 19491231 002x":    identifierResident,
		"110105-19491231-002X":    identifierResident,
		"1101 0519 4912 3100 2X":  identifierResident,
		"１１０１０５１９４９１２３１００２Ｘ": identifierResident,
		"ID:" + resident + ".":                       identifierResident,
		"123-45-6789":                                identifierSocial,
		"ssn 123-45-6789.":                           identifierSocial,
		"123‐45‐6789":                                identifierSocial,
		"123–45–6789":                                identifierSocial,
		"13812345678":                                identifierMobile,
		"+8613812345678":                             identifierMobile,
		"8619912345678":                              identifierMobile,
		"+86 13812345678":                            identifierMobile,
		"+86-138-1234-5678":                          identifierMobile,
		"+86138 1234 5678":                           identifierMobile,
		"电话：138-1234-5678":                           identifierMobile,
		"138 1234 5678":                              identifierMobile,
		"138.1234.5678":                              identifierMobile,
		"138\u200b1234\u200b5678":                    identifierMobile,
		"tel13812345678":                             identifierMobile,
		"１３８１２３４５６７８":                                identifierMobile,
		"١٣٨١٢٣٤٥٦٧٨":                                identifierMobile,
		"call 15912345678, then leave":               identifierMobile,
		"a@b.cn":                                     identifierMail,
		"mail wang.wei+lab@hospital.example.org now": identifierMail,
		"联系：王伟@医院.中国":                                identifierMail,
		"wang＠example．com":                           identifierMail,
		"@@x@example.com":                            identifierMail,
		"P-13812345678":                              identifierMobile,
		"2026年3月1日 13812345678":                      identifierMobile,
	} {
		if got := identifier(text); got != want {
			t.Errorf("identifier(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestIdentifierPassesWhatOnlyLooksSimilar(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "U1", "LC-H1/OP-7", "D-1", "=G123417654321", "G1234 17 654321 00", "A9999 24 123456 00",
		"0190f3c0-7e1a-7cc2-98a1-13812345678a", "13812345-6789-4138-8123-456789138123",
		"P-0190f3c0-7e1a-7cc2-98a1-a13812345678", "0190F3C0-7E1A-7CC2-98A1-A13812345678",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"e3b0c44298fc1c149afbf4c8a13812345678b42427ae41e4649b934ca495991b",
		"sha256:e3b0c44298fc1c149afbf4c8a13812345678b42427ae41e4649b934ca495991b",
		"2026-03-01T08:00:00.123456789Z", "2026-03-01T08:00:00+08:00", "20260301080000", "1772352000", "1772352000123",
		"138123456789", "1381234567", "12812345678", "213812345678", "0138123456780",
		"110105194912310021", "11010519491231002", "011010519491231002X", "110105194913310027", "11010519491231002X1",
		"1234-45-6789", "123-45-67890", "123-456-789", "12-345-6789", "123 45 6789",
		"-150.0 @ LC-H1", "37 @ 5.5", "@example.com", "user@", "user@host", "LN2@-190.5", "a@b.c",
		"530120261012345678", "urn:epc:id:sgtin:0614141.107346.2018", "(01)09501101530003(17)261231(10)AB-123",
		"1301234 2026-03-01", "lot 1501234-2026", "2026-138-1234-5678", "138-1234-5678-9",
		"138-1234 5678", "138,1234,5678", "0.00", "1.5e10 cells", "67-68-5",
	} {
		if got := identifier(text); got != "" {
			t.Errorf("identifier(%q) = %q, want nothing", text, got)
		}
	}
}

func TestIdentifierPassesHashesAndUUIDsWhateverTheirDigits(t *testing.T) {
	t.Parallel()
	for i := range 20000 {
		sum := sha256.Sum256(fmt.Append(nil, i))
		hash := hex.EncodeToString(sum[:])
		uuid := hash[:8] + "-" + hash[8:12] + "-" + hash[12:16] + "-" + hash[16:20] + "-" + hash[20:32]
		for _, text := range []string{hash, uuid, strings.ToUpper(hash), "unit " + uuid + ", root " + hash + "."} {
			if got := identifier(text); got != "" {
				t.Fatalf("identifier(%q) = %q, want nothing", text, got)
			}
		}
	}
}

func TestIdentifierFindsNumbersInAnySurroundings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mobile := rapid.StringMatching(`(\+?86)?1[3-9][0-9]{9}`).Draw(t, "mobile")
		before := rapid.StringMatching(`([^0-9]{0,20}[g-z :,;])?`).Draw(t, "before")
		after := rapid.StringMatching(`([g-z :,;][^0-9]{0,20})?`).Draw(t, "after")
		if got := identifier(before + mobile + after); got == "" {
			t.Errorf("identifier(%q) found nothing, want %s", before+mobile+after, identifierMobile)
		}
		longer := before + mobile + rapid.StringMatching(`[0-9]{3,5}`).Draw(t, "more digits")
		if got := identifier(longer); got == identifierMobile {
			t.Errorf("identifier(%q) = %q inside a longer run of digits", longer, got)
		}
	})
}

func TestIdentifierFindsEveryResidentNumberAndNoWrongCheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		area := rapid.StringMatching(`[1-6][1-5][0-9]{4}`).Draw(t, "area")
		birth := fmt.Sprintf("%d%02d%02d", rapid.IntRange(1900, 2026).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		right := residentNumber(area, birth, rapid.StringMatching(`[0-9]{3}`).Draw(t, "order"))
		if got := identifier(right); got != identifierResident {
			t.Errorf("identifier(%q) = %q, want %q", right, got, identifierResident)
		}
		check := rapid.SampledFrom([]byte("0123456789X")).Draw(t, "check")
		wrong := right[:17] + string(check)
		if got := identifier(wrong); wrong != right && got != "" {
			t.Errorf("identifier(%q) = %q, want nothing for a wrong check character", wrong, got)
		}
	})
}

// The scan is done on every text that anybody sends: hostile ones of the
// greatest input must not take more than a moment.
func TestIdentifierReadsHostileTextInOnePass(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"@", "a@", "a@b.", "1 ", "1-", "138-", "138-1234-", "123-45-", "110105 ", "f", "0190f3c0-", "１", "\u200b"} {
		if got := identifier(strings.Repeat(part, MaxInput/len(part))); got != "" {
			t.Errorf("identifier of many %q = %q, want nothing", part, got)
		}
	}
}
