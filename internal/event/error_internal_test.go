package event

import "testing"

func TestANameIsNearWhereAtMostAThirdOfItsLettersDiffer(t *testing.T) {
	t.Parallel()
	names := []string{"id", "n", "room", "site", "units", "position", "operators", "store"}
	for s, want := range map[string]string{
		"foo":       "", // two letters of four differ from room
		"boom":      "room",
		"rooom":     "room",
		"rom":       "room",
		"ormo":      "",
		"romo":      "room", // exchanged neighbours are one slip
		"stroe":     "store",
		"soter":     "", // two exchanges in five letters
		"unit":      "units",
		"unti":      "",
		"posiiton":  "position",
		"psoitoin":  "position",
		"psoitoni":  "",
		"posishun":  "",
		"opperaror": "operators",
		"ids":       "id",
		"x":         "",
		"ix":        "",
		"":          "",
		"室":         "",
	} {
		if got := near(s, names); got != want {
			t.Errorf("near %q is %q, want %q", s, got, want)
		}
	}
	if got := near("abcd", []string{"abce", "abcd"}); got != "abcd" {
		t.Errorf("the nearest of two is %q, want abcd", got)
	}
}
