package main

import (
	"strings"
	"time"

	"suyuan/internal/interchange/temperature"
)

// limitFlags are those that say what readings are judged against.
func limitFlags() []flagSpec {
	return []flagSpec{
		{name: "limits", takes: "NAME", text: "flag.temperature-limits"},
		{name: "set", takes: "DEGREES", text: "flag.temperature-set"},
		{name: "low", takes: "DEGREES", text: "flag.temperature-low"},
		{name: "high", takes: "DEGREES", text: "flag.temperature-high"},
		{name: "interval", takes: "DURATION", text: "flag.temperature-interval"},
		{name: "allowance", takes: "DURATION", text: "flag.temperature-allowance"},
	}
}

// leastOften is the interval that is required where nobody names one: what no reading shows for longer than that is a gap, and no good news. The rules for trade
// in medicines ask for no less in storage.
const leastOften = 30 * time.Minute

// limits reads what readings are judged against: limits that have a name, and what takes the place of some of them.
func (p *program) limits(in *input) (l temperature.Limits, err error) {
	if name := in.text("limits"); name != "" {
		if l, err = namedLimits(in, name); err != nil {
			return l, err
		}
	} else if in.given("set") {
		return l, usage("temperature-set", nil)
	}
	for _, end := range []struct {
		flag string
		at   **int32
	}{{"low", &l.Low}, {"high", &l.High}} {
		if !in.given(end.flag) {
			continue
		}
		milli, ok := temperature.Milli(in.text(end.flag))
		if !ok {
			return l, usage("temperature-degrees", data{"Flag": "--" + end.flag, "Found": in.text(end.flag)})
		}
		*end.at = &milli
	}
	if l.Low != nil && l.High != nil && *l.Low > *l.High {
		return l, usage("temperature-order", data{"Low": celsius(*l.Low), "High": celsius(*l.High)})
	}
	for _, d := range []struct {
		flag string
		at   *time.Duration
	}{{"interval", &l.Interval}, {"allowance", &l.Allowance}} {
		if !in.given(d.flag) {
			continue
		}
		if *d.at, err = time.ParseDuration(in.text(d.flag)); err != nil || *d.at < 0 || *d.at%time.Second != 0 {
			return l, usage("temperature-duration", data{"Flag": "--" + d.flag, "Found": in.text(d.flag)})
		}
	}
	switch {
	case in.given("interval") && (l.Outside == 0 || l.Interval < l.Outside):
		l.Outside = l.Interval
	case !in.given("interval") && l.Interval == 0:
		l.Interval = leastOften
	}
	return l, nil
}

// namedLimits are the limits of a name; those of a band lie around what was set.
func namedLimits(in *input, name string) (temperature.Limits, error) {
	if name == temperature.Band {
		set, ok := temperature.Milli(in.text("set"))
		if !ok {
			return temperature.Limits{}, usage("temperature-band", data{"Found": in.text("set")})
		}
		return temperature.Around(set), nil
	}
	if in.given("set") {
		return temperature.Limits{}, usage("temperature-set", nil)
	}
	l, ok := temperature.PresetOf(name)
	if !ok {
		names := []string{temperature.Band}
		for _, preset := range temperature.Presets() {
			names = append(names, preset.Name)
		}
		return l, usage("temperature-limits", data{"Found": name, "Want": strings.Join(names, ", ")})
	}
	return l, nil
}
