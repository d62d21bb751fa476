package table

import (
	"errors"
	"strings"
	"testing"
)

// A profile whose headings are of anywhere names no zone: what an hour means is not guessed.
func TestBuiltInProfilesGuessNoZoneForHeadingsOfAnywhere(t *testing.T) {
	t.Parallel()
	for _, name := range BuiltIn() {
		text, ok := BuiltInText(name)
		if !ok {
			t.Fatal(name)
		}
		p, err := ParseProfile([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if chinese := strings.HasSuffix(name, ".zh"); chinese != (p.zone != nil && p.zone.String() == "Asia/Shanghai") || !chinese && p.zone != nil {
			t.Errorf("%s has the zone %v", name, p.zone)
		}
	}
}

func TestAZoneIsGivenToAProfileThatNamesNone(t *testing.T) {
	t.Parallel()
	const rows = "time,donor,bag\n2026-10-25 01:30,D,C\n2026-07-01 08:00,D,C\n2026-07-01T08:00:00Z,D,C\n"
	const keys = "type = \"collection\"\n[constants]\nsite = \"S\"\n[columns]\ntime = \"time\"\ndonor = \"donor\"\nbag = \"outputs.unit\"\n"
	for _, c := range []struct{ profile, zone, first, second string }{
		{"", "", "the zone of this clock", "the zone of this clock"},
		{"", "Europe/London", "clocks of Europe/London were set back", "2026-07-01T08:00:00+01:00"},
		{"", "America/New_York", "2026-10-25T01:30:00-04:00", "2026-07-01T08:00:00-04:00"},
		{"zone = \"-05:00\"\n", "-05:00", "2026-10-25T01:30:00-05:00", "2026-07-01T08:00:00-05:00"},
	} {
		p, err := ParseProfile([]byte(c.profile + keys))
		if err != nil {
			t.Fatal(err)
		}
		in, err := p.InZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		got := all(t, in, []byte(rows))
		if !strings.Contains(got[0], c.first) || !strings.Contains(got[1], c.second) || !strings.Contains(got[2], "2026-07-01T08:00:00Z") {
			t.Errorf("%q in %q: %q", c.profile, c.zone, got)
		}
	}
	p, err := ParseProfile([]byte("zone = \"-05:00\"\n" + keys))
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []string{"America/New_York", "Mars", "Local"} {
		if _, err := p.InZone(zone); !errors.As(err, new(*ProfileError)) {
			t.Errorf("%s: %v", zone, err)
		}
	}
}
