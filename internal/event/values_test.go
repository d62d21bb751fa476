package event_test

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

var (
	decimalPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	timePattern    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
)

// parseStd is the slow reference of ParseTime: the contract's words and the
// standard library.
func parseStd(s string) (time.Time, error) {
	if !timePattern.MatchString(s) || strings.HasSuffix(s, "-00:00") {
		return time.Time{}, fmt.Errorf("%q has another form", s)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err == nil && (t.Year() < 1970 || t.Unix() < 0) {
		err = fmt.Errorf("%v is before 1970", t)
	}
	return t, err
}

func compareBig(t *testing.T, a, b string) int {
	t.Helper()
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if !okX || !okY {
		t.Fatalf("math/big reads neither %q nor %q", a, b)
	}
	return x.Cmp(y)
}

// standsAlone reports whether the number stands in s outside longer runs of
// digits, and so would be found.
func standsAlone(s, number string) bool {
	i := strings.Index(s, number)
	digit := func(i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }
	return i >= 0 && !digit(i-1) && !digit(i+len(number))
}

func TestParseTimeRefusesWhatIsNoTime(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                                "YYYY-MM-DD",
		"2026-03-01":                      "YYYY-MM-DD",
		"2026-03-01T08:00Z":               "YYYY-MM-DD",
		"2026-03-01 08:00:00Z":            "YYYY-MM-DD",
		"2026-03-01t08:00:00Z":            "YYYY-MM-DD",
		"2026-03-01T08:00:00z":            "YYYY-MM-DD",
		"2026-03-01T08:00:00":             "YYYY-MM-DD",
		"2026-03-01T08:00:00+0800":        "YYYY-MM-DD",
		"2026-03-01T08:00:00+08":          "YYYY-MM-DD",
		"2026-03-01T08:00:00Z ":           "YYYY-MM-DD",
		"+2026-03-01T08:00:00Z":           "YYYY-MM-DD",
		"２026-03-01T08:00:00Z":            "YYYY-MM-DD",
		"2026-13-01T08:00:00Z":            "calendar",
		"2026-00-01T08:00:00Z":            "calendar",
		"2026-02-29T08:00:00Z":            "calendar",
		"2026-04-31T08:00:00Z":            "calendar",
		"2026-03-00T08:00:00Z":            "calendar",
		"2026-03-01T24:00:00Z":            "23:59:59",
		"2026-03-01T23:60:00Z":            "23:59:59",
		"2016-12-31T23:59:60Z":            "23:59:59",
		"2026-03-01T08:00:00-00:00":       "-00:00",
		"2026-03-01T08:00:00+24:00":       "23:59",
		"2026-03-01T08:00:00+08:60":       "23:59",
		"2026-03-01T08:00:00.Z":           "one to nine digits",
		"2026-03-01T08:00:00.1234567890Z": "one to nine digits",
		"2026-03-01T08:00:00,5Z":          "YYYY-MM-DD",
		"1969-12-31T23:59:59Z":            "1970",
		"1969-12-31T23:59:59-01:00":       "1970",
		"1970-01-01T00:00:00+00:01":       "1970",
		"0000-01-01T00:00:00Z":            "1970",
	} {
		if got, err := event.ParseTime(s); err == nil || !strings.Contains(err.Error(), want) || !got.IsZero() {
			t.Errorf("ParseTime(%q) = %v, %v, want an error that says %q", s, got, err, want)
		}
	}
}

func TestTimeAddsAndSubtractsAsTheStandardLibraryDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := eventtest.Time().Draw(t, "a"), eventtest.Time().Draw(t, "b")
		d := time.Duration(rapid.Int64Range(-1e18, 1e18).Draw(t, "d"))
		if got, want := a.Add(d), event.TimeOf(a.Std().Add(d)); got != want {
			t.Errorf("%v.Add(%v) = %v, want %v", a, d, got, want)
		}
		if got, want := a.Sub(b), a.Std().Sub(b.Std()); got != want {
			t.Errorf("%v.Sub(%v) = %v, want %v", a, b, got, want)
		}
		if got, want := a.Compare(b), a.Std().Compare(b.Std()); got != want || a.Before(b) != (want < 0) || a.After(b) != (want > 0) {
			t.Errorf("%v.Compare(%v) = %d, want %d", a, b, got, want)
		}
	})
}

func TestSubSaturates(t *testing.T) {
	t.Parallel()
	first, _ := event.ParseTime("1970-01-01T00:00:00Z")
	last, _ := event.ParseTime("9999-12-31T23:59:59.999999999Z")
	if a, b := last.Sub(first), first.Sub(last); a != math.MaxInt64 || b != math.MinInt64 {
		t.Errorf("Sub over 8030 years = %v and %v, want the greatest and the least duration", a, b)
	}
}

