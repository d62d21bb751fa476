package identifier

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// substitutions yields text with each character in turn replaced by each other
// of the set.
func substitutions(text, set string, yield func(string)) {
	for i := range len(text) {
		for j := range len(set) {
			if set[j] != text[i] {
				yield(text[:i] + set[j:j+1] + text[i+1:])
			}
		}
	}
}

// transpositions yields text with each two different neighbours swapped.
func transpositions(text string, yield func(swapped string, i int)) {
	for i := range len(text) - 1 {
		if text[i] != text[i+1] {
			yield(text[:i]+text[i+1:i+2]+text[i:i+1]+text[i+2:], i)
		}
	}
}

func TestCheckDigitFindsEverySubstitutionAndAllSwapsButOfFiveApart(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{"12345670", "036000291452", "4006381333931", "09521141012345", "40000000000000006", "095211410000001233", "9616161616161616"} {
		digit, _ := CheckDigit(sample)
		number := sample + string(digit)
		found := 0
		substitutions(number, digits, func(wrong string) {
			found++
			if endsInCheck(wrong, 1, checkDigitText) {
				t.Errorf("%s for %s is not noticed", wrong, number)
			}
		})
		if found != 9*len(number) {
			t.Errorf("tried %d substitutions of %s, want %d", found, number, 9*len(number))
		}
		transpositions(number, func(wrong string, i int) {
			apart := int(number[i]) - int(number[i+1])
			blind := apart == 5 || apart == -5
			if endsInCheck(wrong, 1, checkDigitText) != blind {
				t.Errorf("%s for %s is noticed: %v, want %v", wrong, number, blind, !blind)
			}
		})
	}
}

func TestCheckCharacterFindsEverySubstitutionAndEverySwap(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{"A999921123456", "G123417654321", "W000009123456", "A999922012346", "CHA999926AB12CD", "ABC0126999999"} {
		check, _ := CheckCharacter(sample)
		text := sample + string(check)
		substitutions(text, alphabet37, func(wrong string) {
			if endsInCheck(wrong, 1, checkCharacterText) {
				t.Errorf("%s for %s is not noticed", wrong, text)
			}
		})
		transpositions(text, func(wrong string, _ int) {
			if endsInCheck(wrong, 1, checkCharacterText) {
				t.Errorf("%s for %s is not noticed", wrong, text)
			}
		})
	}
}

func TestCheckPairFindsEverySubstitutionAndEverySwap(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{"1987654Ad4X4bL5ttr2310c", "12345_ABCDEFGHIJKLM", "7907665Bm8v2", "00000!", "99999zzzzzzzzzzzzzzzzzz"} {
		pair, _ := CheckPair(sample)
		text := sample + pair
		substitutions(text, cset82, func(wrong string) {
			if endsInCheck(wrong, 2, CheckPair) {
				t.Errorf("%s for %s is not noticed", wrong, text)
			}
		})
		transpositions(text, func(wrong string, _ int) {
			if endsInCheck(wrong, 2, CheckPair) {
				t.Errorf("%s for %s is not noticed", wrong, text)
			}
		})
	}
}

// What a person types is refused where a character is wrong, and the right
// check character is named where the shape is right.
func TestTypedCodesWithOneWrongCharacterAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, set string
		parse     func(string) (Code, error)
		blind     func(a, b byte) bool // swaps that the algorithm cannot notice
	}{
		{"A9999211234563", alphabet37, ParseDIN, nil},
		{"CHA999926AB12CDD", alphabet37, ParseCoI, nil},
		{"86901890000654", digits, ParseDrugCode, fiveApart},
		{"(01)09521141012345", digits, ParseElementString, fiveApart},
		{"(00)095211410000001233", digits, ParseElementString, fiveApart},
		{"(8013)1987654Ad4X4bL5ttr2310c2K", cset82, ParseElementString, nil},
	} {
		if _, err := c.parse(c.text); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		head := c.text[:strings.IndexByte(c.text, ')')+1]
		refused := func(wrong string) {
			if code, err := c.parse(head + wrong); err == nil {
				t.Errorf("%s%s for %s reads as %v, want an error", head, wrong, c.text, code)
			}
		}
		substitutions(c.text[len(head):], c.set, refused)
		body := c.text[len(head):]
		transpositions(body, func(wrong string, i int) {
			if c.blind == nil || !c.blind(body[i], body[i+1]) {
				refused(wrong)
			}
		})
	}
}

