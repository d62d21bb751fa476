package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/temperature"
	"suyuan/internal/ledger"
)

// TemperatureOptions say what a logger's file is of, and how it is judged.
type TemperatureOptions struct {
	Of       event.Ref // a shipment, or a piece of equipment
	Profile  []byte    // the text of a profile
	Limits   temperature.Limits
	From, To event.Time // of the journey; zero: departure and arrival of the shipment, and all readings of equipment
	Serial   string     // of the logger that should have measured; empty: one that is registered as a code of the equipment
	Read     event.Time // when it was read out; zero: at the last reading
	Doubtful bool       // record what another logger measured too
	Anew     bool       // in place of what was recorded of this file before
	DryRun   bool
}

// A LoggerDoubt is why a logger's file is not recorded.
type LoggerDoubt string

// The reasons.
const (
	DoubtNotSent     LoggerDoubt = "not-sent"     // no departure of the shipment is recorded
	DoubtUncovered   LoggerDoubt = "uncovered"    // no reading lies in the journey
	DoubtOtherLogger LoggerDoubt = "other-logger" // the serial number is another than is registered
	DoubtLimits      LoggerDoubt = "limits"       // nothing says what is allowed
	DoubtUnit        LoggerDoubt = "unit"         // the departure's limits are not in degrees Celsius
)

// A LoggerError says why a logger's file is not recorded; nothing was written.
type LoggerError struct {
	Doubt       LoggerDoubt
	Of          event.Ref
	Found, Want string
	From, To    event.Time // of the journey
}

// Error says it.
func (e *LoggerError) Error() string {
	return string(e.Doubt) + ": " + e.Of.String() + ": found " + e.Found + ", want " + e.Want
}

// A Measured is a logger's file as it was recorded, or would be.
type Measured struct {
	Receipt Receipt
	Size    uint64 // of the ledger afterwards
	Event   event.Event
	Body    *event.Temperature

	temperature.Judgement

	Log       *temperature.Log
	Period    *temperature.Period // that was judged; nil: all
	Left      temperature.Judgement
	Unchecked bool        // no serial number is registered that the logger's could be held against
	Held      []event.Ref // what its excursions hold
}

// RecordTemperature records what a logger measured of a shipment or a piece of equipment, and keeps its file. The file of a shipment is judged from the
// departure to the first arrival that is recorded, by the stricter of the given limits and those of the departure. A file that is recorded of the same thing
// is known, whatever was recorded since, unless it is to be judged anew.
//
// What somebody must look at is no error. Errors are [*LoggerError], [*Refusal] and those of reading; nothing was recorded then.
func (b *Book) RecordTemperature(ctx context.Context, file File, o TemperatureOptions) (m *Measured, err error) {
	profile, err := temperature.ParseProfile(o.Profile)
	if err != nil {
		return nil, err
	}
	in, err := newInput(ctx, file)
	if err != nil {
		return nil, inFile(file.name(), err)
	}
	defer func() { err = errors.Join(err, discard([]*input{in})) }()
	kept, sum, err := in.copied(ctx)
	if err != nil {
		return nil, inFile(in.name, err)
	}
	defer func() { err = errors.Join(err, kept.Close(), os.Remove(kept.Name())) }()
	log, err := readLog(in.name, kept, profile)
	if err != nil {
		return nil, err
	}
	l := &logFile{book: b, o: &o, log: log, file: kept, sum: sum, name: in.name}
	if o.DryRun {
		err = b.reading(ctx, l.try(ctx))
		return l.measured(), err
	}
	receipt, err := b.recordWhat(ctx, &ledger.Source{Name: in.name, Line: 1, SHA256: hex.EncodeToString(sum[:])}, l.build(ctx))
	if err != nil {
		return nil, err
	}
	b.keepReadings(l.m.Body, log.Readings)
	l.m.Receipt, l.m.Size = receipt, receipt.Seq+1
	if s := b.state; s != nil { // it is gone where only the memory went wrong
		l.m.Size, l.m.Held = s.head.Size, heldBy(s.graph, receipt.Seq)
	}
	return l.measured(), nil
}

