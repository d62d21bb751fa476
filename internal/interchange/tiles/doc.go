// Package tiles writes a ledger as a C2SP tlog-tiles folder (c2sp.org/tlog-tiles): the signed checkpoint, the hashes of the
// tree in tiles of 256, the records in bundles of 256. Served by any web server, or lying on a disk, it is a transparency
// log that programs of others can read and check, without a line of ours.
//
// What it promises: the tree is made from the records as they are written, and only where it has the checkpoint's root does
// the folder get its name; so what has the name is whole. Memory does not grow with the ledger.
//
// What it refuses to know: who signed the checkpoint. It is copied as it came, and whoever reads the folder checks it.
package tiles
