package identifier

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
)

// resident is the standard's own example (GB 11643).
const resident = "11010519491231002X"

func TestResidentNumbersAndPersonalDataAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		resident, strings.ToLower(resident), "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002x", "text:" + resident,
		"(01)09521141012345(21)" + resident, "]d2010952114101234521" + resident, "https://id.gs1.org/01/09521141012345/10/" + resident,
		"urn:epc:id:sgtin:0614141.107346." + resident, "(8018)123456789012345675(7253)WANG", "(8018)123456789012345675(7250)19491231",
		"https://a.cn/8018/123456789012345675?7256=WANG", "=A99992112345600=#0019491231", "=A99992112345600&#0003ABC",
	} {
		codes, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) || e.Problem != ProblemPerson {
			t.Errorf("Parse(%q) = %v, %v, want %s", text, codes, err, ProblemPerson)
			continue
		}
		if strings.Contains(err.Error(), "1949") || strings.Contains(err.Error(), "WANG") {
			t.Errorf("Parse(%q): the message repeats it: %v", text, err)
		}
	}
}

func TestNoMessageRepeatsAResidentNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"urn:epc:id:sgtin:" + resident, "(01)" + resident, "https://id.gs1.org/x/" + resident, "=" + resident, "SEC:" + resident, "isbt128:" + resident + ":",
		"https://id.gs1.org/01/09521141012345/99/" + resident,
	} {
		_, err := Parse(text)
		if err == nil || strings.Contains(strings.ToUpper(err.Error()), resident) {
			t.Errorf("Parse(%q): %v, want an error that does not repeat the number", text, err)
		}
	}
}

func TestNumbersThatOnlyLookLikeResidentNumbersPass(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"110105194912310021", "11010519491331002X", "(00)006141411234567890", "(8018)123456789012345675", "A11010519491231002X", "1101F519491231002X"} {
		if codes, err := Parse(text); err != nil {
			t.Errorf("Parse(%q) = %v, %v, want it read", text, codes, err)
		}
	}
}

// Package event finds resident numbers inside text of and about people, and
// this package where one stands for a code. Both must know the same numbers.
func TestEventAndIdentifierKnowTheSameResidentNumbers(t *testing.T) {
	t.Parallel()
	known := 0
	substitutions(resident, "0123456789X", func(number string) {
		_, err := event.Parse([]byte(`{"type":"eligibility","time":"2026-01-01T00:00:00Z","donor":"D1","result":"eligible","note":"` + number + `"}`))
		var e *event.Error
		if err != nil && (!errors.As(err, &e) || e.Rule != event.RuleIdentifies) {
			t.Fatal(err)
		}
		refused := e != nil && strings.Contains(e.Found, "resident") // not the mobile number that chance makes of its digits
		if got := isResident(number); got != refused {
			t.Errorf("%s: here %v, in package event %v", number, got, refused)
		}
		known++
	})
	if known != 180 {
		t.Errorf("compared %d numbers, want 180", known)
	}
}

func TestEventAndIdentifierKnowTheSameDatesOfBirth(t *testing.T) {
	t.Parallel()
	for _, born := range []string{"17991231", "18000101", "19000229", "19490231", "19491232", "19491301", "19490001", "19490100", "20991231", "21000101"} {
		number := "110105" + born + "002"
		for _, check := range "0123456789X" {
			_, err := event.Parse([]byte(`{"type":"eligibility","time":"2026-01-01T00:00:00Z","donor":"D1","result":"eligible","note":"` + number + string(check) + `"}`))
			if got := isResident(number + string(check)); got != (err != nil) {
				t.Errorf("%s%c: here %v, in package event %v", number, check, got, err)
			}
		}
	}
}

// A number of GS1's with its application identifier is what it says, whatever
// else its digits could be.
func TestAGSRNThatCouldBeAResidentNumberNeedsItsApplicationIdentifier(t *testing.T) {
	t.Parallel()
	for order := range 1000 {
		body := fmt.Sprintf("11010519491231%03d", order)
		check, _ := CheckDigit(body)
		number := body + string(check)
		if !isResident(number) {
			continue
		}
		if codes, err := Parse("(8018)" + number); err != nil || codes[0].Names() != Person {
			t.Errorf("(8018)%s: %v, %v", number, codes, err)
		}
		if codes, err := Parse(number); err == nil {
			t.Errorf("%s without it reads as %v, want it refused", number, codes)
		}
		return
	}
	t.Fatal("found no number that is both")
}
