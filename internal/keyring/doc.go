// Package keyring holds private keys: those with which people and devices sign events, and those with which a ledger signs its checkpoints
// (docs/trust.md 2 and 4). Everything that public keys alone can check is in package notary.
//
// A person's key is a file. Either it is the key itself, an OpenSSH private key encrypted with a passphrase, or it names a key that an SSH
// agent holds, which may be one in hardware; [Load] makes no difference between the two. A ledger's keys lie in a folder of their own, one
// file an origin; while they are rotated, old and new lie beside each other until the ledger's records say which of them hold.
//
// No file that is there is ever written over by a new key, and what is signed is verified before it is given out: a key that does not do its
// work is found out here and not by an auditor. Passphrases and the address of the agent come in as arguments; nothing is asked and
// nothing read from the environment.
package keyring
