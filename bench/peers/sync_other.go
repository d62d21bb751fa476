//go:build !linux

package peers

import "os"

func syncData(f *os.File) error { return f.Sync() }
