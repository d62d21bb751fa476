// Package eventtest draws random events for property tests. Every event that
// it draws is valid by itself: [event.Event.Validate] accepts it. What a
// ledger says about it (does the unit exist, is it held) is not looked at.
package eventtest

import (
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// Gen draws an event of one of the types, or of any type where none is named.
// Its body has most of the members that the type can have.
func Gen(types ...event.Type) *rapid.Generator[event.Event] {
	if len(types) == 0 {
		types = event.Types()
	}
	return rapid.Custom(func(t *rapid.T) event.Event {
		d := drawer{t}
		e := event.Event{Body: d.body(rapid.SampledFrom(types).Draw(t, "type"))}
		d.common(&e)
		if err := e.Validate(); err != nil {
			t.Fatalf("eventtest drew %s, which is no event: %v", e.Bytes(), err)
		}
		return e
	})
}

// Ref draws a reference to a thing of kind k, of a few ids so that events meet.
func Ref(k event.Kind) *rapid.Generator[event.Ref] {
	return rapid.Custom(func(t *rapid.T) event.Ref {
		id := ID().Draw(t, "id")
		if k == event.KindAliquot {
			id += "/A" + strconv.Itoa(rapid.IntRange(1, 3).Draw(t, "aliquot"))
		}
		r, err := event.NewRef(k, id)
		if err != nil {
			t.Fatalf("eventtest drew the id %q: %v", id, err)
		}
		return r
	})
}

// ID draws an id of a thing: mostly short, some as the longest alphabets have
// them.
func ID() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[A-Z]{1,3}-[1-9]`),
		rapid.StringMatching(`LC-H[1-3]/[A-Z]{2,5}-[1-9]`),
		rapid.SampledFrom([]string{"=G123417654321", "批-7", "é", "U/1/2", `q"\`, "a:b:c", "🧫1", "\uff21", "<&>"}),
	)
}

// Time draws a time as an event gives it.
func Time() *rapid.Generator[event.Time] {
	return rapid.Custom(func(t *rapid.T) event.Time {
		s := rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,8}[1-9])?(Z|[+-](0[1-9]|1[0-4]):[03]0)`).Draw(t, "time")
		return must(t, s, event.ParseTime)
	})
}

// Decimal draws a decimal.
func Decimal() *rapid.Generator[event.Decimal] {
	return rapid.Custom(func(t *rapid.T) event.Decimal {
		return must(t, rapid.StringMatching(`-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,4})?`).Draw(t, "decimal"), event.ParseDecimal)
	})
}

// UUID draws the id of an event.
func UUID() *rapid.Generator[event.ID] {
	return rapid.Custom(func(t *rapid.T) event.ID {
		return must(t, rapid.StringMatching(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).Draw(t, "uuid"), event.ParseID)
	})
}

func must[T any](t *rapid.T, s string, parse func(string) (T, error)) T {
	v, err := parse(s)
	if err != nil {
		t.Fatalf("eventtest drew %q: %v", s, err)
	}
	return v
}

// A drawer draws parts of events from one test.
type drawer struct{ t *rapid.T }

func (d drawer) yes(label string) bool { return rapid.Bool().Draw(d.t, label) }

// maybe draws from g, or leaves the zero value.
func maybe[T any](d drawer, g *rapid.Generator[T], label string) T {
	var v T
	if d.yes("has " + label) {
		v = g.Draw(d.t, label)
	}
	return v
}

func (d drawer) ref(k event.Kind) event.Ref { return Ref(k).Draw(d.t, k.String()) }

func (d drawer) optRef(k event.Kind) event.Ref { return maybe(d, Ref(k), k.String()) }

// refs draws a list of different references, nil where least is 0 and it draws
// none.
func (d drawer) refs(k event.Kind, least, most int) []event.Ref {
	list := rapid.SliceOfNDistinct(Ref(k), least, most, rapid.ID[event.Ref]).Draw(d.t, k.String()+"s")
	if len(list) == 0 {
		return nil
	}
	return list
}

// anyThing draws a reference to a thing of any kind that a trace passes.
func anyThing() *rapid.Generator[event.Ref] {
	return rapid.Custom(func(t *rapid.T) event.Ref {
		return Ref(rapid.SampledFrom(event.Kinds()).Draw(t, "kind")).Draw(t, "thing")
	})
}

func (d drawer) things(least, most int) []event.Ref {
	list := rapid.SliceOfNDistinct(anyThing(), least, most, rapid.ID[event.Ref]).Draw(d.t, "things")
	if len(list) == 0 {
		return nil
	}
	return list
}

func (d drawer) time() event.Time { return Time().Draw(d.t, "time") }

func (d drawer) optTime() event.Time { return maybe(d, Time(), "time") }

// span draws two times in order, each of which may be absent.
func (d drawer) span() (from, to event.Time) {
	from, to = d.optTime(), d.optTime()
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		from, to = to, from
	}
	return from, to
}

func (d drawer) decimal() event.Decimal { return maybe(d, Decimal(), "decimal") }

// words draws a text without digits in numbers that could identify anybody.
func words() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,8}( [a-z]{1,8}){0,3}`),
		rapid.SampledFrom([]string{"无菌检查\n第二行", "tab\there", `"quoted" \ back`, "é ü ∑", "🧬 <b>&amp;", "\u2028", "mL", "1.5e10", "a\u200bb", "\uff21\U0001f9eb"}),
	)
}

