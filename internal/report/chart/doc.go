// Package chart draws what a temperature logger measured: a line over time with limits, excursions, gaps and marks of custody, for
// people who decide over a product by it (docs/temperatures.md).
//
// No extreme is lost by thinning. Of each column of half a point the first, lowest, highest and last reading are drawn, so that the line
// covers what the line through all readings would cover (Jugel and others, "M4", VLDB 2014). No line leads through a gap. An excursion of one
// reading among five million is still a mark that can be seen, in grey print too.
//
// It judges nothing: limits, excursions and gaps come in, as do all words. The same [Spec] gives the same picture.
package chart
