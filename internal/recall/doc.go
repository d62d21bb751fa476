// Package recall answers what a contamination investigator asks of the
// genealogy: who and what it can have reached, where it can have come from,
// what is unaccounted for, what is not known, and whether a case keeps its
// deadlines.
//
// [Trace] walks contacts in the order in which their times can happen, forward
// or backward, once for each floor of certainty, and keeps for every thing the
// earliest time and the one canonical path that proves it (docs/trace.md is
// the mathematics). [BalanceOf] accounts for every unit that was made.
// [CaseStatus] judges the milestones of a case, and [Script] plans a drill.
//
// Everything here is a function of its arguments: the same query on the same
// prefix of a ledger gives the same bytes everywhere. The package knows no
// files, no clock and no language: it returns facts and codes from closed
// sets, and text is made of them elsewhere.
package recall
