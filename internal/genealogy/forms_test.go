package genealogy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/identifier"
)

// spellings are those of a few bags, lots and donations, and texts.
var spellings = []string{
	"(01)09521141012345(21)0007-1", "https://example.com/01/09521141012345/10/26-0007/21/0007-1", "urn:epc:id:sgtin:9521141.001234.0007-1",
	"(01)09521141012345(10)26-0007(21)0007-2", "(01)09521141012345(10)26-0007", "09521141012345",
	"=A99992112345600=<S1234V00", "A9999 21 123456 S1234V00", "=A99992112345600", "A9999S1234A999921123456000000",
	"81234567890123456789", "BAG/7", "ＢＡＧ／７", "=A999921123456ZZ", "(99)not a code",
}

// unitIDs are ids of units, and whether each is a code of its unit.
var unitIDs = map[string]bool{
	"U1": false, "U2": false, "09521141012345": false, "81234567890123456789": false, "A999921123456": false, "(01)09521141012345(10)26-0007": false,
	"=A99992112345601": false, "(01)09521141012346(21)9": false,
	"(01)09521141012345(21)0007-1": true, "https://other.example/01/09521141012345/21/0007-1": true, "=A99992112345600=<S1234V00": true, "=A99992112345600": true,
}

// statement is one that a thing carries a code, or no longer does.
type statement struct {
	record int
	thing  event.Ref
	code   string
	void   bool
	named  bool // that a record names the thing, of which the code is the id
}

func TestEverySpellingFindsWhatCarriesAnyOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := genealogy.New()
		var said []statement
		struck, corrections := make(map[int]bool), make(map[int]bool)
		records := rapid.IntRange(1, 12).Draw(t, "records")
		for n := 1; n <= records; n++ {
			line, list := anyCodes(t, n)
			if n > 1 && rapid.IntRange(0, 5).Draw(t, "correct") == 0 {
				if of := rapid.IntRange(1, n-1).Draw(t, "which"); !struck[of] && !corrections[of] {
					line, list = numbered(n, correcting(of)), nil
					struck[of], corrections[n] = true, true
				}
			}
			said = append(said, list...)
			e, err := event.Parse([]byte(line))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if rapid.Bool().Draw(t, "foreseen") {
				g.Foreseen(genealogy.Foresee(&e))
			}
			if err := genealogytest.Add(g, uint64(n), "OP", e.Time, e); err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(t, "look") == 0 {
				wantFound(t, g, said, struck)
			}
		}
		wantFound(t, g, said, struck)
		if err := genealogytest.Reframe(g, rapid.IntRange(1, records).Draw(t, "frames")); err != nil {
			t.Fatal(err)
		}
		wantFound(t, g, said, struck)
		if err := genealogytest.Rebase(g, rapid.Bool().Draw(t, "mapped")); err != nil {
			t.Fatal(err)
		}
		wantFound(t, g, said, struck)
	})
}

// anyCodes draws an event that says something of codes, and what it says.
func anyCodes(t *rapid.T, n int) (string, []statement) {
	codes := rapid.SliceOfNDistinct(rapid.SampledFrom(spellings), 1, 3, rapid.ID)
	unit := rapid.SampledFrom(slices.Sorted(maps.Keys(unitIDs))).Draw(t, "unit")
	thing, err := event.NewRef(event.KindUnit, unit)
	if err != nil {
		t.Fatal(err)
	}
	given := codes.Draw(t, "codes")
	var list []statement
	if unitIDs[unit] {
		list = append(list, statement{record: n, thing: thing, code: unit, named: true})
	}
	if rapid.IntRange(0, 2).Draw(t, "plain") == 0 {
		return numbered(n, at("store", "10:00", fmt.Sprintf(`"site":"S1","units":[%q],"equipment":"F"`, unit))), list
	}
	if rapid.Bool().Draw(t, "relabel") {
		void := codes.Draw(t, "void")
		for _, c := range void {
			list = append(list, statement{record: n, thing: thing, code: c, void: true})
		}
		for _, c := range given {
			list = append(list, statement{record: n, thing: thing, code: c})
		}
		return numbered(n, at("manufacture", "09:00", fmt.Sprintf(`"step":"relabel","site":"S1","units":[%q],"changes":[{"unit":%q,"codes":%s,"codes_void":%s}]`,
			unit, unit, jsonList(given), jsonList(void)))), list
	}
	for _, c := range given {
		list = append(list, statement{record: n, thing: thing, code: c})
	}
	return numbered(n, at("receipt", "08:00", fmt.Sprintf(`"site":"S1","outputs":[{"unit":%q}],"codes":{"unit:%s":%s}`, unit, unit, jsonList(given)))), list
}

