package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// drillCommand has a subcommand for each kind of drill, and one that lists those that were held.
func drillCommand() *command {
	kept := writing(exitBadNews)
	return &command{
		name: "drill", args: "run|random|planted|list",
		examples: []string{"suyuan drill run drill.json --as QA-1", "suyuan drill random --seed 7 --as QA-1", "suyuan drill list"},
		exits:    kept,
		subs: []*command{
			{
				name: "run", args: "FILE", least: 1, most: 1, act: runDrill, text: "command.drill-run",
				flags: append([]flagSpec{
					{name: "profile", takes: "NAME|FILE", text: "flag.case-profile"},
					{name: "html", takes: "FILE"},
					{name: "pdf", takes: "FILE"},
					{name: "xlsx", takes: "FILE"},
					dryDrill(), clockOK(),
				}, append(listFlags(drillRunLists()), signFlags()...)...),
				examples: []string{
					"suyuan drill run drill.json --as QA-1", "suyuan drill run drill.json --dry-run --pdf drill.pdf --lang zh",
					"suyuan drill run drill.json --profile ours.json --as QA-1",
				},
				exits: kept,
			},
			{
				name: "random", act: runDrillRandom, text: "command.drill-random",
				flags:    append(seedFlags(), flagSpec{name: "kind", takes: "KIND", text: "flag.drill-kind"}),
				examples: []string{"suyuan drill random --seed 7 --as QA-1", "suyuan drill random --seed 8 --kind lot --dry-run"},
				exits:    kept,
			},
			{
				name: "planted", act: runDrillPlanted, text: "command.drill-planted",
				flags:    append(seedFlags(), planFlags()...),
				examples: []string{"suyuan drill planted --seed 7 --as QA-1", "suyuan drill planted --seed 7 --p-possible 0 --tested 0.5 --dry-run"},
				exits:    kept,
			},
			{
				name: "list", act: runDrillList, text: "command.drill-list",
				flags:    append([]flagSpec{{name: "at", takes: "TIME", text: "flag.drill-at"}}, listFlags(drillLists())...),
				examples: []string{"suyuan drill list", "suyuan drill list --json", "suyuan drill list --format xlsx -o drills.xlsx"},
				exits:    reading(),
			},
		},
	}
}

func dryDrill() flagSpec { return flagSpec{name: "dry-run", text: "flag.drill-dry"} }

func seedFlags() []flagSpec {
	return append([]flagSpec{
		{name: "seed", takes: "N", must: true, text: "flag.drill-seed"},
		{name: "case", takes: "DRILL-ID", text: "flag.drill-case"},
		dryDrill(), clockOK(),
	}, signFlags()...)
}

func planFlags() []flagSpec {
	return []flagSpec{
		{name: "p-confirmed", takes: "P"},
		{name: "p-probable", takes: "P"},
		{name: "p-possible", takes: "P"},
		{name: "tested", takes: "P", text: "flag.drill-tested"},
		{name: "sensitivity", takes: "P"},
	}
}

// runDrillRandom picks something, asks about it what a recall would, and scores the answers.
func runDrillRandom(ctx context.Context, p *program, in *input) error {
	kinds := recall.PickableKinds()
	if s := in.text("kind"); s != "" {
		i := slices.IndexFunc(kinds, func(k event.Kind) bool { return k.String() == s })
		if i < 0 {
			return usage("drill-kind", data{"Found": s, "Want": kindNames(kinds)})
		}
		kinds = kinds[i : i+1]
	}
	h, err := p.holdDrill(ctx, in, recall.DrillRandom)
	if err != nil {
		return err
	}
	d, err := h.book.DrillRandom(ctx, h.seed, kinds)
	if err != nil {
		return drillError(err)
	}
	return h.finish(ctx, &d.Result, func() { p.printRandom(&d.Result) })
}

func kindNames(kinds []event.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}

// runDrillPlanted hides a contamination and scores how it is found.
func runDrillPlanted(ctx context.Context, p *program, in *input) error {
	plan, err := planOf(in)
	if err != nil {
		return err
	}
	h, err := p.holdDrill(ctx, in, recall.DrillPlanted)
	if err != nil {
		return err
	}
	d, err := h.book.DrillPlanted(ctx, h.seed, plan)
	if err != nil {
		return drillError(err)
	}
	return h.finish(ctx, &d.Result, func() { p.printPlanted(&d.Result) })
}

func planOf(in *input) (recall.Plan, error) {
	plan := recall.DefaultPlan()
	for _, f := range []struct {
		name string
		odds *int
	}{
		{"p-confirmed", &plan.Odds[genealogy.Confirmed]},
		{"p-probable", &plan.Odds[genealogy.Probable]},
		{"p-possible", &plan.Odds[genealogy.Possible]},
		{"tested", &plan.Tested},
		{"sensitivity", &plan.Sensitivity},
	} {
		s := in.text(f.name)
		if s == "" {
			continue
		}
		odds, ok := recall.ParseOdds(s)
		if !ok {
			return plan, usage("odds", data{"Flag": "--" + f.name, "Found": s})
		}
		*f.odds = odds
	}
	return plan, nil
}

