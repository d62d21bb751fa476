// Package genealogy knows which thing came out of which, what touched what and
// when, and what state each unit is in: a pure function of a prefix of the
// ledger.
//
// A [Graph] is made by adding events in the order of their records. It keeps,
// for each thing, where events mention it ([Mention]), in order of the time at
// which things happened; every question is answered from that history, so that
// back-dated, corrected and replaced events need no special care: an event
// that was struck is skipped, and when its correction is corrected it counts
// again.
//
// Contacts ([Contact]) are what a trace walks over: two things, a closed
// interval, a kind and the record that proves it (docs/trace.md). The package
// knows no rules on entry and no reports, no files and no clock.
package genealogy
