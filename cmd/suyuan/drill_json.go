package main

import (
	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// drillJSON is the answer of drill run. Durations are whole seconds since the alert.
type drillJSON struct {
	AsOf       checkpointJSON  `json:"as_of"`
	BadNews    bool            `json:"bad_news"`
	Case       string          `json:"case"`
	Conclusion string          `json:"conclusion"`
	Drill      bool            `json:"drill"`
	Milestones []milestoneJSON `json:"milestones"`
	Profile    string          `json:"profile"`
	Recorded   []uint64        `json:"recorded"` // null where it was a dry run
	Start      string          `json:"start"`
	Timeline   []drillRowJSON  `json:"timeline"`
}

type milestoneJSON struct {
	Due       *string  `json:"due"`
	Lacking   []string `json:"lacking"`
	Met       *string  `json:"met"`
	Milestone string   `json:"milestone"`
	Missed    bool     `json:"missed"`
	Seq       *uint64  `json:"seq"`
	Still     bool     `json:"still"`
}

type drillRowJSON struct {
	After    int64    `json:"after"` // seconds since the alert
	Do       string   `json:"do"`
	Patients *int     `json:"patients"` // what a trace found
	Ref      *string  `json:"ref"`
	Result   *string  `json:"result"`
	Seq      []uint64 `json:"seq"`
	Site     *string  `json:"site"`
	Things   int      `json:"things"`
	Time     string   `json:"time"`
	Units    *int     `json:"units"`
}

func drillAnswer(d *logbook.Drill, seqs []uint64) drillJSON {
	c := d.Timeline.Case
	answer := drillJSON{
		AsOf:    asOfAnswer(&d.AsOf),
		BadNews: c.BadNews(), Case: c.Ref.ID(), Drill: true, Profile: c.Profile.Name, Start: d.Timeline.Start.String(),
		Conclusion: logbook.Conclusion(&d.Result), Recorded: seqs,
		Milestones: []milestoneJSON{}, Timeline: []drillRowJSON{},
	}
	for i := range c.Milestones {
		answer.Milestones = append(answer.Milestones, milestoneAnswer(&c.Milestones[i], c.Now))
	}
	for i := range d.Timeline.Rows {
		answer.Timeline = append(answer.Timeline, drillRowAnswer(&d.Timeline.Rows[i]))
	}
	return answer
}

func milestoneAnswer(m *recall.Milestone, now event.Time) milestoneJSON {
	answer := milestoneJSON{Milestone: string(m.Goal), Missed: m.Missed(now), Still: m.Still, Lacking: refStrings(m.Lacking)}
	if m.Limited {
		answer.Due = optional(m.Due.String())
	}
	if m.Met {
		answer.Met, answer.Seq = optional(m.MetAt.String()), &m.Seq
	}
	return answer
}

func drillRowAnswer(r *recall.Row) drillRowJSON {
	answer := drillRowJSON{
		After: int64(r.At.Seconds()), Do: string(r.Do), Ref: optional(r.Ref.String()), Result: optional(r.Result),
		Seq: append([]uint64{}, r.Seq...), Site: optional(r.Site.ID()), Things: r.Things, Time: r.Time.String(),
	}
	if r.Counts != nil {
		answer.Patients, answer.Units = &r.Counts.Patients, &r.Counts.Units
	}
	return answer
}
