// Package bundle writes the one file that an auditor gets (docs/trust.md section 7): records of a ledger, their proofs to one checkpoint, the
// checkpoint, the ledger's verifier keys, the reports that were made of the records, and a page that says how to check all this by hand.
//
// It takes bytes and returns bytes. Which records go in besides those that were asked for is Choose's to say; who reads them and who signs the
// manifest is the caller's. What is written is checked as an auditor will check it before it is handed out, so that nobody gets a bundle
// that does not hold.
package bundle
