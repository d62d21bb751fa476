// Package csv writes the audit trail as a table: one row for each record, with
// who, what, when it happened, when it was recorded, why, and what was there
// before (RFC 4180, UTF-8).
//
// The table is for spreadsheets and people. It says less than the records
// themselves, and cannot be read back: a cell that a spreadsheet would run as
// a formula begins with an apostrophe, and characters that do not show, or
// that turn the writing direction around, are spelt out as ⟨U+202E⟩.
package csv
