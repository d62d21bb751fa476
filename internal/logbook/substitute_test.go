package logbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
	"suyuan/internal/rules"
)

// bagSpellings are those of a few bags, of a lot and a donation, and texts; all can be ids.
var bagSpellings = []string{
	"(01)09521141012345(21)0007-1", "https://example.com/01/09521141012345/10/L/21/0007-1", "urn:epc:id:sgtin:9521141.001234.0007-1",
	"(01)09521141012345(10)L(21)0007-2", "(01)09521141012345(10)L", "=A99992112345600=<S1234V00", "00000S1234A999921123456000000",
	"=A99992112345600=<S1234VA0", "=A99992112345600", "81234567890123456789", "BAG/7", "ＢＡＧ／７",
}

// bagIDs are those of them that say as an id which bag it is, whatever else they stand in.
var bagIDs = slices.DeleteFunc(slices.Clone(bagSpellings), func(s string) bool {
	return slices.Contains([]string{"(01)09521141012345(10)L", "81234567890123456789", "BAG/7", "ＢＡＧ／７"}, s)
})

// A slowBook remembers what is said of codes, and reads all of it for each question.
type slowBook struct {
	carried map[string][]string // codes by unit
	units   []string
	named   []string // texts that lines named things by: who makes one of them its id has it mean that from then on
}

// make notes a unit and the codes that it has.
func (s *slowBook) make(unit string, codes []string) {
	s.carried[unit] = codes
	s.units = append(s.units, unit)
}

// codesOf returns what a unit is called.
func (s *slowBook) codesOf(unit string) []string {
	if slices.Contains(bagIDs, unit) {
		return append([]string{unit}, s.carried[unit]...)
	}
	return s.carried[unit]
}

// taken reports whether a new unit of that id would be one that is there.
func (s *slowBook) taken(id string) bool {
	codes, _ := identifier.Parse(id)
	for _, c := range codes {
		for _, unit := range s.units {
			called := s.codesOf(unit)
			if c.Names() != identifier.Item {
				called = nil
				if slices.Contains(bagIDs, id) && slices.Contains(bagIDs, unit) {
					called = []string{unit}
				}
			}
			if slices.ContainsFunc(called, func(code string) bool { return slices.Contains(identifier.Keys(code), c.Normal()) }) {
				return true
			}
		}
	}
	return false
}

// carriers returns the units that a text can mean.
func (s *slowBook) carriers(text string) []string {
	var units []string
	asked := identifier.Keys(text)
	for _, unit := range s.units {
		if slices.ContainsFunc(s.codesOf(unit), func(code string) bool {
			own, broader := identifier.Forms(code)
			return slices.ContainsFunc(asked, func(form string) bool { return slices.Contains(append(own, broader...), form) })
		}) {
			units = append(units, unit)
		}
	}
	slices.Sort(units)
	return units
}

// anyHistory draws lines that can all be recorded, and the units that each names, or "" for one that gives codes.
func (s *slowBook) anyHistory(t *rapid.T) (lines, want []string) {
	for n := range rapid.IntRange(2, 12).Draw(t, "lines") {
		at := fmt.Sprintf("2026-01-%02dT08:00:00Z", n+1)
		unit := fmt.Sprint("U", len(s.carried)+1)
		if id := rapid.SampledFrom(bagSpellings).Draw(t, "id"); rapid.Bool().Draw(t, "a code as id") && !slices.Contains(slices.Concat(s.units, s.named), id) && !s.taken(id) {
			unit = id
		}
		switch step := rapid.IntRange(0, 2).Draw(t, "step"); {
		case step == 0 || len(s.carried) == 0:
			codes := rapid.SliceOfNDistinct(rapid.SampledFrom(bagSpellings), 1, 2, rapid.ID).Draw(t, "codes")
			s.make(unit, codes)
			lines = append(lines, fmt.Sprintf(`{"type":"receipt","time":%q,"site":"S","outputs":[{"unit":%q,"codes":["%s"]}]}`, at, unit, strings.Join(codes, `","`)))
			want = append(want, "")
		case step == 1:
			named := rapid.SampledFrom(s.units).Draw(t, "unit")
			void := s.carried[named]
			if len(void) == 0 {
				continue
			}
			lines = append(lines, fmt.Sprintf(`{"type":"manufacture","step":"relabel","time":%q,"site":"S","units":[%q],"changes":[{"unit":%q,"codes_void":[%q]}]}`,
				at, named, named, void[0]))
			s.carried[named] = void[1:]
			want = append(want, "")
		default:
			text := rapid.SampledFrom(bagSpellings).Draw(t, "text")
			means := s.carriers(text)
			if slices.Contains(s.units, text) {
				means = []string{text}
			}
			if len(means) != 1 {
				continue
			}
			lines = append(lines, fmt.Sprintf(`{"type":"store","time":%q,"site":"S","units":[%q],"equipment":"F"}`, at, text))
			want = append(want, means[0])
			s.named = append(s.named, text)
		}
	}
	return lines, want
}

