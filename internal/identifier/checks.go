package identifier

import "strings"

const (
	digits   = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	smalls   = "abcdefghijklmnopqrstuvwxyz"

	// alphabet37 gives the values 0 to 36 of ISO 7064 MOD 37-2; the asterisk is
	// a check character only.
	alphabet37 = digits + capitals + "*"

	// cset82 in the order of its values (GS1 General Specifications figure
	// 7.11-1), cset39 (figure 7.11-2) and base64url (RFC 4648 section 5).
	cset82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	cset39 = "#-/" + digits + capitals
	cset64 = capitals + smalls + digits + "-_="

	// pairAlphabet are the 32 characters of a check pair.
	pairAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// CheckDigit returns the GS1 check digit of a number without it: from the
// right, weights 3, 1, 3 … (GS1 General Specifications section 7.9.1). It finds
// every wrong digit, and every swap of neighbours but of digits that differ by
// five. It reports whether there are digits, and nothing else.
func CheckDigit(number string) (byte, bool) {
	sum, weight := 0, 3
	for i := len(number) - 1; i >= 0; i-- {
		if !isDigit(number[i]) {
			return 0, false
		}
		sum += weight * int(number[i]-'0')
		weight = 4 - weight
	}
	return digits[(10-sum%10)%10], number != ""
}

// CheckPair returns the two check characters of a Global Model Number or a
// basic UDI-DI without them: weights are the primes from the right, modulo 1021
// (GS1 General Specifications section 7.9.5).
func CheckPair(text string) (string, bool) {
	if len(text) > len(primes) {
		return "", false
	}
	sum := 0
	for i := range len(text) {
		value := strings.IndexByte(cset82, text[i])
		if value < 0 {
			return "", false
		}
		sum += value * primes[len(text)-1-i]
	}
	sum %= 1021
	return string([]byte{pairAlphabet[sum/32], pairAlphabet[sum%32]}), true
}

// primes are the weights of a check pair.
var primes = func() (list [97]int) {
	n := 0
	for p := 2; n < len(list); p++ {
		isPrime := true
		for _, q := range list[:n] {
			isPrime = isPrime && p%q != 0
		}
		if isPrime {
			list[n] = p
			n++
		}
	}
	return list
}()

// CheckCharacter returns the check character of ISO 7064 MOD 37-2, which ISBT
// 128 prints in a box beside a donation identification number (ST-001 appendix
// A). It finds every wrong character and every swap of two.
func CheckCharacter(text string) (byte, bool) {
	sum := 0
	for i := range len(text) {
		value := strings.IndexByte(alphabet37[:36], text[i])
		if value < 0 {
			return 0, false
		}
		sum = (sum + value) * 2 % 37
	}
	return alphabet37[(38-sum)%37], text != ""
}

// residentLength is the length of a resident identity number (GB 11643).
const residentLength = 18

// isResident reports whether text as a whole is a Chinese resident identity
// number, so that it can be refused: 17 digits with a date of birth, and the
// check character of ISO 7064 MOD 11-2. Package event finds them inside text of
// and about people; here they must not pass for a code of 18 digits.
func isResident(text string) bool {
	if len(text) < residentLength {
		return false
	}
	kept := make([]byte, 0, residentLength)
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' || c == '-':
		case len(kept) < 17 && !isDigit(c) || len(kept) == residentLength:
			return false
		case c == 'x':
			kept = append(kept, 'X')
		default:
			kept = append(kept, c)
		}
	}
	if len(kept) != residentLength {
		return false
	}
	number, sum := string(kept), 0
	for i := range 17 {
		sum = (sum + int(number[i]-'0')) * 2 % 11
	}
	century, month, day := two(number[6:]), two(number[10:]), two(number[12:])
	return "10X98765432"[sum] == number[17] && 18 <= century && century <= 20 && 1 <= month && month <= 12 && 1 <= day && day <= 31
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// all reports whether every character of text is in set.
func all(text, set string) bool { return foreign(text, set) < 0 }

// foreign returns the index of the first byte that is not in set, or -1.
func foreign(text, set string) int {
	for i := range len(text) {
		if strings.IndexByte(set, text[i]) < 0 {
			return i
		}
	}
	return -1
}

// two reads two digits.
func two(text string) int { return int(text[0]-'0')*10 + int(text[1]-'0') }
