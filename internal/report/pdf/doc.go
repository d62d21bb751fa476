// Package pdf writes a report's document as a PDF of A4 pages, with its typeface inside and everything in it findable and
// copyable as text.
//
// The document is laid out into sheets of shapes first, the same shapes that pictures are made of, and the sheets are drawn
// after that, so that every page knows how many there are. Lines are broken by the Unicode rules and measured widths, never by
// the PDF library; long ids are broken anywhere; nothing is cut off. No row of a table is torn unless it is taller than a page,
// and heads are repeated. Every page carries the title, its number, and the marks of a drill or of urgency.
//
// Nothing vanishes: a character that the typeface lacks is shown as ⟨U+1F600⟩ before the lines are broken, as characters without
// shape are everywhere. What reaches the drawing and still has no glyph is a mistake of the program, and an error.
//
// No clock is read: the date inside is the document's own, and the same document gives the same bytes.
package pdf
