// Package notary holds all that can be checked with bytes and public keys alone: who signed an event and whether that person could, who
// must sign what, that a history is the one that was signed, that a record is in it, and that a bundle is what the ledger gave out.
//
// docs/trust.md is the normative description. The ledger's side asks this package on entry and in verify; the auditor's program consists of
// it and a main. So it imports nothing of ours and stays small enough to be read in one sitting. Of an event it knows the members that say
// what kind it is and those of key, policy and signature events; cells, stores and files it does not know, nor a clock: numbers of records
// decide what came before what, never a time.
//
// Cryptography is the standard library's Ed25519 and SHA-256, x/mod's trees and notes, and the checkpoints of transparency-dev/formats.
package notary
