//go:build !unix

package logbook

import "time"

// processTime returns 0: what a process has used is not asked for here.
func processTime() time.Duration { return 0 }

// keepsNames: a file that is open keeps its name until it is closed.
const keepsNames = true
