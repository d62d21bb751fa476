package genealogy

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// A history draws events of a few things, most of which are made of each other.
type history struct {
	t    *rapid.T
	n    int
	none int      // drawn that are no events
	only []string // of these types; nil: all
}

// everyType are the types that a history draws, the more frequent ones more than once.
var everyType = []string{
	"collection", "making", "making", "making", "work", "lot", "receipt", "infusion", "test", "hold", "lift", "same", "contact", "correction", "shipment", "handover",
	"arrival", "store", "retrieve", "disposal", "vessel", "journey",
}

func (h *history) of(label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(h.t, label)
}

func (h *history) unit() string { return h.of("unit", "U1", "U2", "U3", "U4", "U5", "U6") }

func (h *history) material() string {
	return `"materials":[` + h.of("material", `{"lot":"L1"}`, `{"lot":"L1","aliquot":"A"}`, `{"lot":"L2","aliquot":"A"}`, `{"lot":"L2"}`) + `]`
}

// draw returns the members of one event.
func (h *history) draw() string {
	only := h.only
	if only == nil {
		only = everyType
	}
	switch h.of("type", only...) {
	case "collection":
		return fmt.Sprintf(`"type":"collection","site":"S","donor":%q,"outputs":[{"unit":%q}],%s`, h.of("donor", "D1", "D2"), h.unit(), h.material())
	case "making":
		return fmt.Sprintf(`"type":"manufacture","site":"S","step":"fill","inputs":[%q],"outputs":[{"unit":%q%s}],%s%s`,
			h.unit(), h.unit(), h.of("role", "", `,"role":"sample"`), h.material(), h.of("batch", "", `,"batch":"B1"`, `,"batch":"B2"`))
	case "work":
		return fmt.Sprintf(`"type":"manufacture","site":"S","step":"thaw","units":[%q],%s%s`, h.unit(), h.material(), h.of("bath", "", `,"equipment":[{"equipment":"E1"}]`, `,"equipment":[{"equipment":"E2","to":"2026-01-01T08:20:00Z"}]`))
	case "lot":
		return fmt.Sprintf(`"type":"manufacture","site":"S","step":"mix","inputs":[%q],"outputs":[{"lot":"L1"}]`, h.unit())
	case "receipt":
		return fmt.Sprintf(`"type":"receipt","site":"S","batch":"B1","outputs":[{"unit":%q}]`, h.unit())
	case "infusion":
		return fmt.Sprintf(`"type":"infusion","site":"S","unit":%q,"patient":"P","checks":["name","number"],"residue":%q`, h.unit(), h.unit())
	case "test":
		return fmt.Sprintf(`"type":"test","subject":%q,"sampled":"2026-01-01T07:00:00Z","result":"positive"`, h.of("subject", "unit:U1", "unit:U2", "donor:D1", "batch:B1", "lot:L1"))
	case "hold":
		return fmt.Sprintf(`"type":"case","case":"C1","action":"hold","things":[%q]`, h.of("held", "unit:U1", "unit:U3", "lot:L1", "aliquot:L1/A", "donor:D2", "batch:B2"))
	case "lift":
		return fmt.Sprintf(`"type":"case","case":"C1","action":"lift","reason":"cleared","holds":[%q]`, h.past())
	case "same":
		return `"type":"same","reason":"two names","signed_by":["Q1"],"things":` + h.of("same", `["donor:D1","donor:D2"]`, `["unit:U1","unit:U4"]`, `["lot:L1","lot:L2"]`)
	case "contact":
		return `"type":"contact","things":["aliquot:L1/B","unit:U1"]`
	case "correction":
		return fmt.Sprintf(`"type":"correction","reason":"did_not_occur","corrects":%q`, h.past())
	case "shipment":
		return fmt.Sprintf(`"type":"shipment","shipment":"X","site":"S","to":"S2","units":[%q],"high":"-150"%s`, h.unit(), h.equipment())
	case "arrival":
		return `"type":"arrival","shipment":"X","site":"S2"`
	case "store", "retrieve":
		return fmt.Sprintf(`"type":%q,"site":"S","units":[%q],"equipment":%q`, h.of("way", "store", "retrieve"), h.unit(), h.of("tank", "E1", "E2"))
	case "disposal":
		return fmt.Sprintf(`"type":"disposal","units":[%q],"method":"destroyed"`, h.unit())
	case "vessel":
		from := rapid.IntRange(0, 30).Draw(h.t, "from")
		return h.logged(fmt.Sprintf(`"equipment":%q,"excursions":[{"from":"2026-01-01T08:%02d:00Z","to":"2026-01-01T08:%02d:00Z"}]`, h.of("tank", "E1", "E2"), from, min(30, from+rapid.IntRange(0, 5).Draw(h.t, "long"))))
	case "journey":
		return h.logged(`"shipment":"X"`)
	default:
		return `"type":"handover","shipment":"X","site":"S2","max":"-20"` + h.equipment()
	}
}

