//go:build cgo

package peers

import _ "github.com/mattn/go-sqlite3" // the driver "sqlite3": SQLite itself
