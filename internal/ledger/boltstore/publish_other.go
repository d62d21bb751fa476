//go:build !linux

package boltstore

// publish gives a whole file its name, unless the name is taken.
func publish(temp, path string) error { return publishByLink(temp, path) }