// A session is a drill that is about to be held: its book, and whether its result is recorded.
type session struct {
	p    *program
	book *logbook.Book
	seed uint64
	id   event.Ref // where it was given
	dry  bool
}

// holdDrill opens the ledger for a drill by a seed, and refuses before it starts what could not be recorded in the end.
func (p *program) holdDrill(ctx context.Context, in *input, kind recall.DrillKind) (*session, error) {
	h := &session{p: p, dry: in.on("dry-run")}
	var err error
	if in.text("seed") == "" {
		return nil, usage("missing", data{"Command": "suyuan drill " + string(kind), "Flags": "--seed"})
	}
	if h.seed, err = strconv.ParseUint(in.text("seed"), 10, 64); err != nil || h.seed > recall.MaxSeed {
		return nil, usage("number-between", data{"Flag": "--seed", "Found": in.text("seed"), "Least": 0, "Most": recall.MaxSeed})
	}
	if id := in.text("case"); id != "" {
		if h.id, err = event.NewRef(event.KindCase, id); err != nil || !event.IsDrill(h.id) {
			return nil, usage("drill-case", data{"Found": id, "Prefix": event.DrillPrefix})
		}
	}
	if h.book, err = p.drillBook(ctx, in); err != nil || h.dry {
		return h, err
	}
	id := h.id
	if id.IsZero() {
		head, err := h.book.Head(ctx)
		if err != nil {
			return nil, err
		}
		if id, err = logbook.SeededCase(kind, h.seed, head.Size); err != nil {
			return nil, err
		}
	}
	return h, drillError(h.book.CanKeepDrill(ctx, id))
}

// drillBook opens the ledger to record a drill's result, or only to read where nothing is recorded.
func (p *program) drillBook(ctx context.Context, in *input) (*logbook.Book, error) {
	if in.on("dry-run") {
		return p.reader(ctx)
	}
	if err := p.needOperator(); err != nil {
		return nil, err
	}
	return p.open(ctx, in.on("clock-ok"))
}

// finish records the result and answers.
func (h *session) finish(ctx context.Context, r *recall.DrillResult, show func()) error {
	if !h.id.IsZero() {
		r.Case = h.id
	}
	seqs, err := h.p.keepDrill(ctx, h.book, h.dry, r)
	if err != nil {
		return err
	}
	if h.p.json {
		h.p.answerJSON(seededJSON{
			BadNews: !r.Good, Case: r.Case.ID(), Conclusion: logbook.Conclusion(r), Drill: true, Recorded: seqs, Result: r.AppendJSON(nil),
		})
	} else {
		h.p.printLost(r.Copied.Lost)
		show()
		h.p.printKept(r, seqs)
	}
	if !r.Good {
		return answer(exitBadNews)
	}
	return nil
}

// seededJSON is the answer of drill random and drill planted. In result, took_us alone differs when the same drill is held
// again on the same ledger.
type seededJSON struct {
	BadNews    bool            `json:"bad_news"`
	Case       string          `json:"case"`
	Conclusion string          `json:"conclusion"`
	Drill      bool            `json:"drill"`
	Recorded   []uint64        `json:"recorded"` // null where it was a dry run
	Result     json.RawMessage `json:"result"`
}

// keepDrill records the result of a drill, unless that is not wanted, and returns the numbers of its records.
func (p *program) keepDrill(ctx context.Context, book *logbook.Book, dry bool, r *recall.DrillResult) ([]uint64, error) {
	if dry {
		return nil, nil
	}
	receipts, err := book.KeepDrill(ctx, r)
	if err != nil {
		return nil, drillError(err)
	}
	seqs := make([]uint64, len(receipts))
	for i := range receipts {
		seqs[i] = receipts[i].Seq
		p.sayNotices(receipts[i].Unregistered)
	}
	return seqs, nil
}

// drillError says what keeps a drill from being held.
func drillError(err error) error {
	var kept *logbook.DrillKeptError
	var nothing *recall.NothingToPickError
	switch {
	case errors.As(err, &kept):
		e := fail(exitFailed, "error.drill-kept", data{"Case": kept.Case.ID(), "Seq": kept.Seq})
		e.ref, e.seq = kept.Case.String(), &kept.Seq
		return e
	case errors.As(err, &nothing):
		return fail(exitFailed, "error.drill-nothing", data{"Kinds": kindNames(nothing.Kinds)})
	case errors.Is(err, recall.ErrNothingToPlant):
		return fail(exitFailed, "error.drill-barren", nil)
	default:
		return err
	}
}

// printKept says what came of a drill, and where the ledger keeps it.
func (p *program) printKept(r *recall.DrillResult, seqs []uint64) {
	p.line("")
	switch {
	case r.Good:
		p.line("%s", p.text("rehearsal.good."+string(r.Kind)))
	case r.Planted != nil && len(r.Planted.Positives) == 0:
		p.line("%s", p.alarm(p.text("rehearsal.none-positive")))
	default:
		p.line("%s", p.alarm(p.text("rehearsal.bad."+string(r.Kind))))
	}
	p.printRecorded(seqs)
	p.line("%s", p.bold(report.DrillMark))
}

