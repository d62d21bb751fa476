package ledger

// Waiting returns how many calls wait for a commit.
func (l *Ledger) Waiting() int {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return len(l.queue.waiting)
}

// AppendRecord appends a record's bytes.
func AppendRecord(dst []byte, r Record) []byte { return appendRecord(dst, r) }
