package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// caseAnswers are the subcommands that tell others and take their answers, and those that end a case.
func caseAnswers() []*command {
	bad := writing(exitBadNews)
	return []*command{
		caseStep(event.ActionNotice, noticeFlags(), runCaseNotice, writing(),
			`suyuan case notice C-2026-1 --all --to "quality and duty desk" --channel telephone -o notices --as LC-H1/OP-9`,
			`suyuan case notice C-2026-1 --site LC-H2 --to "duty desk" --channel fax --answer-to "LC-H1, +86 898 0000" --as LC-H1/OP-9`),
		caseStep(event.ActionAcknowledge, []flagSpec{
			{name: "site", takes: "SITE", text: "flag.ack-site"},
			{name: "by", takes: "OPERATOR", text: "member.by"},
			{name: "found", takes: "UNIT", list: true, text: "flag.ack-found"},
		}, runCaseAcknowledge, bad,
			"suyuan case acknowledge C-2026-1 --site LC-H2 --by LC-H2/OP-3 --found NK-26-02-D07 --found NK-26-02-D08 --as LC-H1/OP-9",
			`suyuan case acknowledge C-2026-1 --site LC-H3 --by LC-H3/OP-1 --found "" --as LC-H1/OP-9`),
		caseStep(event.ActionReport, memberFlagsOf(event.ActionReport, "to", "kind", "reference"), runCasePlain("kind"), writing(),
			`suyuan case report C-2026-1 --kind plan --to "provincial NMPA" --reference HN-2026-31 --as LC-H1/OP-9`),
		caseStep(event.ActionScreen, memberFlagsOf(event.ActionScreen, "patient", "result"), runCaseScreen, writing(),
			"suyuan case screen C-2026-1 --patient LC-H2/P-4 --result cleared --as LC-H2/OP-3"),
		caseStep(event.ActionClose, memberFlagsOf(event.ActionClose, "conclusion", "signed_by"), runCaseClose, bad,
			`suyuan case close C-2026-1 --conclusion "source found, all screened" --signed-by LC-H1/OP-9 --signed-by LC-H1/OP-2 --as LC-H1/OP-9`),
	}
}

// runCasePlain records a step that its flags say in full.
func runCasePlain(must ...string) func(context.Context, *program, *input) error {
	return func(ctx context.Context, p *program, in *input) error {
		c, err := p.stepInput(ctx, in)
		if err != nil {
			return err
		}
		if err := c.want(must...); err != nil {
			return err
		}
		return c.plain(ctx, nil)
	}
}

// stepInput reads which step it is from the command.
func (p *program) stepInput(ctx context.Context, in *input) (*caseInput, error) {
	return p.caseInput(ctx, in, event.Action(in.ctx.Command.Name))
}

// runCaseScreen records how the screening of a patient is; one whom the scope does not name is said.
func runCaseScreen(ctx context.Context, p *program, in *input) error {
	c, err := p.stepInput(ctx, in)
	if err != nil {
		return err
	}
	if err := c.want("patient", "result"); err != nil {
		return err
	}
	return c.plain(ctx, func(ctx context.Context, d *logbook.CaseDesk) error {
		scope, err := d.Scope(ctx)
		if err != nil || scope == nil {
			return err
		}
		patient, err := event.NewRef(event.KindPatient, in.text("patient"))
		if err != nil {
			return nil //nolint:nilerr // the event's own check says what is wrong
		}
		for _, r := range d.Graph.SameAs(patient) {
			if _, affected := scope.Find(r); affected {
				return nil
			}
		}
		p.say(visible(p.text("case.unaffected", data{"Ref": patient})))
		return nil
	})
}

func noticeFlags() []flagSpec {
	return []flagSpec{
		{name: "site", takes: "SITE", list: true, text: "flag.notice-site"},
		{name: "all", text: "flag.notice-all"},
		{name: "to", takes: "TEXT", text: "flag.notice-to"},
		{name: "channel", takes: "TEXT", text: "member.channel"},
		{name: "answer-to", takes: "TEXT", text: "flag.notice-answer"},
		{name: "o", aliases: []string{"out"}, takes: "DIR", text: "flag.notice-out"},
	}
}

// A notifying tells sites about a case.
type notifying struct {
	*caseInput
	sites   []event.Ref
	notices []*recall.Notice
	files   []string
	made    []string // of the files, those that were not there before
	digests []string
}

