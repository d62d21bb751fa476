// Package interop holds no program: its tests let programs of others read what ours writes, and hold their answers against ours.
//
// Tessera's fsck checks exported tiles, transparency-dev/merkle checks our proofs and has its own checked by us, and
// transparency-dev/formats reads our checkpoints and proof files. Each has a twin in which a byte is flipped or a file is missing.
package interop
