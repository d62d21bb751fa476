package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"suyuan/internal/durable"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/interchange/parquet"
	"suyuan/internal/interchange/temperature"
	"suyuan/internal/original"
)

// A Custody is a step of a shipment's way, as a chart marks it.
type Custody struct {
	Time event.Time
	Type event.Type // shipment, handover or arrival
	Site event.Ref  // where; none at a handover that does not say
	To   string     // to whom, at a handover
	Seq  uint64
}

// A Relogged is what a record says that a logger measured, read again from the file that was kept.
type Relogged struct {
	Row
	Body     *event.Temperature
	Log      *temperature.Log
	Readings []temperature.Reading // that were judged
	Limits   temperature.Limits
	Custody  []Custody // by time
}

// Judgement judges the readings again by what the record says that they were judged by. Where the record has a gap at an edge of the journey, so has it.
func (r *Relogged) Judgement() temperature.Judgement {
	j := temperature.Judge(r.Readings, r.Limits, nil)
	first, last := j.From, j.To
	for _, g := range r.Body.Gaps {
		switch gap := (temperature.Gap{From: g.From.Std(), To: g.To.Std(), Required: r.Limits.Interval, Edge: true}); {
		case !gap.To.After(first):
			j.Gaps = append([]temperature.Gap{gap}, j.Gaps...)
		case !gap.From.Before(last):
			j.Gaps = append(j.Gaps, gap)
		}
	}
	return j
}

// A NoFileError says that a record names no logger's file that could be read again.
type NoFileError struct{ Seq uint64 }

// Error says it.
func (e *NoFileError) Error() string {
	return fmt.Sprintf("record %d names no logger's file and profile", e.Seq)
}

// Relog reads again what a record says that a logger measured. Its errors are a [*NoFileError], those of [Book.Original], and an [*InputError] where the file does not show what the record says.
func (b *Book) Relog(ctx context.Context, seq uint64) (r *Relogged, err error) {
	row, err := b.ShowSeq(ctx, seq)
	if err != nil {
		return nil, err
	}
	body, ok := row.Event.Body.(*event.Temperature)
	if !ok || body.ProfileSHA256 == "" {
		return nil, &NoFileError{seq}
	}
	r = &Relogged{Row: row, Body: body}
	if r.Limits, err = limitsOf(body); err != nil {
		return nil, err
	}
	if r.Log, err = b.logOf(ctx, body); err != nil {
		return nil, err
	}
	r.Readings = temperature.Within(r.Log.Readings, &temperature.Period{From: body.From.Std(), To: body.To.Std()})
	j := temperature.Judge(r.Readings, temperature.Limits{}, nil)
	if int64(len(r.Readings)) != body.Readings || body.Min.Compare(event.Decimal(temperature.Degrees(int64(j.Min)))) != 0 || body.Max.Compare(event.Decimal(temperature.Degrees(int64(j.Max)))) != 0 {
		return nil, &InputError{File: body.LogName, Err: fmt.Errorf("it shows %d readings from %s to %s °C in that time, record %d says %d from %s to %s",
			len(r.Readings), temperature.Degrees(int64(j.Min)), temperature.Degrees(int64(j.Max)), seq, body.Readings, body.Min, body.Max)}
	}
	if body.Shipment.IsZero() {
		return r, nil
	}
	r.Custody, err = ask(b, func() ([]Custody, error) {
		s, err := b.load(ctx)
		if err != nil {
			return nil, err
		}
		return custody(s.graph, body.Shipment), nil
	})
	return r, err
}

// logOf reads the file that an event names by the profile that it names.
func (b *Book) logOf(ctx context.Context, body *event.Temperature) (log *temperature.Log, err error) {
	var text bytes.Buffer
	if err := b.Original(ctx, &text, body.ProfileSHA256); err != nil {
		return nil, err
	}
	profile, err := temperature.ParseProfile(text.Bytes())
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "suyuan-original-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	if err := b.Original(ctx, file, body.LogSHA256); err != nil {
		return nil, err
	}
	return readLog(body.LogName, file, profile)
}

// limitsOf returns what an event says that readings were judged by.
func limitsOf(b *event.Temperature) (temperature.Limits, error) {
	l := temperature.Limits{Interval: time.Duration(b.Interval) * time.Second, Outside: time.Duration(b.Closer) * time.Second}
	if b.Allowance != nil {
		l.Allowance = time.Duration(*b.Allowance) * time.Second
	}
	if bad, ok := l.SetEnds(b.Low, b.High); !ok { // judged without it, nothing would be outside
		return l, &InputError{File: b.LogName, Err: fmt.Errorf("its record states the limit %s, want degrees Celsius", bad)}
	}
	return l, nil
}

// custody lists the steps of a shipment's way.
func custody(g *genealogy.Graph, shipment event.Ref) []Custody {
	var list []Custody
	for _, m := range g.History(shipment) {
		e := g.Entry(m)
		if e.Struck() {
			continue
		}
		step := Custody{Time: e.Event.Time, Type: e.Event.Type, Site: e.Event.Site, Seq: e.Seq}
		switch b := e.Event.Body.(type) {
		case *event.Shipment, *event.Arrival:
		case *event.Handover:
			step.To = b.To
			if b.Carrier != "" {
				step.To = b.Carrier
			}
		default:
			continue
		}
		list = append(list, step)
	}
	return list
}

// WriteReadings writes what a logger measured as Parquet, all readings of the file.
func (r *Relogged) WriteReadings(w io.Writer) error {
	return parquet.Write(w, parquet.Source{Log: r.Body.LogSHA256, Profile: r.Body.ProfileSHA256}, r.Log.Readings)
}

// readingsSuffix is behind a ledger's path that of the folder of readings for other programs. It is derived: what is in it can be removed and made again.
const readingsSuffix = ".readings"

// keepReadings keeps readings for other programs. That nobody could is no reason to fail: they are in the original.
func (b *Book) keepReadings(body *event.Temperature, readings []temperature.Reading) {
	sum, err := original.ParseSum(body.LogSHA256)
	if err != nil || len(body.ProfileSHA256) < 8 {
		return
	}
	dir := b.path + readingsSuffix
	if err := durable.MakeFolder(dir); err != nil {
		return
	}
	_ = durable.Rewrite(filepath.Join(dir, sum.String()+"-"+body.ProfileSHA256[:8]+".parquet"), func(w io.Writer) error {
		return parquet.Write(w, parquet.Source{Log: body.LogSHA256, Profile: body.ProfileSHA256}, readings)
	})
}