// runCaseNotice writes a page for each site and records that it was told. The pages are there before the record is.
func runCaseNotice(ctx context.Context, p *program, in *input) error {
	c, err := p.caseInput(ctx, in, event.ActionNotice)
	if err != nil {
		return err
	}
	if err := c.want("to", "channel"); err != nil {
		return err
	}
	if in.on("all") && in.given("site") {
		return usage("notice-sites", nil)
	}
	n := notifying{caseInput: c}
	for _, s := range in.texts("site") {
		site, err := event.NewRef(event.KindSite, strings.TrimPrefix(s, "site:"))
		if err != nil {
			return usage("site-id", data{"Found": s, "Err": err.Error()})
		}
		n.sites = append(n.sites, site)
	}
	receipts, err := c.record(ctx, n.build)
	if err != nil {
		if len(receipts) > 0 {
			return err
		}
		return n.withdraw(err)
	}
	n.answer(receipts)
	return nil
}

// withdraw takes away the pages that no record names: a recording that failed leaves nothing. Where nobody knows whether it is
// recorded, the pages stay, because a record may hold their digests.
func (n *notifying) withdraw(err error) error {
	var unknown *logbook.OutcomeUnknownError
	if errors.As(err, &unknown) {
		return err
	}
	for _, name := range n.made {
		if failed := os.Remove(name); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			n.p.say(visible(n.p.text("case.page-left", data{"File": name, "Err": bare(failed)})))
		}
	}
	return err
}

func (n *notifying) build(ctx context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
	if _, err := scopeOf(ctx, d); err != nil {
		return nil, err
	}
	status, err := d.Status(ctx, nil)
	if err != nil {
		return nil, err
	}
	common, err := n.common()
	if err != nil {
		return nil, err
	}
	var events []event.Event
	for _, site := range n.whom(d, status) {
		notice := recall.NoticeFor(d.Graph, status, &d.Life, site)
		digest, err := n.write(d, notice)
		if err != nil {
			return nil, err
		}
		e := event.Event{Common: common, Body: &event.Case{
			Case: n.ref, Action: event.ActionNotice, Notice: &event.CaseNotice{To: n.text("to"), Channel: n.text("channel")},
		}}
		e.Site = site
		if e.Ext, err = extOf(noticeExt, []byte(`"`+digest+`"`)); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// noticeExt names the member of ext that holds the SHA-256 of the page that a site was sent.
const noticeExt = "suyuan:notice"

// whom returns the sites to tell: those named, all that are to be told, or those of them that were not told yet.
func (n *notifying) whom(d *logbook.CaseDesk, c *recall.Case) []event.Ref {
	if len(n.sites) > 0 {
		slices.SortFunc(n.sites, event.Ref.Compare)
		return slices.Compact(n.sites)
	}
	return recall.ToTell(d.Graph, c, n.on("all"))
}

// write writes the page of a notice and returns its digest.
func (n *notifying) write(d *logbook.CaseDesk, notice *recall.Notice) (string, error) {
	dir := first(n.text("o"), ".")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fail(exitFailed, "error.write", data{"File": dir, "Err": bare(err)})
	}
	var page bytes.Buffer
	if err := report.OfNotice(notice, n.answerTo(d), n.at).WriteHTML(&page); err != nil {
		return "", err
	}
	name, made, err := logbook.WriteNew(filepath.Join(dir, noticeFile(n.ref, notice.Site)), page.Bytes())
	if err != nil {
		return "", writeProblem(name, err)
	}
	if made {
		n.made = append(n.made, name)
	}
	digest := sha256.Sum256(page.Bytes())
	n.notices, n.files = append(n.notices, notice), append(n.files, name)
	n.digests = append(n.digests, hex.EncodeToString(digest[:]))
	return n.digests[len(n.digests)-1], nil
}

// answerTo says whom a site answers: as told, or else the operator who sends the notice, with the contact of the site that the
// operator's id begins with.
func (n *notifying) answerTo(d *logbook.CaseDesk) string {
	if s := n.text("answer-to"); s != "" {
		return s
	}
	home, _, ok := strings.Cut(n.p.as, "/")
	site, err := event.NewRef(event.KindSite, home)
	if !ok || err != nil {
		return n.p.as
	}
	b, _, ok := d.Graph.Registered(site, n.at)
	if !ok || b.Contact == "" {
		return n.p.as
	}
	return n.p.as + ", " + b.Contact
}

// noticeFile names the page of a notice as every system takes it: letters, digits, full stop, hyphen and underscore. Ids that
// are not of these, or that differ in case alone, are told apart by a digest.
func noticeFile(c, site event.Ref) string {
	name := plainName(c.ID()) + "-" + plainName(site.ID())
	if name != strings.ToUpper(c.ID()+"-"+site.ID()) {
		sum := sha256.Sum256([]byte(c.ID() + "\x00" + site.ID()))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	return "notice-" + name + ".html"
}

func plainName(id string) string {
	const most = 60
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		default:
			return '_'
		}
	}, id)
	return name[:min(len(name), most)]
}

