package temperature

import "math"

// Mean kinetic temperature: the one temperature that would age a product as much as those that there were, by the equation of Arrhenius with the
// activation energy that pharmacopoeias take (USP <1079.2>: 83.144 kJ/mol, of which the gas constant 8.3144 J/(mol K) makes 10000 K).
// It says nothing of what is frozen, where no reaction goes that way; see [Judge].
const (
	activation = 10_000.0 // kelvin
	freezing   = 273.15   // kelvin
)

// kinetic returns the mean kinetic temperature of weighted readings in thousandths of a degree, rounded to a tenth of a degree, half away from zero. Readings are
// set off against the warmest, so that no exponential is lost.
func kinetic(readings []Reading, weights []int64) int32 {
	warmest := readings[0].Milli
	for _, r := range readings {
		warmest = max(warmest, r.Milli)
	}
	inverse := func(milli int32) float64 { return 1 / (float64(milli)/1000 + freezing) }
	sum, total := 0.0, 0.0
	for i, r := range readings {
		w := float64(weights[i])
		sum += w * math.Exp(activation*(inverse(warmest)-inverse(r.Milli)))
		total += w
	}
	kelvin := activation / (activation*inverse(warmest) - math.Log(sum/total))
	return int32(math.Round((kelvin-freezing)*10)) * 100
}
