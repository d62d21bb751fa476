package recall

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"suyuan/internal/event"
)

// A DrillKind says how a drill is held.
type DrillKind string

// The kinds of drills.
const (
	DrillRun     DrillKind = "run"     // a script of actions
	DrillRandom  DrillKind = "random"  // a batch, lot or donor picked at random
	DrillPlanted DrillKind = "planted" // a hidden contamination to be found
)

// DrillKinds returns the kinds of drills.
func DrillKinds() []DrillKind { return []DrillKind{DrillRun, DrillRandom, DrillPlanted} }

// DrillMember is the member of ext by which the closing of a drill's case keeps
// the result.
const DrillMember = "suyuan:drill"

// MaxSeed is the largest seed: the largest integer that an event can hold.
const MaxSeed = 1<<53 - 1

// A DrillResult is what a ledger keeps of a drill. What a kind of drill has no
// part in is zero.
type DrillResult struct {
	Case   event.Ref
	Kind   DrillKind
	Seed   uint64 // of random and planted drills
	Copied AsOf   // the ledger that was rehearsed on
	// Sources, From, To, Class and Profile are those of the case's opening.
	Sources  []event.Ref
	From, To event.Time
	Class    string
	Profile  string
	Own      *Profile // the limits of a profile that is not built in; nil for one that is
	Good     bool     // nothing was bad news
	Missed   []Goal   // deadlines that were not kept
	// Reached are the donors, batches, lots and equipment that the drill's traces
	// named, the sources among them; of very many, the first.
	Reached []event.Ref
	// Scope is what the drill's newest trace gives on the ledger itself; nil where
	// nothing was traced, or where only the drill knows the sources.
	Scope   *Answer
	Run     *RunScore
	Random  *RandomScore
	Planted *PlantedScore
	// Took are the times measured. They alone differ when a drill is held again.
	Took []Took
}

// A Took is how long one question took.
type Took struct {
	What Question
	Time time.Duration
}

// A Question names what was asked in a drill.
type Question string

// The questions whose time is measured.
const (
	AskedBackward Question = "backward"
	AskedBalance  Question = "balance"
	AskedForward  Question = "forward"
	AskedSource   Question = "source"
)

// A RunScore is how a script went.
type RunScore struct {
	Start      event.Time
	Actions    int
	Counts     Counts // of the newest trace
	Milestones []Milestone
}

// RunResult returns what a ledger keeps of a script that was played. answer is
// that of the newest trace on the copy, or nil.
func RunResult(s *Script, t *Timeline, answer *Answer) DrillResult {
	r := DrillResult{Case: s.Case, Kind: DrillRun, Profile: t.Case.Profile.Name, Good: !t.Case.BadNews()}
	if _, ok := BuiltIn(r.Profile); !ok {
		r.Own = &t.Case.Profile
	}
	for i := range s.Actions {
		if a := &s.Actions[i]; a.Do == DoOpen {
			r.Sources, r.From, r.To, r.Class = a.Sources, a.From, a.To, a.Class
		}
	}
	r.Run = &RunScore{Start: s.Start, Actions: len(s.Actions), Milestones: t.Case.Milestones}
	for i := range t.Case.Milestones {
		if m := &t.Case.Milestones[i]; m.Missed(t.Case.Now) {
			r.Missed = append(r.Missed, m.Goal)
		}
	}
	if answer != nil {
		r.Run.Counts = answer.Counts
	}
	r.reach(answer)
	return r
}

// maxReached keeps the list of what was named well below the largest event.
const maxReached = 24 << 10

// reach adds what answers named to what the drill has covered; an answer can
// be nil.
func (r *DrillResult) reach(answers ...*Answer) {
	list := slices.Clone(r.Sources)
	for _, a := range answers {
		if a == nil {
			continue
		}
		for i := range a.Things {
			list = append(list, a.Things[i].Ref)
		}
	}
	list = slices.DeleteFunc(list, func(ref event.Ref) bool { return !coverable(ref.Kind()) })
	slices.SortFunc(list, event.Ref.Compare)
	size := 0
	for i, ref := range slices.Compact(list) {
		if size += len(ref.String()) + len(`"",`); size > maxReached {
			r.Reached = list[:i]
			return
		}
		r.Reached = list[:i+1]
	}
}

// coverable reports whether a drill covers things of a kind.
func coverable(k event.Kind) bool {
	switch k {
	case event.KindDonor, event.KindBatch, event.KindLot, event.KindEquipment:
		return true
	default:
		return false
	}
}

// AppendJSON appends the result as canonical JSON. It holds no null: what does
// not apply is left out, so that an event can hold it.
func (r *DrillResult) AppendJSON(dst []byte) []byte { return appended(dst, r.write) }

// Ext returns the member ext of the closing that keeps the result.
func (r *DrillResult) Ext() []byte {
	return appended(nil, func(j *jsonWriter) {
		j.raw(`{"` + DrillMember + `":`)
		r.write(j)
		j.raw(`}`)
	})
}

// OpeningExt returns the ext of the opening of the drill's case: the limits of
// a profile that is not built in, so that nobody needs its file later.
func (r *DrillResult) OpeningExt() []byte {
	if r.Own == nil {
		return nil
	}
	return appended(nil, func(j *jsonWriter) { j.raw(`{"` + ProfileExt + `":` + string(r.Own.JSON()) + `}`) })
}

