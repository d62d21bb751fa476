package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/interchange/table"
	"suyuan/internal/logbook"
)

// formatTemperature is what a logger wrote, of a shipment or a piece of equipment.
const formatTemperature = "temperature"

// loggerFlags are those of an import of what a logger wrote.
func loggerFlags() []flagSpec {
	return append([]flagSpec{
		{name: "shipment", takes: "SHIPMENT", text: "flag.logger-shipment"},
		{name: "equipment", takes: "EQUIPMENT", text: "flag.logger-equipment"},
		{name: "from", takes: "TIME", text: "flag.logger-from"},
		{name: "to", takes: "TIME", text: "flag.logger-to"},
		{name: "serial", takes: "NUMBER", text: "flag.logger-serial"},
		{name: "read-out", takes: "TIME", text: "flag.logger-read-out"},
		{name: "doubtful", text: "flag.logger-doubtful"},
		{name: "anew", text: "flag.logger-anew"},
	}, limitFlags()...)
}

// ofLogger refuses the flags of a logger's import beside another format.
func ofLogger(in *input) error {
	for _, f := range loggerFlags() {
		if in.given(f.name) {
			return usage("logger-format", data{"Flag": "--" + f.name})
		}
	}
	return nil
}

// importTemperature records what a logger wrote, and keeps its file.
func (p *program) importTemperature(ctx context.Context, in *input) error {
	for _, flag := range []string{"rejects", "skip-rejected", "encoding", "sheet"} {
		if in.given(flag) {
			return usage("import-table", data{"Flag": "--" + flag})
		}
	}
	if in.given("zone") {
		return usage("logger-zone", nil)
	}
	if len(in.args) != 1 || in.text("profile") == "" || in.given("shipment") == in.given("equipment") {
		return usage("logger", nil)
	}
	o, err := p.loggerOptions(in)
	if err != nil {
		return err
	}
	book, err := p.open(ctx, in.on("clock-ok"))
	if err != nil {
		return err
	}
	if o.Of, err = p.loggerThing(ctx, book, in); err != nil {
		return err
	}
	m, err := book.RecordTemperature(ctx, p.inputFiles(in.args)[0], o)
	if bad := (*table.ProfileError)(nil); errors.As(err, &bad) {
		return profileProblem(in.text("profile"), err)
	}
	if err != nil {
		return err
	}
	return p.sayMeasured(in, m, &o)
}

func (p *program) loggerOptions(in *input) (o logbook.TemperatureOptions, err error) {
	o = logbook.TemperatureOptions{Serial: in.text("serial"), Doubtful: in.on("doubtful"), Anew: in.on("anew"), DryRun: in.on("dry-run")}
	if o.Limits, err = p.limits(in); err != nil {
		return o, err
	}
	for _, t := range []struct {
		flag string
		at   *event.Time
	}{{"from", &o.From}, {"to", &o.To}, {"read-out", &o.Read}} {
		if *t.at, err = p.timeFlag(in, t.flag); err != nil {
			return o, err
		}
	}
	if !o.From.IsZero() && !o.To.IsZero() && o.From.After(o.To) {
		return o, usage("temperature-period", nil)
	}
	o.Profile, err = os.ReadFile(in.text("profile"))
	if err != nil {
		return o, fail(exitFailed, "error.file", data{"File": in.text("profile"), "Err": bare(err)})
	}
	return o, nil
}

// loggerThing finds the shipment or equipment that is meant: an id, a reference, or a code.
func (p *program) loggerThing(ctx context.Context, book *logbook.Book, in *input) (event.Ref, error) {
	kind, text := event.KindShipment, in.text("shipment")
	if in.given("equipment") {
		kind, text = event.KindEquipment, in.text("equipment")
	}
	if !strings.HasPrefix(text, kind.String()+":") {
		text = kind.String() + ":" + text
	}
	refs, err := p.resolve(ctx, book, []string{text})
	if err != nil {
		return event.Ref{}, err
	}
	if refs[0].Kind() != kind {
		return event.Ref{}, fail(exitFailed, "error.logger-kind", data{"Ref": refs[0], "Want": kind.String()})
	}
	return refs[0], nil
}