func (n *notifying) answer(receipts []logbook.Receipt) {
	p := n.p
	for _, notice := range n.notices {
		if !notice.Concerned {
			p.say(visible(p.text("case.unconcerned", data{"Site": notice.Site.ID()})))
		}
	}
	if p.json {
		p.answerJSON(n.json(receipts))
		return
	}
	if len(n.notices) == 0 {
		p.line("%s", visible(p.text("case.all-told", data{"Case": n.ref.ID()})))
		return
	}
	n.title()
	p.printLost(n.book.Lost())
	g := grid{heads: p.heads("site", "case-units", "case-patients", "seq", "case-file")}
	for i, notice := range n.notices {
		g.add(visible(notice.Site.ID()), strconv.Itoa(len(notice.Units)), strconv.Itoa(len(notice.Patients)), seqList([]uint64{receipts[i].Seq}), visible(n.files[i]))
	}
	p.write(g.render(2, p.width, p.bold))
}

func (n *notifying) json(receipts []logbook.Receipt) caseNoticeJSON {
	answer := caseNoticeJSON{Action: string(n.action), Case: n.ref.ID(), Lost: lostAnswer(n.book.Lost()), Notices: []noticeJSON{}, Records: recordsJSON(receipts)}
	for i, notice := range n.notices {
		j := noticeJSON{
			Concerned: notice.Concerned, File: n.files[i], Patients: []string{}, SHA256: n.digests[i], Site: notice.Site.ID(),
			Units: []string{}, Urgent: notice.Urgent,
		}
		for k := range notice.Units {
			j.Units = append(j.Units, notice.Units[k].Unit.ID())
		}
		for k := range notice.Patients {
			j.Patients = append(j.Patients, notice.Patients[k].Patient.ID())
		}
		answer.Notices = append(answer.Notices, j)
	}
	return answer
}

// runCaseAcknowledge records what a site found, and holds it against what the ledger has there.
func runCaseAcknowledge(ctx context.Context, p *program, in *input) error {
	c, err := p.stepInput(ctx, in)
	if err != nil {
		return err
	}
	if err := c.want("site", "by", "found"); err != nil {
		return err
	}
	e, err := c.event(nil)
	if err != nil {
		return err
	}
	var found *recall.Reconciliation
	receipts, err := c.record(ctx, func(ctx context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
		status, err := d.Status(ctx, nil)
		if err != nil {
			return nil, err
		}
		if status.Scope != nil {
			found = recall.Reconcile(d.Graph, status.Scope, e.Site, e.Body.(*event.Case).Acknowledge.Found, c.at)
		}
		if !slices.ContainsFunc(status.Sites, func(s recall.SiteStand) bool { return s.Site == e.Site && !s.Notified.IsZero() }) {
			p.say(visible(p.text("case.untold", data{"Site": e.Site.ID()})))
		}
		return []event.Event{e}, nil
	})
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(caseAnswerJSON{Action: string(c.action), Case: c.ref.ID(), Found: foundAnswer(found), Records: recordsJSON(receipts)})
	} else {
		c.title()
		c.printReceipts(receipts)
		p.printFound(found)
	}
	if found != nil && len(found.Missing) > 0 {
		return answer(exitBadNews)
	}
	return nil
}

// printFound says how what a site found fits, what is missing first.
func (p *program) printFound(f *recall.Reconciliation) {
	if f == nil {
		p.line("%s", p.text("case.nothing-to-fit"))
		return
	}
	list := func(id string, refs []event.Ref, alarm bool) {
		if len(refs) == 0 {
			return
		}
		head := p.text(id, data{"N": len(refs)})
		if alarm {
			head = p.alarm(head)
		}
		p.line("%s", head)
		for _, line := range fill(strings.Fields(visible(strings.ReplaceAll(joinRefs(refs), ",", ""))), p.width-2) {
			p.line("  %s", line)
		}
	}
	list("case.missing", f.Missing, true)
	var elsewhere []event.Ref
	for _, u := range f.Unexpected {
		elsewhere = append(elsewhere, u.Unit)
	}
	list("case.unexpected", elsewhere, false)
	list("case.matching", f.Matching, false)
}
