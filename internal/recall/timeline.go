package recall

import (
	"time"

	"suyuan/internal/event"
)

// A Timeline is the report of a drill: what was done when, and how that stands
// against the profile's limits.
type Timeline struct {
	Case  *Case
	Start event.Time
	Rows  []Row
}

// A Row is one action of a drill as it was carried out.
type Row struct {
	At   time.Duration // since the alert
	Time event.Time
	Do   Do
	Type event.Type // of the event that a record action recorded
	Seq  []uint64   // the records it made
	// Counts are those of the trace; Things says how many things a hold names or
	// how many units a site found.
	Counts *Counts
	Things int
	Site   event.Ref
	Ref    event.Ref // patient, or subject of a test
	Result string
	Kind   string // of a report
	Note   string
}

// Row returns the row of action i, which recorded these events under these
// numbers, answer being what a trace found.
func (s *Script) Row(i int, events []event.Event, seqs []uint64, answer *Answer) Row {
	a := &s.Actions[i]
	row := Row{
		At: a.At, Time: s.Clock(i), Do: a.Do, Seq: seqs, Site: a.Site, Ref: a.Patient,
		Result: a.Result, Kind: a.Kind, Things: len(a.Found), Note: a.Note,
	}
	switch {
	case a.Do == DoTrace && answer != nil:
		counts := answer.Counts
		row.Counts = &counts
	case a.Do == DoRecord:
		row.Type, row.Site, row.Note = a.Event.Type, a.Event.Site, a.Event.Note
		if b, ok := a.Event.Body.(*event.Test); ok {
			row.Ref, row.Result = b.Subject, b.Result
		}
	}
	for k := range events {
		if b, ok := events[k].Body.(*event.Case); ok && a.Do == DoHold {
			row.Things += len(b.Things)
		}
	}
	return row
}

// Done says how much was done by one time of a drill.
type Done struct {
	By           time.Duration
	Traced       bool
	Counts       Counts // of the newest trace
	Held         int    // things held
	Notified     int    // sites
	Acknowledged int    // sites
	Screened     int    // patients with a result other than pending
	Reports      int
	Records      int // other records
	Closed       bool
}

// Marks are the times of a drill by which people ask what was done.
func Marks() []time.Duration {
	return []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour, 72 * time.Hour}
}

// DoneBy counts what the rows say was done by a time since the alert.
func (t *Timeline) DoneBy(by time.Duration) Done {
	d := Done{By: by}
	notified, acknowledged, screened := map[event.Ref]bool{}, map[event.Ref]bool{}, map[event.Ref]bool{}
	for i := range t.Rows {
		row := &t.Rows[i]
		if row.At > by {
			break
		}
		switch row.Do {
		case DoTrace:
			d.Traced = true
			if row.Counts != nil {
				d.Counts = *row.Counts
			}
		case DoHold:
			d.Held = max(d.Held, row.Things)
		case DoNotice:
			notified[row.Site] = true
		case DoAcknowledge:
			acknowledged[row.Site] = true
		case DoScreen:
			screened[row.Ref] = row.Result != resultPending
		case DoReport:
			d.Reports++
		case DoRecord:
			d.Records++
		case DoClose:
			d.Closed = true
		case DoOpen:
		}
	}
	d.Notified, d.Acknowledged = len(notified), len(acknowledged)
	for _, done := range screened {
		if done {
			d.Screened++
		}
	}
	return d
}
