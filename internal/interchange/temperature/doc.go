// Package temperature reads what temperature loggers write, CSV and workbooks, by a profile of the maker's way, and judges it: gaps against the interval
// that is required, excursions out of limits, extremes, mean and mean kinetic temperature (docs/temperatures.md).
//
// Doubt goes against the product. An excursion reaches from the last reading within limits to the next one, since nobody knows when between two readings the
// temperature left; what the sensor failed to measure is a gap; two readings of one moment both count. Readings are whole thousandths of a degree Celsius.
// What a judgement means for units, and where it is kept, is not known here.
package temperature