func (h *history) equipment() string {
	return h.of("shipper", "", `,"equipment":"E1"`, `,"equipment":"E2"`)
}

func (h *history) logged(members string) string {
	return `"type":"temperature","from":"2026-01-01T07:00:00Z","to":"2026-01-01T08:30:00Z","min":"-190","max":"-20","log_sha256":"` + strings.Repeat("0", 64) + `",` + members
}

func (h *history) past() string { return numberedID(rapid.IntRange(1, max(1, h.n)).Draw(h.t, "past")) }

func numberedID(n int) string { return fmt.Sprintf("00000000-0000-8000-8000-%012d", n) }

// add adds the next event to g, if it is one.
func (h *history) add(g *Graph) {
	members := h.draw()
	minute := rapid.IntRange(0, 30).Draw(h.t, "minute")
	if strings.Contains(members, `"type":"temperature"`) {
		minute = 30 // its last reading
	}
	e, err := event.Parse(fmt.Appendf(nil, `{"id":%q,"time":"2026-01-01T08:%02d:00Z",%s}`, numberedID(h.n+1), minute, members))
	if err != nil {
		h.none++ // two things that must differ were drawn alike
		return
	}
	h.n++
	if err := g.Add(uint64(h.n), "OP", e.Time, e); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhatIsNoSuspectIsHeldByNothing(t *testing.T) {
	t.Parallel()
	at, err := event.ParseTime("2026-01-01T09:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	cleared, held := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g, h := New(), &history{t: t}
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			h.add(g)
			if rapid.IntRange(0, 9).Draw(t, "rebase") == 0 {
				g = onSnapshot(t, g)
			}
			all := []event.Ref{}
			all = append(append(all, g.Things()...), reference(t, "aliquot:L1/Z"), reference(t, "unit:U9"))
			for _, r := range all {
				found := g.findHolds(r, at)
				held += len(found)
				if g.suspect(r) {
					continue
				}
				cleared++
				if len(found) > 0 {
					t.Fatalf("after %d events %v is no suspect, and held by record %d", h.n, r, found[0].Entry.Seq)
				}
			}
		}
	})
	if cleared == 0 || held == 0 {
		t.Errorf("%d things were cleared, %d holds found: the test tests nothing", cleared, held)
	}
}

// onSnapshot lets a graph stand on a snapshot of itself: with what it has learned, or learning it again.
func onSnapshot(t *rapid.T, g *Graph) *Graph {
	var b bytes.Buffer
	if err := g.WriteSnapshot(&b, nil, nil); err != nil {
		t.Fatal(err)
	}
	s, err := MapSnapshot(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "keep") {
		g, err = g.Onto(s)
	} else {
		g, err = s.On()
	}
	if err != nil {
		t.Fatal(err)
	}
	if g.suspects.unsure && rapid.Bool().Draw(t, "learn") {
		g.learnSuspects()
	}
	return g
}

func reference(t *rapid.T, s string) event.Ref {
	r, err := event.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