func (p *program) printRecorded(seqs []uint64) {
	if len(seqs) == 0 {
		p.line("%s", p.text("rehearsal.dry"))
		return
	}
	p.line("%s", p.text("rehearsal.kept", data{"From": seqs[0], "To": seqs[len(seqs)-1]}))
}

func (p *program) printRandom(r *recall.DrillResult) {
	s := r.Random
	p.line("%s", p.bold(report.DrillMark))
	p.line("%s", visible(p.text("rehearsal.random", data{"Case": r.Case.ID(), "Seed": r.Seed, "Ref": s.Picked, "At": clock(s.At)})))
	p.line("")
	made, accounted := s.Accounted()
	g := grid{}
	g.add(p.text("rehearsal.units"), p.text("rehearsal.of", data{"N": accounted, "Of": made})+percent(accounted, made))
	var patients []string
	for _, grade := range genealogy.Grades() {
		patients = append(patients, p.text("grade."+grade.String())+" "+strconv.Itoa(s.Patients[grade]))
	}
	g.add(p.text("rehearsal.patients"), strings.Join(patients, ", "))
	g.add(p.text("rehearsal.sites"), p.text("rehearsal.of", data{"N": s.Reachable(), "Of": len(s.Sites)})+percent(s.Reachable(), len(s.Sites)))
	if r.Sources[0].Kind() != event.KindDonor {
		g.add(p.text("rehearsal.backward"), strconv.Itoa(s.Backward))
	}
	g.add(p.text("rehearsal.missing"), p.missingCounts(s))
	g.add(p.text("rehearsal.took"), p.took(r.Took))
	p.write(p.wrapped(g))
	for i := range s.Sites {
		if !s.Sites[i].OnFile {
			p.line("  %s", p.alarm(visible(p.text("rehearsal.no-contact", data{"Site": s.Sites[i].Site.ID()}))))
		}
	}
}

func percent(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf(" (%.1f %%)", 100*float64(n)/float64(of))
}

func (p *program) missingCounts(s *recall.RandomScore) string {
	parts := make([]string, len(s.Missing))
	for i, m := range s.Missing {
		parts[i] = p.text("missing."+string(m.Code)) + " " + strconv.Itoa(m.N)
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, ", ")
}

func (p *program) took(times []recall.Took) string {
	parts := make([]string, len(times))
	for i, t := range times {
		parts[i] = fmt.Sprintf("%s %.1f ms", p.text("rehearsal.asked."+string(t.What)), float64(t.Time.Microseconds())/1000)
	}
	return strings.Join(parts, ", ")
}

func (p *program) printPlanted(r *recall.DrillResult) {
	s := r.Planted
	p.line("%s", p.bold(report.DrillMark))
	p.line("%s", visible(p.text("rehearsal.planted", data{"Case": r.Case.ID(), "Seed": r.Seed})))
	p.line("")
	g := grid{}
	g.add(p.text("rehearsal.hidden"), visible(p.text("rehearsal.hidden-at", data{"Ref": s.Source, "At": clock(s.At)})))
	g.add(p.text("rehearsal.tests"), p.text("rehearsal.tests-are",
		data{"Positive": len(s.Positives), "Negative": len(s.Negatives), "Missed": s.Missed}))
	if s.Taken.IsZero() {
		if len(s.Positives) > 0 {
			g.add(p.text("rehearsal.taken"), p.text("rehearsal.taken-none"))
		}
	} else {
		g.add(p.text("rehearsal.taken"), visible(s.Taken.String()))
	}
	rank := p.text("rehearsal.rank-none", data{"Of": s.Ranked})
	switch {
	case s.Rank > 0 && s.Ties > 0:
		rank = p.text("source.rank-tied", data{"Rank": s.Rank, "Last": s.Rank + s.Ties, "Of": s.Ranked})
	case s.Rank > 0:
		rank = p.text("rehearsal.rank-is", data{"Rank": s.Rank, "Of": s.Ranked})
	}
	g.add(p.text("rehearsal.rank"), rank)
	g.add(p.text("rehearsal.took"), p.took(r.Took))
	p.write(p.wrapped(g))
	p.line("")
	p.printHits(s)
}

func (p *program) printHits(s *recall.PlantedScore) {
	g := grid{heads: []string{p.text("rehearsal.asked"), p.text("rehearsal.patients-found"), p.text("rehearsal.precision"), p.text("rehearsal.units-found"), p.text("rehearsal.precision")}}
	row := func(name string, e *recall.Exposed) {
		g.add(name, p.hits(e.Patients), orDash(e.Patients.Precision()), p.hits(e.Units), orDash(e.Units.Precision()))
	}
	for _, grade := range genealogy.Grades() {
		row(p.text("grade."+grade.String()), &s.Found[grade])
	}
	row(p.text("rehearsal.told"), &s.Told)
	p.write(g.render(2, p.width, p.bold))
}

func (p *program) hits(h recall.Hits) string {
	s := p.text("rehearsal.of", data{"N": h.Both, "Of": h.True})
	if h.True > 0 {
		s += " (" + h.Recall() + ")"
	}
	return s
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
