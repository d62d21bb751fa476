package identifier

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

// asURI writes as a URI what the vectors write without escaping: behind the
// last "/AI/" of the path stands a value that may hold any character.
func asURI(t *testing.T, link string) string {
	t.Helper()
	const after = "https://"
	// From the right: the value behind (21), (10), (235), (254) or (8011), else that of the key.
	for _, q := range []string{"/21/", "/235/", "/254/", "/8011/", "/10/"} {
		if i := strings.Index(link, q); i > len(after) {
			return escapeKey(link[:i]) + q + escapeRaw(link[i+len(q):])
		}
	}
	return escapeKey(link)
}

// escapeKey escapes the value of a key that takes text.
func escapeKey(link string) string {
	for _, key := range []string{"/8010/", "/8003/", "/8004/", "/253/", "/401/"} {
		if i := strings.Index(link, key); i > 0 {
			return link[:i] + key + escapeRaw(link[i+len(key):])
		}
	}
	return link
}

// escapeRaw escapes a value in which some characters may be escaped already.
func escapeRaw(value string) string {
	plain, err := unescape(lenientEscapes(plain(value)), false)
	if err != nil {
		panic(err)
	}
	return escape(plain.text)
}

// broken are the vectors that the standards themselves forbid: an asset
// identifier of 31 characters where 30 are the most, and a company prefix with
// a hyphen in it.
var broken = map[string]Problem{
	"https://id.gs1.org/8004/42512183.SENSOR.TR-07-AVE-583:1": ProblemLength,
	"https://id.gs1.org/8010/123457-57578":                    ProblemShape,
}

// TestEveryPairOfURNAndLink goes over all pairs, both ways. The vectors leave
// characters unescaped that a URI cannot hold; they are escaped here.
func TestEveryPairOfURNAndLink(t *testing.T) {
	t.Parallel()
	counts := make(map[string]int)
	for _, row := range rows(t, "openepcis-epc-digitallink-translator/urn-digitallink-vectors.csv", 212) {
		if want := broken[row["input"]]; want != "" {
			counts["broken"]++
			_, err := ParseLink(asURI(t, row["input"]), 0)
			if want == ProblemShape {
				_, err = ParseURN(row["expected"])
			}
			if err == nil {
				t.Errorf("%s was read, and the standard forbids it", row["input"])
			}
			continue
		}
		switch {
		case strings.HasPrefix(row["direction_function"], "toURI"):
			counts["to link"]++
			urnToLink(t, row["input"], asURI(t, row["expected"]))
		case linkToURN(t, asURI(t, row["input"]), row["expected"], row["gcp_length_if_given"]):
			counts["to URN"]++
		default:
			counts["to URN, wrong check digit"]++
		}
	}
	t.Log(counts)
	if counts["to link"] != 91 || counts["to URN"]+counts["to URN, wrong check digit"] != 119 || counts["broken"] != len(broken) || counts["to URN"] < 90 {
		t.Errorf("pairs by direction: %v, want 91 to links, 119 to URNs and 2 broken, most of them with a right check digit", counts)
	}
}

func urnToLink(t *testing.T, urn, link string) {
	t.Helper()
	c, err := ParseURN(urn)
	if err != nil {
		t.Errorf("%s: %v", urn, err)
		return
	}
	want, err := ParseLink(link, 0)
	if err != nil {
		t.Errorf("%s: %v", link, err)
		return
	}
	if c.Normal() != want.Normal() || c.Normal() != link {
		t.Errorf("%s: normal form %s, that of %s is %s", urn, c.Normal(), link, want.Normal())
	}
	digits := prefixLength(urn)
	back, ok := c.URN(digits)
	if again, err := ParseURN(back); !ok || err != nil || !again.Equal(c) || prefixLength(back) != digits {
		t.Errorf("%s: written as %q, which reads as %v, %v", urn, back, again, err)
	}
}

// linkToURN reports whether the check digit of the link is right. A wrong one
// must be refused, and the link with the right one give the URN.
func linkToURN(t *testing.T, link, urn, prefix string) bool {
	t.Helper()
	digits := prefixLength(urn)
	if prefix != "" && prefix != strconv.Itoa(digits) {
		t.Errorf("%s: the vector says %s digits of prefix and has %d", urn, prefix, digits)
	}
	c, err := ParseLink(link, 0)
	right := err == nil
	var wrong *Error
	if errors.As(err, &wrong) && wrong.Problem == ProblemCheck {
		fixed := link[:wrong.Offset] + wrong.Want + link[wrong.Offset+len(wrong.Want):]
		c, err = ParseLink(fixed, 0)
	}
	if err != nil {
		t.Errorf("%s: %v", link, err)
		return right
	}
	got, ok := c.URN(digits)
	if want := escapedURN(urn); !ok || got != want {
		t.Errorf("%s: URN %q, want %q", link, got, want)
	}
	if again, err := ParseURN(urn); err != nil || !again.Equal(c) {
		t.Errorf("%s reads as %v, %v, want %v", urn, again, err, c)
	}
	return right
}

// escapedURN escapes what the standard wants escaped in a URN, behind the dot of
// the company prefix, where the vectors do not.
func escapedURN(urn string) string {
	at := strings.IndexByte(urn, '.') + 1
	rest, err := unescape(lenientEscapes(plain(urn[at:])), false)
	if err != nil {
		panic(err)
	}
	return urn[:at] + escapeURN(rest.text)
}

// prefixLength counts the digits of the company prefix in a URN.
func prefixLength(urn string) int {
	field := urn[strings.LastIndexByte(urn[:strings.IndexByte(urn, '.')], ':')+1:]
	return strings.IndexByte(field, '.')
}
