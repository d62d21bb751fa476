// Package report turns answers of package recall into documents for people, in either language.
//
// A [Document] is the one model behind every form of a report: the page written here, and the PDF and the workbook of the packages
// below. It holds the same numbers as the answers do and decides nothing. A page is one self-contained HTML file, which any
// browser shows and prints, without scripts and without a single address outside it. Every table has a caption and scoped heads,
// repeated on each printed page; every page of a drill carries DRILL and 演练.
package report
