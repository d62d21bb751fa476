// Package ledger keeps records of events in an append-only, hash-chained log with an RFC 6962 Merkle tree over it.
//
// A record is one line of canonical JSON (RFC 8785): its number, the leaf hash of the record before it, when and by whom
// it was entered, and the event, which this package never looks into except for its id. The tree is the authority for
// proofs; the chain keeps every record readable beside its neighbour. docs/format.md is the normative description.
//
// What it promises: an event is in the ledger when Append has returned its receipt; the same event twice is one record; an
// id stands for the same bytes for ever; recorded time never goes back; Verify re-hashes every stored byte and names
// every record that does not fit.
//
// What it refuses to know: cells, rules, files, clocks. Time comes in as an argument, bytes are kept by a Store, whose
// contract is written at its declaration and defined by package ledgertest.
//
// What it cannot do: a chain and a tree alone accept a cut tail and a history rewritten from some record on. Signed
// checkpoints kept elsewhere answer that.
package ledger
