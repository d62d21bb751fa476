package recall_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// drawTestedHistory draws a history in which things are tested and meet: few
// assays, samples and batches among the subjects, negatives rather before
// positives.
func drawTestedHistory(t *rapid.T) *history {
	h := drawHistory(t)
	for range rapid.IntRange(3, 12).Draw(t, "tests") {
		if e, ok := h.draw([]body{h.test, h.test, h.test, h.test, h.sampling, h.followup, h.meeting, h.meeting, h.meeting}); ok {
			h.record(e)
		}
	}
	h.g.Contacts()
	return h
}

func (h *history) test() (event.Type, event.Body) {
	b := &event.Test{Subject: h.thing("unit", 4), Sampled: h.time(), Result: event.ResultNegative}
	other := h.time()
	if kind := h.n(7, "result"); kind > 2 {
		b.Result = event.ResultPositive
		if kind == 7 {
			b.Result = event.ResultInconclusive
		}
	}
	if (b.Result == event.ResultPositive) == b.Sampled.Before(other) {
		b.Sampled = other
	}
	b.Assay = rapid.SampledFrom([]string{"", "", "culture", "pcr"}).Draw(h.t, "assay")
	switch h.n(9, "subject") {
	case 0:
		b.Subject = h.thing("patient", 2)
	case 1:
		b.Subject = h.thing("batch", 1)
		if h.yes("sample") {
			b.Sample = h.unit()
		}
	case 2:
		b.Sample = h.unit()
	}
	return event.TypeTest, b
}

// sampling takes a sample of a unit, and leaves the rest.
func (h *history) sampling() (event.Type, event.Body) {
	rest := true
	in := event.Input{Unit: h.unit(), Rest: &rest}
	return event.TypeManufacture, &event.Manufacture{Step: "sample", Inputs: []event.Input{in}, Outputs: []event.Output{{Unit: h.unit(), Role: event.RoleSample}}}
}

func (h *history) followup() (event.Type, event.Body) {
	return event.TypeFollowup, &event.Followup{Patient: h.thing("patient", 2), Outcome: "well"}
}

// meeting lets units meet in one place.
func (h *history) meeting() (event.Type, event.Body) {
	b := &event.Manufacture{Step: "thaw", Units: h.different(3, func() event.Ref { return h.thing("unit", 4) })}
	if h.yes("equipment") {
		b.Equipment = []event.Use{{Equipment: h.equipment()}}
	}
	if h.yes("materials") {
		b.Materials = h.materials()
	}
	return event.TypeManufacture, b
}

func (h *history) sourceQuery() recall.SourceQuery {
	q := recall.SourceQuery{}
	askable := h.askable()
	subject := func() event.Ref {
		if h.n(3, "patient") == 0 {
			return h.thing("patient", 2)
		}
		return h.unit()
	}
	known := func(list []event.Ref) []event.Ref {
		return slices.DeleteFunc(list, func(r event.Ref) bool { return !slices.Contains(askable, r) })
	}
	if h.n(3, "named") == 0 {
		q.Positives = known(h.different(3, subject))
	}
	if h.n(3, "negatives") == 0 {
		q.Negatives = known(h.different(3, subject))
	}
	return q
}

// A sourcesView is an answer as both engines are compared by.
type sourcesView struct {
	Positives, Negatives, Common, Chains, Excluded, Missing, Exposed []string
}

func (w *refWorld) instant(t event.Time, open int) int {
	if t.IsZero() {
		return open
	}
	return w.second(t)
}

func recordOf(seq *uint64) int {
	if seq == nil {
		return -1
	}
	return int(*seq)
}

func engineSources(w *refWorld, a *recall.SourceAnswer) sourcesView {
	var v sourcesView
	for _, p := range a.Positives {
		v.Positives = append(v.Positives, fmt.Sprintln(p.Ref, [4]int{w.instant(p.From, always), w.instant(p.To, never), recordOf(p.Negative), recordOf(p.Positive)}))
	}
	v.Negatives = refTexts(a.Negatives)
	for _, c := range a.Common {
		v.Common = append(v.Common, refCommon{ref: c.Ref.String(), grade: int(c.Grade), explains: c.Explains, reached: c.NegativesReached, others: c.OthersReached}.String())
	}
	for _, c := range a.Chains {
		for _, k := range c.Candidates {
			v.Chains = append(v.Chains, fmt.Sprintf("%s > %s: %s %s %d..%d %v", c.From, c.To, k.Ref, k.Via, w.instant(k.From, always), w.instant(k.To, never), k.Seq))
		}
	}
	for _, x := range a.Excluded {
		v.Excluded = append(v.Excluded, fmt.Sprintf("%s %s %v", x.Ref, x.Code, x.Seq))
	}
	slices.Sort(v.Excluded)
	for _, m := range a.Missing {
		if m.Code == recall.NoOperator || m.Code == recall.NoCleaning {
			v.Missing = append(v.Missing, fmt.Sprintf("%s %s %v", m.Code, m.Ref, m.Seq))
		}
	}
	slices.Sort(v.Missing)
	v.Exposed = refTexts(a.NextExposed)
	return v
}

func (x *refInquiry) view() sourcesView {
	var v sourcesView
	for _, l := range x.lineages {
		v.Positives = append(v.Positives, fmt.Sprintln(l.ref, l.span()))
	}
	v.Negatives = x.negatives
	candidates := make(map[string]bool)
	var nodes []refNode
	for _, c := range x.common() {
		v.Common = append(v.Common, c.String())
		candidates[c.ref] = true
		nodes = append(nodes, c.node)
	}
	links := x.chains()
	for _, l := range links {
		v.Chains = append(v.Chains, l.String())
		candidates[l.ref] = true
		nodes = append(nodes, l.node)
	}
	v.Excluded, v.Missing, v.Exposed = x.excluded(candidates), x.gaps(links), x.exposed(nodes)
	return v
}

// untested says whether a lineage says nothing of when.
func (x *refInquiry) untested() bool {
	return slices.ContainsFunc(x.lineages, func(l *refLineage) bool {
		given := l.close != never
		if kindOf(l.ref) == "patient" {
			for m := range l.until {
				given = given || kindOf(m) == "unit"
			}
		}
		return !l.tested && !given
	})
}

func TestSourcesAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawTestedHistory(t)
		q := h.sourceQuery()
		w := newRefWorld(h.base, h.events)
		x := w.inquiry(q)
		a, err := recall.Sources(h.g, recall.AsOf{}, q)
		var untested *recall.UntestedError
		switch {
		case len(x.lineages) == 0:
			if !errors.Is(err, recall.ErrNoPositive) {
				t.Fatalf("nobody is positive: %v", err)
			}
			return
		case x.untested():
			if !errors.As(err, &untested) {
				t.Fatalf("a positive without any sample or infusion: %v\n%s", err, h.text())
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		if d := cmp.Diff(x.view(), engineSources(w, a), cmp.Comparer(slices.Equal[[]string])); d != "" {
			t.Fatalf("%v\n%s\n%s", q, strings.TrimSpace(d), h.text())
		}
	})
}
