package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
	"suyuan/internal/interchange/temperature"
	"suyuan/internal/logbook"
)

func temperatureCommand() *command {
	return &command{
		name: "temperature", args: "[FILE...]", most: -1, act: runTemperature,
		flags: append([]flagSpec{
			{name: "profile", takes: "FILE", text: "flag.temperature-profile"},
			{name: "seq", takes: "N", text: "flag.temperature-seq"},
			{name: "parquet", takes: "FILE", text: "flag.temperature-parquet"},
			{name: "from", takes: "TIME", text: "flag.temperature-from"},
			{name: "to", takes: "TIME", text: "flag.temperature-to"},
			{name: "serial", takes: "NUMBER", text: "flag.temperature-serial"},
		}, slices.Concat(limitFlags(), chartFlagSpecs())...),
		examples: []string{
			"suyuan temperature --profile polarlog.toml --limits 2-8-transport polarlog.csv",
			"suyuan temperature --profile kaltwacht.toml --limits dry-shipper --allowance 10m --serial KW7 --from 2026-10-25T01:30:00+02:00 --to 2026-10-25T03:00:00+01:00 kaltwacht.csv",
			"suyuan temperature --profile polarlog.toml --limits 2-8-transport --chart journey.pdf --mark 2026-03-01T08:05:00+08:00=handover polarlog.csv",
			"suyuan temperature --seq 41 --chart journey.pdf --parquet journey.parquet",
		},
		exits: reading(exitBadNews),
	}
}

// runTemperature judges what loggers wrote. Where it is given files it reads no ledger; it writes nothing but a chart and readings.
func runTemperature(ctx context.Context, p *program, in *input) error {
	switch {
	case in.given("seq"):
		return p.recordedTemperature(ctx, in)
	case in.given("parquet"):
		return usage("temperature-parquet", nil)
	case len(in.args) == 0 || in.text("profile") == "":
		return usage("missing", data{"Command": "suyuan temperature", "Flags": "--profile FILE"})
	}
	limits, period, err := p.temperatureFlags(in)
	if err != nil {
		return err
	}
	wish, err := p.chartFlags(in)
	if err != nil {
		return err
	}
	profile, err := readLoggerProfile(in.text("profile"))
	if err != nil {
		return err
	}
	a := temperatureAnswer{wanted: in.text("serial")}
	var parts [][]temperature.Reading
	for _, name := range in.args {
		log, err := readLogger(profile, name)
		if err != nil {
			return err
		}
		a.take(name, log)
		parts = append(parts, log.Readings)
	}
	readings := temperature.Merge(parts...)
	a.Judgement = temperature.Judge(readings, limits, period)
	if p.json {
		p.answerJSON(a.json())
	} else {
		p.printTemperature(&a)
	}
	if err := p.drawChart(wish, readings, limits, period, &a); err != nil {
		return err
	}
	if a.bad() {
		return answer(exitBadNews)
	}
	return nil
}

// temperatureFlags reads what the readings are judged against.
func (p *program) temperatureFlags(in *input) (l temperature.Limits, period *temperature.Period, err error) {
	if l, err = p.limits(in); err != nil {
		return l, nil, err
	}
	if l.Low == nil && l.High == nil {
		return l, nil, usage("temperature-none", nil)
	}
	from, err := p.timeFlag(in, "from")
	if err != nil {
		return l, nil, err
	}
	to, err := p.timeFlag(in, "to")
	if err != nil {
		return l, nil, err
	}
	if from.IsZero() != to.IsZero() || from.Std().After(to.Std()) {
		return l, nil, usage("temperature-period", nil)
	}
	if !from.IsZero() {
		period = &temperature.Period{From: from.Std(), To: to.Std()}
	}
	return l, period, nil
}

func readLoggerProfile(name string) (*temperature.Profile, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	profile, err := temperature.ParseProfile(text)
	if err != nil {
		return nil, profileProblem(name, err)
	}
	return profile, nil
}

func readLogger(profile *temperature.Profile, name string) (*temperature.Log, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	t, err := sheet.Open(file, info.Size(), profile.Sheet())
	if err != nil {
		return nil, &logbook.InputError{File: name, Err: err}
	}
	log, err := profile.Read(t)
	if cell := (*table.CellError)(nil); errors.As(err, &cell) {
		return nil, cellProblem(name, cell)
	}
	if err != nil {
		return nil, &logbook.InputError{File: name, Err: err}
	}
	return log, nil
}

// A temperatureAnswer is what the files of one journey, or of one vessel, come to.
type temperatureAnswer struct {
	temperature.Judgement

	wanted  string // the serial number that the logger should have
	loggers []loggerJSON
}

func (a *temperatureAnswer) take(file string, log *temperature.Log) {
	a.loggers = append(a.loggers, loggerJSON{
		File: file, Serial: log.Serial, Readings: len(log.Readings), Failed: len(log.Failed), Repeated: log.Repeated,
		Back: log.BackRows, BackRows: log.Back, Twice: log.Twice, Wrong: a.wanted != "" && log.Serial != a.wanted,
	})
}

// bad reports whether there is anything that a person must look at.
func (a *temperatureAnswer) bad() bool {
	bad := len(a.Excursions) > 0 || len(a.Gaps) > 0 || a.Uncovered
	for i := range a.loggers {
		bad = bad || a.loggers[i].Wrong || a.loggers[i].Back > 0
	}
	return bad
}

