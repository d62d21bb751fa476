package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// drawn writes an exposure as people would read the picture.
func drawn(x *recall.Exposure) []string {
	var list []string
	for i := range x.Nodes {
		n := &x.Nodes[i]
		line := fmt.Sprintf("%d %s %s", i, n.Grade, n.State)
		for _, r := range n.Things {
			line += " " + r.String()
		}
		list = append(list, line)
	}
	for _, e := range x.Edges {
		list = append(list, fmt.Sprintf("%d-%d %s %s %d %v", e.From, e.To, e.Via, e.Grade, e.Things, e.Seq))
	}
	return list
}

func TestWhatIsAlikeIsOneNode(t *testing.T) {
	t.Parallel()
	a := answer(t, made+`
{"type":"infusion","time":"10:00","site":"S","unit":"A","patient":"P","checks":["name","wristband"]}
{"type":"infusion","time":"11:00","site":"S","unit":"B","patient":"R","checks":["name","wristband"]}`, "donor:D")
	want := []string{
		"0 confirmed  donor:D",
		"1 confirmed consumed unit:C",
		"2 confirmed infused unit:A unit:B",
		"3 confirmed in_stock unit:Q",
		"4 probable  aliquot:L/1",
		"5 confirmed  patient:P patient:R",
		"6 probable  batch:M",
		"0-1 collection confirmed 1 [2]",
		"1-2 input confirmed 2 [3]",
		"1-3 input confirmed 1 [3]",
		"1-4 backflow probable 1 [3]",
		"2-5 infusion confirmed 2 [4 5]",
		"2-6 made probable 1 [3]",
	}
	if d := cmp.Diff(want, drawn(a.Exposure())); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestADrawingStaysReadable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(made)
	for i := range 60 {
		fmt.Fprintf(&b, `{"type":"manufacture","time":"9:00","site":"S","step":"split","inputs":[{"unit":"C","rest":true}],"outputs":[{"unit":"U-%d","product":"P-%d","role":"dose"}]}`+"\n", i, i)
		fmt.Fprintf(&b, `{"type":"infusion","time":"10:00","site":"S-%d","unit":"U-%d","patient":"P-%d","checks":["name","wristband"]}`+"\n", i, i, i)
	}
	a := answer(t, b.String(), "donor:D")
	x := a.Exposure()
	if len(x.Nodes) > recall.MaxNodes || counted(x, event.KindPatient) != 60 {
		t.Errorf("%d nodes with %d patients:\n%s", len(x.Nodes), counted(x, event.KindPatient), strings.Join(drawn(x), "\n"))
	}
}

func counted(x *recall.Exposure, k event.Kind) int {
	n := 0
	for i := range x.Nodes {
		if x.Nodes[i].Kind == k {
			n += len(x.Nodes[i].Things)
		}
	}
	return n
}

func TestEveryAffectedThingIsInExactlyOneNode(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		a, err := recall.Trace(h.g, asOf, h.query())
		if err != nil {
			t.Fatal(err)
		}
		x := a.Exposure()
		if len(x.Nodes) > recall.MaxNodes {
			t.Fatalf("%d nodes", len(x.Nodes))
		}
		in := make(map[event.Ref]int)
		for i := range x.Nodes {
			for _, r := range x.Nodes[i].Things {
				for _, same := range h.g.SameAs(r) {
					if same.Kind() == r.Kind() {
						in[same]++
					}
				}
			}
		}
		for i := range a.Things {
			if r := a.Things[i].Ref; in[r] != 1 {
				t.Fatalf("%s is counted %d times\n%s\n%s", r, in[r], h.text(), strings.Join(drawn(x), "\n"))
			}
		}
		if n := counted(x, event.KindPatient); n != a.Counts.Patients {
			t.Fatalf("%d patients, want %d\n%s", n, a.Counts.Patients, h.text())
		}
	})
}

func TestEdgesLeadFromTheSourcesToEveryNode(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		a, err := recall.Trace(h.g, asOf, h.query())
		if err != nil {
			t.Fatal(err)
		}
		x := a.Exposure()
		led := make([]bool, len(x.Nodes))
		for _, e := range x.Edges {
			if e.From == e.To || e.Things == 0 || len(e.Seq) == 0 || !slices.IsSorted(e.Seq) {
				t.Fatalf("edge %+v", e)
			}
			led[e.To] = true
		}
		for i := range x.Nodes {
			if !led[i] && !x.Nodes[i].Source {
				t.Fatalf("nothing leads to node %d\n%s\n%s", i, h.text(), strings.Join(drawn(x), "\n"))
			}
		}
	})
}