func TestACodeInAFileMeansWhatCarriesItThenAndTheFileAgainChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := &slowBook{carried: make(map[string][]string)}
		lines, want := s.anyHistory(rt)
		text := strings.Join(lines, "\n")
		b := newBook(t)
		b.step, b.decodeTwice = 3, rapid.Bool().Draw(rt, "decode twice")
		if r := must(t, b, stream(text), ImportOptions{DryRun: true}); r.Recorded != len(lines) {
			rt.Fatalf("dry run: %+v of\n%s", r, text)
		}
		if r := must(t, b, stream(text), ImportOptions{}); r.Recorded != len(lines) {
			rt.Fatalf("%+v of\n%s", r, text)
		}
		for i, unit := range want {
			row, err := b.ShowSeq(t.Context(), uint64(i+1))
			if err != nil {
				rt.Fatal(err)
			}
			if stored, ok := row.Event.Body.(*event.Store); ok && (len(stored.Units) != 1 || stored.Units[0].ID() != unit) {
				rt.Fatalf("line %d names %v, want %s, of\n%s", i+1, stored.Units, unit, text)
			}
		}
		for range 2 {
			if r := must(t, b, stream(text), ImportOptions{}); r.Recorded != 0 || r.Known != len(lines) {
				rt.Fatalf("again: %+v of\n%s", r, text)
			}
		}
		for _, asked := range bagSpellings {
			wantResolved(rt, b, asked, s.carriers(asked))
			s.wantTaken(rt, b, asked)
		}
	})
}

// wantTaken tries to make a unit under a text.
func (s *slowBook) wantTaken(t *rapid.T, b *Book, id string) {
	if slices.Contains(s.units, id) {
		return
	}
	line := fmt.Sprintf(`{"type":"receipt","time":"2026-02-01T08:00:00Z","site":"S","outputs":[{"unit":%q}]}`, id)
	_, err := b.Import(t.Context(), stream(line), ImportOptions{DryRun: true})
	var refused *Refusal
	if got := errors.As(err, &refused); got != s.taken(id) || err != nil && !got || got && refused.Violations[0].Variant != rules.CarriesCode {
		t.Fatalf("%s is made: %v, want it taken: %t", id, err, s.taken(id))
	}
}

func wantResolved(t *rapid.T, b *Book, asked string, want []string) {
	var ambiguous *AmbiguousCodeError
	var unknown *UnknownThingError
	got, err := b.Resolve(t.Context(), asked)
	switch {
	case len(want) == 1 && err == nil && got.String() == "unit:"+want[0]:
	case len(want) == 0 && errors.As(err, &unknown):
	case len(want) > 1 && errors.As(err, &ambiguous) && ambiguous.Total == len(want):
	default:
		t.Fatalf("%s: got %v, %v, want %v", asked, got, err, want)
	}
}

func TestAnEventWithAnIDOfItsOwnIsKnownBySpellingsToo(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	made := `{"type":"receipt","time":"2026-01-01T08:00:00Z","site":"S","outputs":[{"unit":"U1","codes":["(01)09521141012345(21)7"]},{"unit":"U2"}]}` + "\n"
	store := `{"type":"store","id":"00000000-0000-8000-8000-000000000001","time":"2026-01-02T08:00:00Z","site":"S","units":["urn:epc:id:sgtin:9521141.001234.7"],"equipment":"F"}`
	if r := must(t, b, stream(made+store), ImportOptions{}); r.Recorded != 2 || r.Meant != 1 {
		t.Fatalf("got %+v", r)
	}
	if r := must(t, b, stream(made+store), ImportOptions{}); r.Recorded != 0 || r.Known != 2 {
		t.Errorf("again: %+v", r)
	}
	_, err := b.Import(t.Context(), stream(strings.Replace(store, "urn:epc:id:sgtin:9521141.001234.7", "U2", 1)), ImportOptions{})
	_ = refusedBy(t, err, rules.IDConflict)
}

func TestAThousandCarriersOfAProductAreEnough(t *testing.T) {
	t.Parallel()
	var s strings.Builder
	for i := range mostCarriers + 2 {
		fmt.Fprintf(&s, `{"type":"receipt","time":"2026-01-01T08:00:00Z","site":"S","outputs":[{"unit":"U%d","codes":["(01)09521141012345(21)%d"]}]}`+"\n", i, i)
	}
	b := newBook(t)
	must(t, b, stream(s.String()), ImportOptions{})
	var ambiguous *AmbiguousCodeError
	if _, err := b.Resolve(t.Context(), "09521141012345"); !errors.As(err, &ambiguous) || !ambiguous.Cut || ambiguous.Total != mostCarriers || len(ambiguous.Candidates) != MostCandidates {
		t.Errorf("got %v", err)
	}
}
