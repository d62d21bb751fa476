// Package draw makes the pictures of a report: a time line against its limits, and a graph of who passed it on to whom.
//
// A [Picture] is a list of few kinds of shapes, in points with the origin at the top left, so that every writer of a report can
// draw it and all draw the same: as SVG here, in PDF elsewhere. Colours are a closed palette whose greys lie apart, and nothing
// is told by colour alone: what is overdue is hatched, what is uncertain is dashed. The package knows no words: every text
// comes in, ready to be shown. The same picture gives the same bytes.
package draw