func readLog(name string, f *os.File, profile *temperature.Profile) (*temperature.Log, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	t, err := sheet.Open(f, size, profile.Sheet())
	if err != nil {
		return nil, &InputError{File: name, Err: err}
	}
	log, err := profile.Read(t)
	if err != nil {
		return nil, &InputError{File: name, Err: err}
	}
	return log, nil
}

// A logFile is a logger's file on its way into a ledger.
type logFile struct {
	book *Book
	o    *TemperatureOptions
	log  *temperature.Log
	file *os.File
	sum  [sha256.Size]byte
	name string
	m    Measured
}

func (l *logFile) measured() *Measured {
	l.m.Log = l.log
	return &l.m
}

// build makes the event once the ledger is held, and keeps the file before it is recorded.
func (l *logFile) build(ctx context.Context) func(*ledger.Ledger) (event.Event, error) {
	return func(led *ledger.Ledger) (event.Event, error) {
		e, err := l.judged(ctx, led)
		if err != nil {
			return e, err
		}
		return e, l.keep(ctx)
	}
}

// try judges the event as it would be recorded.
func (l *logFile) try(ctx context.Context) func(*ledger.Ledger) error {
	return func(led *ledger.Ledger) error {
		if err := l.book.catchUpToJudge(ctx, led); err != nil {
			return err
		}
		e, err := l.judged(ctx, led)
		if err != nil {
			return err
		}
		l.m.Size = led.Head().Size
		if _, known := l.book.state.graph.ByID(e.ID); known {
			l.m.Receipt.Known = true
			return nil
		}
		now := l.book.o.Now()
		signed, err := l.book.signedEntry(led.Head().Size, e.Bytes(), now)
		if err != nil {
			return err
		}
		if v := l.book.check(ctx, led, &e, givenCodes(&e), signed, now); len(v) > 0 {
			return refusal(v)
		}
		return nil
	}
}

// judged makes the event of what was measured, by what the ledger says of it.
func (l *logFile) judged(ctx context.Context, led *ledger.Ledger) (event.Event, error) {
	l.m = Measured{}
	s := l.book.state
	if !s.graph.Known(l.o.Of) {
		return event.Event{}, s.unknownThing(l.o.Of)
	}
	readings, limits, err := l.scope(s.graph)
	if err != nil {
		return event.Event{}, err
	}
	l.m.Judgement = temperature.Judge(readings, limits, l.m.Period)
	body := l.m.Record(&limits)
	profile := sha256.Sum256(l.o.Profile)
	body.Logger, body.LogName = l.log.Serial, l.name
	body.LogSHA256, body.ProfileSHA256 = hex.EncodeToString(l.sum[:]), hex.EncodeToString(profile[:])
	if l.o.Of.Kind() == event.KindShipment {
		body.Shipment = l.o.Of
	} else {
		body.Equipment = l.o.Of
	}
	if body.Doubts, err = l.doubts(ctx, led); err != nil {
		return event.Event{}, err
	}
	e := event.Event{Common: event.Common{Type: event.TypeTemperature, Time: body.To}, Body: body}
	if !l.o.Read.IsZero() {
		e.Time = l.o.Read
	}
	old, ok := before(s.graph, l.o.Of, body.LogSHA256)
	switch {
	case ok && l.o.Anew && !old.Event.Body.(*event.Temperature).Same(body):
		e.Replaces = old.Event.ID
	case ok:
		rec, err := led.Record(ctx, old.Seq)
		if err != nil {
			return event.Event{}, err
		}
		if e, err = event.ParseStored(rec.Event); err != nil {
			return event.Event{}, err
		}
	}
	if err := e.Validate(); err != nil {
		return event.Event{}, Refuse(err)
	}
	e.Identify()
	l.m.Event, l.m.Body = e, e.Body.(*event.Temperature)
	return e, nil
}

