package recall

import (
	"slices"
	"strings"
	"time"
)

// A Goal is what a case has to reach: a milestone.
type Goal string

// The milestones of contract section 6, and the progress reports that some
// authorities want at intervals.
const (
	GoalTraced       Goal = "traced"
	GoalHeld         Goal = "held"
	GoalNotified     Goal = "notified"
	GoalAcknowledged Goal = "acknowledged"
	GoalScreened     Goal = "screened"
	GoalReported     Goal = "reported"
	GoalProgress     Goal = "progress"
	GoalClosed       Goal = "closed"
)

// Goals returns the milestones, in order.
func Goals() []Goal {
	return []Goal{GoalTraced, GoalHeld, GoalNotified, GoalAcknowledged, GoalScreened, GoalReported, GoalProgress, GoalClosed}
}

// A Limit is a deadline of a profile: Within counts from when the first fact
// was known. For GoalProgress it is the time from one report to the next.
type Limit struct {
	Goal   Goal
	Within time.Duration
}

// A Profile says by when a case's milestones are to be met.
type Profile struct {
	Name   string
	Limits []Limit // in the order of Goals, each goal once at most
}

// DefaultProfile is the profile of a case that names none.
const DefaultProfile = "lecheng-72h"

// profiles are the built-in ones. cn-class-*: 药品召回管理办法, notice in 24, 48 or
// 72 hours, plan in 1, 3 or 7 days, progress as often.
var profiles = []Profile{
	{DefaultProfile, []Limit{
		{GoalTraced, 4 * time.Hour},
		{GoalHeld, 4 * time.Hour},
		{GoalNotified, 24 * time.Hour},
		{GoalScreened, 72 * time.Hour},
	}},
	{"cn-class-1", class(24*time.Hour, 1)},
	{"cn-class-2", class(48*time.Hour, 3)},
	{"cn-class-3", class(72*time.Hour, 7)},
}

func class(notified time.Duration, days int) []Limit {
	every := time.Duration(days) * 24 * time.Hour
	return []Limit{{GoalNotified, notified}, {GoalReported, every}, {GoalProgress, every}}
}

// ProfileNames returns the names of the built-in profiles.
func ProfileNames() []string {
	names := make([]string, len(profiles))
	for i := range profiles {
		names[i] = profiles[i].Name
	}
	return names
}

// BuiltIn returns the built-in profile of that name; the default for none.
func BuiltIn(name string) (Profile, bool) {
	if name == "" {
		name = DefaultProfile
	}
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return profiles[i], true
}

// Limit returns the limit of a milestone, if the profile gives one.
func (p *Profile) Limit(g Goal) (time.Duration, bool) {
	for _, l := range p.Limits {
		if l.Goal == g {
			return l.Within, true
		}
	}
	return 0, false
}

// ParseProfile reads an own profile:
//
//	{"name": "ours", "limits": {"traced": "2h", "screened": "48h"}}
//
// Limits are whole hours, minutes and seconds from one second to ten years.
// Errors are of type [*FileError].
func ParseProfile(b []byte) (Profile, error) {
	root, err := parseFile(b)
	if err != nil {
		return Profile{}, err
	}
	r := fileReader{}
	members := r.object(root, "", "name", "limits")
	p := Profile{Name: r.text(members["name"], "name")}
	limits := r.object(members["limits"], "limits", goalNames()...)
	for _, g := range Goals() {
		if v, ok := limits[string(g)]; ok {
			p.Limits = append(p.Limits, Limit{g, r.span(v, time.Second, "limits."+string(g))})
		}
	}
	if r.err == nil && len(p.Limits) == 0 {
		r.fail("limits", "no limit", "at least one of "+strings.Join(goalNames(), ", "))
	}
	if r.err != nil {
		return Profile{}, r.err
	}
	return p, nil
}

func goalNames() []string {
	names := make([]string, 0, len(Goals()))
	for _, g := range Goals() {
		names = append(names, string(g))
	}
	return names
}