func jsonList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = `"` + s + `"`
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// wantFound compares what the graph finds by each form with what a reading of all
// statements finds.
func wantFound(t *rapid.T, g *genealogy.Graph, said []statement, struck map[int]bool) {
	carried := make(map[string][]event.Ref) // by code
	for _, s := range said {
		at := slices.Index(carried[s.code], s.thing)
		switch {
		case struck[s.record] || s.named:
		case s.void && at >= 0:
			carried[s.code] = slices.Delete(carried[s.code], at, at+1)
		case !s.void && at < 0:
			carried[s.code] = append(carried[s.code], s.thing)
		}
	}
	for _, s := range said { // an id is not taken from a thing
		if s.named && !struck[s.record] && !slices.Contains(carried[s.code], s.thing) {
			carried[s.code] = append(carried[s.code], s.thing)
		}
	}
	for _, asked := range slices.Concat(spellings, slices.Sorted(maps.Keys(unitIDs))) {
		keys, broader := identifier.Forms(asked)
		for _, form := range append(keys, broader...) {
			want, got := [2][]event.Ref{}, [2][]event.Ref{}
			for code, refs := range carried {
				keys, broader := identifier.Forms(code)
				if slices.Contains(keys, form) {
					want[0] = append(want[0], refs...)
				} else if slices.Contains(broader, form) {
					want[1] = append(want[1], refs...)
				}
			}
			for code, own := range g.Spellings(form) {
				i := 1
				if own {
					i = 0
				}
				got[i] = append(got[i], g.ByCode(code)...)
			}
			for i := range want {
				if got, want := sorted(got[i]), sorted(want[i]); got != want {
					t.Fatalf("form %q, %d: found %q, want %q", form, i, got, want)
				}
			}
		}
	}
}

func TestManyLookCodesUpAtATime(t *testing.T) {
	t.Parallel()
	var events []string
	for i := range 100 {
		events = append(events, at("receipt", "08:00", fmt.Sprintf(`"site":"S1","outputs":[{"unit":"U%d","codes":["(01)09521141012345(21)%d"]}]`, i, i)))
	}
	g := graphOf(t, events...)
	var looking sync.WaitGroup
	for i := range 8 {
		looking.Go(func() {
			n := 0
			for code, own := range g.Spellings("https://id.gs1.org/01/09521141012345") {
				if n++; own || len(g.ByCode(code)) != 1 {
					t.Errorf("%d: %q: %v", i, code, own)
				}
			}
			if n != len(events) {
				t.Errorf("%d: found %d, want %d", i, n, len(events))
			}
		})
	}
	looking.Wait()
}

func sorted(refs []event.Ref) string {
	slices.SortFunc(refs, event.Ref.Compare)
	return spell(slices.Compact(refs))
}

func TestASnapshotOfAnotherReadingOfCodesIsNotBelieved(t *testing.T) {
	t.Parallel()
	sound := snapshotOf(t, graphOf(t, world...))
	version := genealogy.Vocabulary()
	at := strings.LastIndex(string(sound), string(version[:]))
	if at < 0 {
		t.Fatal("a snapshot does not name its vocabulary")
	}
	sound[at]++
	if !resealed(sound) {
		t.Fatal("the form of a snapshot's end has changed: teach resealed")
	}
	if _, err := genealogy.MapSnapshot(sound); err == nil {
		t.Error("a snapshot of another vocabulary is believed")
	}
}

func TestAFormWithoutItsCodeIsDamage(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","codes":["(01)09521141012345(21)0007-1"]}]`))
	sound := snapshotOf(t, g)
	pair := genealogy.FormPair("https://id.gs1.org/01/09521141012345/21/0007-1", "(01)09521141012345(21)0007-1")
	at := strings.Index(string(sound), string(pair))
	if at < 0 {
		t.Fatal("the snapshot does not have the form")
	}
	sound[at+len(pair)-1]++
	if !resealed(sound) {
		t.Fatal("the form of a snapshot's end has changed: teach resealed")
	}
	s, err := genealogy.MapSnapshot(sound)
	if err != nil {
		t.Fatal(err)
	}
	broken, err := s.On()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, ok := recover().(*genealogy.DamageError); !ok {
			t.Error("nothing noticed it")
		}
	}()
	for code := range broken.Spellings("https://id.gs1.org/01/09521141012345/21/0007-1") {
		t.Errorf("found %q", code)
	}
}

func TestWhichIDsAreCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"unit:(00)106141412345678908":           true,
		"unit:(01)09521141012345(10)26-0007":    false, // many bags of a lot can be called so
		"batch:(01)09521141012345(10)26-0007":   true,
		"lot:(01)09521141012345(10)26-0007":     true,
		"lot:(01)09521141012345(21)26-0007":     true,
		"lot:=A99992112345600":                  false,
		"unit:=A99992112345600":                 true,
		"shipment:(00)106141412345678908":       false,
		"equipment:(8004)1234ABCDEF":            false,
		"donor:=A99992112345600":                false,
		"unit:106141412345678908":               false,
		"unit:text:=A99992112345600":            false,
		"unit:https://x.example/bag/7":          false,
		"aliquot:(01)09521141012345(10)26/0007": false,
	} {
		r, err := event.ParseRef(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(genealogy.IdentityForms(r)) > 0; got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}
