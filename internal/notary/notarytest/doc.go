// Package notarytest makes what tests of signatures, checkpoints and bundles need, always the same from fixed seeds: private keys of all three
// types (hardware is simulated), small ledgers whose records people sign, their checkpoints and proofs. What it makes is right; tests break it.
// It writes signatures with the libraries that package notary does not use, so that the two check each other.
package notarytest
