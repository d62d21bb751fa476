package logbook

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
	"suyuan/internal/notary"
)

// The vocabulary and the notary read keys and policies each by itself. What the
// one lets into the ledger the other must be able to verify with.
func TestAKeyThatAnEventCanRegisterIsOneForTheNotary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := eventtest.PublicKey().Draw(t, "public")
		p, err := notary.ParsePublic(line)
		if err != nil || p.ID() != event.PublicKeyID(line) || p.String() != line {
			t.Fatalf("%q: %v, id %s, want %s", line, err, p.ID(), event.PublicKeyID(line))
		}
	})
}

func TestAMeaningThatAPolicyCanWantIsOneForTheNotary(t *testing.T) {
	t.Parallel()
	members := event.DescribeAction(event.TypePolicy, string(event.PolicySet))
	needs := members[slices.IndexFunc(members, func(m event.Member) bool { return m.Name == "needs" })]
	if got, want := needs.Members[0].Choices, notary.Meanings(); !slices.Equal(got, want) {
		t.Errorf("%q, the notary has %q", got, want)
	}
}
