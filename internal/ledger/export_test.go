package ledger

import "context"

// Waiting returns how many calls wait for a commit.
func (l *Ledger) Waiting() int {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return len(l.queue.waiting)
}

// AppendRecord appends a record's bytes.
func AppendRecord(dst []byte, r Record) []byte { return appendRecord(dst, r) }

// Forge makes a batch that holds records as they are, with tiles and head that agree with them.
func Forge(ctx context.Context, origin string, records []Record) (Batch, error) {
	var v view
	b := Batch{IDs: make([]ID, len(records))}
	var leaves []Hash
	for _, rec := range records {
		b.Records = append(b.Records, appendRecord(nil, rec))
		v.head.Last = Record{Bytes: b.Records[len(b.Records)-1]}.Leaf()
		v.head.Recorded = rec.Recorded
		leaves = append(leaves, v.head.Last)
	}
	tiles, err := v.grow(ctx, nil, leaves)
	v.head.Origin = origin
	b.Tiles, b.Head = tiles, encodeHead(v.head, &v.edge)
	return b, err
}

// ReencodeHead reads a stored head and writes it again.
func ReencodeHead(b []byte) ([]byte, error) {
	h, e, err := parseHead(b)
	if err != nil {
		return nil, err
	}
	return encodeHead(h, &e), nil
}

// OfLeaves returns a ledger over fewer than 256 leaf hashes in the place of records, of which proofs can be asked.
func OfLeaves(ctx context.Context, leaves []Hash) (*Ledger, error) {
	var v view
	_, err := v.grow(ctx, nil, leaves)
	l := new(Ledger)
	l.view.Store(&v)
	return l, err
}
