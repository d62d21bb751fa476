package identifier

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
)

// rows reads a file of vectors, by the names of its columns. It has to have as
// many rows as were there when the test was written: a file that is cut short
// must not pass.
func rows(t *testing.T, file string, want int) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var list []map[string]string
	for _, fields := range all[1:] {
		row := make(map[string]string)
		for i, name := range all[0] {
			row[name] = fields[i]
		}
		list = append(list, row)
	}
	if len(list) != want {
		t.Fatalf("%s has %d rows, want %d", file, len(list), want)
	}
	return list
}

// endsInCheck reports whether a text ends in its own check characters.
func endsInCheck(text string, n int, check func(string) (string, bool)) bool {
	if len(text) < n {
		return false
	}
	want, ok := check(text[:len(text)-n])
	return ok && want == text[len(text)-n:]
}

func checkDigitText(s string) (string, bool) { c, ok := CheckDigit(s); return string(c), ok }

func checkCharacterText(s string) (string, bool) { c, ok := CheckCharacter(s); return string(c), ok }

func TestCheckCharactersOfTheVectors(t *testing.T) {
	t.Parallel()
	for _, file := range []struct {
		name  string
		rows  int
		check func(string) (string, bool)
	}{
		{"checkdigits-net/gs1-mod10.csv", 47, checkDigitText},
		{"checkdigits-net/iso7064-mod37-2.csv", 116, checkCharacterText},
	} {
		for _, row := range rows(t, file.name, file.rows) {
			value := row["value"]
			got, ok := file.check(value)
			switch row["test"] {
			case "calculate":
				if !ok || got != row["expected_check"] {
					t.Errorf("%s: check of %q is %q, want %q", file.name, value, got, row["expected_check"])
				}
			case "calculate-reject":
				if ok {
					t.Errorf("%s: %q has the check character %q, want none", file.name, value, got)
				}
			case "accept", "accept-undetectable-error", "reject":
				want := row["test"] != "reject"
				if ends := endsInCheck(value, 1, file.check); ends != want {
					t.Errorf("%s: %q ends in its check character: %v, want %v", file.name, value, ends, want)
				}
			default:
				t.Errorf("%s: a row is for %q, which this test does not know", file.name, row["test"])
			}
		}
	}
}

func TestCheckDigitsAndPairsOfTheGS1Vectors(t *testing.T) {
	t.Parallel()
	for _, row := range rows(t, "gs1-syntax-engine/csum-vectors.csv", 14) {
		value := row["value"]
		if got := len(value) > 1 && endsInCheck(value, 1, checkDigitText); got != (row["expect"] == "valid") {
			t.Errorf("%q ends in its check digit: %v, want %s", value, got, row["expect"])
		}
	}
	for _, row := range rows(t, "gs1-syntax-engine/csumalpha-vectors.csv", 44) {
		value := row["value"]
		if got := endsInCheck(value, 2, CheckPair); got != (row["expect"] == "valid") {
			t.Errorf("%q ends in its check pair: %v, want %s", value, got, row["expect"])
		}
	}
}

func TestOwnCheckValues(t *testing.T) {
	t.Parallel()
	for _, row := range rows(t, "own-vectors/check-values.csv", 26) {
		var got string
		switch input := row["input"]; row["scheme"] {
		case "iso7064-mod37-2":
			got, _ = checkCharacterText(input)
		case "isbt-flag = 60+value", "mod37-2 two digits":
			check, _ := CheckCharacter(input)
			value := strings.IndexByte(alphabet37, check)
			if row["scheme"] == "isbt-flag = 60+value" {
				value += 60
				if c, err := ParseDIN("=" + input + strconv.Itoa(value)); err != nil {
					t.Errorf("flags of %q: %v %v", input, c, err)
				}
			}
			got = strconv.Itoa(100 + value)[1:]
		case "国家药品编码本位码 = gs1-mod10":
			got, _ = checkDigitText(input)
			if _, err := ParseDrugCode(input + got); err != nil {
				t.Errorf("drug code %s: %v", input+got, err)
			}
		case "own sample GS1 keys":
			got, _ = checkDigitText(input)
		default:
			t.Errorf("scheme %q is not known to this test", row["scheme"])
		}
		if got != row["expected"] {
			t.Errorf("%s of %q is %q, want %q", row["scheme"], row["input"], got, row["expected"])
		}
	}
}

