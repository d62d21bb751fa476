// Package durable writes files that are whole or not there, whatever happens in between: the bytes go to a file beside, are synced,
// and only then get their name; then the folder is synced, so that the name outlives a loss of power too.
//
// What a crash leaves behind has a name that begins with "." and ends in ".new". Nobody reads it, and it can be removed. Locks are the
// caller's matter, and so is what the bytes mean.
package durable
