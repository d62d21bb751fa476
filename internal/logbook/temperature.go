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
	"strconv"
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
	DoubtNumber      LoggerDoubt = "number"       // the departure's limits are no temperature
	DoubtCrossed     LoggerDoubt = "crossed"      // the lower limit given and the upper one of the departure exclude each other, or the other way round
	DoubtPeriod      LoggerDoubt = "period"       // the time asked about ends before it begins
	DoubtHeld        LoggerDoubt = "held"         // judged anew it would end a hold, which is for people to do
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
	Differs   bool        // the file is known, and the record says another thing than is judged now
	Held      []event.Ref // what its excursions hold now, or would
}

// RecordTemperature records what a logger measured of a shipment or a piece of equipment, and keeps its file. The file of a shipment is judged from the
// departure to the arrival by which all of it was accepted or refused, by the stricter of the given limits and those of the departure. A file that is recorded of the same thing
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
	if !receipt.Known { // else the record may be of another profile than this
		b.keepReadings(l.m.Body, log.Readings)
	}
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
		if entry, known := l.book.state.graph.ByID(e.ID); known {
			l.m.Receipt.Known, l.m.Receipt.Seq = true, entry.Seq
			l.m.Held = heldBy(l.book.state.graph, entry.Seq)
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
		l.m.Held = l.book.state.graph.WouldHold(l.m.Body)
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
	if e, err = l.settled(ctx, led, e); err != nil {
		return event.Event{}, err
	}
	l.m.Event, l.m.Body = e, e.Body.(*event.Temperature)
	return e, nil
}

// settled is what becomes of an event where its file was recorded before: that record is known, or replaced, or is in force no longer and there is one more.
func (l *logFile) settled(ctx context.Context, led *ledger.Ledger, e event.Event) (event.Event, error) {
	g := l.book.state.graph
	body := e.Body.(*event.Temperature)
	old, ok := before(g, l.o.Of, body.LogSHA256)
	same := ok && old.Event.Body.(*event.Temperature).Same(body)
	switch {
	case ok && l.o.Anew && !same:
		would := g.WouldHold(body)
		free := slices.DeleteFunc(heldBy(g, old.Seq), func(r event.Ref) bool { return slices.Contains(would, r) })
		if len(free) > 0 {
			return e, &LoggerError{Doubt: DoubtHeld, Of: l.o.Of, Found: strconv.FormatUint(old.Seq, 10), Want: listRefs(free)}
		}
		e.Replaces = old.Event.ID
	case ok:
		l.m.Differs = !same
		rec, err := led.Record(ctx, old.Seq)
		if err != nil {
			return e, err
		}
		return event.ParseStored(rec.Event)
	}
	if err := e.Validate(); err != nil {
		return e, Refuse(err)
	}
	e.Identify()
	for entry, known := g.ByID(e.ID); known && entry.Struck(); entry, known = g.ByID(e.ID) {
		e.N, e.ID = max(e.N, 1)+1, "" // it was recorded, and corrected: this is one more
		e.Identify()
	}
	return e, nil
}

func listRefs(refs []event.Ref) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
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

// heldBy lists what the hold of a record holds now.
func heldBy(g *genealogy.Graph, seq uint64) []event.Ref {
	holds := g.Holds()
	var list []event.Ref
	for i := range holds {
		h := &holds[i]
		if e := g.HoldEntry(h); e.Seq != seq || h.Cause != genealogy.CauseExcursion {
			continue
		}
		for _, r := range h.Things {
			if slices.ContainsFunc(g.HoldsOn(r, g.Latest()), func(on genealogy.Held) bool { return on.Entry.Seq == seq }) {
				list = append(list, r)
			}
		}
	}
	return list
}
