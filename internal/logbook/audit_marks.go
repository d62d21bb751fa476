package logbook

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"runtime"
	"sync"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// What a record is to an audit, as told of it alone while [ledger.VerifyWith] has it in hand; so that an audit need not read all of them again.
const (
	markNone   byte = iota
	markLook        // the register has to see it
	markPolicy      // the same, and it may set a policy
	markFile        // it names files; the register need not see it
	markType        // this and those above it are the types of events: the register has to see one where a policy is on its type
)

// marker returns what marks records for an audit of all signatures, or for one of the ledger's own keys. Like [audit.concerned] it may take a
// record for more than it is, as where members further down are named as those that it looks for.
func marker(signatures bool) func(*ledger.Record) byte {
	if !signatures {
		return func(rec *ledger.Record) byte {
			switch event.Type(rec.Type) { //nolint:exhaustive // of the others nothing is looked at
			case event.TypeKey:
				return markLook
			case event.TypeTemperature:
				return markFile
			}
			return markNone
		}
	}
	types := typeMarks()
	return func(rec *ledger.Record) byte {
		if rec.Genesis != nil {
			return markNone
		}
		mark, known := types[string(rec.Type)]
		if !known {
			return markLook // of a later vocabulary
		}
		if mark >= markType && (rec.Sig != nil || bytes.Contains(rec.Event, []byte(`"replaces":"`))) {
			mark = markLook
		}
		return mark
	}
}

func typeMarks() map[string]byte {
	types := make(map[string]byte)
	for i, typ := range event.Types() {
		types[string(typ)] = markType + byte(i)
	}
	for _, typ := range []event.Type{event.TypeKey, event.TypeSignature, event.TypeCorrection} {
		types[string(typ)] = markLook
	}
	types[string(event.TypePolicy)] = markPolicy
	return types
}

// policed returns the marks of the types on which there ever was a policy.
func (a *audit) policed(ctx context.Context) (ever [256]bool, err error) {
	types := typeMarks()
	ever[markLook], ever[markPolicy] = true, true
	for seq, mark := range a.marks {
		if mark != markPolicy {
			continue
		}
		rec, err := a.ledger.Record(ctx, uint64(seq))
		if err != nil {
			return ever, err
		}
		var policy struct {
			On string `json:"on"`
		}
		if json.Unmarshal(rec.Event, &policy) == nil {
			ever[types[policy.On]] = true // where it is no type that is known, all such are looked at anyway
		}
	}
	ever[markNone] = false
	return ever, nil
}

// A share is some of the records that the register has to see, on their way through a worker.
type share struct {
	seqs []uint64
	done chan struct{} // closed when what stands below is there
	read []reading
	err  error
}

const shareRecords = 32

// A reading is a record, and what could be said of its signatures before its turn.
type reading struct {
	rec     ledger.Record
	checked []checked
	unknown []string // ids of keys that were not known then
}

// A checked is a signature whose arithmetic is done. Whether the key was valid for the record is the register's to say.
type checked struct {
	key          notary.Public
	message, sig []byte
	err          error
}

// marked reads the records that the register has to see. Workers read them and do the arithmetic of signatures, which takes nearly all the time; the
// register sees them in order.
func (a *audit) marked(ctx context.Context) error {
	ever, err := a.policed(ctx)
	if err != nil {
		return err
	}
	a.register.Check = a.check
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *share, 4*workers), make(chan *share, 4*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for s := range work {
				a.prepare(ctx, s)
				close(s.done)
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(work)
		for _, s := range a.shares(&ever) {
			work <- s
			order <- s
		}
	})
	for s := range order {
		<-s.done
		if err == nil {
			err = s.err
		}
		if err != nil {
			cancel()
			continue
		}
		a.take(s)
	}
	wg.Wait()
	return err
}

// shares parts the records whose marks count.
func (a *audit) shares(ever *[256]bool) []*share {
	var list []*share
	var last *share
	for seq, mark := range a.marks {
		if !ever[mark] {
			continue
		}
		if last == nil || len(last.seqs) == shareRecords {
			last = &share{done: make(chan struct{})}
			list = append(list, last)
		}
		last.seqs = append(last.seqs, uint64(seq))
	}
	return list
}

func (a *audit) prepare(ctx context.Context, s *share) {
	s.read = make([]reading, len(s.seqs))
	for i, seq := range s.seqs {
		if s.read[i].rec, s.err = a.ledger.Record(ctx, seq); s.err != nil {
			return
		}
		if a.signatures {
			a.ahead(&s.read[i])
		}
	}
}

// ahead checks the signatures of a record by keys that are known.
func (a *audit) ahead(r *reading) {
	for _, s := range cutSignatures(r.rec.Sig) {
		key, ok := a.known.Load(s.Key)
		if !ok {
			r.unknown = append(r.unknown, s.Key)
			continue
		}
		c := checked{key: key.(notary.Public), message: notary.Message(a.origin(r.rec.Seq), r.rec.Event, s.Key, s.Meaning, s.Time), sig: s.Sig}
		c.err = c.key.Verify(c.message, c.sig)
		r.checked = append(r.checked, c)
	}
}

// cutSignatures reads signatures in the form in which [notary.AppendSignatures] writes them, a tenth of the cost of [notary.ParseSignatures]. Where it reads
// something else, or nothing, that costs time alone: the register reads them itself, and asks of each whether it was checked.
func cutSignatures(b []byte) []notary.Signature {
	var list []notary.Signature
	var key, meaning, sig, at []byte
	for {
		for _, part := range []struct {
			text   *[]byte
			behind string
		}{{new([]byte), `{"key":"`}, {&key, `","meaning":"`}, {&meaning, `","sig":"`}, {&sig, `","time":"`}, {&at, `"}`}} {
			var found bool
			if *part.text, b, found = bytes.Cut(b, []byte(part.behind)); !found {
				return list
			}
		}
		s := notary.Signature{Key: string(key), Meaning: string(meaning), Time: string(at)}
		var err error
		if s.Sig, err = base64.StdEncoding.AppendDecode(nil, sig); err != nil {
			return list
		}
		list = append(list, s)
	}
}

// origin returns the origin under which a record was signed, where no ledger took another's place more than once before it: of others the register
// does the arithmetic itself.
func (a *audit) origin(seq uint64) string {
	genesis := a.ledger.Genesis()
	if before := genesis.Succeeds; before != nil && seq < before.Kept {
		return before.Origin
	}
	return genesis.Origin
}

// take has the register see a share.
func (a *audit) take(s *share) {
	for i := range s.read {
		r := &s.read[i]
		a.checked = r.checked
		if r.rec.Genesis == nil {
			a.record(&r.rec)
		}
		for _, id := range r.unknown {
			if k := a.register.Keys[id]; k != nil {
				a.known.Store(id, k.Public)
			}
		}
	}
	s.read, a.checked = nil, nil
}

// check is [notary.Public.Verify]; what was checked ahead is not checked again.
func (a *audit) check(key notary.Public, message, sig []byte) error {
	for _, c := range a.checked {
		if c.key == key && bytes.Equal(c.message, message) && bytes.Equal(c.sig, sig) {
			return c.err
		}
	}
	return key.Verify(message, sig)
}