// before finds what was recorded of a file of the same thing.
func before(g *genealogy.Graph, of event.Ref, sum string) (*genealogy.Entry, bool) {
	for _, m := range slices.Backward(g.History(of)) {
		e := g.Entry(m)
		if b, ok := e.Event.Body.(*event.Temperature); ok && !e.Struck() && b.LogSHA256 == sum {
			return e, true
		}
	}
	return nil, false
}

// scope returns what is judged, and by which limits.
func (l *logFile) scope(g *genealogy.Graph) ([]temperature.Reading, temperature.Limits, error) {
	limits := l.o.Limits
	from, to := l.o.From, l.o.To
	if l.o.Of.Kind() == event.KindShipment {
		sent, ok := g.Sent(l.o.Of)
		if !ok {
			return nil, limits, &LoggerError{Doubt: DoubtNotSent, Of: l.o.Of, Found: "no departure", Want: "the shipment recorded first"}
		}
		departure := sent.Event.Body.(*event.Shipment)
		if from.IsZero() {
			from = sent.Event.Time
		}
		if to.IsZero() {
			to = arrived(g, l.o.Of)
		}
		var err error
		if limits, err = l.departures(departure, limits); err != nil {
			return nil, limits, err
		}
	}
	if limits.Low == nil && limits.High == nil {
		return nil, limits, &LoggerError{Doubt: DoubtLimits, Of: l.o.Of, Found: "no limit", Want: "a lower or an upper one"}
	}
	readings := l.log.Readings
	if !from.IsZero() || !to.IsZero() {
		l.m.Period = l.period(from, to)
		readings = temperature.Within(readings, l.m.Period)
		if len(readings) == 0 {
			first, last := moments(l.log.Readings)
			return nil, limits, &LoggerError{
				Doubt: DoubtUncovered, Of: l.o.Of, From: event.TimeOf(l.m.Period.From), To: event.TimeOf(l.m.Period.To), Found: first.String(), Want: last.String(),
			}
		}
		l.m.Left = temperature.Judge(outside(l.log.Readings, readings), temperature.Limits{}, nil)
	}
	return readings, limits, nil
}

// departures returns the stricter of some limits and those of a departure, which have to be in degrees Celsius: 46 is a fridge in Fahrenheit.
func (l *logFile) departures(b *event.Shipment, limits temperature.Limits) (temperature.Limits, error) {
	if b.Low == "" && b.High == "" {
		return limits, nil
	}
	switch strings.ToLower(b.UOM) {
	case "", "cel", "c", "°c", "℃":
	default:
		return limits, &LoggerError{Doubt: DoubtUnit, Of: l.o.Of, Found: b.UOM, Want: temperature.UOM}
	}
	sent := temperature.Limits{Allowance: limits.Allowance}
	for _, end := range []struct {
		text event.Decimal
		at   **int32
	}{{b.Low, &sent.Low}, {b.High, &sent.High}} {
		if milli, ok := temperature.Milli(string(end.text)); ok {
			*end.at = &milli
		}
	}
	return temperature.Stricter(limits, sent), nil
}

// period is open where one of its ends is: there the first or the last reading is its end.
func (l *logFile) period(from, to event.Time) *temperature.Period {
	first, last := moments(l.log.Readings)
	if from.IsZero() {
		from = first
	}
	if to.IsZero() {
		to = last
		if to.Before(from) {
			to = from
		}
	}
	return &temperature.Period{From: from.Std(), To: to.Std()}
}

func moments(readings []temperature.Reading) (first, last event.Time) {
	return event.TimeOf(readings[0].Time()), event.TimeOf(readings[len(readings)-1].Time())
}

// outside returns what of all readings does not lie in a part of them.
func outside(all, part []temperature.Reading) []temperature.Reading {
	from := slices.IndexFunc(all, func(r temperature.Reading) bool { return r.At >= part[0].At })
	return append(slices.Clone(all[:from]), all[from+len(part):]...)
}