type loggerJSON struct {
	Back     int    `json:"back"`
	BackRows []int  `json:"back_rows,omitempty"`
	Failed   int    `json:"failed"`
	File     string `json:"file"`
	Readings int    `json:"readings"`
	Repeated int    `json:"repeated"`
	Serial   string `json:"serial,omitempty"`
	Twice    int    `json:"twice"`
	Wrong    bool   `json:"wrong"`
}

type gapJSON struct {
	Edge    bool   `json:"edge"`
	From    string `json:"from"`
	Seconds int64  `json:"required_seconds"`
	To      string `json:"to"`
}

type excursionJSON struct {
	First    string `json:"first"`
	From     string `json:"from"`
	Last     string `json:"last"`
	Max      string `json:"max"`
	Min      string `json:"min"`
	Open     bool   `json:"open"`
	Readings int    `json:"readings"`
	To       string `json:"to"`
}

type temperatureJSON struct {
	Brief      []excursionJSON `json:"brief"`
	Excursions []excursionJSON `json:"excursions"`
	From       string          `json:"from"`
	Gaps       []gapJSON       `json:"gaps"`
	Loggers    []loggerJSON    `json:"loggers"`
	Max        string          `json:"max"`
	Mean       string          `json:"mean"`
	Min        string          `json:"min"`
	MKT        *string         `json:"mkt"`
	Readings   int             `json:"readings"`
	To         string          `json:"to"`
	Uncovered  bool            `json:"uncovered"`
}

func celsius(milli int32) string { return temperature.Degrees(int64(milli)) }

func instant(t time.Time) string { return event.TimeOf(t.UTC()).String() }

func excursionsJSON(list []temperature.Excursion) []excursionJSON {
	out := make([]excursionJSON, len(list))
	for i := range list {
		e := &list[i]
		out[i] = excursionJSON{instant(e.First), instant(e.From), instant(e.Last), celsius(e.Max), celsius(e.Min), e.Open, e.Readings, instant(e.To)}
	}
	return out
}

func (a *temperatureAnswer) json() *temperatureJSON {
	j := &temperatureJSON{
		Brief: excursionsJSON(a.Brief), Excursions: excursionsJSON(a.Excursions), From: instant(a.From), Gaps: []gapJSON{}, Loggers: a.loggers,
		Max: celsius(a.Max), Mean: celsius(a.Mean), Min: celsius(a.Min), Readings: a.Readings, To: instant(a.To), Uncovered: a.Uncovered,
	}
	for _, g := range a.Gaps {
		j.Gaps = append(j.Gaps, gapJSON{g.Edge, instant(g.From), int64(g.Required / time.Second), instant(g.To)})
	}
	if a.HasKinetic {
		s := celsius(a.Kinetic)
		j.MKT = &s
	}
	return j
}

// printTemperature says what the readings show, bad news first.
func (p *program) printTemperature(a *temperatureAnswer) {
	here := p.env.Now().Location()
	shown := func(t time.Time) string { return second(event.TimeOf(t.In(here))) }
	p.printLoggers(a)
	p.line("%s", p.text("temperature.span", data{"From": shown(a.From), "To": shown(a.To), "N": a.Readings}))
	p.line("%s", p.text("temperature.range", data{"Min": celsius(a.Min), "Max": celsius(a.Max), "Mean": celsius(a.Mean)}))
	if a.HasKinetic {
		p.line("%s", p.text("temperature.kinetic", data{"MKT": celsius(a.Kinetic)}))
	} else {
		p.line("%s", p.text("temperature.no-kinetic"))
	}
	if a.Uncovered {
		p.line("%s", p.alarm(p.text("temperature.uncovered")))
	}
	for i := range a.Excursions {
		e := &a.Excursions[i]
		p.line("%s", p.alarm(p.text("temperature.excursion", data{"From": shown(e.From), "To": shown(e.To), "Min": celsius(e.Min), "Max": celsius(e.Max), "N": e.Readings, "Open": e.Open})))
	}
	for _, g := range a.Gaps {
		p.line("%s", p.alarm(p.text("temperature.gap", data{"From": shown(g.From), "To": shown(g.To), "Required": span(g.Required), "Edge": g.Edge})))
	}
	if len(a.Brief) > 0 {
		p.line("%s", p.text("temperature.brief", data{"N": len(a.Brief)}))
	}
	if !a.bad() {
		p.line("%s", p.text("temperature.good"))
	}
}

func (p *program) printLoggers(a *temperatureAnswer) {
	for i := range a.loggers {
		l := &a.loggers[i]
		p.line("%s", visible(p.text("temperature.logger", data{"File": l.File, "Serial": l.Serial, "N": l.Readings, "Failed": l.Failed})))
		if l.Wrong {
			p.line("  %s", p.alarm(visible(p.text("temperature.wrong", data{"Found": l.Serial, "Want": a.wanted}))))
		}
		if l.Back > 0 {
			p.line("  %s", p.alarm(p.text("temperature.back", data{"N": l.Back, "Row": strconv.Itoa(l.BackRows[0])})))
		}
		if l.Twice > 0 {
			p.line("  %s", p.text("temperature.twice", data{"N": l.Twice}))
		}
	}
}

// second writes a time as people read it, to the second where it is not of a whole minute.
func second(t event.Time) string {
	if t.Std().Second() == 0 && t.Std().Nanosecond() == 0 {
		return clock(t)
	}
	return strings.Replace(t.Std().Format("2006-01-02 15:04:05-07:00"), "+00:00", "Z", 1)
}
