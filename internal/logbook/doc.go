// Package logbook is the application: it opens a ledger, applies the rules on
// entry, records, imports, traces and exports. The command line, and any other
// way in, calls this package only.
//
// A [Book] holds the ledger's file for as long as one transaction takes and no
// longer: to answer, it reads what is new under the shared lock, lets go, and
// computes; to record, it holds the file for check and commit. It knows no
// clock but the one in its [Options], and writes no text for people: a refusal
// says by type which rule was broken, by what, and which record says so, and
// [Code] says what an error means to whoever called.
package logbook