// arrived returns when a shipment came first; the zero time where it did not.
func arrived(g *genealogy.Graph, shipment event.Ref) event.Time {
	for _, m := range g.History(shipment) {
		if e := g.Entry(m); !e.Struck() {
			if _, ok := e.Event.Body.(*event.Arrival); ok {
				return e.Event.Time
			}
		}
	}
	return event.Time{}
}

// doubts lists what is doubtful about the file. Another logger's ends it, unless it is to be recorded all the same.
func (l *logFile) doubts(ctx context.Context, led *ledger.Ledger) ([]string, error) {
	var list []string
	if slices.ContainsFunc(l.m.Gaps, func(g temperature.Gap) bool { return g.Edge }) {
		list = append(list, event.DoubtNotCovered)
	}
	want, err := l.expected(ctx, led)
	if err != nil {
		return nil, err
	}
	switch serial := folded(l.log.Serial); {
	case len(want) == 0:
		l.m.Unchecked = true
	case slices.ContainsFunc(want, func(s string) bool { return folded(s) == serial }):
	case !l.o.Doubtful:
		return nil, &LoggerError{Doubt: DoubtOtherLogger, Of: l.o.Of, Found: l.log.Serial, Want: strings.Join(want, ", ")}
	default:
		list = append(list, event.DoubtOtherLogger)
	}
	if l.log.BackRows > 0 {
		list = append(list, event.DoubtClockSet)
	}
	if l.log.Twice > 0 {
		list = append(list, event.DoubtClockTwice)
	}
	return list, nil
}

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// expected lists the serial numbers that the logger may have: the one that is asked for, or the codes that are registered for the equipment that was
// measured or that the shipment went in.
func (l *logFile) expected(ctx context.Context, led *ledger.Ledger) ([]string, error) {
	if l.o.Serial != "" {
		return []string{l.o.Serial}, nil
	}
	g := l.book.state.graph
	var list []string
	for _, r := range measuredIn(g, l.o.Of) {
		for _, m := range g.History(r) {
			e := g.Entry(m)
			if m.As != genealogy.AsRegistered || e.Struck() {
				continue
			}
			rec, err := led.Record(ctx, e.Seq)
			if err != nil {
				return nil, err
			}
			ev, err := event.ParseStored(rec.Event)
			if err != nil {
				return nil, err
			}
			for thing, codes := range codesOf(&ev) {
				if thing == r {
					list = append(list, codes...)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// measuredIn lists the equipment itself, or that which a shipment went in.
func measuredIn(g *genealogy.Graph, of event.Ref) []event.Ref {
	if of.Kind() == event.KindEquipment {
		return []event.Ref{of}
	}
	var list []event.Ref
	for _, m := range g.History(of) {
		e := g.Entry(m)
		if e.Struck() {
			continue
		}
		switch b := e.Event.Body.(type) {
		case *event.Shipment:
			list = append(list, b.Equipment)
		case *event.Handover:
			list = append(list, b.Equipment)
		}
	}
	return slices.DeleteFunc(list, event.Ref.IsZero)
}

// keep keeps the file and the profile that it was read by.
func (l *logFile) keep(ctx context.Context) error {
	folder := l.book.originals()
	if _, err := l.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	err := folder.Keep(ctx, l.file, l.sum)
	if err == nil {
		err = folder.Keep(ctx, bytes.NewReader(l.o.Profile), sha256.Sum256(l.o.Profile))
	}
	if err != nil {
		return &WriteError{folder.Path(), err}
	}
	return nil
}

// heldBy lists what the hold of a record lies on.
func heldBy(g *genealogy.Graph, seq uint64) []event.Ref {
	holds := g.Holds()
	for i := range holds {
		if h := &holds[i]; g.HoldEntry(h).Seq == seq && h.Cause == genealogy.CauseExcursion {
			return h.Things
		}
	}
	return nil
}
