// Package ledgertest defines what a ledger.Store must do: Run is the contract as tests. It also has stores that fail and
// that can be tampered with, for tests of what stands on a store.
package ledgertest
