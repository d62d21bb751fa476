// Package sheet reads one table, row by row, out of a CSV file or an Excel workbook (docs/tables.md). It says what each cell holds, of which kind
// it is and where it stands, and knows nothing of events.
//
// What a spreadsheet hides is said and not guessed: hidden rows, merged cells, formulas, macros, references to other files, numbers of which the
// program has kept only fifteen digits, days that never were. A file in an encoding other than the one that is wanted is refused at the row that
// shows it. Every error names the line, or the cell.
//
// Memory stays bounded: a row at a time, and of a workbook its texts besides; a file that unpacks to more than [MaxUnpacked] is refused before it is.
package sheet
