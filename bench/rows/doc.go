// Package rows is the table of what is measured: one small function per contest, one line per target. A new figure is one of each.
package rows
