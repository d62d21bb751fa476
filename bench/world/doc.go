// Package world makes a synthetic world of cell therapies for benchmarks: donors, material lots, clean rooms, machines, tanks with
// stays, shipments, infusions, follow-ups, in the proportions that docs/benchmarks.md states. It yields them as events of the ledger's
// vocabulary, in order of time, and each event's contacts as rows for stores that know no events.
//
// A world is a pure function of its [Shape]. It is made while it is read: what is held in memory is one entry of 16 bytes per batch
// under way (some hundred thousand at ten million batches), whatever the size. Every thing has a number from which its name follows
// ([Thing]), so nothing has to be remembered to name it again.
//
// Nobody's record is in it, and none of its figures is measured.
package world
