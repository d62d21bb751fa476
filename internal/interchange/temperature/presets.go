package temperature

import (
	"slices"
	"time"
)

// A Preset is a set of limits that has a name.
type Preset struct {
	Name   string
	Limits Limits
}

func degrees(milli int32) *int32 { return &milli }

// Presets returns the limits that have names. Intervals are those of China's rules for cold chains, 药品经营质量管理规范 with its appendix 温湿度自动监测: a record at least
// every 30 minutes in storage, every 5 minutes in transport, and every 2 minutes once out of range.
func Presets() []Preset {
	const storage, transport, outside = 30 * time.Minute, 5 * time.Minute, 2 * time.Minute
	return []Preset{
		// Nitrogen boils at -195.8 °C; a probe in it reads within a few degrees of that, and far above it in the vapour.
		{"liquid-nitrogen", Limits{High: degrees(-190_000), Interval: storage, Outside: outside}},
		{"nitrogen-vapour", Limits{High: degrees(-150_000), Interval: storage, Outside: outside}},
		{"dry-shipper", Limits{High: degrees(-150_000), Interval: transport, Outside: outside}},
		{"2-8-storage", Limits{Low: degrees(2_000), High: degrees(8_000), Interval: storage, Outside: outside}},
		{"2-8-transport", Limits{Low: degrees(2_000), High: degrees(8_000), Interval: transport, Outside: outside}},
	}
}

// PresetOf returns the limits of a name.
func PresetOf(name string) (Limits, bool) {
	list := Presets()
	i := slices.IndexFunc(list, func(p Preset) bool { return p.Name == name })
	if i < 0 {
		return Limits{}, false
	}
	return list[i].Limits, true
}

// Stricter returns the limits that satisfy both: what a shipment allows and what a profile does. The allowance is the shorter one.
func Stricter(a, b Limits) Limits {
	return Limits{
		Low:       pick(a.Low, b.Low, func(x, y int32) int32 { return max(x, y) }),
		High:      pick(a.High, b.High, func(x, y int32) int32 { return min(x, y) }),
		Allowance: min(a.Allowance, b.Allowance),
		Interval:  shorter(a.Interval, b.Interval),
		Outside:   shorter(a.Outside, b.Outside),
	}
}

func pick(a, b *int32, of func(x, y int32) int32) *int32 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return degrees(of(*a, *b))
}

// shorter returns the shorter of two intervals, of which 0 is none.
func shorter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// Band is the name of the limits around a temperature that was set ([Around]).
const Band = "band-2"

// Around returns a band of 2 °C around a temperature in thousandths of a degree, at the intervals of transport. The article of 2025 about Lecheng says that the
// temperature on the way keeps within 2 °C, and not of what: read strictly that is one degree to each side.
func Around(set int32) Limits {
	l, _ := PresetOf("2-8-transport")
	l.Low, l.High = degrees(set-1_000), degrees(set+1_000)
	return l
}