// Flag characters of 60 to 96 are a check; every other value says something
// else, and then nothing is checked: a wrong character of the number is found as
// long as the flags stay a check.
func TestFlagsThatAreACheckFindEveryWrongCharacterOfTheNumber(t *testing.T) {
	t.Parallel()
	const number, flags = "G123417654321", "70"
	refused := func(wrong string) {
		if c, err := ParseDIN("=" + wrong); err == nil {
			t.Errorf("%s for %s%s reads as %v, want an error", wrong, number, flags, c)
		}
	}
	substitutions(number, alphabet37, func(wrong string) { refused(wrong + flags) })
	transpositions(number, func(wrong string, _ int) { refused(wrong + flags) })
	for value := 60; value <= 99; value++ {
		_, err := ParseDIN("=" + number + string([]byte{digits[value/10], digits[value%10]}))
		if right := value == 70 || value > 96; (err == nil) != right {
			t.Errorf("flags %d: %v, want them to pass %v", value, err, right)
		}
	}
}

func fiveApart(a, b byte) bool { return a == b+5 || b == a+5 }

func TestWrongCheckCharactersAreNamedAndTheRightOneToo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		right  string
		offset int
	}{
		"A9999 21 123456 4":                    {"3", 16},
		"=A99992112345671":                     {"63", 14},
		"(01)09521141012346":                   {"5", 17},
		"]d20109521141012346":                  {"5", 18},
		"（01）09521141012346":                   {"5", 21},
		"https://a.cn/x/01/09521141012346":     {"5", 31},
		"(8013)1987654Ad4X4bL5ttr2310c2X":      {"2K", 29},
		"CHA9999 26 AB12CD E":                  {"D", 18},
		"cn-drug:86901890000655":               {"4", 21},
		"(8018)123456789012345670(8019)12":     {"5", 23},
		"https://id.gs1.org/414/9521141100003": {"4", 35},
	} {
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) || e.Problem != ProblemCheck || e.Want != want.right || e.Offset != want.offset {
			t.Errorf("Parse(%q): %v, want %s at byte %d, right is %s", text, err, ProblemCheck, want.offset, want.right)
		}
	}
}

func TestCheckCharactersArePartOfWhatTheyCheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[0-9]{1,40}`).Draw(t, "number")
		digit, ok := CheckDigit(number)
		if sum := weighed(number + string(digit)); !ok || sum%10 != 0 {
			t.Errorf("check digit of %s is %c: the weighed sum is %d", number, digit, sum)
		}
		text := rapid.StringMatching(`[0-9A-Z]{1,30}`).Draw(t, "text")
		check, ok := CheckCharacter(text)
		sum := 0 // by powers of two, as ISO 7064 defines it, not by its recursion
		for i := range len(text) {
			power := 1
			for range len(text) - i {
				power = power * 2 % 37
			}
			sum += power * strings.IndexByte(alphabet37, text[i])
		}
		if sum += strings.IndexByte(alphabet37, check); !ok || sum%37 != 1 {
			t.Errorf("check character of %s is %c: the sum is %d modulo 37, want 1", text, check, sum%37)
		}
	})
}

// weighed is the sum of the digits with weights 1 and 3 from the right.
func weighed(number string) int {
	sum := 0
	for i := range len(number) {
		weight := 1
		if (len(number)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(number[i]-'0')
	}
	return sum
}

func TestThereIsNoCheckOfWhatTheAlgorithmCannotTake(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("1", 98), "1 2", "溯"} {
		if pair, ok := CheckPair(text); ok {
			t.Errorf("%q has the check pair %q, want none", text, pair)
		}
	}
	if _, ok := CheckPair(strings.Repeat("1", 97)); !ok {
		t.Error("97 characters have no check pair, want one")
	}
	for _, text := range []string{"", "a", "*", "1 2"} {
		if check, ok := CheckCharacter(text); ok {
			t.Errorf("%q has the check character %q, want none", text, check)
		}
		if digit, ok := CheckDigit(text); ok {
			t.Errorf("%q has the check digit %q, want none", text, digit)
		}
	}
}
