package event

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The kinds of direct identifiers.
const (
	identifierMobile   = "a mobile number"
	identifierResident = "a resident identity number"
	identifierSocial   = "a social security number"
	identifierMail     = "an e-mail address"
)

// identifier says which kind of direct identifier text holds, or nothing. It
// takes time in proportion to the text.
func identifier(text string) string {
	digits, ascii := countDigits(text)
	if !ascii {
		text = fold(text)
		digits, _ = countDigits(text)
	}
	if hasMail(text) {
		return identifierMail
	}
	if digits < len("123456789") {
		return ""
	}
	groups := digitGroups(text)
	for i := range groups {
		switch {
		case isSocial(text, groups[i:]):
			return identifierSocial
		case isResident(text, groups[i:]):
			return identifierResident
		case isMobile(text, groups, i):
			return identifierMobile
		}
	}
	return ""
}

func countDigits(s string) (n int, ascii bool) {
	or := byte(0)
	for i := range len(s) {
		or |= s[i]
		if isDigit(s[i]) {
			n++
		}
	}
	return n, or < utf8.RuneSelf
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// fold spells digits, dashes, dots and spaces of other scripts and widths in
// ASCII and leaves out what cannot be seen, so that none of it hides a number.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case unicode.Is(unicode.Nd, r):
			return digitOf(r)
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r) || r == '−':
			return '-'
		case unicode.Is(unicode.Zs, r):
			return ' '
		case r == '·' || r == '・':
			return '.'
		}
		return r
	}, norm.NFKC.String(s))
}

// digitOf returns the ASCII digit of the same value: Unicode lists the digits
// of a script in order, beginning with zero.
func digitOf(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) { //nolint:gosec // a code point
			return '0' + (r-rune(x.Lo))%10 //nolint:gosec // a code point
		}
	}
	return r
}

// A digitGroup is a run of digits that is as long as it can be: s[from:to].
type digitGroup struct{ from, to int }

func (g digitGroup) len() int { return g.to - g.from }

// digitGroups returns the runs of digits in s, but for those inside a UUID or
// a hash, where chance makes any number.
func digitGroups(s string) []digitGroup {
	var groups []digitGroup
	for i := 0; i < len(s); {
		switch from := i; {
		case !isHexDigit(s[i]):
			i++
		case uuidBegins(s[i:]):
			i += 36
		default:
			for i < len(s) && isHexDigit(s[i]) {
				i++
			}
			if !isHash(s[from:i]) {
				groups = appendGroups(groups, s, from, i)
			}
		}
	}
	return groups
}

func appendGroups(groups []digitGroup, s string, from, to int) []digitGroup {
	for i := from; i < to; i++ {
		if !isDigit(s[i]) {
			continue
		}
		start := i
		for i < to && isDigit(s[i]) {
			i++
		}
		groups = append(groups, digitGroup{start, i})
	}
	return groups
}

func isHexDigit(c byte) bool { return isHex(c) || 'A' <= c && c <= 'F' }

func uuidBegins(s string) bool {
	return len(s) >= 36 && isUUID(strings.ToLower(s[:36])) && (len(s) == 36 || !isHexDigit(s[36]))
}

// isHash reports whether a run of hex digits is as of a digest: long, and not
// all decimal.
func isHash(s string) bool { return len(s) >= 32 && !allDigits(s) }

// isSocial reports whether groups begin with a number NNN-NN-NNNN.
func isSocial(s string, groups []digitGroup) bool {
	return shapedLike(s, groups, 3, 2, 4) && s[groups[0].to] == '-'
}

// shapedLike reports whether groups begin with groups of these lengths, with
// the same single separator between them.
func shapedLike(s string, groups []digitGroup, lengths ...int) bool {
	if len(groups) < len(lengths) {
		return false
	}
	for i, n := range lengths {
		if groups[i].len() != n || i > 0 && !linked(s, groups[i-1], groups[i], s[groups[0].to]) {
			return false
		}
	}
	return true
}

// linked reports whether only the separator stands between two groups.
func linked(s string, a, b digitGroup, separator byte) bool {
	return b.from == a.to+1 && s[a.to] == separator && strings.IndexByte(" -.", separator) >= 0
}

// isMobile reports whether groups[i:] begin with a Chinese mobile number:
// (\+?86)?1[3-9] and nine digits, in one run, or in the usual three. A number
// that goes on with the same dash or dot is another.
func isMobile(s string, groups []digitGroup, i int) bool {
	g := groups[i]
	digits := s[g.from:g.to]
	if (len(digits) == 13 || len(digits) == 5) && strings.HasPrefix(digits, "86") {
		digits = digits[2:]
	}
	if (len(digits) != 11 && len(digits) != 3) || digits[0] != '1' || digits[1] < '3' {
		return false
	}
	if len(digits) == 11 {
		return true
	}
	if !shapedLike(s, groups[i:], g.len(), 4, 4) {
		return false
	}
	separator := s[g.to]
	if separator == ' ' {
		return true
	}
	before := i > 0 && linked(s, groups[i-1], g, separator) && s[groups[i-1].from:groups[i-1].to] != "86"
	after := i+3 < len(groups) && linked(s, groups[i+2], groups[i+3], separator)
	return !before && !after
}

// isResident reports whether groups begin with a Chinese resident identity
// number (GB 11643): 18 characters in one run or in groups, with a date of
// birth that can be and the right check character.
func isResident(s string, groups []digitGroup) bool {
	var number [18]byte
	n := 0
	for i, g := range groups {
		if i > 0 && !linked(s, groups[i-1], g, s[groups[0].to]) || n+g.len() > len(number) {
			return false
		}
		n += copy(number[n:], s[g.from:g.to])
		if n == 17 && endsInX(s[g.to:]) {
			number[n] = 'X'
			n++
		}
		if n == len(number) {
			return checksOut(number) && bornOn(string(number[6:14]))
		}
	}
	return false
}

func endsInX(rest string) bool {
	return rest != "" && (rest[0] == 'X' || rest[0] == 'x') && (len(rest) == 1 || !isDigit(rest[1]))
}

// checksOut computes the check character of ISO 7064 MOD 11-2.
func checksOut(number [18]byte) bool {
	sum := 0
	for _, c := range number[:17] {
		if !isDigit(c) {
			return false
		}
		sum = (sum + int(c-'0')) * 2 % 11
	}
	return "10X98765432"[sum] == number[17]
}

// bornOn reports whether yyyymmdd is a day on which somebody living can have
// been born; the check character alone is right for one number in eleven.
func bornOn(yyyymmdd string) bool {
	century, month, day := two(yyyymmdd), two(yyyymmdd[4:]), two(yyyymmdd[6:])
	return 18 <= century && century <= 20 && 1 <= month && month <= 12 && 1 <= day && day <= 31
}

// hasMail reports whether s holds an e-mail address.
func hasMail(s string) bool {
	for i := strings.IndexByte(s, '@'); i >= 0; {
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if mailRune(before) && isDomain(s[i+1:]) {
			return true
		}
		next := strings.IndexByte(s[i+1:], '@')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

func mailRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("._%+-\"", r)
}

// isDomain reports whether s begins with names between dots, the last of two
// or more letters.
func isDomain(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '-' && r != '.'
	})
	if end >= 0 {
		s = s[:end]
	}
	s = strings.TrimRight(s, ".-")
	dot := strings.LastIndexByte(s, '.')
	return dot > 0 && len(s)-dot > 2 && !strings.ContainsFunc(s[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
}
