// Package original keeps files as they came, byte for byte, under the SHA-256 of their bytes: what a logger wrote, and the profile that it was read by. They are compressed (Zstandard), each in a file of its own, DIR/ab/abcd….zst.
//
// A file is whole or not there ([durable]); what was kept is never written over unless it is damaged. Reading hashes every byte, and says of what does not
// come to its name that it is damaged ([DamageError]): the name is what a record vouches for. What the bytes mean, and which records name them, is not known here.
package original
