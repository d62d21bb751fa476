// Package jsonl reads and writes JSON Lines: one JSON value a line, UTF-8.
//
// The reader is for files that come from elsewhere: it streams, tolerates a
// byte order mark at the start and CRLF line ends, skips blank lines, numbers
// lines from 1, refuses a line that is too long without holding it, and knows
// the digest of what it has read. It knows nothing of what the lines say; that
// is package event's.
package jsonl