func (d drawer) must() string { return words().Draw(d.t, "text") }

func (d drawer) text() string { return maybe(d, words(), "text") }

func (d drawer) texts(least, most int) []string {
	list := rapid.SliceOfNDistinct(words(), least, most, rapid.ID[string]).Draw(d.t, "texts")
	if len(list) == 0 {
		return nil
	}
	return list
}

func (d drawer) choice(set ...string) string { return rapid.SampledFrom(set).Draw(d.t, "choice") }

func (d drawer) optChoice(set ...string) string {
	return maybe(d, rapid.SampledFrom(set), "choice")
}

func (d drawer) flag() *bool {
	if !d.yes("has flag") {
		return nil
	}
	v := d.yes("flag")
	return &v
}

func (d drawer) integer() *int64 {
	v := rapid.Int64Range(0, event.MaxInteger).Draw(d.t, "integer")
	return &v
}

func digests() *rapid.Generator[string] { return rapid.StringMatching(`[0-9a-f]{64}`) }

func (d drawer) digest() string { return digests().Draw(d.t, "digest") }

func (d drawer) uuids(least, most int) []event.ID {
	list := rapid.SliceOfNDistinct(UUID(), least, most, rapid.ID[event.ID]).Draw(d.t, "event ids")
	if len(list) == 0 {
		return nil
	}
	return list
}

// json draws a canonical JSON object whose members' names come from keys.
func (d drawer) json(keys ...string) []byte {
	values := rapid.SampledFrom([]string{`1`, `-9007199254740991`, `true`, `"x"`, `"é\n\""`, `[]`, `{}`, `[1,["a"],{"b":false}]`, `{"":0,"é":1,"🧫":2,"\uff21":3}`})
	slices.Sort(keys)
	out := []byte{'{'}
	for _, key := range slices.Compact(keys) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(strconv.AppendQuote(out, key), ':')
		out = append(out, values.Draw(d.t, "value")...)
	}
	return append(out, '}')
}

func (d drawer) common(e *event.Event) {
	c := &e.Common
	c.Type = typeOf(e.Body)
	c.Time = d.time()
	if b, ok := e.Body.(*event.Temperature); ok && c.Time.Before(b.To) {
		c.Time = b.To
	}
	if d.yes("has end") {
		c.End = c.Time.Add(rapid.Custom(hours).Draw(d.t, "lasts"))
	}
	c.ID = maybe(d, UUID(), "id")
	c.N = maybe(d, rapid.Int64Range(1, event.MaxInteger), "n")
	if c.Site.IsZero() {
		c.Site = d.ref(event.KindSite)
	}
	c.Room = d.room(e.Body)
	c.Operators = d.refs(event.KindOperator, 0, 3)
	c.Codes = d.codes()
	c.Note = d.text()
	c.Replaces = maybe(d, UUID(), "replaces")
	if d.yes("has deviation") {
		c.Deviation = &event.Deviation{
			Rules: []string{"expired", "used-up"}[:rapid.IntRange(1, 2).Draw(d.t, "rules")], Reason: d.must(),
			Happened: d.flag(), ApprovedBy: d.refs(event.KindOperator, 0, 2),
		}
	}
	if d.yes("has ext") {
		c.Ext = d.json("a:b", rapid.SampledFrom([]string{"a:a", "z.z:x/y", "A-1:_"}).Draw(d.t, "name"))
	}
}

// room draws the event's room, which some types have in place of equipment.
func (d drawer) room(b event.Body) event.Ref {
	var equipment event.Ref
	switch b := b.(type) {
	case *event.Cleaning:
		equipment = b.Equipment
	case *event.Environment:
		equipment = b.Equipment
	default:
		return d.optRef(event.KindRoom)
	}
	if equipment.IsZero() {
		return d.ref(event.KindRoom)
	}
	return event.Ref{}
}

func (d drawer) codes() []event.Codes {
	var list []event.Codes
	for _, r := range d.things(0, 2) {
		list = append(list, event.Codes{Thing: r, Values: d.texts(1, 3)})
	}
	return list
}
