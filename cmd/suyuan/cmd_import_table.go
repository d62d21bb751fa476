package main

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
	"suyuan/internal/logbook"
)

func importFlags() []flagSpec {
	return append([]flagSpec{
		{name: "format", takes: "jsonl|csv|xlsx|temperature", text: "flag.import-format"},
		{name: "profile", takes: "FILE|NAME", text: "flag.import-profile"},
		{name: "dry-run"},
		{name: "rejects", takes: "FILE", text: "flag.import-rejects"},
		{name: "skip-rejected", text: "flag.import-skip-rejected"},
		{name: "suggest", text: "flag.import-suggest"},
		{name: "encoding", takes: "utf-8|gb18030", text: "flag.import-encoding"},
		{name: "sheet", takes: "NAME", text: "flag.import-sheet"},
		{name: "zone", takes: "ZONE", text: "flag.import-zone"},
		{name: "profiles", text: "flag.import-profiles"},
		clockOK(),
	}, loggerFlags()...)
}

// importOptions says how files are read: as tables where there is a profile.
func (p *program) importOptions(in *input) (o logbook.ImportOptions, err error) {
	o.DryRun, o.Skip = in.on("dry-run"), in.on("skip-rejected")
	format, name := in.text("format"), in.text("profile")
	switch format {
	case "", string(logbook.FormatJSONL), string(sheet.CSV), string(sheet.XLSX):
	default:
		return o, usage("format", data{"Found": format, "Want": "jsonl, csv, xlsx, temperature"})
	}
	isTable := name != "" && format != string(logbook.FormatJSONL)
	if isTable != (name != "" || format == string(sheet.CSV) || format == string(sheet.XLSX)) {
		return o, usage("import-profile", data{"Format": format})
	}
	if !isTable {
		for _, flag := range []string{"rejects", "skip-rejected", "zone"} {
			if in.given(flag) {
				return o, usage("import-table", data{"Flag": "--" + flag})
			}
		}
		return o, nil
	}
	if o.Skip && in.text("rejects") == "" {
		return o, usage("import-skip", nil)
	}
	if len(in.args) > 1 && in.given("rejects") {
		return o, usage("import-rejects-one", nil)
	}
	o.Format = logbook.FormatTable
	o.Profile, err = readProfile(name)
	if err == nil && in.given("zone") {
		o.Profile, err = inZone(o.Profile, name, in.text("zone"))
	}
	return o, err
}

// readProfile reads a profile from a file, or one that needs none.
func readProfile(name string) (*table.Profile, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if built, ok := table.BuiltInText(name); ok {
			text, err = []byte(built), nil
		}
	}
	if err != nil {
		e := fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
		e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.import-profile")} }
		return nil, e
	}
	profile, err := table.ParseProfile(text)
	if err != nil {
		return nil, profileProblem(name, err)
	}
	return profile, nil
}

// inZone gives a profile that names no zone the one of --zone.
func inZone(profile *table.Profile, name, zone string) (*table.Profile, error) {
	in, err := profile.InZone(zone)
	if bad := (*table.ProfileError)(nil); errors.As(err, &bad) {
		return nil, usage("import-zone", data{"Found": bad.Found, "Profile": name, "Want": bad.Want})
	}
	return in, err
}

// profileProblem says what is wrong with a profile, and where.
func profileProblem(name string, err error) error {
	var bad *table.ProfileError
	if !errors.As(err, &bad) {
		return err
	}
	e := fail(exitFailed, "error.profile", data{"Key": bad.Key, "Found": bad.Found, "Want": bad.Want})
	e.file, e.line = name, bad.Line
	return e
}

// listProfiles names the profiles that need no file, or writes those that are named.
func (p *program) listProfiles(names []string) error {
	for _, name := range names {
		text, ok := table.BuiltInText(name)
		if !ok {
			return usage("import-no-profile", data{"Found": name, "Want": strings.Join(table.BuiltIn(), ", ")})
		}
		put(p.out, "%s", text)
	}
	if len(names) > 0 {
		return nil
	}
	for _, name := range table.BuiltIn() {
		typ, _, _ := strings.Cut(name, ".")
		p.line("%-16s %s", name, p.text("type."+typ))
	}
	return nil
}

// suggestProfile proposes a profile for a table.
func (p *program) suggestProfile(in *input) error {
	if len(in.args) != 1 {
		return usage("import-suggest-one", nil)
	}
	name := in.args[0]
	file, err := os.Open(name)
	if err != nil {
		return fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return fail(exitFailed, "error.file", data{"File": name, "Err": bare(err)})
	}
	o := sheet.Options{Encoding: sheet.Encoding(in.text("encoding")), Sheet: in.text("sheet"), Formulas: sheet.Read, Hidden: sheet.Read}
	if o.Encoding != "" && o.Encoding != sheet.UTF8 && o.Encoding != sheet.GB18030 {
		return usage("format", data{"Found": string(o.Encoding), "Want": "utf-8, gb18030"})
	}
	t, err := sheet.Open(file, info.Size(), o)
	if err != nil {
		return &logbook.InputError{File: name, Err: err}
	}
	s, err := table.Suggest(info.Name(), t, o)
	if err != nil {
		return &logbook.InputError{File: name, Err: err}
	}
	put(p.out, "%s", s.Text)
	p.say(visible(p.text("import.suggested", data{"Type": p.typeName(s.Type), "Sure": s.Sure, "Unsure": strings.Join(s.Unsure, ", "), "Left": strings.Join(s.Left, ", ")})))
	return nil
}

type rejectedJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	Rule    string `json:"rule"`
}

// rowReports are what became of the rows of tables.
type rowReports struct {
	p        *program
	profile  *table.Profile
	file     string // that is to hold what is left out; may be empty
	shown    bool   // row by row
	rejected []rejectedJSON
	reasons  map[int]string // by row: what stands in the file of rejected rows
}

// Row shows one row, and keeps why it is rejected.
func (r *rowReports) Row(row logbook.RowReport) {
	place := strconv.Itoa(row.First)
	if row.Last > row.First {
		place += "-" + strconv.Itoa(row.Last)
	}
	if row.Err == nil {
		if r.shown && !r.p.json {
			id := "import.row"
			if row.Known {
				id = "import.row-known"
			}
			r.p.line("%s", visible(r.p.text(id, data{"Row": place, "Type": r.p.typeName(row.Event.Type), "Time": clock(row.Event.Time), "What": eventThings(row.Event)})))
		}
		return
	}
	e := r.p.bookProblem(row.Err)
	e.file = ""
	message := e.message(r.p.texts)
	if refused := (*logbook.Refusal)(nil); errors.As(row.Err, &refused) && refused.SaidBy != nil { // no record yet: what this file says
		message += " (" + visible(r.p.text("error.said-by", data{"File": refused.SaidBy.File, "Line": refused.SaidBy.Line})) + ")"
	}
	if ambiguous := (*logbook.AmbiguousCodeError)(nil); errors.As(row.Err, &ambiguous) {
		message += " (" + visible(joinRefs(ambiguous.Refs())) + ")"
	}
	r.rejected = append(r.rejected, rejectedJSON{row.File, row.First, message, e.rule})
	if r.reasons == nil {
		r.reasons = make(map[int]string)
	}
	for line := row.First; line <= row.Last; line++ {
		r.reasons[line] = message
	}
	if r.shown && !r.p.json {
		r.p.line("%s", r.p.text("import.row-rejected", data{"Row": place, "Why": message}))
	}
}

// eventThings lists what an event names, each once.
func eventThings(e *event.Event) string {
	var list []string
	seen := make(map[event.Ref]bool)
	for ref := range e.Named {
		if !seen[ref] && ref.Kind() != event.KindOperator {
			seen[ref] = true
			list = append(list, ref.String())
		}
	}
	return strings.Join(list, " ")
}

// end says what an import with rejected rows comes to.
func (r *rowReports) end(in *input) error {
	n := len(r.rejected)
	switch {
	case n == 0:
		return nil
	case in.on("dry-run"):
		r.p.say(r.p.texts.Count("import.rejected", n))
		return answer(exitRefused)
	default:
		r.p.say(visible(r.p.text("import.left-out", data{"N": n, "File": in.text("rejects")})))
		return answer(exitBadNews)
	}
}

// Begin forgets what was reported: all is judged anew.
func (r *rowReports) Begin() { r.rejected, r.reasons = nil, nil }

// LeftOut writes the rows that are left out into a file of their own. One that holds them all is left as it is, so that an import that was cut
// short can be run again; any other is not written over.
func (r *rowReports) LeftOut(name string, t *sheet.Table) error {
	if r.file == "" {
		return nil
	}
	left, err := r.profile.Rejected(t, func(line int) (string, bool) {
		why, rejected := r.reasons[line]
		return why, rejected
	})
	if err != nil {
		return &logbook.InputError{File: name, Err: err}
	}
	err = logbook.WriteOnce(r.file, left.Write)
	if !errors.Is(err, fs.ErrExist) {
		if err != nil {
			return fail(exitFailed, "error.write", data{"File": r.file, "Err": bare(err)})
		}
		return nil
	}
	if held, err := r.holds(left); err == nil && held {
		return nil
	}
	return fail(exitFailed, "error.rejects-there", data{"File": r.file})
}

// holds reports whether the file of rejected rows has these.
func (r *rowReports) holds(left *table.Rejected) (held bool, err error) {
	f, err := os.Open(r.file)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	t, err := sheet.Open(f, info.Size(), r.profile.Sheet())
	if err != nil {
		return false, err
	}
	return left.StandIn(t)
}

// sheetProblem says what is wrong with a table's file, and in which cell; nil where that is not the error.
func sheetProblem(err error) *problem {
	var e *sheet.Error
	if !errors.As(err, &e) {
		return nil
	}
	cell := ""
	if e.Line > 0 && e.Column > 0 {
		cell = sheet.At(e.Line, e.Column)
	}
	problem := fail(exitFailed, "error.sheet."+string(e.Problem), data{"Cell": cell, "Part": e.Part, "Found": e.Found, "Want": e.Want})
	if in := (*logbook.InputError)(nil); errors.As(err, &in) {
		problem.file, problem.line = in.File, in.Line
	}
	return problem
}
