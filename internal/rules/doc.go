// Package rules is the contract's table of rules on entry: what an event must
// satisfy before it is recorded, judged by what the ledger already says.
//
// [Check] judges an event at its own time against a [genealogy.Graph] and
// returns what it breaks, in the table's order, less what a declared deviation
// waives. An event that replaces another is judged as if the other were
// absent. The answer is codes and facts: the sentences, in two languages,
// belong to who shows them, under the names [Violation.Message] gives.
//
// Some rules are others' to find out: package event refuses what is malformed,
// too large or identifies a person, the ledger knows ids and its clock, and
// who signed is asked of [Signatures], since no key is known here. They stand
// in the table so that there is one list. How each sentence of the contract is
// read is written at the rule's check and in docs/rules.md.
//
// The package knows no files, no clock and no text.
package rules
