// Package table makes events out of the rows of a table, by a profile: a small TOML file that says which column is which member of an event, what
// stands for what, in which zone the times are and how numbers are written (docs/tables.md). It proposes a profile for a table by its headings, in
// Chinese and in English.
//
// Nothing of a table is lost in silence: a column that the profile does not name, a word that it has no value for, a time that was twice on the day
// when clocks were set back, are errors that name the cell. What the events mean, and whether they fit the ledger, is judged elsewhere.
package table

import _ "time/tzdata" // a profile names zones; not every machine knows them