func TestTimesWithDifferentOffsetsAreOneInstant(t *testing.T) {
	t.Parallel()
	a, _ := event.ParseTime("2026-03-01T08:00:00+08:00")
	b, _ := event.ParseTime("2026-03-01T00:00:00Z")
	if a.Compare(b) != 0 || a == b || a.String() == b.String() {
		t.Errorf("%v and %v: want one instant in two spellings", a, b)
	}
	if s := (event.Time{}).String(); s != "" {
		t.Errorf("the zero Time is spelt %q", s)
	}
}

func TestDecimalsCompareExactly(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 400)
	sorted := []event.Decimal{event.Decimal("-" + long), "-10", "-9.99", "-9.9", "-0.1", "0", "0.09", "0.1", "0.11", "9.9", "10", event.Decimal(long), event.Decimal(long + ".1")}
	for i, a := range sorted {
		for j, b := range sorted {
			if got, want := a.Compare(b), cmp.Compare(i, j); got != want {
				t.Errorf("%.20q.Compare(%.20q) = %d, want %d", a, b, got, want)
			}
		}
	}
	for _, pair := range [][2]event.Decimal{{"0", "-0"}, {"0", "-0.00"}, {"1.5", "1.500"}, {"-2", "-2.0"}} {
		if got := pair[0].Compare(pair[1]); got != 0 {
			t.Errorf("%q.Compare(%q) = %d, want 0", pair[0], pair[1], got)
		}
	}
}

func TestRefsSortByKindThenByBytesOfTheID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) event.Ref {
			return eventtest.Ref(rapid.SampledFrom(event.Kinds()).Draw(t, "kind")).Draw(t, label)
		}
		a, b := draw("a"), draw("b")
		want := cmp.Or(cmp.Compare(a.Kind(), b.Kind()), cmp.Compare(a.ID(), b.ID()))
		if got := a.Compare(b); got != want || (got == 0) != (a == b) {
			t.Errorf("%v.Compare(%v) = %d, want %d", a, b, got, want)
		}
		if again, err := event.ParseRef(a.String()); err != nil || again != a {
			t.Errorf("ParseRef(%q) = %v, %v", a, again, err)
		}
	})
}

func TestKindsAreThoseOfTheContractInItsOrder(t *testing.T) {
	t.Parallel()
	var names []string
	for _, k := range event.Kinds() {
		names = append(names, k.String())
		if again, ok := event.ParseKind(k.String()); !ok || again != k {
			t.Errorf("ParseKind(%q) = %v, %v", k, again, ok)
		}
	}
	if got, want := strings.Join(names, " "), "donor patient unit batch lot aliquot equipment room site operator shipment case"; got != want {
		t.Errorf("kinds %q, want %q", got, want)
	}
	if k, ok := event.ParseKind(""); ok {
		t.Errorf("ParseKind of nothing = %v", k)
	}
}

func TestNewRefRefusesWhatIsNoID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind event.Kind
		id   string
	}{
		{event.KindNone, "U1"},
		{event.KindProduct + 1, "U1"},
		{event.KindUnit, ""},
		{event.KindUnit, "a b"},
		{event.KindUnit, "e\u0301"},
		{event.KindUnit, "\xff"},
		{event.KindUnit, "a\u00a0b"},
		{event.KindUnit, "a\u3000b"},
		{event.KindUnit, "\u00ad"},
		{event.KindAliquot, "L"},
		{event.KindAliquot, "L/"},
		{event.KindAliquot, "/A"},
		{event.KindDonor, "donor:D1"},
		{event.KindProduct, "product:M"},
		{event.KindAliquot, "aliquot:L/A"},
		{event.KindAliquot, "lot:L/A"},
		{event.KindAliquot, "L/aliquot:A"},
	} {
		if r, err := event.NewRef(c.kind, c.id); err == nil {
			t.Errorf("NewRef(%v, %q) = %v, want an error", c.kind, c.id, r)
		}
	}
	lot, err := event.NewRef(event.KindLot, "A/B")
	if err != nil {
		t.Fatal(err)
	}
	aliquot, err := event.AliquotRef(lot, "C")
	if err != nil || aliquot.String() != "aliquot:A/B/C" || aliquot.Lot() != lot {
		t.Errorf("AliquotRef = %v (of lot %v), %v", aliquot, aliquot.Lot(), err)
	}
	if r, err := event.AliquotRef(lot, "C/D"); err == nil {
		t.Errorf("AliquotRef with a slash = %v, want an error", r)
	}
}

func TestParseIDWantsALowerCaseUUID(t *testing.T) {
	t.Parallel()
	if id, err := event.ParseID(oneID); err != nil || string(id) != oneID {
		t.Errorf("ParseID(%q) = %q, %v", oneID, id, err)
	}
	for _, s := range []string{"", strings.ToUpper(oneID), oneID + "0", oneID[1:], "{" + oneID[:34] + "}", strings.ReplaceAll(oneID, "-", "0"), strings.Replace(oneID, "c", "g", 1)} {
		if id, err := event.ParseID(s); err == nil || id != "" {
			t.Errorf("ParseID(%q) = %q, want an error", s, id)
		}
	}
}