func TestOwnStructures(t *testing.T) {
	t.Parallel()
	parse := map[string]func(string) (Code, error){"isbt128-din": ParseDIN, "sec": ParseSEC, "isbt128-mpho-unique-id": ParseMPHO, "isbt128-coi": ParseCoI}
	for _, row := range rows(t, "own-vectors/id-structures.csv", 16) {
		c, err := parse[row["kind"]](row["input"])
		if (err == nil) != (row["expect"] == "valid") {
			t.Errorf("%s %q: error %v, want %s", row["kind"], row["input"], err, row["expect"])
			continue
		}
		if err != nil {
			continue
		}
		var parts map[string]string
		if err := json.Unmarshal([]byte(row["parsed_json"]), &parts); err != nil {
			t.Fatal(err)
		}
		if got, want := c.Normal(), normalOf(row["kind"], parts); got != want {
			t.Errorf("%s %q: normal form %q, want %q", row["kind"], row["input"], got, want)
		}
		if check := parts["check"]; check != "" {
			if _, err := parse[row["kind"]](row["input"] + check); err != nil {
				t.Errorf("%s %q with its check character: %v", row["kind"], row["input"], err)
			}
		}
		if expiry := parts["expiry"]; expiry != "" {
			if d, ok := c.Expiry(2026); !ok || strings.ReplaceAll(d.String(), "-", "") != expiry {
				t.Errorf("%q expires %s, want %s", row["input"], d, expiry)
			}
		}
	}
}

// normalOf puts the parts of a vector together as the normal form has them.
func normalOf(kind string, p map[string]string) string {
	switch kind {
	case "isbt128-din":
		return "isbt128:din:" + p["fin"] + p["year"] + p["seq"]
	case "isbt128-mpho-unique-id":
		return "isbt128:mpho:" + p["finp"] + p["pdc"] + p["din"] + p["division"]
	case "isbt128-coi":
		return "isbt128:coi:CH" + p["fin"] + p["year"] + p["serial"]
	default:
		return "sec:" + p["country"] + p["te"] + p["donation"] + p["codingSystem"] + p["product"] + p["split"]
	}
}

func TestDigitalLinksOfTheGS1Vectors(t *testing.T) {
	t.Parallel()
	lenient := map[string]Leniency{"": 0, "convenienceAlphas": AlphaLabels, "zeroSuppressedGTIN": ShortGTINs}
	for _, row := range rows(t, "gs1-syntax-engine/digital-link-vectors.csv", 118) {
		if strings.Contains(row["engine_setting"], "vUNKNOWN_AI_NOT_DL_ATTR") {
			continue // turns a check off that cannot be turned off here; the row with the check on is the one before
		}
		mode, known := lenient[row["mode"]]
		if !known {
			t.Fatalf("mode %q is not known to this test", row["mode"])
		}
		c, err := ParseLink(row["uri"], mode)
		if (err == nil) != (row["expect"] == "accept") {
			t.Errorf("%s %s: error %v, want %s", row["mode"], row["uri"], err, row["expect"])
			continue
		}
		if err != nil {
			continue
		}
		scanned, _ := c.ElementString()
		if got, want := strings.ReplaceAll(scanned, string(fnc1), "^"), row["element_string_caret_is_FNC1"]; got != want {
			t.Errorf("%s: element string %q, want %q", row["uri"], got, want)
		}
		if again, err := ParseElementString(scanned); err != nil || !again.Equal(c) {
			t.Errorf("%s: its element string reads as %v, %v, want %v", row["uri"], again, err, c)
		}
		link, _ := c.Link()
		if again, err := ParseLink(link, 0); err != nil || !again.Equal(c) {
			t.Errorf("%s: its canonical link %s reads as %v, %v, want %v", row["uri"], link, again, err, c)
		}
	}
}
