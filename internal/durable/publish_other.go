//go:build !linux

package durable

// publish gives a whole file its name, unless the name is taken. Its first name may stay.
func publish(from, to string) error { return publishByLink(from, to) }
