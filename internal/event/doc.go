// Package event is the vocabulary: the things a trace passes through, the
// events that happen to them, and the one canonical spelling of each event.
//
// [Parse] is the only way from untrusted bytes to an [Event]; it accepts any
// white space and member order and refuses everything else that docs/format.md
// section 1 does not allow, naming the member by its path. [Event.Append]
// writes the canonical form (RFC 8785): parsing what it wrote gives the same
// event, and writing what was parsed from canonical bytes gives the same
// bytes. [ParseStored] reads what a ledger holds, newer vocabulary included:
// a reader keeps and names what it does not know, and never drops it.
//
// Ids of people are pseudonyms: text in which somebody could be found by a
// direct identifier is refused, and never repeated.
//
// Every type lists its members once, in a method members; the decoder, the
// encoder, the walk over references and the documentation are visitors of it.
//
// The package knows no ledger, no rules of order and no clock: an event is
// judged here on its own.
package event
