package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// recordFrame is room for what a record has beside its event and signatures; more is only slower.
const recordFrame = 512

// A draft is the next batch while it is put together.
type draft struct {
	ledger *Ledger
	view   *view // becomes the ledger's when the batch is durable
	batch  Batch
	leaves []Hash
	arena  []byte        // of the records, each behind the zero byte that makes its leaf hash
	fresh  map[ID]uint64 // number of the record that the batch has for an id
	events [][]byte
}

func (l *Ledger) newDraft() *draft {
	v := *l.view.Load()
	return &draft{ledger: l, view: &v, batch: Batch{At: v.head.Size}, fresh: make(map[ID]uint64)}
}

// add puts a request's entries into the batch, all or none.
func (d *draft) add(ctx context.Context, r *request) ([]Receipt, error) {
	recorded, err := d.clock(r)
	if err != nil {
		return nil, err
	}
	before, head := len(d.leaves), d.view.head
	receipts := make([]Receipt, len(r.entries))
	for i := range r.entries {
		if receipts[i], err = d.addEntry(ctx, &r.entries[i], r.ids[i], recorded); err != nil {
			if big := (*TooLargeError)(nil); errors.As(err, &big) {
				big.Entry = i
			}
			d.truncate(before, head)
			return nil, err
		}
	}
	return receipts, nil
}

// clock returns the time that a request's records bear (contract 3).
func (d *draft) clock(r *request) (time.Time, error) {
	last := d.view.head.Recorded
	ahead := r.now.Sub(last)
	if !r.opt.ClockOK && (ahead < -maxBehind || ahead > maxAhead) {
		return time.Time{}, &ClockError{Now: r.now, Last: last}
	}
	if ahead < 0 {
		return last, nil
	}
	return r.now, nil
}

func (d *draft) truncate(n int, head Head) {
	for _, id := range d.batch.IDs[n:] {
		delete(d.fresh, id)
	}
	d.batch.Records, d.batch.IDs = d.batch.Records[:n], d.batch.IDs[:n]
	d.leaves, d.events = d.leaves[:n], d.events[:n]
	d.view.head = head
}

func (d *draft) addEntry(ctx context.Context, e *Entry, id ID, recorded time.Time) (Receipt, error) {
	known, ok, err := d.known(ctx, e, id)
	if err != nil || ok {
		return known, err
	}
	rec := Record{
		Seq: d.batch.At + uint64(len(d.leaves)), By: e.By, Recorded: recorded, Prev: d.view.head.Last,
		Event: e.Event, Source: e.Source, Sig: e.Sig,
	}
	leaf, err := d.build(&rec)
	if err != nil {
		return Receipt{}, err
	}
	d.fresh[id] = rec.Seq
	d.batch.Records = append(d.batch.Records, rec.Bytes)
	d.batch.IDs = append(d.batch.IDs, id)
	d.leaves = append(d.leaves, leaf)
	d.events = append(d.events, e.Event)
	d.view.head.Last, d.view.head.Recorded = leaf, recorded
	return Receipt{Seq: rec.Seq, ID: id, Leaf: leaf}, nil
}

// build gives a record its bytes and returns its leaf hash: both are made once.
func (d *draft) build(rec *Record) (Hash, error) {
	const most = 1 << 20
	if room := len(rec.Event) + len(rec.Sig) + recordFrame; cap(d.arena)-len(d.arena) < room {
		d.arena = make([]byte, 0, max(room, min(2*cap(d.arena), most))) // what was cut from the one before stays where it is
	}
	at := len(d.arena)
	d.arena = appendRecord(append(d.arena, 0), *rec)
	if rec.Bytes = d.arena[at+1 : len(d.arena) : len(d.arena)]; len(rec.Bytes) > MaxRecord {
		d.arena = d.arena[:at]
		return Hash{}, &TooLargeError{Size: len(rec.Bytes), Limit: MaxRecord}
	}
	return sha256.Sum256(d.arena[at:]), nil
}

// known looks an event's id up, in the batch and in the ledger. A failed lookup fails the append: it is never "not there".
func (d *draft) known(ctx context.Context, e *Entry, id ID) (Receipt, bool, error) {
	if seq, ok := d.fresh[id]; ok {
		at := seq - d.batch.At
		if !bytes.Equal(d.events[at], e.Event) {
			return Receipt{}, false, &IDConflictError{ID: id, Seq: seq}
		}
		return Receipt{Seq: seq, ID: id, Leaf: d.leaves[at], Known: true}, true, nil
	}
	seq, ok, err := d.ledger.store.Lookup(ctx, id)
	if err != nil || !ok {
		return Receipt{}, false, err
	}
	rec, err := d.ledger.read(ctx, seq)
	switch {
	case err != nil:
		return Receipt{}, false, err
	case rec.ID != id:
		return Receipt{}, false, fmt.Errorf("the index of ids says that record %d has %s, it has %s", seq, id, rec.ID)
	case !bytes.Equal(rec.Event, e.Event):
		return Receipt{}, false, &IDConflictError{ID: id, Seq: seq}
	}
	return Receipt{Seq: seq, ID: id, Leaf: rec.Leaf(), Known: true}, true, nil
}

// touches says whether a request's answer rests on the batch: only then does the batch's failure change it.
func (d *draft) touches(r *request) bool {
	for _, receipt := range r.receipts {
		if receipt.Seq >= d.batch.At {
			return true
		}
	}
	conflict := (*IDConflictError)(nil)
	return errors.As(r.err, &conflict) && conflict.Seq >= d.batch.At
}
