// Package xlsx writes a report's document as a workbook: a first sheet with its facts and its foot, then a sheet for each section.
//
// The first row of every sheet names the document, with the marks of a drill or of urgency before it; the printed head of every
// page does too. Then come a section's paragraphs, a line each, the description of its picture, and its table under a frozen head.
//
// Whole numbers of numeric columns are numbers, everything else is text, whatever it looks like: a cell "=1+1" shows these four
// characters and computes nothing. What no cell can hold goes on in the row below. No clock is read, and the same document gives
// the same bytes.
package xlsx
