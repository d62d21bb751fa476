package logbook

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/interchange/temperature"
)

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
	switch {
	case limits.Low == nil && limits.High == nil:
		return nil, limits, &LoggerError{Doubt: DoubtLimits, Of: l.o.Of, Found: "no limit", Want: "a lower or an upper one"}
	case limits.Low != nil && limits.High != nil && *limits.Low > *limits.High:
		return nil, limits, &LoggerError{
			Doubt: DoubtCrossed, Of: l.o.Of, Found: temperature.Degrees(int64(*limits.Low)), Want: temperature.Degrees(int64(*limits.High)),
		}
	case !from.IsZero() && !to.IsZero() && to.Before(from):
		return nil, limits, &LoggerError{Doubt: DoubtPeriod, Of: l.o.Of, From: from, To: to, Found: to.String(), Want: "not before " + from.String()}
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
	if !event.IsCelsius(b.UOM) {
		return limits, &LoggerError{Doubt: DoubtUnit, Of: l.o.Of, Found: b.UOM, Want: temperature.UOM}
	}
	sent := temperature.Limits{Allowance: limits.Allowance}
	if bad, ok := sent.SetEnds(b.Low, b.High); !ok {
		return limits, &LoggerError{Doubt: DoubtNumber, Of: l.o.Of, Found: string(bad), Want: "degrees Celsius"}
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

// arrived returns when all that a shipment carries had been accepted or refused by a receiver; the zero time where some of it is on its way.
func arrived(g *genealogy.Graph, shipment event.Ref) event.Time {
	under := make(map[event.Ref]bool)
	for _, m := range g.History(shipment) {
		e := g.Entry(m)
		if e.Struck() {
			continue
		}
		switch b := e.Event.Body.(type) {
		case *event.Shipment:
			for _, r := range slices.Concat(b.Units, b.Lots) {
				under[r] = true
			}
		case *event.Arrival:
			for _, r := range g.Cargo(shipment, slices.Concat(b.Accepted, b.Rejected)) {
				delete(under, r)
			}
			if len(under) == 0 {
				return e.Event.Time
			}
		}
	}
	return event.Time{}
}
