// Package report turns answers of package recall into pages: one self-contained HTML file in either language, which any browser
// shows and prints, without scripts and without a single address outside it.
//
// A [Page] is made from a trace, a drill or both, and holds the same numbers as the answers do. It decides nothing. Every table
// has a caption and scoped heads, repeated on each printed page; every page of a drill carries DRILL and 演练.
package report
