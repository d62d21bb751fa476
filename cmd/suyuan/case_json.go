package main

import (
	"encoding/json"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// caseStepJSON is the answer of a step of a case. Members of steps that say more follow in structs of their own.
type caseStepJSON struct {
	Action  string     `json:"action"`
	Case    string     `json:"case"`
	Records []recorded `json:"records"`
}

func recordsJSON(receipts []logbook.Receipt) []recorded {
	list := []recorded{}
	for _, r := range receipts {
		list = append(list, recordJSON(r))
	}
	return list
}

// caseOpenJSON is the answer of open and reopen.
type caseOpenJSON struct {
	Action  string      `json:"action"`
	Aware   string      `json:"aware"`
	Case    string      `json:"case"`
	Drill   bool        `json:"drill"`
	Limits  []limitJSON `json:"limits"`
	Profile string      `json:"profile"`
	Records []recorded  `json:"records"`
}

type limitJSON struct {
	Due       string `json:"due"`
	Milestone string `json:"milestone"`
}

// caseScopeJSON is the answer of scope.
type caseScopeJSON struct {
	Action        string          `json:"action"`
	Added         []changeJSON    `json:"added"`
	Case          string          `json:"case"`
	Counts        json.RawMessage `json:"counts"`
	CountsByGrade gradesJSON      `json:"counts_by_grade"`
	Lost          []lostJSON      `json:"lost,omitempty"`
	Previous      *uint64         `json:"previous"` // the record of the scope before
	Query         json.RawMessage `json:"query"`
	Records       []recorded      `json:"records"`
	Removed       []changeJSON    `json:"removed"`
	Root          string          `json:"root"`
	SHA256        string          `json:"sha256"`
	Size          uint64          `json:"size"`
}

type gradesJSON struct {
	Confirmed json.RawMessage `json:"confirmed"`
	Possible  json.RawMessage `json:"possible"`
	Probable  json.RawMessage `json:"probable"`
}

type changeJSON struct {
	Codes []string `json:"codes"`
	Grade string   `json:"grade"`
	Ref   string   `json:"ref"`
	Seq   []uint64 `json:"seq"`
}

func changesJSON(list []recall.Change) []changeJSON {
	out := []changeJSON{}
	for i := range list {
		c := changeJSON{Ref: list[i].Ref.String(), Grade: list[i].Grade.String(), Seq: append([]uint64{}, list[i].Seq...)}
		for _, code := range list[i].Codes {
			c.Codes = append(c.Codes, string(code))
		}
		out = append(out, c)
	}
	return out
}

// caseHoldJSON is the answer of hold; without a grade, nothing was recorded.
type caseHoldJSON struct {
	Action  string          `json:"action"`
	ByGrade []holdCountJSON `json:"by_grade"`
	Case    string          `json:"case"`
	Records []recorded      `json:"records"`
	Things  []string        `json:"things"`
}

type holdCountJSON struct {
	Booked int    `json:"booked"`
	Grade  string `json:"grade"`
	OnHold int    `json:"on_hold"`
	Shared int    `json:"shared"`
	Units  int    `json:"units"`
}

func holdCountsJSON(counts []recall.HoldCount) []holdCountJSON {
	list := []holdCountJSON{}
	for _, n := range counts {
		list = append(list, holdCountJSON{Booked: n.Booked, Grade: n.Grade.String(), OnHold: n.OnHold, Shared: n.Shared, Units: n.Units})
	}
	return list
}

// caseNoticeJSON is the answer of notice.
type caseNoticeJSON struct {
	Action  string       `json:"action"`
	Case    string       `json:"case"`
	Lost    []lostJSON   `json:"lost,omitempty"`
	Notices []noticeJSON `json:"notices"`
	Records []recorded   `json:"records"`
}

type noticeJSON struct {
	Concerned bool     `json:"concerned"`
	File      string   `json:"file"`
	Patients  []string `json:"patients"`
	SHA256    string   `json:"sha256"`
	Site      string   `json:"site"`
	Units     []string `json:"units"`
	Urgent    bool     `json:"urgent"`
}

// caseAnswerJSON is the answer of acknowledge.
type caseAnswerJSON struct {
	Action  string     `json:"action"`
	Case    string     `json:"case"`
	Found   *foundJSON `json:"found"`
	Records []recorded `json:"records"`
}

type foundJSON struct {
	Matching   []string         `json:"matching"`
	Missing    []string         `json:"missing"`
	Unexpected []unexpectedJSON `json:"unexpected"`
}

type unexpectedJSON struct {
	Affected bool   `json:"affected"`
	Ref      string `json:"ref"`
	Site     string `json:"site"`
	State    string `json:"state"`
}

func foundAnswer(r *recall.Reconciliation) *foundJSON {
	if r == nil {
		return nil
	}
	f := &foundJSON{Matching: refStrings(r.Matching), Missing: refStrings(r.Missing), Unexpected: []unexpectedJSON{}}
	for _, u := range r.Unexpected {
		f.Unexpected = append(f.Unexpected, unexpectedJSON{Affected: u.Affected, Ref: u.Unit.String(), Site: u.Site.ID(), State: u.State.String()})
	}
	return f
}

// caseStatusJSON is the answer of status. Milestones come in order of urgency, overdue ones first.
type caseStatusJSON struct {
	At         string              `json:"at"`
	Aware      string              `json:"aware"`
	BadNews    bool                `json:"bad_news"`
	Case       string              `json:"case"`
	Class      *string             `json:"class"`
	Drill      bool                `json:"drill"`
	Lost       []lostJSON          `json:"lost,omitempty"`
	Milestones []caseMilestoneJSON `json:"milestones"`
	Opened     string              `json:"opened"`
	Patients   []casePatientJSON   `json:"patients"`
	Profile    string              `json:"profile"`
	Scope      *caseScopeStandJSON `json:"scope"`
	Sites      []caseSiteJSON      `json:"sites"`
	Sources    []string            `json:"sources"`
	State      string              `json:"state"`
}

type caseMilestoneJSON struct {
	Bad       []string `json:"bad"`
	Due       *string  `json:"due"`
	Lacking   []string `json:"lacking"`
	Left      *int64   `json:"left"` // seconds until it is due, less than 0 when that is past; null where it is met or has no limit
	Met       *string  `json:"met"`
	Milestone string   `json:"milestone"`
	Missed    bool     `json:"missed"`
	Overdue   bool     `json:"overdue"`
	Seq       *uint64  `json:"seq"`
	Still     bool     `json:"still"`
}

type casePatientJSON struct {
	Patient string  `json:"patient"`
	Result  *string `json:"result"`
	Seq     *uint64 `json:"seq"`
	Time    *string `json:"time"`
}

type caseScopeStandJSON struct {
	Counts  json.RawMessage `json:"counts"`
	Missing int             `json:"missing"`
	Seq     uint64          `json:"seq"`
	Size    uint64          `json:"size"`
}

type caseSiteJSON struct {
	AckSeq       *uint64    `json:"ack_seq"`
	Acknowledged *string    `json:"acknowledged"`
	Concerned    bool       `json:"concerned"`
	Found        *foundJSON `json:"found"`
	NoticeSeq    *uint64    `json:"notice_seq"`
	Notified     *string    `json:"notified"`
	Site         string     `json:"site"`
}

func caseStatusAnswer(s *caseStanding) caseStatusJSON {
	c := s.c
	answer := caseStatusJSON{
		At: c.Now.String(), Aware: c.Aware.String(), BadNews: s.bad, Case: c.Ref.ID(), Class: optional(s.life.Class), Drill: c.Drill,
		Lost:       lostAnswer(s.lost),
		Milestones: []caseMilestoneJSON{}, Opened: c.Opened.String(), Patients: []casePatientJSON{}, Profile: c.Profile.Name,
		Sites: []caseSiteJSON{}, Sources: refStrings(s.life.Sources), State: string(s.life.State),
	}
	for _, m := range c.ByUrgency() {
		answer.Milestones = append(answer.Milestones, caseMilestone(c, m))
	}
	for i := range c.Patients {
		p := &c.Patients[i]
		answer.Patients = append(answer.Patients, casePatientJSON{
			Patient: p.Patient.ID(), Result: optional(p.Result), Seq: seqAt(p.Seq, p.At), Time: optionalTime(p.At),
		})
	}
	for i := range c.Sites {
		w := &c.Sites[i]
		answer.Sites = append(answer.Sites, caseSiteJSON{
			Site: w.Site.ID(), Notified: optionalTime(w.Notified), NoticeSeq: seqAt(w.NoticeSeq, w.Notified),
			Acknowledged: optionalTime(w.Acknowledged), AckSeq: seqAt(w.AckSeq, w.Acknowledged), Concerned: w.Concerned, Found: foundAnswer(w.Found),
		})
	}
	if c.Scope != nil {
		answer.Scope = &caseScopeStandJSON{
			Counts: c.Scope.Counts.AppendJSON(nil), Missing: len(c.Scope.Missing), Seq: s.life.Scope.Seq, Size: c.Scope.AsOf.Size,
		}
	}
	return answer
}

func caseMilestone(c *recall.Case, m *recall.Milestone) caseMilestoneJSON {
	j := caseMilestoneJSON{
		Bad: refStrings(m.Bad), Lacking: refStrings(m.Lacking), Milestone: string(m.Goal), Missed: m.Missed(c.Now), Overdue: m.Overdue(c.Now),
		Still: m.Still,
	}
	if m.Limited {
		j.Due = optionalTime(m.Due)
	}
	if m.Limited && !m.Met {
		left := int64(m.Remaining(c.Now).Seconds())
		j.Left = &left
	}
	if m.Met {
		j.Met, j.Seq = optionalTime(m.MetAt), &m.Seq
	}
	return j
}

func optionalTime(t event.Time) *string {
	if t.IsZero() {
		return nil
	}
	return optional(t.String())
}

// seqAt is the record of something that happened at a time, or none where it did not.
func seqAt(seq uint64, at event.Time) *uint64 {
	if at.IsZero() {
		return nil
	}
	return &seq
}

// caseRowJSON is one line of case list.
type caseRowJSON struct {
	Aware   string   `json:"aware"`
	BadNews bool     `json:"bad_news"`
	Case    string   `json:"case"`
	Drill   bool     `json:"drill"`
	Due     *string  `json:"due"`
	Next    *string  `json:"next"`
	Overdue bool     `json:"overdue"`
	Profile string   `json:"profile"`
	Sources []string `json:"sources"`
	State   string   `json:"state"`
}