func (r *DrillResult) write(j *jsonWriter) {
	o := j.begin()
	o.member("copied", true, func() { j.asOf(r.Copied) })
	o.member("good", true, func() { j.flag(r.Good) })
	o.member("kind", true, func() { j.str(string(r.Kind)) })
	o.member("missed", true, func() { list(j, r.Missed, func(j *jsonWriter, g *Goal) { j.str(string(*g)) }) })
	o.member("planted", r.Planted != nil, func() { r.Planted.write(j) })
	o.member("profile", r.Profile != "", func() { j.str(r.Profile) })
	o.member("random", r.Random != nil, func() { r.Random.write(j) })
	o.member("reached", true, func() { j.refs(r.Reached) })
	o.member("run", r.Run != nil, func() { r.Run.write(j) })
	o.member("seed", r.Kind != DrillRun, func() { j.num(r.Seed) })
	o.member("sources", true, func() { j.refs(r.Sources) })
	o.member("took_us", len(r.Took) > 0, func() { j.took(r.Took) })
	o.end()
}

func (s *RunScore) write(j *jsonWriter) {
	o := j.begin()
	o.member("actions", true, func() { j.num(uint64(s.Actions)) }) //nolint:gosec // a length
	o.member("counts", true, func() { j.counts(&s.Counts) })
	o.member("met_s", true, func() {
		met := j.begin()
		for _, name := range sortedGoals(s.Milestones) {
			met.member(string(name.Goal), true, func() { j.num(seconds(name.MetAt.Sub(s.Start))) })
		}
		met.end()
	})
	o.member("start", true, func() { j.time(s.Start) })
	o.end()
}

// sortedGoals returns the milestones that were met, in the order of their
// names.
func sortedGoals(list []Milestone) []Milestone {
	met := slices.DeleteFunc(slices.Clone(list), func(m Milestone) bool { return !m.Met })
	slices.SortFunc(met, func(a, b Milestone) int { return cmp.Compare(a.Goal, b.Goal) })
	return met
}

func seconds(d time.Duration) uint64 { return uint64(max(d/time.Second, 0)) }

// took writes the times in microseconds, by name.
func (j *jsonWriter) took(times []Took) {
	times = slices.Clone(times)
	slices.SortFunc(times, func(a, b Took) int { return cmp.Compare(a.What, b.What) })
	o := j.begin()
	for _, t := range times {
		o.member(string(t.What), true, func() { j.num(uint64(max(t.Time.Microseconds(), 0))) })
	}
	o.end()
}

// An objectWriter writes the members of one object, which come in order.
type objectWriter struct {
	j *jsonWriter
	n int
}

func (j *jsonWriter) begin() *objectWriter {
	j.raw(`{`)
	return &objectWriter{j: j}
}

// member writes one member where it is said.
func (o *objectWriter) member(name string, said bool, write func()) {
	if !said {
		return
	}
	o.j.comma(o.n)
	o.n++
	o.j.str(name)
	o.j.raw(`:`)
	write()
}

func (o *objectWriter) end() { o.j.raw(`}`) }

// A KeptResult is what a ledger's list of drills tells of a result.
type KeptResult struct {
	Kind             DrillKind
	Seed             uint64
	Seeded           bool
	Good             bool
	Missed           []Goal
	Sources, Reached []event.Ref
	// Barren says that a contamination was planted and no test of it was
	// positive: there was nothing to find.
	Barren bool
}

// ParseDrillExt reads the result of a drill from the member ext of a closing.
// found is false where it holds none.
func ParseDrillExt(ext []byte) (r KeptResult, found bool, err error) {
	var members map[string]json.RawMessage
	if len(ext) == 0 {
		return r, false, nil
	}
	if err := json.Unmarshal(ext, &members); err != nil {
		return r, false, fmt.Errorf("result of a drill: %w", err)
	}
	if members[DrillMember] == nil {
		return r, false, nil
	}
	var kept struct {
		Kind             DrillKind
		Seed             *uint64
		Good             bool
		Missed           []Goal
		Sources, Reached []string
		Planted          *struct{ Tests struct{ Positive int } }
	}
	if err := json.Unmarshal(members[DrillMember], &kept); err != nil {
		return r, false, fmt.Errorf("result of a drill: %w", err)
	}
	r = KeptResult{Kind: kept.Kind, Good: kept.Good, Missed: kept.Missed, Barren: kept.Planted != nil && kept.Planted.Tests.Positive == 0}
	if kept.Seed != nil {
		r.Seed, r.Seeded = *kept.Seed, true
	}
	if r.Sources, err = parseRefs(kept.Sources); err == nil {
		r.Reached, err = parseRefs(kept.Reached)
	}
	if err != nil {
		return KeptResult{}, false, fmt.Errorf("result of a drill: %w", err)
	}
	return r, true, nil
}

func parseRefs(texts []string) ([]event.Ref, error) {
	refs := make([]event.Ref, len(texts))
	for i, text := range texts {
		r, err := event.ParseRef(text)
		if err != nil {
			return nil, err
		}
		refs[i] = r
	}
	return refs, nil
}