// measuredJSON is what an import of a logger's file answers.
type measuredJSON struct {
	temperatureJSON

	Differs   bool     `json:"differs,omitempty"` // from the record that is known
	Doubts    []string `json:"doubts"`
	Held      []string `json:"held"`
	ID        string   `json:"id"`
	Known     int      `json:"known"`
	Left      int      `json:"left"`
	LogSHA256 string   `json:"log_sha256"`
	Recorded  int      `json:"recorded"`
	Seq       *uint64  `json:"seq,omitempty"`
	Size      uint64   `json:"size"`
	Unchecked bool     `json:"unchecked,omitempty"` // no serial number is registered
}

// sayMeasured says what was recorded, and what of it a person must look at.
func (p *program) sayMeasured(in *input, m *logbook.Measured, o *logbook.TemperatureOptions) error {
	p.sayNotices(m.Receipt.Unregistered)
	a := temperatureAnswer{Judgement: m.Judgement, wanted: o.Serial}
	a.take(in.args[0], m.Log)
	if p.json {
		p.answerJSON(measuredAnswer(&a, m, o.DryRun))
	} else {
		p.printMeasured(&a, m, o)
	}
	if a.bad() || len(m.Body.Doubts) > 0 || len(m.Held) > 0 || m.Differs {
		return answer(exitBadNews)
	}
	return nil
}

func measuredAnswer(a *temperatureAnswer, m *logbook.Measured, dry bool) *measuredJSON {
	j := &measuredJSON{
		temperatureJSON: *a.json(), Doubts: append([]string{}, m.Body.Doubts...), Held: []string{}, ID: string(m.Event.ID), Left: m.Left.Readings,
		LogSHA256: m.Body.LogSHA256, Recorded: 1, Size: m.Size, Differs: m.Differs, Unchecked: m.Unchecked,
	}
	for _, r := range m.Held {
		j.Held = append(j.Held, r.String())
	}
	if m.Receipt.Known {
		j.Known, j.Recorded = 1, 0
	}
	if !dry {
		j.Seq = &m.Receipt.Seq
	}
	return j
}

func (p *program) printMeasured(a *temperatureAnswer, m *logbook.Measured, o *logbook.TemperatureOptions) {
	p.printTemperature(a)
	if m.Left.Readings > 0 {
		p.line("%s", p.text("logger.left", data{"N": m.Left.Readings, "Min": celsius(m.Left.Min), "Max": celsius(m.Left.Max)}))
	}
	for _, d := range m.Body.Doubts {
		p.line("%s", p.alarm(p.text("logger.doubt."+d)))
	}
	if m.Unchecked {
		p.say(visible(p.text("logger.unchecked", data{"Of": o.Of, "Serial": a.loggers[0].Serial})))
	}
	if len(m.Held) > 0 {
		p.line("%s", p.alarm(visible(p.text("logger.held", data{"N": len(m.Held), "Things": joinRefs(m.Held)}))))
	}
	d := data{"Of": o.Of, "Seq": m.Receipt.Seq, "Size": m.Size, "SHA256": m.Body.LogSHA256}
	switch {
	case m.Differs:
		p.line("%s", p.alarm(visible(p.text("logger.differs", d))))
	case o.DryRun && m.Receipt.Known:
		p.line("%s", visible(p.text("logger.dry-known", d)))
	case o.DryRun:
		p.line("%s", visible(p.text("logger.dry", d)))
	case m.Receipt.Known:
		p.line("%s", visible(p.text("logger.known", d)))
	default:
		p.line("%s", visible(p.text("logger.recorded", d)))
	}
}

// loggerProblem says why a logger's file is not recorded; nil where that is not the error.
func loggerProblem(err error) *problem {
	var cell *table.CellError
	var in *logbook.InputError
	if errors.As(err, &cell) && errors.As(err, &in) {
		return cellProblem(in.File, cell)
	}
	var doubt *logbook.LoggerError
	if !errors.As(err, &doubt) {
		return nil
	}
	d := data{"Of": doubt.Of, "Found": doubt.Found, "Want": doubt.Want, "From": clock(doubt.From), "To": clock(doubt.To)}
	e := fail(exitFailed, "error.logger."+string(doubt.Doubt), d)
	e.ref = doubt.Of.String()
	e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.error.logger."+string(doubt.Doubt), d)} }
	return e
}

// cellProblem says what is wrong with a cell of a logger's file, or with the file at a line.
func cellProblem(file string, cell *table.CellError) *problem {
	id := "error.temperature"
	if cell.Column == 0 {
		id = "error.temperature-line" // the line is said with the file
	}
	e := fail(exitFailed, id, data{"Place": cell.Place(), "Found": cell.Found, "Want": cell.Want})
	e.file, e.line = file, cell.Line
	return e
}
