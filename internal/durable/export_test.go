package durable

// PublishByLink is what stands in for a rename that replaces nothing, where there is none.
func PublishByLink(from, to string) error { return publishByLink(from, to) }
