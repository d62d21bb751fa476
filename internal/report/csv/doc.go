// Package csv writes a list as comma-separated values (RFC 4180, UTF-8): a head row, then a row for each.
//
// The file is for people with a spreadsheet program. A cell that such a program would run as a formula begins with an apostrophe,
// and characters that do not show, or that turn the writing direction around, are spelt out as ⟨U+202E⟩. [Plain] takes the
// apostrophe off again. A byte order mark, where it is asked for, tells these programs that the file is UTF-8.
package csv
